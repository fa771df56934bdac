# SPDX-License-Identifier: GPL-2.0-or-later
"""An update of the release's own packages rewrites the multipath file; %triggerin puts the block back (K.9)."""
import pytest

import expect
from dom0 import owner_rpm
from layouts import KINDS, LABEL


def later(text):
    """The file as the next version of the package ships it."""
    return b"# of a later version\n" + text.replace(b"ACMESAN", b"ACMESAN2")


def owner_of_target(layout):
    """(package, its files): whoever owns the file our stanza is merged into; sm where ours is a drop-in."""
    if any(owned.path == layout.target for owned in layout.dm):
        return "device-mapper-multipath", layout.dm
    return "sm", layout.sm


@pytest.fixture(scope="session")
def later_rpm(tmp_path_factory):
    """later_rpm(layout, change): version 1.1 of the package that owns the file."""
    made = {}

    def make(layout, change):
        if (layout.name, change) not in made:
            name, owned = owner_of_target(layout)
            made[layout.name, change] = owner_rpm(
                tmp_path_factory.mktemp("later"), name, owned, version="1.1", change=change,
                dirs=layout.dirs if name == "device-mapper-multipath" else ())
        return made[layout.name, change]
    return make


def update(host, rpm):
    host.must("rpm", "-Uvh", f"/mnt/{rpm.name}", attach=(rpm.parent, "/mnt"))
    return host


@pytest.fixture(scope="session")
def updated_once(installed_once, later_rpm, tmp_path_factory):
    """updated_once(layout): the host after its own package came in a new version with a changed file."""
    made = {}

    def make(layout):
        if layout.name not in made:
            host = installed_once(layout).copy(tmp_path_factory.mktemp("updated") / "root")
            made[layout.name] = update(host, later_rpm(layout, later))
        return made[layout.name]
    return make


@pytest.fixture
def updated(layout, updated_once):
    return updated_once(layout)


def now_shipped(host):
    """What the release's files hold now, had we never been there."""
    name, owned = owner_of_target(host.layout)
    new = {item.path: later(host.layout.text(item.path)) for item in owned}
    return expect.shipped(host.layout) | new


def test_block_is_back_after_the_update(updated):
    expect.stanza_in_place(updated, now_shipped(updated))
    expect.applied(updated)


def test_erase_then_gives_the_new_file(updated, tmp_path):
    """Not the old one: a copy made before the update must not come back over it (users.md 6.1.1)."""
    updated = updated.copy(tmp_path / "root")
    updated.must("rpm", "-e", *expect.PACKAGES)
    for path, text in now_shipped(updated).items():
        assert updated.read(path) == text, path
    assert not updated.path(f"/var/lib/{LABEL}").exists()
    # rpm itself keeps the edited file of a %config aside; nothing else of ours may be left
    left = [path for path in updated.path("/etc").rglob("*") if path.is_file() and not path.is_symlink()
            and b"OSNEXUS" in path.read_bytes() and path.suffix != ".rpmsave"]
    assert left == []


@pytest.mark.parametrize("layout", KINDS, ids=str)
def test_unchanged_file_survives_an_update_of_its_package(installed_copy, later_rpm):
    """A file the new version did not change: with or without %config, our block is in it once."""
    update(installed_copy, later_rpm(installed_copy.layout, None))
    expect.stanza_in_place(installed_copy, expect.shipped(installed_copy.layout))
    installed_copy.must("rpm", "-e", *expect.PACKAGES)
    for path, text in expect.shipped(installed_copy.layout).items():
        assert installed_copy.read(path) == text
