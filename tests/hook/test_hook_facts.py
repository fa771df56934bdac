# SPDX-License-Identifier: GPL-2.0-or-later
"""The facts of parsers-2.md, a row each with others of its kind: what one host's parser makes of its files and our stanza,
and that install, check, plan and status say that. (P1 and P7 are the packer's: test_dialect.c, test_pack_texts.py.)"""
import pytest
from fact_row import OURS, Row, check_row, device, devices, plus, section
from host import STANZA
from support import sample

OWN = 'vendor "OSNEXUS"\n\tproduct "QUANTASTOR"\n\t'
CALLOUT = plus('getuid_callout "/sbin/scsi_id -g -u -s /block/%n"')
RQ = plus("rr_min_io_rq 100")
FIRST = {"0.4.7": CALLOUT, "0.4.9-31": RQ, "0.4.9-86": plus('features "0"'), "0.4.9-119": plus("pg_timeout 5"),
         "0.9.6": plus("detect_pgpolicy no")}
GROUP = ("path_grouping_policy", "failover")
FAILOVER = "path_grouping_policy failover"
GRIM = "path_grouping_policy group_by_serial"


def all_of(layouts, fact, files, **what):
    return [Row(fact, layout, files, **what) for layout in layouts.split()]


P1 = [
    Row("P1 5.6 has the callout", "xs-5.6", stanza=FIRST, has=("getuid_callout",), has_not=("rr_min_io_rq",)),
    Row("P1 6.2 has the callout", "xs-6.2", stanza=FIRST, has=("getuid_callout",), has_not=("rr_min_io_rq",)),
    Row("P1 6.5 has no callout", "xs-6.5", stanza=FIRST, has=("rr_min_io_rq",), has_not=("getuid_callout",)),
    Row("P1 7.0 has its own", "xs-7.0", stanza=FIRST, has=('features "0"',), has_not=("getuid_callout", "pg_timeout")),
    Row("P1 7.6 has its own", "xs-7.6", stanza=FIRST, has=('features "0"',), has_not=("getuid_callout",)),
    Row("P1 8.2 has its own", "xs-8.2", stanza=FIRST, has=("pg_timeout 5",), has_not=("getuid_callout", "features")),
    Row("P1 XCP-ng 8.3 has its own", "xcp-ng-8.3", stanza=FIRST, has=("pg_timeout 5",), has_not=("detect_pgpolicy",)),
    Row("P1 9 has its own", "xs-9", stanza=FIRST, has=("detect_pgpolicy no",), has_not=("getuid_callout", "pg_timeout")),
]

RETRY = 'vendor "OSNEXUS"\nproduct "QUANTASTOR.*"\nno_path_retry '
DIES = {"exit": 1, "state": "refused", "said": ("multipath", "dies", "line"), "why": ("dies",)}
P2 = [
    Row("P2 a retry without features", "xs-7.6", {"main": devices(device(RETRY + "12"))}, **DIES),
    Row("P2 on 7.0", "xs-7.0", {"main": devices(device(RETRY + "12"))}, **DIES),
    Row("P2 queue", "xs-7.6", {"main": devices(device(RETRY + "queue"))}, **DIES),
    Row("P2 a vendor alone", "xs-7.6", {"main": devices(device('vendor "OSNEXUS"', "no_path_retry 5"))}, **DIES),
    Row("P2 any device", "xs-7.6", {"main": devices(device('vendor ".*"', 'product ".*"', "no_path_retry 5"))}, **DIES),
    Row("P2 in an earlier file", "xs-7.6", {"00-a.conf": devices(device(RETRY + "3"))}, **DIES),
    *(Row(f"P10.3 theirs is read later, {retry}", "xs-7.6",
          {"custom.conf": devices(device('vendor "OSNEXUS"', 'product "QUANTASTOR.*"', f"no_path_retry {retry}"))}, **DIES)
      for retry in ("12", "queue", "1")),
    *all_of("xs-8.2 xcp-ng-8.3 xs-9", "P10.3 theirs is read later", {"custom.conf": devices(device(RETRY + "12"))},
            values={"no_path_retry": ("12", "device", "custom.conf", "no_path_retry")}),
    # What is named is what an administrator can mend, not our file that is not there yet.
    *(Row(f"P2 theirs is named: {name}", "xs-7.6", {name: devices(device('vendor "OTHER"', 'product "X"'), device('vendor "OSNEXUS"', 'product "QUANTASTOR.*"', *more))},
          stanza=stanza, exit=1, state="refused", said=(f"{path}', line 6", 'features "0"'), why=(f"{path}', line 6",))
      for name, path in (("main", "multipath.conf"), ("00-a.conf", "00-a.conf"), ("zz.conf", "zz.conf"))
      for more, stanza in ((("no_path_retry 5",), STANZA), ((), plus("no_path_retry 5")))),
    Row("P2 the retry is fail", "xs-7.6", {"main": devices(device(RETRY + "fail"))}),
    Row("P2 it has features", "xs-7.6", {"main": devices(device(RETRY + "12", 'features "0"'))}),
    Row("P2 it is another vendor's", "xs-7.6", {"main": devices(device('vendor "OTHER"', "no_path_retry 12"))}),
    *(Row("P2 ours has features", layout, {"main": devices(device(RETRY + "12"))}, stanza=plus('features "0"'),
          values={"no_path_retry": ("12", "device", "main", "no_path_retry")}) for layout in ("xs-7.0", "xs-7.6")),
    *all_of("xs-8.2 xcp-ng-8.3 xs-8 xs-9", "P2 only that parser dies", {"main": devices(device(RETRY + "12"))},
            values={"no_path_retry": ("12", "device", "main", "no_path_retry")}),
]


