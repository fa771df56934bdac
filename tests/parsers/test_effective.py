# SPDX-License-Identifier: GPL-2.0-or-later
"""What `status` says is in force for the array, and what keeps its LUNs off multipath, is what the host's own parser makes of
all of the host's files: 1,000 configurations made at random, four versions (README.md has the rules that were measured).

Two judges. The tables that the real parser prints, to which reference.py applies the rules: for every configuration. And
what the real parser does with a LUN in a virtual host, by its own log: for a sample, which proves the first as well."""
import json
import re
from dataclasses import dataclass, replace
from random import Random

import pytest

from configurations import KEYWORDS, MAIN, WWIDS, configuration
from happened import KEEP, happened
from judges import MAKE, SHOW, Bench, ask
from reference import Lun, blocks, effect, plain
from support import sample

COUNT = 1000
IN_VM = 5  # of those each fifth is tried on a LUN: a run takes 0.3 s and more
NUMBERS = sample(range(COUNT))
# Of the release whose parsers are like these: it asks its multipath program for the version.
INVENTORY = {"xensource-inventory": "PRODUCT_BRAND='XenServer'\nPRODUCT_VERSION='9.0.0'\n"}
KINDS = {"blacklist devnode": "devnode", "blacklist device": "device", "product_blacklist": "device", "blacklist wwid": "wwid",
         "blacklist protocol": "protocol", "blacklist property": "property", "find_multipaths strict": "find_multipaths"}


# Two devices of one vendor: one pack's entries must not be taken for one another.
STANZA = """device {
	vendor "OSNEXUS"
	product "QUANTASTOR"
	path_selector "round-robin 0"
	path_grouping_policy multibus
	failback immediate
	path_checker tur
	rr_min_io 100
}
device {
	vendor "OSNEXUS"
	product "QS-GATE"
	path_grouping_policy group_by_prio
	prio alua
	no_path_retry 12
}
"""


@dataclass
class Hosts:
    """Configurations, and what the suite's parser shows of them and of none; without the pack's own file in each fifth."""
    pack: object
    stanzas: list   # of Stanza
    files: list
    builtin: dict
    keywords: set   # that say something of a device, not of all of multipath
    shown: list     # Block by section, or None where the parser refuses the configuration
    status: list    # what `status --json` says of each device of the pack: of one, if it can say it


@dataclass
class Stanza:
    lun: Lun
    wanted: dict    # {keyword: value} of a device in the pack's own file


@pytest.fixture(scope="module")
def hosts(suite, payload):
    pack, root = payload(STANZA), str(suite.root)
    install, status = ({"outside": [str(pack.hook), *words, "--root", root]} for words in (("install", "--no-reload"), ("status", "--json")))
    (_, text), = ask(suite.root, [install, {"outside": ["/bin/cat", f"{root}/etc/{pack.drop_in}"]}], [INVENTORY])
    files = [configuration(number) | INVENTORY | ({pack.drop_in: text[1]} if Random(number).random() < 0.8 else {}) for number in NUMBERS]
    (builtin,), = ask(suite.root, [SHOW], [{}])
    answers = ask(suite.root, [SHOW, status], files)
    stanzas = [stanza(block) for block in re.findall(r"\n\s*device \{\n(.*?)\n\s*\}", text[1], re.DOTALL)]
    keywords = {*KEYWORDS, *(keyword for each in stanzas for keyword in each.wanted)}
    return Hosts(pack, stanzas, files, blocks(builtin[1]), keywords, [blocks(show[1]) if show[0] == 0 else None for show, _ in answers],
                 [json.loads(told[1])["effective"] for _, told in answers])


def stanza(block):
    wanted = dict(re.findall(r'^\s*(\w+)\s+"?(.*?)"?$', block, re.MULTILINE))
    return Stanza(Lun(wanted.pop("vendor"), wanted.pop("product")), wanted)


def spellings(suite, pairs):
    """{(keyword, value as a file has it): (keyword, value as the parser prints it) or None}, by asking the parser itself."""
    pairs = sorted(set(pairs))
    text = "devices {\n" + "".join(f'device {{\nvendor "spelling"\nproduct "{number}"\n{keyword} "{value}"\n}}\n'
                                   for number, (keyword, value) in enumerate(pairs)) + "}\n"
    (done,), = ask(suite.root, [SHOW], [{"multipath/conf.d/spelling.conf": text}])
    printed = {plain(block.last("product")): block.pairs[2:] for block in blocks(done[1])["devices"].blocks
               if plain(block.last("vendor")) == "spelling"}
    return {pair: (printed[str(number)] or [None])[0] for number, pair in enumerate(pairs)}


# ---- what is compared ------------------------------------------------------------------------------
def expected(shown, stanza, files, hosts, spelled):
    """What `status` has to say: values as {keyword: (value, by)}, what may keep the LUN off, whether the stanza is in force."""
    truth = effect(shown, hosts.builtin, replace(stanza.lun, known=WWIDS in files))
    values = {keyword: (plain(value), origin) for keyword, (value, origin) in truth.values.items() if keyword in hosts.keywords}
    stands = all(values.get(keyword, (None,))[0] == plain(spelled[keyword, value][1])
                 for keyword, value in stanza.wanted.items() if spelled[keyword, value])
    # Strict is also what is built in. But SM adds the wwids of its LUNs itself: `status` tells it where a file asks for it.
    kept_off = tuple(kind for kind in truth.kept_off if kind != "find_multipaths" or "strict" in "".join(files.values()))
    return values, kept_off, stands and not kept_off


