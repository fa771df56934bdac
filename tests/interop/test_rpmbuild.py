# SPDX-License-Identifier: GPL-2.0-or-later
"""The packages suppack writes, beside those rpmbuild makes of the same: name, scriptlets, files and all.

suppack's are as rpm 4.18 makes them. There every byte is compared, but for two tags that hold what libmagic thinks of a
file's content. Newer rpms say some things otherwise; what is compared there is what a host acts on."""
import os
import re

import pytest

from rpm_bytes import Package
from support import EPOCH, environment, must

RPMVERSION, FILECLASS, CLASSDICT = 1064, 1141, 1142
SCRIPTS = {"post": "POSTIN", "preun": "PREUN", "postun": "POSTUN", "posttrans": "POSTTRANS"}
# Of the main header, by rpm/rpmtag.h: identity, scriptlets, dependencies, triggers, files, payload.
ACTED_ON = {1000, 1001, 1002, 1004, 1005, 1009, 1011, 1014, 1016, 1021, 1022, 1023, 1024, 1025, 1026, 1152, 1030, 1034, 1035, 1037,
            1039, 1040, 1044, 1045, 1047, 1112, 1113, 1048, 1049, 1050, 1065, 1066, 1067, 1068, 1069, 1085, 1086, 1087, 1088, 1153, 1092,
            1116, 1117, 1118, 1124, 1125, 1126, 5011}
# What a distribution or an administrator may have said, and what guesses or runs something: as suppack has it.
MACROS = {"_binary_payload": "w4.gzdio", "_rpmformat": "4", "_buildhost": "suppack", "use_source_date_epoch_as_buildtime": "1",
          "clamp_mtime_to_source_date_epoch": "1", "source_date_epoch_from_changelog": "0", "_smp_build_nthreads": "1",
          "_target_platform": "%{_target_cpu}-linux", "_build_id_links": "none",
          "__os_install_post": "%{nil}", "__spec_install_post": "%{nil}", "debug_package": "%{nil}",
          "_binaries_in_noarch_packages_terminate_build": "0", "_use_weak_usergroup_deps": "0",
          "_build_name_fmt": "%%{NAME}.rpm", "_isa": "%{nil}"}
UNSET = ("vendor", "packager", "distribution", "disturl", "bugurl", "disttag")


def query(rpm, text):
    return must(["rpm", "-qp", "--nosignature", "--qf", text, rpm], env=environment(HOME="/nonexistent")).stdout


def spec_of(rpm, stage):
    """A whole spec that makes this package of the files below stage."""
    head = "%global optflags %{nil}\n" + query(rpm, "Name: %{NAME}\nVersion: %{VERSION}\nRelease: %{RELEASE}\nSummary: %{SUMMARY}\nLicense: %{LICENSE}\n"
                      "Vendor: %{VENDOR}\nGroup: %{GROUP}\nAutoReqProv: no\n")
    requires = [line for line in query(rpm, "[%{REQUIRENAME} %{REQUIREFLAGS:depflags} %{REQUIREVERSION}\n]").splitlines()
                if not line.startswith(("rpmlib(", "/bin/sh"))]
    head += "".join(f"Requires: {line.strip()}\n" for line in reversed(requires))  # rpm sorts
    if query(rpm, "%{ARCH}") == "noarch":
        head += "BuildArch: noarch\n"
    text = f"{head}%description\n{query(rpm, '%{DESCRIPTION}')}\n%install\ncp -a {stage}/. %{{buildroot}}/\n"
    for section, tag in SCRIPTS.items():
        script = query(rpm, f"%{{{tag}}}")
        text += f"%{section}\n{script}\n" if script != "(none)" else ""
    triggers = query(rpm, "[%{TRIGGERNAME}, ]").removesuffix(", ")
    if triggers not in ("", "(none)"):
        text += f"%triggerin -- {triggers}\n{query(rpm, '%{TRIGGERSCRIPTS}')}\n"
    text += "%files\n%defattr(-,root,root)\n"
    for line in query(rpm, "[%{FILEMODES:perms} %{FILENAMES}\n]").splitlines():
        mode, path = line.split(" ", 1)
        text += f"%dir {path}\n" if mode[0] == "d" else f"{path}\n"
    return text


def rpmbuild(rpm, work):
    stage = work / "stage"
    stage.mkdir(parents=True)
    must(["bsdtar", "-xpf", rpm, "-C", stage])
    for path in [stage, *stage.rglob("*")]:
        os.utime(path, (int(EPOCH), int(EPOCH)))
    (work / "x.spec").write_text(spec_of(rpm, stage))
    defines = {"_topdir": work, "_rpmdir": work, **MACROS}
    md5 = query(rpm, "%{FILEDIGESTALGO}") == "(none)"
    defines["_binary_filedigest_algorithm"] = "1" if md5 else "8"
    words = [word for name, value in defines.items() for word in ("--define", f"{name} {value}")]
    words += [word for name in UNSET for word in ("--undefine", name)]
    must(["rpmbuild", "-bb", "--quiet", "--target", "x86_64", *words, work / "x.spec"],
         env=environment(HOME=work, SOURCE_DATE_EPOCH=EPOCH))
    return next(work.glob("*.rpm"))


@pytest.fixture(scope="session", params=({}, {"guidance": "restartHost", "eula": "multipath.conf",
                                              "base_requires": "xapi > 1, platform-version >= 2.2.0, xapi < 99, xapi = 2-1, xapi >= 2"}),
                ids=("quantastor", "much-asked-for"))
def pack(request, packs):
    return packs(unsigned=True, **request.param)


@pytest.mark.parametrize("role", ("payload", "update", "control", "classic"))
def test_same_as_rpmbuilds(pack, role, tmp_path):
    label = "osnexus-quantastor-multipath-1.0.0-1"
    path = {"payload": f"Packages/{label}.x86_64.rpm", "update": f"Packages/update-{label}.noarch.rpm",
            "control": f"Packages/control-{label}.x86_64.rpm", "classic": f"{label}.noarch.rpm"}[role]
    theirs_path = rpmbuild(pack.tree / path, tmp_path)
    ours, theirs = Package(pack.tree / path), Package(theirs_path)
    have, want = ({tag[0]: tag for tag in package.header.tags} for package in (ours, theirs))
    acted_on = {tag: want.get(tag) for tag in ACTED_ON}
    assert {tag: have.get(tag) for tag in ACTED_ON} == acted_on
    assert have[1000] and have[1117], "nothing was compared"
    if not must(["rpmbuild", "--version"]).stdout.split()[-1].startswith("4.18."):
        return
    for tag in (FILECLASS, CLASSDICT):
        theirs.header.set(*have[tag][:2], have[tag][3], have[tag][2])
    theirs.follow(1004)
    again = tmp_path / "again.rpm"
    theirs.write(again)
    assert again.read_bytes() == (pack.tree / path).read_bytes()


def test_rpmbuild_is_asked_for_all_of_it(pack, tmp_path):
    """The comparison is of something: without its triggers and scriptlets the payload would be another package."""
    text = spec_of(next(pack.tree.glob("Packages/osnexus-*.rpm")), tmp_path)
    assert re.search(r"(?m)^%triggerin -- device-mapper-multipath, sm$", text)
    assert {"%post", "%preun"} <= set(text.splitlines()) and text.count("\n%dir /opt/") == 4
