# SPDX-License-Identifier: GPL-2.0-or-later
"""The shipped program disturbed at every system call, in every way: killed, the call failing, cut short, a signal.

The runs themselves and their laws are in instant/ (every_instant.c); here are the trees they begin and end with.
SUPPACK_EVERY=K takes only each K-th call, from the SUPPACK_FIRST-th on.
"""
import os
import platform
import queue
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from host import LABEL, STANZA, Host, layouts
from support import EVERY, FIRST, run

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="every_instant traces x86_64 programs only")

ACTIONS = ("install", "upgrade", "remove", "trigger")
OTHERS = b'\n%sdevice {\n    vendor "OSNEXUS"\n    product "QUANTASTOR"\n    path_checker tur\n}\n%s'
SETTINGS = "defaults {\n\tpolling_interval 10\n}\n"  # beside the devices
LINE = re.compile(r"^(.*):((?: \w+ \d+,)+) total (\d+), (\d+) different trees followed, (\d+) violations$", re.M)


def dress(path, content=None, seconds=10**9):
    """An owner, a mode and a time nothing gets by accident; content: a new file, as rpm writes one."""
    if content is not None:
        path.unlink()
        path.write_bytes(content)
    path.chmod(0o640)
    os.chown(path, 12, 34)
    os.utime(path, ns=(seconds * 10**9, seconds * 10**9 + 7))


class Scene:
    """The trees of one layout and action below `folder`, and the file that describes them to every_instant."""

    def __init__(self, folder, layout, action, program, **variant):
        self.folder, self.layout, self.action, self.program = folder, layout, action, program
        self.says, self.policy = variant.get("says"), variant.get("policy", "keep")
        self.device = "device" in variant  # somebody's own for the same array
        self.word = "remove" if action == "remove" else "install"
        self.name = " ".join(str(word) for word in (layout, action, *variant.get("called", ())))
        pristine = self.host("pristine")
        if action == "trigger":
            self.rewrite(pristine)
        self.start, self.wanted = self.begin("start"), self.begin("wanted")
        done = self.wanted.hook(self.word)
        assert done.returncode == 0, done.stderr
        self.file = folder / "scene"
        self.describe()

    def host(self, name):
        host = Host(self.folder / name, self.layout, self.program)
        host.root.mkdir(parents=True)
        host.root.chmod(0o755)
        host.make()
        if self.device:
            self.add_device(host)
        if not self.layout.drop_in:
            dress(host.target)
        if self.says:
            host.at("/sbin").mkdir()
            shutil.copy2(self.says, host.at("/sbin/multipath"))
        return host

    def add_device(self, host):
        if self.layout.drop_in:
            host.write(layouts.CUSTOM, OTHERS % (b"devices {\n", b"}\n"))
            return
        text = host.target.read_bytes()
        assert b"devices {\n" in text
        host.target.write_bytes(text.replace(b"devices {\n", b"devices {\n" + OTHERS % (b"", b"")))

    def unpack(self, host, *args):
        version, stanza = [*args, "1.0.0", STANZA][:2] if len(args) > 1 else [*args, "1.0.0"][:1] + [STANZA]
        host.unpack(version, {parser: (stanza + SETTINGS).replace("    rr_weight", f"    # {parser}\n    rr_weight")
                              for parser in ("0.4.7", "0.4.9-31", "0.4.9-86", "0.4.9-119", "0.9.6")},
                    on_conflict=self.policy)  # a wrong one is to be noticed

    def rewrite(self, host):
        """What device-mapper-multipath or sm does when it is updated: their file anew, or ours gone."""
        if not self.layout.drop_in:
            dress(host.target, self.layout.text(self.layout.target) + b"# of the next version\n", 10**9 + 1)
        elif host.target.exists():
            host.target.unlink()

    def begin(self, name):
        host = self.host(name)
        self.unpack(host)
        if self.action != "install":
            done = host.hook("install")
            assert done.returncode == 0, done.stderr
        if self.action == "upgrade":
            self.unpack(host, "1.0.1", STANZA.replace("100", "200") + "blacklist {\n\tdevnode \"^drbd\"\n}\n")
        elif self.action == "trigger":
            self.rewrite(host)
        return host

    def describe(self):
        (self.folder / "played").mkdir()
        words = {"name": self.name, "action": self.word, "label": LABEL, "target": self.layout.target,
                 "scratch": self.folder / "played",
                 **{name: self.folder / name for name in ("start", "wanted", "pristine")}}
        self.file.write_text("".join(f"{key}={value}\n" for key, value in words.items()))


@pytest.fixture(scope="module")
def every_instant(hook):
    return hook.parents[2] / "bin" / "every_instant"


@pytest.fixture
def place(tmp_path):
    """A folder in memory where there is one."""
    shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="instant-", dir=shm or tmp_path))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def total():
    """Runs of all layouts, told at the end."""
    counts = []
    yield counts
    print(f"\nevery instant: {sum(counts)} runs in {len(counts)} scenes")


