# SPDX-License-Identifier: GPL-2.0-or-later
"""From the key to the removal, with nothing but the commands that docs/signing.md and README.txt print."""
import json
import shutil

import pytest

from admin import Image, Pool
from papers import page_commands
from snapshot import difference
from support import EPOCH, SOURCE, environment, must, set_keys
from xapi import InvalidUpdate

LABEL = "example-multipath"
HOOK = f"/opt/{LABEL}/bin/multipath-hook"


def type_in(desk_folder, suppack, *blocks):
    """A shell that gets what the page says, in the vendor's folder."""
    env = environment(PATH=f"{suppack.parent}:/usr/bin:/bin", SOURCE_DATE_EPOCH=EPOCH, HOME=desk_folder)
    return must(["bash", "-euo", "pipefail", "-c", "\n".join(blocks)], cwd=desk_folder, env=env)


@pytest.fixture(scope="module")
def said():
    return page_commands((SOURCE / "docs/signing.md").read_text())


@pytest.fixture(scope="module")
def vendor(said, desk_folder, suppack):
    """The vendor's folder after "Make a key" and "Build and sign": the image in dist/, and the next version in next/."""
    (desk_folder / "passphrase.txt").write_text("open sesame\n")
    type_in(desk_folder, suppack, *said["Make a key"], *said["Build and sign"])
    shutil.copytree(desk_folder / "example", desk_folder / "next")
    set_keys(desk_folder / "next/pack.ini", version="1.1.0")
    text = (desk_folder / "next/multipath.conf").read_text()
    assert "path_checker tur" in " ".join(text.split())
    build = next(line for line in said["Build and sign"][0].splitlines() if line.startswith("suppack build"))
    type_in(desk_folder, suppack, "export GNUPGHOME=$PWD/keys", build.replace("example/", "next/"))
    yield desk_folder
    must(["gpgconf", "--homedir", desk_folder / "keys", "--kill", "all"])


@pytest.fixture(scope="module")
def images(vendor, tmp_path_factory):
    """The two versions."""
    base = tmp_path_factory.mktemp("images")
    return [Image(vendor / f"dist/{LABEL}-{version}.iso", base / version) for version in ("1.0.0", "1.1.0")]


def test_the_vendor_signs_elsewhere_and_publishes(vendor, said, suppack):
    first, sign, again, attach = said["Sign elsewhere"]
    type_in(vendor, suppack, "export GNUPGHOME=$PWD/keys", first, sign, again, sign, again, sign, attach,
            *said["Sign another's pack with your own key"], *said["Publish"])
    same = must([suppack, "diff", "--ignore-signatures", vendor / f"dist/{LABEL}-1.0.0.iso", vendor / "dist/elsewhere.iso"])
    assert same.stdout == ""
    must(["gpg", "--homedir", vendor / "keys", "--verify", vendor / "dist/elsewhere.iso.asc", vendor / "dist/elsewhere.iso"])
    names = [json.loads(must([suppack, "inspect", "--json", vendor / "dist" / iso]).stdout)["key"]["name"]
             for iso in ("elsewhere.iso", "dc.iso")]
    assert names == ["RPM-GPG-KEY-EXAMPLE", "RPM-GPG-KEY-DC"]
    assert "gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-EXAMPLE" in (vendor / f"site/{LABEL}.repo").read_text()


def applied(pool, host):
    """What "CHECK" says, and what is so."""
    done = pool.follow(host, "CHECK", f"{HOOK} status")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(host.run(HOOK, "status", "--json").stdout)["state"] == "applied"


def version_on(host):
    return host.must("rpm", "-q", "--qf", "%{VERSION}", LABEL).stdout


@pytest.fixture(scope="module")
def pool(fresh, images):
    """One host so far; whoever asks next finds it as the last test left it."""
    made = Pool(fresh("a"))
    made.image = images[0]
    return made


def test_01_without_the_key_it_is_refused(pool):
    with pytest.raises(InvalidUpdate, match="Invalid signature"):
        pool.follow(pool.hosts[0], "INSTALL", "xe-install-supplemental-pack")
    assert "Invalid signature (INVALID_UPDATE)" in (pool.image.tree / "README.txt").read_text()


def test_02_the_key_and_one_host(pool):
    host = pool.hosts[0]
    host.bare = host.snapshot()
    pool.follow(host, "TRUST THE KEY", "mount", "umount")
    host.trusting = host.snapshot()
    pool.follow(host, "INSTALL", "xe-install-supplemental-pack")
    applied(pool, host)
    assert version_on(host) == "1.0.0"


