# SPDX-License-Identifier: GPL-2.0-or-later
"""Another version of suppack says to have laid the image out, and this one does it otherwise."""
import laid_out


def spoil(kit):
    kit.as_it_was = True
    kit.after += [laid_out.made_by(b"SUPPACK LAYOUT 99"), laid_out.later]
