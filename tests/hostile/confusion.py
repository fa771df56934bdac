# SPDX-License-Identifier: GPL-2.0-or-later
"""All ways to have two readers of one image see two things: WAYS, {name: (rule, function of an image)}."""
import ways_rock
import ways_tree
import ways_volume
from ways import WAYS

__all__ = ["WAYS", "ways_rock", "ways_tree", "ways_volume"]
