# SPDX-License-Identifier: GPL-2.0-or-later
"""The payload RPM by itself, with rpm alone: no xapi, no dnf, no other package of the pack."""
import pytest

import expect
from layouts import BY_NAME, KINDS, LABEL
from snapshot import difference

kinds = pytest.mark.parametrize("layout", KINDS, ids=str)


@pytest.fixture
def payload(host, pack_for):
    pack = pack_for(host.layout)

    def rpm(*options):
        return host.run("rpm", *options, f"/mnt/{pack.rpm(LABEL).name}", attach=(pack.tree / "Packages", "/mnt"))
    return rpm


def test_install_and_erase(host, payload):
    before, verified = host.snapshot(), host.verify_all()
    assert payload("-Uvh").returncode == 0
    expect.stanza_in_place(host, expect.shipped(host.layout))
    expect.rpm_verifies(host, [LABEL])
    expect.applied(host)
    host.must("rpm", "-e", LABEL)
    assert difference(before, host.snapshot()) == []
    assert host.verify_all() == verified


@kinds
def test_again_and_again(host, payload):
    """A second install is refused by rpm and changes nothing; --force and --reinstall run %post once more."""
    before = host.snapshot()
    assert payload("-Uvh").returncode == 0
    once = host.snapshot()
    assert "already installed" in payload("-Uvh").stderr
    for options in (("-Uvh", "--force"), ("--reinstall",)):
        assert payload(*options).returncode == 0
        assert difference(once, host.snapshot()) == []
    host.must("rpm", "-e", LABEL)
    assert difference(before, host.snapshot()) == []


@kinds
def test_erase_keeps_the_administrators_edits(host, payload):
    """Edited since: only our block goes, the edit stays (users.md 6.1.1)."""
    if host.layout.drop_in:
        target = next(iter(host.layout.all_files()))  # the release's own file; ours is a drop-in
    else:
        target = host.layout.target
    assert payload("-Uvh").returncode == 0
    host.put(target, b"# edited\n" + host.read(target))
    host.must("rpm", "-e", LABEL)
    assert host.read(target) == b"# edited\n" + host.layout.text(target)
    expect.not_there(host)


@kinds
def test_scriptlets_do_not_fail_on_a_host_without_the_file(host, payload):
    """Nothing to merge into: rpm still installs and erases, and no file of ours stays behind."""
    for path in host.layout.all_files():
        host.path(path).unlink()
    before = host.snapshot()
    payload("-Uvh")
    host.must("rpm", "-e", LABEL)
    assert difference(before, host.snapshot()) == []


@pytest.mark.parametrize("layout", [BY_NAME["xs-6.5"]], ids=str)
def test_post_alone_does_it(host, payload):
    """On a host whose rpm database knows neither sm nor device-mapper-multipath no trigger fires: %post has to."""
    host.must("rpm", "-e", "--justdb", "--nodeps", "sm", "device-mapper-multipath")
    assert payload("-Uvh").returncode == 0
    expect.stanza_in_place(host, expect.shipped(host.layout))
