# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's suites, and packs unpacked as they lie on a host."""
import os
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
for folder in ("interop", "vm"):
    sys.path.insert(0, str(HERE.parent / folder))
import suites as suites_module  # noqa: E402
from packs import Pack  # noqa: E402
from support import must, run, set_keys  # noqa: E402


@pytest.hookimpl(tryfirst=True)  # xdist's own must see the marks
def pytest_collection_modifyitems(items):
    """Of several workers each has a suite's tests: what they all need of it is made once."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.xdist_group(item.callspec.params.get("suite", "") if hasattr(item, "callspec") else ""))


@pytest.fixture(scope="session", params=suites_module.SUITES)
def suite(request):
    missing = [name for name in ("apt-get", "dpkg-deb", "unshare") if not shutil.which(name)]
    if missing:
        pytest.skip(f"not here: {', '.join(missing)}")
    if os.geteuid() != 0:
        pytest.skip("needs root: programs run in a chroot")
    if run(["unshare", "--mount", "true"]).returncode != 0:
        pytest.skip("no mount namespace of one's own is to be had here")
    return suites_module.suite(request.param)


class Payload:
    """What the pack lays onto a host, in a folder of its own: .hook, which finds the rest beside it, and .label."""

    def __init__(self, iso, directory):
        package = Pack(iso, directory).rpm("qs-")
        tree = directory / "payload"
        tree.mkdir()
        must(["bash", "-c", 'rpm2cpio "$1" | cpio -id --quiet', "bash", package], cwd=tree)
        self.hook = next(tree.rglob("multipath-hook"))
        self.label = next(tree.rglob("pack.conf")).parent.name
        self.drop_in = f"multipath/conf.d/custom-{self.label}.conf"  # below /etc


@pytest.fixture(scope="session")
def payload(build_pack, quantastor_source, tmp_path_factory):
    """payload(stanza) -> Payload of a pack with that text; None: QuantaStor's own. Each built once."""
    made = {}

    def make(stanza=None):
        if stanza not in made:
            directory = tmp_path_factory.mktemp("pack")
            shutil.copytree(quantastor_source, directory / "spec")
            set_keys(directory / "spec/pack.ini", label="qs")
            if stanza:
                (directory / "spec/multipath.conf").write_text(stanza)
            built = build_pack(directory / "spec/pack.ini", "--unsigned")
            assert built.returncode == 0 and built.iso, built.stderr
            made[stanza] = Payload(built.iso, directory)
        return made[stanza]
    return make
