# SPDX-License-Identifier: GPL-2.0-or-later
"""Packs to be installed: the QuantaStor description with other values, built and unpacked."""
import re
import shutil

from support import must, set_keys


class Pack:
    """A built image, unpacked with bsdtar: the kernel of a build machine need not know iso9660."""

    def __init__(self, iso, directory):
        self.iso, self.tree = iso, directory / "tree"
        self.tree.mkdir()
        must(["bsdtar", "-xf", iso, "-C", self.tree])

    def rpm(self, prefix):
        """The package of this name, e.g. rpm('update-')."""
        return next(iter(sorted(self.tree.glob(f"Packages/{prefix}?*.rpm"))))

    def copy(self, directory):
        """Its tree once more, to be tampered with."""
        return shutil.copytree(self.tree, directory)


def pack_maker(build_pack, source, tmp_path_factory):
    """make(rr_min_io='100', unsigned=False, product='QUANTASTOR', **keys of pack.ini) -> Pack, each built once."""
    made = {}

    def make(rr_min_io="100", unsigned=False, product="QUANTASTOR", **keys):
        wanted = (rr_min_io, unsigned, product, *sorted(keys.items()))
        if wanted not in made:
            directory = tmp_path_factory.mktemp("pack")
            shutil.copytree(source, directory / "spec")
            set_keys(directory / "spec/pack.ini", **keys)
            stanza = directory / "spec/multipath.conf"
            text = re.sub(r"(rr_min_io\s+)100", rf"\g<1>{rr_min_io}", stanza.read_text())
            stanza.write_text(text.replace("QUANTASTOR", product))
            built = build_pack(directory / "spec/pack.ini", *(["--unsigned"] if unsigned else []))
            assert built.returncode == 0 and built.iso, built.stderr
            made[wanted] = Pack(built.iso, directory)
        return made[wanted]
    return make
