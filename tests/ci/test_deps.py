# SPDX-License-Identifier: GPL-2.0-or-later
"""ci/deps on a machine whose apt-get and dpkg are stand-ins; ci/anywhere tries it with the real ones in bare systems."""
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from support import SOURCE, environment, run

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root for a mount namespace")

# Says that nothing is installed, until the file is there that the other one leaves: then all that ci/deps names.
DPKG_QUERY = """#!/bin/sh
[ ! -e {here}/installed ] || sed -n 's/^\\([a-z0-9][a-z0-9.+-]*\\)\\(:i386\\)\\{{0,1\\}} *\\(#.*\\|| .*\\)\\{{0,1\\}}$/installed \\1:amd64/p' {here}/deps
[ ! -e {here}/installed ] || echo installed musl-dev:i386
"""
# What a package with a daemon does: asks policy-rc.d before it starts it, enables it for the next boot.
APT_GET = """#!/bin/sh
case "$*" in
-y*--assume-no*) touch {here}/installed {here}/unannounced ;; # so does the real one
*--simulate*) echo "Inst some" ;;
*--assume-no*) printf '0 upgraded, 3 newly installed, 0 to remove.\\nNeed to get 5 MB of archives.\\nAfter this operation, 17 MB of additional disk space will be used.\\n'; exit 1 ;;
*install*)
    echo "$*" >{here}/asked
    /usr/sbin/policy-rc.d multipathd start
    echo $? >{here}/policy
    for link in multi-user.target.wants/multipathd.service sockets.target.wants/multipathd.socket; do
        mkdir -p /etc/systemd/system/${{link%/*}}
        ln -s /lib/systemd/system/${{link#*/}} /etc/systemd/system/$link
    done
    ln -s ../init.d/multipathd /etc/rc2.d/S01multipathd
    for line in $(seq 500); do echo "Unpacking some ($line) ..."; done
    [ ! -e {here}/broken ] || {{ echo "E: no space left" >&2; exit 100; }}
    touch {here}/installed ;;
esac
"""
# Of a service that systemd knows too the links there, and their folder with the last one.
UPDATE_RC_D = """#!/bin/sh
echo "$*" >{here}/update-rc.d-asked
mv /etc/rc2.d/S01$1 /etc/rc2.d/K01$1
rm -r /etc/systemd/system/multi-user.target.wants
"""


@pytest.fixture
def machine():
    """machine(words, own_policy=None, prepare="") -> the finished ci/deps and what of services there is afterwards."""
    here = Path(tempfile.mkdtemp(prefix="suppack-deps-"))  # pytest's own folder nobody else may enter
    here.chmod(0o755)
    shutil.copy(SOURCE / "ci/deps", here)
    for name, text in (("dpkg-query", DPKG_QUERY), ("apt-get", APT_GET), ("apt-cache", "#!/bin/sh\nexit 0\n"),
                       ("sleep", "#!/bin/sh\n"), ("update-rc.d", UPDATE_RC_D),
                       ("dpkg", '#!/bin/sh\n[ "$1" != --print-architecture ] || echo amd64\n')):
        (here / name).write_text(text.format(here=here))
        (here / name).chmod(0o755)
    for name in ("upper", "work"):
        (here / name).mkdir()

    def go(*words, prepare=":"):
        script = f"""
            mount -t overlay overlay -o lowerdir=/usr/sbin,upperdir={here}/upper,workdir={here}/work /usr/sbin
            rm -f /usr/sbin/policy-rc.d
            mount -t tmpfs tmpfs /etc/systemd/system
            mount -t tmpfs tmpfs /etc/rc2.d
            ln -s /dev/null /etc/systemd/system/ssh.service
            mkdir /etc/systemd/system/timers.target.wants
            ln -s /lib/systemd/system/own.timer /etc/systemd/system/timers.target.wants/
            {prepare}
            PATH={here}:$PATH {here}/deps "$@"
            status=$?
            find /etc/systemd/system /etc/rc2.d -type l ! -name 'K*'
            cat /usr/sbin/policy-rc.d*
            exit $status"""
        return subprocess.run(["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh", *words],
                              env=environment(), text=True, capture_output=True, check=False)
    go.here = here
    yield go
    shutil.rmtree(here)


OWN = ["/etc/systemd/system/ssh.service", "/etc/systemd/system/timers.target.wants/own.timer"]
NO_POLICY = "cat: '/usr/sbin/policy-rc.d*': No such file or directory"


@root_only
def test_nothing_is_started_enabled_or_masked(machine):
    done = machine("build")
    assert done.returncode == 0, done.stderr
    assert (machine.here / "policy").read_text() == "101\n"
    assert sorted(done.stdout.split("\n")[:-1]) == OWN
    assert (machine.here / "update-rc.d-asked").read_text() == "multipathd disable\n"
    assert "left off for the next boot: multipathd multipathd.service multipathd.socket\n" in done.stderr and NO_POLICY in done.stderr


@root_only
def test_what_it_says_is_short_and_has_the_size(machine):
    said = machine("build").stderr.replace(NO_POLICY + "\n", "")
    assert "installing 3 packages: 5 MB to download, 17 MB on the disk" in said
    assert len(said.splitlines()) <= 4
    assert not (machine.here / "unannounced").exists()


@root_only
def test_own_policy_comes_back(machine):
    own = "#!/bin/sh\nexit 104\n"
    done = machine("build", prepare="printf '#!/bin/sh\\nexit 104\\n' >/usr/sbin/policy-rc.d")
    assert (machine.here / "policy").read_text() == "101\n"
    assert done.stdout.endswith(own) and done.stdout.count("exit") == 1


@root_only
def test_nothing_is_left_where_apt_fails(machine):
    (machine.here / "broken").touch()
    done = machine("build")
    assert done.returncode == 1
    assert sorted(done.stdout.split("\n")[:-1]) == OWN
    assert NO_POLICY in done.stderr and "E: no space left" in done.stderr and "cannot install" in done.stderr
    assert len(done.stderr.splitlines()) < 20


@root_only
def test_groups(machine):
    asked = []
    for words in (["build"], ["test"], ["check"], []):
        (machine.here / "installed").unlink(missing_ok=True)
        assert machine(*words).returncode == 0
        asked.append(set((machine.here / "asked").read_text().split()))
    build, test, check, everything = asked
    assert "cmake" in build and not build & {"chromium", "qemu-system-x86", "ansible", "wine", "cppcheck", "libcmocka-dev"}
    assert build < test and build < check and test | check == everything
    assert "chromium" in test - check and "cppcheck" in check - test


@root_only
def test_plain_user_is_told_what_is_missing(machine):
    here = machine.here
    done = run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", here / "deps", "build"],
               env=environment(PATH=f"{here}:{os.environ['PATH']}"))
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("ci/deps: not root, and these packages are missing: cmake ")
    assert len(done.stderr.splitlines()) == 1


def test_silent_where_all_is_there():
    done = run([SOURCE / "ci/deps", "test"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_unknown_word():
    done = run([SOURCE / "ci/deps", "everything"])
    assert done.returncode == 2 and "usage: ci/deps" in done.stderr
