# SPDX-License-Identifier: GPL-2.0-or-later
"""The half of the image for XenServer 5.6 to 7.0, against checks written from packs.md A.3, A.4, D and H."""
import hashlib
import re
import struct
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from support import EPOCH, must

RPM = "acme-mp-1.2-1.noarch.rpm"
SIDES = [".iso", ".iso.md5", ".iso.sha256", ".metadata.md5"]
METADATA = ("XS-REPOSITORY", "XS-PACKAGES")
# In the order SPB writes them: py2 minidom sorts.
ATTRIBUTES = {"repository": ["enforce-homogeneity", "name", "originator", "product", "version"],
              "requires": ["name", "originator", "product", "test", "version"],
              "package": ["label", "md5", "size", "type"], "packages": [], "description": []}


@pytest.fixture
def classic(desk):
    text = desk.ini.read_text().replace("[multipath]", "homogeneous = yes\n[targets]\nclassic = yes\n[multipath]")
    desk.ini.write_text(text)
    return desk


@pytest.fixture
def tree(classic, unpack):
    done = classic.unsigned()
    assert done.returncode == 0, done.stderr
    return unpack(next(classic.out.glob("*.iso")))


def query(rpm, tag):
    return must(["rpm", "-qp", "--qf", tag, rpm]).stdout


def shell_parse(text):
    """The tags of a document as the old builder's shell reader finds them: line by line, greedily, undecoded."""
    found = []
    for line in text.split("\n"):
        while "<" in line:
            assert ">" in line, f"an endless loop: {line}"
            tag, line = re.match(r"[^<]*<([^>]*)>(.*)", line).groups()
            name = re.match(r"/?[\w-]*", tag)[0]
            attributes = re.findall(r'([\w-]+)="', tag)
            found.append((name, {key: re.match(f'.*{key}="([^"]*)"', tag)[1] for key in attributes}))
    return found


def test_files_and_modes(tree):
    """Flat, beside the modern half; the two programs are executable (packs.md A.1)."""
    names = {path.name for path in tree.iterdir()}
    assert names == {*METADATA, "install", "install.sh", RPM, "Packages", "repodata", "update.xml", "README.txt",
                     "SHA256SUMS"}
    modes = {name: (tree / name).stat().st_mode & 0o777 for name in names}
    assert modes["install"] == modes["install.sh"] == 0o755
    assert {modes[name] for name in (*METADATA, RPM)} == {0o644}
    for name in ("install", "install.sh"):
        must(["shellcheck", "-s", "sh", tree / name])


@pytest.mark.parametrize("name", METADATA)
def test_strictness_of_the_metadata(tree, name):
    data = (tree / name).read_bytes()
    text = data.decode("ascii")
    assert "\r" not in text and "\t" not in text and text.endswith(">\n")
    assert not set("&\\'") & set(text) and "<!--" not in text and "<?" not in text
    for line in text.splitlines():
        assert line.count("<") == line.count(">") >= 1, line
        assert line.count('"') % 2 == 0, line
        assert re.fullmatch(r"( {2})?<.*>", line), line
    for tag, attributes in shell_parse(text):
        if attributes:
            assert list(attributes) == ATTRIBUTES[tag], "alphabetical"
        for one in attributes:
            assert not [other for other in attributes if other != one and other.endswith(one)]


@pytest.mark.parametrize("name", METADATA)
def test_every_reader_reads_the_same(tree, name):
    """The hosts' XML readers and the shell reader (packs.md A.3)."""
    text = (tree / name).read_text()
    by_xml = [(node.tag, node.attrib) for node in ElementTree.fromstring(text).iter()]
    by_shell = [(tag, attributes) for tag, attributes in shell_parse(text) if not tag.startswith("/")]
    assert by_xml == by_shell


def test_repository(tree):
    root = ElementTree.parse(tree / "XS-REPOSITORY").getroot()
    assert root.attrib == {"name": "acme-mp", "originator": "acme", "product": "XenServer", "version": "1.2",
                           "enforce-homogeneity": "true"}
    assert (root[0].tag, root[0].text) == ("description", "Acme settings"), "first child: xapi takes its text"
    (need,) = root.findall("requires")
    assert need.attrib == {"originator": "xs", "name": "main", "product": "XenServer", "test": "ge", "version": "5.6"}


def test_packages(tree):
    (package,) = ElementTree.parse(tree / "XS-PACKAGES").getroot()
    content = (tree / RPM).read_bytes()
    assert package.text == RPM and not re.search(r"\s|^\./", package.text)
    assert package.attrib == {"label": query(tree / RPM, "%{NAME}"), "type": "rpm", "size": str(len(content)),
                              "md5": hashlib.md5(content).hexdigest()}


