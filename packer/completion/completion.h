/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of options.h as functions of a shell, to stdout: commands, the options of a command,
 * and what operands and arguments are called in the help. What goes by them is written by hand, in
 * suppack.bash and suppack.zsh. */
#pragma once

void sp_completion_bash(void);
void sp_completion_zsh(void);