def theirs(vendor, product, *settings):
    return devices(device(f'vendor "{vendor}"', f'product "{product}"', *(settings or (FAILOVER,))))


ADMIN = {"state": "conflict", "why": ("already has a device for this array", "custom.conf', line 2"), "plan": 0,
         "said": ("custom.conf", "line 2", "not in use"), "plan_said": ("custom.conf", "not be in use"),
         "values": {"path_grouping_policy": ("failover", "device", "custom.conf", FAILOVER)}}
P3 = [
    # A later file's device wins from 7.0 on, where it matches; a blank-padded string has no end behind the name.
    *(Row(f"P3 padded, {vendor}|{product}", layout, {"custom.conf": theirs(vendor, product)}, **ADMIN)
      for layout in ("xs-7.6", "xs-8.2", "xcp-ng-8.3")
      for vendor, product in (("OSNEXUS ", "QUANTASTOR"), ("^OSNEXUS $", "QUANTASTOR  "), ("OSNEXUS", "QUANTASTOR {6}$"))),
    *(Row(f"P3 padded, {vendor}|{product}", layout, {"custom.conf": theirs(vendor, product)},
          values={"path_grouping_policy": ("multibus", "pack", "custom-osnexus-quantastor-multipath.conf", "multibus")})
      for layout in ("xs-7.6", "xcp-ng-8.3")
      for vendor, product in (("OSNEXUS", "^QUANTASTOR$"), ("OSNEXUS$", "QUANTASTOR"), ("OSNEXUS", "STOR$"))),
    *(Row(f"P3 stripped, {vendor}|{product}", "xs-9", {"custom.conf": theirs(vendor, product)}, **ADMIN)
      for vendor, product in (("OSNEXUS", "^QUANTASTOR$"), ("OSNEXUS$", "QUANTASTOR"), ("OSNEXUS", "STOR$"))),
    *(Row(f"P3 stripped, {vendor}|{product}", "xs-9", {"custom.conf": theirs(vendor, product)},
          values={"path_grouping_policy": ("multibus", "pack", "custom-osnexus-quantastor-multipath.conf", "multibus")})
      for vendor, product in (("OSNEXUS ", "QUANTASTOR"), ("OSNEXUS", "QUANTASTOR "), ("OSNEXUS", " QUANTASTOR"),
                              ("OSNEXUS", "QUANTASTOR {6}"))),
    # Up to 6.5 the first wins: ours stands in front of one that matches, in its usual place behind one that does not.
    *(Row(f"P3 stripped, {vendor}|{product}", "xs-6.5", {"main": theirs(vendor, product)}, stands="first")
      for vendor, product in (("OSNEXUS", "^QUANTASTOR$"), ("OSNEXUS$", "QUANTASTOR"), ("OSNEXUS", "STOR$"))),
    *(Row(f"P3 stripped, {vendor}|{product}", "xs-6.5", {"main": theirs(vendor, product)}, stands="last")
      for vendor, product in (("OSNEXUS ", "QUANTASTOR"), ("OSNEXUS", "QUANTASTOR "), ("^OSNEXUS $", "QUANTASTOR"))),
    *(Row(f"P3 padded, {vendor}|{product}", layout, {"main": theirs(vendor, product)}, stands="last")
      for layout in ("xs-5.6", "xs-6.2")
      for vendor, product in (("OSNEXUS", "^QUANTASTOR$"), ("OSNEXUS$", "QUANTASTOR"), ("OSNEXUS", "STOR$"))),
    *(Row(f"P3 padded, {vendor}|{product}", layout, {"main": theirs(vendor, product)}, stands="first")
      for layout in ("xs-5.6", "xs-6.2")
      for vendor, product in (("OSNEXUS ", "QUANTASTOR"), ("OSNEXUS", "QUANTASTOR "), ("^OSNEXUS $", "QUANTASTOR"))),
]

