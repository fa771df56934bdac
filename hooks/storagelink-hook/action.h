/* SPDX-License-Identifier: MIT */
/* What the commands do. Each returns the exit status and has said all there is to say. */
#ifndef ACTION_H
#define ACTION_H

#include "rule.h"
#include "win.h"

struct action {
    const wchar_t *config, *adapter, *adapter_args; /* as given, or NULL */
    DWORD seconds;                                  /* a wait for the service takes at most */
    DWORD watch;                                    /* how long it has to run after its start */
    bool json, no_service, quiet, removal;          /* removal: of plan */
    struct rule rule;
};

int action_install(const struct action *a);
int action_remove(const struct action *a);
int action_plan(const struct action *a);
int action_status(const struct action *a);
int action_manual(const struct action *a);

#endif
