# SPDX-License-Identifier: GPL-2.0-or-later
"""`build` with build-update's options: the call lines of DDK Makefiles, one word changed (packs.md B.9)."""
import re

import pytest

from rpms import Rpm, make_rpms
from support import must

UUID = "0a4f1234-5678-9abc-def0-0123456789ab"
PRECHECK = "#!/bin/sh\n# the vendor's own @check@\nexit 0\n"
REMOVE = "#!/bin/sh\nrpm -e acme-nic\n"
GROUPS = """\
<?xml version="1.0"?>
<!DOCTYPE comps PUBLIC "-//CentOS//DTD Comps info//EN" "comps.dtd">
<comps><group><id>update</id><name>acme</name><packagelist>
<packagereq type="mandatory">update-acme-nic</packagereq></packagelist></group>
<group><id>drivers</id><name>acme</name><packagelist>
<packagereq type="mandatory">update-acme-nic</packagereq></packagelist></group></comps>
"""

# A Makefile as the DDK's examples have it: BUILD is build-update there, and two words here.
MAKEFILE = """\
LABEL := acme-nic
TEXT := Acme NIC driver
VERSION := 3.8.7+1.xcpng8.2-pack.0.1
UUID := %s
RPMS := acme-module.rpm acme-tool.rpm
ISO := $(LABEL)-$(VERSION).iso

$(ISO): $(RPMS)
\t$(BUILD) --uuid $(UUID) -l "$(LABEL)" -v "$(VERSION)" -d "$(TEXT)" -o "$@" \\
\t\t--base-requires "kernel-uname-r = 4.19.0+1" --after-apply restartHost \\
\t\t--precheck precheck --remove remove --groupfile groups.xml \\
\t\t$(SIGN) $(RPMS)
""" % UUID


@pytest.fixture(scope="session")
def nic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nic")
    make_rpms(folder, Rpm("acme-module", files={"/lib/modules/4.19.0+1/updates/acme.ko": "module"}),
              Rpm("acme-tool", "Requires: acme-module >= 1.0"), Rpm("update-acme-nic"))
    return folder


@pytest.fixture
def ddk(desk, nic):
    """The desk as a Makefile's folder; .call(options...) with the mandatory ones, .wanted."""
    desk.folder = desk.base / "work"
    desk.folder.mkdir()
    for name in ("acme-module.rpm", "acme-tool.rpm", "update-acme-nic.rpm"):
        (desk.folder / name).write_bytes((nic / name).read_bytes())
    for name, text in (("precheck", PRECHECK), ("remove", REMOVE), ("groups.xml", GROUPS), ("Makefile", MAKEFILE)):
        (desk.folder / name).write_text(text)
    desk.iso = desk.base / "made.iso"
    desk.base_call = ["--uuid", UUID, "--label", "acme-nic", "--version", "3.8", "--description", "Acme NIC driver",
                      "--output", str(desk.iso)]

    def call(*words, base=None, rpms=("work/acme-module.rpm", "work/acme-tool.rpm"), **env):
        return desk.run("build", *(desk.base_call if base is None else base), *words, *rpms, **env)
    desk.call = call
    return desk


def control_of(tree, root):
    root.mkdir()
    must(["bsdtar", "-xpf", next(tree.glob("Packages/control-*")), "-C", root])
    return root / "var/update" / UUID


def test_a_makefile_changes_one_word(ddk, demo_key, unpack, tmp_path):
    keyfile = ddk.folder / "RPM-GPG-KEY-ACME"
    keyfile.write_bytes(demo_key.public.read_bytes())
    done = must(["make", "-s", f"BUILD={ddk.suppack} build",
                 f"SIGN=--key {demo_key.id} --keyfile {keyfile.name} --no-passphrase"], cwd=ddk.folder,
                env=ddk.env(GNUPGHOME=demo_key.home))
    name = "acme-nic-3.8.7+1.xcpng8.2-pack.0.1.iso"
    assert done.stdout.split()[1] == f"./{name}" and (ddk.folder / f"{name}.sha256").exists()
    tree = unpack(ddk.folder / name)
    assert sorted(p.name for p in tree.iterdir()) == ["Packages", "RPM-GPG-KEY-ACME", "repodata", "update.xml",
                                                      "update.xml.asc"]
    assert (tree / "RPM-GPG-KEY-ACME").read_bytes() == keyfile.read_bytes()
    version = "3.8.7.1.xcpng8.2.pack.0.1-1.noarch"
    assert sorted(p.name for p in (tree / "Packages").iterdir()) == [
        "acme-module-1.0-1.noarch.rpm", "acme-tool-1.0-1.noarch.rpm", f"control-acme-nic-{version}.rpm",
        f"update-acme-nic-{version}.rpm"]
    update = (tree / "update.xml").read_text()
    for attribute in ('name-label="acme-nic"', 'version="3.8.7+1.xcpng8.2-pack.0.1"', f'uuid="{UUID}"',
                      'after-apply-guidance="restartHost"', 'key="RPM-GPG-KEY-ACME"', 'control="control-acme-nic"',
                      "<name-description>Acme NIC driver</name-description>"):
        assert attribute in update
    assert next(tree.glob("repodata/*-groups.xml"), None) is None
    assert next(tree.glob("repodata/*-comps.xml")).read_text() == GROUPS
    control = control_of(tree, tmp_path / "root")
    assert (control / "precheck").read_text() == PRECHECK and (control / "remove").read_text() == REMOVE
    assert {p.stat().st_mode & 0o777 for p in control.iterdir()} == {0o755}
    requires = must(["rpm", "-qp", "--nosignature", "--requires", next(tree.glob("Packages/control-*"))]).stdout
    assert "kernel-uname-r = 4.19.0+1\n" in requires
    shown = ddk.run("inspect", ddk.folder / name).stdout
    assert shown.count(": good, key") == 6 and "problems" not in shown


