# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack far larger than the memory a command may take for it."""
import os

from rpms import Rpm, make_rpms
from test_build_carried import CARRIER

COUNT, SIZE = 40, 8 << 20  # nothing packs it any smaller
SECONDS = 60  # of a processor


def test_every_command_takes_little_memory(desk, bounded, demo_key):
    make_rpms(desk.spec / "rpms", *[Rpm(f"large-{i:02}", files={f"/opt/large-{i:02}": os.urandom(SIZE)})
                                    for i in range(COUNT)], payload="w0.gzdio")
    desk.ini.write_text(CARRIER)

    def run(*words, **env):
        status, _, complained = bounded(SECONDS, *words, **env)
        assert status == 0, complained

    iso, published = desk.base / "signed.iso", desk.base / "published"
    run("build", "--unsigned", "-o", desk.out, desk.ini)
    bare = next(desk.out.glob("*-unsigned.iso"))
    assert bare.stat().st_size > COUNT * SIZE
    run("sign", "--key", demo_key.id, bare, "-o", iso, GNUPGHOME=demo_key.home)
    bare.unlink()
    run("verify", "--keyring", demo_key.public, iso)
    run("publish", iso, published)
    assert len(list(published.glob("Packages/large-*.rpm"))) == COUNT
    run("diff", iso, iso)
