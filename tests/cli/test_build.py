# SPDX-License-Identifier: GPL-2.0-or-later
"""What `build` makes, judged by other programs than those that made it."""
import hashlib
import re
import subprocess

import pytest

from support import EPOCH, environment, must, run

LABEL = "osnexus-quantastor-multipath"
UUID = "10bea843-73d5-5c22-81f2-bede62817dcb"


def test_unsigned(desk, unpack):
    done = desk.unsigned()
    assert done.returncode == 0, done.stderr
    iso = desk.out / "acme-mp-1.2-unsigned.iso"
    assert desk.left() == ([iso.name, iso.name + ".sha256"], [])
    digest = hashlib.sha256(iso.read_bytes()).hexdigest()
    assert done.stdout == f"{digest}  {iso}\n"
    assert done.stderr == "suppack: warning: UNSIGNED: no host takes this image through xapi\n"
    must(["sha256sum", "-c", iso.name + ".sha256"], cwd=desk.out)
    tree = unpack(iso)
    assert "UNSIGNED" in (tree / "README.txt").read_text()
    assert "key=" not in (tree / "update.xml").read_text()
    assert not list(tree.rglob("*.asc")) and not list(tree.glob("RPM-GPG-KEY*"))


def test_signed_says_nothing_but_the_result(desk, demo_key):
    done = desk.build("--key", demo_key.id, GNUPGHOME=demo_key.home)
    assert done.returncode == 0 and done.stderr == ""
    assert done.stdout.count("\n") == 1 and done.stdout.endswith(f"  {desk.out}/acme-mp-1.2.iso\n")


def test_joliet_has_the_same_names(signed_iso):
    """XenCenter and Windows read this tree; the kernel reads Rock Ridge."""
    def names(options):
        listing = must(["bsdtar", "--options", options, "-tf", signed_iso]).stdout.split()
        return sorted(name.removeprefix("./").rstrip("/") for name in listing)
    assert names("iso9660:!rockridge") == names("iso9660:!joliet")


def test_signed_is_what_gpg_and_rpm_take(signed_iso, unpack, demo_key, tmp_path):
    assert signed_iso.name == f"{LABEL}-1.0.0.iso"
    tree = unpack(signed_iso)
    key = tree / "RPM-GPG-KEY-OSNEXUS"
    home, db = tmp_path / "g", tmp_path / "db"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", home, "--batch", "--no-autostart"]
    must([*gpg, "--import", key])
    for file in ("update.xml", "repodata/repomd.xml"):
        status = must([*gpg, "--status-fd", "1", "--verify", tree / f"{file}.asc", tree / file]).stdout
        assert "GOODSIG" in status and f"VALIDSIG {demo_key.id}" in status
    must(["rpmkeys", "--dbpath", db, "--import", key])
    packages = sorted((tree / "Packages").iterdir())
    assert len(packages) == 3
    for package in packages:
        said = must(["rpmkeys", "--dbpath", db, "-Kv", package]).stdout
        assert re.search("Header V4 RSA/SHA(256|384|512) Signature", said) and "NOT OK" not in said and "NOKEY" not in said
    assert demo_key.id == must([*gpg, "--with-colons", "-k"]).stdout.split("fpr:::::::::")[1].split(":")[0]


def test_readme_of_a_signed_image(signed_iso, unpack, demo_key):
    text = (unpack(signed_iso) / "README.txt").read_text()
    assert "UNSIGNED" not in text and "@" not in text.replace("@invalid", "")
    grouped = " ".join(demo_key.id[i:i + 4] for i in range(0, len(demo_key.id), 4))
    for word in (grouped, UUID, "import-update-key", "xe-install-supplemental-pack", f"/var/update/{UUID}/remove"):
        assert word in text


def query(rpm, tag):
    return must(["rpm", "-qp", "--nosignature", "--qf", tag, rpm]).stdout


