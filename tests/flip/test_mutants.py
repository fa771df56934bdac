# SPDX-License-Identifier: GPL-2.0-or-later
"""Mutations of a signed image through verify, inspect, diff, publish and sign: no sanitizer's report, none over 64 MiB
of memory beside the image, none over five seconds of a processor (gpg's included).

400 of them; SUPPACK_FLIP=all takes 100,000, of which publish and sign get each hundredth. The same seed and number give
the same image: `mutate_images IMAGE KEYRING KEY TMPDIR SEED FROM TO SHARE` judges one alone.
"""
import os
import re
from concurrent.futures import ThreadPoolExecutor

from support import environment, run

SEED = 15
COUNT = 100000 if os.environ.get("SUPPACK_FLIP") == "all" else 400
CHUNK = 100
SHARE = 100
MEMORY, SECONDS = 64, 5
LINE = re.compile(r"(\w+): good (\d+), bad (\d+), refused (\d+), at most ([\d.]+) s \(image (\d+)\), ([\d.]+) MiB beside "
                  r"the image \(image (\d+)\)")


def test_every_command_judges_every_mutant_in_bounds(program, signed_iso, demo_key, tmp_path, capsys):
    sanitized = b"__asan_init" in program("bin/mutate_images").read_bytes()

    def chunk(start):
        place = tmp_path / str(start)
        place.mkdir()
        env = environment(GNUPGHOME=demo_key.home, TMPDIR=place, ASAN_OPTIONS=f"detect_leaks=0:log_path={place}/report",
                          UBSAN_OPTIONS=f"log_path={place}/report")
        done = run([program("bin/mutate_images"), signed_iso, demo_key.public, demo_key.id, place, SEED, start,
                    min(start + CHUNK, COUNT), SHARE], env=env, timeout=3600)
        reports = [report.read_text() for report in place.glob("report*")]
        assert (done.returncode, reports) == (0, []), f"images from {start}: {done.stderr}"
        return [LINE.fullmatch(line).groups() for line in done.stdout.splitlines()]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        parts = [row for part in pool.map(chunk, range(0, COUNT, CHUNK)) for row in part]
    for command in ("verify", "inspect", "diff", "publish", "sign"):
        rows = [row for row in parts if row[0] == command]
        good, bad, refused = (sum(int(row[i]) for row in rows) for i in (1, 2, 3))
        slowest, largest = max(float(row[4]) for row in rows), max(float(row[6]) for row in rows)
        with capsys.disabled():
            print(f"\n  {command:7} good {good}, bad {bad}, refused {refused}, {slowest:.2f} s, {largest:.1f} MiB", end="")
        assert good + bad + refused >= COUNT // SHARE and bad + refused > 0
        assert largest <= MEMORY and slowest <= SECONDS * (4 if sanitized else 1)
