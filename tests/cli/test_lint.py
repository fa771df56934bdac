# SPDX-License-Identifier: GPL-2.0-or-later
"""`lint`: everything that is wrong at once, and what each release gets."""
import json
import os

import pytest

from support import EPOCH, environment, run

KEYS = {"rule", "severity", "file", "line", "dialect", "hosts", "text"}


def lint(desk, status, *words):
    done = desk.run("lint", *words, desk.ini)
    assert done.returncode == status, done.stdout + done.stderr
    assert desk.left() == (None, [])
    return done


def findings(desk, status):
    done = lint(desk, status, "--json")
    data = json.loads(done.stdout)
    assert done.stdout == json.dumps(data, indent=2, sort_keys=True) + "\n"
    assert data["schema"] == 1 and data["description"] == str(desk.ini)
    assert all(set(finding) == KEYS for finding in data["findings"])
    words = [finding["severity"] for finding in data["findings"]]
    assert (words.count("error"), words.count("warning")) == (data["errors"], data["warnings"])
    return data["findings"]


def test_a_clean_description_is_0(desk):
    done = lint(desk, 0)
    assert done.stderr == ""
    notes, _, rest = done.stdout.partition("what hosts get:\n")
    *table, total = rest.splitlines()
    assert total == f"{desk.ini}: errors 0, warnings 0, notes {len(notes.splitlines())}"
    assert table[0].startswith("  XenServer 7.0 to 8, XCP-ng 7 and 8, XenServer 9 (multipath-tools before 0.15.0): 8 of 9 settings; left out: 1 ")
    stanza = desk.spec / "multipath.conf"
    for line in (f"{stanza}:4: info: XenServer 7.0 to 8, XCP-ng 7 and 8, XenServer 9: 'getuid_callout ",
                 f"{stanza}:10: info: XenServer 7.0 to 7.6, XCP-ng 7: 'features 0' is added, ",
                 f"{stanza}:6: info: XenServer 9 (multipath-tools 0.9.6 and later): 'detect_pgpolicy no' is added, "):
        assert line in done.stdout


def test_json_of_a_clean_one(desk):
    found = findings(desk, 0)
    assert {finding["severity"] for finding in found} == {"info"}
    dropped = [f for f in found if f["rule"] == "dialect-dropped"]
    assert [(f["dialect"], f["hosts"], f["line"]) for f in dropped] == [
        ("0.4.9-86", "XenServer 7.0 to 8, XCP-ng 7 and 8, XenServer 9", 4),
        ("0.15.0", "XenServer 9 (multipath-tools 0.15.0 and later)", 8),
        ("0.15.0", "XenServer 9 (multipath-tools 0.15.0 and later)", 9)]


def test_the_classic_half(desk):
    """It is built, so nothing is wrong with asking for it; alone it is not."""
    text = desk.ini.read_text()
    desk.ini.write_text(text.replace("[multipath]", "[targets]\nclassic = yes\n[multipath]"))
    assert {finding["severity"] for finding in findings(desk, 0)} == {"info"}
    desk.ini.write_text(text.replace("[multipath]", "[targets]\nclassic = yes\nmodern = no\n[multipath]"))
    assert [f["rule"] for f in findings(desk, 1) if f["severity"] == "error"] == ["no-target"]


def test_all_at_once_is_1(desk):
    """A line that is none, a value out of its grammar, a misspelt key, and two mistakes in the stanza."""
    desk.ini.write_text(desk.ini.read_text().replace("label = acme-mp", "label = main\nnonsense")
                        + "on-conflct = keep\n")
    (desk.spec / "multipath.conf").write_text('device {\n vendor "A"\n product "B\n prio_args x\n alias x\n}\n')
    found = [(f["rule"], f["line"]) for f in findings(desk, 1)]
    assert found == [("ini-line", 5), ("unknown-key", 10), ("label-grammar", 4), ("stanza-quote", 3),
                     ("stanza-keyword", 5)]
    done = lint(desk, 1)
    assert "in section '[multipath]', did you mean 'on-conflict'? [unknown-key]" in done.stdout
    assert "it belongs to the section 'multipaths' [stanza-keyword]" in done.stdout
    assert done.stderr == f"suppack: '{desk.ini}' has 5 problems\n"


@pytest.mark.parametrize("vendor, product, rule", [
    ("OSNEXUSES", "^X", "pattern-length"), ("HP", "^X", "pattern-other-vendor"), (".*", "^X", "pattern-everything"),
    ("ACME", "^LUN*", "pattern-glob"), ("ACME", "^V1.0", "pattern-dot")])
