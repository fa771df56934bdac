# SPDX-License-Identifier: GPL-2.0-or-later
"""What the recipes in tests/should_fail/<rule>/ spoil a good image with: its unpacked tree, keys, and other tools than
suppack's own to write RPMs (rpmbuild), metadata (createrepo_c) and the image (xorriso)."""
import gzip
import hashlib
import os
import re
import shutil
from pathlib import Path

from confusion import WAYS
from iso import Image, px
from support import EPOCH, SUMS, environment, must, sums_of

LABEL, VERSION, UUID = "osnexus-quantastor-multipath", "1.0.0", "10bea843-73d5-5c22-81f2-bede62817dcb"
PAYLOAD = f"Packages/{LABEL}-{VERSION}-1.x86_64.rpm"
UPDATE = f"Packages/update-{LABEL}-{VERSION}-1.noarch.rpm"
CONTROL = f"Packages/control-{LABEL}-{VERSION}-1.x86_64.rpm"
CARRIED = "Packages/carried-1.0-1.noarch.rpm"  # of the images that carry one
KEY = "RPM-GPG-KEY-OSNEXUS"
STAMP = f"/var/update/applied/{UUID}"
REPOMD = "repodata/repomd.xml"
# What makes rpm 4.18 write what rpm 4.11 reads, and what makes it write what rpm 4.4 reads.
EL7 = {"_binary_payload": "w9.gzdio", "_source_payload": "w9.gzdio", "_binary_filedigest_algorithm": "8"}
EL5 = {**EL7, "_binary_filedigest_algorithm": "1"}
OWN_CLASSIC_RPM = f"{LABEL}-{VERSION}-1.noarch.rpm"  # what the images carry
CLASSIC_RPM = "acme-tools-1.0-1.noarch.rpm"        # what the cases of the classic half put in its place
REPOSITORY = """\
<repository enforce-homogeneity="true" name="{label}" originator="osnexus" product="XenServer" version="1.0.0">
  <description>OSNEXUS QuantaStor multipath settings</description>
  <requires name="main" originator="xs" product="XenServer" test="ge" version="5.6.0"/>
</repository>
""".replace("{label}", LABEL)


def spec(name, version="1.0", lines="", files=(), summary="s"):
    """A spec of a noarch package that lays down the given files, each with its name as content."""
    install = "\n".join(f"mkdir -p %{{buildroot}}{os.path.dirname(f)}; echo {f} > %{{buildroot}}{f}" for f in files)
    return (f"Name: {name}\nVersion: {version}\nRelease: 1\nSummary: {summary}\nLicense: MIT\nBuildArch: noarch\n"
            f"AutoReqProv: no\n{lines}\n%description\nd\n%install\nmkdir -p %{{buildroot}}\n{install}\n"
            f"%files\n" + "".join(f"{f}\n" for f in files))


