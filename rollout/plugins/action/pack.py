# SPDX-License-Identifier: GPL-2.0-or-later
"""Control node's half of module pack: brings the image to a host that needs it, and looks again after a cut."""
import time
import unicodedata

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase
from ansible.utils.unsafe_proxy import wrap_var

RECONNECTS = 5  # tries to see how a change ended whose connection was cut
PAUSE = 3       # seconds between them
# What a host may say, and as what. Ansible itself obeys other keys of a result, as ansible_facts, and takes types for granted.
SAID = {"changed": bool, "failed": bool, "rolled_back": bool, "imports_key": bool, "host": dict, "before": dict, "rc": int,
        "msg": str, "module_stdout": str, "module_stderr": str, "exception": str}


def harmless(text):
    """A host's text without what a terminal would obey."""
    return "".join(char if char in "\n\t" or unicodedata.category(char)[0] != "C" else f"\\u{ord(char):04x}"
                   for char in text)


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        args = dict(self._task.args)
        try:
            found = self._module(args, task_vars)
            if found.get("needs_image") is True:
                found = self._with_image(args, task_vars)
            result.update(self._said(found))
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _module(self, args, task_vars):
        try:
            return self._execute_module("suppack.rollout.pack", module_args=args, task_vars=task_vars)
        except (AttributeError, RecursionError, TypeError, ValueError) as error:  # Ansible takes types for granted
            return {"failed": True, "msg": f"the host's answer cannot be read: {error}"}

    def _said(self, found):
        """What of a host's answer is taken; as text that is never a template, whatever it looks like."""
        kept = {key: harmless(value) if kind is str else value for key, kind in SAID.items()
                for value in [found.get(key)] if isinstance(value, kind)}
        wrong = sorted(key for key in SAID if found.get(key) is not None and key not in kept)
        if wrong:
            kept.update(failed=True, msg=f"the host's answer is not this module's: '{wrong[0]}' is no {SAID[wrong[0]].__name__}")
        diff = found.get("diff")
        if isinstance(diff, dict) and isinstance(diff.get("prepared"), str):
            kept["diff"] = {"prepared": harmless(diff["prepared"])}
        if self._discovered_interpreter_key:  # found out by us, and kept so that it is not at each task
            kept["ansible_facts"] = {self._discovered_interpreter_key: self._discovered_interpreter}
        return wrap_var(kept)

    def _with_image(self, args, task_vars):
        if args.get("mirror"):
            brought = dict(args, image=args["mirror"])
        else:
            if self._connection._shell.tmpdir is None:
                self._make_tmp_path()
            brought = dict(args, image=self._connection._shell.join_path(self._connection._shell.tmpdir, "pack.iso"))
            self._transfer_file(args["artifact"]["path"], brought["image"])
        try:
            return self._module(brought, task_vars)
        except AnsibleConnectionFailure as error:
            return self._after_cut(args, task_vars, error)

    def _after_cut(self, args, task_vars, error):
        """The host goes on by itself and ends well or rolls back; its lock makes us wait for that."""
        for _ in range(RECONNECTS):
            time.sleep(PAUSE)
            try:
                self._connection.reset()
                self._connection._shell.tmpdir = None
                found = self._module(args, task_vars)
                break
            except AnsibleConnectionFailure as again:
                error = again
        else:
            raise error
        if found.get("needs_image") is True:
            return dict(found, failed=True, msg="the connection was cut, and the pack is not on the host: "
                        "the change did not begin, or was rolled back")
        return dict(found, changed=True) if not found.get("failed") else found
