#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: pack
short_description: Has a multipath pack on a XenServer or XCP-ng host, or not, and proves it
version_added: 1.0.0
author: the suppack engineers (@osnexus)
description:
  - Looks first. A host that has the pack, in use and known to xapi, is left alone and costs one connection.
  - Otherwise the image is brought, and is taken only where it has the SHA-256 of the one M(suppack.rollout.artifact)
    judged. Its own C(multipath-hook) says what would change, the host's own means install it, and
    C(multipath-hook status) and xapi's record are the proof. What cannot be proved is undone before the module ends,
    also when the connection was cut meanwhile.
  - An action plugin of the same name brings the image to hosts that need it. It needs C(artifact) of
    M(suppack.rollout.artifact).
options:
  state:
    description: C(query) looks and changes nothing.
    type: str
    choices: [present, absent, query]
    default: present
  artifact:
    description: What M(suppack.rollout.artifact) returned. For C(query) and C(absent) C(label) is enough.
    type: dict
    required: true
  method:
    description:
      - The host's own way in. C(xe) is update-upload and update-apply, for 7.1 and later.
      - C(script) is C(xe-install-supplemental-pack); on 7.0 the image's own installer, which that one starts.
      - C(repository) is yum or dnf with C(repo_url). C(auto) is C(xe), before 7.1 C(script).
    type: str
    choices: [auto, xe, script, repository]
    default: auto
  repo_url:
    description: Where C(suppack publish) put its folder, for C(method=repository).
    type: str
  mirror:
    description: URL the host itself fetches the image from, in place of getting it from the control node.
    type: str
  sr:
    description: UUID of the storage repository for the upload, where the pool has no default one.
    type: str
  trust_key:
    description: Import the key of the pack on hosts that do not have it.
    type: bool
    default: true
  allow_ha:
    description: Go on in a pool with high availability switched on.
    type: bool
    default: false
  lock_timeout:
    description: Seconds to wait for another run on the same host.
    type: int
    default: 300
  image:
    description: Set by the action plugin. Where it put the image on the host, or the C(mirror) it is at.
    type: str
"""

EXAMPLES = r"""
- name: Have the pack
  suppack.rollout.pack:
    artifact: "{{ suppack_artifact }}"

- name: Look only
  suppack.rollout.pack:
    state: query
    artifact:
      label: osnexus-quantastor-multipath
"""

RETURN = r"""
host:
  description: What the host has now; the columns of the report.
  returned: always
  type: dict
before:
  description: The same as it was before.
  returned: always
  type: dict
rolled_back:
  description: A failed change was undone, and the host has what it had.
  returned: failure
  type: bool
