# SPDX-License-Identifier: GPL-2.0-or-later
"""What the classic installer refuses, with which exit status and in which order (packs.md A.5); the host stays as it was."""
import hashlib
import re
from pathlib import Path

import pytest

import expect
from classic_host import INSTALLED, RECORD, asked_of_xe, edit_metadata, forget_xe, install, sum_up
from layouts import BY_NAME, LABEL
from snapshot import difference
from support import SUMS

RPM = f"{LABEL}-1.0.0-1.noarch.rpm"
INVENTORY = "/etc/xensource-inventory"


@pytest.fixture
def layout():
    return BY_NAME["xs-6.2"]


@pytest.fixture
def tree(packs, tmp_path):
    """A private copy of the pack's tree."""
    return packs().copy(tmp_path / "tree")


@pytest.fixture
def eula_tree(packs):
    """With a license to accept; its text is the vendor's stanza, for want of another file."""
    return packs(eula="multipath.conf").tree


one_shell = pytest.mark.parametrize("shell", ["dash"])


def refused(host, tree, status, *said, words=(), typed="", **how):
    before = host.snapshot()
    done = install(host, tree, *words, typed=typed, **how)
    assert done.returncode == status, f"exit {done.returncode}\n{done.stdout}{done.stderr}"
    for part in said:
        assert part in done.stdout + done.stderr, done.stdout + done.stderr
    assert "successful" not in done.stdout
    assert difference(before, host.snapshot()) == [] and host.packages() == host.packages_before
    assert asked_of_xe(host) == []
    return done


