# SPDX-License-Identifier: GPL-2.0-or-later
"""Images whose metadata may be genuine and whose packages are not, or the other way round. tests/should_fail/kit.py makes them.

Each forgery is a function that spoils a kit, under what the roll-out has to say of it. Programs that must not run leave CANARY.
"""
import gzip
import hashlib
import re
import shutil
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent.parent / folder) for folder in ("should_fail", "hostile")]
from kit import CONTROL, KEY, LABEL, OWN_CLASSIC_RPM, PAYLOAD, REPOMD, UPDATE, UUID, VERSION, Kit, spec  # noqa: E402,F401

CANARY = "/root/canary"
HOOK = f"/opt/{LABEL}/bin/multipath-hook"
SCRIPT = f"#!/bin/sh\\necho $0 $* >>{CANARY}\\n"
SUMS = "SHA256SUMS"
FORGERIES = {}


def forgery(reason):
    def note(function):
        FORGERIES[function.__name__] = (function, reason)
        return function
    return note


def foreign_rpm(kit, name=LABEL):
    """A package of that name whose hook and whose %post leave the canary."""
    text = spec(name, VERSION, files=[HOOK]).replace(
        f"echo {HOOK} > %{{buildroot}}{HOOK}", f"printf '{SCRIPT}' > %{{buildroot}}{HOOK}; chmod 755 %{{buildroot}}{HOOK}")
    return kit.build_rpm(text.replace("%files", f"%post\necho post >>{CANARY}\n%files"))


def put_foreign(kit, key=None):
    """The foreign package in the place of the pack's own."""
    built = foreign_rpm(kit)
    if key:
        kit.sign_rpm(built, key)
    shutil.copy(built, kit.tree / PAYLOAD)


def put_primary(kit, change):
    """Primary as text, changed, in a file of the same name; repomd.xml stays."""
    path = kit.path("primary")
    path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes()).decode()).encode()))


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def put_sums(kit, leave_out=(), **changes):
    """SHA256SUMS over all files as they are, signed. changes: path, with _ for its dots -> another digest."""
    def spoil(text):
        lines = [line.split("  ", 1) for line in text.splitlines()]
        return "".join(f"{changes.get(name.replace('.', '_'), digest)}  {name}\n" for digest, name in lines if name not in leave_out)
    kit.sum_up(spoil)


@forgery(None)
def genuine(kit):
    """Packed anew by another program, as of a suppack that knew no list."""
    without_sums(kit)


@forgery(None)
def genuine_with_sums(kit):
    put_sums(kit)


@forgery("is not the file that primary names: its SHA-256 is")
def foreign(kit):
    """The issue's: genuine metadata, and another payload."""
    put_foreign(kit)


@forgery("is not the file that primary names: its SHA-256 is")
def foreign_control_package(kit):
    shutil.copy(foreign_rpm(kit, "control-" + LABEL), kit.tree / CONTROL)


@forgery("is not the file that primary names: its SHA-256 is")
def foreign_package_that_is_carried(kit):
    kit.add_rpm(name="tools")
    with open(kit.tree / "Packages/tools-1.0-1.noarch.rpm", "ab") as stream:
        stream.write(b"\0")


@forgery("is not the file that repomd.xml names: its SHA-256 is")
def foreign_with_a_primary_that_fits(kit):
    old = sha256(kit.tree / PAYLOAD)
    put_foreign(kit)
    put_primary(kit, lambda text: text.replace(old, sha256(kit.tree / PAYLOAD)))


@forgery("the signature of 'repodata/repomd.xml' is not by the given key")
def foreign_with_all_metadata_that_fits(kit):
    put_foreign(kit)
    old = (kit.tree / (REPOMD + ".asc")).read_text()
    kit.remake_repodata()
    (kit.tree / (REPOMD + ".asc")).write_text(old)


@forgery("the signature of 'repodata/repomd.xml' is not by the given key")
def foreign_with_metadata_of_another_key(kit):
    put_foreign(kit, kit.make_key())
    kit.remake_repodata()
    kit.sign(REPOMD, key=kit.make_key())


@forgery("is not the file that repomd.xml names: its SHA-256 is")
def swapped_primary(kit):
    """That of another pack, as it is."""
    put_primary(kit, lambda text: text.replace(f"<name>{LABEL}<", "<name>other<"))


@forgery("is not the file that repomd.xml names: its SHA-256 is")
def swapped_filelists(kit):
    shutil.copy(kit.path("other"), kit.path("filelists"))


@forgery("' is not signed")
def unsigned_package(kit):
    """Everything else is genuine, as of a builder that forgot one."""
    put_foreign(kit)
    kit.remake_repodata()


@forgery("rpm' is not by the given key")
def package_signed_by_another_key(kit):
    put_foreign(kit, kit.make_key())
    kit.remake_repodata()


@forgery("rpm' is not by the given key")
def package_with_the_signature_of_another(kit):
    """The signatures of a genuine package, before the header and payload of a foreign one."""
    genuine_rpm, foreign_one = (kit.tree / PAYLOAD).read_bytes(), foreign_rpm(kit).read_bytes()

    def header(data):  # where the second one begins
        count, size = (int.from_bytes(data[at:at + 4], "big") for at in (104, 108))
        return 96 + (16 + count * 16 + size + 7) // 8 * 8
    (kit.tree / PAYLOAD).write_bytes(genuine_rpm[:header(genuine_rpm)] + foreign_one[header(foreign_one):])
    old, new = hashlib.sha256(genuine_rpm).hexdigest(), sha256(kit.tree / PAYLOAD)
    kit.change_metadata("primary", old, new)


