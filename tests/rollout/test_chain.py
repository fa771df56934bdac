# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing of an image runs before all of it is proved: forged images, on the control node and on every way to a host."""
import json
import shutil
from pathlib import Path

import pytest

from fleet import HERE, ONE, ControlNode, Member
from forged import CANARY, FORGERIES, SUMS, canary_installer, foreign_classic_rpm, put_sums, without_sums
from support import environment, must, sample
from test_faults import HOST, untouched
from test_faults import host  # noqa: F401  the fixture

CLASSIC = "old"


@pytest.fixture(scope="module")
def forged(forge):
    """forged(name) -> its variables; made once."""
    made = {}

    def one(name):
        if name not in made:
            made[name] = forge(FORGERIES[name][0])
        return made[name]
    return one


def judge(collection, images, work):
    """name -> what module artifact says of the image. images: name -> variables."""
    table = [{"name": name, "iso": one["suppack_src"], "sha256": one["suppack_sha256"], "key": one["suppack_key"]}
             for name, one in images.items()]
    values = {"images": table, "answer": str(work / "answer.json")}
    must(["ansible-playbook", "-i", "localhost,", "-c", "local", HERE / "judge.yml", "-e", json.dumps(values)],
         env=environment(HOME=work, ANSIBLE_HOME=work / "home", ANSIBLE_COLLECTIONS_PATH=collection, LC_ALL="C.UTF-8"))
    return dict(zip(images, json.loads((work / "answer.json").read_text())))


@pytest.fixture(scope="module")
def judged(collection, forged, tmp_path_factory):
    """What module artifact says of all forgeries, by their names."""
    return judge(collection, {name: forged(name) for name in FORGERIES}, tmp_path_factory.mktemp("judged"))


# ---- on the control node ---------------------------------------------------------------------------------
@pytest.mark.parametrize("name", FORGERIES)
def test_judged(judged, forged, name):
    reason, found = FORGERIES[name][1], judged[name]
    if reason is None:
        assert found["artifact"]["sha256"] == forged(name)["suppack_sha256"], found
        assert bool(found["artifact"]["files"]) == (name == "genuine_with_sums")
    else:
        assert found.get("failed") and reason in found["msg"], found
        assert "artifact" not in found
    assert not Path(CANARY).exists()


