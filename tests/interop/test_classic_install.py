# SPDX-License-Identifier: GPL-2.0-or-later
"""The classic half on the releases it is for, by its own installer under real shells: in, again, newer, out."""
import hashlib

import pytest

import expect
from classic_host import ID, INSTALLED, MEDIA, RECORD, asked_of_xe, forget_xe, install, set_xe, starter
from dom0 import HOST_UUID
from layouts import BY_NAME, LABEL
from snapshot import difference

RELEASES = tuple(BY_NAME[name] for name in ("xs-5.6", "xs-6.2", "xs-6.5", "xs-7.0"))
REFRESH = f"host-refresh-pack-info host-uuid={HOST_UUID}"
METADATA = ("XS-REPOSITORY", "XS-PACKAGES")


@pytest.fixture(params=RELEASES, ids=str)
def layout(request):
    return request.param


one_shell = pytest.mark.parametrize("shell", ["bash"])
one_host = pytest.mark.parametrize("layout", [BY_NAME["xs-6.5"]], ids=str)


def in_place(host, tree, version="1.0.0", rr_min_io="100"):
    """Everything a finished install leaves, and nothing else."""
    expect.stanza_in_place(host, expect.shipped(host.layout), rr_min_io)
    expect.applied(host)
    expect.rpm_verifies(host, [LABEL])
    assert host.packages() - host.packages_before == {f"{LABEL}-{version}"}
    for name in METADATA:
        assert host.read(f"{RECORD}/{name}") == (tree / name).read_bytes(), name
        assert host.path(f"{RECORD}/{name}").stat().st_mode & 0o777 == 0o644
    allowed = (f"/opt/{LABEL}", f"/etc/xensource/bugtool/{LABEL}", f"/usr/share/doc/{LABEL}", f"/var/lib/{LABEL}", RECORD, "/root/xe-stub.log", host.layout.target,
               "/etc/multipath/conf.d")
    strange = [line for line in difference(host.before, host.snapshot()) if not line.split()[1].startswith(allowed)]
    assert strange == []


def removed(host):
    host.must("rpm", "-e", LABEL)
    forget_xe(host)
    expect.as_before(host)


def test_fresh_and_removed(classic, packs):
    tree = packs().tree
    done = install(classic, tree)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("Installing 'OSNEXUS QuantaStor multipath settings', version 1.0.0...\n")
    assert done.stdout.endswith("Pack installation successful.\n")
    assert asked_of_xe(classic) == [REFRESH]
    in_place(classic, tree)
    removed(classic)


def test_again_in_a_batch(classic, packs):
    """The same version: rpm has nothing to do, and the rest is done as the first time."""
    tree = packs().tree
    assert install(classic, tree, "-b").returncode == 0
    once = classic.snapshot()
    forget_xe(classic)
    done = install(classic, tree, "--batch")
    assert done.returncode == 0, done.stdout + done.stderr
    assert asked_of_xe(classic) == [REFRESH]
    assert difference(once, classic.snapshot()) == []
    removed(classic)


@one_shell
def test_the_program_that_fits_the_host(classic, packs):
    """One package, two programs (packs.md A.6: 64-bit since 6.5); the other one is never started."""
    assert install(classic, packs().tree).returncode == 0
    other = "i386" if classic.layout.product >= "6.5" else "x86_64"
    bin_ = f"/opt/{LABEL}/bin"
    classic.put(f"{bin_}/multipath-hook.{other}", "#!/bin/sh\ntouch /root/wrong\n", 0o755)
    assert ": applied" in classic.must(f"{bin_}/multipath-hook", "status").stdout
    removed(classic)


@one_shell
def test_upgrade(classic, packs):
    old, new = packs().tree, packs(rr_min_io="64", version="1.1.0").tree
    assert install(classic, old).returncode == 0
    done = install(classic, new, "-b")
    assert done.returncode == 0, done.stdout + done.stderr
    in_place(classic, new, "1.1.0", "64")
    removed(classic)


@one_shell
def test_upgrade_asked_about(classic, packs):
    """Without -b: N leaves everything as it is with exit 3, Y upgrades (packs.md A.5 step 3)."""
    old, new = packs().tree, packs(rr_min_io="64", version="1.1.0").tree
    assert install(classic, old).returncode == 0
    once = classic.snapshot()
    for typed in ("N\n", "", "x\n", "\n"):
        done = install(classic, new, typed=typed)
        assert done.returncode == 3, done.stdout + done.stderr
        assert f"'{ID}' is already installed.\n" in done.stdout
    assert difference(once, classic.snapshot()) == []
    assert install(classic, new, typed="Y\n").returncode == 0
    in_place(classic, new, "1.1.0", "64")


