# SPDX-License-Identifier: GPL-2.0-or-later
"""Every rule of `verify` has a case: a recipe that spoils a good image so that this rule must be told.

A case is <rule>/spoil*.py: spoil(kit) changes the tree, the image or whom the user trusts (kit.py); BASE says what it
starts from ('signed', 'unsigned', 'classic', 'carrying'), PUBLISHED that `publish` takes it all the same. Cases are found
by glob, rules come from the program's own table.
"""
import importlib.util
import json
from pathlib import Path

import pytest

from kit import CARRIED
from laid_out import later, made_by, mark_of
from rpm_bytes import PGP, RSA, Package
from support import environment, run

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*/spoil*.py"))
MAKER = "image-maker"  # of all that another program laid out


@pytest.fixture(scope="module")
def rules(program):
    """id -> severity, from the table in packer/model/verify_rules.h."""
    lines = run([program("bin/list_verify_rules")]).stdout.splitlines()
    return dict(line.split()[:2] for line in lines)


@pytest.fixture
def verify(suppack, tmp_path):
    """verify(iso, keyring) -> (exit status, what the JSON it prints says of that image)"""
    def go(iso, keyring=None):
        words = ["--keyring", keyring] if keyring else []
        tmp = tmp_path / "verify-tmp"
        tmp.mkdir(exist_ok=True)
        done = run([suppack, "verify", "--json", *words, iso], env=environment(TMPDIR=tmp))
        assert list(tmp.iterdir()) == []
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads(done.stdout)["images"][0]
    return go


@pytest.fixture
def publishes(suppack, tmp_path):
    """publishes(iso): whether `publish` does, which knows no keyring."""
    def go(iso):
        place, before = tmp_path / "published", set(tmp_path.rglob("*"))
        done = run([suppack, "publish", iso, place], env=environment())
        assert done.returncode in (0, 3), done.stderr
        assert place.exists() == (done.returncode == 0)
        assert {path for path in set(tmp_path.rglob("*")) - before if place not in (path, *path.parents)} == set()
        return done.returncode == 0
    return go


def load(path):
    module_spec = importlib.util.spec_from_file_location(f"spoil_{path.parent.name}".replace("-", "_"), path)
    module = importlib.util.module_from_spec(module_spec)
    module_spec.loader.exec_module(module)
    return module


def judged(kit, verify, iso=None):
    keyring = kit.write_keyring() if kit.keyring else None
    return verify(iso or kit.write(), keyring)


@pytest.mark.parametrize("kind", ["signed", "classic", "carrying"])
def test_what_the_recipes_start_from_is_valid(make_kit, verify, kind):
    """Another program than ours wrote this image, and nothing is wrong with it."""
    status, said = judged(make_kit(kind), verify)
    assert (status, [f["rule"] for f in said["findings"]]) == (0, [MAKER]), said["findings"]
    assert said["valid"] and said["trusted"]


@pytest.mark.parametrize("change", [[], [made_by(b"SUPPACK LAYOUT 1 LIBISOFS 1.5.99")]], ids=["this version", "another"])
def test_suppacks_own_images_are_laid_out_again(make_kit, verify, change):
    """By another version too, as long as it does it the same way."""
    kit = make_kit("signed")
    kit.as_it_was, kit.after = True, change
    assert mark_of(kit.image.read_bytes()).startswith(b"SUPPACK LAYOUT 1 LIBISOFS ")
    status, said = judged(kit, verify)
    assert (status, said["findings"]) == (0, [])


def test_who_makes_it_look_like_another_programs_gains_a_note(make_kit, verify):
    """What the records say then is judged by the rules that hold for everybody."""
    kit = make_kit("signed")
    kit.as_it_was, kit.after = True, [made_by(b"XORRISO"), later]
    status, said = judged(kit, verify)
    assert (status, [f["rule"] for f in said["findings"]]) == (0, [MAKER]), said["findings"]


@pytest.mark.parametrize("remake", ["put_update", "put_control", "remake_repodata"])
def test_what_the_recipes_do_is_valid(make_kit, verify, remake):
    """What is told of a spoilt image is not told of the tools it was spoilt with."""
    kit = make_kit("signed")
    getattr(kit, remake)()
    status, said = judged(kit, verify)
    assert (status, [f for f in said["findings"] if f["severity"] != "info"]) == (0, []), said["findings"]


def test_a_signature_of_header_and_payload_alone_is_one(make_kit, verify, publishes):
    """Which needs all bytes, also where the metadata vouch for them."""
    kit = make_kit("carrying")
    path = kit.path(CARRIED)
    kit.sign_rpm(path, how=["--rpmv3"])
    package = Package(path)
    assert package.signature.get(PGP)
    package.signature.drop(RSA)
    package.write(path)
    kit.remake_repodata()
    iso = kit.write()
    status, said = judged(kit, verify, iso)
    assert (status, [f["rule"] for f in said["findings"]]) == (0, [MAKER]), said["findings"]
    assert publishes(iso)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.relative_to(HERE).with_suffix("").as_posix())
def test_case(make_kit, verify, publishes, rules, case):
    rule, recipe = case.parent.name, load(case)
    kit = make_kit(getattr(recipe, "BASE", "signed"))
    recipe.spoil(kit)
    iso = kit.write()
    status, said = judged(kit, verify, iso)
    told = [finding for finding in said["findings"] if finding["rule"] == rule]
    assert told, said["findings"]
    assert {finding["severity"] for finding in told} == {rules[rule]}
    assert all(finding["file"] and finding["text"] for finding in said["findings"])
    # Whatever else a spoilt image shows is a rule of the table too, and decides the exit status with it.
    assert {finding["rule"]: finding["severity"] for finding in said["findings"]}.items() <= rules.items()
    errors = sum(finding["severity"] == "error" for finding in said["findings"])
    assert (status, said["valid"], said["errors"]) == (int(errors > 0), errors == 0, errors)
    assert status == 1 or rules[rule] != "error"
    assert publishes(iso) == (getattr(recipe, "PUBLISHED", False) or verify(iso)[1]["valid"])


def test_every_rule_has_a_case(rules):
    cases = {path.parent.name for path in CASES}
    assert sorted(rules.keys() - cases) == [], "rules without a case in tests/should_fail"
    assert sorted(cases - rules.keys()) == [], "cases of rules there are not"
