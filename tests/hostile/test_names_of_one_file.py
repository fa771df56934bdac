# SPDX-License-Identifier: GPL-2.0-or-later
"""Names cost little, and each makes its file be digested once more: also where one record cannot be read, and the volume's
own records give the entries."""
import os

import pytest

from iso import File, Record, nm, px, tf
from support import environment, run

NAMES = 2000


def add_names(image):
    big = File(os.urandom(1 << 19))
    image.add("many")
    folder = image.folders["many"]
    for number in range(NAMES):
        name = f"n{number:05}"
        image.files[f"many/{name}"] = big
        folder.rock.append(Record(f"{name.upper()}.;1".encode(), big, px(0o100644), tf(), nm(name)))
        folder.joliet.append(Record(f"{name};1".encode("utf-16be"), big))
    for path in list(image.files):
        if image.files[path] is big and path != "many/n00000":
            del image.files[path]


def spoil(image):
    image.add("zz", b"x")
    image.rock("zz").id = b"\0zz"


@pytest.mark.parametrize("words", [["verify", "--json"], ["inspect", "--json"]], ids=lambda words: words[0])
@pytest.mark.parametrize("change", [lambda image: None, spoil], ids=["whole", "not-whole"])
def test_are_bounded(image, suppack, tmp_path, words, change):
    add_names(image)
    change(image)
    iso = tmp_path / "names.iso"
    iso.write_bytes(image.bytes())
    done = run([suppack, *words, iso], env=environment(TMPDIR=tmp_path))
    assert done.returncode == 3
    assert "more than eight times its bytes under all their names" in done.stderr
