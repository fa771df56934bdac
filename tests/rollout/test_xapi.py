# SPDX-License-Identifier: GPL-2.0-or-later
"""Module xapi: a pool without ssh, through the stand-in of xapi; ansible, TLS, gpg, dnf, rpm, hook and plugin are real."""
import json
import sys

import pytest

from dom0 import Dom0, unshare
from expect import HOOK, PACKAGES
from layouts import BY_NAME
from serve import UpdateServer
from snapshot import difference
from support import environment, must, run, sample
from test_chain import judge
from xapi_stand_in import PASSWORD, Error, XapiStandIn

NAMES = ("ams-1", "ams-2")


@pytest.fixture(scope="module")
def roots(demo_key, tmp_path_factory):
    """Two hosts of a release that has ssh off, which trust the pack's key."""
    command, reason = unshare()
    if reason:
        pytest.skip(reason)
    server = UpdateServer(tmp_path_factory.mktemp("server"), command)
    work = tmp_path_factory.mktemp("host")
    root = Dom0.create(work / "root", BY_NAME["xs-9"], server, work)
    root.import_update_key(demo_key.public)
    yield root
    server.close()


@pytest.fixture(scope="module")
def judged(collection, artifact, tmp_path_factory):
    """What module artifact says of the pack."""
    return judge(collection, {"pack": artifact.variables}, tmp_path_factory.mktemp("judged"))["pack"]["artifact"]


class Pool:
    def __init__(self, roots, collection, judged, work):
        self.hosts = {name: roots.copy(work / name) for name in NAMES}
        self.before = {name: host.snapshot() for name, host in self.hosts.items()}
        self.xapi = XapiStandIn(self.hosts.items(), work)
        self.collection, self.judged, self.work = collection, judged, work

    def arguments(self, state, host, options):
        artifact = {**self.judged, **options.pop("artifact", {})}
        return {"state": state, "artifact": artifact, "address": self.xapi.address, "host": host, "password": PASSWORD,
                "fingerprints": [self.xapi.fingerprint], "timeout": 60, **options}

    def do(self, state, host=NAMES[0], check=False, **options):
        """What the module says. It is started as Ansible starts it on the control node, without the seconds of Ansible itself."""
        args = self.work / "args.json"
        args.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": {**self.arguments(state, host, options), "_ansible_check_mode": check}}))
        done = run([sys.executable, "-m", "ansible_collections.suppack.rollout.plugins.modules.xapi", args],
                   env=environment(PYTHONPATH=self.collection, LC_ALL="C.UTF-8"))
        found = json.loads(done.stdout)
        answer = {key: value for key, value in found.items() if key != "invocation"}
        assert PASSWORD not in json.dumps(answer) and PASSWORD not in done.stdout, done.stdout
        assert (done.returncode != 0) == answer.get("failed", False) and not done.stderr, done.stderr
        assert not self.xapi.sessions, "a session was left"
        return answer

    def by_ansible(self, state, *words, **options):
        """The same through ansible; what it printed."""
        env = environment(HOME=self.work, ANSIBLE_HOME=self.work / "home", ANSIBLE_COLLECTIONS_PATH=self.collection,
                          LC_ALL="C.UTF-8")
        return must(["ansible", "localhost", "-i", "localhost,", "-c", "local", "-m", "suppack.rollout.xapi",
                     "-a", json.dumps(self.arguments(state, NAMES[0], options)), *words], env=env).stdout

    def counted(self, method):
        return self.xapi.asked.count(method)

    def has_pack(self, name):
        host = self.hosts[name]
        return (json.loads(host.run(HOOK, "status", "--json").stdout)["state"] == "applied"
                and {f"{package}-1.0.0" for package in PACKAGES} <= host.packages())

    def untouched(self, name=NAMES[0]):
        return [line for line in difference(self.before[name], self.hosts[name].snapshot())
                if not line.split()[1].startswith("/var/cache")] == []


@pytest.fixture
def pool(roots, collection, judged, tmp_path):
    made = Pool(roots, collection, judged, tmp_path)
    yield made
    made.xapi.close()


def test_the_whole_cycle_of_a_pool(pool):
    looked = pool.do("query")
    assert (looked["host"]["state"], looked["host"]["role"], looked["changed"]) == ("absent", "master", False)
    would = pool.do("present", check=True)
    assert would["changed"] and pool.untouched() and not pool.xapi.vdis
    for name in NAMES:
        done = pool.do("present", host=name)
        assert done["changed"] and done["before"]["state"] == "absent" and pool.has_pack(name), done
        assert (done["host"]["state"], done["host"]["version"], done["host"]["uuid"]) == ("applied", "1.0.0", pool.judged["uuid"])
        assert not pool.do("present", host=name)["changed"]
    assert pool.counted("pool_update.introduce") == 1, "one upload a pool"
    assert not pool.xapi.vdis, "all hosts have it, and the image was left in the pool's storage"
    uuid = pool.xapi.records[list(pool.xapi.records)[1]]["uuid"]
    assert pool.do("query", host=uuid)["host"]["role"] == "slave"
    for name in NAMES:
        assert pool.do("absent", host=name)["changed"] and pool.untouched(name)
        assert not pool.do("absent", host=name)["changed"]


