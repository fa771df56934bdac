# SPDX-License-Identifier: GPL-2.0-or-later
"""ci/check-references finds each kind of reference that leads nowhere when one is put into a copy of this tree."""
import re
import shutil

import pytest

from support import SOURCE, run

PARTS = ("ci", "cmake", "docs", "hooks", "packer", "rollout", "spec", "tests")


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    copy = tmp_path_factory.mktemp("references")
    for path in [SOURCE / "CMakeLists.txt", SOURCE / "LICENSE", *SOURCE.glob("*.md")]:
        shutil.copy(path, copy)
    for folder in PARTS:
        shutil.copytree(SOURCE / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "corpus"))
    return copy


def check(tree):
    return run([SOURCE / "ci/check-references", tree])


@pytest.fixture
def edited(pristine):
    """edited(path, text): the file with that text at its end, until the test ends."""
    before = {}

    def edit(path, text, replace=None):
        file = pristine / path
        before.setdefault(file, file.read_text() if file.exists() else None)
        old = before[file] or ""
        file.write_text(re.sub(replace, text, old, count=1) if replace else old + text)
        assert file.read_text() != old
        return check(pristine)
    yield edit
    for file, text in before.items():
        if text is None:
            file.unlink()
        else:
            file.write_text(text)


def test_this_tree_is_clean():
    done = check(SOURCE)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert int(re.search(r"(\d+) references, 0 findings", done.stdout)[1]) > 150


C, SH, PY = "packer/base/intruder.c", "spec/intruder.sh", "rollout/plugins/intruder.py"
BROKEN = [
    (C, "/* as packs.md B.77 says */\n", "packs.md has no section 'B.77'"),
    (C, "/* as packs.md B.6, Z.1 */\n", "packs.md has no section 'Z.1'"),
    (C, "/* one packs.md\n * K.99). */\n", "packs.md has no section 'K.99'"),
    (SH, "# parsers-2.md P3 to P55\n", "parsers-2.md has no section 'P55'"),
    (PY, '"""multipath.md sections 2, 3 and Appendix Q."""\n', "multipath.md has no section 'APPENDIX Q'"),
    (PY, "# users.md 6.1.99\n", "users.md has no section '6.1.99'"),
    (C, "/* contract: design.md */\n", "'design.md' is no page of this repository"),
]


@pytest.fixture(scope="module")
def found(pristine):
    """What is told of a tree with all of them, each in a file of its own."""
    files = []
    for number, (path, text, told) in enumerate(BROKEN):
        file = pristine / path.replace("intruder", f"intruder{number}")
        file.write_text(text)
        files.append(file)
    done = check(pristine)
    for file in files:
        file.unlink()
    return done


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[row[2].split("'")[1] for row in BROKEN])
def test_reference_to_nothing(found, number):
    path, text, told = BROKEN[number]
    assert found.returncode == 1
    assert f"{path.replace('intruder', f'intruder{number}')}:1: {told}" in found.stdout


def test_only_the_broken_are_told(found):
    assert len(found.stdout.splitlines()) == len(BROKEN) + 1


def test_good_reference(edited):
    assert edited(C, "/* packs.md B.7, K.1 and clients-2.md 3 */\n/* multipath.md Appendix A. It */\n/* README.md */\n").returncode == 0


@pytest.mark.parametrize("text, told", [
    ("[x](no/such/file.c)", "the link 'no/such/file.c' leads nowhere"),
    ("[x](docs/glossary.md#no-such-heading)", "the link 'docs/glossary.md#no-such-heading' names no heading of docs/glossary.md"),
], ids=("file", "heading"))
def test_link_to_nothing(edited, text, told):
    done = edited("README.md", text + "\n")
    assert done.returncode == 1 and f": {told}" in done.stdout


def test_section_taken_away(edited):
    done = edited("docs/formats/packs.md", r"### Removal", replace=r"### B\.8 Removal")
    assert done.returncode == 1 and "packs.md has no section 'B.8'" in done.stdout


def test_picture_and_cmake_differ(edited):
    done = edited("docs/architecture.md", "packer/base -> packer/nonsense\n", replace=r"packer/base -> nothing\n")
    assert done.returncode == 1
    assert "CMakeLists.txt has 'packer/base -> nothing', the picture has not" in done.stdout
    assert "the picture has 'packer/base -> packer/nonsense', CMakeLists.txt has not" in done.stdout


def test_picture_taken_away(edited):
    done = edited("docs/architecture.md", "```text", replace=r"```layers")
    assert done.returncode == 1 and "there is no block ```layers" in done.stdout


def test_no_tree(tmp_path):
    done = check(tmp_path)
    assert done.returncode == 2 and "no pages or no sources" in done.stderr
