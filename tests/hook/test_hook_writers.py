# SPDX-License-Identifier: GPL-2.0-or-later
"""Others write the same file before, during and after us: nobody's change is lost, nobody's is there twice; and a
signal at any moment leaves the old bytes or the new ones.

SUPPACK_SEED   another seed than the usual one; every failure names its own
"""
import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import layouts
import mpparse
import pytest
import snapshot
from host import LABEL, STANZA, Host
from support import environment
from writers import SM_LOCK, Race, mpathconf_changes_line, sm_adds_wwid

SEED = os.environ.get("SUPPACK_SEED", "1")
OTHER = "example-array-multipath"
STANZAS = {LABEL: STANZA, OTHER: STANZA.replace("OSNEXUS", "EXAMPLE").replace("QUANTASTOR", "ARRAY")}
VENDORS = {LABEL: "OSNEXUS", OTHER: "EXAMPLE"}
WWID = "360a98000646c6d2d5a4a2d4c41676a42"
OLD, NEW = b"user_friendly_names\tno", b"user_friendly_names\tyes"
ROUNDS = {"xs-6.5": 140, "xs-6.2": 30, "xs-7.0": 30}
# what is there before, and what runs at the same time
PLANS = (
    ((), (("install", LABEL), ("install", OTHER))),
    ((LABEL,), (("remove", LABEL), ("install", OTHER))),
    ((OTHER,), (("install", LABEL), ("remove", OTHER))),
    ((LABEL, OTHER), (("remove", OTHER), ("upgrade", LABEL))),
)
# what the writers may leave behind besides the change itself
LEFT = {"/etc/multipath.conf.old", SM_LOCK, os.path.dirname(SM_LOCK)}


@contextlib.contextmanager
def quick_folder():
    """In memory where that can be had: these are races of programs, not of disks."""
    memory = "/dev/shm"
    path = tempfile.mkdtemp(prefix="race-", dir=memory if os.access(memory, os.W_OK) else None)
    try:
        yield Path(path)
    finally:
        shutil.rmtree(path)


def sm_file(layout):
    """The file SM edits: its own where it has one."""
    owned = [owned.path for owned in layout.sm if owned.path.endswith("/multipath.conf")]
    return owned[0] if owned else layouts.ETC


def make_host(folder, layout_name, program):
    host = Host(folder / "root", layouts.BY_NAME[layout_name], program).make()
    for directory in ("/etc/multipath", os.path.dirname(SM_LOCK)):
        host.at(directory).mkdir(parents=True, exist_ok=True)
    main = host.at(sm_file(host.layout))
    if b"\nblacklist_exceptions {" not in main.read_bytes():
        with open(main, "ab") as file:
            file.write(b"blacklist_exceptions {\n}\n")
    assert main.read_bytes().count(OLD) == 1
    for label, stanza in STANZAS.items():
        host.unpack("1.0.0", stanza, label)
    return host


def plain(text):
    """Without the blanks SM's editor puts before lines, and the one it leaves at the end."""
    return [line.strip() for line in text.decode().rstrip().splitlines()]


def block_file(host, label):
    """Where the pack's block goes: one file for all, or one each."""
    target = host.layout.target
    return host.at(target.replace(LABEL, label) if host.layout.drop_in else target)


def blocks(host, label):
    path = block_file(host, label)
    return path.read_bytes().count(f"# BEGIN {label} ".encode()) if path.exists() else 0


