# SPDX-License-Identifier: GPL-2.0-or-later
"""Another program's image that says it is suppack's."""
import laid_out


def spoil(kit):
    mark = laid_out.mark_of(kit.image.read_bytes())
    kit.words += ["-A", mark.decode()]
