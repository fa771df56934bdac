# SPDX-License-Identifier: GPL-2.0-or-later
"""One byte of a signed image is changed, and `verify` must notice: at every position that matters.

In strides, but for the first bytes of every file; SUPPACK_FLIP=all changes every single byte of the image (most of an
hour on two processors). Which positions may be overlooked, and why, says layout.py, which knows nothing of the
program. Each byte is changed to one other value; the seed is fixed.
"""
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from layout import CLASSES, CLASSIC, README, STORAGELINK, Layout
from support import run, sample

SEED = 20231114
SMALL = 16384
FILE_STRIDE, RPM_STRIDE, RECORD_STRIDE, PADDING_STRIDE, ZERO_STRIDE = 7, 401, 3, 997, 64
WORKERS = os.cpu_count() or 1


def positions(data, layout):
    """Offset -> what it is in: a file's path, "records" or "outside"."""
    where = {}
    for path, (start, end) in layout.files.items():
        stride = FILE_STRIDE if end - start <= SMALL else RPM_STRIDE
        where.update(dict.fromkeys((*range(start, min(end, start + 32)), *range(start, end, stride)), path))
    for start, end in layout.structure:
        for offset in range(start, end):
            # Long runs of zeros are all alike.
            near = offset % RECORD_STRIDE == 0 and any(data[max(0, offset - 6):offset + 7])
            if offset % ZERO_STRIDE == 0 or near:
                where.setdefault(offset, "records")
    for offset in range(0, len(data), PADDING_STRIDE):
        where.setdefault(offset, "outside")
    if os.environ.get("SUPPACK_FLIP") == "all":
        inside = {offset: path for path, (start, end) in layout.files.items() for offset in range(start, end)}
        records = {offset for start, end in layout.structure for offset in range(start, end)}
        where = {offset: inside.get(offset, "records" if offset in records else "outside") for offset in range(len(data))}
    return dict(sample(sorted(where.items())))


@pytest.fixture(scope="module")
def verdicts(program, signed_iso, demo_key, tmp_path_factory):
    """(layout, offset -> what it is in, offset -> verdict of the program)"""
    data = signed_iso.read_bytes()
    layout = Layout(data)
    where = positions(data, layout)

    def flip(part):
        # Neighbours go to different workers: the slow ones lie side by side.
        offsets = "".join(f"{offset}\n" for offset in sorted(where)[part::WORKERS])
        done = run([program("bin/flip_bytes"), signed_iso, demo_key.public, tmp_path_factory.mktemp("gpg"), SEED],
                   input=offsets, stdin=None, timeout=4 * 3600)
        assert done.returncode == 0, done.stderr
        return [line.split() for line in done.stdout.splitlines()]
    with ThreadPoolExecutor(WORKERS) as pool:
        parts = list(pool.map(flip, range(WORKERS)))
    return layout, where, {int(offset): verdict for part in parts for offset, verdict in part}


UNSIGNED = ("install", "install.sh", "XS-REPOSITORY")
KINDS = ("RPMs", "other files", "unsigned half", "README.txt", "records", "outside")


def is_unsigned(path):
    return path in UNSIGNED or path.startswith("storagelink/")


def kind_of(path):
    if is_unsigned(path):
        return "unsigned half"
    return "RPMs" if path.endswith(".rpm") else path if path in KINDS else "other files"


def test_every_byte_that_matters_is_found(verdicts, capsys):
    layout, where, said = verdicts
    assert said.keys() == where.keys()
    found = {offset for offset, verdict in said.items() if verdict in ("error", "refused")}
    missed = {offset: layout.why(offset) for offset in said.keys() - found}
    show(capsys, where, said, found, missed)
    assert [(offset, where[offset]) for offset, why in sorted(missed.items()) if why is None] == []


def show(capsys, where, said, found, missed):
    with capsys.disabled():
        print(f"\nflipped {len(said)} bytes, one at a time: {len(found)} found, {len(missed)} not")
        for kind in KINDS:
            here = {offset for offset in said if kind_of(where[offset]) == kind}
            warned = sum(said[offset] == "warning" for offset in here - found)
            print(f"  {kind:13} {len(here):6} flipped {len(here & found):6} found {len(here - found):6} not found"
                  f" ({warned} of them a warning)")
        for why, count in Counter(missed.values()).most_common():
            print(f"  not found {count:6}  {why or 'NOT EXPECTED'}")


def test_all_of_a_file_an_installer_reads_is_found(verdicts):
    """No class but README's and those of the unsigned halves reaches into a file."""
    layout, where, said = verdicts
    missed = [offset for offset, verdict in said.items() if verdict not in ("error", "refused")]
    inside = [offset for offset in missed if where[offset] in layout.files]
    assert {layout.why(offset) for offset in inside} == {README, CLASSIC, STORAGELINK}
    assert all(where[offset] == "README.txt" or is_unsigned(where[offset]) for offset in inside)
    assert set(CLASSES) >= {layout.why(offset) for offset in missed}