@pytest.mark.parametrize("name, needs, provides", [
    (f"{LABEL}-1.0.0-1.x86_64.rpm", ["/bin/sh"], [f"{LABEL} = 1.0.0-1"]),
    (f"update-{LABEL}-1.0.0-1.noarch.rpm", [f"{LABEL} >= 1.0.0-1"], [f"update-{LABEL} = 1.0.0-1"]),
    (f"control-{LABEL}-1.0.0-1.x86_64.rpm", ["platform-version >= 2.2.0"], [f"control-{LABEL} = 1.0.0-1"]),
])
def test_packages_need_and_provide_no_more_than_meant(signed_iso, unpack, name, needs, provides):
    rpm = unpack(signed_iso) / "Packages" / name
    rpmlib = ["rpmlib(CompressedFileNames) <= 3.0.4-1", "rpmlib(FileDigests) <= 4.6.0-1",
              "rpmlib(PayloadFilesHavePrefix) <= 4.0-1"]
    lines = must(["rpm", "-qp", "--nosignature", "--requires", rpm]).stdout.splitlines()
    assert sorted(set(lines)) == sorted(needs + rpmlib)
    assert must(["rpm", "-qp", "--nosignature", "--provides", rpm]).stdout.splitlines() == provides
    assert query(rpm, "%{payloadcompressor} %{payloadflags} %{filedigestalgo}") == "gzip 4 8"
    assert query(rpm, "%{buildhost} %{buildtime} %{vendor}|%{packager}|%{optflags}|%{platform}") == \
        f"suppack {EPOCH} OSNEXUS|(none)||{name.split('.')[-2]}-linux"
    assert query(rpm, "[%{fileusername}:%{filegroupname}\n]").replace("root:root\n", "") == ""
    assert set(query(rpm, "[%{filemtimes}\n]").split()) == {EPOCH}


def test_scriptlets_are_one_line_each(signed_iso, unpack):
    packages = unpack(signed_iso) / "Packages"
    hook = f"/opt/{LABEL}/bin/multipath-hook"
    payload = packages / f"{LABEL}-1.0.0-1.x86_64.rpm"
    said = must(["rpm", "-qp", "--nosignature", "--scripts", "--triggers", payload]).stdout
    assert said.splitlines() == [
        "postinstall scriptlet (using /bin/sh):", f"exec {hook} install",
        "preuninstall scriptlet (using /bin/sh):", f'if [ "$1" = 0 ]; then {hook} remove || :; fi',
        "triggerin scriptlet (using /bin/sh) -- device-mapper-multipath, sm", f"exec {hook} install"]
    for other in packages.iterdir():
        if other != payload:
            assert must(["rpm", "-qp", "--nosignature", "--scripts", "--triggers", other]).stdout == ""


def test_restart_host_is_a_posttrans_and_only_then(desk, unpack):
    desk.ini.write_text(desk.ini.read_text().replace("[multipath]", "guidance = restartXAPI, restartHost\n[multipath]"))
    assert desk.unsigned().returncode == 0
    tree = unpack(next(desk.out.glob("*.iso")))
    assert 'after-apply-guidance="restartXAPI,restartHost"' in (tree / "update.xml").read_text()
    rpm = next(tree.glob("Packages/update-*"))
    said = must(["rpm", "-qp", "--nosignature", "--scripts", rpm]).stdout
    assert said.startswith("posttrans scriptlet (using /bin/sh):\necho ") and \
        said.rstrip().endswith(">> /run/reboot-required.hfxs")
    control = next(tree.glob("Packages/control-*"))
    remove = subprocess.run(f"rpm2cpio {control} | cpio -i --to-stdout --quiet '*/remove'", shell=True, text=True,
                            check=True, stdout=subprocess.PIPE).stdout
    assert "forget_reboot" in remove and "@" not in remove


# From which parser on which text: 0.4.9-119 takes that of 0.4.9-31 again.
STARTS = """\
stanza=0.4.7 multipath-0.4.7.conf
stanza=0.4.9-31 multipath-0.4.9-31.conf
stanza=0.4.9-86 multipath-0.4.9-86.conf
stanza=0.4.9-119 multipath-0.4.9-31.conf
stanza=0.9.6 multipath-0.9.6.conf
stanza=0.15.0 multipath-0.15.0.conf
"""


