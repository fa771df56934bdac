# SPDX-License-Identifier: GPL-2.0-or-later
"""A second reading of multipath.conf, independent of the hook's: line by line, as every era's parser does
(multipath.md section 1). Only for the well-formed files of these tests."""
import re

WORD = re.compile(r'"([^"]*)"|([^\s"#!]+)')


def devices(text):
    """[{keyword: value}] of the device sections inside devices sections, in order."""
    found, stack = [], []
    for line in text.decode().splitlines():
        words = [quoted or bare for quoted, bare in WORD.findall(strip_comment(line))]
        if not words:
            continue
        if words[0] == "}":
            stack.pop()
        elif words[-1] == "{":
            stack.append(words[0])
            if stack == ["devices", "device"]:
                found.append({})
        elif stack == ["devices", "device"]:
            assert words[0] not in found[-1], f"'{words[0]}' twice in one device"
            found[-1][words[0]] = words[1]
    assert not stack, f"sections left open: {stack}"
    return found


def strip_comment(line):
    """# and ! begin a comment outside quotes."""
    parts = line.split('"')
    for index in range(0, len(parts), 2):
        cut = re.search(r"[#!]", parts[index])
        if cut:
            return '"'.join(parts[:index] + [parts[index][:cut.start()]])
    return line


def ours(text):
    """The QuantaStor devices among them."""
    return [device for device in devices(text) if device.get("vendor") == "OSNEXUS"]


# What the vendor's stanza becomes for each parser (multipath.md 0.1, 0.3; parsers-2.md P1, P2, P10.8).
COMMON = {"vendor": "OSNEXUS", "product": "QUANTASTOR", "path_selector": "round-robin 0", "failback": "immediate",
          "path_grouping_policy": "multibus", "rr_weight": "uniform", "rr_min_io": "100", "path_checker": "tur"}
STANZA = {
    "0.4.7": COMMON | {"getuid_callout": "/sbin/scsi_id -g -u -s /block/%n"},
    "0.4.9-31": COMMON | {"rr_min_io_rq": "100"},
    "0.4.9-86": COMMON | {"rr_min_io_rq": "100", "features": "0"},
    "0.4.9-119": COMMON | {"rr_min_io_rq": "100"},
    "0.9.6": COMMON | {"rr_min_io_rq": "100", "detect_pgpolicy": "no"},
}


def expected(dialect, rr_min_io="100"):
    """The stanza for a parser with another rr_min_io."""
    return {key: rr_min_io if key.startswith("rr_min_io") else value for key, value in STANZA[dialect].items()}
