# SPDX-License-Identifier: GPL-2.0-or-later
"""One byte of a signed image is changed, and `verify` must find an error: at every position.

By what is in the image, and by each of the two files beside it alone. In strides, but for the first bytes of every file;
SUPPACK_FLIP=all changes every single byte of the image, and asks the cheap judges first. What each position is part of
says layout.py, which knows nothing of the program. Each byte is changed to one other value; the seed is fixed.
"""
import os
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from layout import OUTSIDE, RECORDS, Layout
from support import run, sample

SEED = 20231114
SMALL = 16384
ASKED_STRIDE = 97
FILE_STRIDE, RPM_STRIDE, RECORD_STRIDE, OUTSIDE_STRIDE, ZERO_STRIDE = 7, 401, 3, 97, 64
WORKERS = os.cpu_count() or 1
ALL = os.environ.get("SUPPACK_FLIP") == "all"


def kind_of(path):
    return path if path in (RECORDS, OUTSIDE) else "RPMs" if path.endswith(".rpm") else "other files"


def positions(data, layout):
    """Offset -> what it is part of."""
    parts = layout.parts()
    if ALL:
        return dict(enumerate(parts))
    where = {}
    for path, (start, end) in layout.files.items():
        stride = FILE_STRIDE if end - start <= SMALL else RPM_STRIDE
        where.update(dict.fromkeys((*range(start, min(end, start + 32)), *range(start, end, stride)), path))
    for offset, part in enumerate(parts):
        # Long runs of zeros are all alike.
        near = part == RECORDS and offset % RECORD_STRIDE == 0 and any(data[max(0, offset - 6):offset + 7])
        if near or offset % {RECORDS: ZERO_STRIDE, OUTSIDE: OUTSIDE_STRIDE}.get(part, len(data)) == 0:
            where.setdefault(offset, part)
    # What is outside is padding: its first and last bytes, too.
    for offset in range(1, len(data)):
        if OUTSIDE in (parts[offset - 1], parts[offset]) and parts[offset - 1] != parts[offset]:
            where.update({offset: parts[offset], offset - 1: parts[offset - 1]})
    return dict(sample(sorted(where.items())))


@pytest.fixture(scope="module")
def places(signed_iso):
    """(layout, offset -> what it is part of)"""
    data = signed_iso.read_bytes()
    layout = Layout(data)
    return layout, positions(data, layout)


@pytest.fixture
def flip(program, demo_key, tmp_path_factory):
    """flip(image, offsets, mode) -> offset -> verdict of the program"""
    def part(image, offsets, mode):
        done = run([program("bin/flip_bytes"), image, demo_key.public, tmp_path_factory.mktemp("gpg"), SEED, mode],
                   input="".join(f"{offset}\n" for offset in offsets), stdin=None, timeout=4 * 3600)
        assert done.returncode == 0, done.stderr
        return [line.split() for line in done.stdout.splitlines()]

    def go(image, offsets, mode):
        offsets = sorted(offsets)
        with ThreadPoolExecutor(WORKERS) as pool:
            # Neighbours go to different workers: the slow ones lie side by side.
            parts = list(pool.map(lambda k: part(image, offsets[k::WORKERS], mode), range(WORKERS)))
        said = {int(offset): verdict for lines in parts for offset, verdict in lines}
        assert sorted(said) == offsets
        return said
    return go


def show(capsys, by, where, said):
    """The offsets at which no error was found."""
    missed = {offset for offset, verdict in said.items() if verdict not in ("error", "refused")}
    flipped, not_found = (Counter(kind_of(where[offset]) for offset in offsets) for offsets in (said, missed))
    with capsys.disabled():
        print(f"\nby {by}: flipped {len(said)} bytes, one at a time: {len(said) - len(missed)} found, {len(missed)} not")
        for kind, count in flipped.items():
            print(f"  {kind:12} {count:7} flipped {count - not_found[kind]:7} found {not_found[kind]:7} not found")
    return [(offset, where[offset], said[offset]) for offset in sorted(missed)]


def test_every_byte_is_found(signed_iso, places, flip, capsys):
    _, where = places
    said = flip(signed_iso, where, "staged" if ALL else "whole")
    assert show(capsys, "what is in the image", where, said) == []


@pytest.mark.parametrize("suffix, stride", [(".sha256", 1), (".asc", ASKED_STRIDE)])
def test_every_byte_is_found_by_what_lies_beside(signed_iso, places, flip, capsys, tmp_path, suffix, stride):
    """gpg is asked anew each time, so for fewer bytes."""
    _, where = places
    image = shutil.copy(signed_iso, tmp_path)
    shutil.copy(f"{signed_iso}{suffix}", tmp_path)
    said = flip(image, sorted(where)[::stride], "beside")
    assert show(capsys, suffix, where, said) == []


def test_every_part_of_the_image_is_flipped(places):
    """A file without a changed byte would pass for one that is covered."""
    layout, where = places
    assert set(where.values()) == {*layout.files, RECORDS, OUTSIDE}
    assert "SHA256SUMS.asc" in layout.files