@forgery("it is no RPM")
def package_that_is_none(kit):
    old = sha256(kit.tree / PAYLOAD)
    (kit.tree / PAYLOAD).write_text("#!/bin/sh\n")
    kit.change_metadata("primary", old, sha256(kit.tree / PAYLOAD))


@forgery(f"it has more than one package '{LABEL}'")
def two_packages(kit):
    first = re.search(rf"<package type=\"rpm\">\s*<name>{LABEL}</name>.*?</package>", kit.metadata("primary"), re.S)[0]
    kit.change_metadata("primary", "</metadata>", first + "</metadata>")


@forgery("is a package that its signed metadata does not list")
def package_that_is_not_listed(kit):
    """The first by its name, which is what a glob takes."""
    shutil.copy(foreign_rpm(kit), kit.tree / f"Packages/{LABEL}-0.rpm")


@forgery(f"it has no package '{LABEL}'")
def no_package(kit):
    (kit.tree / PAYLOAD).unlink()
    kit.remake_repodata()


@forgery(f"it has no package 'update-{LABEL}'")
def no_update_package(kit):
    (kit.tree / UPDATE).unlink()
    kit.remake_repodata()


@forgery(f"its package 'update-{LABEL}' has version 1.0.0, its update.xml 1.0.1")
def update_of_another_version(kit):
    """Two genuine halves of two packs of one maker."""
    kit.update('version="1.0.0"', 'version="1.0.1"')


@forgery("'../../etc/passwd' is not on it")
def href_that_climbs(kit):
    (kit.tree / PAYLOAD).unlink()
    kit.change_metadata("primary", f'href="{PAYLOAD}"', 'href="../../etc/passwd"')


@forgery("is no uuid of a pack")
def uuid_that_is_a_path(kit):
    kit.update(UUID, "../../../root")


@forgery("is no label of a pack")
def label_that_is_an_option(kit):
    kit.update(f'name-label="{LABEL}"', 'name-label="-e"')


@forgery("is no label of a pack")
def label_that_is_a_path(kit):
    kit.update(f'name-label="{LABEL}"', 'name-label="../root"')


@forgery("is no key of a pack")
def key_that_is_a_folder(kit):
    kit.update(f'key="{KEY}"', 'key="x/.."')


@forgery("its update.xml has no key")
def update_without_a_key(kit):
    kit.update(f'key="{KEY}"', 'key=""')


@forgery("the signature of 'update.xml' is not by the given key")
def update_changed(kit):
    kit.replace("update.xml", 'version="1.0.0"', 'version="1.0.1"')


@forgery("the signature of 'update.xml' is not by the given key")
def update_with_the_other_signature(kit):
    shutil.copy(kit.tree / (REPOMD + ".asc"), kit.tree / "update.xml.asc")


@forgery("its repomd.xml gives no SHA-256 of")
def weak_digest(kit):
    kit.change_repomd('checksum type="sha256"', 'checksum type="sha"')


@forgery("its primary gives no SHA-256 of")
def weak_digest_of_a_package(kit):
    kit.change_metadata("primary", 'checksum type="sha256"', 'checksum type="md5"')


@forgery("its repomd.xml names 2 primaries, not 1")
def two_primaries(kit):
    record = re.search(r'<data type="primary">.*?</data>', (kit.tree / REPOMD).read_text(), re.S)[0]
    kit.change_repomd("</repomd>", record + "</repomd>")


@forgery("bytes of text")
def primary_that_is_a_bomb(kit):
    kit.change_metadata("primary", "</metadata>", " " * (65 << 20) + "</metadata>")


@forgery("'update.xml' is on it more than once")
def two_files_of_one_name(kit):
    """Two records with one Rock Ridge name: which of them counts is the reader's choice."""
    shutil.copy(kit.tree / "update.xml", kit.tree / "upd@te.xml")
    kit.after.append(lambda data: data.replace(b"upd@te.xml", b"update.xml"))


@forgery(f"'install' is not the file that {SUMS} names")
def installer_that_the_sums_do_not_name(kit):
    put_sums(kit, install="0" * 64)


@forgery("'install.sh' is not listed in its SHA256SUMS")
def file_that_the_sums_leave_out(kit):
    put_sums(kit, leave_out=("install.sh",))


@forgery("'SHA256SUMS' is not signed")
def sums_that_nobody_signed(kit):
    put_sums(kit)
    (kit.tree / (SUMS + ".asc")).unlink()


@forgery("the signature of 'SHA256SUMS' is not by the given key")
def sums_of_another_key(kit):
    put_sums(kit)
    kit.sign(SUMS, key=kit.make_key())


def canary_installer(kit):
    """The program a host before 7.1 runs: not the maker's. Its MD5 list is not, either: nobody signs that."""
    (kit.tree / "install").write_text(f"#!/bin/sh\necho install >>{CANARY}\n")


def foreign_classic_rpm(kit):
    shutil.copy(foreign_rpm(kit), kit.tree / OWN_CLASSIC_RPM)
    kit.list_classic(OWN_CLASSIC_RPM, label=LABEL)


def without_sums(kit):
    """As of a suppack that knew none."""
    for name in (SUMS, SUMS + ".asc"):
        (kit.tree / name).unlink(missing_ok=True)
