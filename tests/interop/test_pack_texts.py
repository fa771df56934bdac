# SPDX-License-Identifier: GPL-2.0-or-later
"""A real parser (Debian's multipath -t, 0.9.4) reads the texts that are derived for the parsers before and after it."""
import os
import re
from pathlib import Path

import pytest

from layouts import BY_NAME
from manual import sections
from support import EPOCH, SOURCE, environment, must

INI = """[pack]
originator = acme
vendor = ACME
label = acme-mp
version = 1.2
description = Acme settings
[multipath]
stanza = multipath.conf
"""
DROP_IN = "/etc/multipath/conf.d/custom-acme-mp.conf"
VENDORS = Path(os.environ.get("SUPPACK_VENDORS") or SOURCE.parent / "shared" / "vendors")
# Sensible ones where the manual page says "any".
VALUES = {"vendor": "ACME", "product": "ARRAY", "revision": "1", "product_blacklist": "NONE", "getuid_callout": '"/x %n"',
          "prio_callout": '"/sbin/mpath_prio_alua /dev/%n"', "path_selector": '"service-time 0"', "path_checker": "tur",
          "checker": "tur", "features": '"0"', "hardware_handler": '"1 alua"', "prio": "alua", "prio_args": "x",
          "uid_attribute": "ID_SERIAL", "alias_prefix": "acme", "vpd_vendor": "hp3par", "fast_io_fail_tmo": "5",
          "dev_loss_tmo": "4294967295"}


@pytest.fixture
def derive(suppack, tmp_path):
    """derive(stanza) -> {parser: text} for those from which on another text is taken."""
    def make(stanza):
        (tmp_path / "pack.ini").write_text(INI)
        (tmp_path / "multipath.conf").write_text(stanza)
        must([suppack, "build", "--unsigned", "-o", tmp_path / "out", tmp_path / "pack.ini"],
             env=environment(SOURCE_DATE_EPOCH=EPOCH))
        must(["bsdtar", "-xf", next((tmp_path / "out").glob("*.iso")), "-C", tmp_path])
        must(["bsdtar", "-xf", tmp_path / "Packages/acme-mp-1.2-1.x86_64.rpm", "-C", tmp_path])
        share = tmp_path / "opt/acme-mp/share/acme-mp"
        lines = re.findall(r"(?m)^stanza=(\S+) (\S+)$", (share / "pack.conf").read_text())
        return {parser: (share / file).read_text() for parser, file in lines}
    return make


def as_number(parser):
    return [int(part) for part in re.split("[.-]", parser)]


def taken_by(texts, version):
    """As the hook takes it: the last that is not newer."""
    return [text for parser, text in texts.items() if as_number(parser) <= as_number(version)][-1]


@pytest.fixture
def said(fresh_host, tmp_path):
    """said(text) -> what the parser says with the text in a drop-in that it does not say without."""
    host = fresh_host(BY_NAME["xcp-ng-8.3"], tmp_path / "root")  # with the real program
    host.path(DROP_IN).parent.mkdir(parents=True, exist_ok=True)

    def ask(text):
        host.path(DROP_IN).write_text(f"devices {{\n{text}}}\n")
        done = host.run("multipath", "-t")
        host.path(DROP_IN).unlink()
        assert done.returncode == 0, done.stderr
        return [line for line in done.stderr.splitlines() if "custom-acme-mp" in line], done.stdout
    return ask


def every_keyword():
    [table] = re.findall(r"```\n(.*?)```", sections(SOURCE / "packer/cli/suppack-pack.5.scd")["DIALECTS"], re.DOTALL)
    rows = [line.split() for line in re.sub(r"\n +", "", table).splitlines()]
    values = {name: VALUES.get(name) or ("1" if "N" in said.split("|") else said.split("|")[0]) for name, _, said in rows}
    return "device {\n" + "".join(f"\t{name} {value}\n" for name, value in values.items()) + "}\n"


def test_every_keyword_of_the_table(derive, said):
    """0.9.4 takes all of what is meant for it, and complains of what only later ones know."""
    texts = derive(every_keyword())
    complaints, settings = said(taken_by(texts, "0.9.4"))
    assert complaints == []
    assert re.search(r'vendor "ACME"\s+product "ARRAY"', settings)
    assert {re.split(r"\W+", line)[-1] for line in said(texts["0.9.6"])[0]} == {
        "detect_pgpolicy", "detect_pgpolicy_use_tpg"}
    assert any("pg_timeout" in line for line in said(texts["0.8.6"])[0])


def published():
    """The device blocks of the vendors' texts that have vendor and product and no more than a device's keywords."""
    found = {}
    for path in sorted(VENDORS.glob("*.conf")):
        for block in re.findall(r"(?ms)^\tdevice \{.*?^\t\}\n", path.read_text()):
            name = tuple(re.findall(r'(?m)^\s+(?:vendor|product)\s+"(.*)"', block))
            if len(name) == 2 and "polling_interval" not in block:
                found.setdefault(name, block)
    return "".join(found.values()), len(found)


def test_published_texts(derive, said):
    if not VENDORS.is_dir():
        pytest.skip(f"no vendors' texts in '{VENDORS}' (SUPPACK_VENDORS names them)")
    stanza, count = published()
    assert count >= 15
    text = taken_by(derive(stanza), "0.9.4")
    assert len(re.findall(r"device \{", text)) == count
    complaints, settings = said(text)
    assert complaints == []
    assert len(re.findall(r'vendor "HP"\s+product "MSA VOLUME"[^}]*prio "alua"', settings)) == 1  # it was prio_callout
    assert any("prio_callout" in line for line in said(stanza)[0])