def test_every_long_option_and_nothing_signed_without_a_key(ddk, unpack, tmp_path):
    done = ddk.call("--base-requires=platform-version >= 2.2.0", "--after-apply=restartXAPI", "--precheck=work/precheck",
                    "--remove=work/remove", "--groupfile=work/groups.xml", "--no-passphrase", "--rollups=")
    assert done.returncode == 0, done.stderr
    assert "UNSIGNED" in done.stderr
    tree = unpack(ddk.iso)
    assert not list(tree.rglob("*.asc")) and "key=" not in (tree / "update.xml").read_text()


def test_the_least_there_is(ddk, unpack, tmp_path):
    assert ddk.call().returncode == 0
    control = control_of(unpack(ddk.iso), tmp_path / "root")
    assert [p.name for p in control.iterdir()] == ["remove"]
    assert "left on the host: $carried" in (control / "remove").read_text()
    before = ddk.iso.read_bytes()
    assert ddk.call().returncode == 0 and ddk.iso.read_bytes() == before  # replaced, as build-update does


def test_signed_later_as_when_it_is_built(ddk, demo_key):
    keyfile = ddk.folder / "RPM-GPG-KEY-ACME-NIC"
    keyfile.write_bytes(demo_key.public.read_bytes())
    env = {"GNUPGHOME": demo_key.home}
    assert ddk.call("--key", demo_key.id, **env).returncode == 0
    signed = ddk.base / "signed.iso"
    ddk.iso.rename(signed)
    assert ddk.call().returncode == 0
    again = ddk.base / "again.iso"
    done = ddk.run("sign", "--key", demo_key.id, ddk.iso, "-o", again, **env)
    assert done.returncode == 0, done.stderr
    assert ddk.run("diff", "--ignore-signatures", signed, again).returncode == 0


@pytest.mark.parametrize("missing", ["--uuid", "--label", "--version", "--description", "--output"])
def test_what_must_be_given(ddk, missing):
    at = ddk.base_call.index(missing)
    done = ddk.call(base=ddk.base_call[:at] + ddk.base_call[at + 2:])
    ddk.assert_refused(done, 2, f"{missing} must be given")


@pytest.mark.parametrize("words, status, part", [
    (["--rollups", UUID], 2, "only the product's own hotfixes"), (["--nonsense"], 2, "unknown option '--nonsense'"),
    (["--text", "x"], 2, "unknown option '--text'"), (["--label", "b"], 2, "--label is given twice"),
    (["--keyfile", "x"], 2, "--keyfile is given, but no --key"),
    (["--precheck", "gone"], 3, "cannot read 'gone'"), (["--precheck", "work/groups.xml"], 3, "[script-interpreter]"),
    (["--groupfile", "work/precheck"], 3, "[group-file]"), (["--groupfile", "work/other.xml"], 3, "no mandatory member"),
    (["--after-apply", "reboot"], 3, "command line: guidance 'reboot' must be"),
    (["--base-requires", "$(id)"], 3, "[requires-grammar]"), (["gone.rpm"], 3, "cannot read 'gone.rpm'"),
    (["work/update-acme-nic.rpm"], 3, "[carried-clash]"), (["--key", "nobody"], 5, "nobody")])
def test_refused(ddk, words, status, part):
    (ddk.folder / "other.xml").write_text(GROUPS.replace("update-acme-nic", "update-other"))
    done = ddk.call(*words, GNUPGHOME=ddk.tmp.parent)
    assert (done.returncode, done.stdout) == (status, ""), done.stderr
    assert part in done.stderr and not ddk.iso.exists() and ddk.left()[1] == []


@pytest.mark.parametrize("option, value, rule", [
    ("--label", "main", "label-grammar"), ("--uuid", "1", "uuid-grammar"), ("--version", "1 0", "version-grammar"),
    ("--version", "%(id)", "version-grammar"), ("--description", "a `id`", "description-grammar")])
def test_values_obey_the_rules_of_descriptions(ddk, option, value, rule):
    base = list(ddk.base_call)
    base[base.index(option) + 1] = value
    done = ddk.call(base=base)
    assert done.returncode == 3 and f"[{rule}]" in done.stderr and "'command line' is refused" in done.stderr


def test_a_key_file_of_another_key(ddk, demo_key, make_key):
    keyfile = ddk.folder / "RPM-GPG-KEY-ACME"
    keyfile.write_bytes(make_key().public.read_bytes())
    done = ddk.call("--key", demo_key.id, "--keyfile", keyfile, GNUPGHOME=demo_key.home)
    assert done.returncode == 5 and "is the public key" in done.stderr and not ddk.iso.exists()


def test_help_tells_of_it(ddk):
    shown = ddk.run("build", "--help").stdout
    named = set(re.findall(r"--[a-z-]+", shown[shown.index("As the DDK"):]))
    assert {"--uuid", "--label", "--version", "--description", "--output", "--key", "--keyfile", "--base-requires",
            "--after-apply", "--precheck", "--remove", "--groupfile", "--no-passphrase"} <= named
