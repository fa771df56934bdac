# SPDX-License-Identifier: GPL-2.0-or-later
"""A file that somebody cuts short while it is mapped: a sentence and exit 4, no crash and nothing left."""
import os
from pathlib import Path

import pytest

from rpms import Rpm, make_rpms
from support import must


@pytest.fixture(scope="module")
def cutting(tmp_path_factory):
    """cutting(end): the environment in which a file whose name ends so is cut as soon as it is mapped."""
    library = tmp_path_factory.mktemp("preload") / "cut_short.so"
    must(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library,
          Path(__file__).with_name("cut_short.c")])
    options = os.environ.get("ASAN_OPTIONS", "")
    return lambda end: {"CUT_SHORT": end, "LD_PRELOAD": library, "ASAN_OPTIONS":
                        ":".join(filter(None, [options, "verify_asan_link_order=0"]))}


def test_a_carried_rpm(desk, cutting):
    make_rpms(desk.spec, Rpm("large", files={"/opt/large": os.urandom(1 << 20)}))
    desk.ini.write_text(desk.ini.read_text() + "[packages]\nfiles = large.rpm\n")
    desk.assert_refused(desk.unsigned(**cutting("/large.rpm")), 4,
                        "suppack: a file became shorter while it was being read\n")