def test_through_ansible(pool):
    said = pool.by_ansible("present", "--check")
    assert '"changed": true' in said and pool.untouched()
    said = pool.by_ansible("present", "-v")
    assert '"changed": true' in said and '"state": "applied"' in said and PASSWORD not in said and pool.has_pack(NAMES[0])


def test_settings_that_were_lost_come_back_without_an_image(pool):
    pool.do("present")
    pool.hosts[NAMES[0]].path(pool.do("query")["host"]["file"]).unlink()
    uploads = pool.counted("pool_update.introduce")
    would = pool.do("present", check=True)
    assert would["changed"] and "OSNEXUS" in would["diff"]["prepared"]
    done = pool.do("present")
    assert done["changed"] and done["host"]["state"] == "applied" and pool.counted("pool_update.introduce") == uploads


def test_an_upload_of_somebody_else_is_used_and_left(pool):
    """XenCenter, or another operator, brought the image before: it is theirs to destroy."""
    with open(pool.judged["path"], "rb") as stream:
        pool.xapi.vdis["OpaqueRef:theirs"] = {"data": stream.read(), "other_config": {}}
    pool.xapi.introduce("OpaqueRef:theirs")
    for name in NAMES:
        assert pool.do("present", host=name)["changed"] and pool.has_pack(name)
    assert not pool.counted("pool_update.introduce") and "OpaqueRef:theirs" in pool.xapi.vdis
    assert [update["vdi"] for update in pool.xapi.updates.values()] == ["OpaqueRef:theirs"]


def test_somebody_else_was_quicker(pool):
    """The race: between our look and our introduce."""
    introduce = pool.xapi.introduce

    def late(vdi):
        pool.xapi.introduce = introduce
        with open(pool.judged["path"], "rb") as stream:
            pool.xapi.vdis["OpaqueRef:theirs"] = {"data": stream.read(), "other_config": {}}
        introduce("OpaqueRef:theirs")
        return introduce(vdi)
    pool.xapi.introduce = late
    assert pool.do("present")["changed"] and pool.has_pack(NAMES[0])
    assert list(pool.xapi.vdis) == ["OpaqueRef:theirs"], "ours is left in the storage"


def unfit(pool, sentence, **options):
    found = pool.do("present", **options)
    assert found["failed"] and found["deferred"] and sentence in found["msg"], found["msg"]
    assert not pool.xapi.vdis and pool.untouched()


def test_hosts_that_are_not_fit_now(pool):
    xapi, (first, second) = pool.xapi, pool.xapi.records
    xapi.tasks["OpaqueRef:export"] = {"name_label": "Export of VM 12", "status": "pending"}
    unfit(pool, "xapi is at work on 1 task(s): Export of VM 12")
    xapi.tasks.clear()
    pbd, other = xapi.pbds.values()
    pbd["other_config"]["mpath-3600"] = "[1, 2]"
    unfit(pool, "paths of its storage are down: 3600 has 1 of 2")
    pbd["other_config"]["mpath-3600"] = "[2, 2]"
    pbd["currently_attached"] = False
    unfit(pool, "storage is not attached")
    pbd["currently_attached"] = True
    xapi.records[first]["enabled"] = False
    unfit(pool, "this host is disabled")
    xapi.records[first]["enabled"] = True
    xapi.live[first] = False
    unfit(pool, "has lost this host")
    xapi.live[first] = True
    xapi.pool["ha_enabled"] = True
    unfit(pool, "HA is on")
    # what is another host's does not count; HA where it is allowed does not
    other["currently_attached"], xapi.records[second]["enabled"], xapi.live[second] = False, False, False
    assert pool.do("present", allow_ha=True)["changed"] and pool.has_pack(NAMES[0])


def test_a_pack_that_does_not_take_is_undone(pool):
    """The host has its own device for the array: the precheck says nothing of it under `keep`, and the proof fails."""
    host = pool.hosts[NAMES[0]]
    own = host.put("/etc/multipath/conf.d/site.conf", 'devices {\n\tdevice {\n\t\tvendor "OSNEXUS"\n\t\tproduct "QUANTASTOR"\n'
                   '\t\tpath_grouping_policy failover\n\t}\n}\n')
    pool.before[NAMES[0]] = host.snapshot()
    found = pool.do("present")
    assert found["failed"] and found["rolled_back"] and "the pack is off this host" in found["msg"], found["msg"]
    assert pool.untouched() and own.exists() and not pool.xapi.vdis and not pool.xapi.updates


