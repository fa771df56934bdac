# SPDX-License-Identifier: GPL-2.0-or-later
"""No text that a host gets from a pack makes that host's parser say a word more than it said before: one more, and SM takes
wrong decisions (multipath.md 0.2). Judge: the real multipath -t of four versions, in the place of the host's."""
import pytest

from judges import SHOW, ask


def device(*lines, vendor="OSNEXUS", product="QUANTASTOR"):
    lines = (f'vendor "{vendor}"', f'product "{product}"', *lines)
    return "device {\n" + "".join(f"\t{line}\n" for line in lines) + "}\n"


# As vendors publish them, over twenty years; None is QuantaStor's.
STANZAS = {
    "quantastor": None,
    "of the time of 0.4.7": device('getuid_callout "/sbin/scsi_id -g -u -s /block/%n"', 'prio_callout "/sbin/mpath_prio_alua /dev/%n"',
                                   'features "1 queue_if_no_path"', 'hardware_handler "1 alua"', 'path_selector "round-robin 0"',
                                   "path_grouping_policy group_by_prio", "failback immediate", "rr_weight uniform", "rr_min_io 128",
                                   "path_checker tur", "no_path_retry queue", "pg_timeout 5"),
    "of the time of 0.4.9": device("prio alua", 'prio_args "exclusive_pref_bit"', "checker tur", "flush_on_last_del yes", "fast_io_fail_tmo 5",
                                   "dev_loss_tmo 2147483647", "rr_min_io 1", "rr_min_io_rq 1", "no_path_retry 12", "rr_weight priorities"),
    "of the time of 0.5": device('uid_attribute "ID_SERIAL"', "retain_attached_hw_handler yes", "detect_prio yes", "user_friendly_names no",
                                 'path_selector "service-time 0"', "dev_loss_tmo infinity", 'alias_prefix "mpath"', "failback followover"),
    "of the time of 0.7": device("detect_checker no", "skip_kpartx yes", "max_sectors_kb 1024", "ghost_delay 10", "deferred_remove yes",
                                 "san_path_err_threshold 3", "san_path_err_forget_rate 10", "san_path_err_recovery_time 60",
                                 "marginal_path_err_sample_time 120", "marginal_path_err_rate_threshold 5",
                                 "marginal_path_err_recheck_gap_time 60", "marginal_path_double_failed_time 30",
                                 "delay_watch_checks 12", "delay_wait_checks 12"),
    "of the time of 0.8": device("all_tg_pt yes", "eh_deadline 30", "recheck_wwid yes", "vpd_vendor hp3par", 'path_selector "queue-length 0"'),
    "of the time of 0.9": device("path_grouping_policy group_by_tpg", "prio alua", "detect_pgpolicy yes", "detect_pgpolicy_use_tpg yes",
                                 "flush_on_last_del always"),
    "of the time of 0.14": device("purge_disconnected yes", "no_path_retry fail"),
    "two products": device("path_grouping_policy multibus", 'revision "4.*"', 'product_blacklist "GATE"')
    + device("path_grouping_policy group_by_prio", "prio alua", product="QUANTASTOR.*"),
    "an array of the built-in table": device('features "1 queue_if_no_path"', 'hardware_handler "0"', "prio ontap", vendor="NETAPP", product="LUN"),
    "features alone": device('features "3 queue_if_no_path pg_init_retries 50"', "failback 15"),
}
HOSTS = ({}, {"multipath.conf": ""}, {"multipath.conf": "defaults {\n\tuser_friendly_names no\n}\n"})


@pytest.mark.parametrize("name", STANZAS)
def test_nothing_new_is_said(suite, payload, name):
    pack = payload(STANZAS[name])
    root = str(suite.root)
    install = {"outside": [str(pack.hook), "install", "--no-reload", "--root", root]}
    shown = {"outside": ["/bin/cat", f"{root}/etc/{pack.drop_in}"]}
    for before, installed, text, after in ask(suite.root, [SHOW, install, shown, SHOW], HOSTS):
        assert installed[0] == 0 and text[0] == 0, installed
        assert after[0] == before[0] == 0 and after[2] == before[2], f"{after[2]}\nof\n{text[1]}"
        assert after[1] != before[1], f"nothing is read of\n{text[1]}"
