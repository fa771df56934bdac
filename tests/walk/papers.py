# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands that README.txt and the pages of docs/ print, taken out of them."""
import re


def readme_commands(text):
    """{heading: [command, ...]} of README.txt: a heading begins a line, a command stands eight blanks in."""
    found, heading = {}, None
    for line in text.splitlines():
        if line and line[0] != " ":
            heading = line
        elif re.match(r" {8}[^\s<]", line):
            found.setdefault(heading, []).append(line.strip())
    return found


def page_commands(text):
    """{heading: [block, ...]} of a page of docs/: what stands between ```sh and ```."""
    found, heading, block = {}, None, None
    for line in text.splitlines():
        if block is not None and line == "```":
            found.setdefault(heading, []).append("\n".join(block))
            block = None
        elif block is not None:
            block.append(line)
        elif line == "```sh":
            block = []
        elif line.startswith("#"):
            heading = line.lstrip("# ")
    return found