ABOVE = {"state": "overridden", "plan_said": ("not in force",)}


def overrides(*settings):
    return section("overrides", *settings)


def all_devs(*settings):
    return devices(device("all_devs yes", *settings))


P4 = [
    # overrides
    *(Row(f"P4 overrides in {name}", "xs-9", {name: overrides("path_grouping_policy group_by_prio")}, **ABOVE,
          why=("overrides", "line 2", "group_by_prio", "multibus"),
          values={"path_grouping_policy": ("group_by_prio", "overrides", name, "group_by_prio")})
      for name in ("main", "custom.conf", "00-first.conf", "zz.conf")),
    Row("P4 overrides, another keyword", "xs-9", {"zz.conf": overrides("failback 30")}, **ABOVE,
        why=("failback 30", "zz.conf"), values={"failback": ("30", "overrides", "zz.conf", "failback 30")}),
    Row("P4 overrides with our value", "xs-9", {"zz.conf": overrides("failback immediate")},
        values={"failback": ("immediate", "overrides", "zz.conf", "failback")}),
    Row("P4 overrides of what the stanza has not", "xs-9", {"zz.conf": overrides("no_path_retry queue")},
        values={"no_path_retry": ("queue", "overrides", "zz.conf", "queue")}),
    *all_of("xs-7.6 xs-8.2 xcp-ng-8.3", "P10.5 overrides is no section here",
            {"custom.conf": overrides("path_grouping_policy group_by_prio")},
            values={"path_grouping_policy": ("multibus", "pack", "custom-osnexus-quantastor-multipath.conf", "multibus")}),
    # all_devs
    *(Row(f"P4 all_devs in {name}", layout, {name: all_devs(FAILOVER)}, **ABOVE, why=("all_devs", "failover", "multibus"),
          values={"path_grouping_policy": ("failover", "all_devs", name, "failover")})
      for layout in ("xs-7.6", "xs-8.2", "xcp-ng-8.3", "xs-8") for name in ("custom.conf", "zz.conf")),
    Row("P4 all_devs, another keyword", "xs-8.2", {"zz.conf": all_devs("path_checker directio")}, **ABOVE,
        why=("all_devs", "path_checker directio"), values={"path_checker": ("directio", "all_devs", "zz.conf", "directio")}),
    Row("P4 all_devs that agrees", "xs-8.2", {"zz.conf": all_devs("path_checker tur")}),
    Row("P4 all_devs no is none", "xs-8.2", {"zz.conf": devices(device("all_devs no", FAILOVER))}),
    Row("P4 all_devs is gone", "xs-9", {"zz.conf": all_devs(FAILOVER)}),
    # Earlier entries give what the stanza has not.
    *(Row(f"P4 {name} gives {keyword}", layout, {name: theirs("OSNEXUS", "QUANTA.*", f'{keyword} "{value}"')},
          stanza=plus('features "0"') if layout == "xs-7.6" and keyword != "features" else STANZA,
          values={keyword: (value, "device", name, keyword)})
      for layout in ("xs-7.6", "xs-8.2", "xcp-ng-8.3", "xs-9") for name in ("main", "00-site.conf")
      for keyword, value in (("no_path_retry", "queue"), ("features", "1 queue_if_no_path"), ("fast_io_fail_tmo", "7"))),
    Row("P4 an earlier one does not win", "xs-8.2", {"00-site.conf": theirs("OSNEXUS", "QUANTA.*")}),
    Row("P4 an earlier one does not win", "xs-9", {"00-site.conf": theirs("OSNEXUS", "QUANTA.*")}),
    # A later device of another name wins keyword by keyword: a conflict only where it says otherwise.
    *all_of("xs-7.6 xs-8.2 xcp-ng-8.3 xs-9", "P4 a later one says otherwise", {"custom.conf": theirs("OSNEXUS", "QUANTA.*")},
            **ADMIN),
    *all_of("xs-9", "P4 a later one says the same", {"custom.conf": theirs("OSNEXUS", "QUANTA.*", "path_checker tur")}),
    *all_of("xs-9", "P4 a later one says more", {"custom.conf": theirs("OSNEXUS", "QUANTA.*", "fast_io_fail_tmo 7")},
            values={"fast_io_fail_tmo": ("7", "device", "custom.conf", "fast_io_fail_tmo")}),
    # el7's last one that matches is taken whole; what a file before it gives goes by its names (multipath.md 1.3).
    *(Row(f"P4 a later one leaves nothing of ours: {setting}", layout, {"custom.conf": theirs("OSNEXUS", "QUANTA.*", setting)},
          **{**ADMIN, "values": {}}, unset=("path_selector",))
      for layout in ("xs-7.6", "xs-8.2", "xcp-ng-8.3") for setting in ("path_checker tur", "fast_io_fail_tmo 7", "prio const")),
    *(Row(f"P4 a later one leaves nothing of ours, {policy}: {setting}", layout,
          {"custom.conf": theirs("OSNEXUS", "QUANTA.*", setting)}, on_conflict=policy, **what)
      for layout in ("xs-7.6", "xs-8.2") for setting in ("path_checker tur", "fast_io_fail_tmo 7", "prio const")
      for policy, what in (("replace", {}), ("fail", {"exit": 1, "state": "refused", "said": ("custom.conf', line 2",),
                                                      "why": ("already has a device",)}))),
    *(Row(f"P4 a later one is given ours: {setting}", layout, {"custom.conf": theirs("OSNEXUS", "QUANTASTOR2?", setting)})
      for layout in ("xs-8.2", "xcp-ng-8.3") for setting in ("path_checker tur", "fast_io_fail_tmo 7", "prio const")),
    *all_of("xs-7.6 xs-8.2 xs-9", "P4 the very names", {"custom.conf": theirs("OSNEXUS", "QUANTASTOR")}, **ADMIN),
    # What does not compile ends the lookup up to el6, and is nothing later.
    *(Row(f"P4 the pattern {pattern} before ours", layout, {"main": theirs("OTHER", pattern)}, stands="first")
      for layout in ("xs-5.6", "xs-6.2", "xs-6.5") for pattern in ("(", "[", "[a", "x|(a")),
    *(Row("P4 a revision that does not compile", layout, {"main": theirs("OTHER", "X", 'revision "("')}, stands="first")
      for layout in ("xs-5.6", "xs-6.2", "xs-6.5")),
    *(Row(f"P4 the pattern {pattern} is nobody's", layout, {"custom.conf": theirs(vendor, pattern)})
      for layout in ("xs-7.6", "xs-8.2", "xcp-ng-8.3", "xs-9") for vendor, pattern in (("OTHER", "("), ("OSNEXUS", "["))),
    # Up to 6.5 the first wins, whole.
    *all_of("xs-5.6 xs-6.2 xs-6.5", "P4 a wider one is beaten by place", {"main": theirs("OSNEXUS", ".*")}, stands="first"),
    *all_of("xs-5.6 xs-6.2 xs-6.5", "P4 any device is beaten by place", {"main": theirs(".*", ".*")}, stands="first"),
    *all_of("xs-5.6 xs-6.2 xs-6.5", "P4 a prefix is beaten by place", {"main": theirs("OSN", "QUANTA")}, stands="first"),
]


