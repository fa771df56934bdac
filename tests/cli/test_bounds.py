# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of an image that are made to cost whoever reads them: each of a kind that once took time quadratic in its size
or memory out of all proportion. All are found wrong or refused in time and memory that the image's size bounds."""
import gzip
import json
import os
import struct

import pytest

from rpm_bytes import INT32, STRINGS, Package
from support import must

SECONDS = 5  # of a processor, gpg's included
LABEL = "osnexus-quantastor-multipath"
UPDATE = '<update name-label="{label}" version="1.0.0" uuid="10bea843-73d5-5c22-81f2-bede62817dcb" {more}>' \
         "<name-description>d</name-description>{inside}</update>"
BASENAMES, DIRNAMES, DIRINDEXES, OLDFILENAMES = 1117, 1118, 1116, 1027
REQUIRES, PROVIDES = (1049, 1048, 1050), (1047, 1112, 1113)  # names, flags, versions
FILE_ARRAYS = (1028, 1030, 1033, 1034, 1035, 1036, 1037, 1039, 1040, 1045, 1095, 1096, 1097, 1140, 1141, 1142, 1143, 1144)
LESS_EQUAL, EQUAL = 0x0a, 0x08


def update(more="", inside=""):
    return lambda tree: (tree / "update.xml").write_text(UPDATE.format(label=LABEL, more=more, inside=inside))


def text(name, content, encoding="utf-8"):
    return lambda tree: (tree / name).write_text(content, encoding=encoding)


def metadata(kind, content):
    return lambda tree: next(tree.glob(f"repodata/*-{kind}.xml.gz")).write_bytes(gzip.compress(content.encode(), 1))


def attributes(count):
    return " ".join(f'a{i}=""' for i in range(count))


def deep(inside, name="a" * 1000, levels=200):
    return f"<{name}>" * levels + inside + f"</{name}>" * levels


def classic(inside):
    return text("XS-PACKAGES", f"<packages>{inside}</packages>\n")


def package(name, file):
    return f'<package label="{name}" type="rpm" size="1" md5="x">{file}</package>\n'


def big_file(times):
    """A file of half a megabyte, named many times."""
    def go(tree):
        (tree / "big.rpm").write_bytes(os.urandom(1 << 19))
        classic(package("big", "big.rpm") * times)(tree)
    return go


def repomd(inside):
    return text("repodata/repomd.xml", f'<repomd xmlns="http://linux.duke.edu/metadata/repo">{inside}</repomd>')


def listed(inside, href="Packages/a.rpm"):
    return f'<package type="rpm"><name>a</name><location href="{href}"/><format>{inside}</format></package>'


def primary(inside, count=1):
    return metadata("primary", f'<metadata packages="{count}">{inside}</metadata>')


def strings(words):
    return b"".join(word.encode() + b"\0" for word in words)


def rpm(*changes, names=("Packages/zz.rpm",)):
    """One more RPM, or several names of it: the payload's, with arrays that no tool would write."""
    def go(tree):
        made = Package(next(tree.glob("Packages/osnexus-*.rpm")))
        for change in changes:
            change(made.header)
        made.follow()
        made.write(tree / names[0])
        for name in names[1:]:
            os.link(tree / names[0], tree / name)
    return go


def depend(tags, name, versions, flag):
    def go(header):
        names, flags, evrs = tags
        header.set(names, STRINGS, strings([name] * len(versions)), len(versions))
        header.set(evrs, STRINGS, strings(versions), len(versions))
        header.set(flags, INT32, struct.pack(f">{len(versions)}I", *[flag] * len(versions)))
    return go


def lists(folder, count, name="f"):
    def go(header):
        for tag in FILE_ARRAYS:
            header.drop(tag)
        header.set(DIRNAMES, STRINGS, strings([folder]), 1)
        header.set(BASENAMES, STRINGS, strings([name] * count), count)
        header.set(DIRINDEXES, INT32, bytes(4 * count))
        for tag in (1028, 1037):  # sizes, flags
            header.set(tag, INT32, bytes(4 * count))
        header.set(1030, 3, b"\x81\xa4" * count, count)  # modes
    return go


def both(*changes):
    def go(tree):
        for change in changes:
            change(tree)
    return go


def flat(text_of, count):
    return "".join(text_of(i) for i in range(count))


