# SPDX-License-Identifier: GPL-2.0-or-later
"""Images of other makers that read the same everywhere are as valid as ours: rules judge, not who wrote it."""
import os

import pytest

from support import EPOCH, environment, must, run

LABEL = ["-V", "OSNEXUS_QUANTASTOR"]
MAKERS = {
    # build-update of the DDK (packs.md, C.3); it had mkisofs, which is this program since
    "build-update": ["genisoimage", "-quiet", "-f", "-A", "OSNEXUS", *LABEL, "-J", "-joliet-long", "-r"],
    "genisoimage-long-names": ["genisoimage", "-quiet", *LABEL, "-J", "-joliet-long", "-r", "-l", "-allow-leading-dots", "-no-pad"],
    "genisoimage-relaxed": ["genisoimage", "-quiet", *LABEL, "-J", "-joliet-long", "-r", "-relaxed-filenames", "-allow-lowercase",
                            "-allow-multidot", "-omit-version-number"],
    "xorrisofs": ["xorriso", "-as", "mkisofs", "-quiet", *LABEL, "-r", "-J", "-joliet-long"],
    "xorrisofs-level-3": ["xorriso", "-as", "mkisofs", "-quiet", *LABEL, "-r", "-J", "-joliet-long", "-iso-level", "3", "-no-pad"],
    "xorrisofs-relaxed": ["xorriso", "-as", "mkisofs", "-quiet", *LABEL, "-r", "-J", "-joliet-long", "-relaxed-filenames",
                          "-allow-lowercase", "-omit-version-number"],
    "xorrisofs-rrip-1.12": ["xorriso", "-compliance", "new_rr", "-as", "mkisofs", "-quiet", *LABEL, "-r", "-J", "-joliet-long"],
}


@pytest.mark.parametrize("maker", MAKERS)
def test_is_valid(packs, suppack, demo_key, tmp_path, maker):
    pack = packs()
    for path in [pack.tree, *pack.tree.rglob("*")]:
        os.utime(path, (int(EPOCH), int(EPOCH)))
    iso = tmp_path / "theirs.iso"
    must([*MAKERS[maker], "-o", iso, pack.tree], env=environment(HOME=tmp_path))
    done = run([suppack, "verify", "--keyring", demo_key.public, iso], env=environment(TMPDIR=tmp_path))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert "errors 0" in done.stdout