class Round:
    def __init__(self, folder, layout_name, program, number):
        self.rng = random.Random(f"{SEED} {layout_name} {number}")
        self.where = f"{layout_name}, round {number}, SUPPACK_SEED={SEED}"
        self.folder = folder
        self.host = make_host(folder, layout_name, program)
        self.host.write("/sbin/mpathconf", b"")  # its writer is played by us; that it is there is what counts
        self.main = self.host.at(sm_file(self.host.layout))
        self.present, self.together = self.rng.choice(PLANS)
        self.pristine = self.main.read_bytes()
        self.tree = self.host.tree()

    def delay(self):
        return self.rng.random() / 1000

    def run(self):
        host, rng = self.host, self.rng
        for label in self.present:
            assert host.hook("install", label=label).returncode == 0
        race = Race(self.folder)
        for word, label in self.together:
            if word == "upgrade":
                host.unpack("1.0.1", STANZAS[label].replace("100", "200"), label)
            program = f"{host.root}/opt/{label}/bin/multipath-hook"
            race.hook(f"{word} {label}", [program, "remove" if word == "remove" else "install", "--root", host.root],
                      self.delay())
        conf, wait = sm_file(host.layout), 2 * self.delay()
        waits = (40 * self.delay(), 5 * self.delay(), self.delay())
        race.writer("sm", host.root, self.delay(), lambda: sm_adds_wwid(conf, WWID, wait))
        race.writer("mpathconf", host.root, self.delay(), lambda: mpathconf_changes_line(OLD, NEW, waits))
        return race.run()

    def expected(self):
        """The pristine file with the writers' changes."""
        text = self.pristine.replace(OLD, NEW)
        at = text.index(b"\nblacklist_exceptions {") + 1
        end = text.index(b"\n", at) + 1
        return plain(text[:end] + f'\twwid "{WWID}"\n'.encode() + text[end:])

    def check(self, results):
        """What is wrong, one line each."""
        host, wrong = self.host, []
        wrong += [f"{name}: exit {code}: {said}" for name, (code, said, _) in results.items() if code]
        text = self.main.read_bytes()
        wanted = {*self.present, *(label for _, label in self.together)} - \
            {label for word, label in self.together if word == "remove"}
        for label in STANZAS:
            if blocks(host, label) != (label in wanted):
                wrong.append(f"{blocks(host, label)} blocks of {label}, not {int(label in wanted)}")
        for what, count in ((f'wwid "{WWID}"'.encode(), 1), (NEW, 1), (OLD, 0)):
            if text.count(what) != count:
                wrong.append(f"{what} is there {text.count(what)} times, not {count}")
        try:
            vendors = [device["vendor"] for path in {self.main, *(block_file(host, label) for label in STANZAS)}
                       if path.exists() for device in mpparse.devices(path.read_bytes())]
            wrong += [f"{vendors.count(VENDORS[label])} devices of {label}" for label in STANZAS
                      if vendors.count(VENDORS[label]) != (label in wanted)]
        except (AssertionError, IndexError) as broken:
            wrong.append(f"the file does not parse: {broken}")
        for label in self.rng.sample(sorted(STANZAS), 2):
            done = host.hook("remove", label=label)
            if done.returncode:
                wrong.append(f"remove {label}: {done.stderr}")
        if plain(self.main.read_bytes()) != self.expected():
            wrong.append("after removal it is not the file with the others' changes")
        allowed = LEFT | {"/" + os.path.relpath(self.main, host.root)}
        left = [line for line in snapshot.difference(self.tree, host.tree()) if line.split()[1] not in allowed]
        return wrong + left


def overlaps(results):
    """Which writers were at work while a hook was."""
    hooks = [span for name, (_, _, span) in results.items() if " " in name]
    found = set()
    for name in ("sm", "mpathconf"):
        code, said, _ = results[name]
        if code == 0:
            began, ended = map(float, said.split())
            found |= {name for start, end in hooks if began < end and start < ended}
    return found


def race(layout_name, hook, rounds):
    failures, met = [], {"sm": 0, "mpathconf": 0}
    for number in range(rounds):
        with quick_folder() as folder:
            one = Round(folder, layout_name, hook, number)
            results = one.run()
            for name in overlaps(results):
                met[name] += 1
            wrong = one.check(results)
            if wrong:
                failures.append(f"{one.where}, {one.present} then {one.together}: " + "; ".join(wrong))
    print(f"{layout_name}: {rounds} interleavings, seed {SEED}; a hook was at work in {met['sm']} of them while SM's "
          f"editor was, in {met['mpathconf']} while mpathconf was; {len(failures)} went wrong")
    return failures


@pytest.mark.parametrize("release", list(ROUNDS))
def test_nobodys_change_is_lost(hook, release):
    failures = race(release, hook, ROUNDS[release])
    assert failures == [], "\n".join(failures[:20])


def cut_block(text):
    """Without the first block, as when somebody wrote an older copy over it."""
    lines = text.splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if line.lstrip().startswith(b"# BEGIN "))
    last = next(i for i, line in enumerate(lines) if line.lstrip().startswith(b"# END "))
    return b"".join(lines[:first] + lines[last + 1:])


LOSSES = {"block": cut_block,
          "wwid": lambda text: text.replace(f'\twwid "{WWID}"\n'.encode(), b""),
          "line": lambda text: text.replace(NEW, OLD),
          "twice": lambda text: text.replace(NEW, NEW + b"\n" + NEW),
          "half": lambda text: text[:text.index(b"# BEGIN ") + 200]}


@pytest.mark.parametrize("loss", LOSSES)
def test_the_harness_notices_a_lost_change(hook, loss):
    """What the race is there to find, done on purpose behind everybody's back."""
    with quick_folder() as folder:
        one = Round(folder, "xs-6.5", hook, 0)
        results = one.run()
        one.main.write_bytes(LOSSES[loss](one.main.read_bytes()))
        assert one.check(results) != []


