# SPDX-License-Identifier: GPL-2.0-or-later
"""A kit over a private copy of the unpacked signed image, for each case."""
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "hostile"))
from kit import Kit  # noqa: E402
from support import must  # noqa: E402


@pytest.fixture(scope="session")
def unpacked(signed_iso, unsigned_iso, carrying_iso, tmp_path_factory):
    """name -> (the tree of that image, the image)"""
    trees = {}
    for name, iso in (("signed", signed_iso), ("unsigned", unsigned_iso), ("carrying", carrying_iso)):
        tree = tmp_path_factory.mktemp(name)
        must(["bsdtar", "-xf", iso, "-C", tree])
        must(["chmod", "-R", "u+w", tree])
        trees[name] = tree, iso
    return trees


@pytest.fixture
def make_kit(unpacked, demo_key, make_key, tmp_path):
    """make_kit('signed' | 'unsigned' | 'classic' | 'carrying')"""
    def make(kind):
        tree = tmp_path / "tree"
        good, image = unpacked["signed" if kind == "classic" else kind]
        shutil.copytree(good, tree)
        kit = Kit(tmp_path, tree, demo_key, make_key, image)
        if kind == "classic":
            kit.add_classic()
        return kit
    return make