def test_what_the_hosts_are_told(judged, forged, tmp_path):
    """The place of each file, so that a host needs no reader of its own."""
    found = judged["genuine_with_sums"]["artifact"]
    image = Path(forged("genuine_with_sums")["suppack_src"]).read_bytes()
    must(["bsdtar", "-xf", forged("genuine_with_sums")["suppack_src"], "-C", tmp_path])
    wanted = {str(path.relative_to(tmp_path)): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {path: image[offset:offset + size] for path, offset, size, _ in found["files"]} == wanted
    payload, = (name for name in wanted if name.startswith(f"Packages/{found['label']}-"))
    place = found["payload"]
    assert image[place["offset"]:place["offset"] + place["size"]] == wanted[payload]


# ---- on every way to a host ------------------------------------------------------------------------------
WAYS = {"check": (ONE, ["--check"], {}), "check in the role": (ONE, [], {"ansible_check_mode": True}),
        "diff": (ONE, ["--check", "--diff"], {}), "install": (ONE, [], {}), "script": (ONE, [], {"suppack_method": "script"}),
        "repository": (ONE, [], {"suppack_method": "repository", "suppack_repo_url": "http://10.77.255.254:8080/repo"}),
        "mirror": (ONE, [], {"suppack_mirror": "http://10.77.255.254:8080/pack.iso"}),
        "removal": (ONE, [], {"suppack_state": "absent"}),
        "rollout": ("suppack.rollout.rollout", ["--limit", HOST], {}),
        "rollout in check mode": ("suppack.rollout.rollout", ["--limit", HOST, "--check", "--diff"], {}),
        "verify": ("suppack.rollout.verify", ["--limit", HOST], {}), "report": ("suppack.rollout.report", ["--limit", HOST], {})}


def refused(control, host, name, way, forged, **more):  # noqa: F811
    playbook, words, variables = WAYS[way]
    target = {"target": HOST} if playbook == ONE else {}
    done = control.play(playbook, *words, **{**forged(name), **target, **variables, **more})
    assert done.returncode == 2 and FORGERIES[name][1] in done.stdout, done.stdout
    assert not host.exists(CANARY) and not Path(CANARY).exists(), "it ran"
    assert not host.asked_for("update-upload", host.since)
    return done


@pytest.mark.parametrize("way", sample(WAYS))
def test_foreign_package_on_every_way(host, control, forged, way):  # noqa: F811
    refused(control, host, "foreign", way, forged)
    assert untouched(host)


@pytest.mark.parametrize("way", ["check", "install"])
@pytest.mark.parametrize("name", sample(["foreign_with_a_primary_that_fits", "swapped_primary", "unsigned_package",
                                         "package_signed_by_another_key", "two_packages", "package_that_is_not_listed"]))
def test_other_forgeries_on_the_way(host, control, forged, name, way):  # noqa: F811
    refused(control, host, name, way, forged)
    assert untouched(host)


def test_foreign_package_to_go_back_to(host, control, artifact, forged):  # noqa: F811
    """The way back is judged before the way there is begun."""
    image = forged("foreign")
    refused(control, host, "foreign", "install", lambda name: artifact.variables, suppack_check_command="/usr/bin/false",
            suppack_previous_src=image["suppack_src"], suppack_previous_sha256=image["suppack_sha256"])
    assert untouched(host)


def test_image_that_changes_after_it_was_judged(host, control, forged, tmp_path):  # noqa: F811
    """What came to the host is not what was judged: not the file's name but its bytes count."""
    iso = tmp_path / "pack.iso"
    shutil.copy(forged("genuine")["suppack_src"], iso)
    play = tmp_path / "swap.yml"
    play.write_text(f"""
- hosts: {HOST}
  gather_facts: false
  tasks:
    - suppack.rollout.artifact: {{src: "{iso}", sha256: "{forged('genuine')['suppack_sha256']}", key: "{{{{ suppack_key }}}}"}}
      delegate_to: localhost
      register: judged
    - ansible.builtin.copy: {{src: "{forged('foreign')['suppack_src']}", dest: "{iso}", mode: "0644"}}
      delegate_to: localhost
    - suppack.rollout.pack: {{artifact: "{{{{ judged.artifact }}}}"}}
""")
    for words in (["--check"], []):
        shutil.copy(forged("genuine")["suppack_src"], iso)
        done = control.play(play, *words, suppack_key=forged("genuine")["suppack_key"])
        # in check mode the copy is not made, and the host says what would change
        assert (done.returncode, "came to this host with SHA-256" in done.stdout) == ((0, False) if words else (2, True)), done.stdout
        assert not host.exists(CANARY) and untouched(host)


@pytest.mark.parametrize("label", ["../root", "-e", "a/b", "a b", "", "x\n"])
def test_label_that_is_none(host, control, label):  # noqa: F811
    done = control.play(ONE, target=HOST, suppack_state="absent", suppack_label=label)
    assert done.returncode == 2 and "is no label of a pack" in done.stdout, done.stdout
    assert untouched(host)


# ---- the half for hosts before 7.1, which know no signatures ------------------------------------------------
@pytest.fixture(scope="module")
def classic(make_fleet, collection):
    """A host of 7.0, and its control node."""
    old = make_fleet([Member(CLASSIC, CLASSIC, CLASSIC, "xs-7.0", True)])
    return old[CLASSIC], ControlNode(old, collection)


@pytest.mark.parametrize("check", [["--check"], []], ids=["check", "install"])
@pytest.mark.parametrize("recipe", [canary_installer, foreign_classic_rpm], ids=lambda recipe: recipe.__name__)
def test_classic_half_that_nobody_signed(classic, forge, recipe, check):
    machine, node = classic
    done = node.play(ONE, *check, target=CLASSIC, **forge(recipe, without_sums))
    assert done.returncode == 2 and f"no signed {SUMS} on the image covers its half" in done.stdout, done.stdout
    assert not machine.exists(CANARY), "it ran"


@pytest.mark.parametrize("recipe", [canary_installer, foreign_classic_rpm], ids=lambda recipe: recipe.__name__)
def test_classic_half_that_the_sums_do_not_name(classic, forge, recipe):
    machine, node = classic
    done = node.play(ONE, target=CLASSIC, **forge(put_sums, recipe))
    assert done.returncode == 2 and f"is not the file that {SUMS} names" in done.stdout, done.stdout
    assert not machine.exists(CANARY), "it ran"
