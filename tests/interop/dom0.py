# SPDX-License-Identifier: GPL-2.0-or-later
"""A dom0-like scratch root: real rpm database, the release's packages and multipath files, real tools.

What is real: rpm, dnf, gpg (Debian's), the scriptlets, the hook, the file system. What is made up:
the packages of the release, which carry only what the pack can meet. See enter.sh for how commands run.
"""
import copy
import os
import shutil
import subprocess
from pathlib import Path

from snapshot import snapshot
from support import environment, must, run

HERE = Path(__file__).resolve().parent
HOST_UUID = "b1a5e0c4-7d3f-4c55-9d0a-2f6c8e4b7a11"
KEY_DIR = "/etc/pki/rpm-gpg"
GPG_HOME = "/opt/xensource/gpg"
DB = ("--dbpath", "/var/lib/rpm")  # Debian's rpm would use root's home

BASE_DIRS = ("/dev", "/etc/dnf/aliases.d", "/etc/dnf/modules.d", "/etc/pki/rpm-gpg", "/etc/rpm", "/etc/xapi.d/plugins", "/etc/xensource/bugtool", "/mnt", "/opt/xensource/bin", "/proc", "/root", "/run", "/sys", "/tmp",
             "/usr/share/doc", "/var/cache", "/var/lib", "/var/lock", "/var/log", "/var/tmp",
             "/var/update", GPG_HOME)
SPEC_HEAD = """\
Name: {name}
Version: {version}
Release: {release}
Summary: stand-in for the release's own package
License: none
AutoReqProv: no
{provides}
%description
Test fixture.
%install
cp -a {stage}/. %{{buildroot}}/
%files
{files}
"""


def build_rpm(work, name, version, stage, files, provides=(), release="1"):
    """One RPM from a staged tree, by rpmbuild. files: lines of the %files section."""
    top = Path(work) / f"rpmbuild-{name}-{version}"
    top.mkdir(parents=True)
    spec = top / f"{name}.spec"
    spec.write_text(SPEC_HEAD.format(name=name, version=version, release=release, stage=stage, files="\n".join(files),
                                     provides="\n".join(f"Provides: {what}" for what in provides)))
    must(["rpmbuild", "-bb", "--quiet", "-D", f"_topdir {top}", "-D", "debug_package %{nil}", "-D",
          "_build_id_links none", "-D", "os_install_post %{nil}", spec], env=environment(HOME=top))
    return next((top / "RPMS").rglob("*.rpm"))


def put(root, path, content, mode=0o644):
    """A file in a staged or scratch root; directories are made as needed."""
    file = Path(f"{root}{path}")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    file.chmod(mode)
    return file


def inventory(layout, uuid=HOST_UUID):
    """/etc/xensource-inventory, one KEY='value' a line."""
    lines = {"PRODUCT_BRAND": layout.brand, "PRODUCT_NAME": "xenenterprise", "PRODUCT_VERSION": layout.product,
             "BUILD_NUMBER": "0x", "INSTALLATION_UUID": uuid, "DOM0_MEM": "752"}
    if layout.platform:  # 6.0 and later
        lines |= {"PLATFORM_NAME": "XCP", "PLATFORM_VERSION": layout.platform}
    return "".join(f"{key}='{value}'\n" for key, value in lines.items())


