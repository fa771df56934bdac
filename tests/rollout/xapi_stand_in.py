# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi's stand-in: the JSON-RPC and HTTP of a pool's master, as clients-2.md 18 to 21 tell them, for hosts that are scratch
roots of tests/interop. Real there: TLS, HTTP, gpg, dnf, rpm, the scriptlets, the hook, the plugin. Records, tasks and errors
are made here, with xapi's names; those of the records are only what a client of ours may ask for.
"""
import http.server
import json
import re
import shutil
import ssl
import subprocess
import threading
import uuid
import xmlrpc.client
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from support import must
from xapi import ApplyFailed, InvalidUpdate, PoolUpdate, PrecheckFailed, resync_host

NULL = "OpaqueRef:NULL"
USER, PASSWORD = "root", "two words & a <bracket>"


class Error(Exception):
    """code, parameters."""


def reference():
    return f"OpaqueRef:{uuid.uuid4()}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    def answer(self, body, status=200):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def do_POST(self):
        xapi, asked = self.server.xapi, json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method, params = asked["method"], asked["params"]
        xapi.asked.append(method)
        mood = xapi.moods.get(method)
        if mood == "cut":
            del xapi.moods[method]
            self.connection.shutdown(2)
            self.close_connection = True
            return
        if isinstance(mood, bytes):
            self.answer(mood)
            return
        try:
            if isinstance(mood, Error):
                raise mood
            found = {"result": xapi.call(method, params)}
        except Error as error:
            code, *params = error.args
            found = {"error": [code, *params] if xapi.old else {"code": 1, "message": code, "data": params}}
        self.answer(json.dumps({"jsonrpc": "2.0", "id": asked["id"], **found}).encode())

    def do_PUT(self):
        place = urlsplit(self.path)
        words = {key: value for key, (value,) in parse_qs(place.query).items()}
        data = self.rfile.read(int(self.headers["Content-Length"]))
        assert place.path == "/import_raw_vdi"
        self.server.xapi.put(words, data)
        self.answer(b"")


class XapiStandIn:
    """One pool. hosts: [(name, Dom0)], the first the master. work: a folder of its own."""

    def __init__(self, hosts, work, name="ams-a"):
        self.work, self.old, self.asked, self.moods, self.sessions = Path(work), False, [], {}, set()
        self.dom0 = {reference(): (name, dom0) for name, dom0 in hosts}
        self.updates, self.vdis, self.tasks = {}, {}, {}
        self.sr, self.master = reference(), next(iter(self.dom0))
        self.records = {ref: {
            "uuid": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}/{label}")), "name_label": label, "hostname": label, "enabled": True,
            "metrics": f"{ref}-metrics", "address": f"192.0.2.{len(label)}", "updates_requiring_reboot": [],
            "software_version": {"product_brand": dom0.layout.brand, "product_version": dom0.layout.product}}
            for ref, (label, dom0) in self.dom0.items()}
        self.live = dict.fromkeys(self.records, True)
        self.pool = {"master": self.master, "name_label": name, "ha_enabled": False, "default_SR": self.sr}
        self.pbds = {reference(): {"uuid": str(uuid.uuid4()), "host": ref, "currently_attached": True, "other_config":
                                   {"multipathed": "true", "mpath-3600": "[2, 2]"}} for ref in self.records}
        must(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
              "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", self.work / "key.pem", "-out", self.work / "cert.pem"])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.work / "cert.pem", self.work / "key.pem")
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.socket = context.wrap_socket(self.http.socket, server_side=True, do_handshake_on_connect=False)
        self.http.daemon_threads, self.http.xapi = True, self
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.http.server_port}"

    @property
    def fingerprint(self):
        said = must(["openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", self.work / "cert.pem"]).stdout
        return said.strip().rpartition("=")[2]

    def close(self):
        self.http.shutdown()
        self.http.server_close()

    # ---- calls ---------------------------------------------------------------------------------------
    def call(self, method, params):
        if method == "session.login_with_password":
            if params[:2] != [USER, PASSWORD]:
                raise Error("SESSION_AUTHENTICATION_FAILED", params[0], "Authentication failure")
            self.sessions.add(session := reference())
            return session
        session, *params = params
        if session not in self.sessions:
            raise Error("SESSION_INVALID", session)
        run = {"host.get_all_records": lambda: self.records, "pool.get_all_records": lambda: {"OpaqueRef:pool": self.pool},
               "pool_update.get_all_records": self.update_records, "PBD.get_all_records": lambda: self.pbds,
               "task.get_all_records": lambda: self.tasks, "session.logout": lambda: self.sessions.discard(session),
               "host_metrics.get_record": lambda ref: {"live": self.live[ref.removesuffix("-metrics")]},
               "task.create": self.task_create, "task.get_record": lambda ref: self.tasks[ref],
               "task.destroy": lambda ref: self.tasks.pop(ref) and "", "SR.get_by_uuid": self.sr_by_uuid,
               "VDI.add_to_other_config": lambda ref, key, value: self.vdis[ref]["other_config"].update({key: value}),
               "VDI.get_other_config": lambda ref: self.vdis[ref]["other_config"], "VDI.destroy": self.vdi_destroy,
               "pool_update.introduce": self.introduce, "pool_update.precheck": self.precheck, "pool_update.apply": self.apply,
               "pool_update.get_hosts": lambda ref: self.update_records()[ref]["hosts"],
               "pool_update.get_vdi": lambda ref: self.updates[ref]["vdi"], "pool_update.pool_clean": self.pool_clean,
               "pool_update.destroy": self.destroy, "host.call_plugin": self.call_plugin}
        if method.startswith("Async."):
            return self.start(run[method[6:]], params)
        if method not in run:
            raise Error("MESSAGE_METHOD_UNKNOWN", method)
        return run[method](*params)

    def start(self, function, params):
        """As a task, in a thread: what is asked meanwhile is answered."""
        ref = self.task_create("Async")

        def work():
            try:
                self.tasks[ref].update(status="success", result=f"<value>{function(*params) or ''}</value>")
            except Error as error:
                self.tasks[ref].update(status="failure", error_info=list(error.args))
        threading.Thread(target=work, daemon=True).start()
        return ref

    def task_create(self, label, description=""):
        ref = reference()
        self.tasks[ref] = {"name_label": label, "status": "pending", "result": "", "error_info": []}
        return ref

    def put(self, words, data):
        assert words["session_id"] in self.sessions and words["sr_id"] == self.sr
        ref = reference()
        self.vdis[ref] = {"data": data, "other_config": {}}
        self.tasks[words["task_id"]].update(status="success", result=f"<value>{ref}</value>")

    def sr_by_uuid(self, wanted):
        if wanted != "0b0e6a1c-5a3f-4a0d-8b8e-000000000001":
            raise Error("UUID_INVALID", "SR", wanted)
        return self.sr

    def vdi_destroy(self, ref):
        if self.vdis.pop(ref, None) is None:
            raise Error("HANDLE_INVALID", "VDI", ref)

    # ---- updates -----------------------------------------------------------------------------------
    def update_records(self):
        found = {}
        for ref, update in self.updates.items():
            hosts = [host for host, (_, dom0) in self.dom0.items() if update["uuid"] in resync_host(dom0)]
            found[ref] = {key: update[key] for key in ("uuid", "name_label", "vdi")} | {"hosts": hosts}
        return found

    def introduce(self, vdi):
        tree = self.work / f"tree-{uuid.uuid4()}"
        tree.mkdir()
        (self.work / "image").write_bytes(self.vdis[vdi]["data"])
        must(["bsdtar", "-xf", self.work / "image", "-C", tree])
        try:
            update = PoolUpdate(self.dom0[self.master][1], tree).introduce()
        except InvalidUpdate:
            del self.vdis[vdi]
            raise Error("INVALID_UPDATE", "Invalid signature") from None
        if any(known["uuid"] == update.uuid and known["vdi"] != NULL for known in self.updates.values()):
            raise Error("UPDATE_ALREADY_EXISTS", update.uuid)
        self.updates = {ref: known for ref, known in self.updates.items() if known["uuid"] != update.uuid}
        ref = reference()
        self.updates[ref] = {"uuid": update.uuid, "name_label": update.label, "vdi": vdi, "tree": tree}
        return ref

    def on(self, update, host):
        found = self.updates[update]
        if found["vdi"] == NULL:
            raise Error("CANNOT_FIND_UPDATE", update)
        return PoolUpdate(self.dom0[host][1], found["tree"], best=True)

    def precheck(self, update, host):
        try:
            self.on(update, host).precheck()
        except PrecheckFailed as error:
            raise Error(error.code, update, error.output) from None

    def apply(self, update, host):
        self.precheck(update, host)
        try:
            self.on(update, host).apply()
        except ApplyFailed as error:
            raise Error("UPDATE_APPLY_FAILED", str(error)) from None

    def pool_clean(self, update):
        self.vdis.pop(self.updates[update]["vdi"], None)
        self.updates[update]["vdi"] = NULL

    def destroy(self, update):
        if self.update_records()[update]["hosts"]:
            raise Error("UPDATE_IS_APPLIED")
        del self.updates[update]

    def call_plugin(self, host, plugin, function, arguments):
        dom0 = self.dom0[host][1]
        assert re.fullmatch(r"[\w.-]+", plugin)
        if not dom0.path(f"/etc/xapi.d/plugins/{plugin}").is_file():
            raise Error("XENAPI_MISSING_PLUGIN", plugin)
        done = dom0.run(f"/etc/xapi.d/plugins/{plugin}", xmlrpc.client.dumps(("OpaqueRef:session", arguments), function))
        if done.returncode != 0:
            raise Error("XENAPI_PLUGIN_FAILURE", str(done.returncode), done.stdout, done.stderr)
        (answer,), _ = xmlrpc.client.loads(done.stdout)
        if answer["Status"] != "Success":
            raise Error(*answer["ErrorDescription"])
        return answer["Value"]
