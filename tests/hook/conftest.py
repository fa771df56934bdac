# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts for the hook: every layout, with the shipped program or the sanitized one."""
import shutil
import tempfile

import pytest
from host import Host, layouts


@pytest.fixture(scope="session")
def native_hook(hook):
    """The hook as an ordinary program of the build's own preset (dev: with the sanitizers)."""
    return hook.parents[2] / "bin" / "multipath-hook-native"


@pytest.fixture
def make_host(native_hook):
    """make_host(layout name, program=...): a fresh host with the pack's files unpacked."""
    made = []

    def make(name, program=native_hook):
        # A short path: sockets are made inside.
        made.append(tempfile.mkdtemp(prefix="host-"))
        return Host(made[-1], layouts.BY_NAME[name], program).make().unpack()
    yield make
    for root in made:
        shutil.rmtree(root, ignore_errors=True)


def pytest_generate_tests(metafunc):
    if "layout_name" in metafunc.fixturenames:
        metafunc.parametrize("layout_name", list(layouts.BY_NAME))


@pytest.fixture
def host(make_host, layout_name):
    return make_host(layout_name)


@pytest.fixture
def merged(make_host):
    """A host whose main file is edited: 6.5, through two links."""
    return make_host("xs-6.5")


@pytest.fixture
def drop_in(make_host):
    """A host that gets a file of our own: 7.6, where conf.d does not exist yet."""
    return make_host("xs-7.6")
