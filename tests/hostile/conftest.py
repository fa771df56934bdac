# SPDX-License-Identifier: GPL-2.0-or-later
"""A good image of iso.py, to be spoilt."""
import pytest

from iso import Image, px
from support import must


@pytest.fixture(scope="session")
def tree(signed_iso, tmp_path_factory):
    """{path: content} of the signed QuantaStor image."""
    place = tmp_path_factory.mktemp("tree")
    must(["bsdtar", "-xf", signed_iso, "-C", place])
    return {path.relative_to(place).as_posix(): None if path.is_dir() else path.read_bytes() for path in place.rglob("*")}


@pytest.fixture
def image(tree):
    """That tree as iso.py writes it, without the list of its files, so that tests may add some; `verify` finds nothing wrong
    with it but that not all of them are signed."""
    made = Image({path: content for path, content in tree.items() if not path.startswith("SHA256SUMS")}, "OSNEXUS")
    for path in ("install", "install.sh"):
        made.rock(path).use[0] = px(0o100755)
    return made
