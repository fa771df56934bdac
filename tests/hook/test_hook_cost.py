# SPDX-License-Identifier: GPL-2.0-or-later
"""What a run costs, where it can be counted: system calls and memory. Times are ci/bench's."""
import os
import subprocess

import pytest
from host import LABEL, STANZA, layouts

MIB = 1 << 20
PROGRAM = "/usr/sbin/multipath"
DEVICE = b'\tdevice {\n\t\tvendor "V%d"\n\t\tproduct "P%d"\n\t\tpath_checker tur\n\t}\n'
CONTENTS = {
    "devices": b"devices {\n" + b"".join(DEVICE % (i, i) for i in range(14000)) + b"}\n",
    "comments": b"# a comment line of the usual length, in a file of many\n" * 18000,
    "one line": b"# " + b"x y " * 250000 + b"\n",
}


def give_program(host, content):
    """A new file in its place, as an update makes one."""
    host.at(PROGRAM).unlink(missing_ok=True)
    host.write(PROGRAM, content)
    host.at(PROGRAM).chmod(0o755)


def calls_of(host, trace, *words):
    done = host.hook(*words, before=["/usr/bin/strace", "-f", "-o", trace])
    return done, [line for line in trace.read_text().splitlines() if "(" in line]


def test_nothing_to_do_takes_at_most_60_system_calls(make_host, hook, layout_name, says_version, tmp_path):
    host = make_host(layout_name, hook)
    if layout_name == "xs-9":  # whose multipath program was asked by the first run
        give_program(host, says_version.read_bytes())
        host.at("/sbin").symlink_to("usr/sbin")
    host.hook("install")
    done, calls = calls_of(host, tmp_path / "trace", "install")
    assert "nothing to do" in done.stderr
    assert 20 < len(calls) <= 60, "\n".join(calls)


@pytest.mark.parametrize("arch", ["x86_64", "i386"])
def test_the_multipath_program_is_asked_once(make_host, hook, says_version, tmp_path, arch):
    """And again when it is another one, which may know another dialect."""
    host = make_host("xs-9", hook.with_name(f"multipath-hook.{arch}"))
    host.unpack(stanza={"0.8.0": STANZA.replace("100", "7"), "0.9.6": STANZA.replace("100", "10")})
    version = b"v0.9.4"
    assert says_version.read_bytes().count(version) == 1

    def install():
        done, calls = calls_of(host, tmp_path / "trace", "install")
        assert done.returncode == 0
        number = next(line.split()[1] for line in host.target.read_text().splitlines() if "rr_min_io" in line)
        return sum("execve(" in line and '"-h"' in line for line in calls), number
    give_program(host, says_version.read_bytes())
    assert install() == (1, "7")
    assert install() == (0, "7")
    # Of the same size, at the same time, in the same place.
    before = host.at(PROGRAM).stat()
    give_program(host, says_version.read_bytes().replace(version, b"v0.9.9"))
    os.utime(host.at(PROGRAM), ns=(before.st_atime_ns, before.st_mtime_ns))
    assert install() == (1, "10")
    assert install() == (0, "10")
    # The record is not what decides without the program, nor one that nobody can read.
    host.at(f"/var/lib/{LABEL}/state").write_text("\nasked=\nasked=nonsense 0.9.4\n")
    assert install() == (1, "10")
    assert install() == (0, "10")
    host.at(PROGRAM).unlink()
    assert install() == (0, "10")
    assert host.hook("remove").returncode == 0
    assert not host.target.exists()


@pytest.mark.parametrize("name", ["xs-6.5", "xs-9"])
@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("arch", ["x86_64", "i386"])
def test_the_largest_file_takes_little_memory_and_time(make_host, hook, name, kind, arch):
    """The address space is limited: whatever needs more ends with "out of memory"."""
    host = make_host(name, hook.with_name(f"multipath-hook.{arch}"))
    host.target.parent.mkdir(parents=True, exist_ok=True)
    host.target.write_bytes(CONTENTS[kind])

    def run(word, most=64 * MIB):
        return subprocess.run(["prlimit", f"--as={most}", f"{host.root}/opt/{LABEL}/bin/multipath-hook", word, "--root",
                               host.root], env={}, capture_output=True, text=True, check=False, timeout=30)
    assert run("plan").returncode == 10
    assert run("install").returncode == 0
    host.unpack("1.0.1", STANZA.replace("100", "200"))
    assert run("install").returncode == 0
    assert run("status").returncode == 0
    assert run("remove").returncode == 0
    assert host.target.read_bytes() == CONTENTS[kind]
    # The limit bites.
    assert (run("install", MIB).returncode, host.target.read_bytes()) == (4, CONTENTS[kind])
