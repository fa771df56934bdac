# SPDX-License-Identifier: GPL-2.0-or-later
"""6.5's own main file, as sm had it at the time: its devices are the release's and not an administrator's
(parsers-2.md P8). Up to 6.5 only the whole entry tells."""
import json
import re

import pytest
from fact_row import device
from host import layouts

DEVICE = re.compile(r'(?m)^\tdevice \{\n(?:\t\t.*\n)*?\t\}', re.ASCII)
NAME = r'(?m)^\s*{}\s+"(.*)"'


@pytest.fixture
def own_files(corpus):
    """Of 2014 and 2015; those of 2013 have commas for which the parser reads no names."""
    found = [file for file in sorted(corpus.glob("sm-*.conf")) if "2014-01-15" <= file.name[6:16] <= "2015-05-31"]
    assert found
    return found


def entries(text):
    """(vendor, product, the device's own text) of a file."""
    for hit in DEVICE.finditer(text):
        yield *(re.search(NAME.format(name), hit[0])[1] for name in ("vendor", "product")), hit[0]


def state_of(make_host, text, vendor, product):
    host = make_host("xs-6.5").unpack(stanza=device(f'vendor "{vendor}"', f'product "{product}"', "path_checker tur",
                                                    "failback 7"))
    host.write(layouts.XENSERVER, text.encode())
    done = host.hook("install")
    assert done.returncode == 0, done.stderr
    report = json.loads(host.hook("status", "--json").stdout)
    values = {value["keyword"]: value["by"] for value in report["effective"][0]["values"]}
    return report["state"], values.get("failback"), report["message"]


def test_a_shipped_device_keeps_no_pack_out(make_host, own_files):
    seen = set()
    for file in own_files:
        text = file.read_text()
        for vendor, product, whole in entries(text):
            if whole in seen:
                continue
            seen.add(whole)
            state, by, message = state_of(make_host, text, vendor, product)
            assert (state, by) == ("applied", "pack"), (file.name, vendor, product, message)
    assert len(seen) > 5


def test_one_that_somebody_changed_does(make_host, own_files):
    seen = set()
    for vendor, product, whole in (entry for file in own_files for entry in entries(file.read_text())):
        if (vendor, product) in seen:
            continue
        seen.add((vendor, product))
        for changed in (whole.replace("\t}", "\t\tfast_io_fail_tmo 11\n\t}"),
                        whole.replace("\n\t\tvendor", "\n\t\tfailback 3\n\t\tvendor")):
            state, by, message = state_of(make_host, f"devices {{\n{changed}\n}}\n", vendor, product)
            assert state == "conflict" and by != "pack", (vendor, product, message)
    assert len(seen) > 3


@pytest.mark.parametrize(("vendor", "product"), [("EQLOGIC", "100E-00"), ("NETAPP", "LUN.*"), ("DELL", "MD36xx(i|f)")])
def test_one_that_no_release_had_does(make_host, vendor, product):
    """In the likeness of sm's."""
    text = f'devices {{\n\tdevice {{\n\t\tvendor "{vendor}"\n\t\tproduct "{product}"\n\t\tfailback 99\n\t}}\n}}\n'
    state, _, message = state_of(make_host, text, vendor, product)
    assert state == "conflict", message
