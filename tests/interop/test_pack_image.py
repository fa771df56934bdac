# SPDX-License-Identifier: GPL-2.0-or-later
"""The image, judged by other people's programs and by what its readers are known to need (packs.md B, C.3, D, H)."""
import gzip
import hashlib
import re
import struct
import xml.etree.ElementTree as ElementTree

import pytest

import installer
from layouts import LABEL
from support import EPOCH, environment, must, run
from xapi import UUID, parse_update_info

RPMS = {f"{LABEL}-1.0.0-1.x86_64.rpm", f"update-{LABEL}-1.0.0-1.noarch.rpm", f"control-{LABEL}-1.0.0-1.x86_64.rpm"}


@pytest.fixture(params=(False, True), ids=("signed", "unsigned"))
def pack(request, packs):
    return packs(unsigned=request.param)


@pytest.fixture
def signed(packs):
    return packs()


def rpm_query(rpm, query):
    return must(["rpm", "-qp", "--nosignature", "--qf", query, rpm], env=environment(HOME="/nonexistent")).stdout


# ---- the file system ---------------------------------------------------------------------------
def test_side_file(pack):
    must(["sha256sum", "--check", "--strict", f"{pack.iso.name}.sha256"], cwd=pack.iso.parent)


def test_xorriso_finds_both_trees(pack):
    """Rock Ridge for the kernel, Joliet for XenCenter's CDReader (packs.md B.1); xorriso has nothing to complain about."""
    said = must(["xorriso", "-abort_on", "WARNING", "-indev", pack.iso, "-find", "/", "-exec", "lsdl"])
    assert "WARNING" not in said.stderr and "FAILURE" not in said.stderr, said.stderr
    listed = re.findall(r"(?m)^(\S+)\s+\d+\s+(\S+)\s+(\S+)\s+\d+ .* '(/[^']*)'$", said.stdout)
    assert {path for *_, path in listed} >= {f"/Packages/{rpm}" for rpm in RPMS} | {"/update.xml", "/README.txt"}
    for mode, owner, group, path in listed:
        program = mode[0] == "d" or path in ("/install", "/install.sh", "/storagelink/storagelink-hook.exe")
        assert mode[1:] == ("rwxr-xr-x" if program else "rw-r--r--"), f"{path} {mode}"
        assert (owner, group) == ("0", "0") or (owner, group) == ("root", "root"), f"{path} {owner}:{group}"
    joliet = must(["bsdtar", "--options", "!rockridge", "-tf", pack.iso]).stdout
    assert "Packages/" in joliet and f"control-{LABEL}-1.0.0-1.x86_64.rpm" in joliet


def test_bsdtar_reads_it_and_every_time_is_the_epoch(pack):
    names = {line.removeprefix("./") for line in must(["bsdtar", "-tf", pack.iso]).stdout.splitlines()}
    assert {f"Packages/{rpm}" for rpm in RPMS} <= names
    assert {int(path.stat().st_mtime) for path in pack.tree.rglob("*") if path.is_file()} == {int(EPOCH)}


def test_no_classic_rpm_among_the_repository(pack):
    """The modern half has three packages, all indexed, nothing else in Packages/ (packs.md K.2)."""
    assert {path.name for path in (pack.tree / "Packages").iterdir()} == RPMS


# ---- update.xml --------------------------------------------------------------------------------
def test_update_xml(pack):
    info = parse_update_info((pack.tree / "update.xml").read_text())
    assert UUID.fullmatch(info["uuid"])
    assert (info["name-label"], info["version"], info["control"]) == (LABEL, "1.0.0", f"control-{LABEL}")
    assert info["enforce-homogeneity"] == "true"
    sizes = [int(rpm_query(rpm, "%{SIZE}")) for rpm in (pack.tree / "Packages").glob(f"{LABEL}-*.rpm")]
    assert int(info["installation-size"]) >= sum(sizes)
    assert set(filter(None, info.get("after-apply-guidance", "").split(","))) <= {
        "restartHVM", "restartPV", "restartHost", "restartXAPI"}


