# SPDX-License-Identifier: GPL-2.0-or-later
"""An update of the release's own packages rewrites the multipath file; %triggerin puts the block back (K.9)."""
import pytest

import expect
from dom0 import owner_rpm
from layouts import LABEL


def later(text):
    """The file as the next version of the package ships it."""
    assert b"ACMESAN" in text or b"find_multipaths" in text or b"devnode" in text
    return text.replace(b"ACMESAN", b"ACMESAN2").replace(b"user_friendly_names", b"#changed\nuser_friendly_names")


def owner_of_target(layout):
    """(package, its files): whoever owns the file our stanza is merged into; sm where ours is a drop-in."""
    if any(owned.path == layout.target for owned in layout.dm):
        return "device-mapper-multipath", layout.dm
    return "sm", layout.sm


@pytest.fixture
def updated(installed_copy, tmp_path):
    """The host after its own package came in a new version with a changed file."""
    layout = installed_copy.layout
    name, owned = owner_of_target(layout)
    rpm = owner_rpm(tmp_path, name, owned, version="1.1", change=later,
                    dirs=layout.dirs if name == "device-mapper-multipath" else ())
    installed_copy.must("rpm", "-Uvh", f"/mnt/{rpm.name}", attach=(rpm.parent, "/mnt"))
    return installed_copy


def now_shipped(host):
    """What the release's files hold now, had we never been there."""
    name, owned = owner_of_target(host.layout)
    new = {item.path: later(host.layout.text(item.path)) for item in owned}
    return expect.shipped(host.layout) | new


def test_block_is_back_after_the_update(updated):
    expect.stanza_in_place(updated, now_shipped(updated))
    expect.applied(updated)


def test_erase_then_gives_the_new_file(updated):
    """Not the old one: a copy made before the update must not come back over it (users.md 6.1.1)."""
    updated.must("rpm", "-e", *expect.PACKAGES)
    for path, text in now_shipped(updated).items():
        assert updated.read(path) == text, path
    assert not updated.path(f"/var/lib/{LABEL}").exists()
    # rpm itself keeps the edited file of a %config aside; nothing else of ours may be left
    left = [path for path in updated.path("/etc").rglob("*") if path.is_file() and not path.is_symlink()
            and b"OSNEXUS" in path.read_bytes() and path.suffix != ".rpmsave"]
    assert left == []


def test_unchanged_file_survives_an_update_of_its_package(installed_copy, tmp_path):
    """%config: a file the new package did not change stays as it is, with our block, once."""
    layout = installed_copy.layout
    name, owned = owner_of_target(layout)
    rpm = owner_rpm(tmp_path, name, owned, version="1.1",
                    dirs=layout.dirs if name == "device-mapper-multipath" else ())
    installed_copy.must("rpm", "-Uvh", f"/mnt/{rpm.name}", attach=(rpm.parent, "/mnt"))
    expect.stanza_in_place(installed_copy, expect.shipped(layout))
    installed_copy.must("rpm", "-e", *expect.PACKAGES)
    for path, text in expect.shipped(layout).items():
        assert installed_copy.read(path) == text
