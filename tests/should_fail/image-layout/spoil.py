# SPDX-License-Identifier: GPL-2.0-or-later
"""Every time stamp of the records is a year later, and they agree: not with the time repomd.xml gives."""
import laid_out


def spoil(kit):
    kit.as_it_was = True
    kit.after.append(laid_out.later)
