# SPDX-License-Identifier: GPL-2.0-or-later
"""Scratch hosts and packs for the interoperability tests. Everything costly is made once a session."""
from pathlib import Path

import pytest

pytest.register_assert_rewrite("expect")  # so that a failure there shows its values

import expect  # noqa: E402
from classic_host import SHELLS, make_classic  # noqa: E402
from dom0 import Dom0, unshare  # noqa: E402
from layouts import BY_NAME, LAYOUTS  # noqa: E402
from packs import pack_maker  # noqa: E402
from serve import UpdateServer  # noqa: E402
from support import sample  # noqa: E402
from xapi import PoolUpdate  # noqa: E402

# Releases before 7.1 take no pack of the modern format from xapi (packs.md 0.1), so the QuantaStor pack
# rightly refuses them. For the layouts' sake they get the same pack with a lower base requirement.
ANY_HOST = "platform-version >= 0.1"


@pytest.hookimpl(tryfirst=True)  # before xdist looks for the marks
def pytest_collection_modifyitems(items):
    """Where several workers share the tests, one of them has all of a layout: its hosts are made once."""
    here = Path(__file__).parent
    for item in items:
        params = item.callspec.params if hasattr(item, "callspec") else {}
        if "layout" in params and here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group(str(params["layout"])))


@pytest.fixture(scope="session")
def packs(build_pack, quantastor_source, tmp_path_factory):
    """packs(rr_min_io='100', unsigned=False, **keys of pack.ini) -> Pack, each built once."""
    return pack_maker(build_pack, quantastor_source, tmp_path_factory)


@pytest.fixture(scope="session")
def pack_for(packs):
    """pack_for(layout, ...): the QuantaStor pack as that release would take it."""
    def make(layout, **keys):
        return packs(**keys) if layout.xapi else packs(base_requires=ANY_HOST, **keys)
    return make


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    command, reason = unshare()
    if reason:
        pytest.skip(reason)
    running = UpdateServer(tmp_path_factory.mktemp("server"), command)
    yield running
    running.close()


@pytest.fixture(scope="session")
def fresh_host(server, demo_key, tmp_path_factory):
    """fresh_host(layout, root): a host of that release that trusts demo_key, nothing installed."""
    made = {}

    def make(layout, root):
        if layout.name not in made:
            work = tmp_path_factory.mktemp(layout.name)
            made[layout.name] = Dom0.create(work / "root", layout, server, work)
            made[layout.name].import_update_key(demo_key.public)
        return made[layout.name].copy(root)
    return make


@pytest.fixture(scope="session")
def installed_once(fresh_host, pack_for, tmp_path_factory):
    """installed_once(layout): the host after xapi's precheck and apply. To be looked at, not changed."""
    made = {}

    def make(layout):
        if layout.name not in made:
            host = fresh_host(layout, tmp_path_factory.mktemp(f"{layout.name}-installed") / "root")
            update = PoolUpdate(host, pack_for(layout).tree).introduce()
            host.before, host.packages_before = host.snapshot(), host.packages()
            host.verified_before, host.mtimes_before = host.verify_all(), expect.mtimes(host)
            host.prechecked = update.precheck()
            host.updates = update.apply_only()
            host.update = update
            made[layout.name] = host
        return made[layout.name]
    return make


@pytest.fixture(params=sample(LAYOUTS), ids=str)
def layout(request):
    return request.param


@pytest.fixture
def host(layout, fresh_host, tmp_path):
    """A fresh host of each layout in turn."""
    return fresh_host(layout, tmp_path / "root")


@pytest.fixture(params=SHELLS)
def shell(request):
    """The host's /bin/sh, for the installer of classic packs."""
    return request.param


@pytest.fixture
def classic(host, shell):
    """A fresh host that takes classic packs, and how it was."""
    make_classic(host, shell)
    host.before, host.packages_before = host.snapshot(), host.packages()
    host.verified_before, host.mtimes_before = host.verify_all(), expect.mtimes(host)
    return host


@pytest.fixture
def installed(layout, installed_once):
    """A host of each layout in turn with the pack on it: shared, so look only."""
    return installed_once(layout)


@pytest.fixture
def installed_copy(installed, tmp_path):
    """The same, private: the test may do with it what it likes."""
    return installed.copy(tmp_path / "root")


@pytest.fixture
def host_of(fresh_host, tmp_path):
    """host_of('xs-6.5'): a fresh host of that layout."""
    return lambda name: fresh_host(BY_NAME[name], tmp_path / name)
