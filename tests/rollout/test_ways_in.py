# SPDX-License-Identifier: GPL-2.0-or-later
"""Where an image comes from and how it gets in: paths, mirrors behind a real nginx, each of the host's own ways."""
import shutil
import subprocess

import pytest

from classic_host import INSTALLED, MAIN_7, RECORD
from fleet import IP, ONE, ControlNode, Member
from forged import put_sums
from support import environment, must, run
from test_faults import HOST, untouched
from test_faults import host  # noqa: F401  the fixture

NGINX = """\
daemon off;
user root;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
    uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
    server {{ listen 10.77.255.254:8080; root {folder}/www; }}
}}
"""
URL = "http://10.77.255.254:8080"


def corrupted(file):
    """Its bytes with one bit changed."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    return data


@pytest.fixture(scope="module")
def mirror(fleet, suppack, artifact, tmp_path_factory):
    """A mirror in the hosts' network: the image, what `suppack publish` made of it, and corrupted copies of both."""
    folder = tmp_path_factory.mktemp("nginx")
    www = folder / "www"
    www.mkdir()
    shutil.copy(artifact.iso, www / "pack.iso")
    (www / "corrupted.iso").write_bytes(corrupted(artifact.iso))
    for name in ("repo", "corrupted"):
        must([suppack, "publish", "--base-url", f"{URL}/{name}", artifact.iso, www / name])
    package, = (www / "corrupted/Packages").glob("osnexus*.rpm")
    package.write_bytes(corrupted(package))
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder))
    process = subprocess.Popen([IP, "netns", "exec", fleet.network, "nginx", "-e", folder / "error.log", "-c",
                                folder / "nginx.conf"], stdin=subprocess.DEVNULL, env=environment())
    for _ in range(100):
        if run([IP, "netns", "exec", fleet.network, "bash", "-c", "exec 3<>/dev/tcp/10.77.255.254/8080"]).returncode == 0:
            break
        must(["sleep", "0.1"])
    yield folder
    process.terminate()
    process.wait(timeout=30)


def play(control, artifact, target=HOST, **variables):
    return control.play(ONE, target=target, **{**artifact.variables, **variables})


# ---- what is refused on the control node: no host is asked anything ------------------------------------
def test_wrong_digest(control, artifact, fleet):
    sessions = fleet[HOST].sessions()
    done = play(control, artifact, suppack_sha256="0" * 64)
    assert done.returncode == 2 and f"is refused: its SHA-256 is {artifact.sha256}, not 000" in done.stdout
    assert fleet[HOST].sessions() == sessions


def test_wrong_key(control, artifact, make_key, fleet):
    sessions = fleet[HOST].sessions()
    done = play(control, artifact, suppack_key=make_key().public)
    assert done.returncode == 2 and "the signature of 'update.xml' is not by the given key" in done.stdout
    assert fleet[HOST].sessions() == sessions


def test_unsigned_image(control, artifact, unsigned_iso):
    sha256 = must(["sha256sum", unsigned_iso]).stdout.split()[0]
    done = play(control, artifact, suppack_src=unsigned_iso, suppack_sha256=sha256)
    assert done.returncode == 2 and "'update.xml' is not signed" in done.stdout


# ---- mirrors --------------------------------------------------------------------------------------------
def test_corrupted_mirror_on_the_control_node(control, artifact, mirror, fleet):
    sessions = fleet[HOST].sessions()
    done = play(control, artifact, suppack_src=f"{URL}/corrupted.iso")
    assert done.returncode == 2 and f"'{URL}/corrupted.iso' is refused: its SHA-256 is" in done.stdout, done.stdout
    assert fleet[HOST].sessions() == sessions
    assert not list(control.home.rglob("*.iso*")), "what was refused was kept"


