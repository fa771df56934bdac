# SPDX-License-Identifier: GPL-2.0-or-later
"""`[packages]`: ready RPMs on the image, what refuses them, and what they require."""
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from rpms import Rpm, make_rpms
from support import environment, must

CARRIER = """\
[pack]
originator = acme
vendor = ACME
label = acme-tools
version = 1.2
description = Acme tools
[targets]
base-requires = platform-version >= 2.2.0
[packages]
files = rpms/*.rpm
"""


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """One folder with RPMs of every kind, made once: store / "name.rpm"."""
    folder = tmp_path_factory.mktemp("store")
    make_rpms(folder, Rpm("lib", "Provides: cap = 2:3"), Rpm("tool", "Requires: lib >= 1.0, cap >= 2:2, /opt/lib/file", epoch=3),
              Rpm("needy", "Requires: glibc >= 2.17"), Rpm("too", "Requires: glibc >= 2.17"),
              Rpm("future", "Requires: platform-version >= 9"), Rpm("exact", "Requires: platform-version = 2.2.0"),
              Rpm("present", "Requires: platform-version >= 2.1"), Rpm("update-acme-tools"), Rpm("acme-tools"),
              Rpm("rich", "Requires: (lib or needy)"), Rpm("odd", version="1^2"),
              Rpm("scripted", scripts="%post\n/bin/true"),
              Rpm("driver", files={"/lib/modules/4.19.0+1/updates/acme/acme.ko": "module", "/etc/acme": "x"}),
              Rpm("inbox", files={"/lib/modules/4.19.0+1/kernel/acme.ko": "module"}),
              Rpm("stray", files={"/opt/acme.ko": "module"}))
    make_rpms(folder / "again", Rpm("lib", version="2.0"))
    make_rpms(folder / "zstd", Rpm("packed"), payload="w3.zstdio")
    make_rpms(folder / "xz", Rpm("packed"), payload="w2.xzdio")
    make_rpms(folder / "bzip2", Rpm("packed2", files={"/opt/p": "x" * (3 << 20), "/opt/l": Path("p")}),
              payload="w9.bzdio")
    make_rpms(folder / "i686", Rpm("old", files={}), arch="i686")
    return folder


@pytest.fixture
def carrier(desk, store):
    """carrier("tool", "zstd/packed"): the description carries these and nothing else."""
    def carry(*names, ini=CARRIER, extra=""):
        shutil.rmtree(desk.spec / "rpms", ignore_errors=True)
        (desk.spec / "rpms").mkdir()
        for name in names:
            shutil.copy2(store / f"{name}.rpm", desk.spec / "rpms" / f"{name.replace('/', '-')}.rpm")
        desk.ini.write_text(ini + extra)
        return desk
    return carry


def query(rpm, *words):
    return must(["rpm", "-qp", "--nosignature", *words, rpm]).stdout


def test_what_is_on_the_image(carrier, unpack):
    desk = carrier("tool", "lib")
    done = desk.unsigned()
    assert done.returncode == 0, done.stderr
    assert done.stderr == "suppack: warning: UNSIGNED: no host takes this image through xapi\n"
    tree = unpack(next(desk.out.glob("*.iso")))
    assert sorted(p.name for p in (tree / "Packages").iterdir()) == [
        "control-acme-tools-1.2-1.noarch.rpm", "lib-1.0-1.noarch.rpm", "tool-1.0-1.noarch.rpm",
        "update-acme-tools-1.2-1.noarch.rpm"]
    for name in ("tool", "lib"):
        assert (tree / f"Packages/{name}-1.0-1.noarch.rpm").read_bytes() == \
            (desk.spec / f"rpms/{name}.rpm").read_bytes()
    requires = query(tree / "Packages/update-acme-tools-1.2-1.noarch.rpm", "--requires").splitlines()
    assert [line for line in requires if "rpmlib" not in line] == ["lib >= 1.0-1", "tool >= 3:1.0-1"]
    files = query(tree / "Packages/control-acme-tools-1.2-1.noarch.rpm", "-l").split()
    assert [os.path.basename(name) for name in files[1:]] == ["remove"]
    update = (tree / "update.xml").read_text()
    size = sum(int(query(desk.spec / f"rpms/{name}.rpm", "--qf", "%{SIZE}")) for name in ("tool", "lib"))
    assert f'installation-size="{size}"' in update and 'control="control-acme-tools"' in update
    assert "<id>drivers</id>" not in next(tree.glob("repodata/*-comps.xml")).read_text()
    assert "multipath" not in (tree / "README.txt").read_text()


