# SPDX-License-Identifier: GPL-2.0-or-later
"""What multipath -d -v3 did with the LUN, from what it said."""
import re
from dataclasses import dataclass

KEEP = r"setting:|listed|property missing|skipping sda|^(create)?: "
# Of the path, and of the map, whose name may be an alias; the second path's are the same.
SETTING = re.compile(r"(?:^|\| )(?!sdb:|vd)(\S+): (\w[\w ]*?) = (.*) \(setting: (.*)\)$", re.MULTILINE)
MADE = re.compile(r"^(?:create)?: .* undef OSNEXUS,QUANTASTOR|^(?:create)?: .*OSNEXUS,QUANTASTOR", re.MULTILINE)
ORIGINS = {"multipath.conf overrides section": "overrides", "multipath.conf overrides protocol section": "protocol",
           "storage device configuration": "device", "multipath.conf defaults/devices section": "defaults",
           "multipath.conf multipaths section": "multipaths"}
NAMES = {"minio": "rr_min_io_rq", "prio args": "prio_args", "vpd_vendor_id": "vpd_vendor", "getuid": "getuid_callout"}
WORDS = {"recheck_wwid": {"1": "no", "2": "yes"}}
REASONS = ((r"\bsda: device node name blacklisted", "devnode"), (r"\bsda: \(OSNEXUS:QUANTASTOR\) vendor/product blacklisted", "device"),
           (r"\bsda: wwid \S+ blacklisted", "wwid"), (r"\bsda: protocol \S+ blacklisted", "protocol"),
           (r"not in wwids file, skipping sda", "find_multipaths"))


@dataclass(frozen=True)
class Happened:
    refused: bool
    values: dict         # keyword: (value as said, origin as reference.effect names it), of those that a file sets
    reason: str | None   # what kept the LUN off, by the same names


def happened(answer):
    """answer: status, stdout and stderr of multipath."""
    status, out, err = answer
    said = out + err
    values = {NAMES.get(name, name): (WORDS.get(name, {}).get(value, value), ORIGINS[origin])
              for _, name, value, origin in SETTING.findall(said) if origin in ORIGINS}
    reason = next((name for pattern, name in REASONS if re.search(pattern, said)), None)
    if MADE.search(out):
        reason = None
    elif status == 0 and not reason:
        reason = "property"  # the only one that says nothing
    return Happened(status != 0, values, reason)
