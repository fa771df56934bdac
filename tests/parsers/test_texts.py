# SPDX-License-Identifier: GPL-2.0-or-later
"""Vendors' whole texts, as hosts get them: devices, and the sections beside them. Judge: the real multipath -t of four
versions, which must not say a word more than without (multipath.md 0.2), and must have read the settings."""
import re
import shutil

import pytest

from judges import SHOW, ask
from packs import Pack
from support import SOURCE, must, sample, set_keys

GALLERY = {path.parent.name: path.parent for path in sorted((SOURCE / "spec").glob("*/pack.ini"))}
PUBLISHED = {f"published/{path.stem}": path for path in sorted((SOURCE.parent / "shared/vendors").glob("*.conf"))
             if "device {" in path.read_text() and path.stem != "linbit"}
# Every setting that packs deliver beside devices, by the tables of packer/stanza/section.c and keyword.c.
EVERY_SETTING = {
    "polling_interval": "10", "max_polling_interval": "40", "max_fds": "max", "queue_without_daemon": "no", "checker_timeout": "15",
    "log_checker_err": "once", "force_sync": "yes", "retrigger_tries": "3", "retrigger_delay": "10", "missing_uev_wait_timeout": "30",
    "uxsock_timeout": "4000", "strict_timing": "yes", "remove_retries": "0", "enable_foreign": '"^$"', "marginal_pathgroups": "off",
    "allow_usb_devices": "no", "max_retries": "5", "auto_resize": "never", "path_grouping_policy": "failover", "path_checker": "tur",
    "path_selector": '"round-robin 0"', "features": '"0"', "prio": "const", "prio_args": '""', "failback": "manual",
    "rr_weight": "uniform", "no_path_retry": "5", "rr_min_io": "10", "rr_min_io_rq": "1", "pg_timeout": "none", "flush_on_last_del": "no",
    "fast_io_fail_tmo": "5", "dev_loss_tmo": "60", "user_friendly_names": "no", "retain_attached_hw_handler": "yes", "detect_prio": "yes",
    "deferred_remove": "no", "delay_watch_checks": "no", "delay_wait_checks": "no", "skip_kpartx": "yes", "detect_checker": "yes",
    "san_path_err_threshold": "no", "san_path_err_forget_rate": "no", "san_path_err_recovery_time": "no", "max_sectors_kb": "512",
    "marginal_path_err_sample_time": "no", "marginal_path_err_rate_threshold": "no", "marginal_path_err_recheck_gap_time": "no",
    "marginal_path_double_failed_time": "no", "ghost_delay": "no", "all_tg_pt": "no", "eh_deadline": "off", "recheck_wwid": "no",
    "detect_pgpolicy": "yes", "detect_pgpolicy_use_tpg": "no", "purge_disconnected": "no", "unpriv_sgio": "no"}
# "max" as a number, "off" as "no"; versions before 0.11 print another number of retrigger_tries than they use.
SHOWN_OTHERWISE = {"max_fds", "marginal_pathgroups", "retrigger_tries"}
NOT_IN_OVERRIDES = {"polling_interval", "max_polling_interval", "max_fds", "queue_without_daemon", "checker_timeout", "log_checker_err",
                    "force_sync", "retrigger_tries", "retrigger_delay", "missing_uev_wait_timeout", "uxsock_timeout", "strict_timing",
                    "remove_retries", "enable_foreign", "marginal_pathgroups", "allow_usb_devices", "max_retries", "auto_resize", "pg_timeout"}


def everything():
    settings = {name: value for name, value in EVERY_SETTING.items() if value != '""'}
    defaults = "".join(f"\t{name} {value}\n" for name, value in settings.items())
    overrides = "".join(f"\t{name} {value}\n" for name, value in settings.items() if name not in NOT_IN_OVERRIDES)
    lists = '\tdevnode "^drbd"\n\tdevice {\n\t\tvendor "HP"\n\t}\n'
    own = '\tdevice {\n\t\tvendor "OSNEXUS"\n\t\tproduct "QUANTASTOR"\n\t}\n'
    return (f"defaults {{\n{defaults}}}\nblacklist {{\n{lists}}}\nblacklist_exceptions {{\n{own}}}\noverrides {{\n{overrides}}}\n"
            'device {\n\tvendor "OSNEXUS"\n\tproduct "QUANTASTOR"\n}\n')


@pytest.fixture(scope="module")
def delivered(build_pack, tmp_path_factory):
    """delivered(name, version) -> what a host with that multipath gets, devices in `devices { }`. Each pack built once."""
    folders = {}

    def build(name):
        base = tmp_path_factory.mktemp("pack")
        spec = base / "spec"
        shutil.copytree(GALLERY.get(name, SOURCE / "spec/quantastor"), spec)
        if name not in GALLERY:
            (spec / "multipath.conf").write_text(everything() if name == "every setting" else PUBLISHED[name].read_text())
        set_keys(spec / "pack.ini", label="qs")
        built = build_pack(spec / "pack.ini", "--unsigned")
        assert built.returncode == 0 and built.iso, built.stderr
        (base / "payload").mkdir()
        must(["bash", "-c", 'rpm2cpio "$1" | cpio -id --quiet', "bash", Pack(built.iso, base).rpm("qs-")], cwd=base / "payload")
        return next(base.glob("payload/opt/qs/share/qs"))

    def text(name, version):
        if name not in folders:
            folders[name] = build(name)
        starts = re.findall(r"(?m)^stanza=(\S+) (\S+)$", (folders[name] / "pack.conf").read_text())
        fits = [file for parser, file in starts if tuple(map(int, re.findall(r"\d+", parser))) <= version]
        whole = (folders[name] / fits[-1]).read_text()
        devices, section, rest = re.match(r"(?s)(.*?)(?:^|(?<=\n))((?:defaults|blacklist|blacklist_exceptions|overrides) \{|\Z)(.*)",
                                          whole).groups()
        return f"devices {{\n{devices}}}\n{section}{rest}"
    return text


def test_no_parser_says_a_word_more(suite, delivered):
    """All that are sampled at once, as a parser takes a moment to start."""
    names = ["every setting", *sample(GALLERY), *sample(PUBLISHED)]
    texts = [delivered(name, suite.version) for name in names]
    [[before]] = ask(suite.root, [SHOW], [{"multipath.conf": ""}])
    for name, text, [after] in zip(names, texts, ask(suite.root, [SHOW], [
            {"multipath.conf": "", "multipath/conf.d/custom-qs.conf": text} for text in texts]), strict=True):
        assert after[0] == before[0] == 0 and after[2] == before[2], f"{name}: {after[2]}\nof\n{text}"
        assert after[1] != before[1], f"{name}: nothing is read of\n{text}"
        if name == "every setting":
            read = dict(re.findall(r"(?m)^\t(\w+) (.+)$", after[1].partition("defaults {")[2].partition("\n}")[0]))
            given = dict(re.findall(r"(?m)^\t(\w+) (.+)$", text.partition("defaults {")[2].partition("\n}")[0]))
            assert len(given) > 30
            wrong = {key: (value, read.get(key)) for key, value in given.items()
                     if key in read and read[key].strip('"') != value.strip('"') and key not in SHOWN_OTHERWISE}
            assert not wrong
