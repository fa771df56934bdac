# SPDX-License-Identifier: GPL-2.0-or-later
"""One byte of a signed image is changed, and `verify` must find an error: at every position.

In strides, but for the first bytes of every file; SUPPACK_FLIP=all changes every single byte of the image, and asks the
cheap judges first. What each position is part of says layout.py, which knows nothing of the program. Each byte is changed
to one other value; the seed is fixed.
"""
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from layout import OUTSIDE, RECORDS, Layout
from support import run, sample

SEED = 20231114
SMALL = 16384
FILE_STRIDE, RPM_STRIDE, RECORD_STRIDE, OUTSIDE_STRIDE, ZERO_STRIDE = 7, 401, 3, 97, 64
WORKERS = os.cpu_count() or 1
ALL = os.environ.get("SUPPACK_FLIP") == "all"


def is_unsigned(path):
    """No signature covers it on an image without SHA256SUMS."""
    return path in ("README.txt", "install", "install.sh", "XS-REPOSITORY") or path.startswith("storagelink/")


def kind_of(path):
    if path in (RECORDS, OUTSIDE):
        return path
    return "RPMs" if path.endswith(".rpm") else "unsigned files" if is_unsigned(path) else "other files"


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
def verdicts(program, signed_iso, demo_key, tmp_path_factory):
    """(layout, offset -> what it is part of, offset -> verdict of the program)"""
    data = signed_iso.read_bytes()
    layout = Layout(data)
    where = positions(data, layout)

    def flip(part):
        # Neighbours go to different workers: the slow ones lie side by side.
        offsets = "".join(f"{offset}\n" for offset in sorted(where)[part::WORKERS])
        done = run([program("bin/flip_bytes"), signed_iso, demo_key.public, tmp_path_factory.mktemp("gpg"), SEED,
                    "staged" if ALL else "whole"], input=offsets, stdin=None, timeout=4 * 3600)
        assert done.returncode == 0, done.stderr
        return [line.split() for line in done.stdout.splitlines()]
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(flip, range(WORKERS)))
    return layout, where, {int(offset): verdict for part in parts for offset, verdict in part}


def test_every_byte_is_found(verdicts, capsys):
    layout, where, said = verdicts
    assert said.keys() == where.keys()
    found = {offset for offset, verdict in said.items() if verdict in ("error", "refused")}
    with capsys.disabled():
        print(f"\nflipped {len(said)} bytes, one at a time: {len(found)} found, {len(said) - len(found)} not")
        flipped = Counter(kind_of(part) for part in where.values())
        hits = Counter(kind_of(where[offset]) for offset in found)
        for kind, count in flipped.items():
            print(f"  {kind:14} {count:7} flipped {hits[kind]:7} found {count - hits[kind]:7} not found")
    signed_sums = "SHA256SUMS" in layout.files
    assert [(offset, where[offset], said[offset]) for offset in said.keys() - found
            if signed_sums or not is_unsigned(where[offset])] == []


def test_every_part_of_the_image_is_flipped(verdicts):
    """A file without a changed byte would pass for one that is covered."""
    layout, where, _ = verdicts
    assert set(where.values()) == {*layout.files, RECORDS, OUTSIDE}
