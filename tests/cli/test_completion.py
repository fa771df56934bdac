# SPDX-License-Identifier: GPL-2.0-or-later
"""Completion as it is typed: real bash and zsh on a terminal, all that they offer for a line, against --help."""
import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest

from support import environment, must

FILES = ("bash-completion/completions/suppack", "zsh/site-functions/_suppack")
# Control-T puts everything that completes the word into the line, Control-G hands the line over.
BASH = r"""
PS1=; bind 'set enable-bracketed-paste off'; source {share}/bash-completion/completions/suppack
hand() {{ printf '%s' "$READLINE_LINE" >{line}.tmp; mv {line}.tmp {line}; READLINE_LINE=; }}
bind '"\C-t": insert-completions'; bind -x '"\C-g": hand'; cd {files}; : >{line}
"""
ZSH = r"""
PS1= RPS1=; unsetopt zle_bracketed_paste; fpath=({share}/zsh/site-functions $fpath)
autoload -U compinit; compinit -u -D
zle -C all complete-word _generic; zstyle ':completion:all:*' completer _all_matches _complete
zstyle ':completion:all:*' insert true
hand() {{ print -rn -- $BUFFER >{line}.tmp; mv {line}.tmp {line}; BUFFER= }}
zle -N hand; bindkey '^T' all; bindkey '^G' hand; cd {files}; : >{line}
"""
SHELLS = {"bash": (["bash", "--norc", "--noprofile", "-i"], BASH), "zsh": (["zsh", "-f", "-i"], ZSH)}


class Shell:
    """A shell on a terminal of its own."""

    def __init__(self, name, share, base):
        argv, start = SHELLS[name]
        self.line, self.files, self.shown = base / "line", base / "files", b""
        self.files.mkdir()
        self.master, slave = pty.openpty()
        self.child = subprocess.Popen(argv, stdin=slave, stdout=slave, stderr=slave, close_fds=True,
                                      preexec_fn=os.setsid, cwd=base,
                                      env=environment(TERM="dumb", INPUTRC="/dev/null", HOME=base, ZDOTDIR=base))
        os.close(slave)
        (base / "start").write_text(start.format(share=share, line=self.line, files=self.files))
        self.type(f". {base}/start\n")

    def type(self, keys):
        """Types, and gives back the line the shell hands over."""
        self.line.unlink(missing_ok=True)
        os.write(self.master, keys.encode())
        end = time.monotonic() + 30
        while not self.line.exists():
            assert time.monotonic() < end, f"no answer to {keys!r}:\n{self.shown.decode(errors='replace')}"
            if select.select([self.master], [], [], 0.02)[0]:
                self.shown += os.read(self.master, 65536)
        return self.line.read_text()

    def offers(self, line):
        """The words that complete the last one of the line; what the line had is offered when nothing else is."""
        kept = line[:re.search(r"[^ =]*\Z", line.replace(r"\ ", "__")).start()]
        made = self.type(line + "\x14\x07")
        assert made.startswith(kept), made
        return sorted(re.sub(r"/(?= |$)", "", word) for word in re.split(r"(?<!\\) ", made[len(kept):].strip()) if word)

    def close(self):
        os.close(self.master)
        self.child.kill()
        self.child.wait()


@pytest.fixture(scope="module", params=SHELLS)
def shell(request, suppack, tmp_path_factory):
    if not shutil.which(request.param):
        pytest.skip(f"no {request.param} here")
    opened = Shell(request.param, suppack.parent.parent / "share", tmp_path_factory.mktemp(request.param))
    for name in ("pack.ini", "other.ini", "a.iso", "b b.iso", "a.txt"):
        (opened.files / name).write_text("")
    for name in ("dir", "dir/sub"):
        (opened.files / name).mkdir()
    (opened.files / "dir/in.iso").write_text("")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def commands(suppack):
    """{command: its options}, and "" for what stands before a command; all from the help."""
    def options(*words):
        return sorted(re.findall(r"(?m)^  (?:-\w,|   ) (--[a-z-]+)", must([suppack, *words, "--help"]).stdout))
    listed = re.findall(r"(?m)^  ([a-z]+) ", must([suppack, "--help"]).stdout.partition("\n\n`")[0])
    assert len(listed) >= 7 and "--version" in options()
    return {"": options(), **{command: options(command) for command in listed}}


def test_commands(shell, commands):
    assert shell.offers("suppack ") == sorted(filter(None, commands))
    assert shell.offers("suppack -v --color never li") == ["lint"]
    assert shell.offers("suppack --color=never li") == ["lint"]


def test_options_of_the_command_only(shell, commands):
    for command, options in commands.items():
        assert shell.offers(f"suppack {command} --" if command else "suppack --") == options
    assert shell.offers("suppack diff a.iso --ig") == ["--ignore-signatures"]
    assert shell.offers("suppack nonsense --") in ([], ["--"])


@pytest.mark.parametrize("line, offered", [
    ("lint ", ["dir", "other.ini", "pack.ini"]),
    ("inspect ", ["a.iso", r"b\ b.iso", "dir"]),
    ("-v inspect --json ", ["a.iso", r"b\ b.iso", "dir"]),
    (r"inspect b\ ", [r"b\ b.iso"]),
    ("inspect dir/", ["dir/in.iso", "dir/sub"]),
    ("diff a.iso b", [r"b\ b.iso"]),
    ("publish ", ["a.iso", r"b\ b.iso", "dir"]),
    ("publish a.iso ", ["dir"]),
    ("new ", ["dir"]),
    ("build -o ", ["dir"]),
    ("build -k ID -o dir ", ["dir", "other.ini", "pack.ini"]),
    ("build --output=d", ["dir"]),
    ("build --key=ID p", ["pack.ini"]),
    ("sign --emit ", ["dir"]),
    ("inspect --color ", ["always", "auto", "never"]),
    ("inspect --color=a", ["always", "auto"]),
    ("inspect -- ", ["a.iso", r"b\ b.iso", "dir"]),
    ("inspect a.iso ", []),
    ("build --key ", []),
    ("diff a.iso a.iso ", []),
])
def test_operands_and_arguments(shell, line, offered):
    made = shell.offers("suppack " + line)
    if offered == []: # zsh then falls back to the options
        made = [word for word in made if not word.startswith("-")]
    # zsh writes the option again with its argument where "=" joins them
    assert sorted(re.sub("^--[a-z]+=", "", word) for word in made) == offered


def test_operands_that_repeat(shell, suppack, commands):
    """Of each command with "FILE.iso..." in its help: the third is completed as the first is."""
    for command in filter(None, commands):
        if must([suppack, command, "--help"]).stdout.partition("\n")[0].endswith(" FILE.iso..."):
            assert shell.offers(f"suppack {command} ") == shell.offers(f"suppack {command} a.iso a.iso ") == [
                "a.iso", r"b\ b.iso", "dir"]


def test_a_single_match_is_completed_by_tab(shell):
    assert shell.type("suppack ins\tdir/\t\x07").startswith("suppack inspect dir/")
    assert shell.type("suppack lint pa\t\x07") == "suppack lint pack.ini "


def test_a_letter_and_its_argument_in_one_word(shell):
    assert shell.offers("suppack sign -kID a") == ["a.iso"]
