# SPDX-License-Identifier: GPL-2.0-or-later
"""What a pack says beside its devices: delivered, or making way for who has said it before; the bytes come back."""
import json

import pytest
import snapshot
from host import LABEL, STANZA
from layouts import XENSERVER as MAIN
from places import DROP_INS, MERGED, installed

SETTINGS = """defaults {
	polling_interval 10
	max_fds 8192
}
blacklist {
	devnode "^drbd"
	device {
		vendor "HP"
		product "LOGICAL VOLUME"
	}
}
"""
OTHER = "zz-other-pack"
CUSTOM = "/etc/multipath/conf.d/custom.conf"


def status(host, label=LABEL):
    done = host.hook("status", "--json", label=label)
    return json.loads(done.stdout), done.returncode


def of(told, keyword):
    return next(setting for setting in told["settings"] if setting["keyword"] == keyword)


@pytest.mark.parametrize("name", [*MERGED, *DROP_INS])
def test_delivered_once_and_gone_without_a_trace(make_host, name):
    host = make_host(name).unpack(stanza=STANZA + SETTINGS)
    with installed(host) as file:
        text = file.read_text()
        assert text.count(f"# BEGIN-SETTINGS {LABEL} ") == 1
        told, _ = status(host)
        assert of(told, "max_fds")["in_force"] or of(told, "max_fds")["instead"]
        if host.layout.drop_in:
            assert SETTINGS in text
            assert (told["state"], of(told, "devnode")["in_force"]) == ("applied", True)


@pytest.mark.parametrize("name", DROP_INS)
@pytest.mark.parametrize("value, state", [("5", "overridden"), ("10", "applied")])
def test_an_administrators_value_stays(make_host, name, value, state):
    host = make_host(name).unpack(stanza=STANZA + SETTINGS)
    host.write(CUSTOM, f"defaults {{\n\tpolling_interval {value}\n}}\n".encode())
    with installed(host) as file:
        assert "\t# not used: defaults polling_interval 10\n" in file.read_text()
        told, _ = status(host)
        setting = of(told, "polling_interval")
        assert (setting["instead"], setting["file"], setting["line"]) == (value, CUSTOM, 2)
        assert (told["state"], of(told, "max_fds")["in_force"]) == (state, True)
        assert (f"'{CUSTOM}', line 2" in told["why"]) == (state == "overridden")


@pytest.mark.parametrize("name", DROP_INS)
def test_the_releases_own_value_makes_way(make_host, name):
    """The main file beside a config_dir is the release's: a vendor's newer text supersedes it, as with devices."""
    host = make_host(name).unpack(stanza=STANZA + SETTINGS)
    main = host.at("/etc/multipath.conf").resolve() if not host.at("/etc/multipath.conf").is_symlink() else host.at(MAIN)
    main.write_bytes(b"defaults {\n\tpolling_interval 4\n}\n" + main.read_bytes())
    with installed(host):
        told, _ = status(host)
        assert (told["state"], of(told, "polling_interval")["in_force"]) == ("applied", True)


def test_a_merged_files_own_value_stays(make_host):
    host = make_host("xs-6.5").unpack(stanza=STANZA + SETTINGS)
    host.write(host.layout.target, b"defaults {\n\tpolling_interval 7\n}\n" + host.target.read_bytes())
    with installed(host, same_file=False) as file:
        assert "polling_interval 10\n" not in file.read_text().replace("# not used: defaults polling_interval 10\n", "")
        told, _ = status(host)
        assert of(told, "polling_interval")["instead"] == "7" and told["state"] == "overridden"


def test_a_host_with_its_own_list_keeps_it_whole(make_host):
    """Up to el6 a second list makes the parser forget the first."""
    host = make_host("xs-6.2").unpack(stanza=STANZA + SETTINGS)
    host.write(host.layout.target, b"blacklist {\n\tdevnode \"^sda$\"\n}\n" + host.target.read_bytes())
    with installed(host, same_file=False) as file:
        assert "drbd" not in file.read_text()
        told, _ = status(host)
        assert "its own" in of(told, "devnode")["barred"] and not of(told, "devnode")["in_force"]


