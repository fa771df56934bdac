# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs programs of an unpacked suite, one configuration after the other: here, and in the guest of a virtual host.

In a mount namespace of its own it lays an empty /etc over the root's, and for each case fills that with the case's
files, runs the programs and notes what they said. Python 3.11 and nothing else.
usage: ask.py ROOT <QUESTION >ANSWERS
QUESTION: JSON {"run": [program], "cases": [{path below /etc: text}], "keep": regular expression or null}
A program is a list of words, run in the root; {"outside": words} is run outside it. Text is bytes as Latin-1.
ANSWERS: gzip'ed JSON, a list a case: [status, stdout, stderr] a program, lines that do not match `keep` left out.
"""
import gzip
import json
import os
import re
import shutil
import subprocess
import sys

ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}


def fill(etc, files):
    for entry in os.scandir(etc):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry)
        else:
            os.unlink(entry)
    os.mkdir(f"{etc}/multipath")
    for name, text in files.items():
        os.makedirs(os.path.dirname(f"{etc}/{name}"), exist_ok=True)
        with open(f"{etc}/{name}", "wb") as file:
            file.write(text.encode("latin-1"))


def answer(root, program, keep):
    inside = isinstance(program, list)
    try:
        done = subprocess.run(program if inside else program["outside"], stdin=subprocess.DEVNULL, capture_output=True,
                              env=ENVIRONMENT, timeout=120, preexec_fn=(lambda: os.chroot(root)) if inside else None)
    except subprocess.TimeoutExpired:  # a version may loop on what it does not understand
        return [None, "", ""]
    streams = [stream.decode("latin-1") for stream in (done.stdout, done.stderr)]
    if keep:
        streams = ["".join(line for line in stream.splitlines(True) if keep.search(line)) for stream in streams]
    return [done.returncode, *streams]


def main(root):
    question = json.load(sys.stdin)
    keep = re.compile(question["keep"]) if question.get("keep") else None
    answers = []
    for files in question["cases"]:
        fill(f"{root}/etc", files)
        answers.append([answer(root, program, keep) for program in question["run"]])
    sys.stdout.buffer.write(gzip.compress(json.dumps(answers).encode(), 1))


if __name__ == "__main__":
    main(sys.argv[1])
