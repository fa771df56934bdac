# SPDX-License-Identifier: GPL-2.0-or-later
"""The collection as such: it lints, and what runs on hosts keeps to the Python of dom0, 2.7 and 3.6."""
import ast
import re

import pytest

from support import SOURCE, environment, must, run, sample

ROOT = SOURCE / "rollout"
ON_CONTROL_NODE = {"xapi.py", "xenapi.py", "pool.py"}
ON_HOSTS = sorted(file for kind in ("modules", "module_utils") for file in ROOT.glob(f"plugins/{kind}/*.py")
                  if file.name not in ON_CONTROL_NODE)
# What 2.7 has under the same name with the same meaning, and Ansible's own, which runs there up to core 2.16.
MODULES = {"__future__", "base64", "binascii", "contextlib", "errno", "fcntl", "glob", "hashlib", "json", "os", "re", "shutil",
           "signal", "socket", "struct", "tempfile", "time", "xml", "zlib", "ansible", "ansible_collections"}
NEWER = {ast.JoinedStr: "f-string", ast.AnnAssign: "annotation", ast.Nonlocal: "nonlocal", ast.YieldFrom: "yield from",
         ast.NamedExpr: ":=", ast.AsyncFunctionDef: "async", ast.Await: "await", ast.MatMult: "@", ast.Match: "match"}


def newer_than_27(tree):
    """What Python 2.7 cannot parse, or would take for something else."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if type(node) in NEWER:
            yield f"{line}: {NEWER[type(node)]}"
        elif isinstance(node, ast.FunctionDef) and (node.args.kwonlyargs or node.args.posonlyargs or node.returns or
                                                    any(arg.annotation for arg in node.args.args)):
            yield f"{line}: arguments of '{node.name}'"
        elif isinstance(node, ast.Raise) and node.cause:
            yield f"{line}: raise from"
        elif isinstance(node, ast.Dict) and None in node.keys or isinstance(node, (ast.List, ast.Tuple, ast.Set)) and any(
                isinstance(item, ast.Starred) for item in node.elts):
            yield f"{line}: unpacking in a display"
        elif isinstance(node, ast.Call):
            starred = [isinstance(arg, ast.Starred) for arg in node.args]
            if starred.count(True) > 1 or (any(starred) and not starred[-1]):
                yield f"{line}: an argument behind *"
            if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
                yield f"{line}: super() without arguments"
            if isinstance(node.func, ast.Name) and node.func.id == "open" and (
                    len(node.args) > 2 or any(word.arg in ("encoding", "newline") for word in node.keywords)):
                yield f"{line}: open() with more than a mode"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            yield from (f"{line}: module {name}" for name in names if name.partition(".")[0] not in MODULES)


@pytest.mark.parametrize("file", ON_HOSTS, ids=lambda file: file.name)
def test_python_of_dom0(file):
    text = file.read_text()
    ast.parse(text, feature_version=(3, 6))
    assert list(newer_than_27(ast.parse(text))) == []
    assert "from __future__ import absolute_import, division, print_function" in text
    assert text.isascii(), "Python 2.7 needs a coding line for that"


@pytest.mark.parametrize("line", ["f'{x}'", "print(*a, b)", "x: int = 1", "def f(*, a): pass", "raise A from b", "super()",
                                  "import pathlib", "[*a]", "{**a}", "open(a, encoding='x')", "(y := 1)"])
def test_the_check_above_sees(line):
    assert list(newer_than_27(ast.parse(line)))


def test_lint(collection):
    """ansible-lint's strictest profile, on the collection where Ansible looks for it."""
    done = run(["ansible-lint", "--offline", "--nocolor", "--strict", "--profile", "production"],
               cwd=collection / "ansible_collections/suppack/rollout",
               env=environment(HOME=collection, ANSIBLE_COLLECTIONS_PATH=collection, LC_ALL="C.UTF-8"))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("playbook", sample(["rollout", "remove", "verify", "report"]))
def test_syntax(collection, playbook):
    must(["ansible-playbook", "--syntax-check", "-i", "localhost,", f"suppack.rollout.{playbook}"],
         env=environment(HOME=collection, ANSIBLE_COLLECTIONS_PATH=collection, LC_ALL="C.UTF-8"))


@pytest.mark.parametrize("module", ["pack", "artifact", "xapi"])
def test_module_documentation(collection, module):
    """ansible-doc shows each option the module takes, and no other."""
    shown = must(["ansible-doc", "--json", f"suppack.rollout.{module}"],
                 env=environment(HOME=collection, ANSIBLE_COLLECTIONS_PATH=collection, LC_ALL="C.UTF-8")).stdout
    documented = set(re.findall(r'"(\w+)": \{\s*"(?:choices|default|description)"', shown.partition('"options"')[2]))
    text = (ROOT / f"plugins/modules/{module}.py").read_text().partition("argument_spec={")[2]
    taken = set(re.findall(r'"(\w+)": \{"type"', text))
    assert taken and taken <= documented, taken - documented


def test_role_defaults_are_documented():
    """Each default has its option in argument_specs, with the same value where one is given there."""
    defaults = dict(re.findall(r"(?m)^(suppack_\w+): (.*)$", (ROOT / "roles/pack/defaults/main.yml").read_text()))
    specs = (ROOT / "roles/pack/meta/argument_specs.yml").read_text()
    options = {name: re.search(r"(?m)^        default: (.*)$", body) for name, body in
               re.findall(r"(?m)^      (suppack_\w+):\n((?:        .*\n)*)", specs)}
    assert set(defaults) <= set(options)
    assert {name: found[1] for name, found in options.items() if found}.items() <= defaults.items()