def test_the_remove_script_leaves_what_was_carried(carrier, unpack):
    desk = carrier("tool", "lib")
    assert desk.unsigned().returncode == 0
    tree = unpack(next(desk.out.glob("*.iso")))
    control = tree / "Packages/control-acme-tools-1.2-1.noarch.rpm"
    must(["bash", "-c", f"rpm2cpio {control} | cpio -id --quiet"], cwd=tree)
    script = next(tree.glob("var/update/*/remove"))
    must(["shellcheck", "-s", "sh", script])
    tools = desk.base / "bin"
    tools.mkdir()
    (tools / "rpm").write_text(f"#!/bin/sh\n[ \"$1\" = -q ] || echo \"$*\" >>{desk.base}/asked\n")
    (tools / "rpm").chmod(0o755)
    text = script.read_text().replace("PATH=/usr/sbin", f"PATH={tools}:/usr/sbin").replace("/var/update", str(desk.base))
    script.write_text(text)
    said = must(["sh", script]).stderr
    must(["sh", script, "--all"])
    assert said == "remove: left on the host: lib tool\n"
    assert (desk.base / "asked").read_text().splitlines() == [
        "-e update-acme-tools control-acme-tools", "-e update-acme-tools control-acme-tools lib tool"]


def test_beside_a_stanza_and_on_the_command_line(carrier, store, unpack):
    desk = carrier("lib", ini=CARRIER + "[multipath]\nstanza = multipath.conf\n")
    done = desk.run("build", "--unsigned", "-o", desk.out, desk.ini, store / "tool.rpm")
    assert done.returncode == 0, done.stderr
    tree = unpack(next(desk.out.glob("*.iso")))
    assert sorted(p.name for p in (tree / "Packages").iterdir()) == [
        "acme-tools-1.2-1.x86_64.rpm", "control-acme-tools-1.2-1.x86_64.rpm", "lib-1.0-1.noarch.rpm",
        "tool-1.0-1.noarch.rpm", "update-acme-tools-1.2-1.noarch.rpm"]
    requires = query(tree / "Packages/update-acme-tools-1.2-1.noarch.rpm", "--requires").splitlines()
    assert [line for line in requires if "rpmlib" not in line] == ["acme-tools >= 1.2-1", "lib >= 1.0-1", "tool >= 3:1.0-1"]
    assert "multipath" in (tree / "README.txt").read_text()


def test_same_bytes_whatever_the_files_are_called(carrier):
    desk = carrier("tool", "lib")
    assert desk.unsigned().returncode == 0
    first = next(desk.out.glob("*.iso")).read_bytes()
    (desk.spec / "rpms/tool.rpm").rename(desk.spec / "rpms/a.rpm")
    assert desk.unsigned("--force").returncode == 0
    assert next(desk.out.glob("*.iso")).read_bytes() == first


REFUSED = [
    (["update-acme-tools"], "carried-clash", "is named 'update-acme-tools', as a package of the pack itself is"),
    (["acme-tools"], "carried-clash", "is named 'acme-tools'"),
    (["lib", "again/lib"], "carried-twice", "is named 'lib', as "),
    (["zstd/packed"], "carried-payload", "compressed with zstd"),
    (["i686/old"], "carried-arch", "architecture is i686, not x86_64 or noarch"),
    (["lib", "needy", "rich"], "carried-feature", "needs '(lib or needy)', which rpm 4.11"),
    (["odd"], "carried-name", "'odd-1^2-1.noarch'"),
]


@pytest.mark.parametrize("names, rule, words", REFUSED, ids=[case[1] + str(i) for i, case in enumerate(REFUSED)])
def test_refused(carrier, names, rule, words):
    desk = carrier(*names)
    done = desk.unsigned()
    desk.assert_refused(done, 3, f"[{rule}]", words, "rpms/")
    assert f"[{rule}]" in desk.run("lint", desk.ini).stdout


def test_all_at_once(carrier):
    desk = carrier("zstd/packed", "i686/old", "acme-tools")
    (desk.spec / "rpms/text.rpm").write_text("not one")
    damaged = bytearray((desk.spec / "rpms/acme-tools.rpm").read_bytes())
    damaged[-3] ^= 1
    (desk.spec / "rpms/damaged.rpm").write_bytes(damaged)
    done = desk.unsigned()
    desk.assert_refused(done, 3, "zstd-packed.rpm: payload", "old.rpm: architecture", "acme-tools.rpm: is named",
                        "text.rpm: is not a complete RPM: ", "text.rpm' is not an RPM", "damaged.rpm: is not a complete RPM: ")
    assert {"carried-payload", "carried-arch", "carried-clash", "carried-rpm"} <= set(re.findall(r"\[([a-z-]+)\]", done.stderr))


