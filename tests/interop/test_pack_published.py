# SPDX-License-Identifier: GPL-2.0-or-later
"""dnf of a host installs the pack from a published repository over HTTP, checking both kinds of signatures."""
import pytest

import expect
from layouts import BY_NAME, LABEL
from support import must

URL_PATH = "packs/qs"
MEMBERS = (f"update-{LABEL}", f"control-{LABEL}")  # the first brings the payload
on_one_host = pytest.mark.parametrize("layout", [BY_NAME["xcp-ng-8.3"]], ids=str)


@pytest.fixture
def published(suppack, pack_for, layout, tmp_path):
    folder = tmp_path / "published"
    must([suppack, "publish", "--base-url", f"http://127.0.0.1/{URL_PATH}", pack_for(layout).iso, folder])
    return folder


@pytest.fixture
def configured(host, published):
    """The host with the .repo file in its place and the folder on the web server."""
    host.server.publish(URL_PATH, published)
    host.put(f"/etc/yum.repos.d/{LABEL}.repo", (published / f"{LABEL}.repo").read_bytes())
    yield host
    host.server.withdraw(URL_PATH)


def install(host, *options):
    return host.run("/usr/bin/dnf", "-y", "--noplugins", *options, "install", *MEMBERS, merged=True)


@on_one_host
def test_installs_when_asked_for_by_name(configured):
    done = install(configured, f"--enablerepo={LABEL}")
    assert done.returncode == 0, done.stdout
    assert {f"{name}-1.0.0" for name in expect.PACKAGES} <= configured.packages()
    expect.stanza_in_place(configured, expect.shipped(configured.layout))
    expect.applied(configured)
    expect.rpm_verifies(configured)
    assert f"GET /{URL_PATH}/repodata/repomd.xml.asc" in configured.server.log.read_text()


@on_one_host
def test_is_not_seen_unless_enabled(configured):
    before = configured.packages()
    assert install(configured).returncode != 0
    assert configured.packages() == before


@on_one_host
@pytest.mark.parametrize("file", ["repodata/repomd.xml.asc", "Packages/update-*", "repodata/*-primary.xml.gz"])
def test_what_was_changed_on_the_way_is_refused(configured, published, file):
    path = next(published.glob(file))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    before = configured.packages()
    assert install(configured, f"--enablerepo={LABEL}").returncode != 0
    assert configured.packages() == before


@on_one_host
def test_a_host_without_the_key_refuses(configured):
    configured.path("/etc/pki/rpm-gpg/RPM-GPG-KEY-OSNEXUS").unlink()
    before = configured.packages()
    assert install(configured, f"--enablerepo={LABEL}").returncode != 0
    assert configured.packages() == before