def release_rpm(work, layout):
    """The release package: what base-requires can name (packs.md B.4), and just enough of a system."""
    stage = Path(work) / "stage-release"
    for folder in BASE_DIRS:
        Path(f"{stage}{folder}").mkdir(parents=True)
    shutil.copy2("/bin/bash-static", put(stage, "/bin/bash", b"", 0o755))
    Path(f"{stage}/bin/sh").symlink_to("bash")
    for lib in ("lib", "lib64"):
        Path(f"{stage}/{lib}").symlink_to(f"usr/{lib}")
    put(stage, "/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
    put(stage, "/etc/group", "root:x:0:\n")
    put(stage, "/etc/rpm/macros", "%_dbpath /var/lib/rpm\n")
    files = [f"%dir {folder}" for folder in BASE_DIRS if folder != GPG_HOME]
    files += [f"%dir %attr(0700,root,root) {GPG_HOME}", "/bin/bash", "/bin/sh", "/lib", "/lib64", "/etc/passwd",
              "/etc/group", "/etc/rpm/macros"]
    provides = [f"product-version = {layout.product}", f"product-brand = {layout.brand}", "system-release = 7",
                # 5.x knows no platform version; its packs would not be of this format either (layouts.Layout.xapi)
                f"platform-version = {layout.platform or '0.1'}", "platform-name = XCP"]
    name = "xcp-ng-release" if layout.brand == "XCP-ng" else "xenserver-release"
    return build_rpm(work, name, layout.product, stage, files, provides)


# Debian's multipath, but for the version it states with -h, and for the one word that version knows and Debian's does not
# (multipath.md 0.3). Both of its names are this one (enter.sh). tests/parsers has real ones of later versions.
VERSION_STAND_IN = """#!/bin/sh
case ${{1-}} in
-h) echo 'multipath-tools v{} (01/01, 2024)' >&2; exit ;;
esac
said=$(/dev/multipath "$@" 2>&1)
status=$?
printf '%s\\n' "$said" | while IFS= read -r line; do
    case $line in
    *'invalid keyword'*detect_pgpolicy*) ;;
    *) printf '%s\\n' "$line" ;;
    esac
done
exit $status
"""


def owner_rpm(work, name, owned, version="1.0", dirs=(), change=None, states=""):
    """sm or device-mapper-multipath of a release. change(bytes) -> bytes: the file of a later version."""
    stage = Path(work) / f"stage-{name}-{version}"
    stage.mkdir()
    files = [f"%dir {folder}" for folder in dirs]
    for folder in dirs:
        Path(f"{stage}{folder}").mkdir(parents=True, exist_ok=True)
    for item in owned:
        text = (HERE / "multipath" / item.text).read_bytes()
        put(stage, item.path, change(text) if change else text)
        files.append(f"{item.config} {item.path}".strip())
    if states:
        put(stage, "/sbin/multipath", VERSION_STAND_IN.format(states), 0o755)
        files.append("/sbin/multipath")
    return build_rpm(work, name, version, stage, files)


class Dom0:
    """One scratch root. `server` is the update server whose network namespace commands join."""
    uuid = HOST_UUID

    def __init__(self, root, layout, server):
        self.root, self.layout, self.server = Path(root), layout, server
        self.update = None  # the PoolUpdate on it
        self.machine = ()   # what its kernel says it is, where that is not this one's: "setarch" and the name

    # ---- making one ------------------------------------------------------------------------
    @classmethod
    def create(cls, root, layout, server, work):
        self = cls(root, layout, server)
        self.root.mkdir(parents=True)
        rpms = [release_rpm(work, layout), owner_rpm(work, "sm", layout.sm),
                owner_rpm(work, "device-mapper-multipath", layout.dm, dirs=layout.dirs, states=layout.states)]
        must(["rpm", "--root", self.root, *DB, "-i", *rpms])
        put(self.root, "/etc/xensource-inventory", inventory(layout))
        for item in layout.loose:
            put(self.root, item.path, layout.text(item.path))
        for link, target in layout.links.items():
            self.path(link).parent.mkdir(exist_ok=True)
            self.path(link).symlink_to(target)
        return self

    def copy(self, root):
        """The same host once more: owners, modes and times are kept, and what a test noted about it."""
        must(["cp", "-a", self.root, root])
        twin = copy.copy(self)
        twin.root = Path(root)
        if self.update:
            twin.update = self.update.on(twin)
        return twin

    # ---- looking and doing -----------------------------------------------------------------
    def path(self, inside):
        return Path(f"{self.root}{inside}")

    def read(self, inside):
        return self.path(inside).read_bytes()

    def put(self, inside, content, mode=0o644):
        return put(self.root, inside, content, mode)

    def snapshot(self):
        return snapshot(self.root)

    def run(self, *argv, attach=None, merged=False, typed=""):
        """argv inside the root. attach=(directory, path in the root): mounted there read-only meanwhile.

        typed: what it reads from its stdin. merged: stdout and stderr in one stream, as xapi reads a package manager or a precheck.
        """
        env = environment()
        if attach:
            env |= {"ATTACH_FROM": str(attach[0]), "ATTACH_AT": attach[1]}
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT if merged else subprocess.PIPE}
        return subprocess.run(
            [*self.server.enter, *self.machine, "/bin/sh", str(HERE / "enter.sh"), str(self.root), *map(str, argv)],
            env=env, input=typed, text=True, timeout=300, check=False, **streams)

    def must(self, *argv, **kwargs):
        done = self.run(*argv, **kwargs)
        assert done.returncode == 0, f"{argv}: exit {done.returncode}\n{done.stdout}{done.stderr or ''}"
        return done

    def packages(self):
        """Installed packages without the imported keys."""
        listed = self.must("rpm", "-qa", "--qf", "%{NAME}-%{VERSION}\n").stdout.split()
        return {package for package in listed if not package.startswith("gpg-pubkey-")}

    def verify_all(self):
        """rpm -Va: what differs from what the packages brought; mtimes and directories included."""
        return self.run("rpm", "-Va").stdout

    def import_update_key(self, file, basename="RPM-GPG-KEY-OSNEXUS", trust=True):
        """/opt/xensource/debug/import-update-key <file> (packs.md B.6): copy, import, ownertrust 5."""
        inside = f"{KEY_DIR}/{basename}"
        self.put(inside, Path(file).read_bytes())
        gpg = ("gpg", "--batch", "--homedir", GPG_HOME)
        self.must(*gpg, "--import", inside)
        if not trust:
            return
        shown = self.must(*gpg, "--with-colons", "--show-keys", inside).stdout.splitlines()
        fingerprint = next(line.split(":")[9] for line in shown if line.startswith("fpr"))
        # 6 in this file is the menu's 5, "ultimate"
        self.put("/tmp/trust", f"{fingerprint}:6:\n")
        self.must(*gpg, "--import-ownertrust", "/tmp/trust")
        self.must(*gpg, "--check-trustdb")  # else the first --verify does, and the tree is not as before
        self.path("/tmp/trust").unlink()


def unshare():
    """The command that begins a private mount and pid namespace, or why this machine has none.

    In a plain chroot "/" is no mount point and its propagation cannot be set; nor need it be when
    nothing that is mounted there is shared.
    """
    if os.geteuid() != 0:
        return None, "needs root: it mounts and enters scratch roots"
    shared = " shared:" in Path("/proc/self/mountinfo").read_text()
    for propagation in ("private",) if shared else ("private", "unchanged"):
        command = ["unshare", "--mount", "--propagation", propagation, "--pid", "--fork", "--kill-child=KILL"]
        probe = run(["unshare", "--net", *command, "mount", "-t", "tmpfs", "none", "/mnt"])
        if probe.returncode == 0:
            return command, None
    return None, f"this container may not make mount and network namespaces: {probe.stderr.strip()}"
