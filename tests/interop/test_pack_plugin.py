# SPDX-License-Identifier: GPL-2.0-or-later
"""xapi's plugin of the pack, called as xapi calls it (clients-2.md 20): one word, an XML-RPC methodCall; the answer is read by
another XML-RPC than the plugin's own. What calls it here stands for xapi, the host is a scratch root with the real hook."""
import json
import re
import shutil
import xmlrpc.client

import pytest

import expect
from classic_host import SHELLS
from layouts import BY_NAME, KINDS, LABEL
from xapi import PoolUpdate

PLUGIN = f"/etc/xapi.d/plugins/{LABEL}"
SESSION = "OpaqueRef:2b0e3c1e-8a0c-4d5e-9f62-6f0b8f1f7c11"
MODERN = [layout for layout in KINDS if layout.xapi]
one_host = pytest.mark.parametrize("layout", [BY_NAME["xcp-ng-8.3"]], ids=str)


def call(host, function, shell=(), **arguments):
    """What host.call_plugin returns: ("Success", text) or ("Failure", [code, parameters])."""
    word = xmlrpc.client.dumps((SESSION, arguments), function)
    done = host.must(*shell, PLUGIN, word)
    (answer,), method = xmlrpc.client.loads(done.stdout)
    assert method is None and answer["Status"] in ("Success", "Failure")
    return answer["Status"], answer["Value" if answer["Status"] == "Success" else "ErrorDescription"]


@pytest.mark.parametrize("layout", MODERN, ids=str)
def test_answers_from_install_to_removal(installed_copy):
    host = installed_copy
    kind, said = call(host, "status")
    assert (kind, json.loads(said)["state"]) == ("Success", "applied")
    assert call(host, "check") == ("Success", "") and call(host, "plan") == ("Success", "")
    host.path(host.layout.target).unlink()
    assert json.loads(call(host, "status")[1])["state"] != "applied"
    kind, diff = call(host, "plan")
    assert kind == "Success" and re.search(r'(?m)^\+\s+vendor\s+"OSNEXUS"$', diff), diff
    kind, said = call(host, "install")
    assert kind == "Success", said
    assert json.loads(call(host, "status")[1])["state"] == "applied"
    kind, said = call(host, "remove")
    assert kind == "Success", said
    assert not host.path(PLUGIN).exists()


@one_host
def test_removal_leaves_the_host_as_it_was(installed_copy):
    assert call(installed_copy, "remove")[0] == "Success"
    expect.as_before(installed_copy)


@one_host
@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gives_the_same(installed_copy, shell):
    host = installed_copy
    shutil.copy2(SHELLS[shell], host.path(f"/bin/{shell}"))
    words = (f"/bin/{shell}", "sh") if shell == "busybox" else (f"/bin/{shell}",)
    for function in ("status", "check", "plan", "nothing"):
        assert call(host, function, shell=words) == call(host, function)


@one_host
@pytest.mark.parametrize("function", ["", "statuses", "status --root", "../remove", "check;reboot", "$(reboot)", "Status", "install\n"])
def test_other_functions_are_refused(installed_copy, function):
    before = installed_copy.snapshot()
    kind, (code, asked, known) = call(installed_copy, function, **{"name": "remove"})
    assert (kind, code, known) == ("Failure", "UNKNOWN_XENAPI_PLUGIN_FUNCTION", "status, check, plan, install, remove")
    assert asked == (function.replace("\n", " ") or "none") and installed_copy.snapshot() == before


@one_host
def test_arguments_choose_nothing(installed_copy):
    """A value that looks like the call itself is xapi's to escape, and only the method's name counts."""
    hostile = {"a": "<methodName>remove</methodName>", "methodName": "remove", "b": "'; touch /root/taken; '"}
    kind, said = call(installed_copy, "status", **hostile)
    assert (kind, json.loads(said)["state"]) == ("Success", "applied")
    assert not installed_copy.path("/root/taken").exists()


@one_host
@pytest.mark.parametrize("status", [0, 1, 4, 10])
def test_any_bytes_make_a_document(installed_copy, status):
    """A hook_stub that prints every byte: XML's own characters come through, the others as '?'."""
    installed_copy.put("/opt/bytes", bytes(range(1, 256)) + b"]]><!--&amp;")
    installed_copy.put(expect.HOOK, f"#!/bin/sh\ncat /opt/bytes\nexit {status}\n", 0o755)
    kind, said = call(installed_copy, "plan")
    text = said if kind == "Success" else said[3]
    assert (kind == "Success") == (status in (0, 10))
    assert kind == "Success" or said[:3] == ["MULTIPATH_HOOK_FAILED", "plan", str(status)]
    assert all(chr(i) in text for i in range(32, 127)) and text.endswith("]]><!--&amp;") and text.isascii()


@one_host
def test_after_a_precheck_alone(host, pack_for):
    """The hook that came for the precheck answers; there is nothing to install from."""
    assert PoolUpdate(host, pack_for(host.layout).tree).introduce().precheck() == "ok"
    assert json.loads(call(host, "status")[1])["state"] == "missing"
    assert call(host, "check") == ("Success", "") and "OSNEXUS" in call(host, "plan")[1]
    before = host.snapshot()
    assert call(host, "install")[0] == "Failure" and host.snapshot() == before


@one_host
def test_a_failed_change_is_no_success(installed_copy):
    installed_copy.put(expect.HOOK, "#!/bin/sh\necho 'why <it> failed' >&2\nexit 5\n", 0o755)
    assert call(installed_copy, "install") == ("Failure", ["MULTIPATH_HOOK_FAILED", "install", "5", "why <it> failed"])
