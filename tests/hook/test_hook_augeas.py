# SPDX-License-Identifier: GPL-2.0-or-later
"""augeas' Multipath lens as a second judge: what it reads before, it reads after, and ours behind it.

The lens is stricter than any multipath (a keyword it does not list, a "{" alone on its line), so it judges only the
files it accepts to begin with."""
import xml.etree.ElementTree as ElementTree

import pytest
from host import LABEL, STANZA
from support import must
from test_hook_corpus import real_files

OURS = ("OSNEXUS", "QUANTASTOR")
FOLDER = "/etc/judged"


def unquoted(node):
    value = node.findtext("value") if node is not None else None
    return value.strip('"') if value else value


def devices_of(file):
    """[(vendor, product)] of one file's node, in order."""
    return [tuple(unquoted(device.find(f"node[@label='{key}']")) for key in ("vendor", "product"))
            for device in file.iterfind("node[@label='devices']/node[@label='device']")]


def read(root, texts):
    """{name: devices} of the files the lens accepts; one augtool for all of them."""
    folder = root / FOLDER.lstrip("/")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text)
    done = must(["augtool", "--root", root, "--noautoload", "--transform", f"Multipath incl {FOLDER}/*",
                 "dump-xml", f"/files{FOLDER}/*"])
    tree = ElementTree.fromstring(done.stdout)
    return {file.get("label"): devices_of(file) for file in tree}


def test_the_judge_itself(tmp_path):
    """It tells devices apart, and says no to what it cannot read."""
    good = b'devices {\n\tdevice {\n\t\tvendor "ACME"\n\t\tproduct DISK\n\t}\n\tdevice {\n\t\tvendor "B"\n\t}\n}\n'
    assert read(tmp_path, {"good": good, "bad": good + b"frobnicate 7\n"}) == {"good": [("ACME", "DISK"), ("B", None)]}


@pytest.mark.parametrize("name", ["xs-6.2", "xs-6.5"])
def test_the_lens_sees_old_devices_and_ours(make_host, corpus, tmp_path, name):
    host = make_host(name)
    texts = {file.name: file.read_bytes() for file in real_files(corpus)}
    before = read(tmp_path / "before", texts)
    merged, refused, kept = {}, [], []
    for file in before:
        host.target.write_bytes(texts[file])
        done = host.hook("install")
        if done.returncode == 1:
            refused.append(file)
            assert "line" in done.stderr, done.stderr
        elif "kept" in done.stderr:
            kept.append(file)
        else:
            assert done.returncode == 0, f"{file}: {done.stderr}"
            merged[file] = host.target.read_bytes()
        assert host.hook("remove").returncode == 0
        assert host.target.read_bytes() == texts[file], file
    after = read(tmp_path / "after", merged)
    assert sorted(merged.keys() - after.keys()) == []  # the lens still accepts every one
    for file, devices in after.items():
        assert devices == [*before[file], OURS], file
    print(f"{name}: {len(texts)} files, the lens accepts {len(before)}; {len(after)} with ours, "
          f"kept {kept}, refused {refused}")
    assert len(after) > 20  # 0.4.7 dies on a device without a product, which many of SM's later files have


@pytest.mark.parametrize("name", ["xs-7.6", "xcp-ng-8.3", "xs-9"])
def test_the_lens_reads_the_drop_in(make_host, tmp_path, name):
    host = make_host(name)
    assert host.hook("install").returncode == 0
    text = host.target.read_bytes()
    assert f"# BEGIN {LABEL} ".encode() in text and STANZA.split()[0].encode() in text
    assert read(tmp_path, {"drop-in": text}) == {"drop-in": [OURS]}
