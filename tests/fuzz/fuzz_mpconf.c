/* SPDX-License-Identifier: MIT */
/* The laws of the edit as properties. The first byte of the input chooses the era. */
#include "mpconf.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char stanza[] = "device {\n\tvendor \"OSNEXUS\"\n\tproduct \"QUANTASTOR\"\n}\n";

static void must(bool law)
{
    if (!law)
        abort();
}

/* A flat copy of what install makes; false where it refuses. base: the file without ours. */
static bool install(struct text file, enum mp_era era, const struct mp_pack *pack, struct buf *base,
                    struct buf *out)
{
    struct rope whole = rope_of(file), stripped = {0}, after = {0};
    struct mp_block block;
    struct mp_refusal why;
    struct mp_reader read;
    struct mp_edit edit = {era, *pack, NULL, 0, &read};
    bool ok = mp_strip(&whole, pack->label, &stripped, &block, &why);
    mp_open(&read, &stripped, era);
    while (mp_next(&read) != MP_END)
        ;
    ok = ok && mp_install(&whole, &stripped, &block, &edit, &after, &why);
    rope_copy(&stripped, base);
    rope_copy(&after, out);
    rope_free(&whole);
    rope_free(&stripped);
    rope_free(&after);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    struct text file = {(const char *)data + 1, size - 1};
    enum mp_era era = (enum mp_era)(data[0] % (MP_MODERN + 1));
    struct mp_pack pack = {"p", "1", text_of(stanza)};
    struct buf base = {0}, base_again = {0}, base_next = {0}, once = {0}, twice = {0}, next = {0};

    if (install(file, era, &pack, &base, &once)) {
        must(install(text_buf(&once), era, &pack, &base_again, &twice));
        must(text_eq(text_buf(&once), text_buf(&twice)));
        must(text_eq(text_buf(&base), text_buf(&base_again)));
        pack.version = "2";
        must(install(text_buf(&once), era, &pack, &base_next, &next));
        must(text_eq(text_buf(&base), text_buf(&base_next)));
    }
    struct buf *all[] = {&base, &base_again, &base_next, &once, &twice, &next};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        buf_free(all[i]);
    return 0;
}
