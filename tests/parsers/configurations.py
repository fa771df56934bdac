# SPDX-License-Identifier: GPL-2.0-or-later
"""Configurations as hosts may have them, made from a number: the same number, the same files.

What a host's files cannot tell a program is left out: patterns that fit some wwids, device nodes, revisions or
transports of a LUN and not others. So are features that the parser itself turns into other keywords. Numbers are given
once in a configuration, so that a value tells its line.
"""
import random

import ere

LUN = ("OSNEXUS", "QUANTASTOR")
MAIN, CONF_D, WWIDS = "multipath.conf", "multipath/conf.d/", "multipath/wwids"
# Read in this order by parsers from 0.8.4 on, the last three not at all; the pack's own file stands among them.
FILES = ("00-site.conf", "array.conf", "custom.conf", "zz-last.conf", ".hidden.conf", "old.conf.bak", "custom.conf~", "list")

FITS = (("OSNEXUS", "^OSNEXUS$", "OSN", ".*", "^OSNEXUS *$", "(OSNEXUS|DELL)", "[A-Z]+", r"\w+", r"\bOSN", r"\<OSNEXUS\>", "O{1}SNEXUS",
         "", "^.{7}$", "^[^a-z]*$", "OSNEXUS|", "()", r"\S", "[[:upper:]]{3}", "OS.E?XUS", r"\`OSN", "^(OSN|IB)?EXUS"),
        ("QUANTASTOR", "^QUANTASTOR$", "QUANTASTOR.*", ".*", "^QUANTASTOR *$", "(VIRTUAL|QUANTA).*", r"^\w+$", r"\bQUANTA", "QUANTA",
         r"STOR\>", "", "^Q", "R$", "[QX]UANT", "^.{10}$", "(QUANTA)(STOR)?", "QUANTASTOR|X*", r"STOR\'", "TASTO+R", "^[Q-U]+"))
FITS_NOT = (("OSNEXUS ", "^OSNEXUS  ", "DELL", "osnexus", "*OSNEXUS", "OSNEXUS(", "[", "!OSNEXUS", "LIO-ORG", r"OSN\b", "^SNEXUS", "{{",
             "+OSNEXUS|", "OSNEXUS{2}", "^OSNEXU$", " OSNEXUS", r"\W", "OSNEXUS)("),
            ("QUANTASTOR ", "^QUANTASTOR      $", "VIRTUAL-DISK", "quantastor", "*", "*QUANTASTOR", "QUANTASTOR(", "QUANTA[", "^QUANTA$",
             "^UANT", r"\bSTOR", "{{", r"QUANTASTOR\w", "QUANTASTOR{2,1}", "T{3}", "[[:foo:]]"))
LISTED = tuple(tuple(pattern for pattern in (*fits, *fits_not, "!^nothing", "!Q") if ere.compiled(pattern))
               for fits, fits_not in zip(FITS, FITS_NOT))
WORDS = {
    "path_grouping_policy": ("failover", "multibus", "group_by_serial", "group_by_prio", "group_by_node_name"),
    "path_selector": ('"round-robin 0"', '"queue-length 0"', '"service-time 0"'),
    "path_checker": ("tur", "directio", "readsector0"),
    "checker": ("tur", "directio", "readsector0"),
    "features": ('"0"', '"2 pg_init_retries 50"', '"2 pg_init_delay_msecs 100"', '"1 queue_mode"'),
    "hardware_handler": ('"0"', '"1 alua"'),
    "prio": ("const", "random", "alua"),
    "prio_args": ("exclusive_pref_bit", "timeout=3"),
    "rr_weight": ("uniform", "priorities"),
    "user_friendly_names": ("yes", "no"),
    "retain_attached_hw_handler": ("yes", "no"),
    "detect_prio": ("no",),
    "detect_checker": ("no",),
    "detect_pgpolicy": ("no",),
    "deferred_remove": ("yes", "no"),
    "skip_kpartx": ("yes", "no"),
    "flush_on_last_del": ("yes", "no"),
    "alias_prefix": ("lun", "qs"),
    "all_tg_pt": ("yes", "no"),
    "recheck_wwid": ("yes", "no"),
    "getuid_callout": ('"/bin/echo 1OSNEXUSQUANTASTOR_2000"',),  # as udev says
    "failback": ("immediate", "manual", "followover"),
    "no_path_retry": ("fail", "queue"),
}
# What the parsers have without being told: `defaults` that say the same could not be told from none.
BUILT_IN = ("failover", '"service-time 0"', "tur", '"0"', "const", "uniform", "no", "manual", "fail", "unused")
NUMBERS = ("failback", "no_path_retry", "rr_min_io", "rr_min_io_rq", "pg_timeout", "fast_io_fail_tmo", "dev_loss_tmo", "eh_deadline",
           "max_sectors_kb", "san_path_err_threshold", "san_path_err_forget_rate", "san_path_err_recovery_time", "ghost_delay",
           "delay_watch_checks", "marginal_path_err_sample_time", "marginal_path_double_failed_time")
