# SPDX-License-Identifier: GPL-2.0-or-later
"""The QuantaStor image as a text listing, compared with the one that is committed.

Compressed bytes depend on the zlib and ISO layout on the libisofs of the machine, so this compares names, modes and
uncompressed content. Sizes and digests of packages and of the hook are left out: they change with every change of the
hook. SUPPACK_GOLDEN=write writes the file anew; look at the difference before committing it.
"""
import gzip
import os
import re
from pathlib import Path

from support import SOURCE, must, run

SCRIPTS = SOURCE / "spec/classic"  # on the image as they are
GOLDEN = Path(__file__).parent / "quantastor.txt"
# Digests, sizes and the hook-dependent installation size; what stands for them in the listing.
VOLATILE = [(r"\b[0-9a-f]{64}\b", "<sha256>"), (r"\b[0-9a-f]{32}\b", "<md5>"),
            (r'(md5="<md5>") size="\d+"', r'\1 size="<n>"'), (r'installation-size="\d+"', 'installation-size="<size>"'),
            (r"<(size|open-size)>\d+<", r"<\1><n><"), (r'<size package="\d+" installed="\d+" archive="\d+"/>', "<size/>"),
            (r'<rpm:header-range start="\d+" end="\d+"/>', "<rpm:header-range/>")]


def plain(text):
    for pattern, stand_in in VOLATILE:
        text = re.sub(pattern, stand_in, text)
    return text


def listing(iso, tree):
    out = ["# names and modes, as xorriso reads them"]
    found = run(["xorriso", "-indev", iso, "-find", "/", "-exec", "lsdl"]).stdout.splitlines()
    for line in sorted(line for line in found if line[:1] in "-d"):
        words = line.split(None, 8)
        out.append(plain(f"{words[0]} {words[2]}:{words[3]} {words[8]}"))
    out.sort(key=lambda line: (line[:1] != "#", line.split()[-1]))
    for file in sorted(tree.rglob("*"), key=lambda path: plain(str(path))):
        if file.suffix in (".rpm", ".exe") or not file.is_file():
            continue
        data = file.read_bytes()
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode()
        script = SCRIPTS / file.name
        if script.is_file() and script.read_text() == text:
            text = f"as spec/classic/{file.name}\n"
        if file.name == "SHA256SUMS":  # in an order of digests that are left out
            text = "".join(sorted(plain(text).splitlines(True)))
        ends = ", lines end with CRLF" if text.count("\r\n") == text.count("\n") > 0 else ""
        text = text.replace("\r\n", "\n")
        out.append(f"\n# {plain(str(file.relative_to(tree)))}{ends}\n{plain(text)}")
    for rpm in sorted(tree.rglob("*.rpm")):
        tags = must(["rpm", "-qp", "--dump", rpm]).stdout
        kept = "\n".join(" ".join(word for i, word in enumerate(line.split()) if i not in (1, 3))
                         for line in tags.splitlines())
        out.append(f"\n# {rpm.name}: path, mtime, mode, owner\n{kept}\n# needs and scriptlets")
        out.append(must(["rpm", "-qp", "--requires", "--scripts", "--triggers", rpm]).stdout.rstrip())
        for path in re.findall(r"^(\S+/(?:multipath-\d\S+|pack\.conf|precheck|remove)) ", tags, re.M):
            content = must(["bsdtar", "-xOf", rpm, "." + path]).stdout
            out.append(f"# {path}\n{content.rstrip()}")
    return "\n".join(out) + "\n"


def test_quantastor(unsigned_iso, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    must(["bsdtar", "-xf", unsigned_iso, "-C", tree])
    text = listing(unsigned_iso, tree)
    if os.environ.get("SUPPACK_GOLDEN") == "write":
        GOLDEN.write_text(text)
    assert text == GOLDEN.read_text()