def test_a_source_package(carrier):
    desk = carrier()
    top = desk.base / "top"
    top.mkdir()
    (top / "s.spec").write_text("Name: s\nVersion: 1\nRelease: 1\nSummary: s\nLicense: x\n%description\nd\n")
    must(["rpmbuild", "-bs", "--quiet", "-D", f"_topdir {top}", "-D", f"_srcrpmdir {desk.spec}/rpms", top / "s.spec"])
    desk.assert_refused(desk.unsigned(), 3, "is a source package", "[carried-source]")


@pytest.mark.parametrize("files, rule, words", [
    ("gone/*.rpm", "named-file", "gone"), ("*.none", "files-none", "nothing matches '*.none'"),
    ("../*.rpm", "files-grammar", "below the folder"), ("/tmp/x.rpm", "files-grammar", "below the folder"),
    ("rpms/gone.rpm", "named-file", "No such file"), ("link.rpm", "named-file", "symbolic link"),
    ("out/lib.rpm", "named-file", "symbolic link"), ("rpms", "named-file", "not a regular file")])
def test_files_that_cannot_be_named(carrier, store, files, rule, words):
    desk = carrier("lib", ini=CARRIER.replace("rpms/*.rpm", files))
    (desk.spec / "link.rpm").symlink_to(store / "lib.rpm")
    (desk.spec / "out").symlink_to(store)
    desk.assert_refused(desk.unsigned(), 3, "pack.ini:10: ", f"[{rule}]", words)


def test_a_wildcard_follows_no_links(carrier, store):
    desk = carrier("lib", ini=CARRIER.replace("rpms/*.rpm", "*/*.rpm"))
    (desk.spec / "out").symlink_to(store)
    done = desk.unsigned("-v")
    assert done.returncode == 0, done.stderr
    assert "lib" in desk.run("inspect", next(desk.out.glob("*.iso"))).stdout


@pytest.mark.parametrize("more, rule", [("drivers = yes\n", "key-alone"), ("base-provides = base\n", "key-alone")])
def test_keys_without_files(carrier, more, rule):
    desk = carrier(ini=CARRIER.replace("files = rpms/*.rpm\n", more) + "[multipath]\nstanza = multipath.conf\n")
    desk.assert_refused(desk.unsigned(), 3, f"[{rule}]", "no files of section '[packages]'")


def test_neither_stanza_nor_files(carrier):
    desk = carrier(ini=CARRIER.replace("files = rpms/*.rpm\n", ""))
    desk.assert_refused(desk.unsigned(), 3, "[missing-key]", "stanza of section '[multipath]' or files of section")


def test_no_classic_half_for_what_is_carried(carrier):
    desk = carrier("lib", ini=CARRIER.replace("[targets]\n", "[targets]\nclassic = yes\n"))
    done = desk.unsigned("-v")
    assert done.returncode == 0, done.stderr
    assert "[classic-carried]" in done.stderr and not list(desk.out.glob("*.md5"))


# ---- what is required ------------------------------------------------------------------------------

def test_requirements_without_a_base_are_warnings(carrier):
    desk = carrier("needy", "too", "scripted")
    done = desk.unsigned()
    assert done.returncode == 0, done.stderr
    gaps = done.stderr.splitlines()[:-1]
    assert len(gaps) == 1 and "[requires-missing]" in gaps[0] and "needy requires 'glibc >= 2.17', as 1 more do: no RPM of the pack provides it" in gaps[0]


BASE = "# rpm -qa --provides | sort -u\nglibc = 2.17-326.el7\n\nbash\n/usr/bin/perl\n"


@pytest.mark.parametrize("base, missing", [(BASE, None), ("glibc = 2.12\n", "glibc >= 2.17"), ("", "glibc >= 2.17"),
                                           ("glibc\n", None), ("glibc < 2.17\r\n", "glibc >= 2.17")])