KEYWORDS = tuple(dict.fromkeys((*WORDS, *NUMBERS)))
OFTEN = ("path_grouping_policy", "path_selector", "failback", "no_path_retry", "features", "rr_min_io_rq", "prio", "path_checker")
UNKNOWN = ("failback", "all_devs yes", "hw_str_match yes", "hwtable_regex_match yes", "nonsense 12", "devices")
# In a device alone, and there alone: to 0.8.5 they take back what the section has said before, to the others nothing.
INVALID = ("failback nope", "path_grouping_policy nope", "no_path_retry nope", 'failback ""', "rr_weight heavy",
           "path_grouping_policy MULTIBUS")
# Each kind of list: what keeps any LUN off, what means others.
LISTS = {
    "devnode": (("^sd", ".*", "sd[a-z]", "^sd[a-z]+$", "!^vd", "", "^(sd|hd)[a-z]"), ("^vd", "^hd[a-z]", "!^sd", "^(ram|raw|loop|fd|md|sr)[0-9]*")),
    "wwid": ((".*", "!^nothing", "", "^[0-9A-Za-z]"), ("^360a98000", "!.*", "nothing")),
    "protocol": ((".*", "scsi", "^scsi:", "!^nvme", ""), ("^nvme", "ccw", "!scsi", "cciss")),
    "property": ((".*", "DEVNAME", "^ID_SERIAL$", "ID_SERIAL", "^DEV", "!^nothing", ""), ("nothing", "^ID_WWN", "^SUBSYSTEM$", "!.*")),
}
BROKEN = ("(", "*", "[a", "+(")