def test_03_the_host_tells_of_the_pack(pool):
    """README and manual below /usr/share/doc; a Server Status Report runs what stands in stuff.xml."""
    host = pool.hosts[0]
    text = host.read(f"/usr/share/doc/{LABEL}/README.txt").decode("ascii")
    commands = [line.strip() for line in text.splitlines() if line.startswith(" " * 8)]
    assert [line for line in commands if line.startswith(HOOK)] == [f"{HOOK} {word}" for word in ("status", "plan", "install")]
    assert f"/var/update/{pool.uploaded.uuid}/remove" in commands and host.path(f"/var/update/{pool.uploaded.uuid}/remove").exists()
    assert "# SYNOPSIS" in host.read(f"/usr/share/doc/{LABEL}/multipath-hook.txt").decode()
    import xml.etree.ElementTree as ElementTree
    capability = ElementTree.fromstring(host.read(f"/etc/xensource/bugtool/{LABEL}.xml"))
    assert capability.tag == "capability" and capability.get("pii") in ("no", "yes", "maybe", "if_customized")
    collect = ElementTree.fromstring(host.read(f"/etc/xensource/bugtool/{LABEL}/stuff.xml"))
    assert collect.tag == "collect" and {item.tag for item in collect} <= {"command", "files", "directory", "list"}
    ran = {item.get("label"): host.run("/bin/sh", "-c", item.text) for item in collect.findall("command")}
    assert json.loads(ran[f"{LABEL}-status"].stdout)["state"] == "applied" and ran[f"{LABEL}-plan"].stdout == ""
    for item in (*collect.findall("files"), *collect.findall("directory")):
        assert host.path(item.text).exists(), item.text


def test_04_a_new_host_joins(pool, fresh):
    """Sent the key from another machine; the same version is on it before it joins."""
    other = fresh("b")
    pool.mounted = True
    pool.follow(other, "TRUST THE KEY", "scp", "ssh")
    pool.follow(other, "INSTALL", "xe-install-supplemental-pack --sr=")
    applied(pool, other)
    assert version_on(other) == version_on(pool.hosts[0])
    pool.hosts.append(other)


def test_05_the_next_version_on_the_whole_pool(pool, images):
    pool.image = images[1]
    pool.best = False  # dnf 4 under xapi's configuration: success, and the old version, as README.txt warns
    pool.follow(pool.hosts[1], "INSTALL", "xe-install-supplemental-pack")
    shown = pool.follow(pool.hosts[1], "THE NEXT VERSION OF THIS PACK", "rpm -q").stdout
    assert shown.startswith(f"update-{LABEL}-1.0.0") and version_on(pool.hosts[1]) == "1.0.0"
    pool.best = True
    pool.follow(pool.hosts[0], "INSTALL", "xe update-upload", "xe update-pool-clean")
    for host in pool.hosts:
        applied(pool, host)
        assert version_on(host) == "1.1.0"


def test_06_an_older_image_changes_nothing_and_says_success(pool, images):
    host = pool.hosts[0]
    before = host.snapshot()
    pool.image = images[0]
    pool.follow(host, "INSTALL", "xe-install-supplemental-pack")
    assert version_on(host) == "1.1.0"
    assert [line for line in difference(before, host.snapshot()) if "multipath" in line and "/var/" not in line] == []


def test_07_back_to_the_earlier_version(pool, images):
    for host in pool.hosts:
        pool.image = images[1]
        done = pool.follow(host, "REMOVE", "/var/update/")
        assert done.returncode == 0, done.stderr
        pool.image = images[0]
        pool.follow(host, "INSTALL", "xe-install-supplemental-pack")
        applied(pool, host)
        assert version_on(host) == "1.0.0"


def test_08_a_host_is_upgraded(pool, fresh):
    """A new system: nothing of the pack and its key is left, and the same steps bring it back."""
    new = pool.hosts[1] = fresh("b-upgraded")
    assert not new.path(HOOK).exists()
    with pytest.raises(InvalidUpdate):
        pool.follow(new, "INSTALL", "xe-install-supplemental-pack")
    pool.follow(new, "TRUST THE KEY", "mount", "umount")
    pool.follow(new, "INSTALL", "xe-install-supplemental-pack")
    applied(pool, new)


def test_09_removed(pool):
    """On one host by the program, on the other by hand; then xapi's record."""
    first, second = pool.hosts
    assert pool.follow(first, "REMOVE", "/var/update/").returncode == 0
    with pytest.raises(AssertionError, match="UPDATE_IS_APPLIED"):
        pool.follow(first, "REMOVE", "xe update-destroy")
    assert pool.follow(second, "REMOVE", "rpm -e").returncode == 0
    pool.follow(second, "REMOVE", "xe update-resync-host", "xe update-destroy")
    for host in pool.hosts:
        assert not host.path(f"/opt/{LABEL}").exists() and not host.path(f"/usr/share/doc/{LABEL}").exists()
        assert not [name for name in host.packages() if LABEL in name]
    left = [line for line in difference(first.trusting, first.snapshot()) if "/var/cache" not in line and "/var/log" not in line]
    assert left == []
