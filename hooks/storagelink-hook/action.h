/* SPDX-License-Identifier: MIT */
/* What the commands do. Each returns the exit status and has said all there is to say. */
#ifndef ACTION_H
#define ACTION_H

#include "rule.h"
#include "win.h"

struct action {
    const wchar_t *config, *adapter; /* as given, or NULL */
    DWORD seconds;                   /* a wait for the service takes at most */
    bool json;
    struct rule rule;
};

int action_install(const struct action *a);
int action_remove(const struct action *a);
int action_plan(const struct action *a);
int action_status(const struct action *a);

#endif
