# SPDX-License-Identifier: GPL-2.0-or-later
"""What a release engineer without suppack runs: rpmbuild, createrepo_c, xorriso, rpmsign and gpg, on the same content."""
import os
from pathlib import Path

from measure import spawn
from support import must

DEFINES = ("_binary_payload w9.gzdio", "debug_package %{nil}", "_build_id_links none",
           "_binaries_in_noarch_packages_terminate_build 0")
SPEC = """\
Name: {name}
Version: 1.0.0
Release: 1
Summary: {name}
License: MIT
AutoReqProv: no
{arch}
%description
{name}
%install
mkdir -p %{{buildroot}}
cp -a {stage}/. %{{buildroot}}/
%files
%defattr(-,root,root)
{files}
"""


class UsualPack:
    """The packages of a finished pack taken apart, to be built again by the usual tools."""

    def __init__(self, iso, folder, key=None):
        self.folder, self.key, self.specs = Path(folder), key, []
        tree = self.folder / "image"
        tree.mkdir(parents=True)
        must(["bsdtar", "-xf", iso, "-C", tree])
        for rpm in sorted(tree.rglob("*.rpm")):
            self.specs.append(self._take_apart(rpm))
        self.texts = [path for path in tree.iterdir() if path.is_file() and path.suffix not in (".rpm", ".asc")]
        self.comps = next(iter(tree.glob("repodata/*comps.xml")))

    def _take_apart(self, rpm):
        name, arch = must(["rpm", "-qp", "--qf", "%{NAME}\t%{ARCH}", rpm]).stdout.split("\t")
        stage = self.folder / f"{name}.{arch}.stage"
        stage.mkdir()
        must(["bsdtar", "-xf", rpm, "-C", stage])
        lines = must(["rpm", "-qp", "--qf", "[%{FILEMODES:perms} %{FILENAMES}\n]", rpm]).stdout.splitlines()
        files = [("%dir " if line[0] == "d" else "") + line.split(" ", 1)[1] for line in lines]
        spec = self.folder / f"{name}.{arch}.spec"
        spec.write_text(SPEC.format(name=name, stage=stage, files="\n".join(files),
                                    arch="BuildArch: noarch" if arch == "noarch" else ""))
        return spec

    def clear(self):
        spawn("rm", "-rf", self.folder / "top", self.folder / "usual.iso")

    def build(self):
        """One ISO beside the stages; clear() first."""
        top = self.folder / "top"
        packages = top / "image" / "Packages"
        packages.mkdir(parents=True)
        env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        defines = [f"_topdir {top}", f"_rpmdir {packages}", "_build_name_fmt %%{NAME}-%%{VERSION}.%%{ARCH}.rpm", *DEFINES]
        words = [word for define in defines for word in ("-D", define)]
        for spec in self.specs:
            spawn("rpmbuild", "-bb", "--quiet", "--target", "x86_64", *words, spec, env=env)
        if self.key:
            env["GNUPGHOME"] = str(self.key.home)
            spawn("rpmsign", "-D", "__gpg /usr/bin/gpg", "-D", f"_gpg_name {self.key.id}", "--addsign",
                  *sorted(packages.glob("*.rpm")), env=env)
        spawn("cp", *self.texts, top / "image")
        pack(top / "image", self.comps, self.folder / "usual.iso", self.key)


def metadata(*words):
    spawn("createrepo_c", "-q", "--workers", os.cpu_count(), *words)


def image(iso, *content):
    spawn("xorriso", "-as", "mkisofs", "-quiet", "-J", "-joliet-long", "-r", "-V", "PACK", "-o", iso, *content)


def pack(tree, comps, iso, key):
    """createrepo_c and xorriso, and gpg twice where there is a key."""
    metadata("-g", comps, tree)
    if key:
        for name in ("update.xml", "repodata/repomd.xml"):
            spawn("gpg", "--batch", "--yes", "--homedir", key.home, "--armor", "--local-user", key.id, "--detach-sign",
                  tree / name)
    image(iso, tree)
