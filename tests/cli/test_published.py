# SPDX-License-Identifier: GPL-2.0-or-later
"""Texts in the shapes in which vendors publish them go in whole, or what is left out is told: pages of blogs and manuals,
copies out of PDF files, what editors save. Ours, in the likeness of real ones."""
import json

import pytest

from test_lint import findings

DEVICE = """    device {
        vendor                "ACME"
        product               "^DISK"
        path_grouping_policy  group_by_prio
        prio                  alua
        path_selector         "service-time 0"
        no_path_retry         18
    }
"""
PLAIN = "devices {\n" + DEVICE + "}\n"
TEXTS = {
    "a manual's page": "defaults {\n    polling_interval 10\n    max_fds 8192\n}\n" + PLAIN,
    "a blog, with prose around": "Append the following to /etc/multipath.conf on each host:\n\n" + PLAIN
    + "\nThen restart the daemon: service multipathd restart\nThat\u2019s all\u2026\n",
    "a blog that makes quotes round": PLAIN.replace('"ACME"', "\u201cACME\u201d").replace('"^DISK"', "\u201c^DISK\u201d"),
    "a page with no-break spaces": PLAIN.replace("    ", "\u00a0\u00a0\u00a0\u00a0"),
    "a PDF file with page feeds of prose": PLAIN.replace("        prio ", "        prio\u2003"),
    "Notepad, UTF-8": "\ufeff" + PLAIN.replace("\n", "\r\n"),
    "Notepad, Unicode": ("\ufeff" + PLAIN.replace("\n", "\r\n")).encode("utf-16-le"),
    "Windows-1252": PLAIN.replace('"ACME"', "\u201cACME\u201d").encode("cp1252"),
    "braces on lines of their own": PLAIN.replace("devices {", "devices\n{").replace("device {", "device\n    {"),
    "no blank before the brace": PLAIN.replace(" {", "{"),
    "all braces at the end on one line": PLAIN.replace("    }\n}\n", "}}\n"),
    "comments of another tongue": PLAIN.replace("vendor ", "# f\u00fcr ACME\n        vendor "),
    "local disks kept off": 'blacklist {\n    devnode "^(ram|raw|loop|fd|md|dm-|sr|scd|st)[0-9]*"\n    devnode "^hd[a-z]"\n'
    '    devnode "^cciss!c[0-9]d[0-9]*"\n    device {\n        vendor "HP"\n        product "LOGICAL VOLUME"\n    }\n}\n' + PLAIN,
    "for RHEL 4": 'devnode_blacklist {\n    devnode "^hd[a-z]"\n}\n' + PLAIN.replace("prio    ", "prio_callout").replace(
        "alua", '"/sbin/mpath_prio_alua /dev/%n"'),
    "with overrides": "overrides {\n    no_path_retry 18\n}\n" + PLAIN,
    "a device twice the same": PLAIN.replace("prio    ", "failback immediate\n        failback immediate\n        prio    "),
    "no product": PLAIN.replace('        product               "^DISK"\n', ""),
    "two devices, with and without the section": PLAIN + DEVICE.replace("DISK", "TAPE"),
    "a prompt and a heading": "[root@host ~]# cat /etc/multipath.conf\n" + PLAIN + "EOF\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_it_goes_in(desk, name):
    text = TEXTS[name]
    (desk.spec / "multipath.conf").write_bytes(text if isinstance(text, bytes) else text.encode())
    said = json.loads(desk.run("lint", "--json", desk.ini).stdout)
    assert said["errors"] == 0, said["findings"]
    lost = [fate for fate in said["delivery"] if not fate["delivered"] and fate["outcome"] != "needless"]
    assert {fate["outcome"] for fate in lost} <= {"unknown"}  # only the words of other releases
    new = [fate for fate in said["delivery"] if fate["first_dialect"] == "0.9.6" or fate["last_dialect"] == "0.15.0"]
    assert {fate["setting"] for fate in new if fate["delivered"]} >= {
        "vendor ACME", "path_selector service-time 0", "no_path_retry 18"}
    assert desk.unsigned().returncode == 0


@pytest.mark.parametrize("text, rule, part, line", [
    (PLAIN.replace('"service-time 0"', "service-time 0"), "stanza-extra", 'put it in quotes, path_selector "service-time 0"', 7),
    (PLAIN.replace('"ACME"', "\u2018ACME\u2019"), "stanza-ascii", "a curly single quote", 3),
    (PLAIN.replace('"^DISK"', '"DISK\u20132"'), "stanza-ascii", "a dash, as word processors make", 4),
    (PLAIN.replace('"ACME"', '"ACME",'), "stanza-extra", "take the comma away", 3),
    (PLAIN.replace('"ACME"', "&quot;ACME&quot;"), "stanza-html", "source of a web page", 3),
    (PLAIN.replace("alua", ""), "stanza-no-value", "has no value", 6),
    (PLAIN.replace("devices", "devises"), "stanza-section", "did you mean 'devices'?", 1),
    (PLAIN.replace("no_path_retry", "no_path_rety"), "stanza-keyword", "did you mean 'no_path_retry'?", 8),
    ('blacklist {\n    device {\n        vendor "ACME"\n    }\n}\n' + PLAIN, "stanza-own-array", "this very array", 2)])
def test_one_mistake_is_told_once(desk, text, rule, part, line):
    """Which line, why, and what to do; and nothing that only follows from it."""
    (desk.spec / "multipath.conf").write_text(text, encoding="utf-8")
    [found] = [f for f in findings(desk, 1) if f["severity"] == "error"]
    assert (found["rule"], found["line"]) == (rule, line) and part in found["text"], found


def test_a_site_s_settings_are_not_a_pack_s(desk):
    (desk.spec / "multipath.conf").write_text(
        PLAIN + "multipaths {\n  multipath {\n    wwid 3600\n    alias data\n  }\n}\n")
    said = [f for f in findings(desk, 1) if f["rule"] == "setting-never"]
    assert [f["line"] for f in said] == [13, 14] and "one site" in said[0]["text"]


def test_settings_can_be_omitted(desk):
    (desk.spec / "multipath.conf").write_text(PLAIN + "defaults {\n  polling_interval 10\n}\n")
    desk.ini.write_text(desk.ini.read_text() + "settings = omit\n")
    [fate] = [fate for fate in json.loads(desk.run("lint", "--json", desk.ini).stdout)["delivery"] if fate["line"] == 12]
    assert fate["outcome"] == "omitted"
