/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs when suppack is built, and is not installed. */
#include "completion.h"
#include "error.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc != 2 || (strcmp(argv[1], "bash") != 0 && strcmp(argv[1], "zsh") != 0)) {
        fputs("usage: suppack-completion bash|zsh\n", stderr);
        return SP_ERROR_USAGE;
    }
    if (strcmp(argv[1], "bash") == 0)
        sp_completion_bash();
    else
        sp_completion_zsh();
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : SP_ERROR_SYSTEM;
}
