# SPDX-License-Identifier: GPL-2.0-or-later
"""A host of a pool and its pack as xapi tells them (clients-2.md 18 to 21). Runs on the control node only."""
import json
import re

from ansible_collections.suppack.rollout.plugins.module_utils.xenapi import NULL, XenAPIError, trouble

PATHS = re.compile(r"\[\s*(\d+),\s*(\d+)\s*\]")
SETTINGS = ("state", "version", "uuid", "file", "block_sha256", "daemon", "message")
MARK = "suppack-rollout"  # in other_config of the VDIs that are ours to destroy


class PoolHost:
    """One host. name: its uuid, or its name where only one host of the pool has that."""

    def __init__(self, session, name, label):
        self.session, self.label = session, label
        hosts = session.call("host.get_all_records")
        found = [ref for ref, record in hosts.items() if name in (record["uuid"], record["name_label"], record.get("hostname"))]
        if len(found) != 1:
            raise trouble("the pool has %s host that is called '%s'" % ("more than one" if found else "no", name))
        self.ref, self.hosts = found[0], hosts
        (self.pool_ref, self.pool), = session.call("pool.get_all_records").items()

    @property
    def record(self):
        return self.hosts[self.ref]

    # ---- looking -----------------------------------------------------------------------------------
    def updates(self):
        """uuid -> record of the pool_updates of this label that this host has."""
        found = self.session.call("pool_update.get_all_records")
        return {one["uuid"]: one for one in found.values() if one["name_label"] == self.label and self.ref in one["hosts"]}

    def ask(self, function):
        """What the pack's plugin says; None where the host has no plugin of that name."""
        try:
            return self.session.call("host.call_plugin", self.ref, self.label, function, {})
        except XenAPIError as error:
            if error.code == "XENAPI_MISSING_PLUGIN":
                return None
            raise

    def has_plugin(self):
        """It comes with the control package, before anything else of the pack (packs.md B.7)."""
        try:
            return self.ask("status") is not None
        except XenAPIError as error:
            if error.code is None:
                raise
            return True

    def status(self):
        """(what the hook says, None), (None, why there is no answer) or (None, None) without a plugin."""
        try:
            said = self.ask("status")
            found = json.loads(said) if said is not None else None
            return (found, None) if found is None or isinstance(found, dict) else (None, "it says no object")
        except ValueError:
            return None, "the pack's plugin does not answer with JSON"
        except XenAPIError as error:
            if error.code is None:
                raise
            return None, str(error)

    def describe(self):
        """The same flat dict as module pack's."""
        status, error = self.status()
        applied = self.updates()
        version = self.record["software_version"]
        row = {"label": self.label, "role": "master" if self.pool["master"] == self.ref else "slave", "master": self.session.address,
               "state": "absent", "version": None, "uuid": None, "file": None, "block_sha256": None, "daemon": None,
               "message": error, "recorded": sorted(applied), "pending_reboot": bool(self.record.get("updates_requiring_reboot")),
               "product": " ".join(filter(None, (version.get("product_brand"), version.get("product_version")))) or None}
        if status:
            row.update((key, status.get(key)) for key in SETTINGS)
            if row["state"] == "applied" and status.get("uuid") not in applied:
                row.update(state="unrecorded", message="the settings are in use, but xapi has no record of the pack")
            elif row["state"] == "missing" and not applied:  # a precheck was all that happened
                row.update(state="absent", version=None, uuid=None, message=None)
        elif error:
            row.update(state="broken")
        elif applied:
            row.update(state="broken", message="xapi has a record of the pack, but no plugin of it answers: a pack made before "
                       "suppack 0.2 has none, and is to be looked at over ssh")
        return row

    # ---- whether it may be changed now -----------------------------------------------------------------
    def obstacles(self, allow_ha, mine=()):
        """Sentences, one a reason why this host must not be changed now. mine: references of tasks of our own."""
        found = []
        if self.pool["ha_enabled"] and not allow_ha:
            found.append("HA is on in its pool; switch it off, or set suppack_allow_ha")
        metrics = self.session.call("host_metrics.get_record", self.record["metrics"]) if self.record["metrics"] != NULL else {}
        if not metrics.get("live"):
            found.append("the pool's master has lost this host")
        if not self.record["enabled"]:
            found.append("this host is disabled (in maintenance)")
        tasks = [one["name_label"] for ref, one in self.session.call("task.get_all_records").items()
                 if one["status"] == "pending" and ref not in mine]
        if tasks:
            found.append("xapi is at work on %d task(s): %s" % (len(tasks), ", ".join(tasks[:4])))
        lost = []
        for pbd in self.session.call("PBD.get_all_records").values():
            if pbd["host"] != self.ref:
                continue
            if not pbd["currently_attached"]:
                found.append("storage is not attached: PBD %s" % pbd["uuid"])
            lost += ["%s has %s of %s" % (key[6:], *match.groups()) for key, value in sorted(pbd["other_config"].items())
                     for match in [PATHS.fullmatch(value)] if key.startswith("mpath-") and match and int(match[1]) < int(match[2])]
        if lost:
            found.append("paths of its storage are down: " + "; ".join(lost[:4]))
        return found

    # ---- changing -----------------------------------------------------------------------------------
    def introduced(self, artifact, sr, seconds):
        """The pool_update of the artifact: the pool's, whoever brought it, or a new one. One upload a pool."""
        known = self._known(artifact["uuid"])
        if known:
            return known
        sr = self.session.call("SR.get_by_uuid", sr) if sr else self.pool["default_SR"]
        if sr == NULL:
            raise trouble("the pool has no default SR: name one with suppack_sr")
        vdi = self.session.upload(artifact["path"], artifact["sha256"], sr, self.label, seconds)
        try:
            self.session.call("VDI.add_to_other_config", vdi, MARK, self.label)
            return self.session.call("pool_update.introduce", vdi)
        except XenAPIError as error:
            self.session.destroy_vdi(vdi)
            known = self._known(artifact["uuid"]) if error.code == "UPDATE_ALREADY_EXISTS" else None
            if known:  # another one was quicker
                return known
            if error.code == "INVALID_UPDATE":
                raise trouble("%s: this pool does not trust the key '%s' yet. Import it in a shell of each host: "
                              "/opt/xensource/debug/import-update-key FILE" % (error, artifact.get("key"))) from None
            raise

    def _known(self, uuid):
        """The update of that uuid whose image the pool still has; None."""
        for ref, record in self.session.call("pool_update.get_all_records").items():
            if record["uuid"] == uuid and record["vdi"] != NULL:
                return ref
        return None

    def apply(self, update, seconds):
        self.session.wait("pool_update.precheck", update, self.ref, seconds=seconds)
        self.session.wait("pool_update.apply", update, self.ref, seconds=seconds)

    def tidy(self, update):
        """An image of ours goes from the pool's storage once each host has what is in it, or none has."""
        hosts, vdi = (self.session.call("pool_update.get_" + what, update) for what in ("hosts", "vdi"))
        if vdi == NULL or MARK not in self.session.call("VDI.get_other_config", vdi):
            return
        if set(hosts) >= set(self.hosts):
            self.session.call("pool_update.pool_clean", update)
        elif not hosts:
            self.session.call("pool_update.pool_clean", update)
            self.session.call("pool_update.destroy", update)

    def change(self, function, seconds):
        """install or remove, by the pack's own plugin."""
        self.session.wait("host.call_plugin", self.ref, self.label, function, {}, seconds=seconds)
