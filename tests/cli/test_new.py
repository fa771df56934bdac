# SPDX-License-Identifier: GPL-2.0-or-later
"""`new`: a description that builds as it is, and nothing in the way is touched."""
import os
import re
import shutil

import pytest

from support import SOURCE, run


def keys(text):
    """{(section, key)} of a description."""
    section, found = None, set()
    for line in text.splitlines():
        if hit := re.fullmatch(r"\[(\S+)\]", line):
            section = hit[1]
        elif hit := re.match(r"([a-z0-9-]+)\s*=", line):
            found.add((section, hit[1]))
    return found


@pytest.mark.parametrize("there", [False, True])
def test_builds_as_it_is(desk, there):
    made = desk.base / "acme pack"
    if there:
        made.mkdir()
    done = desk.run("new", made)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{made}/pack.ini\n", "")
    assert sorted(p.name for p in made.iterdir()) == ["multipath.conf", "pack.ini"]
    assert {p.stat().st_mode & 0o777 for p in made.iterdir()} == {0o644}
    built = desk.run("build", "-v", "--unsigned", "-o", desk.out, made / "pack.ini")
    assert built.returncode == 0, built.stderr
    assert desk.left()[0] == [f"example-multipath-1.0.0-unsigned{ending}" for ending in
                              (".iso", ".iso.md5", ".iso.sha256", ".metadata.md5")]


def test_has_every_key_there_is(desk, quantastor_source):
    """spec/quantastor has them all, and is looked at more often."""
    desk.run("new", desk.base / "p")
    assert keys((desk.base / "p/pack.ini").read_text()) == keys((quantastor_source / "pack.ini").read_text())


def test_with_names(desk):
    """Filled in everywhere; a text with signs of patterns matches itself alone."""
    done = desk.run("new", "--vendor", "ACME+", "--product", "Disk (2.0)", desk.base / "p")
    assert done.returncode == 0, done.stderr
    ini, stanza = ((desk.base / "p" / name).read_text() for name in ("pack.ini", "multipath.conf"))
    assert not re.search("EXAMPLE|ARRAY", stanza) and not re.search("EXAMPLE|= example", ini)
    found = dict(re.findall(r"(?m)^ *(\w+) +(= ?.+|\".+\")$", ini.partition("[targets]")[0] + stanza))
    assert found["originator"] == "= acme-" and found["label"] == "= acme--disk--2-0--multipath"
    assert found["vendor"] == '"ACME[+]"' and found["product"] == '"Disk [(]2[.]0[)]"'
    built = desk.run("build", "--unsigned", "-o", desk.out, desk.base / "p/pack.ini")
    assert built.returncode == 0 and built.stderr.count("warning") == 1, built.stderr  # that it is unsigned


@pytest.mark.parametrize("words, part", [
    (["--vendor", "ACME"], "needs both of --vendor and --product"),
    (["--vendor", "TOOLONGNAME", "--product", "X"], "--vendor 'TOOLONGNAME' must be"),
    (["--vendor", "A", "--product", "<"], "--product '<' must be"),
    (["--vendor", "xs", "--product", "X"], "as originator must not be xs or xcp"),
    (["--from", "qnap", "--vendor", "A", "--product", "B"], "--from names the vendor and product already"),
    (["--from", "datacor"], "there is no 'datacor' to start from, did you mean 'datacore'?"),
    (["--from", "../quantastor"], "there is no '../quantastor' to start from"),
    (["--from", "new"], "there is no 'new' to start from")])
def test_names_that_cannot_be_are_2(desk, words, part):
    done = desk.run("new", *words, desk.base / "p")
    desk.assert_refused(done, 2, part)
    assert not (desk.base / "p").exists()


def test_from_the_gallery(desk):
    """Every file of the folder as it is."""
    folder = SOURCE / "spec/datacore"
    assert desk.run("new", "--from", "datacore", desk.base / "p").returncode == 0
    assert {p.name: p.read_bytes() for p in (desk.base / "p").iterdir()} == {p.name: p.read_bytes() for p in folder.iterdir()}


def test_what_it_makes_does_not_depend_on_the_umask(desk):
    done = run(["sh", "-c", 'umask 077; exec "$0" new "$1"', desk.suppack, desk.base / "p"], env=desk.env())
    assert done.returncode == 0 and (desk.base / "p/pack.ini").stat().st_mode & 0o777 == 0o644


def test_a_folder_that_is_not_empty_is_4(desk):
    before = {p: p.read_bytes() for p in desk.spec.iterdir()}
    desk.assert_refused(desk.run("new", desk.spec), 4, f"cannot start a pack in '{desk.spec}': it is not empty")
    assert {p: p.read_bytes() for p in desk.spec.iterdir()} == before


@pytest.mark.parametrize("name, part", [("pack.ini", "cannot make the output directory"),
                                        ("a/b", "cannot make the output directory")])
def test_a_place_that_cannot_be_is_4(desk, name, part):
    desk.assert_refused(desk.run("new", desk.spec / name), 4, part)
    assert not (desk.spec / "a").exists()


def test_a_broken_installation_leaves_no_folder(desk):
    lone = desk.base / "bin/suppack"
    lone.parent.mkdir()
    shutil.copy(desk.suppack, lone)
    desk.suppack = lone
    desk.assert_refused(desk.run("new", desk.base / "p"), 4, "suppack is not installed completely")
    assert not (desk.base / "p").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_full_disk(desk):
    """Not one file without the other."""
    place = desk.base / "disk"
    place.mkdir()
    script = (f'mount -t tmpfs -o size=4k tmpfs "{place}" || exit 99; "$@"; status=$?; '
              f'echo "left:" "$(ls -A "{place}")" >&2; exit $status')
    done = run(["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", desk.suppack, "new",
                place / "p"], env=desk.env())
    if done.returncode == 99:
        pytest.skip("cannot mount a tmpfs here")
    assert done.returncode == 4 and "No space left on device" in done.stderr, done.stderr
    assert done.stderr.endswith("left: \n"), done.stderr


def test_usage_is_2(desk):
    desk.assert_refused(desk.run("new"), 2, "takes exactly one DIR")
    desk.assert_refused(desk.run("new", "--force", "p"), 2, "does not take --force")
    assert "Usage: suppack new [OPTION]... DIR" in desk.run("new", "--help").stdout
