# SPDX-License-Identifier: GPL-2.0-or-later
"""Which commands of xe our papers name, and what each takes: the command table of xen-api's cli_frontend.ml, the same in
these from 7.1 to today except where SINCE says otherwise. There is no xe to ask without a xapi.
"""
import shlex

# command: (needed, may be given, selects hosts)
COMMANDS = {
    "host-call-plugin": (("host-uuid", "plugin", "fn"), ("args:",), False),
    "host-disable": ((), (), True),
    "host-disable-ssh": ((), (), True),
    "host-enable": ((), (), True),
    "host-enable-ssh": ((), (), True),
    "host-refresh-pack-info": (("host-uuid",), (), False),
    "pool-join": (("master-address", "master-username", "master-password"), ("force",), False),
    "update-apply": (("uuid",), (), True),
    "update-destroy": (("uuid",), (), False),
    "update-pool-apply": (("uuid",), (), False),
    "update-pool-clean": (("uuid",), (), False),
    "update-precheck": (("uuid",), (), True),
    "update-resync-host": (("host-uuid",), (), False),
    "update-upload": (("file-name",), ("sr-uuid",), False),
}
# <class>-list takes params= and any field as a filter; <class>-param-set takes uuid= and the fields that can be set.
FIELDS = {
    "host": ({"uuid", "name-label", "hostname", "enabled", "multipathing", "software-version", "updates", "other-config"},
             {"name-label", "multipathing", "other-config:"}),
    "pool": ({"uuid", "name-label", "master", "default-SR", "ha-enabled"}, {"default-SR"}),
    "sr": ({"uuid", "name-label", "type", "host", "shared"}, {"name-label"}),
    "update": ({"uuid", "name-label", "hosts", "after-apply-guidance", "version"}, set()),
}
SELECTORS = {"host"} | FIELDS["host"][0]  # `host` fits a uuid, a host name or a label


def known(name, allowed):
    return name in allowed or f"{name.split(':', 1)[0]}:" in allowed and ":" in name


def fields_of(values, allowed, command):
    wrong = [field for field in values.split(",") if field not in allowed]
    return [f"'{command}' knows no field '{field}'" for field in wrong]


def faults(line):
    """What xe would refuse of `xe COMMAND name=value ...`; [] when it takes it."""
    words = shlex.split(line)
    assert words[0] == "xe", line
    command, given = words[1], dict(word.partition("=")[::2] for word in words[2:])
    thing, _, verb = command.partition("-")
    if verb == "list" and thing in FIELDS:
        fields = FIELDS[thing][0]
        return fields_of(given.pop("params", "uuid"), fields, command) + [
            f"Unknown field {name}" for name in given if name not in fields]
    if verb == "param-set" and thing in FIELDS:
        needed, allowed = ("uuid",), {"uuid"} | FIELDS[thing][1]
    elif command in COMMANDS:
        needed, optional, selects = COMMANDS[command]
        allowed = {*needed, *optional} | (SELECTORS if selects else set())
    else:
        return [f"Unknown command {command}"]
    return [f"'{command}' needs {name}=" for name in needed if name not in given] + [
        f"Unknown field {name}" for name in given if not known(name, allowed)]