def blacklist(*lines):
    return section("blacklist", *lines)


def exceptions(*lines):
    return section("blacklist_exceptions", *lines)


def off(fact, layout, files, by, name, words, **what):
    value = () if name is None else (f"({words.partition(' ')[2].strip(chr(34))})", f"{name}'" if name != "main" else "multipath.conf'")
    why = (f"kept off multipath by {by}", *value)
    return Row(fact, layout, files, state="blacklisted", why=why, kept_off=(by, name, words), plan_said=("not in force",),
               **what)


WHERE = {"xs-5.6": "main", "xs-6.2": "main", "xs-6.5": "main", "xs-7.6": "main", "xs-8.2": "custom.conf",
         "xcp-ng-8.3": "custom.conf", "xs-9": "zz.conf"}
LISTS = {
    "devnode": ('devnode ".*"', 'devnode "^sd"', 'devnode "^sd[a-z]"', 'devnode "d"'),
    "device": ('vendor "OSNEXUS"', 'vendor "OSNEXUS"\nproduct "QUANTASTOR"', 'product "QUANTA"\nvendor ".*"', 'vendor "^OS"'),
    "wwid": ('wwid ".*"', 'wwid "^[0-9S]"', 'wwid "."', 'wwid ""'),
    "property": ('property "ID_SERIAL"', 'property ".*"', 'property "^ID_VENDOR$"', 'property "DEVNAME"'),
    "protocol": ('protocol "scsi"', 'protocol ".*"', 'protocol "^scsi:(fcp|iscsi)$"', 'protocol ""'),
}


