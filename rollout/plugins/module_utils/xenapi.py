# SPDX-License-Identifier: GPL-2.0-or-later
"""XenAPI of a pool's master: JSON-RPC over HTTPS, upload of an image, tasks. Runs on the control node only.

Nothing is sent before the certificate is the one that was named, or is vouched for by the given CA.
"""
import hashlib
import hmac
import http.client
import json
import re
import ssl
import time
from urllib.parse import urlencode

NULL = "OpaqueRef:NULL"
SECONDS = 60      # for the answer to one call that does no work
MOST_ANSWER = 1 << 26
PIECE = 1 << 20
PAUSE = 0.2       # between two looks at a task, growing to
LONGEST_PAUSE = 3
HOPS = 1          # a slave names its master, which is none


class XenAPIError(Exception):
    """xapi's error: .code and .params, or what kept us from asking (.code is None)."""

    def __init__(self, code, params=(), sentence=None):
        super().__init__(sentence or "xapi says %s%s" % (code, " (%s)" % ", ".join(params) if params else ""))
        self.code, self.params = code, list(params)


def trouble(sentence):
    return XenAPIError(None, sentence=sentence)


class Session:
    """One session, on the master whichever host of the pool is named. Use with `with`: it is logged out at the end."""

    def __init__(self, address, user, password, fingerprints=(), ca_path=None):
        """fingerprints: SHA-256 of the certificates of the pool's hosts, hex, colons allowed. Without them ca_path judges."""
        self.address, self.user, self.password = address, user, password
        self.pins = [re.sub("[: ]", "", pin).lower() for pin in fingerprints]
        if not self.pins and not ca_path:
            raise trouble("say how the certificate of '%s' is known: by its fingerprint, or by ca_path" % address)
        if not all(re.fullmatch("[0-9a-f]{64}", pin) for pin in self.pins):
            raise trouble("a fingerprint is SHA-256, 64 hex digits: openssl x509 -noout -fingerprint -sha256 <xapi-ssl.pem")
        self.context = ssl.create_default_context(cafile=ca_path)
        if self.pins:
            self.context.check_hostname, self.context.verify_mode = False, ssl.CERT_NONE
        self.ref = None

    def __enter__(self):
        self.login()
        return self

    def __exit__(self, *_):
        try:
            self.call("session.logout")
        except XenAPIError:
            pass  # it ends by itself

    def login(self):
        for hop in range(HOPS + 1):
            try:
                self.ref = self._ask("session.login_with_password", [self.user, self.password, "1.0", "suppack"])
                return
            except XenAPIError as error:
                if error.code != "HOST_IS_SLAVE" or len(error.params) != 1 or hop == HOPS:
                    raise
                self.address = error.params[0]

    def call(self, method, *params):
        return self._ask(method, [self.ref, *params])

    def wait(self, method, *params, seconds):
        """A call that takes its time, as a task: a lost connection loses nothing. The task's result, a text."""
        task = self.call("Async." + method, *params)
        return self.finished(task, seconds, method)

    def finished(self, task, seconds, what):
        deadline, pause = time.monotonic() + seconds, PAUSE
        while True:
            try:
                found = self.call("task.get_record", task)
            except XenAPIError as error:
                if error.code is not None or time.monotonic() > deadline:
                    raise
                found = {"status": "pending"}
            if found["status"] != "pending":
                break
            if time.monotonic() > deadline:
                raise trouble("%s has not ended after %d seconds; xapi goes on with it" % (what, seconds))
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
        self.call("task.destroy", task)
        if found["status"] != "success":
            raise XenAPIError(*_code(found.get("error_info") or [found["status"]]))
        return found.get("result") or ""

    def upload(self, path, sha256, sr, name, seconds):
        """A raw VDI with the bytes of the file, as `xe update-upload` makes one (clients-2.md 19); its reference.

        Bytes that are not those of sha256 are an error, and the VDI is gone.
        """
        task = self.call("task.create", "suppack: " + name, "image of a supplemental pack")
        place = "/import_raw_vdi?" + urlencode({"session_id": self.ref, "sr_id": sr, "task_id": task})
        digest = hashlib.sha256()
        with open(path, "rb") as stream:
            size = stream.seek(0, 2)
            stream.seek(0)
            self._http("PUT", place, _pieces(stream, digest), {"Content-Length": str(size)}, seconds)
        found = re.search(r"OpaqueRef:[\w-]+", self.finished(task, seconds, "the upload"))
        if not found:
            raise trouble("xapi took the image and named no VDI")
        if digest.hexdigest() != sha256:
            self.destroy_vdi(found.group())
            raise trouble("the image on this machine has changed: its SHA-256 is %s, not %s" % (digest.hexdigest(), sha256))
        return found.group()

    def destroy_vdi(self, vdi):
        try:
            self.call("VDI.destroy", vdi)
        except XenAPIError as error:
            if error.code is None:
                raise  # else it is gone: xapi destroys what introduce refuses

    def _ask(self, method, params):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        text = self._http("POST", "/jsonrpc", body, {"Content-Type": "application/json"}, SECONDS)
        try:
            answer = json.loads(text)
            if not isinstance(answer, dict):
                raise ValueError("no object")
        except (ValueError, RecursionError):
            raise trouble("'%s' answers %s with something that is no JSON-RPC: is this xapi?" % (self.address, method)) from None
        error = answer.get("error")
        if error:  # an array before 7.3
            words = error if isinstance(error, list) else [error.get("message"), *(error.get("data") or [])] \
                if isinstance(error, dict) and isinstance(error.get("data") or [], list) else [error]
            raise XenAPIError(*_code(words))
        return answer.get("result")

    def _http(self, method, place, body, headers, seconds):
        """The answer's body. The connection is made anew: xapi closes those that rest."""
        host, _, port = self.address.partition(":") if self.address.count(":") == 1 else (self.address, "", "")
        connection = http.client.HTTPSConnection(host, int(port or 443), timeout=seconds, context=self.context)
        try:
            connection.connect()
            self._judge(connection.sock.getpeercert(True))
            connection.request(method, place, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read(MOST_ANSWER + 1)
        except ssl.SSLCertVerificationError as error:
            raise trouble("the certificate of '%s' is not vouched for: %s" % (self.address, error.verify_message)) from None
        except (OSError, http.client.HTTPException) as error:
            raise trouble("'%s' cannot be asked: %s" % (self.address, error or type(error).__name__)) from None
        finally:
            connection.close()
        if answer.status != 200 or len(text) > MOST_ANSWER:
            raise trouble("'%s' answers with HTTP status %d" % (self.address, answer.status) if answer.status != 200
                          else "'%s' answers with more than %d bytes" % (self.address, MOST_ANSWER))
        return text

    def _judge(self, certificate):
        if not self.pins:
            return
        found = hashlib.sha256(certificate).hexdigest()
        if not any(hmac.compare_digest(found, pin) for pin in self.pins):
            raise trouble("the certificate of '%s' has the fingerprint %s, which is not among those given: nothing was "
                          "sent there" % (self.address, found))


def _code(words):
    """(code, parameters), whatever xapi sent."""
    texts = [word if isinstance(word, str) else json.dumps(word) for word in words]
    return texts[0], texts[1:]


def _pieces(stream, digest):
    for piece in iter(lambda: stream.read(PIECE), b""):
        digest.update(piece)
        yield piece
