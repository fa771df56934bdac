# SPDX-License-Identifier: GPL-2.0-or-later
"""One file beside what build-update makes."""
import shutil

from kit import OWN_CLASSIC_RPM


def spoil(kit):
    for name in ("SHA256SUMS", "SHA256SUMS.asc", "README.txt", "XS-REPOSITORY", "XS-PACKAGES", "install", "install.sh"):
        kit.path(name).unlink()
    kit.path(OWN_CLASSIC_RPM).unlink()
    shutil.rmtree(kit.tree / "storagelink")
    (kit.tree / "autorun.inf").write_text("[autorun]\n")
