# SPDX-License-Identifier: GPL-2.0-or-later
"""Another version of suppack says to have laid the image out, and this one does it otherwise."""
import layouts


def spoil(kit):
    kit.as_it_was = True
    kit.after += [layouts.made_by(b"SUPPACK LAYOUT 99"), layouts.later]