def test_download_goes_on_where_it_was_cut(control, artifact, mirror):
    cache = control.home / ".cache/suppack"
    cache.mkdir(parents=True, exist_ok=True)
    data = artifact.iso.read_bytes()
    (cache / f"{artifact.sha256}.iso.part").write_bytes(data[:100_000])
    done = play(control, artifact, target="localhost", suppack_src=f"{URL}/pack.iso")
    assert (cache / f"{artifact.sha256}.iso").read_bytes() == data, done.stdout
    wanted = f'"GET /pack.iso HTTP/1.1" 206 {len(data) - 100_000} '
    assert wanted in (mirror / "access.log").read_text(), "the whole was fetched again"


def test_corrupted_mirror_of_a_host(host, control, artifact, mirror):
    done = play(control, artifact, suppack_mirror=f"{URL}/corrupted.iso")
    assert done.returncode == 2 and "is refused: its SHA-256 is" in done.stdout
    assert untouched(host)


def test_corrupted_repository_of_a_host(host, control, artifact, mirror):
    done = play(control, artifact, suppack_method="repository", suppack_repo_url=f"{URL}/corrupted")
    assert done.returncode == 2 and "Rolled back: the pack is off this host" in done.stdout, done.stdout
    assert untouched(host)


def test_mirror_and_repository_of_a_host(host, control, artifact, mirror):
    """yum's way, where it is chosen: xapi's record is right all the same."""
    done = play(control, artifact, suppack_mirror=f"{URL}/pack.iso", suppack_method="repository",
                suppack_repo_url=f"{URL}/repo")
    assert done.returncode == 0 and done.stats[HOST]["changed"] == 1 and host.has_pack(), done.stdout
    address = next(line.split()[0] for line in (mirror / "access.log").read_text().splitlines() if "/repo/Packages" in line)
    assert address == host.address
    assert not host.asked_for("update-upload", host.since)
    again = play(control, artifact, suppack_method="repository", suppack_repo_url=f"{URL}/repo")
    assert again.returncode == 0 and again.stats[HOST]["changed"] == 0


# ---- the host's own program ------------------------------------------------------------------------------
def test_supplemental_pack_script(host, control, artifact):
    done = play(control, artifact, suppack_method="script")
    assert done.returncode == 0 and host.has_pack(), done.stdout


def test_host_without_the_key(host, control, artifact):
    host.must("rm", "-rf", "/opt/xensource/gpg/pubring.kbx", "/etc/pki/rpm-gpg/RPM-GPG-KEY-OSNEXUS")
    host.before = host.tree()
    done = play(control, artifact, suppack_trust_key=False)
    assert done.returncode == 2 and "does not trust 'RPM-GPG-KEY-OSNEXUS' yet" in done.stdout and untouched(host)


def test_another_key_of_that_name(host, control, artifact, make_key):
    host.must("/bin/sh", "-c", 'printf %s "$0" >/etc/pki/rpm-gpg/RPM-GPG-KEY-OSNEXUS', make_key().public.read_text())
    host.before = host.tree()
    done = play(control, artifact)
    host.must("rm", "/etc/pki/rpm-gpg/RPM-GPG-KEY-OSNEXUS")
    assert done.returncode == 2 and "is another key than the one given" in done.stdout and untouched(host)


def test_classic_host(make_fleet, collection, forge):
    """XenServer 7.0 takes the half of the image for it, by the image's own installer."""
    fleet = make_fleet([Member("old", "ams", "old", "xs-7.0", True)])
    control = ControlNode(fleet, collection)
    old = fleet["old"]
    old.must("/bin/sh", "-c", 'mkdir -p "$0"; printf %s "$1" >"$0/XS-REPOSITORY"; echo "<packages></packages>" >"$0/XS-PACKAGES"',
             f"{INSTALLED}/xs:main", MAIN_7.format(version="7.0.0"))
    variables = {"target": "old", **forge(put_sums)}
    done = control.play(ONE, **variables)
    assert done.returncode == 0 and old.status()["state"] == "applied" and old.exists(RECORD), done.stdout
    again = control.play(ONE, **variables)
    assert again.returncode == 0 and again.stats["old"]["changed"] == 0, again.stdout
    done = control.play(ONE, **variables, suppack_state="absent")
    assert done.returncode == 0 and not old.exists(RECORD) and not old.exists("/opt/osnexus-quantastor-multipath")
