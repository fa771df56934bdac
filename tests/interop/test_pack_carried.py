# SPDX-License-Identifier: GPL-2.0-or-later
"""Ready RPMs on a pack, installed by xapi's sequence and by the host installer's with real dnf and rpm."""
import re

import pytest

from packs import Pack
from layouts import BY_NAME
from rpms import Rpm, make_rpms
from snapshot import difference
from support import environment, must
from xapi import ApplyFailed, PoolUpdate, dnf_knows_groups, dnf_reads_filelists

NAMES = {"acme-lib-1.0", "acme-tool-2.0", "acme-module-1.0", "update-acme-driver-3.1", "control-acme-driver-3.1"}
INI = """\
[pack]
originator = acme
vendor = OSNEXUS
label = acme-driver
version = 3.1
description = Acme driver
[targets]
base-requires = platform-version >= 2.2.0
[packages]
files = *.rpm
drivers = yes
"""
on_one_host = pytest.mark.parametrize("layout", [BY_NAME["xcp-ng-8.3"]], ids=str)


@pytest.fixture(scope="module")
def carrier(build_pack, tmp_path_factory):
    """The pack: a tool that requires a library of a later epoch, the library, and one more.

    No module: /lib of the scratch hosts is this machine's, and read-only. The group is what is looked at here.
    """
    work = tmp_path_factory.mktemp("carried")
    spec = work / "spec"
    make_rpms(spec, Rpm("acme-lib", "Provides: acme-abi = 3", epoch=2),
              Rpm("acme-tool", "Requires: acme-lib >= 2:1.0, acme-abi >= 2, /opt/acme-lib/file", version="2.0",
                  scripts="%post\n[ -e /opt/acme-lib/file ]"),
              Rpm("acme-module"))
    (spec / "pack.ini").write_text(INI)
    built = build_pack(spec / "pack.ini")
    assert built.returncode == 0, built.stderr
    return Pack(built.iso, work)


def refused(update):
    """A path that primary does not list is unknown to a dnf that leaves filelists alone, although a package here has it."""
    with pytest.raises(ApplyFailed, match="nothing provides /opt/acme-lib/file needed by acme-tool"):
        update.apply_only()


@on_one_host
def test_xapi_installs_them_with_their_dependencies(host, carrier):
    before, packages = host.snapshot(), host.packages()
    update = PoolUpdate(host, carrier.tree).introduce()
    assert update.precheck() == "ok"
    if not dnf_reads_filelists():
        refused(update)
        return
    assert list(update.apply_only()) == [update.uuid]
    assert host.packages() - packages == NAMES
    assert host.path("/opt/acme-tool/file").read_text() == "acme-tool"
    strange = [line for line in difference(before, host.snapshot())
               if not re.match(r"\S+ (/opt/acme-|/var/update)", line)]
    assert strange == []


@on_one_host
def test_removed_alone_and_whole(host, carrier):
    before, packages = host.snapshot(), host.packages()
    update = PoolUpdate(host, carrier.tree).introduce()
    if not dnf_reads_filelists():
        pytest.skip("this suite's dnf does not install it: see test_xapi_installs_them_with_their_dependencies")
    update.apply()
    removal = host.run(f"/var/update/{update.uuid}/remove", merged=True)
    assert removal.returncode == 0 and "left on the host: acme-lib acme-module acme-tool" in removal.stdout
    assert host.packages() - packages == {name for name in NAMES if not name.startswith(("update-", "control-"))}
    update.apply()
    assert host.run(f"/var/update/{update.uuid}/remove", "--all", merged=True).returncode == 0
    assert host.packages() == packages
    folders = re.compile(r"\+ /opt/acme-\w+ d")  # which the test's RPMs do not own
    assert [line for line in difference(before, host.snapshot()) if not folders.match(line)] == []


@on_one_host
def test_without_one_of_them_nothing_is_installed(host, carrier, tmp_path):
    """What the closure is for: dnf sees the image and nothing else. The metadata is made anew, without the library."""
    tree = carrier.copy(tmp_path / "less")
    next(tree.glob("Packages/acme-lib-*")).unlink()
    comps = next(tree.glob("repodata/*-comps.xml"))
    comps = comps.rename(tmp_path / "comps.xml")
    must(["rm", "-r", tree / "repodata"])
    (tree / "update.xml").write_text((tree / "update.xml").read_text().replace('key="RPM-GPG-KEY-OSNEXUS" ', ""))
    must(["createrepo_c", "--quiet", "--general-compress-type=gz", "-g", comps, tree])
    packages = host.packages()
    host.server.publish("pack", tree)
    try:
        host.put("/tmp/pack.repo", "[main]\nreposdir=/dev/null\ngpgcheck=0\n[p]\nname=p\nbaseurl=http://127.0.0.1/pack\n")
        done = host.run("/usr/bin/dnf", "install", "-y", "--noplugins", "-c", "/tmp/pack.repo", "update-acme-driver", merged=True)
    finally:
        host.server.withdraw("pack")
    assert done.returncode != 0 and "nothing provides" in done.stdout
    assert host.packages() == packages


@on_one_host
def test_the_host_installer_sees_a_driver_disk(host, carrier, tmp_path):
    """`dnf group list`: the first column is `drivers` (packs.md C.2); @drivers brings it all."""
    if not dnf_knows_groups():
        pytest.skip("this suite's dnf dies of any group (xapi.dnf_knows_groups)")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".rpmmacros").write_text("%_dbpath /var/lib/rpm\n")
    conf = tmp_path / "yum.conf"
    conf.write_text("[main]\nkeepcache=0\nreposdir=/dev/null\ngpgcheck=0\n[install]\nname=install\n"
                    "baseurl=http://127.0.0.1/pack\n")
    host.server.publish("pack", carrier.tree)
    dnf = [*host.server.enter, "dnf", "--releasever=/", f"--config={conf}", "--installroot", host.root]
    try:
        shown = must([*dnf, "group", "info", "drivers"], env=environment(HOME=home)).stdout
        assert re.search(r"Mandatory Packages:\s+update-acme-driver", shown)
        listed = must([*dnf, "group", "list", "--ids"], env=environment(HOME=home)).stdout
        assert "(drivers)" in listed and "(update)" in listed
        must([*dnf, "install", "-y", "control-acme-driver", "@drivers"], env=environment(HOME=home))
    finally:
        host.server.withdraw("pack")
    assert NAMES <= host.packages()
