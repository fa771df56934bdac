# SPDX-License-Identifier: GPL-2.0-or-later
"""Where ways to have two readers of one image see two things are kept: each changes an image of iso.py, and names the rule
it breaks. UPDATE is what all of them aim at; OTHER is content that must not come to be taken for it."""
from iso import File

UPDATE, OTHER = "update.xml", b"<other/>\n"
WAYS = {}  # name -> (rule, function)


def breaks(rule):
    def keep(function):
        WAYS[function.__name__] = (rule, function)
        return function
    return keep


def first(image, record):
    """Puts a record before all others of the root, of the Rock Ridge tree."""
    image.folders[""].rock.insert(0, record)


def other(image):
    """A further file, in no folder yet."""
    image.files["(other)"] = File(OTHER)
    return image.files["(other)"]
