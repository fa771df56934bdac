# SPDX-License-Identifier: GPL-2.0-or-later
"""A fleet of dom0-like hosts behind real sshds, and a control node with real ansible, in networks of their own.

Each host has its own mount, UTS, network and pid namespace, and an overlay over a root that tests/interop makes:
real rpm, dnf, gpg and hook. What stands in: stubs/*.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parent
for folder in ("interop", ""):
    sys.path.insert(0, str(TESTS / folder))
from dom0 import Dom0, inventory, put, unshare  # noqa: E402
from expect import HOOK, PACKAGES  # noqa: E402
from layouts import BY_NAME  # noqa: E402
from support import SOURCE, environment, must, run  # noqa: E402

ONE = HERE / "one.yml"
IP = "/usr/sbin/ip"
STAND_IN = "/opt/stand-in"
PLACES = {"xe_stub": "/opt/xensource/bin/xe", "import_update_key_stub": "/opt/xensource/debug/import-update-key",
          "xe_install_supplemental_pack_stub": "/opt/xensource/bin/xe-install-supplemental-pack"}
SSHD = """\
HostKey /etc/ssh/host_key
AuthorizedKeysFile /etc/ssh/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
PidFile none
MaxStartups 200
LogLevel VERBOSE
SetEnv PATH=/usr/sbin:/usr/bin:/sbin:/bin
Subsystem sftp /usr/lib/openssh/sftp-server
"""


@dataclass(frozen=True)
class Member:
    """One host of the fleet, as the inventory has it."""
    name: str
    site: str
    pool: str
    layout: str
    master: bool
    megabytes: int = 96


def two_by_two(layouts=("xcp-ng-8.3", "xs-8.2", "xs-8", "xcp-ng-8.2")):
    """Two sites with two pools of two hosts each; a pool's hosts are of one release."""
    return [Member(f"{site}-{pool}{number}", site, f"{site}-{pool}", layouts[index], number == 1)
            for index, (site, pool) in enumerate(((s, p) for s in ("ams", "fra") for p in ("a", "b")))
            for number in (2, 1)]  # the master is not the first in the inventory


