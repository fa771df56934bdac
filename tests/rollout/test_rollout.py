# SPDX-License-Identifier: GPL-2.0-or-later
"""The way of a pack through a fleet: looked at, rolled out, again, taken back."""


def test_first(fleet, control, artifact, tmp_path):
    import time
    t=time.time()
    for pb in ("rollout", "rollout", "verify", "report", "remove"):
        done = control.play("suppack.rollout."+pb, "--diff", **artifact.variables, suppack_report_dir=str(tmp_path))
        print("=======", pb, done.returncode, time.time()-t); t=time.time()
        print(done.stdout, done.stderr)
    print((tmp_path/"fleet.csv").read_text())
    import shutil; shutil.copytree(tmp_path, "/tmp/r/report", dirs_exist_ok=True)
    assert 0
