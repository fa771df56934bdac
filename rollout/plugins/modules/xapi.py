#!/usr/bin/python
# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
---
module: xapi
short_description: Has a multipath pack on a host through XenAPI alone, without ssh
version_added: 0.2.0
author: the suppack engineers (@osnexus)
description:
  - The same as M(suppack.rollout.pack) for hosts without ssh, as XenServer 9 is by default. Speaks XenAPI over HTTPS with
    the pool's master. Runs on the control node; nothing of Ansible runs on the host.
  - The image is uploaded once a pool. One of the same uuid that is there already, whoever brought it, is used and never
    destroyed. The host's own xapi checks its signatures. The pack's plugin of xapi, C(host.call_plugin), is the proof.
  - The key of the pack has to be on the hosts before; XenAPI has no call for that.
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
  address:
    description: Address of any host of the pool, with C(:port) where it is not 443.
    type: str
    required: true
  host:
    description: The host, by its uuid or its name in xapi.
    type: str
    required: true
  user:
    description: User of xapi with the role pool-admin.
    type: str
    default: root
  password:
    description: That user's password.
    type: str
    required: true
  fingerprints:
    description: SHA-256 of the certificates of the pool's hosts, in hex. Nothing is sent to a host with another one.
    type: list
    elements: str
    default: []
  ca_path:
    description: File of CA certificates that vouch for the hosts' names, in place of O(fingerprints).
    type: path
  sr:
    description: UUID of the storage repository for the upload, where the pool has no default one.
    type: str
  allow_ha:
    description: Go on in a pool with high availability switched on.
    type: bool
    default: false
  timeout:
    description: Seconds for each of upload, precheck, apply, and removal.
    type: int
    default: 900
notes:
  - Check mode says whether the host would be changed. What the settings would change in its files is told only where an
    earlier version of the pack is there to be asked.
"""

EXAMPLES = r"""
- name: Have the pack
  suppack.rollout.xapi:
    artifact: "{{ suppack_artifact }}"
    address: "{{ suppack_master }}"
    host: "{{ inventory_hostname }}"
    password: "{{ vault_xapi_password }}"
    fingerprints: ["{{ suppack_fingerprint }}"]
  delegate_to: localhost
"""

RETURN = r"""
host:
  description: What the host has now, as of M(suppack.rollout.pack).
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
deferred:
  description: The host is not fit to be changed now, and was not touched.
  returned: failure
  type: bool
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.suppack.rollout.plugins.module_utils.host import good
from ansible_collections.suppack.rollout.plugins.module_utils.names import wrong_name
from ansible_collections.suppack.rollout.plugins.module_utils.pool import PoolHost
from ansible_collections.suppack.rollout.plugins.module_utils.xenapi import Session, XenAPIError


class Run:
    def __init__(self, module, host):
        self.module, self.params, self.host = module, module.params, host
        self.want = dict({"version": None, "uuid": None}, **self.params["artifact"])
        self.before = host.describe()

    def wanted(self, row):
        return good(row) and row["uuid"] == self.want["uuid"] and row["version"] == self.want["version"]

    def finish(self, changed, **more):
        row = self.host.describe() if changed and not self.module.check_mode else self.before
        self.module.exit_json(changed=changed, host=row, before=self.before, **more)

    def fail(self, message, changed=False, **more):
        self.module.fail_json(msg=message, changed=changed, host=self.host.describe() if changed else self.before,
                              before=self.before, **more)

    def must_be_fit(self):
        reasons = self.host.obstacles(self.params["allow_ha"])
        if reasons:
            self.fail("this host is not to be changed now: " + "; ".join(reasons), deferred=True)

    # ---- present -----------------------------------------------------------------------------------
    def present(self):
        if self.wanted(self.before):
            self.finish(False)
        self.must_be_fit()
        here = (self.before["version"], self.before["uuid"]) == (self.want["version"], self.want["uuid"])
        again = here and self.before["state"] not in ("absent", "broken", "unrecorded")
        if self.module.check_mode:
            self.finish(True, diff={"prepared": self.host.ask("plan") or ""} if again else {})
        update = None if again else self.host.introduced(self.want, self.params["sr"], self.params["timeout"])
        problem = None
        try:
            if again:
                self.host.change("install", self.params["timeout"])
            else:
                self.host.apply(update, self.params["timeout"])
        except XenAPIError as error:
            problem = str(error)
        after = self.host.describe()
        if problem is None and not self.wanted(after):
            problem = "the pack was installed, but is not in use: %s" % (
                after["message"] or "state %s, uuid %s, multipathd %s" % (after["state"], after["uuid"], after["daemon"]))
        if problem:
            self.undo(problem, update)
        if update:
            self.host.tidy(update)
        self.finish(True)

    def undo(self, problem, update):
        """Takes off what this run brought. Where a version was before it is left as it is: that may be better than none."""
        if self.before["state"] != "absent":
            self.fail("%s. The host had version %s before" % (problem, self.before["version"]), changed=True, rolled_back=False)
        try:
            if self.host.has_plugin():
                self.host.change("remove", self.params["timeout"])
            self.host.tidy(update)
            clean = self.host.describe()["state"] == "absent"
        except XenAPIError as error:
            self.fail("%s. Rolling back failed too: %s" % (problem, error), changed=True, rolled_back=False)
        self.fail("%s. %s" % (problem, "Rolled back: the pack is off this host" if clean else "Rolling back left something"),
                  changed=not clean, rolled_back=clean)

    # ---- absent ------------------------------------------------------------------------------------
    def absent(self):
        if self.before["state"] == "absent" and not self.before["recorded"]:
            self.finish(False)
        self.must_be_fit()
        if not self.module.check_mode:
            self.host.change("remove", self.params["timeout"])
            after = self.host.describe()
            if after["state"] != "absent" or after["recorded"]:
                self.fail("the pack was removed, but the host still has state '%s'" % after["state"], changed=True)
        self.finish(True)


def main():
    module = AnsibleModule(supports_check_mode=True, argument_spec={
        "state": {"type": "str", "choices": ["present", "absent", "query"], "default": "present"},
        "artifact": {"type": "dict", "required": True}, "address": {"type": "str", "required": True},
        "host": {"type": "str", "required": True}, "user": {"type": "str", "default": "root"},
        "password": {"type": "str", "required": True, "no_log": True},
        "fingerprints": {"type": "list", "elements": "str", "default": []}, "ca_path": {"type": "path"}, "sr": {"type": "str"},
        "allow_ha": {"type": "bool", "default": False}, "timeout": {"type": "int", "default": 900}})
    params = module.params
    problem = wrong_name(params["artifact"])
    if problem:
        module.fail_json(msg=problem)
    try:
        with Session(params["address"], params["user"], params["password"], params["fingerprints"], params["ca_path"]) as session:
            run = Run(module, PoolHost(session, params["host"], params["artifact"]["label"]))
            if params["state"] == "query":
                run.finish(False)
            run.absent() if params["state"] == "absent" else run.present()
    except XenAPIError as error:
        module.fail_json(msg=str(error))
    except (KeyError, TypeError, AttributeError, ValueError) as error:  # xapi's answers are data too
        module.fail_json(msg="'%s' does not answer as xapi does: %s" % (params["address"], error))
    except OSError as error:
        module.fail_json(msg="'%s': %s" % (error.filename, error.strerror))


if __name__ == "__main__":
    main()