def test_requirements_with_a_base(carrier, base, missing):
    desk = carrier("needy", extra="base-provides = base.txt\n")
    (desk.spec / "base.txt").write_text(base)
    done = desk.unsigned()
    if missing is None:
        assert (done.returncode, "requires" in done.stderr) == (0, False), done.stderr
    else:
        desk.assert_refused(done, 3, f"needy requires '{missing}': neither the pack nor", "base.txt' provides it",
                            "[requires-missing]")


@pytest.mark.parametrize("name, met", [("present", True), ("future", False), ("exact", False)])
def test_what_base_requires_promises(carrier, name, met):
    """A host with platform-version >= 2.2.0 may have 3.4.0: what must be 2.2.0 just so is not promised."""
    desk = carrier(name, extra="base-provides = base.txt\n")
    (desk.spec / "base.txt").write_text("")
    done = desk.unsigned()
    assert done.returncode == (0 if met else 3), done.stderr


def test_a_base_that_cannot_be_read(carrier):
    desk = carrier("lib", extra="base-provides = base.txt\n")
    desk.assert_refused(desk.unsigned(), 3, "[named-file]", "base-provides: ")
    (desk.spec / "base.txt").write_text("glibc = 2.17\nglibc equals 2.17\n")
    desk.assert_refused(desk.unsigned(), 3, "base.txt:2: 'glibc equals 2.17' is neither", "[base-provides]")


# ---- driver disks ----------------------------------------------------------------------------------

def test_a_driver_disk(carrier, unpack):
    desk = carrier("driver", extra="drivers = yes\n")
    assert desk.unsigned().returncode == 0
    iso = next(desk.out.glob("*.iso"))
    comps = next(unpack(iso).glob("repodata/*-comps.xml")).read_text()
    assert re.findall(r"<id>(\w+)</id>|>(update-[a-z-]+)<", comps) == [
        ("update", ""), ("", "update-acme-tools"), ("drivers", ""), ("", "update-acme-tools")]


@pytest.mark.parametrize("name, rule, words", [
    ("inbox", "driver-place", "has '/lib/modules/4.19.0+1/kernel/acme.ko'"),
    ("stray", "driver-place", "has '/opt/acme.ko'")])
def test_modules_in_the_wrong_place(carrier, name, rule, words):
    desk = carrier(name, extra="drivers = yes\n")
    desk.assert_refused(desk.unsigned(), 3, f"[{rule}]", words)


@pytest.mark.parametrize("name, drivers, rule", [("lib", "yes", "driver-none"), ("driver", "no", "driver-unsaid")])
def test_modules_and_what_is_said_of_them(carrier, name, drivers, rule):
    desk = carrier(name, extra=f"drivers = {drivers}\n")
    done = desk.unsigned()
    assert done.returncode == 0 and f"[{rule}]" in done.stderr


# ---- signed ----------------------------------------------------------------------------------------

def test_all_are_signed_and_signed_again(carrier, demo_key, make_key, unpack):
    desk = carrier("tool", "lib")
    env = {"GNUPGHOME": demo_key.home}
    before = {p.name: p.read_bytes() for p in (desk.spec / "rpms").iterdir()}
    assert desk.build("--key", demo_key.id, **env).returncode == 0
    iso = next(desk.out.glob("*.iso"))
    shown = desk.run("inspect", iso).stdout
    assert shown.count(": good, key") == 7 and "problems" not in shown
    assert {p.name: p.read_bytes() for p in (desk.spec / "rpms").iterdir()} == before
    assert desk.left()[1] == []
    assert desk.unsigned().returncode == 0
    bare = next(desk.out.glob("*-unsigned.iso"))
    again = desk.base / "again.iso"
    done = desk.run("sign", "--key", demo_key.id, bare, "-o", again, **env)
    assert done.returncode == 0, done.stderr
    assert desk.run("diff", "--ignore-signatures", iso, again).returncode == 0
    published = desk.base / "published"
    assert desk.run("publish", iso, published).returncode == 0
    assert (published / "Packages/tool-1.0-1.noarch.rpm").exists()


def test_every_kind_of_payload_rpm_4_11_reads(carrier, store):
    desk = carrier("xz/packed", "bzip2/packed2", "lib")
    assert desk.unsigned().returncode == 0
    one = desk.base / "one.iso"
    next(desk.out.glob("*.iso")).rename(one)
    shown = desk.run("inspect", one).stdout
    assert [f"payload {kind}," in shown for kind in ("gzip", "xz", "bzip2")] == [True] * 3 and "problems" not in shown
    assert desk.run("diff", one, one).returncode == 0
    make_rpms(desk.spec / "rpms", Rpm("packed2", files={"/opt/p": "y" * (3 << 20), "/opt/l": Path("elsewhere")}),
              payload="w9.bzdio")
    (desk.spec / "rpms/bzip2-packed2.rpm").unlink()
    assert desk.unsigned("--force").returncode == 0
    done = desk.run("diff", one, next(desk.out.glob("*.iso")))
    assert done.returncode == 1
    for path in ("p", "l"):
        assert f"package packed2.noarch: file /opt/{path}: 'mode " in done.stdout


