# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody else writes the file while the shipped program is at it, and what a run left that could not end (every
other instant: every_instant)."""
import subprocess
import time

import pytest
from host import LABEL


def test_another_writer_at_the_same_time_loses_nothing(make_host, hook):
    """Somebody appends to the file while the new one is being synced: the hook begins anew, both changes are there."""
    host = make_host("xs-6.5", hook)
    argv = ["/usr/bin/strace", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:delay_enter=200000",
            f"{host.root}/opt/{LABEL}/bin/multipath-hook", "install", "--root", host.root]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while not host.temp.exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.005)
        with open(host.target, "ab") as file:
            file.write(b"\n# written meanwhile\n")
        said = process.stderr.read()
    assert process.returncode == 0, said
    text = host.target.read_text()
    assert "# written meanwhile" in text
    assert text.count(f"# BEGIN {LABEL} ") == 1
    assert host.hook("remove").returncode == 0
    assert host.target.read_bytes() == host.layout.text(host.layout.target) + b"\n# written meanwhile\n"


def stop_before_the_rename(host):
    """As a power cut does where the new file had reached the disk and its name had not."""
    done = host.hook("install", before=["/usr/bin/strace", "-o", "/dev/null", "-P", host.temp,
                                        "-e", "inject=rename:retval=0:signal=KILL"])
    assert done.returncode == -9 and host.temp.exists()


@pytest.mark.parametrize("name", ["xs-6.5", "xs-7.6"])
def test_removed_after_a_first_install_that_was_stopped(make_host, hook, name):
    """The drop-in was never there, and its folder holds the new file under its other name alone."""
    host = make_host(name, hook)
    before = host.tree()
    stop_before_the_rename(host)
    assert host.hook("remove").returncode == 0
    assert host.tree() == before