def complaints(status, shown, files, hosts, spelled):
    """Where `status` says something else than the parser does."""
    if shown is None:
        return ["in force, but the parser refuses all of it"] if any(said["in_force"] for said in status) else []
    if [(said["vendor"], said["product"]) for said in status] != [(each.lun.vendor, each.lun.product) for each in hosts.stanzas]:
        return [f"of {len(status)} devices"]
    return [f"{stanza.lun.product} {wrong}" for said, stanza in zip(status, hosts.stanzas)
            for wrong in wrong_with(said, expected(shown, stanza, files, hosts, spelled), stanza, files, hosts, spelled)]


def wrong_with(said, expected_of_it, stanza, files, hosts, spelled):
    values, kept_off, in_force = expected_of_it
    found = {}
    wrong = []
    for value in said["values"]:
        keyword, text = spelled[value["keyword"], value["value"]] or (value["keyword"], "without effect")
        found[keyword] = (plain(text), value["by"] if value["by"] != "pack" else "device")
        if not stands_there(files, value["file"], value["line"], value["value"]):
            wrong.append(f"{keyword}: no {value['value']!r} in line {value['line']} of {value['file']}")
        if (value["by"] == "pack") != value["file"].endswith(hosts.pack.drop_in):
            wrong.append(f"{keyword}: by {value['by']} in {value['file']}")
        if value["wanted"] != stanza.wanted.get(value["keyword"]):
            wrong.append(f"{keyword}: wanted {value['wanted']}")
    for keyword in sorted(values.keys() | found.keys()):
        if values.get(keyword) != found.get(keyword) and values.get(keyword, ("", ""))[1] != "protocol":
            wrong.append(f"{keyword}: said {found.get(keyword)}, is {values.get(keyword)}")
    kept = said["kept_off"] and KINDS.get(said["kept_off"]["by"], said["kept_off"]["by"])
    if kept not in (kept_off or (None,)):
        wrong.append(f"kept off: said {kept}, is {kept_off}")
    if said["in_force"] != in_force:
        wrong.append(f"in force: said {said['in_force']}, is {in_force}")
    return wrong


def stands_there(files, path, line, value):
    text = files.get(path.removeprefix("/etc/"), "")
    return value in (text.split("\n") + [""])[line - 1]


def test_status_says_what_the_parser_makes_of_it(suite, hosts):
    pairs = [(value["keyword"], value["value"]) for status in hosts.status for said in status for value in said["values"]]
    spelled = spellings(suite, [*pairs, *(pair for stanza in hosts.stanzas for pair in stanza.wanted.items())])
    wrong = {}
    for number, status, shown, files in zip(NUMBERS, hosts.status, hosts.shown, hosts.files):
        if found := complaints(status, shown, files, hosts, spelled):
            wrong[number] = found
    assert not wrong, report(wrong, hosts)


def report(wrong, hosts):
    """The smallest of the configurations, and what is wrong with each."""
    number = min(wrong, key=lambda number: sum(map(len, hosts.files[NUMBERS.index(number)].values())))
    files = "".join(f"--- /etc/{name}\n{text}" for name, text in hosts.files[NUMBERS.index(number)].items())
    rest = "\n".join(f"{number}: {'; '.join(found)}" for number, found in wrong.items())
    return f"{len(wrong)} of {len(NUMBERS)}; the smallest is {number}: {wrong[number]}\n{files}\nall:\n{rest}"


# ---- a LUN -----------------------------------------------------------------------------------------
def doubts(done, shown, files, builtin):
    """Where the reference says something else than what happened."""
    if done.refused or shown is None:
        return [] if done.refused and shown is None else ["refused by one of -t and -d"]
    truth = effect(shown, builtin, Lun(known=WWIDS in files))
    wrong = []
    if done.reason not in (truth.kept_off or (None,)):
        wrong.append(f"kept off: happened {done.reason}, reference {truth.kept_off}")
    for keyword, (value, origin) in done.values.items():
        told = truth.values.get(keyword, ("", ""))
        unset = origin == "defaults" and plain(value) == plain(builtin["defaults"].last(keyword))
        rewritten = keyword == "features" and re.search("queue_if_no_path|retain_attached", told[0])
        no_arguments = keyword == "prio_args" and plain(value) == ""
        if (plain(value), origin) != (plain(told[0]), told[1]) and not unset and not rewritten and not no_arguments:
            wrong.append(f"{keyword}: happened {(value, origin)}, reference {told}")
    return wrong


def test_the_reference_says_what_happens_to_a_lun(suite, hosts, tmp_path):
    chosen = range(0, len(NUMBERS), IN_VM)
    bench = Bench([suite], tmp_path)
    try:
        answers = bench.ask(suite, [MAKE], [hosts.files[at] for at in chosen], KEEP)
    finally:
        bench.close()
    done = [happened(answer) for answer, in answers]
    wrong = {NUMBERS[at]: found for at, one in zip(chosen, done) if (found := doubts(one, hosts.shown[at], hosts.files[at], hosts.builtin))}
    assert not wrong, report(wrong, hosts)
    made = sum(not one.refused and one.reason is None for one in done)
    assert len(done) < 20 or 0.2 < made / len(done) < 0.9, "of the configurations too many, or too few, let the LUN be"


def test_the_configurations_are_what_they_are_said_to_be(hosts):
    """Else nothing would be compared: the pack's stanza is in force in some and not in others, and so on."""
    kinds = [kind for shown in hosts.shown if shown for kind in effect(shown, hosts.builtin).kept_off]
    assert set(kinds) == set(KINDS.values()) or len(NUMBERS) < COUNT and len(set(kinds)) > 3
    origins = {origin for shown in hosts.shown if shown for _, origin in effect(shown, hosts.builtin).values.values()}
    assert origins >= {"device", "overrides", "defaults"}
    assert sum(shown is not None for shown in hosts.shown) > 0.8 * len(NUMBERS)
    assert any(MAIN not in files for files in hosts.files)