@pytest.mark.parametrize("release", list(ROUNDS))
@pytest.mark.parametrize("first", ["hook", "writers"])
def test_one_after_the_other(hook, release, first):
    """Before and after: the same end, without any race."""
    with quick_folder() as folder:
        one = Round(folder, release, hook, 0)
        one.present, one.together = (), (("install", LABEL), ("install", OTHER))
        host, steps = one.host, []

        def hooks():
            for label in STANZAS:
                assert host.hook("install", label=label).returncode == 0

        def writers():
            for name, run in (("sm", lambda: sm_adds_wwid(sm_file(host.layout), WWID, 0)),
                              ("mpathconf", lambda: mpathconf_changes_line(OLD, NEW, (0, 0, 0)))):
                turn = Race(folder)
                turn.writer(name, host.root, 0, run)
                assert turn.run()[name][0] == 0
        steps = [hooks, writers] if first == "hook" else [writers, hooks]
        for step in steps:
            step()
        assert one.check({}) == []


def test_a_copy_mpathconf_left_behind_does_not_stop_us(hook):
    """The wait is bounded."""
    with quick_folder() as folder:
        host = make_host(folder, "xs-6.5", hook)
        host.write("/etc/multipath/.multipath.conf.tmp", b"left by a stopped one\n")
        start = time.monotonic()
        done = host.hook("install")
        assert done.returncode == 0, done.stderr
        assert time.monotonic() - start < 60
        assert blocks(host, LABEL) == 1


SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Scene:
    """One layout and action: the tree it starts from, and the two states the file may be in."""

    def __init__(self, layout, action, program, folder):
        self.folder, self.program, self.layout = folder, program, layouts.BY_NAME[layout]
        self.word = "remove" if action == "remove" else "install"
        host = Host(folder / "start", self.layout, program).make().unpack()
        self.pristine, self.original = host.tree(), self.content(host)
        if action != "install":
            assert host.hook("install").returncode == 0
        if action == "upgrade":
            host.unpack("1.0.1", STANZA.replace("100", "200"))
        self.old = self.content(host)
        done = self.copy()
        assert done.hook(self.word).returncode == 0
        self.new = self.content(done)

    @staticmethod
    def content(host):
        return host.target.read_bytes() if host.target.exists() else None

    def copy(self):
        root = self.folder / "here"
        if root.exists():
            shutil.rmtree(root)
        shutil.copytree(self.folder / "start", root, symlinks=True)
        return Host(root, self.layout, self.program)

    def stopped(self, sent=None, delay=None):
        """(host, exit status, seconds) of a run that got the signal after the delay."""
        host = self.copy()
        with subprocess.Popen([f"{host.root}/opt/{LABEL}/bin/multipath-hook", self.word, "--root", host.root],
                              stderr=subprocess.DEVNULL, env=environment()) as process:
            start = time.monotonic()
            while sent and time.monotonic() < start + delay:
                pass
            if sent:
                process.send_signal(sent)
            code = process.wait(timeout=60)
            return host, code, time.monotonic() - start

    def check(self, host):
        assert self.content(host) in (self.old, self.new), "the file is neither old nor new"
        again = host.hook(self.word)
        assert again.returncode == 0, f"second run: {again.stderr}"
        assert self.content(host) == self.new
        left = [path for path in Path(host.root).rglob("*") if path.name.startswith(".multipath-hook") or
                path.name.endswith(".new")]
        assert left == [], "survived the second run"
        assert host.hook("remove").returncode == 0
        assert self.content(host) == self.original
        assert snapshot.difference(self.pristine, host.tree()) == []


@pytest.mark.parametrize("action", ["install", "upgrade", "remove"])
@pytest.mark.parametrize("layout", ["xs-6.5", "xs-7.6"])
def test_a_signal_at_any_moment(hook, layout, action):
    """17 moments each at least, 102 in all."""
    rng = random.Random(f"{SEED} {layout} {action}")
    with quick_folder() as folder:
        scene = Scene(layout, action, hook, folder)
        most = min(scene.stopped()[2] for _ in range(3))
        ends = {}
        # More where the machine is so busy that none came before the end.
        for number in range(200):
            if number >= 17 and set(ends) != {"exit 0"}:
                break
            sent, delay = rng.choice(SIGNALS), rng.random() * most
            host, code, _ = scene.stopped(sent, delay)
            ended = signal.Signals(-code).name if code < 0 else f"exit {code}"
            ends[ended] = ends.get(ended, 0) + 1
            try:
                scene.check(host)
            except AssertionError as wrong:
                pytest.fail(f"{sent.name} after {delay:.6f} s, moment {number}, SUPPACK_SEED={SEED}: {wrong}")
    print(f"{layout} {action}: seed {SEED}, the runs ended by {ends}")
    assert set(ends) != {"exit 0"}, "no signal came in time"
