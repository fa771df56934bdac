# SPDX-License-Identifier: GPL-2.0-or-later
"""pytest imports a test file by its base name: two of one name cannot be collected in one run, whatever their folders."""
from collections import Counter

from support import SOURCE


def test_each_test_file_has_a_name_of_its_own():
    names = Counter(file.name for file in (SOURCE / "tests").rglob("test_*.py"))
    assert [name for name, count in names.items() if count > 1] == []
