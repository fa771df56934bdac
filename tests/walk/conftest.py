# SPDX-License-Identifier: GPL-2.0-or-later
"""A vendor's desk and a pool of hosts: the scratch hosts of tests/interop, with real gpg, rpm and dnf."""
import sys
import tempfile
from pathlib import Path

import pytest

from support import SOURCE

sys.path.insert(0, str(SOURCE / "tests/interop"))
from dom0 import Dom0, unshare  # noqa: E402
from layouts import BY_NAME  # noqa: E402
from serve import UpdateServer  # noqa: E402


@pytest.hookimpl(tryfirst=True)  # before xdist looks for the marks
def pytest_collection_modifyitems(items):
    """The story goes step by step, in one worker."""
    for item in items:
        if item.path == Path(__file__).parent / "test_walk.py":
            item.add_marker(pytest.mark.xdist_group("walk"))


@pytest.fixture(scope="session")
def fresh(tmp_path_factory):
    """fresh(name): a host of XCP-ng 8.3 as it is after its installation."""
    command, reason = unshare()
    if reason:
        pytest.skip(reason)
    work = tmp_path_factory.mktemp("hosts")
    server = UpdateServer(tmp_path_factory.mktemp("server"), command)
    first = Dom0.create(work / "first", BY_NAME["xcp-ng-8.3"], server, work)
    yield lambda name: first.copy(work / name)
    server.close()


@pytest.fixture(scope="session")
def desk_folder():
    """Where the vendor works: a short path, for the socket of the key's agent."""
    with tempfile.TemporaryDirectory(prefix="walk-", dir="/tmp") as folder:
        yield Path(folder)