@one_host
def test_by_either_name_and_from_anywhere(classic, packs):
    """install and install.sh, started by a relative path, by an absolute one and through sh."""
    tree = packs().tree
    for words in (("./install",), ("./install.sh",), (f"{MEDIA}/install",), (f"{MEDIA}/install.sh",),
                  ("/bin/sh", f"{MEDIA}/install.sh"), ("/bin/sh", "install")):
        done = install(classic, tree, *words[1:], program=words[0])
        assert done.returncode == 0, (words, done.stderr)
        elsewhere = classic.run(*words[:-1], f"{MEDIA}/install", attach=(tree, MEDIA))
        assert elsewhere.returncode == 3, "asks, as it is there by now"
        removed(classic)


@one_shell
def test_host_installer(classic, packs):
    """It runs no installer of ours: rpm -U in the chroot, then the record (packs.md C.1)."""
    tree = packs().tree
    rpm = f"{LABEL}-1.0.0-1.noarch.rpm"
    classic.must("rpm", "-U", f"{MEDIA}/{rpm}", attach=(tree, MEDIA))
    for name in METADATA:
        classic.put(f"{RECORD}/{name}", (tree / name).read_bytes())
    in_place(classic, tree)
    removed(classic)


@one_host
@one_shell
def test_what_the_toolstack_then_says(classic, packs):
    """xapi reads the record: "<description>, version <version>[, homogeneous]" under <originator>:<name>."""
    import xml.etree.ElementTree as ElementTree
    assert install(classic, packs().tree).returncode == 0
    root = ElementTree.fromstring(classic.read(f"{RECORD}/XS-REPOSITORY"))
    assert f"{root.get('originator')}:{root.get('name')}" == ID
    assert (root[0].text, root.get("version"), root.get("enforce-homogeneity")) == (
        "OSNEXUS QuantaStor multipath settings", "1.0.0", "true")


@one_host
@one_shell
def test_memory_target_is_worked_out_anew_where_the_host_does_that(classic, packs):
    helper = "/opt/xensource/libexec/set-dom0-memory-target-from-packs"
    classic.put(helper, "#!/bin/sh\necho memory >>/root/xe-stub.log\n", 0o755)
    assert install(classic, packs().tree).returncode == 0
    assert asked_of_xe(classic) == ["memory", REFRESH]


@one_host
@one_shell
def test_an_administrators_own_device_is_kept_and_told(classic, packs):
    """on-conflict keep: installed, and the installer passes on what status says (packs.md K.1)."""
    target = classic.layout.target
    text = classic.read(target)
    own = b'devices {\n\tdevice {\n\t\tvendor "OSNEXUS"\n\t\tproduct "QUANTASTOR"\n\t\tno_path_retry 5\n\t}'
    classic.path(target).write_bytes(text.replace(b"devices {", own, 1))
    mine = classic.read(target)
    done = install(classic, packs().tree)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING: " in done.stderr and ": conflict" in done.stderr
    assert classic.read(target) == mine


@pytest.mark.parametrize("layout", [BY_NAME["xs-6.2"]], ids=str)
@one_shell
def test_a_script_that_fails_behind_rpms_back_is_noticed(classic, packs):
    """rpm exits 0 whatever %post comes to; a package that was not here before goes again (packs.md K.1)."""
    # rpm as it lies in dom0; before it goes on, somebody makes the file one that the hook refuses
    classic.put("/bin/rpm", f"""#!/bin/sh
case $1 in -U*) printf 'blacklist {{\\n\\twwid "("\\n}}\\n' >{classic.layout.target} ;; esac
exec /usr/bin/rpm "$@"
""", 0o755)
    done = install(classic, packs().tree)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FATAL: the settings are not in place" in done.stderr and ": refused" in done.stderr
    assert classic.packages() == classic.packages_before
    assert asked_of_xe(classic) == [] and not classic.path(RECORD).exists()


@one_host
@one_shell
def test_xe_that_fails(classic, packs):
    """Step 11: everything is in place but the toolstack does not know; exit 1, and a second run mends it."""
    set_xe(classic, status=1)
    done = install(classic, packs().tree)
    assert done.returncode == 1 and "the toolstack could not be told" in done.stderr
    set_xe(classic)
    assert install(classic, packs().tree, "-b").returncode == 0
    assert asked_of_xe(classic) == [REFRESH, REFRESH]


def test_metadata_md5_is_what_the_host_installer_shows(packs):
    pack = packs()
    both = b"".join((pack.tree / name).read_bytes() for name in METADATA)
    side = pack.iso.with_name(pack.iso.name.removesuffix(".iso") + ".metadata.md5")
    assert side.read_text() == hashlib.md5(both).hexdigest() + "\n"
    assert INSTALLED and starter(RELEASES[0]) == "./install.sh" and starter(RELEASES[-1]) == "./install"
