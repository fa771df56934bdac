# SPDX-License-Identifier: GPL-2.0-or-later
"""What each host gets of each vendor's text, as a table that is committed: vendors.txt.

A text is whole, in force (in the host's own words), or something is left out: for the sake of XenServer's storage
manager or of the site, or because the host has nothing for it. SUPPACK_GOLDEN=write writes the table anew; look at the
difference before committing it. The texts as they were published lie beside the project, if anywhere.
"""
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from support import SOURCE, run, sample, set_keys

GOLDEN = Path(__file__).parent / "vendors.txt"
GALLERY = sorted(path.parent for path in (SOURCE / "spec").glob("*/pack.ini") if path.parent.name != "new")
PUBLISHED = SOURCE.parent / "shared/vendors"
# Release, and the parser its hook takes the text of (packer/model/parser.c).
HOSTS = {"5.6": "0.4.7", "6.2": "0.4.7", "6.5": "0.4.9-31", "7.1": "0.4.9-86", "8.2": "0.4.9-119",
         "XCP-ng 8.3": "0.4.9-119", "8": "0.4.9-119", "9": "0.9.9"}
PARSERS = re.findall(r'\{"([\d.-]+)", ', next((SOURCE / "packer").rglob("parser.c")).read_text())
KINDS = {"sm": "for XenServer's sake", "site": "the site's to say", "another": "not the same there",
         "unknown": "not known there", "nowhere": "read nowhere"}
OWN_SAKE = {"as-written", "other-words", "needless", "sm", "site"}


def numbers(release):
    return tuple(map(int, re.findall(r"\d+", release)))


def is_for(fate, host):
    """Does this row of `delivery` speak of the host? One for its release goes before the others."""
    if fate["releases"]:
        first, last = map(numbers, fate["releases"].split(".."))
        return first <= numbers(host)[:2] <= (*last, 9999)[:2]
    return PARSERS.index(fate["first_dialect"]) <= PARSERS.index(HOSTS[host]) <= PARSERS.index(fate["last_dialect"])


def fates(delivery, host):
    rows = [fate for fate in delivery if is_for(fate, host)]
    return [fate for fate in rows if fate["releases"]] or rows


def cell(rows):
    parts = []
    for kind, words in KINDS.items():
        if names := [fate["setting"].split()[0] for fate in rows if fate["outcome"] == kind]:
            parts.append(f"{words}: {', '.join(names)}")
    if parts:
        return "; ".join(parts)
    return "whole" if all(fate["outcome"] == "as-written" for fate in rows) else "in force"


def lint(suppack, ini):
    return json.loads(run([suppack, "lint", "--json", ini]).stdout)


def table(suppack, folder):
    """[(hosts, cell)], neighbours of one cell together; {host: is all there but for SM's or the site's sake}"""
    said = lint(suppack, folder / "pack.ini")
    errors = [finding for finding in said["findings"] if finding["severity"] == "error"]
    if errors:
        return [(", ".join(HOSTS), f"refused: {errors[0]['text']}")], dict.fromkeys(HOSTS, False)
    cells, good = [], {}
    for host in HOSTS:
        rows = fates(said["delivery"], host)
        assert rows, (folder, host)
        good[host] = all(fate["outcome"] in OWN_SAKE for fate in rows)
        text = cell(rows)
        if cells and cells[-1][1] == text:
            cells[-1] = (f"{cells[-1][0]}, {host}", text)
        else:
            cells.append((host, text))
    return cells, good


def for_all_hosts(folder, copy):
    """A copy of a spec whose pack is for every host of the table."""
    shutil.copytree(folder, copy)
    set_keys(copy / "pack.ini", classic="yes")
    text = (copy / "pack.ini").read_text()
    (copy / "pack.ini").write_text(re.sub(r"platform-version >= \S+", "platform-version >= 2.2.0", text))
    return copy


def test_the_gallery(suppack, tmp_path):
    out, good = [], []
    for folder in GALLERY:
        cells, whole = table(suppack, for_all_hosts(folder, tmp_path / folder.name))
        good.append(whole)
        out += [f"# {folder.name}", *(f"{hosts:<40} {text}" for hosts, text in cells), ""]
    out.append(f"# whole, in force, or left out for XenServer's or the site's sake alone, of {len(good)}")
    out += [f"{host:<40} {sum(whole[host] for whole in good)}" for host in HOSTS]
    text = "\n".join(out) + "\n"
    if os.environ.get("SUPPACK_GOLDEN") == "write":
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()


@pytest.mark.parametrize("folder", sample(GALLERY), ids=lambda folder: folder.name)
def test_each_builds(build_pack, folder):
    """build reads its image back and judges it by all rules of verify."""
    built = build_pack(folder / "pack.ini", "--unsigned")
    assert built.returncode == 0 and built.iso, built.stderr


def test_texts_as_published(suppack, tmp_path):
    """All but two: one sets in a device what no release reads there, one has no device."""
    texts = sorted(PUBLISHED.glob("*.conf"))
    if not texts:
        pytest.skip("no published texts lie beside this checkout")
    good = {}
    for path in texts:
        folder = tmp_path / path.stem
        shutil.copytree(SOURCE / "spec/quantastor", folder)
        shutil.copy(path, folder / "multipath.conf")
        set_keys(folder / "pack.ini", label=path.stem, classic="yes")
        good[path.stem] = table(suppack, folder)[1]
    for host in ("8.2", "XCP-ng 8.3", "8", "9"):
        assert {name for name, hosts in good.items() if not hosts[host]} <= {"ibmxiv", "linbit"}, host
