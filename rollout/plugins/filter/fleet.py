# SPDX-License-Identifier: GPL-2.0-or-later
"""What was seen on the hosts as the rows of a report, and the order in which hosts are changed.

What a host says is data of a stranger: it is typed, bounded and made harmless here, and it never is a template.
"""
import csv
import io
import re
import unicodedata

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

COLUMNS = ("host", "site", "pool", "role", "product", "state", "version", "file", "block_sha256", "daemon",
           "pending_reboot", "error")
# What a host says of itself, as module pack has it, and what that may look like. Who and where it is, the inventory says.
WORD = r"[a-z_-]{1,32}"
SAID = {"role": "master|slave|unknown", "state": WORD, "daemon": WORD, "product": r".{1,200}", "version": r"\w[\w.+~:-]{0,63}",
        "uuid": r"[\w-]{1,64}", "block_sha256": r"[0-9a-f]{64}", "file": r"/.{1,1000}", "message": r".*"}
NEEDED = ("role", "state")
MOST_TEXT = 2000  # characters of a sentence
KINDS = {bool: "yes or no", int: "a number", float: "a number", list: "a list", dict: "an object"}


def harmless(value):
    """Anything as text of one line: what a terminal, a browser or a reader would be misled by is spelled out."""
    text = value if isinstance(value, str) else KINDS.get(type(value), "nothing" if value is None else "something")
    if type(value) in (bool, int, float) and abs(value) < 1e15:  # not infinite, NaN or of a million digits
        text = f"{value}"
    more = len(text) > MOST_TEXT
    text = " ".join(text[:MOST_TEXT].split())
    # C: control, format (bidirectional marks too), surrogate, private, unassigned; Zl and Zp end lines.
    text = "".join(f"\\u{ord(char):04x}" if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029" else char
                   for char in text)
    return text + " ..." if more else text


def said(found):
    """({key of SAID: text, None}, what is wrong with the host's answer, a sentence; None)"""
    if not isinstance(found, dict):
        return {}, f"the host's answer is not one of this collection's: it is {harmless(found)}"
    row = {}
    for key, pattern in SAID.items():
        value = found.get(key)
        fits = key not in NEEDED if value is None else isinstance(value, str) and re.fullmatch(pattern, value, re.S)
        if not fits:
            return {}, f"the host's answer is not one of this collection's: '{key}' is {harmless(value)[:200]}"
        row[key] = None if value is None else harmless(value)
    row["pending_reboot"] = found.get("pending_reboot") is True
    return row, None


def seen_row(host, variables):
    """One host's row; `variables` are its hostvars with suppack_seen, what module pack said with state=query."""
    seen = variables.get("suppack_seen")
    seen = seen if isinstance(seen, dict) else {}
    row = dict.fromkeys((*COLUMNS, "uuid"))
    row.update(host=host, site=harmless(variables.get("suppack_site") or "-"),
               pool=harmless(variables.get("suppack_pool") or host))
    if seen.get("host") is not None:
        known, wrong = said(seen["host"])
        row.update(known, error=known.get("message"))
        row.pop("message", None)
        if wrong:
            row.update(state="unknown", error=wrong)
    else:
        row["state"] = "unreachable" if seen.get("unreachable") is True else "unknown"
        row["error"] = harmless(seen.get("msg") or "the host was not asked")
    return row


def drift(row, wanted):
    """Why a host is not as it should be; None. wanted: label, and version and uuid where one is asked for."""
    if row["state"] in ("unreachable", "unknown"):
        return row["error"]
    if row["state"] != "applied":
        return row["error"] or f"the pack's state is '{row['state']}'"
    if row["daemon"] not in ("agrees", "none"):
        return row["error"] or f"multipathd: {row['daemon']}"
    for key in ("version", "uuid"):
        if wanted.get(key) and row[key] != wanted[key]:
            return f"{key} is {row[key]}, not {wanted[key]}"
    return None