def test_key_attribute_names_the_key_on_the_image(packs):
    """import-update-key keeps the basename, and dnf looks for key= in /etc/pki/rpm-gpg (packs.md B.6)."""
    signed, unsigned = packs().tree, packs(unsigned=True).tree
    key = parse_update_info((signed / "update.xml").read_text())["key"]
    assert key == "RPM-GPG-KEY-OSNEXUS" and (signed / key).is_file()
    assert not parse_update_info((unsigned / "update.xml").read_text()).get("key")
    assert list(unsigned.glob("RPM-GPG-KEY*")) + list(unsigned.rglob("*.asc")) == []


# ---- packages ----------------------------------------------------------------------------------
def test_rpmkeys_knows_the_signature_of_every_package(signed, demo_key, tmp_path):
    database = ["--dbpath", tmp_path / "db"]
    must(["rpmkeys", *database, "--import", demo_key.public])
    for rpm in signed.tree.glob("Packages/*.rpm"):
        said = must(["rpmkeys", *database, "-Kv", rpm]).stdout
        lines = [line.strip() for line in said.splitlines()[1:]]
        assert all(line.endswith(": OK") for line in lines), said
        # a header signature (RPMSIGTAG_RSA) and digests of both header and payload (packs.md D)
        assert any(re.match(r"Header V4 RSA/SHA(256|384|512) Signature, key ID [0-9a-f]+: OK", line) for line in lines), said
        assert any("digest" in line and "SHA256" in line for line in lines), said


def test_header_and_payload_signature_of_the_7x_era(signed):
    """rpmsign of that era also wrote RPMSIGTAG_PGP over header and payload; yum on 4.11 may want it (packs.md D)."""
    for rpm in signed.tree.glob("Packages/*.rpm"):
        assert rpm_query(rpm, "%{SIGPGP:pgpsig}") != "(none)", rpm.name
        assert rpm_query(rpm, "%{RSAHEADER:pgpsig}") != "(none)", rpm.name


def test_packages_are_readable_by_rpm_4_11(pack):
    """gzip payload, SHA-256 file digests, and no rpmlib() feature EL7 lacks (packs.md D)."""
    known = {"CompressedFileNames", "FileDigests", "PayloadFilesHavePrefix", "PayloadIsXz", "VersionedDependencies"}
    for rpm in pack.tree.glob("Packages/*.rpm"):
        assert rpm_query(rpm, "%{PAYLOADCOMPRESSOR} %{PAYLOADFLAGS} %{FILEDIGESTALGO}") == "gzip 4 8", rpm.name
        features = set(re.findall(r"rpmlib\((\w+)\)", rpm_query(rpm, "[%{REQUIRENAME}\n]")))
        assert features <= known, f"{rpm.name}: {features - known}"
        for tag in ("RECOMMENDNAME", "SUGGESTNAME", "SUPPLEMENTNAME", "ENHANCENAME", "MODULARITYLABEL"):
            assert rpm_query(rpm, f"%{{{tag}}}") == "(none)", f"{rpm.name} {tag}"


def test_packages_say_nothing_of_this_machine(pack):
    """Build host, build time and user do not come from where the pack was built."""
    for rpm in pack.tree.glob("Packages/*.rpm"):
        assert rpm_query(rpm, "%{BUILDTIME}") == EPOCH, rpm.name
        assert set(rpm_query(rpm, "[%{FILEMTIMES} ]").split()) == {EPOCH}, rpm.name
        assert set(rpm_query(rpm, "[%{FILEUSERNAME}:%{FILEGROUPNAME} ]").split()) == {"root:root"}, rpm.name
        host = rpm_query(rpm, "%{BUILDHOST}")
        assert host != must(["uname", "-n"]).stdout.strip(), host