def test_apply_fails_in_xapi(pool):
    pool.xapi.moods["Async.pool_update.apply"] = Error("UPDATE_APPLY_FAILED", "no space left")
    found = pool.do("present")
    assert found["failed"] and found["rolled_back"] and "UPDATE_APPLY_FAILED (no space left)" in found["msg"]
    assert pool.untouched() and not pool.xapi.updates


@pytest.mark.parametrize("method", ["task.get_record", "pool_update.get_all_records"])
def test_a_connection_that_is_cut(pool, method):
    """While a task runs it is asked again; before anything was done it is told."""
    pool.xapi.moods[method] = "cut"
    found = pool.do("present")
    if method == "task.get_record":
        assert found["changed"] and pool.has_pack(NAMES[0])
    else:
        assert found["failed"] and "cannot be asked" in found["msg"] and pool.untouched()


def test_hosts_that_do_not_trust_the_key(pool):
    pool.hosts[NAMES[0]].must("rm", "-rf", "/opt/xensource/gpg/pubring.kbx")
    found = pool.do("present")
    assert found["failed"] and "does not trust the key 'RPM-GPG-KEY-OSNEXUS'" in found["msg"] and not pool.xapi.vdis


def test_an_image_that_changed_since_it_was_judged(pool, tmp_path):
    changed = tmp_path / "changed.iso"
    with open(pool.judged["path"], "rb") as stream:
        data = bytearray(stream.read())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    found = pool.do("present", artifact={"path": str(changed)})
    assert found["failed"] and "the image on this machine has changed" in found["msg"]
    assert not pool.xapi.vdis and not pool.counted("pool_update.introduce") and pool.untouched()


# ---- who is asked ----------------------------------------------------------------------------------------
def test_another_certificate_gets_no_word(pool):
    found = pool.do("query", fingerprints=["00" * 32])
    assert found["failed"] and "nothing was sent there" in found["msg"] and not pool.xapi.asked


def test_neither_fingerprint_nor_ca(pool):
    found = pool.do("query", fingerprints=[])
    assert found["failed"] and "say how the certificate" in found["msg"] and not pool.xapi.asked


def test_a_ca_vouches(pool, demo_key):
    assert pool.do("query", fingerprints=[], ca_path=str(pool.work / "cert.pem"))["host"]["state"] == "absent"
    found = pool.do("query", fingerprints=[], ca_path="/etc/ssl/certs/ca-certificates.crt")
    assert found["failed"] and "is not vouched for" in found["msg"]


def test_wrong_password(pool):
    pool.xapi.moods["session.login_with_password"] = Error("SESSION_AUTHENTICATION_FAILED", "root", "Authentication failure")
    assert "SESSION_AUTHENTICATION_FAILED" in pool.do("query")["msg"]


def test_a_slave_names_the_master(pool):
    """Whichever host of the pool is named; a second slave in a row is an error, no loop."""
    pool.xapi.moods["session.login_with_password"] = Error("HOST_IS_SLAVE", pool.xapi.address)
    found = pool.do("query")
    assert found["failed"] and "HOST_IS_SLAVE" in found["msg"] and pool.counted("session.login_with_password") == 2


def test_errors_as_before_7_3(pool):
    pool.xapi.old = True
    found = pool.do("query", host="ams-1")
    assert found["host"]["state"] == "absent", "no plugin is XENAPI_MISSING_PLUGIN, an array here"


@pytest.mark.parametrize("host", ["ams-3", "", "localhost"])
def test_a_host_the_pool_does_not_have(pool, host):
    found = pool.do("present", host=host)
    assert found["failed"] and f"no host that is called '{host}'" in found["msg"]


@pytest.mark.parametrize("answer", sample([b"", b"<html>", b"[]", b'{"result": 5}', b'{"error": 7}', b'{"error": {"message": [1], "data": 3}}',
                                    b'{"result": {"x": null}}', b'{"result": {"OpaqueRef:1": {"uuid": []}}}', b"[" * 100000]),
                         ids=lambda answer: answer.decode()[:30])
def test_answers_that_are_not_xapis(pool, answer):
    pool.xapi.moods["host.get_all_records"] = answer
    found = pool.do("present")
    assert found["failed"] and found["msg"] and "Traceback" not in found["msg"] and pool.untouched()
    assert not pool.xapi.vdis


