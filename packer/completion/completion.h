/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of options.h as functions of a shell, to stdout: commands, the options of a command,
 * and what operands and arguments are called in the help. What goes by them is written by hand, in
 * suppack.bash and suppack.zsh. */
#pragma once
#include "options.h"

void sp_completion_bash(void);
void sp_completion_zsh(void);
/* The operands as words of a shell's array: "a|b" has a meaning of its own there. The caller frees.
 */
char *sp_completion_operands(const SpCommandRow *row);