def test_requires_are_closed(pack):
    """No other repository is visible to xapi's transaction (packs.md B.7): ISO, base requirement, rpmlib, /bin/sh."""
    allowed = {LABEL, "platform-version", "/bin/sh"}
    for rpm in pack.tree.glob("Packages/*.rpm"):
        names = set(rpm_query(rpm, "[%{REQUIRENAME}\n]").split())
        assert {name for name in names if not name.startswith("rpmlib(")} <= allowed, rpm.name
    update = pack.tree / f"Packages/update-{LABEL}-1.0.0-1.noarch.rpm"
    assert f"{LABEL} >= 1.0.0-1" in must(["rpm", "-qp", "--nosignature", "--requires", update]).stdout
    control = pack.tree / f"Packages/control-{LABEL}-1.0.0-1.x86_64.rpm"
    assert "platform-version >= 2.2.0" in must(["rpm", "-qp", "--nosignature", "--requires", control]).stdout


# ---- repodata ----------------------------------------------------------------------------------
def test_host_installer_can_read_the_repodata(pack):
    assert {href for href, _, _ in installer.packages(pack.tree)} == {f"Packages/{rpm}" for rpm in RPMS}
    assert installer.check(pack.tree) == []


def test_repomd_is_of_the_safe_set(pack):
    """gzip primary, filelists, other; plain group and optional group_gz; SHA-256; sizes stated (packs.md C.3)."""
    root = ElementTree.parse(pack.tree / "repodata/repomd.xml").getroot()
    found = {data.get("type"): data for data in root.iter(f"{installer.REPO}data")}
    assert {"primary", "filelists", "other", "group"} <= set(found) <= {"primary", "filelists", "other", "group",
                                                                         "group_gz"}
    for kind, data in found.items():
        content = (pack.tree / data.find(f"{installer.REPO}location").get("href")).read_bytes()
        checksum = data.find(f"{installer.REPO}checksum")
        assert checksum.get("type") == "sha256" and hashlib.sha256(content).hexdigest() == checksum.text, kind
        assert data.find(f"{installer.REPO}size").text == str(len(content)), kind
        assert data.find(f"{installer.REPO}timestamp") is not None, kind
        if kind == "group":
            continue
        opened = gzip.decompress(content)
        assert data.find(f"{installer.REPO}open-size").text == str(len(opened)), kind
        assert data.find(f"{installer.REPO}open-checksum").text == hashlib.sha256(opened).hexdigest(), kind
        assert struct.unpack("<I", content[4:8])[0] == 0, f"{kind}: the gzip header carries a time"


def test_comps_group(pack):
    """Group id `update`, one mandatory member by package name, lower-case booleans (packs.md B.5)."""
    comps = ElementTree.parse(next(pack.tree.glob("repodata/*comps.xml"))).getroot()
    (group,) = comps.findall("group")
    assert group.findtext("id") == "update" and group.findtext("name")
    assert group.findtext("default") == "false" and group.findtext("uservisible") == "true"
    (member,) = group.find("packagelist")
    assert (member.text, member.get("type")) == (f"update-{LABEL}", "mandatory")


def test_dnf_repoquery_reads_it(pack, tmp_path):
    done = run(["dnf", "--noplugins", "-q", f"--installroot={tmp_path}", f"--repofrompath=x,file://{pack.tree}",
                "--repo=x", "--nogpgcheck", "--setopt=x.repo_gpgcheck=0", "--setopt=reposdir=/dev/null",
                "repoquery", "--qf", "%{name} %{version} %{arch}"])
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split("\n")) - {""} == {f"{LABEL} 1.0.0 x86_64", f"update-{LABEL} 1.0.0 noarch",
                                                  f"control-{LABEL} 1.0.0 x86_64"}


def test_readme_is_for_a_terminal(pack):
    """What this is and how to install, check and roll back; ASCII, no placeholder left."""
    text = (pack.tree / "README.txt").read_bytes().decode("ascii")
    uuid = parse_update_info((pack.tree / "update.xml").read_text())["uuid"]
    assert uuid in text and "status" in text and f"rpm -e update-{LABEL} control-{LABEL} {LABEL}" in text
    assert not re.search(r"@\w[\w-]*@", text), "a template's placeholder is left"
    assert ("UNSIGNED" in text) == (not (pack.tree / "update.xml.asc").exists())