def test_side_files(classic, tree):
    """md5sum -c takes the one; the other is what the host installer shows (packs.md A.4)."""
    names, left = classic.left()
    assert names == [f"acme-mp-1.2-unsigned{ending}" for ending in SIDES] and left == []
    must(["md5sum", "--check", "--strict", "acme-mp-1.2-unsigned.iso.md5"], cwd=classic.out)
    must(["sha256sum", "--check", "--strict", "acme-mp-1.2-unsigned.iso.sha256"], cwd=classic.out)
    both = b"".join((tree / name).read_bytes() for name in METADATA)
    assert (classic.out / "acme-mp-1.2-unsigned.metadata.md5").read_text() == hashlib.md5(both).hexdigest() + "\n"


def test_no_classic_leaves_it_out(classic, unpack, suppack):
    """And nothing else changes: the modern half is, byte for byte, that of a description without it."""
    assert classic.unsigned("--no-classic").returncode == 0
    names, _ = classic.left()
    assert names == ["acme-mp-1.2-unsigned.iso", "acme-mp-1.2-unsigned.iso.sha256"]
    without = (classic.out / names[0]).read_bytes()
    classic.ini.write_text(classic.ini.read_text().replace("classic = yes", "classic = no"))
    assert classic.unsigned("--force").returncode == 0
    assert (classic.out / names[0]).read_bytes() == without
    assert not list(unpack(classic.out / names[0]).glob("XS-*"))


def test_stale_sums_go_with_the_image_they_were_of(classic):
    assert classic.unsigned().returncode == 0
    assert classic.unsigned("--no-classic").returncode == 4
    assert len(classic.left()[0]) == 4
    assert classic.unsigned("--no-classic", "--force").returncode == 0
    assert len(classic.left()[0]) == 2


def test_same_bytes_twice(classic):
    assert classic.unsigned().returncode == 0
    first = {path.name: path.read_bytes() for path in classic.out.iterdir()}
    assert classic.unsigned("--force", TZ="Asia/Tokyo", LC_ALL="C").returncode == 0
    assert {path.name: path.read_bytes() for path in classic.out.iterdir()} == first


# ---- the package ---------------------------------------------------------------------------------
def test_package_is_readable_by_rpm_4_4_2(tree):
    """gzip, MD5 file digests, no rpmlib() feature EL5 lacks, nothing signed (packs.md D)."""
    rpm = tree / RPM
    assert query(rpm, "%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}") + ".rpm" == RPM
    assert query(rpm, "%{PAYLOADFORMAT} %{PAYLOADCOMPRESSOR} %{PAYLOADFLAGS} %{FILEDIGESTALGO}") == "cpio gzip 4 (none)"
    digests = query(rpm, "[%{FILEDIGESTS}\n]").split()
    assert digests and all(len(digest) == 32 for digest in digests)
    needs = set(must(["rpm", "-qp", "--requires", rpm]).stdout.splitlines())
    assert needs == {"/bin/sh", "rpmlib(CompressedFileNames) <= 3.0.4-1", "rpmlib(PayloadFilesHavePrefix) <= 4.0-1"}
    assert must(["rpm", "-qp", "--provides", rpm]).stdout == "acme-mp = 1.2-1\n"
    # what that rpm checks instead: size and MD5 of header and payload, SHA-1 of the header
    assert re.fullmatch(r"\d+ [0-9a-f]{32} [0-9a-f]{40}", query(rpm, "%{SIGSIZE} %{SIGMD5} %{SHA1HEADER}"))
    for tag in ("SIGPGP", "SIGGPG", "RSAHEADER", "DSAHEADER"):
        assert query(rpm, f"%{{{tag}}}") == "(none)", tag
    assert query(rpm, "%{BUILDTIME} %{BUILDHOST}") == f"{EPOCH} suppack"


def test_header_says_version_3_of_the_file_format(tree):
    """The lead every rpm reads first: magic, major 3, binary, os Linux, header-style signature."""
    lead = (tree / RPM).read_bytes()[:96]
    magic, major, _, kind, _, name, system, signature = struct.unpack(">IBBHH66sHH", lead[:80])
    assert (magic, major, kind, system, signature) == (0xEDABEEDB, 3, 0, 1, 5)
    assert name.rstrip(b"\0") == b"acme-mp-1.2-1"


