# SPDX-License-Identifier: GPL-2.0-or-later
"""Ready-made RPMs for tests, by rpmbuild: as a vendor's own build would leave them."""
import shutil
import tempfile
from pathlib import Path

from support import environment, must

PACKAGE = """\
%package -n {name}
Summary: {name}
{lines}
%description -n {name}
{name}
{scripts}
%files -n {name}
{files}
"""


class Rpm:
    """One package to be built: lines of its preamble, %post and the like, and its files (path -> content, a Path: a link)."""

    def __init__(self, name, *lines, version="1.0", release="1", epoch=None, files=None, scripts=""):
        self.name, self.lines, self.scripts = name, list(lines), scripts
        self.lines += [f"Version: {version}", f"Release: {release}"] + ([f"Epoch: {epoch}"] if epoch else [])
        self.files = {f"/opt/{name}/file": name} if files is None else files


def make_rpms(folder, *rpms, arch="noarch", payload="w9.gzdio", defines=()):
    """Builds them with one rpmbuild into folder as NAME.rpm; their paths, in that order."""
    top = Path(tempfile.mkdtemp(prefix="rpmbuild-", dir="/tmp"))
    folder.mkdir(parents=True, exist_ok=True)
    text = ["Name: whole", "Version: 1", "Release: 1", "Summary: s", "License: none", "AutoReqProv: no",
            *(["BuildArch: noarch"] if arch == "noarch" else []), "%description", "d"]
    stage = top / "stage"
    for rpm in rpms:
        for path, content in rpm.files.items():
            file = stage / path.lstrip("/")
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                file.symlink_to(content)
                continue
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        text.append(PACKAGE.format(name=rpm.name, lines="\n".join(["AutoReqProv: no", *rpm.lines]),
                                   scripts=rpm.scripts, files="\n".join(rpm.files)))
    text += ["%install", f"mkdir -p %{{buildroot}} {stage}", f"cp -a {stage}/. %{{buildroot}}/"]
    spec = top / "whole.spec"
    spec.write_text("\n".join(text) + "\n")
    fixed = [f"_topdir {top}", f"_rpmdir {folder}", "_build_name_fmt %%{NAME}.rpm", f"_binary_payload {payload}",
             "debug_package %{nil}", "_build_id_links none", "__os_install_post %{nil}", "_buildhost x", *defines]
    must(["rpmbuild", "-bb", "--quiet", "--target", "x86_64" if arch == "noarch" else arch,
          *[word for define in fixed for word in ("-D", define)], spec], env=environment(HOME=top))
    shutil.rmtree(top)
    return [folder / f"{rpm.name}.rpm" for rpm in rpms]