def test_the_stamp_and_the_scripts(signed_iso, unpack, tmp_path):
    tree = unpack(signed_iso)
    root = tmp_path / "root"
    root.mkdir()
    for rpm in (tree / "Packages").iterdir():
        must(["bsdtar", "-xpf", rpm, "-C", root])
    update = (tree / "update.xml").read_text()
    assert (root / f"var/update/applied/{UUID}").read_text() == update.replace(' key="RPM-GPG-KEY-OSNEXUS"', "")
    for script in ("precheck", "remove"):
        path = root / f"var/update/{UUID}/{script}"
        assert path.stat().st_mode & 0o777 == 0o755 and "@" not in path.read_text()
        must(["shellcheck", path])
    assert (root / f"opt/{LABEL}/share/{LABEL}/pack.conf").read_text() == \
        f"label={LABEL}\nversion=1.0.0\nuuid={UUID}\non-conflict=keep\n" + STARTS
    texts = sorted(set(re.findall(r"multipath-\S+", STARTS)))
    assert sorted(path.name for path in (root / f"opt/{LABEL}/share/{LABEL}").glob("multipath-*")) == texts
    for copy in ("bin/multipath-hook", f"share/{LABEL}/pack.conf", *(f"share/{LABEL}/{text}" for text in texts)):
        assert (root / "opt" / LABEL / copy).read_bytes() == (root / "var/update" / UUID / copy).read_bytes()


def test_eula_and_hand_made_dialect(desk, unpack):
    (desk.spec / "terms.txt").write_text("Terms.\n")
    hand = "device {\n\tvendor A\n\tproduct B\n\tprio alua\n\tfeatures 0\n}\n"
    (desk.spec / "hand.conf").write_text(hand)
    desk.ini.write_text(desk.ini.read_text().replace("[multipath]", "eula = terms.txt\n[multipath]")
                        + "stanza-el7 = hand.conf\n")
    assert desk.unsigned().returncode == 0
    rpm = unpack(next(desk.out.glob("*.iso"))) / "Packages/acme-mp-1.2-1.x86_64.rpm"
    listing = must(["rpm", "-qpl", rpm]).stdout
    assert "/opt/acme-mp/share/acme-mp/EULA\n" in listing
    found = must(["bsdtar", "-xOf", rpm, "./opt/acme-mp/share/acme-mp/multipath-0.4.9-86.conf"]).stdout
    assert found == hand


def test_verbose_says_what_was_derived(desk):
    done = desk.unsigned("-v")
    assert done.returncode == 0
    assert "multipath.conf:4: XenServer 7.0 to 8, XCP-ng 7 and 8, XenServer 9: 'getuid_callout" in done.stderr
    assert "'rr_min_io_rq 100' is added" in done.stderr
    assert "pack uuid" in done.stderr and "2023-11-14T22:13:20Z" in done.stderr


def test_quiet_says_nothing_but_the_result(desk):
    done = desk.unsigned("-q")
    assert done.returncode == 0 and done.stderr == "" and done.stdout.count("\n") == 1


def test_output_defaults_to_here_and_is_made(desk):
    here = desk.base / "here"
    here.mkdir()
    done = run([desk.suppack, "build", "--unsigned", desk.ini], env=desk.env(), cwd=here)
    assert done.returncode == 0 and done.stdout.endswith("  ./acme-mp-1.2-unsigned.iso\n")
    assert len(list(here.iterdir())) == 2


def test_epoch_defaults_to_the_newest_input(desk):
    import os
    os.utime(desk.ini, (4000000000, 2000000000))
    done = desk.unsigned("-v", SOURCE_DATE_EPOCH=None)
    assert done.returncode == 0 and "2033-05-18T03:33:20Z" in done.stderr
    assert "that of the newest file" in done.stderr and "set date in [pack]" in done.stderr


