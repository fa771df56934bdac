# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever was changed after signing, or signed by the wrong key: refused, and the host is as it was."""
import re
import shutil

import pytest

from dom0 import GPG_HOME
from layouts import BY_NAME, LABEL
from snapshot import difference
from support import environment, must
from xapi import ApplyFailed, InvalidUpdate, PoolUpdate, PrecheckFailed

PAYLOAD, UPDATE, CONTROL = (f"{LABEL}-1.0.0-1.x86_64.rpm", f"update-{LABEL}-1.0.0-1.noarch.rpm",
                            f"control-{LABEL}-1.0.0-1.x86_64.rpm")

CLASSIC = f"{LABEL}-1.0.0-1.noarch.rpm"


@pytest.fixture
def victim(fresh_host, tmp_path):
    """A host that trusts demo_key, and how it was."""
    host = fresh_host(BY_NAME["xs-8.2"], tmp_path / "root")
    host.before, host.packages_before = host.snapshot(), host.packages()
    return host


@pytest.fixture
def tree(packs, tmp_path):
    """A private copy of the signed pack's tree."""
    return packs().copy(tmp_path / "tree")


def flip(file, offset=None):
    """One bit of one byte; by default of the one in the middle."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2 if offset is None else offset] ^= 1
    file.write_bytes(content)


def remake_repodata(tree, key):
    """What only the holder of the key can do: metadata of the changed packages, signed again."""
    comps = tree.parent / "comps.xml"
    shutil.copy(next(tree.glob("repodata/*comps.xml")), comps)
    shutil.rmtree(tree / "repodata")
    # the classic half's package is none of the repository's (packs.md K.2)
    must(["createrepo_c", "--quiet", "--no-database", "--excludes", CLASSIC, "--groupfile", comps, tree])
    key.sign_detached(tree / "repodata/repomd.xml")


def unchanged(host):
    assert difference(host.before, host.snapshot()) == []
    assert host.packages() == host.packages_before


# ---- the control: the same steps, nothing tampered with ------------------------------------------
def test_untouched_copy_is_taken(victim, tree):
    assert len(PoolUpdate(victim, tree).introduce().apply()) == 1


def test_remade_repodata_is_taken(victim, tree, demo_key):
    """So that the refusals below are not refusals of remake_repodata()."""
    remake_repodata(tree, demo_key)
    assert len(PoolUpdate(victim, tree).introduce().apply()) == 1


# ---- changed documents: xapi's gpg, before anything is installed (packs.md B.6) --------------------
@pytest.mark.parametrize("file", ("update.xml", "repodata/repomd.xml"))
def test_changed_document(victim, tree, file):
    """A byte inside a text node, so that it still parses and only the signature can tell."""
    path = tree / file
    text = path.read_text()
    changed = text.replace("settings", "sottings", 1) if file == "update.xml" else re.sub(
        r"(<timestamp>\d)(\d)", lambda hit: hit[1] + str((int(hit[2]) + 1) % 10), text, count=1)
    assert changed != text and len(changed) == len(text)
    path.write_text(changed)
    with pytest.raises(InvalidUpdate, match=f"Invalid signature: {file}\n(.*\n)*.*BADSIG"):
        PoolUpdate(victim, tree).introduce()
    unchanged(victim)


@pytest.mark.parametrize("file", ("update.xml", "repodata/repomd.xml"))
def test_missing_signature(victim, tree, file):
    (tree / f"{file}.asc").unlink()
    with pytest.raises(InvalidUpdate, match=f"Invalid signature: {file}"):
        PoolUpdate(victim, tree).introduce()
    unchanged(victim)


def test_signature_of_another_document(victim, tree):
    shutil.copy(tree / "repodata/repomd.xml.asc", tree / "update.xml.asc")
    with pytest.raises(InvalidUpdate, match="BADSIG"):
        PoolUpdate(victim, tree).introduce()
    unchanged(victim)


# ---- changed after introduce: dnf's own checks -----------------------------------------------------
def test_dnf_refuses_changed_repomd(victim, tree):
    flip(tree / "repodata/repomd.xml", (tree / "repodata/repomd.xml").read_bytes().index(b"<revision>") + 11)
    with pytest.raises(PrecheckFailed) as refusal:
        PoolUpdate(victim, tree).precheck()
    assert "GPG signature verification error" in refusal.value.output
    unchanged(victim)


def test_dnf_refuses_changed_primary(victim, tree):
    flip(next(tree.glob("repodata/*primary.xml.gz")))
    with pytest.raises(PrecheckFailed, match="checksum"):
        PoolUpdate(victim, tree).precheck()
    unchanged(victim)


def test_changed_control_package(victim, tree):
    flip(tree / "Packages" / CONTROL)
    with pytest.raises(PrecheckFailed) as refusal:
        PoolUpdate(victim, tree).introduce().apply()
    assert refusal.value.code != "ok"
    unchanged(victim)


@pytest.mark.parametrize("rpm", (PAYLOAD, UPDATE))
def test_changed_package(victim, tree, rpm):
    """The control package is whole and stays, as it does on a real host; nothing else comes (packs.md B.7)."""
    flip(tree / "Packages" / rpm)
    update = PoolUpdate(victim, tree).introduce()
    assert update.precheck() == "ok"
    victim.before, victim.packages_before = victim.snapshot(), victim.packages()
    with pytest.raises(ApplyFailed):
        update.apply_only()
    unchanged(victim)


@pytest.mark.parametrize("part", ("header", "payload"))
def test_changed_package_with_repodata_to_match(victim, tree, demo_key, part):
    """gpgcheck=1 is what is left: the signature covers the header, the header the payload (packs.md D)."""
    rpm = tree / "Packages" / PAYLOAD
    text = b"QuantaStor multipath settings"
    flip(rpm, rpm.read_bytes().index(text) if part == "header" else rpm.stat().st_size - 200)
    remake_repodata(tree, demo_key)
    update = PoolUpdate(victim, tree).introduce()
    assert update.precheck() == "ok"
    victim.before, victim.packages_before = victim.snapshot(), victim.packages()
    with pytest.raises(ApplyFailed) as refusal:
        update.apply_only()
    assert re.search(r"GPG|signature|digest", refusal.value.args[0], re.IGNORECASE), refusal.value
    unchanged(victim)


def test_package_without_signature(victim, tree, demo_key):
    must(["rpmsign", "--delsign", tree / "Packages" / CONTROL], env=environment(HOME=tree.parent))
    remake_repodata(tree, demo_key)
    with pytest.raises(PrecheckFailed, match="is not signed"):
        PoolUpdate(victim, tree).introduce().precheck()
    unchanged(victim)


# ---- the wrong key ---------------------------------------------------------------------------------
@pytest.fixture
def strangers_host(victim):
    """with_key(key): the host as it would be had its administrator trusted only that key."""
    def with_key(key, **how):
        shutil.rmtree(victim.path(GPG_HOME))
        victim.path(GPG_HOME).mkdir(mode=0o700)
        victim.import_update_key(key.public, **how)
        victim.before = victim.snapshot()
        return victim
    return with_key


def test_unknown_key(strangers_host, tree, make_key):
    """xapi's gpg and, asked alone, dnf: each refuses by itself."""
    host = strangers_host(make_key(uid="Somebody Else (test) <else@invalid>"))
    with pytest.raises(InvalidUpdate, match="NO_PUBKEY"):
        PoolUpdate(host, tree).introduce()
    host.before = host.snapshot()
    with pytest.raises(PrecheckFailed) as refusal:
        PoolUpdate(host, tree).precheck()
    assert refusal.value.code == "UPDATE_PRECHECK_FAILED_GPGKEY_NOT_IMPORTED"
    unchanged(host)


