# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole tree as a table, to be compared before and after."""
import hashlib
import os
import stat
from pathlib import Path

# Not compared, and why. A pattern is a path prefix; everything else in the root counts.
IGNORED = {
    "/var/lib/rpm/": "the rpm database: that it forgets our packages is asserted through rpm itself",
    "/var/lib/dnf": "dnf's history and group marks; xapi's yum.conf keeps them too (users.md 6.1.6)",
    "/var/cache/dnf": "dnf's metadata cache; xapi clears it itself (packs.md B.7, CA-330961)",
    "/var/log/dnf": "dnf.log, dnf.rpm.log, dnf.librepo.log",
    "/var/log/hawkey.log": "dnf's solver log",
}


def ignored(path):
    return any(path.startswith(prefix) for prefix in IGNORED)


def describe(path):
    """type, mode, owner, and the content: digest and size, or where the link points."""
    info = os.lstat(path)
    what = [stat.filemode(info.st_mode), f"{info.st_uid}:{info.st_gid}"]
    if stat.S_ISLNK(info.st_mode):
        what.append(f"-> {os.readlink(path)}")
    elif stat.S_ISREG(info.st_mode):
        what += [str(info.st_size), hashlib.sha256(Path(path).read_bytes()).hexdigest()]
    elif stat.S_ISCHR(info.st_mode) or stat.S_ISBLK(info.st_mode):
        what.append(str(info.st_rdev))
    return " ".join(what)


def snapshot(root):
    """path inside the root -> description, for every path that is not IGNORED."""
    table = {}
    for folder, dirs, files in os.walk(root):
        for name in (*dirs, *files):
            path = os.path.join(folder, name)
            inside = "/" + os.path.relpath(path, root)
            if not ignored(inside):
                table[inside] = describe(path)
    return table


def difference(before, after):
    """One line a path that is new (+), gone (-) or changed (!)."""
    lines = [f"+ {path} {after[path]}" for path in sorted(after.keys() - before.keys())]
    lines += [f"- {path} {before[path]}" for path in sorted(before.keys() - after.keys())]
    lines += [f"! {path} {before[path]} => {after[path]}" for path in sorted(before.keys() & after.keys())
              if before[path] != after[path]]
    return lines