def listed(kind, line):
    return device(line) if kind == "device" else line


P5 = [
    *(off(f"P5 {kind} list: {line}", layout, {name: blacklist(listed(kind, line))}, f"blacklist {kind}", name, line.split("\n")[0])
      for layout, name in WHERE.items() for kind in LISTS for line in LISTS[kind]
      if (kind != "protocol" or layout == "xs-9") and (kind != "property" or layout > "xs-7" or layout == "xcp-ng-8.3")
      and (kind, layout) != ("wwid", "xs-6.5") and not (line == 'wwid ""' and layout != "xs-9")),
    *all_of("xs-6.5", "P5 its own wwid list, which SM lifts", {"main": blacklist('wwid ".*"')}),
    *(off('P5 devnode "*"', layout, {name: blacklist('devnode "*"')}, "blacklist devnode", name, 'devnode "*"')
      for layout, name in WHERE.items() if layout != "xs-9"),
    Row('P5 devnode "*" matches nothing', "xs-9", {"main": None, "zz.conf": blacklist('devnode "*"')}),
    # What names other disks keeps nothing off.
    *(Row(f"P5 another disk: {line}", layout, {name: blacklist(line)}) for layout, name in WHERE.items()
      for line in ('devnode "^nvme"', 'devnode "^sda$"', 'wwid "3600508b1001c"', device('vendor "OTHER"'),
                   device('vendor "OSNEXUS"', 'product "OTHER"'))),
    # A list's strings are padded or stripped as a device's.
    *(off(f"P3 a list, stripped: {product}", layout, {WHERE[layout]: blacklist(device(f'product "{product}"', 'vendor "^OS"'))},
          "blacklist device", WHERE[layout], f'product "{product}"')
      for layout in ("xs-6.5", "xs-9") for product in ("^QUANTASTOR$", "STOR$", "^[A-Z]+$")),
    *(Row(f"P3 a list, padded: {product}", layout, {WHERE[layout]: blacklist(device('vendor "^OS"', f'product "{product}"'))})
      for layout in ("xs-5.6", "xs-6.2", "xs-7.6", "xcp-ng-8.3") for product in ("^QUANTASTOR$", "STOR$", "^[A-Z]+$")),
    *(off(f"P3 a list, padded: {product}", layout, {WHERE[layout]: blacklist(device(f'product "{product}"', 'vendor "^OS"'))},
          "blacklist device", WHERE[layout], f'product "{product}"')
      for layout in ("xs-5.6", "xs-6.2", "xs-7.6", "xcp-ng-8.3") for product in ("QUANTASTOR ", "STOR {6}$", "^[A-Z]+ +$")),
    # Exceptions.
    *(Row(f"P5 excepted: {kind}", layout, {name: blacklist(listed(kind, LISTS[kind][0])) + exceptions(listed(kind, LISTS[kind][0]))})
      for layout, name in WHERE.items() for kind in ("devnode", "device", "wwid")),
    *(Row("P5 excepted in another file", layout, {"main": blacklist(device('vendor "OSNEXUS"')),
                                                  "zz.conf": exceptions(device('vendor "OSNEXUS"', 'product "QUANTASTOR"'))})
      for layout in ("xs-7.6", "xs-8.2", "xs-9")),
    # product_blacklist of any device of the vendor.
    *(off("P5 product_blacklist", layout, {name: theirs("OSNEXUS", "OTHER", f'product_blacklist "{pattern}"')},
          "product_blacklist", name, f'product_blacklist "{pattern}"')
      for layout, name in WHERE.items() for pattern in ("QUANTASTOR", ".*", "STOR", "^QUANTA")),
    *(Row("P5 product_blacklist of another vendor", layout, {name: theirs("OTHER", "X", 'product_blacklist "QUANTASTOR"')})
      for layout, name in WHERE.items()),
    # One of the products the stanza is for.
    *(Row(f"P5 one product of several: {product}", layout, {name: blacklist(device('vendor "OSNEXUS"', f'product "{product}"'))},
          stanza=STANZA.replace('"QUANTASTOR"', '"QUANTASTOR|SDS|(QS){2}"'), state="blacklisted", why=(f'"{product}"',),
          kept_off=("blacklist device", name, 'vendor "OSNEXUS"'))
      for layout, name in WHERE.items() for product in ("SDS", "QSQS", "QUANTASTOR")),
    # find_multipaths
    *(off(f"P5 find_multipaths strict in {name}", "xs-9", {name: section("defaults", "find_multipaths strict")},
          "find_multipaths strict", name, "find_multipaths strict") for name in ("main", "custom.conf", "zz.conf")),
    Row("P5 find_multipaths, the last one counts", "xs-9", {"main": section("defaults", "find_multipaths strict"),
                                                          "zz.conf": section("defaults", "find_multipaths greedy")}),
    *all_of("xs-7.6 xs-8.2 xcp-ng-8.3", "P5 strict is no word here", {"custom.conf": section("defaults", "find_multipaths strict")}),
    # No main file.
    *(off("P5 no main file", layout, {"main": None}, "no /etc/multipath.conf", None, None)
      for layout in ("xs-7.0", "xs-7.6", "xs-8.2", "xcp-ng-8.2", "xcp-ng-8.3", "xs-8")),
    Row("P5 no main file does no harm", "xs-9", {"main": None}),
]