class Maker:
    """One configuration, as it is being made."""

    def __init__(self, number):
        self.random = random.Random(f"configuration {number}")
        self.half = self.one(("vendor", "product"))  # multipath -t prints one and then the other alone as one of both
        self.number = 200  # below, a few numbers have a meaning of their own

    def chance(self, share):
        return self.random.random() < share

    def one(self, things):
        return self.random.choice(things)

    def files(self):
        """{path below /etc: text}, without the pack's own file."""
        made = {MAIN: self.file(main=True)}
        if self.chance(0.03):
            del made[MAIN]
        for name in self.random.sample(FILES, self.one((0, 0, 1, 1, 2, 3))):
            made[CONF_D + name] = self.file(main=False)
        if self.chance(0.1):
            made[WWIDS] = "# Multipath wwids, Version : 1.0\n/1OSNEXUSQUANTASTOR_2000/\n"
        return made

    def file(self, main):
        sections = [self.devices] * self.one((0, 1, 1, 1, 2)) + [self.defaults] * (not main and self.chance(0.3))
        sections += [self.overrides] * (self.chance(0.25) + self.chance(0.03)) + [self.list] * (self.chance(0.3) + self.chance(0.1))
        sections += [self.multipaths] * self.chance(0.1) + [self.unknown] * self.chance(0.05)
        self.random.shuffle(sections)
        sections.insert(0, self.head) if main else None
        lines = [line for section in sections for line in ([*self.noise(), *section()])]
        if self.chance(0.06):
            lines.insert(self.random.randrange(len(lines) + 1), self.one(("}", "{", "{{", "} }", "devices", "device {", "blacklist {")))
        if lines and self.chance(0.04):
            del lines[self.random.randrange(len(lines))]
        end = "\r\n" if self.chance(0.05) else "\n"
        text = "".join(line + end for line in lines)
        return ("\xef\xbb\xbf" if self.chance(0.03) else "") + (text.rstrip() if self.chance(0.05) else text)

    # ---- sections ------------------------------------------------------------------------------
    def head(self):
        """The main file's defaults: mostly those without which no parser would make a map by itself."""
        find = self.one(("no",) * 12 + ("yes", "smart", "off", "greedy", "strict", None))
        more = [f"find_multipaths {find}"] if find else []
        more += ["detect_prio no", "detect_checker no"] if self.chance(0.8) else []
        return self.section("defaults", more + self.settings(self.one((0, 0, 1, 3)), BUILT_IN))

    def defaults(self):
        return self.section("defaults", self.settings(self.one((0, 1, 3)), BUILT_IN))

    def overrides(self):
        inside = self.settings(self.one((0, 1, 2, 4)))
        if self.chance(0.2):
            kind = self.one(("scsi:unspec", "scsi:fcp", "nvme:tcp"))
            inside += self.section("protocol", [f"type {kind}", f"fast_io_fail_tmo {self.next()}", f"eh_deadline {self.next()}"])
        return self.section("overrides", inside + self.settings(self.one((0, 0, 1))))

    def multipaths(self):
        entry = self.section("multipath", [f"wwid {self.one(('360a98000486e2f65', '3600140', '.*'))}", *self.settings(2)])
        return self.section("multipaths", entry)

    def unknown(self):
        return self.section(self.one(("devnode_blacklist", "device", "blacklist_exception", "Devices")), self.settings(1))

    def devices(self):
        return self.section("devices", [line for _ in range(self.one((0, 1, 1, 2, 3, 4))) for line in [*self.noise(), *self.device()]])

    def device(self):
        kind = self.random.random()
        if kind < 0.3:
            names = [f'vendor "{LUN[0]}"', f'product "{LUN[1]}"']  # as the pack's: one entry of both
        elif kind < 0.93:
            names = [f'{name} "{self.pattern(part, 0.75)}"' for part, name in enumerate(("vendor", "product"))]
        else:
            names = self.one(([], [f'vendor "{LUN[0]}"'], [f'product "{LUN[1]}"'], ["vendor", "product"]))
        more = self.settings(self.one((0, 1, 2, 3, 5)))
        if self.chance(0.1):
            invalid = self.one(INVALID)
            more = [invalid, *(line for line in more if line.split()[0] != invalid.split()[0])]
        if self.chance(0.1):
            more.append(f'revision "{self.one((".*", "", "(", "nowhere", ""))}"')
        if self.chance(0.12):
            more.append(f'product_blacklist "{self.pattern(1, 0.3)}"')
        if self.chance(0.1):
            self.random.shuffle(names + more)
        return self.section("device", names + more)

    def list(self):
        inside = []
        for _ in range(self.one((1, 1, 2, 3))):
            if self.chance(0.35):
                names = [f'{name} "{self.listed_pattern(part)}"' for part, name in enumerate(("vendor", "product"))]
                half = [line for line in names if line.startswith(self.half)]
                inside += self.section("device", self.one((names, names, half, half, [], names + names)))
                continue
            kind = self.one(tuple(LISTS))
            pattern = self.one(LISTS[kind][self.chance(0.7)])
            inside.append(f'{kind} "{self.one(BROKEN) if self.chance(0.02) else pattern}"')
        return self.section("blacklist_exceptions" if self.chance(0.4) else "blacklist", inside)

    # ---- parts ---------------------------------------------------------------------------------
    def section(self, name, lines):
        style = self.random.random()
        if style < 0.03:
            head = [name, "{"]
        else:
            head = [name + (" {" if style > 0.1 else "{") + (" # of this site" if self.chance(0.05) else "")]
        return [*head, *(self.dressed(line) for line in lines), self.one(("}",) * 20 + ("} # end", "}}", "\t}"))]

    def dressed(self, line):
        """With blanks, tabs and comments about it."""
        line = self.one(("\t", "\t\t", "    ", "", " ")) + line
        return line + self.one(("",) * 14 + (" ", "\t# as the vendor says", " ! no", "  \t", "#", " trailing"))

    def noise(self):
        if self.chance(0.01):  # parsers read at most 1,023 bytes, and what follows as a line of its own
            return ["#" * self.one((1021, 1022, 1023, 1024, 2046)) + self.one(("}", "failback 9", "overrides {", " old"))]
        return [self.one(("# device { vendor \"OSNEXUS\" }", "#", "! old", "", "   ", "\t# }"))] if self.chance(0.2) else []

    def next(self):
        self.number += 1
        return self.number

    def settings(self, count, without=()):
        made = []
        for _ in range(count):
            if self.chance(0.04):
                made.append(self.one(UNKNOWN))
                continue
            keyword = self.one(OFTEN if self.chance(0.6) else KEYWORDS)
            number = keyword in NUMBERS and (keyword not in WORDS or self.chance(0.7))
            value = str(self.next()) if number else self.one(WORDS[keyword])
            if value in without and not keyword.startswith("detect_") or (keyword, value) == ("retain_attached_hw_handler", "yes"):
                continue
            made.append(f'{keyword} {value if value.startswith(chr(34)) or self.chance(0.8) else chr(34) + value + chr(34)}')
        return made

    def pattern(self, part, share):
        return self.one((FITS if self.chance(share) else FITS_NOT)[part])

    def listed_pattern(self, part):
        return self.one(BROKEN if self.chance(0.015) else LISTED[part])


def configuration(number):
    """{path below /etc: text}"""
    return Maker(number).files()
