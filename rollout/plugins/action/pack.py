# SPDX-License-Identifier: GPL-2.0-or-later
"""Control node's half of module pack: brings the image to a host that needs it, and looks again after a cut."""
import time

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

RECONNECTS = 5  # tries to see how a change ended whose connection was cut
PAUSE = 3       # seconds between them


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        args = dict(self._task.args)
        try:
            found = self._module(args, task_vars)
            if found.pop("needs_image", False):
                found = self._with_image(args, task_vars)
            result.update(found)
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _module(self, args, task_vars):
        return self._execute_module("suppack.rollout.pack", module_args=args, task_vars=task_vars)

    def _with_image(self, args, task_vars):
        artifact = args["artifact"]
        if self._connection._shell.tmpdir is None:
            self._make_tmp_path()
        folder = self._connection._shell.tmpdir
        brought = dict(args, key_file=self._connection._shell.join_path(folder, "key.asc"))
        self._transfer_file(artifact["key_file"], brought["key_file"])
        if not args.get("mirror"):
            brought["image"] = self._connection._shell.join_path(folder, "pack.iso")
            self._transfer_file(artifact["path"], brought["image"])
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
        if found.pop("needs_image", False):
            return dict(found, failed=True, msg="the connection was cut, and the pack is not on the host: "
                        "the change did not begin, or was rolled back")
        return dict(found, changed=True) if not found.get("failed") else found
