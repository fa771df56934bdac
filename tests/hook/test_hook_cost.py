# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run costs, where it can be counted: system calls and memory. Times are ci/bench's."""
import subprocess

import pytest
from host import LABEL, STANZA, layouts

MIB = 1 << 20
DEVICE = b'\tdevice {\n\t\tvendor "V%d"\n\t\tproduct "P%d"\n\t\tpath_checker tur\n\t}\n'
CONTENTS = {
    "devices": b"devices {\n" + b"".join(DEVICE % (i, i) for i in range(150000)) + b"}\n",
    "comments": b"# a comment line of the usual length, in a file of many\n" * 180000,
    "one line": b"# " + b"x y " * 2500000 + b"\n",
}


@pytest.mark.parametrize("name", [name for name in layouts.BY_NAME if name != "xs-9"])
def test_nothing_to_do_takes_at_most_60_system_calls(make_host, hook, name, tmp_path):
    """Not on XenServer 9, where the host's multipath program is asked what it is."""
    host = make_host(name, hook)
    host.hook("install")
    trace = tmp_path / "trace"
    done = host.hook("install", before=["/usr/bin/strace", "-f", "-o", trace])
    assert "nothing to do" in done.stderr
    calls = [line for line in trace.read_text().splitlines() if "(" in line]
    assert 20 < len(calls) <= 60, "\n".join(calls)


@pytest.mark.parametrize("name", ["xs-6.5", "xs-9"])
@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("arch", ["x86_64", "i386"])
def test_a_large_file_takes_no_more_than_itself_and_a_mebibyte(make_host, hook, name, kind, arch):
    """The address space is limited to that: whatever needs more ends with "out of memory"."""
    host = make_host(name, hook.with_name(f"multipath-hook.{arch}"))
    host.target.parent.mkdir(parents=True, exist_ok=True)
    host.target.write_bytes(CONTENTS[kind])

    def run(word, spare=MIB):
        # The C library's environment is small, so is the stack: what is limited is the heap.
        return subprocess.run(["prlimit", f"--as={len(CONTENTS[kind]) + spare}",
                               f"{host.root}/opt/{LABEL}/bin/multipath-hook", word, "--root", host.root],
                              env={}, capture_output=True, text=True, check=False)
    if kind != "one line":  # which is context of the diff, hence part of the report
        assert run("plan").returncode == 10
    assert run("install").returncode == 0
    assert run("install").returncode == 0
    host.unpack("1.0.1", STANZA.replace("100", "200"))
    assert run("install").returncode == 0
    assert run("status").returncode == 0
    assert run("remove").returncode == 0
    assert host.target.read_bytes() == CONTENTS[kind]
    # The limit bites.
    assert (run("install", -MIB).returncode, host.target.read_bytes()) == (4, CONTENTS[kind])