class Machine:
    """A running host. .pid: its first process, seen from here."""

    def __init__(self, fleet, member, number):
        self.member, self.name, self.fleet = member, member.name, fleet
        self.address = f"10.77.{number // 250}.{number % 250 + 2}"
        self.uuid = str(uuid.uuid5(uuid.NAMESPACE_DNS, member.name))
        self.scratch = fleet.scratch / "hosts" / member.name
        self.scratch.mkdir(parents=True)
        self.device = f"h{number}"
        self.log = open(fleet.scratch / f"{member.name}.log", "w", encoding="utf-8")
        self.start()

    def start(self):
        command, _ = unshare()
        words = [*command, "--uts", "--net", "/bin/sh", HERE / "host.sh", self.fleet.template(self.member.layout),
                 self.scratch, self.fleet.pool_folder(self.member.pool), self.name, self.member.megabytes]
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, words)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment())

    def connect(self):
        """Its cable, its address; then sshd may start."""
        said = self.process.stdout.readline()
        assert said == "ready\n", Path(self.log.name).read_text()
        self.pid = int(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0])
        must([IP, "-n", self.fleet.network, "link", "add", self.device, "type", "veth", "peer", "name", "eth0",
              "netns", str(self.process.pid)])
        must([IP, "-n", self.fleet.network, "link", "set", self.device, "master", "switch", "up"])
        inside = f"link set lo up\naddress add {self.address}/16 dev eth0\nlink set eth0 up\n"
        must(["nsenter", f"--net=/proc/{self.process.pid}/ns/net", IP, "-batch", "-"], stdin=None, input=inside)
        master = next(m for m in self.fleet.members if m.pool == self.member.pool and m.master)
        role = "master" if self.member.master else f"slave:{self.fleet.address(master)}"
        self.enter(["/bin/sh", "-c", 'printf "%s" "$1" >$0/etc/xensource-inventory; printf %s "$2" >$0/etc/xensource/pool.conf',
                    str(self.scratch / "root"), inventory(BY_NAME[self.member.layout], self.uuid), role], root=False)
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def wait(self):
        """Until it is sshd: before, its first process still has this machine's root."""
        deadline = time.monotonic() + 60
        while Path(f"/proc/{self.pid}/comm").read_text() != "sshd\n":
            assert self.process.poll() is None and time.monotonic() < deadline, Path(self.log.name).read_text()
            time.sleep(0.01)

    def enter(self, words, root=True, **kwargs):
        """A command in the host's namespaces, by another way than ssh."""
        place = ["--root", "--wd"] if root else []
        return run(["nsenter", "--target", self.pid, "--mount", "--uts", "--net", "--pid", *place, *words],
                   env=environment(HOME="/root", PATH="/usr/sbin:/usr/bin:/sbin:/bin:/opt/xensource/bin"), **kwargs)

    def must(self, *words, **kwargs):
        done = self.enter(words, **kwargs)
        assert done.returncode == 0, f"{self.name}: {words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def read(self, path):
        return self.must("cat", path)

    def exists(self, path):
        return self.enter(["test", "-e", path]).returncode == 0

    def packages(self):
        return {line for line in self.must("rpm", "-qa", "--qf", "%{NAME}-%{VERSION}\n").split()
                if not line.startswith("gpg-pubkey")}

    def tree(self):
        """Digest or link of every file that matters: what is ignored is said in interop/snapshot.py."""
        program = ("import json, sys; sys.path.insert(0, '/opt/stand-in'); import snapshot; "
                   "print(json.dumps({p: w for r in ('/etc', '/opt', '/var') "
                   "for p, w in ((r + k, v) for k, v in snapshot.snapshot(r).items()) if not snapshot.ignored(p)}))")
        return json.loads(self.must("/usr/bin/python3", "-B", "-c", program))

    def daemon(self, era="el7", mood="obeys"):
        """multipathd's stand-in (tests/hook) on this host; killing the process that comes back ends it."""
        words = ["nsenter", "--target", self.pid, "--mount", "--net", "--pid", "--root", "--wd",
                 "setpriv", "--pdeathsig", "KILL", f"{STAND_IN}/multipathd_stand_in", "/", era, mood, "/root/daemon.log"]
        process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
                                   env=environment())
        assert process.stdout.readline() == "ready\n"
        return process

    def sessions(self):
        """How many commands came over ssh so far."""
        return Path(self.log.name).read_text().count("Starting session: ")

    def status(self):
        """What the hook of the installed pack says."""
        return json.loads(self.enter([HOOK, "status", "--json"]).stdout)

    def has_pack(self, version="1.0.0"):
        """The pack is on the host, in use, as rpm wants it, and xapi's stand-in lists it."""
        found = self.status()
        assert (found["state"], found["version"]) == ("applied", version), found
        assert {f"{name}-{version}" for name in PACKAGES} <= self.packages()
        assert self.enter(["rpm", "-V", *PACKAGES]).stdout == ""
        assert self.uuid in self.fleet.pool(self.member.pool)["updates"][found["uuid"]]["hosts"]
        return True

    def asked(self):
        """What xe was asked on this host."""
        log = self.fleet.pool_folder(self.member.pool) / "asked"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line.partition(" ")[2] for line in lines if line.split()[0] == self.name]

    def asked_for(self, command, since=0):
        """How often xe was asked for that command, but for the first `since` calls of any."""
        return len([line for line in self.asked()[since:] if line.split()[0] == command])

    def cut_connections(self):
        """Kills the processes that serve ssh connections now, as a firewall that forgot them would; not sshd itself."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        serving = [int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text().strip() == "sshd"]
        for pid in serving:
            os.kill(pid, signal.SIGKILL)
        return len(serving)

    def link(self, up):
        must([IP, "-n", self.fleet.network, "link", "set", self.device, "up" if up else "down"])

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stdin.close()
        self.log.close()


class Fleet:
    """members: a list of Member. Everything below scratch, which must be a short path (ssh's control sockets)."""

    def __init__(self, scratch, members, stand_in, templates=None):
        """stand_in: multipathd's, the program. templates: roots by layout, in place of those that are made here."""
        self.scratch, self.members, self.stand_in = Path(scratch), members, stand_in
        self.templates, self.furnished, self.machines = dict(templates or {}), set(), {}
        self.network = f"suppack-{uuid.uuid4().hex[:8]}"
        for name in ("user", "host"):
            must(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.scratch / name])
        must([IP, "netns", "add", self.network])
        try:
            must([IP, "-n", self.network, "-batch", "-"], stdin=None, input="link set lo up\n"
                 "link add switch type bridge\naddress add 10.77.255.254/16 dev switch\nlink set switch up\n")
            for number, member in enumerate(members):
                self.machines[member.name] = Machine(self, member, number)
            for machine in self.machines.values():
                machine.connect()
            for machine in self.machines.values():
                machine.wait()
        except BaseException:
            self.close()
            raise

    def __getitem__(self, name):
        return self.machines[name]

    def address(self, member):
        number = self.members.index(member)
        return f"10.77.{number // 250}.{number % 250 + 2}"

    def pool_folder(self, pool):
        folder = self.scratch / "pools" / pool
        if not folder.exists():
            folder.mkdir(parents=True)
            (folder / "state.json").write_text(json.dumps({"updates": {}, "tasks": [], "ha": "false"}))
        return folder

    def pool(self, pool):
        return json.loads((self.pool_folder(pool) / "state.json").read_text())

    def set_pool(self, pool, **values):
        (self.pool_folder(pool) / "state.json").write_text(json.dumps(self.pool(pool) | values))

    def template(self, layout):
        """The root all hosts of a release share, read-only."""
        if layout not in self.templates:
            work = self.scratch / "templates" / layout
            work.mkdir(parents=True)
            self.templates[layout] = Dom0.create(work / "root", BY_NAME[layout], None, work).root
        if layout not in self.furnished:
            self.furnished.add(layout)
            self._furnish(self.templates[layout])
        return self.templates[layout]

    def _furnish(self, root):
        put(root, "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nsshd:x:100:65534::/run/sshd:/usr/sbin/nologin\n")
        put(root, "/etc/group", "root:x:0:\nnogroup:x:65534:\n")
        put(root, "/etc/ssh/sshd_config", SSHD)
        put(root, "/etc/ssh/host_key", (self.scratch / "host").read_bytes(), 0o600)
        put(root, "/etc/ssh/authorized_keys", (self.scratch / "user.pub").read_bytes())
        put(root, "/etc/xensource/pool.conf", "master")
        (root / "run/sshd").mkdir(mode=0o755, exist_ok=True)
        (root / "tmp").chmod(0o1777)
        for name, place in PLACES.items():
            target = put(root, f"{os.path.dirname(place)}/{name}", (HERE / "stubs" / name).read_bytes(), 0o755)
            Path(f"{root}{place}").unlink(missing_ok=True)
            Path(f"{root}{place}").symlink_to(target.name)
        for module in ("interop/xapi.py", "interop/dom0.py", "interop/snapshot.py", "support.py"):
            put(root, f"{STAND_IN}/{Path(module).name}", (TESTS / module).read_bytes())
        put(root, f"{STAND_IN}/multipathd_stand_in", self.stand_in.read_bytes(), 0o755)

    def inventory(self):
        """The inventory file a data center would have."""
        sites = {}
        for machine in self.machines.values():
            member = machine.member
            hosts = sites.setdefault(member.site, {}).setdefault(member.pool, {})
            hosts[member.name] = {"ansible_host": machine.address}
        tree = {"all": {"vars": {"ansible_user": "root", "ansible_python_interpreter": "/usr/bin/python3"}, "children": {
            f"site_{site}": {"vars": {"suppack_site": site}, "children": {
                f"pool_{pool}".replace("-", "_"): {"vars": {"suppack_pool": pool}, "hosts": hosts}
                for pool, hosts in pools.items()}} for site, pools in sites.items()}}}
        file = self.scratch / "inventory.json"
        file.write_text(json.dumps(tree, indent=1))
        return file

    @property
    def outside(self):
        """Begins a command on the control node: its network, and a pid namespace that takes what it leaves behind."""
        return [IP, "netns", "exec", self.network, "unshare", "--mount", "--pid", "--fork", "--kill-child=KILL",
                "--mount-proc"]

    def close(self):
        for machine in self.machines.values():
            machine.stop()
        run([IP, "netns", "delete", self.network])
        shutil.rmtree(self.scratch, ignore_errors=True)