def taken(host, tree, *words, typed=""):
    done = install(host, tree, *words, typed=typed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert asked_of_xe(host) != []
    return done


def change(host, path, old, new):
    text = host.read(path).decode()
    assert old in text
    host.put(path, text.replace(old, new))


# ---- the product (step 2) ------------------------------------------------------------------------
def test_wrong_product(classic, tree):
    change(classic, INVENTORY, "PRODUCT_BRAND='XenServer'", "PRODUCT_BRAND='Other'")
    said = "This pack is for XenServer, this host is Other."
    done = refused(classic, tree, 2, said, words=("-b",), typed="Y\n")
    assert "(Y/N)" not in done.stdout
    refused(classic, tree, 2, said, "Do you want to continue? (Y/N)", typed="N\n")
    refused(classic, tree, 2, said)  # nobody answers
    taken(classic, tree, typed="y\n")


@one_shell
def test_product_by_platform_name(classic, tree):
    """XCP is the platform of 6.0 and later; 5.6 has no such line."""
    edit_metadata(tree, "XS-REPOSITORY", 'product="XenServer" version="1', 'product="XCP" version="1')
    before = classic.read(INVENTORY).decode()
    classic.put(INVENTORY, re.sub("PLATFORM_NAME=.*\n", "", before))
    refused(classic, tree, 2, "This pack is for XCP, this host is XenServer.", words=("-b",))
    classic.put(INVENTORY, before)
    taken(classic, tree, "-b")


@one_shell
def test_no_xenserver_at_all(classic, tree):
    classic.path(INVENTORY).unlink()
    refused(classic, tree, 1, "FATAL: there is no /etc/xensource-inventory")


# ---- what is needed (step 4) ---------------------------------------------------------------------
def test_needed_pack_is_missing(classic, tree):
    """FATAL, whoever answers (packs.md A.5 step 4)."""
    for name in ("XS-REPOSITORY", "XS-PACKAGES"):
        classic.path(f"{INSTALLED}/xs:main/{name}").unlink()
    classic.path(f"{INSTALLED}/xs:main").rmdir()
    for words, typed in ((("-b",), ""), ((), "Y\nY\n")):
        refused(classic, tree, 1, "FATAL: this pack needs 'xs:main', which is not installed", words=words, typed=typed)


def test_needed_pack_is_too_old(classic, tree):
    change(classic, f"{INSTALLED}/xs:main/XS-REPOSITORY", 'version="6.2.0"', 'version="5.5.0"')
    said = "This pack needs 'xs:main' ge 5.6, this host has 5.5.0."
    done = refused(classic, tree, 2, said, words=("-b",), typed="Y\n")
    assert "(Y/N)" not in done.stdout
    refused(classic, tree, 2, said, typed="n\n")
    taken(classic, tree, typed="Yes\n")


@one_shell
def test_what_others_recorded_may_be_laid_out_otherwise(classic, tree):
    """Theirs is XML, which knows no lines."""
    change(classic, f"{INSTALLED}/xs:main/XS-REPOSITORY", ' version="6.2.0"', '\n\tversion="6.2.0"\n')
    taken(classic, tree, "-b")


# against the host's 6.2.0; arc by arc, of two that are equal so far the longer is the newer one
VERDICTS = [
    ("eq", "6.2.0", True), ("eq", "6.2", False), ("eq", "6.2.0.0", False), ("eq", "6.20.0", False),
    ("ne", "6.2.0", False), ("ne", "6.2", True), ("ne", "7.0.0", True), ("ge", "6.2.0", True), ("ge", "6.2", True),
    ("ge", "6.10.0", False), ("ge", "6.2.0.1", False), ("gt", "6.1.99", True), ("gt", "6.2.0", False),
    ("gt", "6.2", True), ("lt", "6.10", True), ("lt", "6.2.0", False), ("lt", "6.2.0.1", True), ("le", "6.2.0", True),
    ("le", "6.1", False), ("le", "10", True), ("lt", "5.99.99", False), ("ge", "06.02.00", True), ("ge", "6.08.0", False)]


def test_every_test_of_a_version(classic, tree, shell):
    """All of them in one run of the installer each, stopped by a damaged package, which comes afterwards."""
    edit_metadata(tree, "XS-PACKAGES", 'md5="[0-9a-f]{2}', 'md5="zz')
    text = (tree / "XS-REPOSITORY").read_text()
    for test, bound, good in VERDICTS if shell == "dash" else VERDICTS[::3]:
        (tree / "XS-REPOSITORY").write_text(text.replace('test="ge" version="5.6"', f'test="{test}" version="{bound}"'))
        done = install(classic, tree, "-b")
        assert done.returncode == (1 if good else 2), (test, bound, done.stderr)


@one_shell
@pytest.mark.parametrize("attribute", ['test="about"', 'version="6.x"', 'version=""', 'name="../main"', 'originator="-"'])
def test_requirement_that_is_none(classic, tree, attribute):
    name = attribute.split("=")[0]
    edit_metadata(tree, "XS-REPOSITORY", rf'(<requires .*?\b){name}="[^"]*"', rf"\g<1>{attribute}")
    refused(classic, tree, 1, "FATAL: ", words=("-b",))


# ---- the packages (step 5) -----------------------------------------------------------------------
def test_bad_md5(classic, tree):
    rpm = tree / RPM
    content = bytearray(rpm.read_bytes())
    content[len(content) // 2] ^= 1
    rpm.write_bytes(content)
    for words, typed in ((("-b",), ""), ((), "Y\nY\n")):
        refused(classic, tree, 1, f"FATAL: package '{RPM}' is damaged: its MD5 is {hashlib.md5(content).hexdigest()}",
                words=words, typed=typed)


@one_shell
def test_missing_package(classic, tree):
    (tree / RPM).unlink()
    refused(classic, tree, 1, f"FATAL: package '{RPM}' is missing")


@one_shell
def test_file_that_is_no_rpm(classic, tree):
    (tree / RPM).write_text("no RPM")
    edit_metadata(tree, "XS-PACKAGES", 'md5="[0-9a-f]*', 'md5="' + hashlib.md5(b"no RPM").hexdigest())
    refused(classic, tree, 1, f"FATAL: rpm cannot read '{RPM}'")


@one_shell
@pytest.mark.parametrize("kind", ["driver", "firmware", "tbz2", "nonsense"])
def test_unknown_package_type(classic, tree, kind):
    edit_metadata(tree, "XS-PACKAGES", 'type="rpm"', f'type="{kind}"')
    refused(classic, tree, 1, f"FATAL: unknown package type '{kind}'")


@one_shell
def test_older_than_what_is_installed(classic, packs):
    """rpm refuses a downgrade, and so do we, before the record says otherwise."""
    taken(classic, packs(version="2.0.0").tree)
    before = classic.snapshot()
    done = install(classic, packs().tree, "-b")
    assert done.returncode == 1 and "FATAL: rpm could not install the packages" in done.stderr
    assert difference(before, classic.snapshot()) == []


# ---- the license (step 7) ------------------------------------------------------------------------
def test_license(classic, eula_tree):
    text = "path_grouping_policy    multibus"
    refused(classic, eula_tree, 4, text, "Accept? (Y/N)", typed="N\n")
    refused(classic, eula_tree, 4, text)  # nobody answers
    refused(classic, eula_tree, 4, text, words=("-b",))  # a batch is asked all the same
    taken(classic, eula_tree, "-b", typed="Y\n")
    assert classic.path(f"/opt/{LABEL}/share/{LABEL}/EULA").is_file()
    forget_xe(classic)
    done = taken(classic, eula_tree, "-b")  # accepted before: the package is there, nothing is asked
    assert "Accept?" not in done.stdout


def test_no_license_no_question(classic, packs):
    assert "Accept?" not in taken(classic, packs().tree).stdout


# ---- the hook's own word, before anything is changed (K.1) ------------------------------------------
def test_file_the_hook_refuses(classic, tree):
    classic.put("/etc/multipath.conf", 'blacklist {\n\twwid "("\n}\n')
    done = refused(classic, tree, 1, "FATAL: this host cannot take the settings: ", "/etc/multipath.conf")
    assert "<" not in done.stderr and list(classic.path("/tmp").iterdir()) == []


# ---- the order ---------------------------------------------------------------------------------------
@one_shell
def test_order_of_the_checks(classic, eula_tree, tmp_path, packs):
    """Everything is wrong; mended one by one, the answers come as the steps of packs.md A.5."""
    tree = packs(eula="multipath.conf").copy(tmp_path / "wrong")
    classic.put(f"{RECORD}/XS-REPOSITORY", "older\n")
    classic.put("/etc/multipath.conf", 'blacklist {\n\twwid "("\n}\n')
    good = {name: (tree / name).read_text() for name in ("XS-REPOSITORY", "XS-PACKAGES")}
    need = '<requires name="main" originator="xs" product="XenServer" test="{}" version="5.6"/>'
    wrong = (good["XS-REPOSITORY"].replace('product="XenServer" version="1', 'product="Other" version="1')
             .replace(need.format("ge"), need.format("lt")))
    (tree / "XS-REPOSITORY").write_text(wrong.replace("</repository>", "<repository"))
    (tree / "XS-PACKAGES").write_text(good["XS-PACKAGES"].replace('md5="', 'md5="0'))
    refused(classic, tree, 1, "XS-REPOSITORY of this pack is damaged")
    (tree / "XS-REPOSITORY").write_text(wrong)
    refused(classic, tree, 2, "This pack is for Other", typed="N\n")
    refused(classic, tree, 3, "is already installed", typed="Y\nN\n")
    refused(classic, tree, 2, "This pack needs", typed="Y\nY\nN\n")
    refused(classic, tree, 1, "is damaged: its MD5", typed="Y\nY\nY\n")
    (tree / "XS-PACKAGES").write_text(good["XS-PACKAGES"])
    refused(classic, tree, 4, "Accept?", typed="Y\nY\nY\nN\n")
    refused(classic, tree, 1, "cannot take the settings", typed="Y\nY\nY\nY\n")


# ---- damaged and hostile metadata (step 1) ---------------------------------------------------------
DAMAGED = {
    "tag over two lines": ("XS-REPOSITORY", '<repository (.*) version', r'<repository \1\n version'),
    "no originator": ("XS-REPOSITORY", 'originator="osnexus" ', ""),
    "path in the name": ("XS-REPOSITORY", 'name="osnexus-', 'name="../../'),
    "command in the version": ("XS-REPOSITORY", ' version="1.0.0"', ' version="$(touch /root/owned)"'),
    "no description at all": ("XS-REPOSITORY", "<description>.*</description>", "text"),
    "cut short": ("XS-PACKAGES", "(?s)<package .*", ""),
    "package over two lines": ("XS-PACKAGES", "<package label", "<package\n label"),
    "path in the file": ("XS-PACKAGES", ">osnexus", ">../osnexus"),
    "option for a file": ("XS-PACKAGES", ">osnexus", ">--root=osnexus"),
    "blank in the file": ("XS-PACKAGES", ">osnexus-", ">osnexus "),
    "command in the file": ("XS-PACKAGES", ">osnexus", ">$(touch /root/owned)osnexus"),
    "command in the label": ("XS-PACKAGES", 'label="', 'label=";touch /root/owned;'),
}


@pytest.mark.parametrize("name", DAMAGED)
@one_shell
def test_damaged_metadata(classic, tree, name):
    edit_metadata(tree, *DAMAGED[name])
    refused(classic, tree, 1, "FATAL: ", " of this pack is damaged: ", words=("-b",))


def test_a_description_is_only_text(classic, tree):
    """Whatever it says is shown and nothing else; our own builder would not even write it."""
    text = r"$(touch /root/owned) `touch /root/owned` %s ; touch /root/owned #"
    edit_metadata(tree, "XS-REPOSITORY", "<description>.*</description>", f"<description>{text}</description>")
    assert f"Installing '{text}', version" in taken(classic, tree, "-b").stdout
    assert not classic.path("/root/owned").exists()


@one_shell
def test_no_metadata(classic, tree):
    (tree / "XS-PACKAGES").unlink()
    refused(classic, tree, 1, "FATAL: there is no XS-PACKAGES beside this program")


@pytest.mark.parametrize("words", [("--help",), ("-b", "-b"), ("x",), ("",)])
@one_shell
def test_usage(classic, tree, words):
    refused(classic, tree, 1, "usage: install [-b|--batch]", words=words)


def test_after_every_refusal_it_still_installs(classic, tree):
    refused(classic, tree, 1, "usage", words=("-x",))
    taken(classic, tree)
    expect.applied(classic)


# ---- the list of all files -----------------------------------------------------------------------
def only_these_tools(host, tree, without):
    """The installer, but for its PATH as it is, finds what this machine has, less some."""
    tools = host.path("/root/tools")
    tools.mkdir(parents=True)
    for folder in ("/usr/sbin", "/usr/bin", "/sbin", "/bin"):
        for path in sorted(host.path(folder).iterdir() if host.path(folder).is_dir() else ()) + sorted(Path(folder).iterdir()):
            link = tools / path.name
            if path.name not in without and not link.is_symlink():
                link.symlink_to(f"{folder}/{path.name}")
    program = tree / "install"
    text = program.read_text()
    assert "PATH=/usr/sbin:/usr/bin:/sbin:/bin:" in text
    program.write_text(text.replace("PATH=/usr/sbin:/usr/bin:/sbin:/bin:", "PATH=/root/tools:"))


@pytest.mark.parametrize("file", ["install.sh", "README.txt", "storagelink/storagelink-hook.exe", "XS-REPOSITORY", RPM])
def test_any_file_that_is_damaged(classic, tree, file):
    data = bytearray((tree / file).read_bytes())
    data[-2] ^= 1
    (tree / file).write_bytes(data)
    said = f"FATAL: '{file}' of this pack is damaged: its SHA-256 is {hashlib.sha256(data).hexdigest()}, not "
    refused(classic, tree, 1, said, words=("-b",), summed=False, program="./install")
    (tree / file).unlink()
    refused(classic, tree, 1, f"FATAL: '{file}' of this pack is missing" if file != "XS-REPOSITORY" else "there is no",
            summed=False, program="./install")


@one_shell
@pytest.mark.parametrize("change, said", [
    (None, "there is no SHA256SUMS beside this program"),
    (lambda text: text.replace("  install\n", "  install.sh\n"), "'install.sh' of this pack is damaged"),
    (lambda text: re.sub(".*  install\n", "", text), "it does not list 'install'"),
    (lambda text: re.sub(".*  XS-PACKAGES\n", "", text), "it does not list 'XS-PACKAGES'"),
    (lambda text: re.sub(f".*  {RPM}\n", "", text), f"it does not list '{RPM}'"),
    (lambda text: text + "0" * 64 + "  ../etc/passwd\n", "is damaged: '0000"),
    (lambda text: text + "0" * 64 + "  /etc/passwd\n", "is damaged: '0000"),
    (lambda text: text + "\n", "is damaged: ' '"),
    (lambda text: text[:64].upper() + text[64:], "is damaged: its SHA-256 is "),
    (lambda text: "", "it does not list 'install'")])
def test_a_list_that_is_damaged(classic, tree, change, said):
    if change:
        (tree / SUMS).write_text(change((tree / SUMS).read_text()))
    else:
        (tree / SUMS).unlink()
    refused(classic, tree, 1, "FATAL: ", said, words=("-b",), summed=False)


@one_shell
@pytest.mark.parametrize("without", [("sha256sum",), ("sha256sum", "openssl")], ids=["openssl", "gpg"])
def test_without_sha256sum(classic, tree, without):
    """coreutils before 6.0 (EL5's 5.97) need not have it."""
    only_these_tools(classic, tree, without)
    sum_up(tree)
    (tree / "README.txt").write_text("other")
    refused(classic, tree, 1, "FATAL: 'README.txt' of this pack is damaged: its SHA-256 is ", words=("-b",), summed=False)
    done = taken(classic, tree, "-b")
    assert "WARNING" not in done.stderr


@one_shell
def test_without_any_program_for_it(classic, tree):
    """Then what it always checked is checked, and it says so."""
    only_these_tools(classic, tree, ("sha256sum", "openssl", "gpg"))
    done = taken(classic, tree, "-b")
    assert "WARNING: no program on this host tells SHA-256: of this pack only the MD5 of its packages is checked" in done.stderr
