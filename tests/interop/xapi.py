# SPDX-License-Identifier: GPL-2.0-or-later
"""What xapi does with a pack on a host (packs.md B.6, B.7), step by step, with the same command lines.

The package manager is Debian's dnf, as on XenServer 8 and XCP-ng 8.3, or dnf5, as on XenServer 9 (yum before; not
to be had on Debian). Class names are xapi's errors.
"""
import functools
import re
import uuid as uuid_module
import xml.etree.ElementTree as ElementTree
from contextlib import contextmanager

from dom0 import GPG_HOME, KEY_DIR
from support import environment, run

VDI = "/var/update/2b1f3f7e-65b7-4f0e-8d34-0c9b2f1a7e55"  # where introduce attaches the VDI
ERROR_XML = re.compile(r"<error errorcode=.+</error>", re.DOTALL)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class InvalidUpdate(Exception):
    """INVALID_UPDATE"""


class PrecheckFailed(Exception):
    """UPDATE_PRECHECK_FAILED_*; .code is the error code, .xml the parsed <error>, .output everything said."""

    def __init__(self, code, output, xml=None):
        super().__init__(f"{code}\n{output}")
        self.code, self.output, self.xml = code, output, xml


class ApplyFailed(Exception):
    """UPDATE_APPLY_FAILED"""


def parse_update_info(text):
    """xapi's parse_update_info: the attributes that must be there, and exactly one non-empty text node."""
    root = ElementTree.fromstring(text)
    for needed in ("uuid", "name-label", "version"):
        if not root.get(needed):
            raise InvalidUpdate(f"missing <{needed}> in update.xml")
    description = root.find("name-description")
    if description is None or len(description) or not (description.text or "").strip():
        raise InvalidUpdate("missing <name-description> in update.xml")
    return {**root.attrib, "name-description": description.text}


def gpg_accepts(dom0, file):
    """Gpg.check_signature: GOODSIG and TRUST_ULTIMATE, exit 0, and VALIDSIG with a fingerprint."""
    ring = f"{GPG_HOME}/pubring.kbx"
    done = dom0.run("/usr/bin/gpg", "--homedir", GPG_HOME, "--no-default-keyring", "--keyring", ring, "--status-fd",
                    "1", "--verify", f"{VDI}/vdi/{file}.asc", f"{VDI}/vdi/{file}", attach=dom0.attached)
    status = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("[GNUPG:] ")]
    words = {line[0] for line in status}
    valid = any(line[0] == "VALIDSIG" and len(line[1]) == 40 for line in status)
    return done.returncode == 0 and {"GOODSIG", "TRUST_ULTIMATE"} <= words and valid, done.stdout


@functools.cache
def dnf_knows_groups():
    """Whether this suite's dnf 4 can install a group. Debian 13's dies of a signal on any: before it, it looks for
    environments, and to walk their list ends libcomps 0.1.21 on Python 3.13."""
    probe = "import libcomps; comps = libcomps.Comps(); comps.fromxml_str('<comps/>'); [each for each in comps.environments]"
    return run(["/usr/bin/python3", "-c", probe], env=environment()).returncode == 0


@functools.cache
def dnf_reads_filelists():
    """Whether this suite's dnf 4 knows each file of each package, or (from 4.20 on, and dnf5) those that primary lists."""
    probe = "import dnf; assert 'filelists' in getattr(dnf.Base().conf, 'optional_metadata_types', ['filelists'])"
    return run(["/usr/bin/python3", "-c", probe], env=environment()).returncode == 0


