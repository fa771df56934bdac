# SPDX-License-Identifier: GPL-2.0-or-later
"""The host layouts of multipath.md section 3: which file counts on which release, and who owns it.

Contents are our own, in the likeness of what each release ships (multipath/*.conf beside this file).
"""
from dataclasses import dataclass, field
from pathlib import Path

TEXTS = Path(__file__).resolve().parent / "multipath"
ETC = "/etc/multipath.conf"
ENABLED, DISABLED = "/etc/multipath-enabled.conf", "/etc/multipath-disabled.conf"
XENSERVER = "/etc/multipath.xenserver/multipath.conf"
CUSTOM = "/etc/multipath/conf.d/custom.conf"
LABEL = "osnexus-quantastor-multipath"
DROP_IN = f"/etc/multipath/conf.d/custom-{LABEL}.conf"
# An expression that does not compile: 6.2's multipath throws the whole file away.
UNMERGEABLE = b'blacklist {\n\twwid "("\n}\n'


@dataclass(frozen=True)
class Owned:
    """A file a package of the release owns. config: '', '%config' or '%config(noreplace)'."""
    path: str
    text: str  # file name in multipath/
    config: str = ""


@dataclass(frozen=True)
class Layout:
    name: str
    brand: str
    product: str
    platform: str
    target: str             # the file our stanza ends up in
    dialect: str            # the parser whose text it takes, as pack.conf names it
    sm: tuple = ()          # Owned
    dm: tuple = ()          # Owned by device-mapper-multipath
    dirs: tuple = ()        # directories device-mapper-multipath owns
    links: dict = field(default_factory=dict)  # made by SM or by update-alternatives, owned by nobody
    loose: tuple = ()       # Owned, but by nobody
    states: str = ""        # the version its multipath program states, where the hook asks it

    @property
    def drop_in(self):
        return self.target == DROP_IN

    @property
    def xapi(self):
        """Whether this release installs packs of the modern format at all (packs.md 0.1: 7.1 and later)."""
        return tuple(int(arc) for arc in self.product.split(".")) >= (7, 1)

    @property
    def verb(self):
        """xapi's word for @update: "upgrade" from 7.1 to 8.2 (24.19), "install" since 24.20 (packs.md B.7)."""
        return "upgrade" if self.xapi and self.platform < "3.4" else "install"

    def all_files(self):
        return {owned.path: owned for owned in (*self.sm, *self.dm, *self.loose)}

    def text(self, path):
        return (TEXTS / self.all_files()[path].text).read_bytes()

    def __str__(self):
        return self.name


# "/etc/multipath.conf -> alternatives -> /etc/multipath.xenserver/multipath.conf", 6.5 to 8.x
ALTERNATIVES = {ETC: "/etc/alternatives/multipath.conf", "/etc/alternatives/multipath.conf": XENSERVER}
EL5 = {"dm": (Owned(ENABLED, "el5-enabled.conf"), Owned(DISABLED, "el5-disabled.conf")),
       "target": ENABLED, "dialect": "0.4.7"}
EL7 = {"target": DROP_IN, "dialect": "0.4.9-86", "links": ALTERNATIVES}
EL7_8 = EL7 | {"dialect": "0.4.9-119"}
OWN_DIR = {"dirs": ("/etc/multipath",)}


def _custom(text, config="%config(noreplace)"):
    return Owned(CUSTOM, text, config)


LAYOUTS = (
    Layout("xs-5.5-enabled", "XenServer", "5.5.0", "", links={ETC: ENABLED}, **EL5),
    Layout("xs-5.5-disabled", "XenServer", "5.5.0", "", links={ETC: DISABLED}, **EL5),
    Layout("xs-5.6", "XenServer", "5.6.100", "", ETC, "0.4.7", dm=(Owned(ETC, "xs56.conf"),)),
    Layout("xs-6.2", "XenServer", "6.2.0", "1.8.0", ETC, "0.4.7", dm=(Owned(ETC, "xs62.conf"),)),
    Layout("xs-6.5", "XenServer", "6.5.0", "1.9.0", XENSERVER, "0.4.9-31",
           sm=(Owned(XENSERVER, "xs65.conf", "%config"),), links=ALTERNATIVES),
    Layout("xs-7.0", "XenServer", "7.0.0", "2.1.0", sm=(Owned(XENSERVER, "xs7.conf", "%config"),), **EL7, **OWN_DIR),
    Layout("xs-7.6", "XenServer", "7.6.0", "2.7.0", sm=(Owned(XENSERVER, "xs7.conf", "%config"),), **EL7, **OWN_DIR),
    Layout("xs-8.2", "XenServer", "8.2.1", "3.2.1", sm=(Owned(XENSERVER, "xs7.conf", "%config"),), **EL7_8, **OWN_DIR),
    Layout("xcp-ng-8.2", "XCP-ng", "8.2.1", "3.2.1", **EL7_8, **OWN_DIR,
           sm=(Owned(XENSERVER, "xs7.conf", "%config(noreplace)"), _custom("custom-filled.conf"))),
    Layout("xcp-ng-8.3", "XCP-ng", "8.3.0", "3.4.0", **EL7_8, **OWN_DIR,
           sm=(Owned(XENSERVER, "xs8.conf", "%config"), _custom("custom.conf"))),
    Layout("xs-8", "XenServer", "8.4.0", "3.4.0", **EL7_8, **OWN_DIR,
           sm=(Owned(XENSERVER, "xs8.conf", "%config"), _custom("custom-filled.conf"))),
    Layout("xs-9", "XenServer", "9.0.0", "3.6.0", DROP_IN, "0.9.6", states="0.9.9",
           sm=(_custom("custom.conf"),), dm=(Owned(ETC, "xs9.conf", "%config(noreplace)"),),
           loose=(Owned("/etc/multipath/conf.d/installer.conf", "installer.conf"),), **OWN_DIR),
)
BY_NAME = {layout.name: layout for layout in LAYOUTS}
# One of each kind, for what does not depend on the release's details: link and file, merged and drop-in,
# with and without conf.d, each owner, each dialect.
KINDS = tuple(BY_NAME[name] for name in ("xs-5.5-disabled", "xs-6.2", "xs-6.5", "xs-7.0", "xcp-ng-8.3", "xs-9"))