class Kit:
    """One good image, about to be spoilt: .tree is its content, .key what it is signed with."""

    def __init__(self, base, tree, key, make_key, image):
        self.base, self.tree, self.key, self.make_key = base, tree, key, make_key
        self.words = ["-R", "-J", "-joliet-long", "-uid", "0", "-gid", "0", "-V", LABEL.replace("-", "_").upper()[:32]]
        self.image = image       # suppack's own, out of which the tree is
        self.as_it_was = False   # start from that, not from the tree as another program writes it
        self.after = []          # functions that change the bytes of the image
        self.way = None          # of tests/hostile/confusion.py: the image is then written by iso.py, and that changed
        self.times = {}          # path -> seconds, for files that are not of EPOCH
        self.keyring = [key]     # whom the user of verify trusts; None = no --keyring
        self.sums_are_final = False
        self.beside = {}         # ".asc" -> content of spoilt.iso.asc

    # ---- files ---------------------------------------------------------------------------------
    def path(self, name):
        """A file of the tree; of repodata also by its type: 'primary'."""
        direct = self.tree / name
        return direct if direct.exists() or "/" in name else next(self.tree.glob(f"repodata/*-{name}.xml*"))

    def replace(self, name, old, new):
        path = self.path(name)
        text = path.read_text()
        assert re.search(old, text), f"{old!r} is not in {name}"
        path.write_text(re.sub(old, new, text, count=1))

    def flip(self, name, offset):
        path = self.path(name)
        data = bytearray(path.read_bytes())
        data[offset] ^= 1
        path.write_bytes(data)

    def sign(self, *names, key=None):
        for name in names:
            (key or self.key).sign_detached(self.tree / name)

    def update(self, old, new):
        """Changes update.xml, signed again."""
        self.replace("update.xml", old, new)
        self.sign("update.xml")

    # ---- the sums ------------------------------------------------------------------------------
    def sum_up(self, change=lambda text: text, key=None):
        """Lists the files as they are now, signed if it was; what is spoilt afterwards is not in the list."""
        self.sums_are_final = True
        (self.tree / SUMS).write_bytes(change(sums_of(self.tree)).encode())
        if (self.tree / f"{SUMS}.asc").exists():
            self.sign(SUMS, key=key)

    # ---- RPMs ----------------------------------------------------------------------------------
    def build_rpm(self, text, macros=EL7, target="noarch"):
        top = self.base / f"rpm-{len(list(self.base.glob('rpm-*')))}"
        top.mkdir()
        (top / "x.spec").write_text(text)
        defines = {"_topdir": top, "_buildhost": "x", "use_source_date_epoch_as_buildtime": "1",
                   "clamp_mtime_to_source_date_epoch": "1", "__os_install_post": "%{nil}", **macros}
        words = [word for name, value in defines.items() for word in ("--define", f"{name} {value}")]
        must(["rpmbuild", "-bb", "--target", target, *words, top / "x.spec"],
             env=environment(HOME=top, SOURCE_DATE_EPOCH=EPOCH))
        return next(top.glob("RPMS/*/*.rpm"))

    def sign_rpm(self, path, key=None, digest="sha256", how=()):
        key = key or self.key
        must(["rpmsign", "--define", f"_gpg_name {key.id}", "--define", "__gpg /usr/bin/gpg", "--define",
              f"_gpg_digest_algo {digest}", *how, "--addsign", path], env=environment(GNUPGHOME=key.home, HOME=self.base))

    def put_rpm(self, built, signed=True, key=None, digest="sha256"):
        """Into Packages, in place of what has the same name, and into repodata."""
        if signed:
            self.sign_rpm(built, key, digest)
        shutil.copy(built, self.tree / "Packages")
        self.remake_repodata()

    def add_rpm(self, lines="", name="extra", macros=EL7, target="noarch", version="1.0", **how):
        self.put_rpm(self.build_rpm(spec(name, version, lines, ["/opt/extra/file"]), macros, target), **how)

    def stamp(self):
        """The stamp the image's update package carries."""
        return re.sub(r'\s*(key)="[^"]*"', "", self.path("update.xml").read_text())

    def put_update(self, stamp=None, requires=f"{LABEL} >= {VERSION}-1", name=UUID):
        """The update package, built anew."""
        (self.base / "stamp").write_text(self.stamp() if stamp is None else stamp)
        text = spec("update-" + LABEL, VERSION, f"Requires: {requires}", [f"/var/update/applied/{name}"])
        text = text.replace("echo /var", f"cat {self.base / 'stamp'} #")
        text = re.sub(r"#\S* > ", "> ", text)
        self.put_rpm(self.build_rpm(text))

    def put_control(self, mode="0755", uuid=UUID):
        """The control package, built anew, with nothing but a precheck."""
        self.path(CONTROL).unlink()
        text = spec("control-" + LABEL, VERSION, "Requires: platform-version >= 2.2.0", [f"/var/update/{uuid}/precheck"])
        self.put_rpm(self.build_rpm(text.replace("%files\n/", f"%files\n%attr({mode},root,root) /")))

    # ---- repodata ------------------------------------------------------------------------------
    def remake_repodata(self):
        comps = self.base / "comps.xml"
        shutil.copy(self.path("comps"), comps)
        shutil.rmtree(self.tree / "repodata")
        must(["createrepo_c", "--quiet", "--no-database", "--revision", EPOCH, "--set-timestamp-to-revision",
              "--excludes", CLASSIC_RPM, "--excludes", OWN_CLASSIC_RPM, "--groupfile", comps, self.tree])
        self.sign(REPOMD)

    def metadata(self, kind):
        path = self.path(kind)
        return gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()

    def put_metadata(self, kind, text, pack=gzip.compress):
        """Writes primary, filelists, other or comps, and has repomd.xml say so."""
        path = self.path(kind)
        old, data = path.read_bytes(), text.encode()
        new = pack(data) if path.suffix == ".gz" else data
        path.write_bytes(new)

        def sha(content):
            return hashlib.sha256(content).hexdigest()
        repomd = self.path(REPOMD).read_text()
        before = gzip.decompress(old) if path.suffix == ".gz" else old
        # Only the record that names the file: the group's digest stands in two.
        records = re.split(r"(?=<data )", repomd)
        index = next(i for i, record in enumerate(records) if path.name in record)
        record = records[index].replace(f">{sha(before)}<", f">{sha(data)}<")
        record = record.replace(f"checksum type=\"sha256\">{sha(old)}<", f"checksum type=\"sha256\">{sha(new)}<")
        record = record.replace(f"<size>{len(old)}<", f"<size>{len(new)}<")
        records[index] = record.replace(f"open-size>{len(before)}<", f"open-size>{len(data)}<")
        self.path(REPOMD).write_text("".join(records))
        self.sign(REPOMD)

    def change_metadata(self, kind, old, new):
        text = self.metadata(kind)
        assert re.search(old, text, re.S), f"{old!r} is not in {kind}"
        self.put_metadata(kind, re.sub(old, new, text, count=1, flags=re.S))

    def change_repomd(self, old, new):
        self.replace(REPOMD, old, new)
        self.sign(REPOMD)

    # ---- the classic half ----------------------------------------------------------------------
    def add_classic(self):
        """A classic half of other tools in place of suppack's own."""
        self.path(OWN_CLASSIC_RPM).unlink()
        built = self.build_rpm(spec("acme-tools", files=["/opt/acme/tool"]), EL5)
        shutil.copy(built, self.tree / CLASSIC_RPM)
        (self.tree / "XS-REPOSITORY").write_text(REPOSITORY)
        for name in ("install", "install.sh"):
            (self.tree / name).write_text("#!/bin/sh\nexit 0\n")
            (self.tree / name).chmod(0o755)
        self.list_classic(CLASSIC_RPM)

    def classic_line(self, name, **attributes):
        data = (self.tree / name).read_bytes()
        values = {"label": name.rsplit("-", 2)[0], "md5": hashlib.md5(data).hexdigest(), "size": len(data),
                  "type": "rpm", **attributes}
        words = " ".join(f'{key}="{value}"' for key, value in values.items() if value is not None)
        return f"  <package {words}>{name}</package>\n"

    def list_classic(self, *names, **attributes):
        lines = "".join(self.classic_line(name, **attributes) for name in names)
        (self.tree / "XS-PACKAGES").write_text(f"<packages>\n{lines}</packages>\n")

    def put_classic(self, lines="", files=("/opt/acme/tool",), macros=EL5, target="noarch", **attributes):
        """Another RPM in place of the classic one."""
        text = spec("acme-tools", lines=lines, files=files)
        if target != "noarch":
            text = text.replace("BuildArch: noarch\n", "")
        shutil.copy(self.build_rpm(text, macros, target), self.tree / CLASSIC_RPM)
        self.list_classic(CLASSIC_RPM, **attributes)

    # ---- the image -----------------------------------------------------------------------------
    def write(self):
        """The image of the tree as it is now; the path of the file."""
        if (self.tree / SUMS).exists() and not self.sums_are_final:
            self.sum_up()
        for path in sorted([self.tree, *self.tree.rglob("*")], reverse=True):
            when = self.times.get(path.relative_to(self.tree).as_posix(), int(EPOCH))
            os.utime(path, (when, when))
        iso = self.base / "spoilt.iso"
        if self.way:
            iso.write_bytes(self.confused())
            return iso
        if self.as_it_was:
            shutil.copy(self.image, iso)
        else:
            must(["xorriso", "-as", "mkisofs", "-quiet", *self.words, "-o", iso, self.tree])
        data = bytearray(iso.read_bytes())
        for change in self.after:
            data = change(data) or data
        iso.write_bytes(data)
        for suffix, content in self.beside.items():
            Path(f"{iso}{suffix}").write_text(content)
        return iso

    def confused(self):
        image = Image({path.relative_to(self.tree).as_posix(): None if path.is_dir() else path.read_bytes()
                       for path in self.tree.rglob("*")}, "OSNEXUS")
        for name in ("install", "install.sh"):
            image.rock(name).use[0] = px(0o100755)
        WAYS[self.way][1](image)
        return image.bytes()

    def write_keyring(self):
        path = self.base / "keyring"
        path.write_text("".join(key.public.read_text() for key in self.keyring))
        return path