class PoolUpdate:
    """One pack (the tree of its image) on one host."""

    def __init__(self, dom0, tree, best=False, verb="install", manager="dnf"):
        """best: see yum_conf(). verb: "upgrade" from 7.1 to 24.19, "install" since (packs.md B.7). manager: dnf or dnf5."""
        self.dom0, self.tree, self.best, self.verb, self.manager = dom0, tree, best, verb, manager
        self.info = parse_update_info((tree / "update.xml").read_text())
        self.uuid, self.label = self.info["uuid"], self.info["name-label"]
        self.url_path = f"update/{dom0.uuid}/{self.uuid}/vdi"

    def on(self, dom0):
        """The same update on another host."""
        return PoolUpdate(dom0, self.tree, self.best, self.verb, self.manager)

    def introduce(self):
        """pool_update.introduce: attach, then update.xml's and repomd.xml's signatures, in this order."""
        mount_point = self.dom0.path(f"{VDI}/vdi")
        mount_point.mkdir(parents=True)
        self.dom0.attached = (self.tree, f"{VDI}/vdi")
        try:
            for file in ("update.xml", "repodata/repomd.xml"):
                good, said = gpg_accepts(self.dom0, file)
                if not good:
                    raise InvalidUpdate(f"Invalid signature: {file}\n{said}")
        finally:
            mount_point.rmdir()
            mount_point.parent.rmdir()
        return self

    # ---- packs.md B.7: yum.conf, word by word ------------------------------------------------
    def yum_conf(self):
        """best: not xapi's. yum and dnf 5 prefer the newer package by themselves, dnf 4 only when told (K.6)."""
        key = self.info.get("key", "").rsplit("/", 1)[-1]
        check = 1 if key else 0
        text = (f"[main]\nkeepcache=0\nreposdir=/dev/null\ngpgcheck={check}\nrepo_gpgcheck={check}\n"
                f"installonlypkgs=\ngroup_command=compat\n{'best=1' + chr(10) if self.best else ''}"
                f"[{self.label}]\nname={self.label}\n"
                f"baseurl=http://127.0.0.1/{self.url_path}\n")
        return text + (f"gpgkey=file://{KEY_DIR}/{key}\n" if key else "")

    @contextmanager
    def conf(self):
        """/tmp/<uuid>/yum.conf and the pack behind its baseurl, for as long as one step takes."""
        path = f"/tmp/{self.uuid}/yum.conf"
        self.dom0.put(path, self.yum_conf())
        self.dom0.server.publish(self.url_path, self.tree)
        try:
            yield path
        finally:
            self.dom0.server.withdraw(self.url_path)
            self.dom0.path(path).unlink()
            self.dom0.path(path).parent.rmdir()

    def dnf(self, *words):
        with self.conf() as conf:
            return self.dom0.run(f"/usr/bin/{self.manager}", *words, "--noplugins", "-c", conf, merged=True)

    def dnf_install(self, what, verb="install"):
        words = [what]
        if what == "@update" and self.manager == "dnf" and not dnf_knows_groups():
            words, verb = self.members(), "install"
        with self.conf() as conf:
            return self.dom0.run(f"/usr/bin/{self.manager}", verb, "-y", "--noplugins", "-c", conf, *words, merged=True)

    def members(self):
        """The packages of the group "update"."""
        found = ElementTree.parse(next(self.tree.glob("repodata/*comps.xml")))
        return [package.text for package in found.findall("group[id='update']/packagelist/packagereq")]

    # ---- pool_update.precheck ------------------------------------------------------------------
    def precheck(self):
        """Installs the control package, then runs its precheck. 'ok', or PrecheckFailed."""
        self.dnf("clean", "all")
        done = self.dnf_install(self.info["control"])
        if done.returncode != 0:
            raise PrecheckFailed(classify(done.stdout), done.stdout)
        script = f"/var/update/{self.uuid}/precheck"
        if not self.dom0.path(script).is_file():
            return "ok"
        done = self.dom0.run(script, merged=True)
        if done.returncode == 0:
            if "\n" in done.stdout:
                done.stdout.split()[0]  # pool_update.precheck does this: blank output raises IndexError
            return done.stdout or "ok"
        found = ERROR_XML.search(done.stdout)
        if not found:
            raise PrecheckFailed("UPDATE_PRECHECK_FAILED_UNKNOWN_ERROR", done.stdout)
        xml = ElementTree.fromstring(found[0])
        raise PrecheckFailed(xml.get("errorcode"), done.stdout, xml)

    # ---- pool_update.apply ---------------------------------------------------------------------
    def apply(self):
        """precheck, the transaction, resync_host."""
        self.precheck()
        return self.apply_only()

    def apply_only(self):
        self.dnf("clean", "all")
        done = self.dnf_install("@update", self.verb)
        if done.returncode != 0:
            raise ApplyFailed(done.stdout)
        self.output = done.stdout
        return resync_host(self.dom0)


def classify(output):
    """packs.md B.7: which API error the package manager's words become (dnf's rows)."""
    rows = (("Failed to download packages", "INVALID_UPDATE"),
            (r"Signature verification failed|Public key .*is not installed|is not signed|GPG check FAILED|"
             r"GPG signature verification error", "GPGKEY_NOT_IMPORTED"),
            (r"nothing provides \S+ [<>=]+ \S+ needed by", "WRONG_SERVER_VERSION"),
            (r"nothing provides \S+ needed by|requires .*, but none of", "PREREQUISITE_MISSING"))
    for pattern, code in rows:
        if re.search(pattern, output):
            return code if code == "INVALID_UPDATE" else f"UPDATE_PRECHECK_FAILED_{code}"
    return "UPDATE_PRECHECK_FAILED_UNKNOWN_ERROR"


def resync_host(dom0):
    """host.updates from the stamp files (packs.md B.3): one malformed stamp breaks it for the whole host."""
    updates = {}
    applied = dom0.path("/var/update/applied")
    for stamp in sorted(applied.iterdir()) if applied.is_dir() else ():
        try:
            uuid_module.UUID(stamp.name)
        except ValueError:
            continue
        info = parse_update_info(stamp.read_text())
        assert info["uuid"] == stamp.name, f"{stamp.name} holds {info['uuid']}"
        assert UUID.fullmatch(stamp.name), f"get_by_uuid knows only the canonical form, not {stamp.name}"
        updates[stamp.name] = info
    return updates