def install_collection(work):
    """Builds rollout/ and installs it below work, as a user does, without a network; the folder of collections."""
    env = environment(HOME=work, ANSIBLE_HOME=work / "home", LC_ALL="C.UTF-8")
    galaxy = ["unshare", "--net", "ansible-galaxy", "collection"]
    must([*galaxy, "build", SOURCE / "rollout", "--output-path", work], env=env)
    built, = work.glob("suppack-rollout-*.tar.gz")
    must([*galaxy, "install", "--offline", built, "-p", work / "installed"], env=env)
    return work / "installed"


class ControlNode:
    """Runs ansible for a fleet. collections: the folder the built collection was installed in."""

    def __init__(self, fleet, collections, forks=10):
        self.fleet, self.home, self.operators = fleet, fleet.scratch / "home", 0
        self.home.mkdir()
        ssh = (f"-F none -i {fleet.scratch}/user -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR "
               "-o ControlMaster=auto -o ControlPersist=60s -o ConnectTimeout=20 -o ServerAliveInterval=3 "
               "-o ServerAliveCountMax=5")  # a busy machine is slow, not dead
        self.env = environment(
            HOME=self.home, ANSIBLE_HOME=self.home / "ansible", ANSIBLE_COLLECTIONS_PATH=collections,
            ANSIBLE_INVENTORY=fleet.inventory(), ANSIBLE_HOST_KEY_CHECKING="false", ANSIBLE_PIPELINING="true",
            ANSIBLE_SSH_ARGS=ssh, ANSIBLE_SSH_CONTROL_PATH_DIR=fleet.scratch / "c", ANSIBLE_FORKS=forks,
            ANSIBLE_NOCOLOR="1", ANSIBLE_RETRY_FILES_ENABLED="false", ANSIBLE_DEPRECATION_WARNINGS="false",
            LC_ALL="C.UTF-8", PYTHONDONTWRITEBYTECODE="1")

    def command(self, playbook, *words, **variables):
        return [*self.fleet.outside, "/usr/bin/ansible-playbook", playbook, "-e", json.dumps(variables, default=str), *words]

    def play(self, playbook, *words, timeout=300, **variables):
        """CompletedProcess, with .stats: host -> what Ansible's recap counts."""
        done = run(self.command(playbook, *words, **variables), env=self.env, timeout=timeout)
        return self.read(done)

    def start(self, playbook, *words, **variables):
        """The same as another operator's, with connections of its own, and not waited for: give it to wait()."""
        self.operators += 1
        env = {**self.env, "ANSIBLE_SSH_CONTROL_PATH_DIR": f"{self.fleet.scratch}/c{self.operators}"}
        return subprocess.Popen(list(map(str, self.command(playbook, *words, **variables))), env=env, text=True,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def wait(self, process, timeout=300):
        try:
            stdout, _ = process.communicate(timeout=timeout)
        finally:
            process.kill()
        return self.read(subprocess.CompletedProcess(process.args, process.returncode, stdout, ""))

    @staticmethod
    def read(done):
        recap = done.stdout.rpartition("PLAY RECAP")[2]
        done.stats = {}
        for line in recap.splitlines()[1:]:
            host, colon, counts = line.partition(" : ")
            if colon:
                done.stats[host.strip()] = {k: int(v) for k, v in (word.split("=") for word in counts.split())}
        return done