@pytest.mark.parametrize("name", ["xs-6.5", "xcp-ng-8.3"])
@pytest.mark.parametrize("first, second", [(LABEL, OTHER), (OTHER, LABEL)])
@pytest.mark.parametrize("gone", [0, 1])
def test_two_packs_that_want_different_values(make_host, name, first, second, gone):
    """The first one's value stays, both say so, and in either order of removal the bytes come back."""
    host = make_host(name)
    if name == "xs-6.5":  # without what the release says itself
        host.write(host.layout.target, b"devices {\n}\n")
    before = host.tree()
    other = STANZA.replace("QUANTASTOR", "OTHER").replace("OSNEXUS", "ZZ")
    texts = {LABEL: STANZA + "defaults {\n\tpolling_interval 10\n}\n", OTHER: other + "defaults {\n\tpolling_interval 20\n}\n"}
    for label in (first, second):
        host.unpack(stanza=texts[label], label=label)
        assert host.hook("install", label=label).returncode == 0
    told, exit_first = status(host, first)
    assert told["state"] == "conflict" and second in told["why"] and exit_first == 1
    assert of(told, "polling_interval")["in_force"] and of(told, "polling_interval")["rival"] == second
    told, exit_second = status(host, second)
    assert told["state"] == "conflict" and not of(told, "polling_interval")["in_force"] and exit_second == 1
    between = host.tree()
    assert "nothing to do" in host.hook("install", label=first).stderr
    assert "nothing to do" in host.hook("install", label=second).stderr
    assert snapshot.difference(between, host.tree()) == []
    order = [first, second][::-1 if gone else 1]
    assert host.hook("remove", label=order[0]).returncode == 0
    assert host.hook("install", label=order[1]).returncode == 0
    assert of(status(host, order[1])[0], "polling_interval")["in_force"]
    assert host.hook("remove", label=order[1]).returncode == 0
    assert {path: what for path, what in host.tree().items()} == before


def test_an_update_without_settings_takes_them_out(make_host):
    host = make_host("xcp-ng-8.3")
    with installed(host) as file:
        plain = file.read_bytes()
        host.unpack(stanza=STANZA + SETTINGS)
        assert host.hook("install").returncode == 0 and b"SETTINGS" in file.read_bytes()
        host.unpack()
        assert host.hook("install").returncode == 0 and file.read_bytes() == plain


@pytest.mark.parametrize("name, product, wanted", [
    ("xs-7.6", "7.0.0", "all"), ("xs-7.6", "7.1.0", "some"), ("xs-7.6", "7.2.0", "some"), ("xs-7.6", "7.3.0", "all"),
    ("xcp-ng-8.3", "8.1.0", "all"), ("xcp-ng-8.3", "8.3.0", "eights"), ("xs-6.5", "6.5.0", "all")])
def test_a_text_for_a_range_of_releases(make_host, name, product, wanted):
    texts = {"all": STANZA, "some": STANZA.replace("100", "71"), "eights": STANZA.replace("100", "82")}
    host = make_host(name).unpack()
    share = host.at(f"/opt/{LABEL}/share/{LABEL}")
    for key, text in texts.items():
        (share / f"{key}.conf").write_text(text)
    (share / "pack.conf").write_text(f"label={LABEL}\nversion=1.0.0\nuuid=u\non-conflict=keep\n"
                                     "stanza=0.4.7 all.conf\nstanza-release=7.1 7.2 0.4.9-86 some.conf\n"
                                     "stanza-release=8.2 8.9999 0.4.9-119 eights.conf\n")
    host.write("/etc/xensource-inventory", f"PRODUCT_BRAND='XenServer'\nPRODUCT_VERSION='{product}'\n".encode())
    with installed(host) as file:
        number = texts[wanted].split("rr_min_io")[1].split()[0]
        assert f"rr_min_io               {number}\n" in file.read_text()


@pytest.mark.parametrize("line", ["7.1 7.2 0.4.9-86", "7 7.2 0.4.9-86 all.conf", "7.1 7.2 x all.conf", "7.1 7.2 0.4.9-86 ../a"])
def test_a_range_that_is_none(make_host, line):
    host = make_host("xs-7.6")
    with open(host.at(f"/opt/{LABEL}/share/{LABEL}/pack.conf"), "a", encoding="ascii") as file:
        file.write(f"stanza-release={line}\n")
    done = host.hook("install")
    assert done.returncode == 4 and "pack.conf" in done.stderr and not host.target.exists()
