# SPDX-License-Identifier: GPL-2.0-or-later
"""What `cmake --install` and cpack lay down: all of suppack, and it works with the build tree and the sources gone."""
import hashlib
import os
import re

import pytest

from support import EPOCH, SOURCE, environment, must, run

PROGRAMS = {"bin/suppack", "libexec/suppack/multipath-hook.i386", "libexec/suppack/multipath-hook.x86_64",
            "libexec/suppack/storagelink-hook.exe"}
TEXTS = {
    "share/man/man1/suppack.1", "share/man/man1/suppack-verify.1",
    "share/man/man5/suppack-pack.5", "share/man/man8/multipath-hook.8",
    "share/bash-completion/completions/suppack", "share/zsh/site-functions/_suppack",
    "share/doc/suppack/LICENSE", "share/doc/suppack/LICENSE.multipath-hook",
    "share/doc/suppack/LICENSE.storagelink-hook",
}


def files(root):
    """{path: permissions}"""
    return {str(p.relative_to(root)): p.stat().st_mode & 0o777 for p in root.rglob("*") if p.is_file()}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def tree(suppack):
    return suppack.parent.parent


@pytest.fixture(scope="module")
def wanted(tree):
    """{path: permissions} below the prefix; the templates are whatever the program has in its build tree."""
    templates = {f"share/suppack/spec/{name}" for name in files(tree / "share/suppack/spec")}
    assert len(templates) >= 8
    return {**dict.fromkeys(PROGRAMS, 0o755), **dict.fromkeys(TEXTS | templates, 0o644)}


@pytest.fixture(scope="module")
def prefix(tree, tmp_path_factory):
    """An installation, then moved."""
    base = tmp_path_factory.mktemp("install")
    must(["cmake", "--install", tree, "--prefix", "/opt/suppack"], env=environment(DESTDIR=base / "stage"))
    return (base / "stage/opt/suppack").rename(base / "elsewhere else")


def test_everything_is_laid_down_and_nothing_else(prefix, tree, wanted):
    assert files(prefix) == wanted
    for name in wanted:
        if name.startswith(("libexec/", "share/suppack/", "share/man/")):
            assert digest(prefix / name) == digest(tree / name), name
    assert digest(prefix / "share/doc/suppack/LICENSE") == digest(SOURCE / "LICENSE")
    for hook in ("multipath-hook", "storagelink-hook"):
        assert digest(prefix / f"share/doc/suppack/LICENSE.{hook}") == digest(SOURCE / f"hooks/{hook}/LICENSE")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to hide the checkout")
def test_it_works_without_the_checkout(prefix, quantastor_ini, unsigned_iso, tree, tmp_path):
    program = prefix / "bin/suppack"
    script = f"""
        mount -t tmpfs tmpfs '{tree}' && mount -t tmpfs tmpfs '{SOURCE}' || exit 99
        cd '{tmp_path}' && set -e
        "$0" new first >/dev/null
        "$0" lint first/pack.ini >/dev/null
        "$0" build -q --unsigned -o out '{quantastor_ini}'
        "$0" inspect out/*.iso >/dev/null
    """
    done = run(["unshare", "--mount", "--propagation", "private", "sh", "-c", script, program],
               env=environment(SOURCE_DATE_EPOCH=EPOCH))
    if done.returncode == 99:
        pytest.skip("cannot mount a tmpfs here")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == digest(unsigned_iso)


@pytest.fixture(scope="module")
def packages(tree, tmp_path_factory):
    """(the .deb, the .rpm) as cpack makes them of the build tree, whatever the umask."""
    base = tmp_path_factory.mktemp("packages")
    must(["sh", "-c", 'umask 077; exec cpack --config "$0/CPackConfig.cmake" -B "$1"', tree, base])
    [deb], [rpm] = base.glob("*.deb"), base.glob("*.rpm")
    return deb, rpm


def test_both_packages_hold_the_installation(packages, tree, wanted, tmp_path):
    """Debian's zsh looks elsewhere, and its packages have their copyright in one file. The hooks are not touched."""
    deb, rpm = packages
    moved = {"share/zsh/site-functions/_suppack": "share/zsh/vendor-completions/_suppack",
             "share/doc/suppack/LICENSE": "share/doc/suppack/copyright"}
    for name in ("deb", "rpm"):
        (tmp_path / name).mkdir()
    must(["dpkg-deb", "-x", deb, tmp_path / "deb"])
    must(["bsdtar", "-xpf", rpm, "-C", tmp_path / "rpm"])
    assert files(tmp_path / "deb/usr") == {moved.get(name, name): mode for name, mode in wanted.items()}
    assert files(tmp_path / "rpm/usr") == wanted
    assert "GPL-2" in (tmp_path / "deb/usr/share/doc/suppack/copyright").read_text()
    for kind in ("deb", "rpm"):
        assert {p.stat().st_mode & 0o777 for p in (tmp_path / kind / "usr").rglob("*") if p.is_dir()} == {0o755}
        for name in PROGRAMS - {"bin/suppack"}:
            assert digest(tmp_path / kind / "usr" / name) == digest(tree / name)


def test_the_packages_depend_on_what_the_program_needs(packages, suppack):
    deb, rpm = packages
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", must(["readelf", "-d", suppack]).stdout)
    assert len(needed) > 8
    required = must(["rpm", "-qp", "--requires", rpm]).stdout.split("\n")
    assert {f"{name}()(64bit)" for name in needed if not name.startswith("ld-")} | {"/usr/bin/gpg"} <= set(required)
    depends = must(["dpkg-deb", "-f", deb, "Depends"]).stdout
    names = {word.split()[0] for word in depends.split(", ")}
    assert {"gnupg", "libc6", "librpm9", "libisofs6", "libcreaterepo-c0"} <= names


def test_the_rpm_owns_no_folder_of_others(packages):
    listed = must(["rpm", "-qp", "--qf", r"[%{FILEMODES:perms} %{FILENAMES}\n]", packages[1]]).stdout.split("\n")
    folders = {line.split()[1] for line in listed if line.startswith("d")}
    assert folders == {"/usr/libexec/suppack", "/usr/share/doc/suppack", "/usr/share/suppack",
                       "/usr/share/suppack/spec"} | {f for f in folders if f.startswith("/usr/share/suppack/spec/")}
