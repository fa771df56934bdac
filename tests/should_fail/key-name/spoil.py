# SPDX-License-Identifier: GPL-2.0-or-later
"""A path on the host."""


def spoil(kit):
    kit.update('key="', 'key="/etc/pki/rpm-gpg/')
