/* SPDX-License-Identifier: MIT */
#include "record.h"

#define FIELDS 15

struct field {
    const char *key;
    struct text *text;
    unsigned *number;
};

static void fields_of(struct record *r, unsigned numbers[3], struct field out[FIELDS])
{
    const struct field all[] = {{"label=", &r->label, NULL},
                                {"pack-version=", &r->pack, NULL},
                                {"vendor=", &r->vendor, NULL},
                                {"product=", &r->product, NULL},
                                {"version-before=", &r->before, NULL},
                                {"version-after=", &r->after, NULL},
                                {"sha256-before=", &r->sha_before, NULL},
                                {"sha256-after=", &r->sha_after, NULL},
                                {"adapter=", &r->adapter, NULL},
                                {"service=", &r->service, NULL},
                                {"version-at=", NULL, &r->version_at},
                                {"like=", NULL, &r->like},
                                {"open=", NULL, &numbers[0]},
                                {"removes=", NULL, &numbers[1]},
                                {"at=", NULL, &numbers[2]}};
    memcpy(out, all, sizeof all);
}

void record_write(const struct record *r, struct buf *out)
{
    struct record copy = *r;
    unsigned numbers[3] = {r->open, r->removes, (unsigned)r->at};
    struct field fields[FIELDS];
    fields_of(&copy, numbers, fields);
    buf_str(out, "record=1\r\n");
    for (size_t i = 0; i < FIELDS; i++) {
        buf_str(out, fields[i].key);
        if (fields[i].text)
            buf_text(out, *fields[i].text);
        else
            buf_printf(out, "%u", *fields[i].number);
        buf_str(out, "\r\n");
    }
    buf_str(out, "inserted=");
    buf_text(out, r->inserted);
    buf_str(out, "\r\nend\r\n"); /* what is cut off has no end */
}

static bool read_number(struct text t, unsigned *number)
{
    *number = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (t.p[i] < '0' || t.p[i] > '9' || *number > 99999999)
            return false;
        *number = *number * 10 + (unsigned)(t.p[i] - '0');
    }
    return t.n > 0;
}

static const char digits[] = "0123456789abcdef";

static bool is_hex(struct text t)
{
    for (size_t i = 0; i < t.n; i++)
        if (!t.p[i] || !strchr(digits, t.p[i]))
            return false;
    return t.n % 2 == 0;
}

bool record_read(struct text file, struct record *r)
{
    unsigned numbers[3] = {0}, seen = 0;
    struct field fields[FIELDS];
    struct text line;
    size_t at = 0;
    *r = (struct record){0};
    fields_of(r, numbers, fields);
    if (!text_line(file, &at, &line) || !text_is(line, "record=1\r\n"))
        return false;
    while (text_line(file, &at, &line) && seen <= FIELDS) {
        if (!text_starts(text_sub(line, line.n < 2 ? 0 : line.n - 2, line.n), "\r\n"))
            return false;
        line = text_sub(line, 0, line.n - 2);
        if (seen == FIELDS) {
            if (!text_starts(line, "inserted="))
                return false;
            r->inserted = text_sub(line, strlen("inserted="), line.n);
        } else {
            struct field *f = &fields[seen];
            if (!text_starts(line, f->key))
                return false;
            struct text value = text_sub(line, strlen(f->key), line.n);
            if (f->text)
                *f->text = value;
            else if (!read_number(value, f->number))
                return false;
        }
        seen++;
    }
    r->open = numbers[0];
    r->removes = numbers[1];
    r->at = numbers[2];
    return seen == FIELDS + 1 && text_is(line, "end\r\n") && at == file.n && is_hex(r->inserted);
}

void record_hex(struct text bytes, struct buf *out)
{
    for (size_t i = 0; i < bytes.n; i++) {
        unsigned char c = (unsigned char)bytes.p[i];
        buf_add(out, (char[2]){digits[c >> 4], digits[c & 15]}, 2);
    }
}

/* Of a digit that is_hex() let in. */
static unsigned nibble(char c)
{
    return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

struct buf record_inserted(const struct record *r)
{
    struct buf out = {0};
    for (size_t i = 0; i + 1 < r->inserted.n; i += 2) {
        char c = (char)(nibble(r->inserted.p[i]) << 4 | nibble(r->inserted.p[i + 1]));
        buf_add(&out, &c, 1);
    }
    return out;
}
