/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_in.h"

#define DIRECTORY 0x02U
#define GOES_ON   0x80U

gsize sp_record_own(const SpRecord *record)
{
    return 33 + record->id_length + (record->id_length % 2 == 0 ? 1 : 0);
}

/* Where readers disagree on what a record is, or on where its file starts: a kernel hides an
 * associated file and skips extended attributes, others do not. */
static void check_kind(SpSectors *in, const guint8 *data, gint64 offset)
{
    guint flags = data[25] & ~(DIRECTORY | GOES_ON);
    if (flags != 0)
        sp_sectors_breach(in, SP_RULE_IMAGE_FLAGS, offset + 25,
                          "has the flags 0x%02x, which hide it from some readers", flags);
    if (data[1] != 0)
        sp_sectors_breach(in, SP_RULE_IMAGE_FLAGS, offset + 1,
                          "has extended attributes, which not every reader skips");
    if (data[26] != 0 || data[27] != 0)
        sp_sectors_breach(in, SP_RULE_IMAGE_FLAGS, offset + 26,
                          "is interleaved, which hardly any reader knows");
    if (sp_sectors_both16(in, data, 28, offset) != 1)
        sp_sectors_breach(in, SP_RULE_IMAGE_FLAGS, offset + 28, "is on another volume");
}

gboolean sp_record_take(SpSectors *in, const guint8 *data, gsize left, gint64 offset,
                        SpRecord *record)
{
    gsize length = data[0];
    if (length < 34 || length > left || 33 + (gsize)data[32] > length || data[32] == 0) {
        sp_sectors_say(in, offset, "a directory record has impossible lengths");
        return FALSE;
    }
    *record = (SpRecord){.data = data, .offset = offset, .id = data + 33, .id_length = data[32]};
    record->is_dir = (data[25] & DIRECTORY) != 0;
    record->goes_on = (data[25] & GOES_ON) != 0;
    record->extent = sp_sectors_both32(in, data, 2, offset);
    record->size = sp_sectors_both32(in, data, 10, offset);
    record->when = sp_sectors_time(in, data, 18, offset);
    check_kind(in, data, offset);
    if (sp_record_own(record) > length) {
        sp_sectors_say(in, offset, "a directory record has impossible lengths");
        return FALSE;
    }
    if (record->id_length % 2 == 0)
        sp_sectors_zero(in, data, 33 + record->id_length, 1, offset);
    gint64 end = (gint64)record->extent * (gint64)SP_SECTOR + record->size;
    if (end > in->volume->size) {
        sp_sectors_breach(in, SP_RULE_IMAGE_EXTENTS, offset, "lies beyond the end of the image");
        return FALSE;
    }
    return TRUE;
}
