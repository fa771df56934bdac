# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests' own slow reference: what a LUN gets, by the rules that were measured (README.md), from the tables that the
real parser printed (multipath -t). How files are read is thus the parser's own doing; what comes of it is proved against
what the same parser does with a LUN (happened.py)."""
import re
from dataclasses import dataclass, field

import ere

# Names that udev gives any SCSI disk, as the parsers go through them: in the order of their bytes.
PROPERTIES = ("DEVLINKS", "DEVNAME", "DEVPATH", "DEVTYPE", "DM_MULTIPATH_DEVICE_PATH", "ID_BUS", "ID_MODEL", "ID_MODEL_ENC",
              "ID_REVISION", "ID_SCSI", "ID_SCSI_SERIAL", "ID_SERIAL", "ID_SERIAL_SHORT", "ID_TYPE", "ID_VENDOR", "ID_VENDOR_ENC",
              "ID_WWN", "ID_WWN_WITH_EXTENSION", "MAJOR", "MINOR", "SUBSYSTEM")
NAMES = ("vendor", "product", "revision", "product_blacklist")


@dataclass(frozen=True)
class Lun:
    vendor: str = "OSNEXUS"
    product: str = "QUANTASTOR"
    revision: str = "0191"
    node: str = "sda"
    wwid: str = "1OSNEXUSQUANTASTOR_2000"
    protocol: str = "scsi:unspec"
    properties: tuple = PROPERTIES
    known: bool = False  # its wwid is in the wwids file


@dataclass
class Block:
    name: str
    pairs: list = field(default_factory=list)   # (keyword, value as printed)
    blocks: list = field(default_factory=list)

    def last(self, keyword):
        return dict(self.pairs).get(keyword)


@dataclass(frozen=True)
class Effect:
    values: dict       # keyword: (value as printed, "overrides", "protocol", "device" or "defaults")
    kept_off: tuple    # what keeps the LUN off, each alone enough; empty: nothing


def blocks(shown):
    """{section: Block} of what multipath -t printed. A line's tabs tell where it belongs: of a blacklist's device without
    vendor versions from 0.9.4 on forget the first line, without product the last one."""
    root = Block("")
    stack = [root]
    for line in shown.splitlines():
        words = line.lstrip("\t")
        depth = len(line) - len(words)
        del stack[depth + 1:]
        if depth == len(stack):
            stack.append(Block("device"))
            stack[-2].blocks.append(stack[-1])
        if words.endswith(" {"):
            stack.append(Block(words[:-2]))
            stack[-2].blocks.append(stack[-1])
        elif words not in ("", "}"):
            keyword, _, value = words.partition(" ")
            if value != '"(null)"':  # 0.8.5's nothing
                stack[-1].pairs.append((keyword, value))
    return {block.name: block for block in root.blocks}


def plain(value):
    """A printed text without its quotes."""
    found = re.fullmatch(r'"(.*)"', value or "")
    return found[1].replace('""', '"') if found else value


def effect(shown, builtin, lun=Lun()):
    """Effect. builtin: what the same parser prints of no configuration at all."""
    values = {}
    overrides = shown.get("overrides") or Block("")
    of_protocol = [block for block in overrides.blocks if ere.finds(plain(block.last("type") or '"*"'), lun.protocol)]
    fitting = [block for block in shown["devices"].blocks if fits(block, lun)]
    changed = [pair for pair in shown["defaults"].pairs if pair not in builtin["defaults"].pairs]
    for origin, levels in (("protocol", of_protocol), ("overrides", [overrides]), ("device", fitting), ("defaults", [Block("", changed)])):
        for block in reversed(levels):
            for keyword, value in block.pairs:
                if keyword not in NAMES and keyword != "type":
                    values.setdefault(keyword, (value, origin))
    if values.get("prio_args", (None, None))[1] != values.get("prio", (None, None))[1]:
        values.pop("prio_args", None)  # they come with a prio of their level
    return Effect(values, tuple(kept_off(shown, lun)))


def fits(block, lun):
    return all(ere.finds(plain(pattern), text) for pattern, text in (
        (block.last("vendor"), lun.vendor), (block.last("product"), lun.product), (block.last("revision") or '""', lun.revision)))


# ---- blacklists ------------------------------------------------------------------------------------
def kept_off(shown, lun):
    for kind, text in (("devnode", lun.node), ("protocol", lun.protocol), ("wwid", lun.wwid)):
        if not listed(shown, "blacklist_exceptions", kind, text) and listed(shown, "blacklist", kind, text):
            yield kind
    if not listed_device(shown, "blacklist_exceptions", lun) and listed_device(shown, "blacklist", lun):
        yield "device"
    for name in sorted(lun.properties):
        if listed(shown, "blacklist_exceptions", "property", name):
            break
        if listed(shown, "blacklist", "property", name):
            yield "property"
            break
    if plain(shown["defaults"].last("find_multipaths")) == "strict" and not lun.known:
        yield "find_multipaths"


def judges(value, text):
    """Of one entry: "!" turns it round."""
    pattern = plain(value)
    return not ere.finds(pattern[1:], text) if pattern.startswith("!") else ere.finds(pattern, text)


def listed(shown, section, kind, text):
    return any(judges(value, text) for keyword, value in shown[section].pairs if keyword == kind)


def listed_device(shown, section, lun):
    for block in shown[section].blocks:
        named = [(block.last("vendor"), lun.vendor), (block.last("product"), lun.product)]
        if any(value for value, _ in named) and all(value is None or judges(value, text) for value, text in named):
            return True
    return False