def test_a_warning_alone_is_1_and_build_says_the_same(desk, vendor, product, rule):
    (desk.spec / "multipath.conf").write_text(f'device {{\n vendor "{vendor}"\n product "{product}"\n}}\n')
    [found] = [f for f in findings(desk, 1) if f["severity"] != "info"]
    assert (found["rule"], found["severity"]) == (rule, "warning")
    assert lint(desk, 1).stderr == f"suppack: '{desk.ini}' has 1 problem\n"
    built = desk.unsigned()
    assert built.returncode == 0 and f"multipath.conf:{found['line']}: {found['text']} [{rule}]" in built.stderr


def test_a_setting_that_is_lost_is_1(desk):
    (desk.spec / "multipath.conf").write_text('device {\n vendor ACME\n product "^X"\n skip_kpartx yes\n}\n')
    [found] = [f for f in findings(desk, 1) if f["severity"] != "info"]
    assert (found["rule"], found["dialect"]) == ("dialect-dropped", "0.4.9-86")
    assert found["hosts"] == "XenServer 7.0 to 7.6, XCP-ng 7"
    assert f"warning: {found['hosts']}: 'skip_kpartx yes' is left out" in lint(desk, 1).stdout
    built = desk.unsigned()
    assert f"multipath.conf:4: {found['hosts']}: {found['text']} [dialect-dropped]" in built.stderr


@pytest.mark.parametrize("classic", [True, False])
def test_hosts_that_do_not_get_the_pack_are_not_warned_of(desk, classic):
    """Priorities are the vendor's own on 7.0 and later, and cannot be had on 5.5 to 6.2."""
    (desk.spec / "multipath.conf").write_text(
        'device {\n vendor ACME\n product "^X"\n prio_args x\n path_selector "service-time 0"\n}\n')
    desk.ini.write_text(desk.ini.read_text() + ("[targets]\nclassic = yes\n" if classic else ""))
    warned = [f for f in findings(desk, 1 if classic else 0) if f["severity"] == "warning"]
    assert [(f["rule"], f["hosts"], f["line"]) for f in warned] == ([
        ("dialect-dropped", "XenServer 5.5 to 6.2", 4), ("dialect-replaced", "XenServer 5.5 to 6.2", 5)]
        if classic else [])


@pytest.mark.parametrize("setting, rule", [
    ('path_selector "round-robin"', "setting-count"), ("hardware_handler alua", "setting-count"),
    ("path_checker turr", "setting-name"), ("prio aula", "setting-name"), ("user_friendly_names yes", "setting-map-name")])
def test_what_a_value_does(desk, setting, rule):
    """Told once, of all hosts, and not again for each of them."""
    (desk.spec / "multipath.conf").write_text(f'device {{\n vendor ACME\n product "^X"\n {setting}\n}}\n')
    [found] = [f for f in findings(desk, 1) if f["severity"] != "info"]
    assert (found["rule"], found["line"], found["hosts"]) == (rule, 4, None)


@pytest.mark.parametrize("content, part", [(None, "No such file"), ("dir", "not a regular file"),
                                           ("#" * 70000, "larger than 65536 bytes")])
def test_what_cannot_be_read_is_3(desk, content, part):
    desk.ini.unlink()
    if content == "dir":
        desk.ini.mkdir()
    elif content:
        desk.ini.write_text(content)
    desk.assert_refused(desk.run("lint", desk.ini), 3, part)


def test_a_result_nobody_can_take_is_4(desk):
    with open("/dev/full", "w", encoding="ascii") as full:
        import subprocess
        done = subprocess.run([str(desk.suppack), "lint", str(desk.ini)], env=desk.env(), stdout=full,
                              stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 4 and "standard output" in done.stderr


def test_usage_is_2(desk):
    desk.assert_refused(desk.run("lint"), 2, "takes exactly one PACK.ini")
    desk.assert_refused(desk.run("lint", "--unsigned", desk.ini), 2, "does not take --unsigned")


def test_needs_neither_tmpdir_nor_gpg_nor_write_access(desk):
    done = run([desk.suppack, "lint", desk.ini], env=environment(TMPDIR="/nonexistent", SOURCE_DATE_EPOCH=EPOCH))
    assert done.returncode == 0, done.stderr


def test_control_characters_are_escaped(desk):
    desk.ini.write_bytes(desk.ini.read_bytes() + b"\x1b[31m = 1\n[\x1b]\n")
    assert "\x1b" not in lint(desk, 1).stdout
    assert os.linesep not in json.loads(lint(desk, 1, "--json").stdout)["findings"][0]["text"]
