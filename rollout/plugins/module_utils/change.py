# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts a pack on this host by the host's own means, or takes it off. Runs on the hosts' Python 2.7 and 3.6."""
from __future__ import absolute_import, division, print_function

import os
import shutil

from ansible_collections.suppack.rollout.plugins.module_utils.digest import private_copy
from ansible_collections.suppack.rollout.plugins.module_utils.host import (
    ENVIRONMENT, STAMPS, classic_record, inventory, product_version, stamps, xe)

__metaclass__ = type

KEY_DIR = "/etc/pki/rpm-gpg"
IMPORT_KEY = "/opt/xensource/debug/import-update-key"
REPO_FILE = "/etc/yum.repos.d/%s.repo"
PLAN_NOTHING, PLAN_CHANGE = 0, 10


class ChangeError(Exception):
    """One sentence: what was refused, or failed."""


class Host:
    """module: the AnsibleModule, whose run_command starts everything. want: the artifact (label, uuid, version, key)."""

    def __init__(self, module, want):
        self.module, self.want = module, want
        self.label = want["label"]
        self.classic = product_version(inventory()) < (7, 1)

    def run(self, *argv, **kwargs):
        """(exit status, stdout, everything said, on one line)"""
        kwargs.setdefault("environ_update", ENVIRONMENT)
        status, out, err = self.module.run_command([str(word) for word in argv], **kwargs)
        return status, out, " ".join((out + "\n" + err).split())

    def must(self, *argv, **kwargs):
        status, out, said = self.run(*argv, **kwargs)
        if status != 0:
            raise ChangeError("'%s' failed, exit %d: %s" % (" ".join(argv[:2]), status, said[-1500:]))
        return out

    def installed(self):
        """Those of the pack's packages that rpm has."""
        names = [self.label, "update-" + self.label, "control-" + self.label]
        return [name for name in names if self.run("rpm", "-q", name)[0] == 0]

    # ---- before anything is changed --------------------------------------------------------------
    def plan(self, image, folder):
        """The diff of what the pack's own hook would do here; ChangeError with its reason where it would refuse.

        The hook is taken out of the image into folder, since this host may not have it yet: out of the package that the
        control node has proved to be the signer's.
        """
        payload = self.want["payload"]
        self._take(image, os.path.join(folder, "payload.rpm"), payload["offset"], payload["size"], payload["sha256"])
        # The names are rpm's and cpio's own; the one value in it is a path we made.
        self.must("/bin/sh", "-c", "rpm2cpio payload.rpm | cpio -idm --quiet --no-absolute-filenames", cwd=folder)
        hook = os.path.join(folder, "opt", self.label, "bin", "multipath-hook")
        status, out, said = self.run(hook, "check")
        if status != 0:
            raise ChangeError("the pack does not fit this host: %s" % said)
        status, out, said = self.run(hook, "plan")
        if status not in (PLAN_NOTHING, PLAN_CHANGE):
            raise ChangeError("the pack's settings cannot be placed: %s" % said)
        return out

    @staticmethod
    def _take(image, place, offset, size, sha256):
        """A part of the image as a file of its own; ChangeError where it is not what was proved."""
        found = private_copy(image, place, offset, size)
        if found != sha256:
            raise ChangeError("'%s' has SHA-256 %s, not %s" % (os.path.basename(place), found, sha256))

    def key_to_import(self):
        """Whether the host lacks the pack's key; ChangeError where it has another one of that name."""
        place = os.path.join(KEY_DIR, self.want["key"])
        if not os.path.exists(place):
            return True
        with open(place, "rb") as there:
            if there.read().split() != self.want["key_text"].encode("ascii").split():
                raise ChangeError("'%s' on this host is another key than the one given" % place)
        return False

    def import_key(self, folder):
        """Makes the host trust the key, as an administrator does it once (packs.md B.6)."""
        named = os.path.join(folder, self.want["key"])  # its base name counts
        with open(named, "wb") as stream:
            stream.write(self.want["key_text"].encode("ascii"))
        self.must(IMPORT_KEY, named)

    # ---- the ways in -----------------------------------------------------------------------------
    def install(self, method, image, folder, sr, repo_url):
        """method: xe, script or repository; the caller has decided."""
        if self.classic:
            self._by_its_installer(image, folder)
        elif method == "repository":
            self._from_repository(repo_url)
        elif method == "script":
            self.must("xe-install-supplemental-pack", *((["--sr=" + sr] if sr else []) + [image]))
        else:
            self._by_xe(image, sr)

    def must_be_covered(self):
        """Hosts before 7.1 know no signatures: what they run has to be covered by the image's signed sums."""
        if self.classic and not self.want["files"]:
            raise ChangeError("no signed SHA256SUMS on the image covers its half for hosts before 7.1, so its installer "
                              "is not run here; build the pack with a suppack that writes that file")

    def _by_its_installer(self, image, folder):
        """What xe-install-supplemental-pack of 7.0 does (packs.md A.5), with the proved files in place of a mount."""
        tree = os.path.join(folder, "image")
        for path, offset, size, sha256 in self.want["files"]:
            place = os.path.join(tree, path)
            if not os.path.isdir(os.path.dirname(place)):
                os.makedirs(os.path.dirname(place), 0o755)
            self._take(image, place, offset, size, sha256)
            os.chmod(place, 0o755 if path in ("install", "install.sh") else 0o644)
        self.must(os.path.join(tree, "install"), "-b", cwd=tree)  # -b: ask nothing

    def _by_xe(self, image, sr):
        """update-upload and update-apply, to this host alone (packs.md B.7)."""
        uuid = self._xe("update-upload", "file-name=" + image, *(["sr-uuid=" + sr] if sr else []))
        try:
            if uuid != self.want["uuid"]:
                raise ChangeError("xapi took the image for update '%s', not '%s'" % (uuid, self.want["uuid"]))
            self._xe("update-apply", "uuid=" + uuid, "host=" + inventory().get("INSTALLATION_UUID", ""))
        except ChangeError:
            xe(self.module, "update-pool-clean", "uuid=" + uuid)
            self._forget(uuid)
            raise
        self._xe("update-pool-clean", "uuid=" + uuid)

    def _xe(self, *words):
        status, out, said = xe(self.module, *words)
        if status != 0:
            raise ChangeError("'xe %s' failed: %s" % (words[0], said[-1500:]))
        return out

    def _forget(self, uuid):
        """xapi's record goes where no host has the update any more; while one has it, xapi refuses, rightly."""
        status, hosts, dummy = xe(self.module, "update-list", "uuid=" + uuid, "params=hosts", "--minimal")
        if status == 0 and not hosts:
            xe(self.module, "update-destroy", "uuid=" + uuid)

    def _from_repository(self, url):
        """yum or dnf, from a published repository that is enabled for this one command; then xapi looks."""
        if not url:
            raise ChangeError("method 'repository' needs suppack_repo_url")
        place = REPO_FILE % self.label
        text = ("[%s]\nname=%s\nbaseurl=%s\nenabled=0\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file://%s/%s\n"
                % (self.label, self.label, url, KEY_DIR, self.want["key"]))
        if not os.path.isdir(os.path.dirname(place)):
            os.mkdir(os.path.dirname(place), 0o755)
        with open(place, "w") as stream:
            stream.write(text)
        manager = self.module.get_bin_path("dnf") or self.module.get_bin_path("yum", True)
        only = ["--disablerepo=*", "--enablerepo=" + self.label, "--noplugins", "-y"]
        self.run(manager, "clean", "metadata", *only)
        version = self.want["version"]
        self.must(manager, "install", *(only + ["%s-%s-%s" % (kind, self.label, version) for kind in
                                                ("update", "control")]))
        self._resync()

    def _resync(self):
        self._xe("update-resync-host", "host-uuid=" + inventory().get("INSTALLATION_UUID", ""))

    # ---- in place, and out -----------------------------------------------------------------------
    def apply_again(self):
        """The installed hook once more: after an update replaced the file, or when the daemon could not be told."""
        status, dummy, said = self.run("/opt/%s/bin/multipath-hook" % self.label, "install")
        if status != 0:
            raise ChangeError("multipath-hook install: exit %d: %s" % (status, said))

    def remove(self, uuids):
        """Packages, stamps and xapi's record, by the pack's own script where it is there (packs.md B.8).

        uuids: those of the versions that may be here, beside those with a stamp.
        """
        uuids = sorted(set(stamps(self.label)) | uuids)
        scripts = [path for path in (os.path.join("/var/update", uuid, "remove") for uuid in uuids)
                   if os.path.isfile(path)]
        for script in scripts:
            self.must(script)
        left = self.installed()
        if left:
            self.must("rpm", "-e", *left)
        for path in [os.path.join(STAMPS, uuid) for uuid in uuids] + [REPO_FILE % self.label]:
            if os.path.exists(path):
                os.unlink(path)
        if not scripts:
            self._tell_xapi(uuids)

    def _tell_xapi(self, uuids):
        if self.classic:
            record = classic_record(self.label)
            if record:
                shutil.rmtree(record)
            self._xe("host-refresh-pack-info", "host-uuid=" + inventory().get("INSTALLATION_UUID", ""))
            return
        self._resync()
        for uuid in uuids:
            self._forget(uuid)