def judge(every_instant, scenes, total):
    """All scenes, as many at a time as there are cores.

    Each is bound to one: tracer and traced take turns, and are three times as fast where neither has to be woken on
    another core.
    """
    cores = queue.SimpleQueue()
    for core in os.sched_getaffinity(0):
        cores.put(core)

    def play(numbered):
        number, scene = numbered
        words = [EVERY, FIRST + number] if EVERY > 1 else []
        core = cores.get()
        try:
            return run(["/usr/bin/taskset", "-c", core, every_instant, scene.file, *words], timeout=1800)
        finally:
            cores.put(core)
    with ThreadPoolExecutor(cores.qsize()) as pool:
        results = list(pool.map(play, enumerate(scenes)))
    wrong = []
    for done in results:
        print(done.stdout, done.stderr, sep="", end="")
        line = LINE.search(done.stdout)
        if done.returncode or not line:
            wrong.append(f"exit {done.returncode}\n{done.stdout}{done.stderr}")
        else:
            # The calls of a run are far more, and each kind meets them.
            assert all(int(count) * EVERY >= 25 for count in re.findall(r" (?!short)\w+ (\d+),", line[2])), line[0]
            assert re.search(r" short [1-9]", line[2]) or EVERY > 1, line[0]
            total.append(int(line[3]))
    assert wrong == [], "\n".join(wrong)


def test_every_call(every_instant, hook, place, total, layout_name):
    layout = layouts.BY_NAME[layout_name]
    judge(every_instant, [Scene(place / action, layout, action, hook) for action in ACTIONS], total)


def test_every_call_where_the_program_tells_the_dialect(every_instant, says_version, hook, place, total):
    """A multipath that cannot be asked just now must not make the hook take another dialect."""
    judge(every_instant, [Scene(place / action, layouts.BY_NAME["xs-9"], action, hook, says=says_version,
                                called=["says-0.9.4"]) for action in ACTIONS], total)


# A device in another's drop-in is never replaced.
@pytest.mark.parametrize("layout, policy", [("xs-6.2", "keep"), ("xs-6.2", "replace"), ("xs-6.5", "keep"),
                                            ("xs-6.5", "replace"), ("xs-8", "keep")])
def test_every_call_where_there_is_a_device_already(every_instant, hook, place, total, layout, policy):
    """A folder or file that cannot be read just now must not hide it."""
    judge(every_instant, [Scene(place / action, layouts.BY_NAME[layout], action, hook, device=True, policy=policy,
                                called=[f"device-{policy}"]) for action in ("install", "remove")], total)


# ---- the judge itself ------------------------------------------------------------------------------------------------

def violations(every_instant, scene, *words):
    done = run([every_instant, scene.file, *words])
    assert done.returncode == 1, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("VIOLATION")]


@pytest.mark.parametrize("layout", ["xs-6.5", "xs-7.6"])
def test_another_content_is_noticed(every_instant, hook, place, layout):
    scene = Scene(place / "scene", layouts.BY_NAME[layout], "install", hook)
    with open(scene.wanted.target, "ab") as file:
        file.write(b"\n")
    found = violations(every_instant, scene)
    assert len(found) == 20
    assert "after the second run the file is not the new one" in found[0]


@pytest.mark.parametrize("what, expected", [
    ("mode", "'/etc/xensource-inventory': type or mode"), ("owner", "'/etc/xensource-inventory': owner"),
    ("left", "'/etc/more': is gone"), ("time", "'/etc/multipath.xenserver/multipath.conf': mtime"),
    ("link", "'/etc/multipath.conf': content")])
def test_another_tree_is_noticed(every_instant, hook, place, what, expected):
    scene = Scene(place / "scene", layouts.BY_NAME["xs-6.5"], "install", hook)
    pristine = place / "scene" / "pristine"
    inventory = pristine / "etc/xensource-inventory"
    if what == "mode":
        inventory.chmod(0o600)
    elif what == "owner":
        os.chown(inventory, 1, 1)
    elif what == "left":
        (pristine / "etc/more").touch()
    elif what == "time":
        os.utime(pristine / "etc/multipath.xenserver/multipath.conf", ns=(1, 1))
    else:
        (pristine / "etc/multipath.conf").unlink()
        (pristine / "etc/multipath.conf").symlink_to("elsewhere")
    found = violations(every_instant, scene)
    assert len(found) == 20
    assert f"after removal: {expected}" in found[0]


def test_a_temporary_file_left_over_is_noticed(every_instant, hook, place):
    scene = Scene(place / "scene", layouts.BY_NAME["xs-7.6"], "install", hook)
    for tree in ("start", "wanted", "pristine"):
        (place / "scene" / tree / "etc/state.new").touch()
    assert "'/etc/state.new' survived the second run" in violations(every_instant, scene)[0]


# Writes in place and believes that every write succeeds; all else it does as it should.
CARELESS = f"""#!/bin/sh
target=$3/etc/multipath.xenserver/multipath.conf state=$3/var/lib/{LABEL}
case $1 in
install)
    [ -e "$state/original" ] || /bin/mkdir "$state" && /bin/cp -a "$target" "$state/original"
    printf 'new ' >"$target"
    printf 'content' >>"$target" ;;
remove)
    [ -e "$state/original" ] && /bin/cp -a "$state/original" "$target" && /bin/rm -r "$state" ;;
esac
exit 0
"""


def test_a_careless_program_is_noticed(every_instant, hook, place):
    """Stopped between its two writes, and failing at one."""
    scene = Scene(place / "scene", layouts.BY_NAME["xs-6.5"], "install", hook)
    scene.wanted.target.write_bytes(b"new content")
    scene.start.at(f"/opt/{LABEL}/bin/multipath-hook").write_text(CARELESS)
    found = re.search(r"kill at call (\d+) \(write\): died by signal 9, the file is neither old nor new",
                      "\n".join(violations(every_instant, scene)))
    assert found
    failed = violations(every_instant, scene, "only", "ENOSPC", found[1])
    assert "(write): exit 0, the file is neither old nor new" in failed[0]
