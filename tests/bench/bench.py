#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Our programs against what a user would run instead, interleaved in the same run: medians and ratios.

usage: bench.py BUILD [--json FILE] [--svg FILE] [--rounds N] [--only TEXT] [NAME...]
       BUILD: a release build; NAME: hook, build, ... (all); TEXT: only the work whose name has it
"""
import argparse
import importlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import picture
from measure import Bench

NAMES = ("build", "carry", "hook", "rpm", "rollout")


def table(bench):
    yield f"{'work':50} {'against':46} {'ms':>8} {'theirs':>8}   ratio (min, median, max)  of cpu   target"
    for row in bench.rows:
        target = "" if row["target"] is None else f"<= {row['target']}"
        yield (f"{row['work']:50} {row['against']:46} {row['ms']:8.2f} {row['theirs_ms']:8.2f}   "
               f"{row['ratio_min']:6.3f} {row['ratio']:6.3f} {row['ratio_max']:6.3f}  {row['cpu_ratio']:8.3f}   {target}")
    for note in bench.notes:
        yield f"{note['work']}: {note['value']} {note['unit']}"


def main():
    words = argparse.ArgumentParser()
    words.add_argument("build", type=Path)
    words.add_argument("--json", type=Path)
    words.add_argument("--svg", type=Path)
    words.add_argument("--rounds", type=int, default=15)
    words.add_argument("--only", default="")
    words.add_argument("names", nargs="*")
    args = words.parse_intermixed_args()
    os.environ["SUPPACK_BUILD"] = str(args.build.resolve())
    scratch = tempfile.mkdtemp(prefix="bench-")
    bench = Bench(scratch, args.rounds, args.only)
    bench.suppack = args.build.resolve() / "bin" / "suppack"
    try:
        for name in args.names or NAMES:
            importlib.import_module(f"bench_{name}").run(bench)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print("\n".join(table(bench)))
    if args.svg:
        args.svg.write_text("\n".join(picture.svg(bench.rows)) + "\n")
    if args.json:
        args.json.write_text(json.dumps({"schema": 1, "rounds": args.rounds, "rows": bench.rows, "notes": bench.notes},
                                        indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
