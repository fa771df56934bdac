# SPDX-License-Identifier: GPL-2.0-or-later
"""One wine a session, and a StorageLink server in it for each test."""
import tempfile

import pytest

from wine_server import Server, Wine


@pytest.fixture(scope="session")
def wine(program):
    made = Wine(tempfile.mkdtemp(prefix="suppack-wine-"), program("tests/storagelink_stand_in.exe"))
    yield made
    made.close()


@pytest.fixture
def server(wine, program, request):
    made = Server(wine, program, *getattr(request, "param", ()))
    yield made
    made.close()
