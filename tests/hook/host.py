# SPDX-License-Identifier: GPL-2.0-or-later
"""A root directory laid out as one release has it, with a pack's hook inside, without any rpm."""
import os
import shutil
import sys
from pathlib import Path

from support import environment, run

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))
import layouts  # noqa: E402  the same layouts as the rpm tests
import snapshot  # noqa: E402

LABEL = layouts.LABEL
STANZA = """device {
      vendor                  "OSNEXUS"
      product                 "QUANTASTOR"
      path_selector           "round-robin 0"
      path_grouping_policy    multibus
      failback                immediate
      rr_weight               uniform
      rr_min_io               100
      path_checker            tur
}
"""
PACKAGE = f"/opt/{LABEL}"


class Host:
    """root: the tree; state after make() is what a host is before the package."""

    def __init__(self, root, layout, program):
        self.root, self.layout, self.program = Path(root), layout, program

    def make(self):
        for directory in ("/etc", "/var/lib", "/var/log", *self.layout.dirs):
            self.at(directory).mkdir(parents=True, exist_ok=True)
        if self.layout.drop_in:
            self.at("/etc/multipath").mkdir(exist_ok=True)
        for path in self.layout.all_files():
            self.write(path, self.layout.text(path))
        for link, target in self.layout.links.items():
            self.at(link).parent.mkdir(parents=True, exist_ok=True)
            self.at(link).symlink_to(target)
        self.write("/etc/xensource-inventory",
                   f"PRODUCT_BRAND='{self.layout.brand}'\nPRODUCT_VERSION='{self.layout.product}'\n".encode())
        return self

    def at(self, path):
        return Path(f"{self.root}{path}")

    def write(self, path, content):
        self.at(path).parent.mkdir(parents=True, exist_ok=True)
        self.at(path).write_bytes(content)
        self.at(path).chmod(0o644)

    def unpack(self, version="1.0.0", stanza=STANZA, label=LABEL, on_conflict="keep"):
        """The files of the payload RPM. stanza: one for all parsers, or {the first parser that gets it: text}."""
        package = Path(f"{self.root}/opt/{label}")
        share = package / "share" / label
        share.mkdir(parents=True, exist_ok=True)
        (package / "bin").mkdir(exist_ok=True)
        program = package / "bin" / "multipath-hook"
        program.unlink(missing_ok=True)
        shutil.copy2(self.program, program)
        texts = stanza if isinstance(stanza, dict) else {"0.4.7": stanza}
        (share / "pack.conf").write_text(f"label={label}\nversion={version}\nuuid=u\non-conflict={on_conflict}\n" + "".join(
            f"stanza={parser} multipath-{parser}.conf\n" for parser in texts))
        for parser, text in texts.items():
            (share / f"multipath-{parser}.conf").write_text(text)
        return self

    def erase(self, label=LABEL):
        shutil.rmtree(f"{self.root}/opt/{label}")
        if not os.listdir(f"{self.root}/opt"):
            os.rmdir(f"{self.root}/opt")

    def hook(self, *words, label=LABEL, before=(), **kwargs):
        argv = [*before, f"{self.root}/opt/{label}/bin/multipath-hook", *words, "--root", self.root]
        return run(argv, env=environment(PATH=None), **kwargs)

    @property
    def target(self):
        return self.at(self.layout.target)

    @property
    def temp(self):
        """What the new file is called until it is renamed."""
        return self.target.parent / f".multipath-hook.{LABEL}"

    def tree(self):
        """Everything but the package's own files."""
        return {path: what for path, what in snapshot.snapshot(self.root).items()
                if not path.startswith("/opt")}