NUMBERS = [str(i) for i in range(150000)]
CASES = {
    # markup
    "update-attributes": update(attributes(60000)),
    "update-attributes-inside": update(inside=f"<rollsup {attributes(60000)}/>"),
    "repository-attributes": text("XS-REPOSITORY", f"<repository {attributes(20000)}/>\n"),
    "repomd-attributes": repomd(f'<data type="primary" {attributes(30000)}/>'),
    "primary-attributes": primary(f"<package {attributes(60000)}/>"),
    "namespaces": update(inside="".join(f'<a{i} xmlns:n{i}="u{i}">' for i in range(200)) + "x"),
    "namespaces-of-one": update(" ".join(f'xmlns:n{i}="u{i}"' for i in range(20000))),
    "given-attributes": text("update.xml", "<!DOCTYPE update [<!ATTLIST a " + flat(lambda i: f'b{i} CDATA "c" ', 5000) + ">]>" +
                             UPDATE.format(label=LABEL, more="", inside="<a/>" * 20000)),
    "utf-16": text("update.xml", UPDATE.format(label=LABEL, more=attributes(20000), inside=""), "utf-16"),
    "utf-7": text("update.xml", '<?xml version="1.0" encoding="UTF-7"?>' +
                  UPDATE.format(label=LABEL, more="", inside="+ADw-a/+AD4-" * 60000)),
    "long-names": update(inside=flat(lambda i: f"<{'n' * 900}{i}/>", 20000)),
    "unknown-elements": update(inside="<a/>" * 40000),
    "deep-paths": update(inside=deep(flat(lambda i: f"<b>{i}</b>", 20000))),
    "deep-ids": text("repodata/x.xml", "<comps>" + "<group><id>" * 100 + "i" * 100000 + "<b>x</b>" * 5000 + "</id></group>" * 100 +
                     "</comps>"),
    # the classic half
    "one-file-10000-times": big_file(10000),
    "many-packages": classic(flat(lambda i: package(f"p{i}", f"p{i}.rpm"), 12000)),
    "many-packages-of-one-name": classic(package("big", "gone.rpm") * 12000),
    "classic-attributes": classic(f"<package {attributes(60000)}>x</package>\n"),
    "classic-lines": text("XS-PACKAGES", "\n" * 1000000),
    "classic-tags": text("XS-PACKAGES", "<packages>" + "<a~>" * 60000 + "</packages>\n"),
    # repodata
    "records": repomd('<data type="primary"><location href="update.xml"/></data>' * 20000),
    "records-of-types": repomd(flat(lambda i: f'<data type="t{i}"><location href="gone{i}"/></data>', 20000)),
    "one-location": primary(listed("") * 60000, 60000),
    "locations": primary(flat(lambda i: listed("", f"gone{i}.rpm"), 60000), 60000),
    "entries": primary(listed("<provides>" + flat(lambda i: f'<entry name="p{i}"/>', 200000) + "</provides>")),
    "entries-of-many": primary(flat(lambda i: listed("<provides>" + '<entry name="%d"/>' * 40 % tuple(range(i, i + 40)) +
                                                     "</provides>"), 8000), 8000),
    "paths": primary(flat(lambda i: listed(flat(lambda k: f"<file>/{i}/{k}</file>", 100)), 3000), 3000),
    "slashes": primary(listed("", "a/" * 1000000)),
    "comps": lambda tree: [path.write_text("<comps>" + "<group><id>update</id></group>" * 40000 + "</comps>")
                           for path in tree.glob("repodata/*-comps.xml")],
    "zeros": metadata("filelists", "\0" * (200 << 20)),
    # RPMs
    "provides-of-one": rpm(depend(PROVIDES, "p", ["1"] * 150000, EQUAL), depend(REQUIRES, "p", ["2"] * 150000, EQUAL)),
    "provides-of-versions": rpm(depend(PROVIDES, "p", NUMBERS[:20000], EQUAL), depend(REQUIRES, "p", NUMBERS[:20000], LESS_EQUAL)),
    "requires-of-another": both(rpm(depend(PROVIDES, "p", NUMBERS[:15000], EQUAL)),
                                rpm(depend(REQUIRES, "p", NUMBERS[:15000], EQUAL), names=["Packages/zy.rpm"])),
    "requires-of-many": rpm(depend(REQUIRES, "p", ["1"], EQUAL), names=[f"Packages/z{i}.rpm" for i in range(300)]),
    "long-folder": rpm(lists("/" + "d" * 1000000 + "/", 100000)),
    "many-files": rpm(lists("/d/", 400000)),
    "one-of-slashes": rpm(lists("/" * 3000000, 3)),
    "long-strings": rpm(lambda header: header.set(1005, STRINGS, b"x" * 6000000 + b"\0", 1)),
    "names-of-one": rpm(names=[f"Packages/z{i}.rpm" for i in range(2000)]),
    "empty-ones": lambda tree: [(tree / f"Packages/{i}.rpm").touch() for i in range(3500)],
    # armor
    "armor-lines": text("update.xml.asc", "-----BEGIN PGP SIGNATURE-----\n\n" + "\n" * 200000),
    "armor-headers": text("RPM-GPG-KEY-OSNEXUS", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n" + "A: b\n" * 50000),
    "armor-long": text("update.xml.asc", "-----BEGIN PGP SIGNATURE-----\n\n" + "A" * 250000),
}


ONLY_DIFF = ("deep-ids",)  # nothing names that file


@pytest.mark.parametrize("case", CASES)
def test_it_is_found_in_bounds(desk, bounded, remaster, signed_iso, case):
    iso = remaster(CASES[case])
    for words in (["verify", iso], ["inspect", iso], ["inspect", "--json", iso], ["diff", signed_iso, iso]):
        status, _, complained = bounded(SECONDS, *words)
        least = 0 if words[0] == "inspect" or case in ONLY_DIFF and words[0] == "verify" else 1
        assert status in (least, 1, 3) and "Sanitizer" not in complained, complained
        assert desk.left() == (None, [])


def test_findings_are_counted_where_they_are_too_many_to_list(desk, remaster):
    iso = remaster(update(inside="<a/>" * 40000))
    data = json.loads(desk.run("verify", "--json", iso).stdout)["images"][0]
    assert 0 < data["unlisted"] < 40000
    assert sum(data[kind] for kind in ("errors", "warnings")) >= 40000
    assert len(data["findings"]) + data["unlisted"] >= data["errors"] + data["warnings"]
    said = desk.run("verify", iso).stdout.splitlines()
    assert said[-2].endswith(f"{data['unlisted']} more findings are counted and not listed")


def test_a_limit_is_no_obstacle(desk, remaster):
    """What real packs have is well inside."""
    must([desk.suppack, "verify", remaster(lambda tree: None)], env=desk.env())