P6 = [
    *(Row("P6 devnode_blacklist is no section", layout, {name: section("devnode_blacklist", 'devnode ".*"')})
      for layout, name in WHERE.items()),
    *(Row("P6 an unclosed devnode_blacklist", layout, {"main": text}, stands=stands)
      for layout in ("xs-5.6", "xs-6.2", "xs-6.5") for text, stands in (
          ('devnode_blacklist {\n\tdevnode "^hd"\n', ""),
          (theirs("OTHER", "X") + 'devnode_blacklist {\n\tdevnode "^hd"\n', "last"),
          ('devnode_blacklist {\n\tdevnode "^hd"\n' + theirs("OTHER", "X"), "last"))),
    *(Row(f"P6 a list's pattern that does not compile: {line}", layout, {"zz.conf": blacklist(line) + theirs("OTHER", "X")})
      for layout in ("xs-8.2", "xcp-ng-8.3", "xs-9") for line in ('devnode "("', 'wwid "["', device('vendor "("', 'product "X"'))),
    *(Row(f"P6 config_dir in a file of conf.d: {folder}", layout, {"zz.conf": section("defaults", f'config_dir "{folder}"')})
      for layout in ("xs-7.6", "xs-8.2", "xs-9") for folder in ("/etc/other", "/etc/multipath", "/")),
    *(Row(f"P6 config_dir in the main file: {folder}", layout, {"main": section("defaults", f'config_dir "{folder}"')},
          exit=1, state="refused", said=("config_dir", "line 2"), why=("config_dir",))
      for layout in ("xs-7.6", "xs-8.2", "xcp-ng-8.3") for folder in ("/etc/other", "/etc/multipath", "/")),
    Row("P6 config_dir is ignored", "xs-9", {"main": section("defaults", 'config_dir "/etc/other"')}),
    *(Row(f"P6 GNU's operators: {product}", "xs-9", {"custom.conf": theirs("OSNEXUS", product)}, **ADMIN)
      for product in (r"^\w+$", r"\bQUANTASTOR", r"QUANTASTOR\>", r"\<QUANTA")),
    *(Row(f"P6 GNU's operators: {product}", layout, {"custom.conf": theirs("OSNEXUS", product)}, **ADMIN)
      for layout in ("xs-7.6", "xs-8.2") for product in (r"^\w+", r"\bQUANTASTOR", r"QUANTASTOR\>", r"\<QUANTA")),
    *(Row(f"P6 glibc refuses {product}", "xs-9", {"custom.conf": theirs("OSNEXUS", product)})
      for product in ("*", "*QUANTASTOR", "*.")),
    Row("P6 an empty device", "xs-6.5", {"main": devices(device())}, stands="first"),
    Row("P6 an empty device with settings", "xs-6.5", {"main": devices(device(FAILOVER))}),
    *(Row("P6 the last section never ends", layout, {"main": text})
      for layout in ("xs-5.6", "xs-6.2", "xs-6.5")
      for text in ("defaults {\n\tuser_friendly_names no\n}\ndevices {\n\tdevice {\n\t\tvendor \"OTHER\"\n\t\tproduct \"X\"\n\t}\n",
                   "devices {\n\tdevice {\n\t\tvendor \"OTHER\"\n\t\tproduct \"X\"\n\t}\n}\ndefaults {\n\tuser_friendly_names no\n",
                   "devices {\n\tdevice {\n\t\tvendor \"OTHER\"\n\t\tproduct \"X\"\n\t}\n}\nblacklist {\n\tdevnode \"^hd\"\n")),
    *(Row("P6 a word without a value at the end", layout, {"main": theirs("OTHER", "X") + "unknown_word\n"})
      for layout in ("xs-5.6", "xs-6.2", "xs-6.5")),
    *(Row(f"P6 no keyword of that section: {text.split()[-2]}", layout, {"main": text}) for layout in ("xs-6.2", "xs-6.5", "xs-8.2", "xs-9")
      for text in (blacklist('vendor "("'), section("blacklist_exceptions", 'product "[a"'), blacklist(device('vendor "DELL"', 'devnode "("')))),
    *(Row("P6 no keyword before el7: property", layout, {"main": blacklist('property "("')}) for layout in ("xs-6.2", "xs-6.5")),
    *(Row(f"P6 such a file is edited: {line}", layout, {"zz.conf": blacklist(line) + theirs("OSNEXUS", "QUANTASTOR")}, on_conflict="replace")
      for layout in ("xs-7.6", "xcp-ng-8.3", "xs-9") for line in ('devnode "("', 'wwid "["', device('vendor "DELL"', 'product "("'))),
    *(Row("P6 the parser rejects the main file", layout, {"main": text}, exit=1, state="refused", said=("line 2",))
      for layout, text in (("xs-9", blacklist('protocol "*"')), ("xs-9", blacklist('devnode "("')))),
]

