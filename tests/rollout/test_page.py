# SPDX-License-Identifier: GPL-2.0-or-later
"""The report's page with 2,000 hosts in a real browser (chromium, headless): what it shows, sorted and filtered."""
import json
import random
import re
import struct

import pytest

from fleet import HERE
from support import environment, must, run

HOSTS = 2000
REASON = "the block <was> \"edited\" & </script><script>document.title='taken'</script>"
ROW = re.compile(r'<tr class="(ok|bad)"([^>]*)>(.*?)</tr>', re.S)


def made_up():
    """Rows as filter `rows` gives them: some hosts are not as they should be."""
    chance = random.Random(7)
    for number in range(HOSTS):
        site = ("ams", "fra", "lon", "nyc")[number % 4]
        row = {"host": f"{site}-{number}", "site": site, "pool": f"{site}-pool{number // 64}", "role": "slave",
               "product": "XCP-ng 8.3.0", "state": "applied", "version": "1.0.0", "daemon": "agrees", "ok": True,
               "file": "/etc/multipath/conf.d/custom-osnexus-quantastor-multipath.conf", "block_sha256": "5" * 64,
               "pending_reboot": False, "error": None}
        kind = chance.random()
        if kind < 0.02:
            row |= {"state": "drifted", "error": REASON, "ok": False}
        elif kind < 0.03:
            row |= dict.fromkeys(("role", "product", "version", "daemon", "file", "block_sha256"))
            row |= {"state": "unreachable", "error": "Failed to connect to the host via ssh: No route to host", "ok": False}
        yield row


@pytest.fixture(scope="module")
def rows():
    return list(made_up())


@pytest.fixture(scope="module")
def page(rows, collection, tmp_path_factory):
    work = tmp_path_factory.mktemp("page")
    (work / "rows.json").write_text(json.dumps(rows))
    values = {"table": str(work / "rows.json"), "page": str(work / "fleet.html"),
              "collection": str(collection / "ansible_collections/suppack/rollout")}
    must(["ansible-playbook", "-i", "localhost,", "-c", "local", HERE / "page.yml", "-e", json.dumps(values)],
         env=environment(HOME=work, ANSIBLE_HOME=work / "home", LC_ALL="C.UTF-8"))
    return work / "fleet.html"


@pytest.fixture
def browser(page, tmp_path):
    """browser(what stands behind the #, *options) -> what chromium printed"""
    def show(asked, *options):
        done = run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                    f"--user-data-dir={tmp_path}/profile", "--window-size=1680,1000", *options, f"file://{page}#{asked}"],
                   env=environment(HOME=tmp_path))
        assert done.returncode == 0, done.stderr
        return done.stdout
    return show


def shown(dom):
    """(first cell, last state) of the rows that are not hidden, in the page's order."""
    found = []
    for _, attributes, cells in ROW.findall(dom):
        if "hidden" not in attributes:
            found.append(re.findall(r"<td[^>]*>(.*?)</td>", cells, re.S))
    return found


def test_all_of_them_those_that_are_wrong_first(browser, rows):
    dom = browser("", "--dump-dom")
    found = shown(dom)
    wrong = [row for row in rows if not row["ok"]]
    assert len(found) == HOSTS and {row[0] for row in found[:len(wrong)]} == {row["host"] for row in wrong}
    assert f"{HOSTS} of {HOSTS} shown" in dom and "<title>osnexus-quantastor-multipath: 2000 hosts</title>" in dom


def test_filters(browser, rows):
    wanted = {row["host"] for row in rows if not row["ok"] and row["site"] == "fra"}
    assert {row[0] for row in shown(browser("state=!&site=fra", "--dump-dom"))} == wanted
    wanted = {row["host"] for row in rows if row["state"] == "unreachable" and row["pool"] == "ams-pool3"}
    assert {row[0] for row in shown(browser("find=ams-pool3 UNREACHABLE", "--dump-dom"))} == wanted


def test_sorts_numbers_as_numbers(browser):
    names = [row[0] for row in shown(browser("find=lon&sort=0", "--dump-dom"))]
    assert names == [f"lon-{number}" for number in range(2, HOSTS, 4)]


def test_text_of_hosts_is_text(page):
    assert "</script><script>document" not in page.read_text()


def test_nothing_from_elsewhere(page):
    text = page.read_text()
    assert not re.search(r"\b(?:src|href)\s*=|@import|url\(|https?://", text)


def test_looks(browser, tmp_path):
    """Chromium paints it; that it is good to read, people have to see."""
    picture = tmp_path / "page.png"
    browser("", f"--screenshot={picture}")
    data = picture.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (1680, 1000) and len(data) > 50_000
