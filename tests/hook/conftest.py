# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts for the hook: every layout, with the shipped program or the sanitized one, and the daemon that serves one."""
import os
import shutil
import tempfile
import uuid

import pytest
from daemon import Daemon, Network
from host import Host, layouts
from support import must, run

pytest.register_assert_rewrite("places")
from places import Mounts  # noqa: E402  behind the line above, so that its assertions say what they compared


@pytest.fixture(scope="session")
def native_hook(hook):
    """The hook as an ordinary program of the build's own preset (dev: with the sanitizers)."""
    return hook.parents[2] / "bin" / "multipath-hook-native"


@pytest.fixture(scope="session")
def hook_builds(hook, native_hook):
    """The hook by the name of its build: native, and both that are shipped."""
    return {"native": native_hook, "x86_64": hook, "i386": hook.with_name("multipath-hook.i386")}


@pytest.fixture(scope="session")
def says_version(hook):
    """A multipath program that does no more than to say that it is 0.9.4."""
    return hook.parents[2] / "bin" / "says_version"


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


@pytest.fixture
def private(make_host):
    """private(layout name or host): the host in a mount namespace of its own (places.Mounts)."""
    made = []

    def make(host):
        made.append(Mounts(make_host(host) if isinstance(host, str) else host))
        return made[-1]
    yield make
    for mounts in made:
        mounts.close()


@pytest.fixture
def on_ext4(make_host, private, tmp_path):
    """on_ext4(layout name): a host on an ext4 of its own, for what not every file system has: attributes, ACLs."""
    def make(name):
        host = make_host(name)
        image = tmp_path / "ext4"
        must(["mkfs.ext4", "-q", "-b", "4096", "-d", host.root, image, "32M"])
        inside = private(host)
        mounted = run([*inside.enter, "mount", "-o", "loop", image, host.root])
        if mounted.returncode == 0:
            return inside
        # No loop devices here: the file system the tests run on may do.
        if run(["chattr", "+i", host.target.parent]).returncode:
            pytest.skip(f"no ext4 to be had: {mounted.stderr.strip()}; and no attributes in '{host.root.parent}'")
        must(["chattr", "-i", host.target.parent])
        return inside
    return make


@pytest.fixture(scope="module")
def network():
    """Two runs on one machine stay apart, and so do the modules."""
    made = Network(f"suppack-hook-{os.getpid()}-{uuid.uuid4().hex[:8]}")
    yield made
    made.close()


@pytest.fixture
def daemon(network, hook, tmp_path):
    """daemon(host, case, mood, root=): the stand-in of the case's era; stopped when the test ends."""
    running = []

    def start(host, case, mood="obeys", root=None):
        program = hook.parents[2] / "bin" / f"multipathd-stand-in.{case.arch}"
        running.append(Daemon(network, program, tmp_path / f"log{len(running)}", root or host.root, case.era, mood))
        return running[-1]
    yield start
    for one in running:
        one.stop()


@pytest.fixture
def call(network):
    """call(host, *words): the hook in the daemon's network namespace."""
    return lambda host, *words, before=(), **kwargs: host.hook(*words, before=[*network.before, *before], **kwargs)
