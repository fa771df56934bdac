# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts of pools as their masters tell them. Runs on the control node only."""
DOCUMENTATION = r"""
name: xenapi
short_description: Hosts, pools and sites from XenAPI
version_added: 0.2.0
author: the suppack engineers (@osnexus)
description:
  - Asks one host of each pool, over HTTPS, which hosts the pool has and which of them is master. Looks only.
  - Each host gets C(ansible_host), C(suppack_site), C(suppack_pool), C(suppack_uuid), C(suppack_role) and
    C(suppack_address), what module M(suppack.rollout.xapi) is told; its groups are C(site_...) and C(pool_...).
  - The file's name ends in C(xenapi.yml) or C(xenapi.yaml).
options:
  plugin:
    description: suppack.rollout.xenapi
    required: true
    choices: [suppack.rollout.xenapi]
  pools:
    description:
      - One entry a pool. C(address) is any of its hosts, C(site) its data center. C(user), C(password), C(fingerprints) and
        C(ca_path) are those of M(suppack.rollout.xapi); what an entry lacks is taken from O(defaults).
      - Values may be templates, as C({{ lookup('env', 'XAPI_PASSWORD') }}).
    type: list
    elements: dict
    required: true
  defaults:
    description: What entries of O(pools) do not say.
    type: dict
    default: {}
  unreachable:
    description: C(fail), or C(skip) a pool that does not answer, with a warning.
    choices: [fail, skip]
    default: fail
"""

EXAMPLES = r"""
plugin: suppack.rollout.xenapi
defaults: {user: root, password: "{{ lookup('env', 'XAPI_PASSWORD') }}", ca_path: /etc/ssl/xenserver.pem}
pools:
  - {address: ams-a1.example.net, site: ams}
  - {address: fra-a1.example.net, site: fra}
"""

import re

from ansible.errors import AnsibleParserError
from ansible.plugins.inventory import BaseInventoryPlugin

from ansible_collections.suppack.rollout.plugins.module_utils.xenapi import Session, XenAPIError

KEYS = {"address", "site", "user", "password", "fingerprints", "ca_path"}


def hosts_of(pool):
    """(the pool's name, {uuid: (name, address, role)}). XenAPIError; KeyError and others where xapi's answers are not xapi's."""
    with Session(pool["address"], pool.get("user", "root"), pool["password"], pool.get("fingerprints") or [],
                 pool.get("ca_path")) as session:
        (_, record), = session.call("pool.get_all_records").items()
        hosts = session.call("host.get_all_records")
        name = record["name_label"] or hosts[record["master"]]["name_label"]
        return name, {one["uuid"]: (one["name_label"], one["address"], "master" if ref == record["master"] else "slave")
                      for ref, one in hosts.items()}


def natural(name):
    """As people count: xen2 before xen10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]


def group(kind, name):
    return f"{kind}_" + re.sub(r"\W", "_", name, flags=re.ASCII)


class InventoryModule(BaseInventoryPlugin):
    NAME = "suppack.rollout.xenapi"

    def verify_file(self, path):
        return super().verify_file(path) and path.endswith(("xenapi.yml", "xenapi.yaml"))

    def parse(self, inventory, loader, path, cache=True):
        super().parse(inventory, loader, path, cache)
        self._read_config_data(path)
        for entry in self.get_option("pools"):
            pool = {**self.get_option("defaults"), **entry}
            strange = sorted(set(pool) - KEYS)
            missing = sorted({"address", "password"} - set(pool))
            if strange or missing:
                raise AnsibleParserError(f"'{path}': a pool has {'an unknown key' if strange else 'no'} '{(strange or missing)[0]}'")
            self.templar.available_variables = {}
            pool = {key: self.templar.template(value) for key, value in pool.items()}
            try:
                name, hosts = hosts_of(pool)
            except (XenAPIError, KeyError, TypeError, ValueError, AttributeError) as error:
                if self.get_option("unreachable") == "fail":
                    raise AnsibleParserError(f"pool '{pool['address']}': {error}") from None
                self.display.warning(f"pool '{pool['address']}' is left out: {error}")
                continue
            self._add(pool, name, hosts)

    def _add(self, pool, pool_name, hosts):
        site = str(pool.get("site") or "-")
        groups = [self.inventory.add_group(group("pool", pool_name)), self.inventory.add_group(group("site", site))]
        for uuid, (name, address, role) in sorted(hosts.items(), key=lambda item: (item[1][2] != "master", natural(item[1][0]))):
            # Two pools may each have a "xen1". A host is what its uuid says; the later one is named after its pool too.
            host = self.inventory.add_host(name if name not in self.inventory.hosts else f"{name}.{pool_name}")
            for one in groups:
                self.inventory.add_child(one, host)
            for key, value in {"ansible_host": address, "suppack_site": site, "suppack_pool": pool_name, "suppack_uuid": uuid,
                               "suppack_role": role, "suppack_address": pool["address"]}.items():
                self.inventory.set_variable(host, key, value)