def rows(hosts, hostvars, wanted):
    """The report's rows, in the inventory's order; 'ok' and 'error' say how each stands."""
    made = []
    for host in hosts:
        row = seen_row(host, hostvars[host])
        row["error"] = drift(row, wanted)
        row["ok"] = row["error"] is None
        made.append(row)
    return wrap_var(made)


def to_do(row, state):
    """Whether a host that answered is to be changed."""
    return row["state"] != "absent" if state == "absent" else not row["ok"]


def pool_order(members, state):
    """(hosts to change, the master first; {host: why it has to wait})"""
    dead = [row for row in members if row["state"] in ("unreachable", "unknown")]
    held = {row["host"]: row["error"] for row in dead}
    alive = [row for row in members if row not in dead]
    masters = [row for row in alive if row["role"] == "master"]
    todo = [row for row in masters + [row for row in alive if row not in masters] if to_do(row, state)]
    if len(masters) != 1:
        reason = (f"{len(masters)} hosts of pool '{members[0]['pool']}' that answer are masters; "
                  "the master comes first, so the pool waits")
        held.update((row["host"], reason) for row in todo)
        return [], held
    return [row["host"] for row in todo], held


def rounds(pools, most):
    """Batches with at most one host of each pool, and at most `most` hosts."""
    batches = []
    for turn in range(max(map(len, pools), default=0)):
        batch = [pool[turn] for pool in pools if turn < len(pool)]
        batches += [batch[begin:begin + most] for begin in range(0, len(batch), most)]
    return batches


def waves(table, state="present", canary=None, most=10):
    """{"batches": [{"name", "hosts"}], "held": {host: reason}}: canary, its pool, its site, the rest.

    canary: the host to begin with; the first master that needs it where None.
    """
    members, site_of = {}, {}
    for row in table:
        members.setdefault(row["pool"], []).append(row)
        site_of[row["pool"]] = row["site"]
    orders, held = {}, {}
    for pool, group in members.items():
        orders[pool], waiting = pool_order(group, state)
        held.update(waiting)
    pool_of = {host: pool for pool, hosts in orders.items() for host in hosts}
    if not pool_of:
        return {"batches": [], "held": held}
    first = canary or next(iter(pool_of))
    if first not in pool_of:
        known = {row["host"]: row for row in table}
        if first not in known:
            raise AnsibleFilterError(f"the canary '{first}' is not among the hosts")
        if first in held:
            raise AnsibleFilterError(f"the canary '{first}' has to wait: {held[first]}")
        first = next(iter(pool_of))  # the canary has it already
    pool = pool_of[first]
    if orders[pool][0] != first:
        raise AnsibleFilterError(f"the canary '{first}' comes after its pool's master '{orders[pool][0]}'; "
                                 "begin with that one")
    here = [hosts for name, hosts in orders.items() if name != pool and site_of[name] == site_of[pool]]
    there = [hosts for name, hosts in orders.items() if site_of[name] != site_of[pool]]
    stages = (("canary", [[first]]), (f"pool {pool}", [[host] for host in orders[pool][1:]]),
              (f"site {site_of[pool]}", rounds(here, most)), ("the rest", rounds(there, most)))
    return wrap_var({"batches": [{"name": name, "hosts": batch} for name, batches in stages for batch in batches],
                     "held": held})


# Where a spreadsheet would begin a formula: in a cell, or behind the separator of other countries.
FORMULA = re.compile(r'(^|;)(?=[\s"]*[-=+@\uff0b\uff0d\uff1d\uff20])')


def cell(value):
    """A value as a spreadsheet shows it, not as a formula it calculates: OWASP, "CSV injection"."""
    return "" if value is None else FORMULA.sub(r"\1'", harmless(value))


def as_csv(table):
    """RFC 4180, one line a host under a line of names."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows([cell(row.get(key)) for key in COLUMNS] for row in table)
    return wrap_var(out.getvalue())


class FilterModule:
    def filters(self):
        return {"rows": rows, "waves": waves, "as_csv": as_csv}