def test_date_of_the_description(desk):
    minimal = desk.ini.read_text()
    for date, shown in (("2026-11-28", "2026-11-28T00:00:00Z"), ("2026-11-28T12:30:00Z", "2026-11-28T12:30:00Z")):
        desk.ini.write_text(minimal.replace("[multipath]", f"date = {date}\n[multipath]"))
        done = desk.unsigned("-v", "--force", SOURCE_DATE_EPOCH=None)
        assert done.returncode == 0 and shown in done.stderr and "newest file" not in done.stderr
    assert "2023-11-14T22:13:20Z" in desk.unsigned("-v", "--force").stderr  # SOURCE_DATE_EPOCH is asked first


@pytest.mark.parametrize("date", ["28.11.2026", "2026-11-31", "2026-11-28T12:30", "20261128", "1969-01-01", "2039-01-01",
                                  "2026-11-28T12:30:00+01:00"])
def test_dates_that_are_none(desk, date):
    desk.ini.write_text(desk.ini.read_text().replace("[multipath]", f"date = {date}\n[multipath]"))
    desk.assert_refused(desk.unsigned(), 3, f"pack.ini:7: date '{date}' must be a day or a second", "[date-grammar]")


def test_two_clones_give_one_image(desk):
    """The commit's time, wherever and whenever it is checked out."""
    def git(*words, cwd=desk.spec):
        must(["git", "-c", "user.name=x", "-c", "user.email=x@invalid", *words], cwd=cwd,
             env=environment(GIT_COMMITTER_DATE="2026-03-04T05:06:07Z", HOME=desk.base))
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")
    git("clone", "-q", desk.spec, desk.base / "clone")
    images = []
    for folder in (desk.spec, desk.base / "clone"):
        done = desk.run("build", "--unsigned", "-v", "--force", "-o", desk.out, folder / "pack.ini", SOURCE_DATE_EPOCH=None)
        assert done.returncode == 0 and "2026-03-04T05:06:07Z" in done.stderr and "of the commit of" in done.stderr
        assert "warning: the time" not in done.stderr
        images.append(done.stdout)
    assert images[0] == images[1]
    (desk.spec / "new.ini").write_text(desk.ini.read_text())  # git does not have it
    done = desk.run("build", "--unsigned", "--force", "-o", desk.out, desk.spec / "new.ini", SOURCE_DATE_EPOCH=None)
    assert done.returncode == 0 and "that of the newest file" in done.stderr


def test_xorriso_agrees(signed_iso):
    done = run(["xorriso", "-indev", signed_iso, "-find", "/", "-exec", "lsdl"])
    lines = [line for line in done.stdout.splitlines() if line[:1] in "-d"]
    programs = sorted(line.split()[-1] for line in lines if line.startswith("-rwxr-xr-x"))
    assert programs == ["'/install'", "'/install.sh'", "'/storagelink/storagelink-hook.exe'"]
    assert all(line.startswith(("drwxr-xr-x", "-rw-r--r--", "-rwxr-xr-x")) for line in lines)
    assert all(line.split()[2:4] == ["0", "0"] for line in lines)
    info = run(["xorriso", "-indev", signed_iso, "-pvd_info"]).stdout
    assert "OSNEXUS_QUANTASTOR_MULTIPATH" in info and "2023111422132000" in info
    assert signed_iso.stat().st_size <= 1 << 20


def test_createrepo_and_dnf_read_the_repodata(signed_iso, unpack, tmp_path):
    tree = unpack(signed_iso)
    done = run(["dnf", "-q", "--setopt=reposdir=/dev/null", f"--setopt=cachedir={tmp_path}/c", "--disablerepo=*",
                f"--repofrompath=p,file://{tree}", "--enablerepo=p", f"--installroot={tmp_path}/r",
                "--releasever=1", "--nogpgcheck", "repoquery", "--qf", "%{name} %{evr} %{arch}"])
    names = sorted(line for line in done.stdout.splitlines() if LABEL in line)
    assert names == [f"control-{LABEL} 1.0.0-1 x86_64", f"{LABEL} 1.0.0-1 x86_64", f"update-{LABEL} 1.0.0-1 noarch"], \
        done.stderr