"""

import errno
import fcntl
import json
import os
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.suppack.rollout.plugins.module_utils.change import ChangeError, Host
from ansible_collections.suppack.rollout.plugins.module_utils.digest import private_copy
from ansible_collections.suppack.rollout.plugins.module_utils.host import (
    describe, good, inventory, obstacles, product_version)
from ansible_collections.suppack.rollout.plugins.module_utils.names import wrong_name

LOCK = "/var/lock/suppack-rollout.lock"
FACTS = "/etc/ansible/facts.d"


class Run:
    def __init__(self, module):
        self.module, self.params = module, module.params
        self.want = dict({"version": None, "uuid": None}, **self.params["artifact"])
        self.label = self.want["label"]
        self.host = Host(module, self.want)
        self.before = describe(module, self.label)

    def look(self):
        return describe(self.module, self.label)

    def remove(self):
        self.host.remove(set(filter(None, [self.before["uuid"], self.want["uuid"]])))

    def wanted(self, row):
        return good(row) and row["uuid"] == self.want["uuid"] and row["version"] == self.want["version"]

    def shortfall(self, row):
        """In what a host that is not as wanted falls short."""
        if good(row) and row["version"] != self.want["version"]:
            return "version %s is still the one in use" % row["version"]
        return row["message"] or "state %s, uuid %s, multipathd %s" % (row["state"], row["uuid"], row["daemon"])

    def finish(self, changed, **more):
        row = self.before if self.module.check_mode or not changed else self.look()
        self.module.exit_json(changed=changed, host=row, before=self.before, **more)

    def fail(self, message, changed=False, **more):
        self.module.fail_json(msg=message, changed=changed, host=self.look(), before=self.before, **more)

    def must_be_fit(self, space=0):
        reasons = obstacles(self.module, self.params["allow_ha"], space)
        if reasons:
            raise ChangeError("this host is not to be changed now: " + "; ".join(reasons))

    def method(self):
        chosen = self.params["method"]
        if chosen == "auto":
            return "script" if self.host.classic else "xe"
        if chosen != "script" and self.host.classic:
            raise ChangeError("method '%s' is for 7.1 and later; this is %s" % (chosen, self.before["product"]))
        return chosen

    # ---- present ---------------------------------------------------------------------------------
    def present(self, folder):
        self.before = self.look()  # again, as another run may just have ended
        if self.wanted(self.before):
            self.finish(self.note_facts())
        same = self.before["version"] == self.want["version"] and self.before["uuid"] == self.want["uuid"]
        if same and self.before["state"] in ("missing", "drifted", "pending", "applied", "overridden", "blacklisted"):
            self.again()
        self.must_be_fit(self.want["size"])
        self.host.must_be_covered()
        if not self.params["image"]:
            self.module.exit_json(changed=False, needs_image=True, host=self.before, before=self.before)
        self.install(folder)

    def again(self):
        """The package is there, its settings are not in use: no image is needed."""
        self.must_be_fit()
        hook = "/opt/%s/bin/multipath-hook" % self.label
        diff = self.host.run(hook, "plan")[1]
        if not self.module.check_mode:
            self.host.apply_again()
            after = self.look()
            if not self.wanted(after):
                self.fail("the settings were put in place again, but are not in use: " + self.shortfall(after),
                          changed=True)
            self.note_facts()
        self.finish(True, diff={"prepared": diff})

    def checked_image(self, folder):
        """Path of the image below folder, which is ours alone; it is the very one the control node has judged."""
        # Here, since a host that has the pack, as nearly all have at nearly all times, should not wait for it.
        from ansible_collections.suppack.rollout.plugins.module_utils.fetch import FetchError, fetch
        path, source = os.path.join(folder, "pack.iso"), self.params["image"]
        if source == self.params["mirror"]:
            try:
                fetch(source, path, self.want["sha256"])
            except FetchError as error:
                raise ChangeError(str(error))
            return path
        found = private_copy(source, path)
        if found != self.want["sha256"]:
            raise ChangeError("the image came to this host with SHA-256 %s, not %s" % (found, self.want["sha256"]))
        os.unlink(source)
        return path

    def install(self, folder):
        method = self.method()
        image = self.checked_image(folder)
        diff = self.host.plan(image, folder)
        lacks_key = not self.host.classic and self.host.key_to_import()
        if lacks_key and not self.params["trust_key"]:
            raise ChangeError("this host does not trust '%s' yet, and suppack_trust_key is off" % self.want["key"])
        if self.module.check_mode:
            self.finish(True, diff={"prepared": diff}, imports_key=lacks_key)
        had = self.host.installed()
        problem = None
        try:
            if lacks_key:
                self.host.import_key(folder)
            self.host.install(method, image, folder, self.params["sr"], self.params["repo_url"])
        except ChangeError as error:
            problem = str(error)
        after = self.look()
        if problem is None and not self.wanted(after):
            problem = "the pack was installed, but is not in use: " + self.shortfall(after)
        if problem:
            self.undo(problem, had)
        self.note_facts()
        self.finish(True, diff={"prepared": diff}, imports_key=lacks_key)

    def undo(self, problem, had):
        """Takes off what this run brought. Where another version was before, it is left to the caller, who has the
        images: no stanza at all may be worse than the one that is there."""
        if had:
            self.fail("%s. The host had version %s before, its state now is '%s'" % (
                problem, self.before["version"], self.look()["state"]), changed=True, rolled_back=False)
        try:
            self.remove()
        except ChangeError as error:
            self.fail("%s. Rolling back failed too: %s" % (problem, error), changed=True, rolled_back=False)
        after = self.look()
        clean = after["state"] == "absent" and not self.host.installed()
        self.fail("%s. %s" % (problem, "Rolled back: the pack is off this host" if clean else "Rolling back left "
                              "state '%s'" % after["state"]), changed=not clean, rolled_back=clean)

    # ---- absent ----------------------------------------------------------------------------------
    def absent(self):
        self.before = self.look()
        there = self.host.installed()
        if self.before["state"] == "absent" and not there:
            self.finish(self.forget_facts())
        self.must_be_fit()
        if self.module.check_mode:
            self.finish(True, diff={"prepared": "".join("-%s\n" % name for name in there)})
        self.remove()
        after = self.look()
        if after["state"] != "absent" or self.host.installed():
            self.fail("the pack was removed, but the host still has state '%s'" % after["state"], changed=True)
        self.forget_facts()
        self.finish(True, diff={"prepared": "".join("-%s\n" % name for name in there)})

    # ---- local facts -----------------------------------------------------------------------------
    def facts_file(self):
        return os.path.join(FACTS, "suppack_%s.fact" % self.label.replace("-", "_"))

    def note_facts(self):
        """What this host got, for gather_facts (ansible_local); whether the file changed. Nothing that ages."""
        kept = {"label": self.label, "version": self.want["version"], "uuid": self.want["uuid"],
                "sha256": self.want["sha256"], "fingerprint": self.want["fingerprint"]}
        text = json.dumps(kept, indent=1, sort_keys=True) + "\n"
        place = self.facts_file()
        try:
            with open(place) as stream:
                if stream.read() == text:
                    return False
        except IOError:
            pass
        if not self.module.check_mode:
            if not os.path.isdir(FACTS):
                os.makedirs(FACTS, 0o755)
            new = os.path.join(self.module.tmpdir, "fact")
            with open(new, "w") as stream:
                stream.write(text)
            os.chmod(new, 0o644)
            self.module.atomic_move(new, place)
        return True

    def forget_facts(self):
        there = os.path.exists(self.facts_file())
        if there and not self.module.check_mode:
            os.unlink(self.facts_file())
        return there


@contextmanager
def locked(seconds):
    """One run at a time on a host, whoever started it; the second waits for the first, then looks again."""
    stream = open(LOCK, "a")
    deadline = time.time() + seconds
    while True:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except (IOError, OSError) as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            if time.time() >= deadline:
                raise ChangeError("another run has been at work on this host for %d seconds" % seconds)
            time.sleep(0.2)
    try:
        yield
    finally:
        stream.close()


def main():
    module = AnsibleModule(supports_check_mode=True, argument_spec={
        "state": {"type": "str", "choices": ["present", "absent", "query"], "default": "present"},
        "artifact": {"type": "dict", "required": True},
        "method": {"type": "str", "choices": ["auto", "xe", "script", "repository"], "default": "auto"},
        "repo_url": {"type": "str"}, "mirror": {"type": "str"}, "sr": {"type": "str"},
        "trust_key": {"type": "bool", "default": True, "no_log": False},
        "allow_ha": {"type": "bool", "default": False}, "lock_timeout": {"type": "int", "default": 300},
        "image": {"type": "str"}})
    problem = wrong_name(module.params["artifact"])
    if problem:
        module.fail_json(msg=problem)
    if not inventory().get("PRODUCT_VERSION") or not product_version(inventory()):
        module.fail_json(msg="this is no XenServer or XCP-ng host: no PRODUCT_VERSION in /etc/xensource-inventory")
    # A connection that is cut must not stop the work half-way: neither us nor rpm.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run = Run(module)
    state = module.params["state"]
    if state == "query":
        run.finish(False)
    if state == "present" and run.wanted(run.before):
        run.finish(run.note_facts())
    folder = tempfile.mkdtemp(prefix="suppack-")
    try:
        with locked(module.params["lock_timeout"]):
            run.absent() if state == "absent" else run.present(folder)
    except ChangeError as error:
        run.fail(str(error))
    except (IOError, OSError) as error:
        run.fail("'%s': %s" % (error.filename, error.strerror))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
