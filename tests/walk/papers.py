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
