# SPDX-License-Identifier: GPL-2.0-or-later
"""Somebody else writes the file while the shipped program is at it (every other instant: every_instant)."""
import subprocess
import time

from host import LABEL


def test_another_writer_at_the_same_time_loses_nothing(make_host, hook):
    """Somebody appends to the file while the new one is being synced: the hook begins anew, both changes are there."""
    host = make_host("xs-6.5", hook)
    temp = host.target.parent / f".multipath-hook.{LABEL}"
    argv = ["/usr/bin/strace", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:delay_enter=200000",
            f"{host.root}/opt/{LABEL}/bin/multipath-hook", "install", "--root", host.root]
    with subprocess.Popen(argv, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 30
        while not temp.exists():
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
