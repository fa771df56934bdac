# SPDX-License-Identifier: GPL-2.0-or-later
"""A pack far larger than the memory a command may take for it."""
import os
import shutil

from rpms import Rpm, make_rpms
from test_build_carried import CARRIER

COUNT, SIZE = 40, 8 << 20  # nothing packs it any smaller
SECONDS = 60  # of a processor


def test_every_command_takes_little_memory(desk, bounded, demo_key):
    for i in range(COUNT):
        make_rpms(desk.spec / "rpms", Rpm(f"large-{i:02}", files={f"/opt/large-{i:02}": os.urandom(SIZE)}), payload="w0.gzdio")
    desk.ini.write_text(CARRIER)
    key = {"GNUPGHOME": demo_key.home}

    def takes_little(*words, status=0, **env):
        done = bounded(SECONDS, *words, **env)
        assert done[0] == status, done[1] + done[2]

    again, published = desk.base / "again.iso", desk.base / "published"
    takes_little("build", "--unsigned", "-o", desk.out, desk.ini)
    bare = next(desk.out.glob("*-unsigned.iso"))
    assert bare.stat().st_size > COUNT * SIZE
    takes_little("sign", "--key", demo_key.id, bare, "-o", again, **key)
    bare.unlink()
    takes_little("build", "--key", demo_key.id, "-o", desk.out, desk.ini, **key)
    shutil.rmtree(desk.spec / "rpms")
    iso = next(desk.out.glob("*.iso"))
    takes_little("verify", "--keyring", demo_key.public, iso)
    takes_little("inspect", iso)
    takes_little("diff", iso, again, status=1)
    takes_little("diff", iso, iso)
    again.unlink()
    takes_little("publish", iso, published)
    assert len(list(published.glob("Packages/large-*.rpm"))) == COUNT
    shutil.rmtree(published)
    iso.unlink()
