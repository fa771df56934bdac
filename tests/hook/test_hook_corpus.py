# SPDX-License-Identifier: GPL-2.0-or-later
"""Every real file of the corpus as the main file of a 6.2 and of a 6.5 host; and the real parser as judge."""
import re
import shutil
import subprocess

import pytest
import snapshot
from host import LABEL

BEGIN = f"# BEGIN {LABEL} ".encode()


def real_files(corpus):
    files = sorted(corpus.glob("*.conf"))
    assert len(files) > 80
    return files


@pytest.mark.parametrize("name", ["xs-6.2", "xs-6.5"])
def test_laws_on_every_real_file(make_host, corpus, name):
    host = make_host(name)
    refused, deadly = [], []
    for file in real_files(corpus):
        host.target.write_bytes(file.read_bytes())
        before = host.tree()
        done = host.hook("install")
        if done.returncode == 1 and "dies on a device without vendor or product" in done.stderr:
            assert name == "xs-6.2"  # sm's LIO-ORG entry of 2018 has no product: 0.4.7 was long gone
            deadly.append(file.name)
        elif done.returncode == 1:
            refused.append(file.name)
            assert "line" in done.stderr or "no place" in done.stderr
        else:
            assert done.returncode == 0, f"{file.name}: {done.stderr}"
            if "kept" not in done.stderr:
                assert host.target.read_bytes().count(BEGIN) == 1
            assert "nothing to do" in host.hook("install").stderr or "kept" in done.stderr
        assert host.hook("remove").returncode == 0
        assert snapshot.difference(before, host.tree()) == [], file.name
    print(f"{name}: {len(real_files(corpus))} files, refused: {refused}, deadly for this release: {len(deadly)}")
    assert len(refused) < 10


def devices_seen(main, drop_in, tmp_path):
    """vendor/product of `multipath -t`, Debian's 0.9.4, with the file in /etc/multipath.conf's place (multipath.md 5).

    (exit status, [vendor/product], diagnostics)."""
    conf_d = tmp_path / "conf.d"
    shutil.rmtree(conf_d, ignore_errors=True)
    conf_d.mkdir()
    if drop_in:
        (conf_d / "custom-x.conf").write_bytes(drop_in)
    script = (f"mount --bind {main} /etc/multipath.conf && mount --bind {conf_d} /etc/multipath/conf.d && "
              "exec multipath -t")
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
    sections = done.stdout.partition("\ndevices {")[2].partition("\n}")[0]
    found = re.findall(r'device \{\s*vendor "(.*)"\s*product "(.*)"', sections)
    # A message begins with a time and names its line; the same one later and further down is no new one.
    said = [re.sub(r"^[0-9.]+ \| |line \d+", "", line) for line in done.stderr.splitlines() if "/" in line or "line" in line]
    return done.returncode, found, said


@pytest.fixture
def parser(tmp_path):
    """Debian's multipath, and the two places its files are mounted on."""
    if not shutil.which("multipath"):
        pytest.fail("multipath-tools is not installed: ci/deps does that")
    subprocess.run(["mkdir", "-p", "/etc/multipath/conf.d"], check=True)
    subprocess.run(["touch", "-a", "/etc/multipath.conf"], check=True)
    return lambda main, drop_in=None: devices_seen(main, drop_in, tmp_path)


def test_the_real_parser_sees_old_devices_and_ours(make_host, corpus, parser, tmp_path):
    """Merged into the file, or as a drop-in: the list grows by ours, and nothing new is said."""
    judged = 0
    merged, beside = make_host("xs-6.5"), make_host("xs-8.2")
    assert beside.hook("install").returncode == 0
    drop_in = beside.target.read_bytes()
    ours = ("OSNEXUS", "QUANTASTOR")
    for file in real_files(corpus):
        copy = tmp_path / "main.conf"
        copy.write_bytes(file.read_bytes())
        status, before, said = parser(copy)
        if status != 0 or ours in before:
            continue
        status, after, said_now = parser(copy, drop_in)
        assert (status, sorted(after)) == (0, sorted([*before, ours])), file.name
        assert said_now == said, file.name
        merged.target.write_bytes(file.read_bytes())
        if merged.hook("install").returncode == 0:
            copy.write_bytes(merged.target.read_bytes())
            status, after, said_now = parser(copy)
            assert (status, sorted(after)) == (0, sorted([*before, ours])), file.name
            assert said_now == said, file.name
            judged += 1
        assert merged.hook("remove").returncode == 0
    print(f"{judged} files judged by multipath -t")
    assert judged > 60
