# SPDX-License-Identifier: GPL-2.0-or-later
"""Virtual hosts. One boots a session; all others are waked from its saved state, each with a root disk of its own."""
import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
for folder in ("interop", "parsers", "hostile"):
    sys.path.insert(0, str(HERE.parent / folder))
import system as system_module  # noqa: E402
from hosts import first_disk, keep  # noqa: E402
from lun import Traffic  # noqa: E402
from packs import pack_maker  # noqa: E402
from vm_host import VmHost  # noqa: E402


@pytest.hookimpl(tryfirst=True)  # xdist's own must see the marks
def pytest_collection_modifyitems(items):
    """Of several workers each has a file's tests, or a file system's or a suite's: the hosts they are waked from are made
    once."""
    for item in items:
        if item.path.parent == HERE:
            params = item.callspec.params if hasattr(item, "callspec") else {}
            item.add_marker(pytest.mark.xdist_group(f"{item.path.stem} {params.get('kind', params.get('suite_name', ''))}"))


@pytest.fixture(scope="session")
def system():
    missing = [name for name in ("qemu-system-x86_64", "apt-get", "dpkg-deb") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not here: {', '.join(missing)} (ci/deps test installs it)")
    if os.geteuid() != 0:
        pytest.skip("needs root: rpm fills the hosts' root disks in a chroot")
    return system_module.system()


@pytest.fixture(scope="session")
def packs(build_pack, quantastor_source, tmp_path_factory):
    """packs(rr_min_io='100', unsigned=False, **keys of pack.ini) -> Pack, each built once."""
    return pack_maker(build_pack, quantastor_source, tmp_path_factory)


@pytest.fixture(scope="session")
def saved(system, demo_key, tmp_path_factory):
    """saved(kind): a host that runs, with its root on a file system of this kind, and trusts demo_key."""
    made = {}

    def make(kind="ext3"):
        if kind not in made:
            work = tmp_path_factory.mktemp(f"host-{kind}")
            host = VmHost.boot(system, first_disk(work, kind), kind)
            host.import_update_key(demo_key.public)
            made[kind] = keep(host, work / "saved")
        return made[kind]
    return make


@pytest.fixture
def hosts(saved, tmp_path):
    """hosts(kind='ext3'): a further running host with nothing installed; it ends with the test."""
    running = []

    def wake(kind="ext3"):
        running.append(saved(kind).wake(tmp_path))
        return running[-1]
    yield wake
    for host in running:
        host.close()


@pytest.fixture
def host(hosts):
    return hosts()


@pytest.fixture
def traffic(program):
    """traffic(host) -> Traffic"""
    return lambda host: Traffic(host, program("bin/io_check"))


def pytest_terminal_summary(terminalreporter):
    """The figures tests recorded: I/O of each, and what the power cuts left."""
    cuts = Counter()
    for report in terminalreporter.stats.get("", ()):
        values = dict(report.user_properties) if report.when == "teardown" else {}
        if "cut" in values:
            cuts[values["cut"]] += 1
        elif values:
            told = ", ".join(f"{name}: {value}" for name, value in values.items())
            terminalreporter.write_line(f"{report.nodeid.rsplit('::', 1)[-1].partition('@')[0]}: {told}")
    for what, count in sorted(cuts.items()):
        terminalreporter.write_line(f"power cuts, {what}: {count}")
