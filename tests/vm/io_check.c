/* SPDX-License-Identifier: GPL-2.0-or-later
 * Writes to a block device and reads it back all the time, past the page cache, until SIGTERM.
 *
 * usage: io_check DEVICE
 *
 * Each block holds what follows from its place and from how often it was written, so that a lost
 * write, one that went elsewhere and a torn one are all seen. At the end every block is read once
 * more and one line is printed: reads N writes N failed N corrupt N longest N.NNN s. Exit 0: none
 * failed, none corrupt.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define BLOCK    4096
#define BLOCKS   512
#define PAUSE_NS 20000000 /* the emulated processor has other things to do as well */

static volatile sig_atomic_t stop;
static uint32_t written[BLOCKS]; /* how often; what a block must hold follows from it */
static unsigned long reads, writes, failed, corrupt;
static double longest;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void fill(uint64_t *block, uint32_t place, uint32_t times)
{
    uint64_t state = ((uint64_t)place << 32 | times) * 0x9E3779B97F4A7C15u + 1;
    for (size_t i = 0; i < BLOCK / sizeof *block; i++)
        block[i] = next_random(&state);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* One block to or from its place. A failure counts and is told. */
static int transfer(int fd, void *block, uint32_t place, int writing)
{
    off_t at = (off_t)place * BLOCK;
    double start = seconds();
    ssize_t n = writing ? pwrite(fd, block, BLOCK, at) : pread(fd, block, BLOCK, at);
    int why = errno;
    double took = seconds() - start;
    if (took > longest)
        longest = took;
    if (n == BLOCK)
        return 1;
    failed++;
    fprintf(stderr, "%s of block %u: %s\n", writing ? "write" : "read", (unsigned)place,
            n < 0 ? strerror(why) : "short");
    return 0;
}

static void write_block(int fd, uint64_t *block, uint32_t place)
{
    writes++;
    fill(block, place, written[place] + 1);
    if (transfer(fd, block, place, 1))
        written[place]++;
}

static void read_block(int fd, uint64_t *block, uint64_t *wanted, uint32_t place)
{
    reads++;
    fill(wanted, place, written[place]);
    if (transfer(fd, block, place, 0) && memcmp(block, wanted, BLOCK) != 0) {
        corrupt++;
        fprintf(stderr, "block %u is not what was written\n", (unsigned)place);
    }
}

int main(int argc, char **argv)
{
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    struct sigaction action = {.sa_handler = on_signal};
    uint64_t *block = aligned_alloc(BLOCK, BLOCK), *wanted = aligned_alloc(BLOCK, BLOCK);
    uint64_t state = 88172645463325252u;
    int fd = argc == 2 ? open(argv[1], O_RDWR | O_DIRECT | O_CLOEXEC) : -1;
    if (fd < 0 || !block || !wanted) {
        fprintf(stderr, "usage: io_check DEVICE (%s)\n", strerror(errno));
        return 2;
    }
    sigaction(SIGTERM, &action, NULL);
    for (uint32_t place = 0; place < BLOCKS; place++)
        write_block(fd, block, place);
    puts("ready");
    fflush(stdout);
    while (!stop) {
        write_block(fd, block, (uint32_t)(next_random(&state) % BLOCKS));
        read_block(fd, block, wanted, (uint32_t)(next_random(&state) % BLOCKS));
        nanosleep(&pause, NULL);
    }
    for (uint32_t place = 0; place < BLOCKS; place++)
        read_block(fd, block, wanted, place);
    printf("reads %lu writes %lu failed %lu corrupt %lu longest %.3f s\n", reads, writes, failed,
           corrupt, longest);
    return failed || corrupt;
}