def test_diff_names_the_carried_package(carrier, store):
    desk = carrier("tool", "lib")
    assert desk.unsigned().returncode == 0
    one = desk.base / "one.iso"
    next(desk.out.glob("*.iso")).rename(one)
    shutil.copy2(store / "again/lib.rpm", desk.spec / "rpms/lib.rpm")
    assert desk.unsigned("--force").returncode == 0
    done = desk.run("diff", one, next(desk.out.glob("*.iso")))
    assert done.returncode == 1 and "package lib.noarch: header Version: '1.0' -> '2.0'" in done.stdout


def bear_signature(rpm, key):
    """As the maker of a ready RPM leaves it."""
    must(["rpmsign", "--define", f"_gpg_name {key.id}", "--define", "__gpg /usr/bin/gpg", "--define", "_gpg_digest_algo sha256",
          "--addsign", rpm], env=environment(HOME=key.home, GNUPGHOME=key.home))


def test_an_unsigned_image_carries_signed_rpms_as_they_are(carrier, make_key, demo_key, unpack):
    desk = carrier("tool", "lib")
    maker = make_key(uid="maker of the tool <maker@invalid>")
    bear_signature(desk.spec / "rpms/tool.rpm", maker)
    assert desk.run("lint", desk.ini).returncode == 0
    done = desk.unsigned()
    assert done.returncode == 0, done.stderr
    iso = next(desk.out.glob("*.iso"))
    file = "Packages/tool-1.0-1.noarch.rpm"
    assert (unpack(iso) / file).read_bytes() == (desk.spec / "rpms/tool.rpm").read_bytes()
    key_id = maker.id[-16:].lower()
    shown = desk.run("inspect", iso).stdout
    assert f"{file}: NOT VERIFIED, made by a key that is not on the image, key {key_id}" in shown
    assert shown.count("NOT VERIFIED") == 1 and "UNSIGNED" in shown and "problems" not in shown
    data = json.loads(desk.run("inspect", "--json", iso).stdout)
    assert data["signed"] is False and data["findings"] == []
    assert {p["file"]: p["signature_key_id"] for p in data["packages"] if p["signature_key_id"]} == {file: key_id}
    verified = desk.run("verify", iso)
    assert verified.returncode == 1 and f"{file} bears a signature by key {key_id}" in verified.stdout
    assert "errors 1, warnings 0" in verified.stdout
    # signing replaces it, here and elsewhere: a host checks all RPMs against one key
    signed = desk.base / "signed.iso"
    done = desk.run("sign", "--key", demo_key.id, iso, "-o", signed, GNUPGHOME=demo_key.home)
    assert done.returncode == 0, done.stderr
    folder, attached = desk.base / "to-sign", desk.base / "attached.iso"
    for _ in range(3):
        done = desk.run("sign", "--emit", folder, iso)
        assert done.returncode == 0, done.stderr
        for line in done.stdout.splitlines():
            demo_key.sign_detached(desk.base / line)
        shutil.copy(demo_key.public, folder / "RPM-GPG-KEY-ACME")
    done = desk.run("sign", "--attach", folder, iso, "-o", attached)
    assert done.returncode == 0, done.stderr
    for image in (signed, attached):
        shown = desk.run("inspect", image).stdout
        assert shown.count(f": good, key {demo_key.id[-16:].lower()}") == 7 and key_id not in shown
        assert desk.run("verify", "--keyring", demo_key.public, image).returncode == 0


def test_a_carried_rpm_whose_signature_is_of_other_bytes_is_refused(carrier, make_key):
    """Hosts with the maker's key would refuse it, and it is damaged in any case."""
    desk = carrier("tool", "lib")
    rpm = desk.spec / "rpms/tool.rpm"
    bear_signature(rpm, make_key(uid="maker of the tool <maker@invalid>"))
    data = bytearray(rpm.read_bytes())
    data[-9] ^= 1
    rpm.write_bytes(data)
    desk.assert_refused(desk.unsigned(), 3, "tool.rpm")
