# SPDX-License-Identifier: GPL-2.0-or-later
"""The fleet, the control node and the collection as it is installed."""
import hashlib
import shutil
import tempfile
from pathlib import Path

import pytest

from fleet import ControlNode, Fleet, install_collection, two_by_two, unshare
from forged import Kit
from support import must, set_keys


@pytest.hookimpl(tryfirst=True)  # before xdist looks for the marks
def pytest_collection_modifyitems(items):
    """Where workers share the tests, one has the story, which goes step by step; another one what also needs a fleet."""
    groups = {"test_rollout.py": "rollout-story", "test_faults.py": "rollout-faults", "test_ways_in.py": "rollout-faults",
              "test_chain.py": "rollout-faults", "test_answers.py": "rollout-faults", "test_xapi.py": "rollout-xapi"}
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name in groups:
            item.add_marker(pytest.mark.xdist_group(groups[item.path.name]))


@pytest.fixture(scope="session")
def collection(tmp_path_factory):
    """Folder of collections with ours in it."""
    return install_collection(tmp_path_factory.mktemp("collection"))


class Artifact:
    """An image and what the roll-out is told of it."""

    def __init__(self, iso, key):
        self.iso, self.key = iso, key
        self.sha256 = hashlib.sha256(iso.read_bytes()).hexdigest()

    @property
    def variables(self):
        return {"suppack_src": str(self.iso), "suppack_sha256": self.sha256, "suppack_key": str(self.key)}


@pytest.fixture(scope="session")
def make_artifact(build_pack, demo_key, quantastor_source, tmp_path_factory):
    """make_artifact(stanza=text, **keys of pack.ini)"""
    def make(stanza=None, **keys):
        work = tmp_path_factory.mktemp("pack")
        shutil.copytree(quantastor_source, work / "spec")
        set_keys(work / "spec/pack.ini", **keys)
        if stanza is not None:
            (work / "spec/multipath.conf").write_text(stanza)
        built = build_pack(work / "spec/pack.ini")
        assert built.returncode == 0, built.stderr
        return Artifact(built.iso, demo_key.public)
    return make


@pytest.fixture(scope="session")
def artifact(make_artifact):
    """The QuantaStor pack 1.0.0."""
    return make_artifact()


@pytest.fixture(scope="session")
def make_fleet(program):
    """make_fleet(members): running hosts, and the folder for them; stopped at the end."""
    reason = unshare()[1]
    if reason:
        pytest.skip(reason)
    made = []

    def make(members):
        made.append(Fleet(tempfile.mkdtemp(prefix="fleet-"), members,
                          program("bin/multipathd-stand-in.x86_64")))
        return made[-1]
    yield make
    for fleet in made:
        fleet.close()


@pytest.fixture(scope="session")
def fleet(make_fleet):
    """Eight hosts: two sites with two pools each. Each module leaves them as it found them."""
    return make_fleet(two_by_two())


@pytest.fixture(scope="session")
def control(fleet, collection):
    return ControlNode(fleet, collection)


@pytest.fixture(scope="session")
def forge(signed_iso, demo_key, make_key, tmp_path_factory):
    """forge(*recipes) -> the variables of a roll-out of the QuantaStor image, spoilt by each of them."""
    whole = tmp_path_factory.mktemp("whole")
    must(["bsdtar", "-xf", signed_iso, "-C", whole])
    must(["chmod", "-R", "u+w", whole])
    others = []

    def another_key():  # one is enough
        others[:] = others or [make_key()]
        return others[0]

    def make(*recipes):
        work = tmp_path_factory.mktemp("forged")
        shutil.copytree(whole, work / "tree")
        kit = Kit(work, work / "tree", demo_key, another_key, signed_iso)
        for recipe in recipes:
            recipe(kit)
        iso = kit.write()
        return {"suppack_src": str(iso), "suppack_sha256": must(["sha256sum", iso]).stdout.split()[0],
                "suppack_key": str(demo_key.public)}
    return make