SHIPPED = ("PURE", "FlashArray"), ("Nimble", "Server"), ("IBM", "2145"), ("TrueNAS", "iSCSI Disk")


def stanza_of(vendor, product):
    return device(f'vendor "{vendor}"', f'product "{product}"', 'path_selector "service-time 0"', "path_checker tur",
                  'features "0"')


P8 = [
    *(Row(f"P8 a shipped entry: {vendor}", layout, {"main": theirs(vendor, product, 'path_selector "queue-length 0"', "prio alua")},
          stanza=stanza_of(vendor, product),
          values={"path_selector": ("service-time 0", "pack", "custom-osnexus-quantastor-multipath.conf", "service-time"),
                  "prio": ("alua", "device", "main", "prio alua")})
      for layout in ("xs-7.6", "xs-8.2", "xcp-ng-8.3", "xs-8", "xs-9") for vendor, product in SHIPPED),
    *(Row(f"P8 an administrator's: {vendor}", layout, {"custom.conf": theirs(vendor, product, 'path_selector "queue-length 0"')},
          stanza=stanza_of(vendor, product), state="conflict", plan=0, said=("custom.conf", "line 2"), why=("custom.conf",))
      for layout in ("xs-8.2", "xcp-ng-8.3", "xs-9") for vendor, product in SHIPPED),
    *(Row("P8 an administrator's up to 6.5", layout, {"main": theirs("OSNEXUS", "QUANTASTOR")}, state="conflict", plan=0,
          said=("multipath.conf", "line 2"), why=("line 2",)) for layout in ("xs-5.6", "xs-6.2", "xs-6.5")),
]

TABLE = (*P1, *P2, *P3, *P4, *P5, *P6, *P8)


@pytest.mark.parametrize("row", sample(TABLE), ids=str)
def test_fact(make_host, row):
    check_row(make_host(row.layout), row)