def test_both_programs_and_the_script_that_picks_one(tree, tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    must(["bsdtar", "-xpf", tree / RPM, "-C", root])
    bin_ = root / "opt/acme-mp/bin"
    assert {path.name for path in bin_.iterdir()} == {"multipath-hook", "multipath-hook.i386", "multipath-hook.x86_64"}
    machines = {name: must(["readelf", "-h", bin_ / f"multipath-hook.{name}"]).stdout for name in ("i386", "x86_64")}
    assert "Intel 80386" in machines["i386"] and "X86-64" in machines["x86_64"]
    must(["shellcheck", "-s", "sh", bin_ / "multipath-hook"])
    scripts = must(["rpm", "-qp", "--scripts", "--triggers", tree / RPM]).stdout.splitlines()
    hook = "/opt/acme-mp/bin/multipath-hook"
    assert scripts == [
        "postinstall scriptlet (using /bin/sh):", f"exec {hook} install",
        "preuninstall scriptlet (using /bin/sh):", f'if [ "$1" = 0 ]; then {hook} remove || :; fi',
        "postuninstall scriptlet (using /bin/sh):",
        'if [ "$1" = 0 ]; then rm -rf /etc/xensource/installed-repos/acme:acme-mp; fi',
        "triggerin scriptlet (using /bin/sh) -- device-mapper-multipath, sm", f"exec {hook} install"]


@pytest.mark.parametrize("shell", (("bash-static", "--posix"), ("dash",), ("busybox", "sh")), ids=lambda s: s[0])
@pytest.mark.parametrize("machine, chosen", (("x86_64", "x86_64"), ("i686", "i386"), ("i386", "i386")))
def test_the_script_picks_by_machine(tmp_path, quantastor_source, shell, machine, chosen):
    """By its own place, through a link, with PATH unset; arguments and exit status pass through."""
    script = tmp_path / "bin/multipath-hook"
    script.parent.mkdir()
    text = (quantastor_source.parent / "classic/multipath-hook").read_text()
    fake = tmp_path / "fake"
    fake.mkdir()
    (fake / "uname").write_text(f"#!/bin/sh\necho {machine}\n")
    (fake / "uname").chmod(0o755)
    assert " uname -m" in text
    script.write_text(text.replace(" uname -m", f" {fake}/uname -m"))  # busybox has one built in
    for name in ("i386", "x86_64"):
        program = tmp_path / f"bin/multipath-hook.{name}"
        program.write_text(f'#!/bin/sh\necho {name} "$0" "$#" "$2"\nexit 5\n')
        program.chmod(0o755)
    link = tmp_path / "link"
    link.symlink_to(script)
    for start in (script, link):
        done = subprocess.run([f"/usr/bin/{shell[0]}", *shell[1:], str(start), "a", "b c"], env={}, text=True,
                              capture_output=True, check=False)
        assert done.returncode == 5, done.stderr
        assert done.stdout == f"{chosen} {tmp_path}/bin/multipath-hook.{chosen} 2 b c\n"


# ---- what must not get there ---------------------------------------------------------------------
@pytest.mark.parametrize("value", ["a & b", "a < b", "a > b", 'a "b"', "a \\ b", "a $(id) b", "a `id` b"])
def test_a_description_the_xml_cannot_carry(classic, value):
    text = classic.ini.read_text().replace("Acme settings", value)
    classic.ini.write_text(text)
    line = 1 + text.splitlines().index(f"description = {value}")
    classic.assert_refused(classic.unsigned(), 3, f"pack.ini:{line}: description '", "[description-grammar]")


def test_a_description_that_is_not_ascii(classic):
    classic.ini.write_text(classic.ini.read_text().replace("Acme settings", "Acme \u00e4"))
    classic.assert_refused(classic.unsigned(), 3, "pack.ini:6: value of 'description' is not plain ASCII: U+00E4 in column 6")


def test_a_description_with_all_that_is_allowed(classic, unpack):
    allowed = "It's #1: (a) [b] {c} @label@ 100! ~x^y* ?=+-_,./|;z"
    classic.ini.write_text(classic.ini.read_text().replace("Acme settings", allowed))
    assert classic.unsigned().returncode == 0
    root = ElementTree.parse(unpack(next(classic.out.glob("*.iso"))) / "XS-REPOSITORY").getroot()
    assert root[0].text == allowed


def test_inspect_tells_of_it(classic, tree):
    iso = next(classic.out.glob("*.iso"))
    md5 = (classic.out / "acme-mp-1.2-unsigned.metadata.md5").read_text().strip()
    text = classic.run("inspect", iso).stdout
    assert f"\nclassic half\n  acme:acme-mp 1.2 for XenServer, metadata MD5 {md5}\n  needs xs:main ge 5.6\n" in text
    assert "problems" not in text
    json = __import__("json").loads(classic.run("inspect", "--json", iso).stdout)
    assert json["findings"] == [] and not any(file["signed"] for file in json["files"])
    assert json["classic"] == {
        "originator": "acme", "name": "acme-mp", "version": "1.2", "product": "XenServer", "packages": [RPM],
        "description": "Acme settings", "homogeneous": True, "metadata_md5": md5,
        "requires": [{"originator": "xs", "name": "main", "product": "XenServer", "test": "ge", "version": "5.6"}]}
