# SPDX-License-Identifier: GPL-2.0-or-later
"""What a pack says beside its devices is what the real parser has, but for what an administrator says himself."""
import json

import pytest

from judges import SHOW, ask
from reference import blocks, plain

SETTINGS = 'defaults {\n\tpolling_interval 10\n\tmax_fds 8192\n}\nblacklist {\n\tdevnode "^drbd"\n}\noverrides {\n\tno_path_retry 18\n}\n'
INVENTORY = {"xensource-inventory": "PRODUCT_BRAND='XenServer'\nPRODUCT_VERSION='9.0.0'\n"}
CASES = {"alone": "", "own polling_interval": "defaults {\n\tpolling_interval 3\n}\n", "own list": "blacklist {\n\tdevnode \"^sdz\"\n}\n",
         "own overrides": "overrides {\n\tno_path_retry fail\n}\n"}


@pytest.mark.parametrize("case", CASES)
def test_the_parser_has_the_settings(suite, payload, case):
    pack = payload()
    for text in pack.hook.parents[1].glob("share/*/multipath-*.conf"):
        if SETTINGS not in (whole := text.read_text()):
            text.write_text(whole + SETTINGS)
    words = {name: {"outside": [str(pack.hook), *rest, "--root", str(suite.root)]} for name, rest in
             {"install": ["install", "--no-reload"], "status": ["status", "--json"], "remove": ["remove", "--no-reload"]}.items()}
    files = INVENTORY | {"multipath/conf.d/zz.conf": CASES[case]}
    (plain_show, install, shown, status, _, again), = ask(
        suite.root, [SHOW, words["install"], SHOW, words["status"], words["remove"], SHOW], [files])
    assert install[0] == 0, install[2]
    assert plain_show == again
    settings = {setting["keyword"]: setting for setting in json.loads(status[1])["settings"]}
    found = blocks(shown[1])
    wanted = {"polling_interval": "3" if case == "own polling_interval" else "10", "max_fds": "8192"}
    assert {keyword: plain(found["defaults"].last(keyword)) for keyword in wanted} == wanted
    assert '"^drbd"' in shown[1] and ('"^sdz"' in shown[1]) == (case == "own list")
    retry = plain(found["overrides"].last("no_path_retry"))
    assert retry == ("fail" if case == "own overrides" else "18")
    own = {"own polling_interval": "polling_interval", "own overrides": "no_path_retry"}.get(case)
    assert [keyword for keyword, setting in settings.items() if not setting["in_force"]] == ([own] if own else [])
