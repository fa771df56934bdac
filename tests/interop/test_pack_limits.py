# SPDX-License-Identifier: GPL-2.0-or-later
"""Sizes and linkage: the hook runs on a dom0 of any age, and the image goes through slow uploads."""
import re

import pytest

from support import must

KIB = 1024


@pytest.mark.parametrize("arch, machine", (("x86_64", "X86-64"), ("i386", "80386")))
def test_hook_is_small_and_static(hook, arch, machine):
    file = hook.with_name(f"multipath-hook.{arch}")
    assert file.stat().st_size <= 120 * KIB
    assert "There is no dynamic section in this file." in must(["readelf", "-d", file]).stdout
    headers = must(["readelf", "-hl", file]).stdout
    assert re.search(rf"Machine:.*{machine}", headers)
    # `musl-gcc -static-pie` silently makes a program that asks for an interpreter dom0 does not have
    assert "INTERP" not in headers and "DYN" not in headers
    assert re.search(r"GNU_STACK.*\n?.* RW ", headers), "the stack is executable"


def test_hook_starts_without_environment(hook, tmp_path):
    """PATH unset, cwd anywhere, no locale: usage is exit 2 and a word on stderr."""
    done = must(["env", "-i", "/bin/sh", "-c", f"cd /; '{hook}' </dev/null >/dev/null 2>{tmp_path}/said; echo $?"])
    assert done.stdout == "2\n" and (tmp_path / "said").read_text()


def test_image_is_small(signed_iso, unsigned_iso):
    for iso in (signed_iso, unsigned_iso):
        assert iso.stat().st_size <= 1024 * KIB
        assert iso.stat().st_size % 2048 == 0