def test_key_that_was_never_imported(victim, tree):
    """No file in /etc/pki/rpm-gpg: dnf has nothing to import."""
    victim.path("/etc/pki/rpm-gpg/RPM-GPG-KEY-OSNEXUS").unlink()
    victim.before = victim.snapshot()
    with pytest.raises(PrecheckFailed):
        PoolUpdate(victim, tree).precheck()
    unchanged(victim)


def test_known_but_not_trusted_key(strangers_host, tree, demo_key):
    """Imported without ownertrust: a good signature, yet not TRUST_ULTIMATE (packs.md B.6)."""
    host = strangers_host(demo_key, trust=False)
    with pytest.raises(InvalidUpdate, match="GOODSIG(.*\n)*.*TRUST_UNDEFINED"):
        PoolUpdate(host, tree).introduce()


def test_expired_key(strangers_host, tree, make_key):
    """gpg exits 0 on it and says EXPKEYSIG instead of GOODSIG (packs.md K.10)."""
    expired = make_key(uid="Expired (test) <expired@invalid>", expires="30d")
    for file in ("update.xml", "repodata/repomd.xml"):
        expired.sign_detached(tree / file, faked_time="20200110T000000")
    host = strangers_host(expired)
    with pytest.raises(InvalidUpdate, match="EXPKEYSIG"):
        PoolUpdate(host, tree).introduce()
