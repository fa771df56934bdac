/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A stand-in for the multipath program: it judges no configuration, but does what the files tell
 * it, so that a parser's ways to fail can be had at will.
 *
 * `-h` says that it is 0.9.4. `-t` reads /etc/multipath.conf and /etc/multipath/conf.d, files whose
 * names end with ".conf", by name; where a line's first word is "stand_in", the next is what to do:
 *   says X    a diagnostic, in the words of 0.9.4, with file and line
 *   dies      by a signal          loops    for ever
 *   silent    closes its output and sleeps, and so does a child of it
 *   rejects   refuses the configuration as a whole */
#include <glob.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool rejected;

static void obey(const char *what, const char *file, int line)
{
    if (strncmp(what, "says ", 5) == 0)
        printf("Nov 22 19:20:01 | %s line %d, %s", file, line, what + 5);
    fflush(stdout);
    if (strncmp(what, "dies", 4) == 0)
        raise(SIGSEGV);
    while (strncmp(what, "loops", 5) == 0)
        pause();
    if (strncmp(what, "silent", 6) == 0) {
        close(STDOUT_FILENO);
        close(STDERR_FILENO);
        fork();
        sleep(900);
    }
    rejected = rejected || strncmp(what, "rejects", 7) == 0;
}

static void read_file(const char *path)
{
    FILE *in = fopen(path, "re");
    char text[1024];
    for (int line = 1; in && fgets(text, sizeof text, in); line++) {
        const char *word = text + strspn(text, " \t");
        if (strncmp(word, "stand_in ", 9) == 0)
            obey(word + 9, path, line);
    }
    if (in)
        fclose(in);
}

int main(int argc, char **argv)
{
    glob_t files;
    puts("multipath-tools v0.9.4 (12/19, 2022)");
    if (argc < 2 || strcmp(argv[1], "-t") != 0)
        return 0;
    read_file("/etc/multipath.conf");
    if (glob("/etc/multipath/conf.d/*.conf", 0, NULL, &files) == 0)
        for (size_t i = 0; i < files.gl_pathc; i++)
            read_file(files.gl_pathv[i]);
    if (rejected)
        puts("Nov 22 19:20:01 | error parsing config file");
    return rejected;
}
