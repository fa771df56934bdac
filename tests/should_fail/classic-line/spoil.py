# SPDX-License-Identifier: GPL-2.0-or-later
"""The shell parser never comes out of a tag over two lines."""
BASE = "classic"


def spoil(kit):
    kit.replace("XS-REPOSITORY", ' product="XenServer" version="1', '\\n product="XenServer" version="1')