def test_playbook_over_a_pool(pool, artifact):
    """A host that is not fit is passed over and told in the end; the others are changed, the master first; then only that one."""
    xapi, (first, second) = pool.xapi, pool.xapi.records
    (pool.work / "fleet.xenapi.yml").write_text(json.dumps({"plugin": "suppack.rollout.xenapi", "pools": [
        {"address": xapi.address, "password": PASSWORD, "fingerprints": [xapi.fingerprint], "site": "ams"}]}))
    variables = {**artifact.variables, "suppack_password": PASSWORD, "suppack_fingerprints": [xapi.fingerprint]}

    def play(**more):
        asked = len(xapi.asked)
        done = run(["ansible-playbook", "-i", pool.work / "fleet.xenapi.yml", "suppack.rollout.xapi", "-e", json.dumps({**variables, **more})],
                   env=environment(HOME=pool.work, ANSIBLE_HOME=pool.work / "home", ANSIBLE_COLLECTIONS_PATH=pool.collection,
                                   LC_ALL="C.UTF-8"))
        assert PASSWORD not in done.stdout + done.stderr
        return done.returncode, done.stdout, xapi.asked[asked:].count("Async.pool_update.apply")
    xapi.records[first]["enabled"] = False
    status, said, applied = play()
    assert (status, applied) == (2, 1) and "this host is disabled" in said, said
    assert pool.has_pack(NAMES[1]) and pool.untouched(NAMES[0])
    xapi.records[first]["enabled"] = True
    assert play()[::2] == (0, 1) and pool.has_pack(NAMES[0]) and not xapi.vdis
    assert play(suppack_state="absent")[0] == 0 and pool.untouched(NAMES[0]) and pool.untouched(NAMES[1])
    status, said, _ = play(suppack_fingerprints=["00" * 32])
    assert status == 2 and "nothing was sent there" in said


# ---- the inventory ----------------------------------------------------------------------------------------
@pytest.fixture
def pools(tmp_path):
    """Two pools, each with a host of the same name; nothing of them is asked but records."""
    made = []
    for site in ("ams", "fra"):
        work = tmp_path / site
        work.mkdir()
        made.append(XapiStandIn([(f"{site}-1", Named()), ("spare", Named())], work, name=f"{site} a"))
    yield made
    for xapi in made:
        xapi.close()


class Named:
    layout = BY_NAME["xs-9"]


def listed(collection, work, pools, **more):
    entries = [{"address": xapi.address, "site": site, "fingerprints": [xapi.fingerprint]} for xapi, site in zip(pools, ("ams", "fra"))]
    (work / "fleet.xenapi.yml").write_text(json.dumps({
        "plugin": "suppack.rollout.xenapi", "pools": entries,
        "defaults": {"password": "{{ lookup('env', 'XAPI_PASSWORD') }}"}, **more}))
    done = run(["ansible-inventory", "-i", work / "fleet.xenapi.yml", "--list"],
               env=environment(HOME=work, ANSIBLE_HOME=work / "home", ANSIBLE_COLLECTIONS_PATH=collection, LC_ALL="C.UTF-8",
                               XAPI_PASSWORD=PASSWORD))
    assert PASSWORD not in done.stdout + done.stderr
    return done


def test_inventory_of_two_pools(pools, collection, tmp_path):
    found = json.loads(listed(collection, tmp_path, pools).stdout)
    hosts = found["_meta"]["hostvars"]
    assert set(hosts) == {"ams-1", "spare", "fra-1", "spare.fra a"}
    assert hosts["spare.fra a"] == {"ansible_host": "192.0.2.5", "suppack_site": "fra", "suppack_pool": "fra a", "suppack_role": "slave",
                                    "suppack_address": pools[1].address, "suppack_uuid": list(pools[1].records.values())[1]["uuid"]}
    assert hosts["fra-1"]["suppack_role"] == "master" and set(found["site_ams"]["hosts"]) == {"ams-1", "spare"}
    assert set(found["pool_fra_a"]["hosts"]) == {"fra-1", "spare.fra a"}


def test_inventory_with_a_pool_that_does_not_answer(pools, collection, tmp_path):
    """It is left out only where that was asked for, with a warning; else there is no inventory."""
    pools[0].moods["host.get_all_records"] = b"{}"
    done = listed(collection, tmp_path, pools)
    assert pools[0].address in done.stderr and "fra-1" not in done.stdout
    done = listed(collection, tmp_path, pools, unreachable="skip")
    assert f"pool '{pools[0].address}' is left out" in done.stderr and "fra-1" in done.stdout and "ams-1" not in done.stdout


def test_inventory_with_a_misspelt_key(pools, collection, tmp_path):
    done = listed(collection, tmp_path, pools, defaults={"password": "x", "fingerprint": "y"})
    assert "an unknown key 'fingerprint'" in " ".join(done.stderr.split()) and not pools[0].asked
