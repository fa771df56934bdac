/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An RPM nobody vouches for: described or told to be none. */
#include "packer.h"
#include "rpmfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static SpRpmReader *reader;
    g_autoptr(GBytes) rpm = g_bytes_new(data, size);
    g_autoptr(GError) error = NULL;
    if (reader == NULL)
        reader = sp_rpm_reader_new();
    g_autoptr(SpPackage) package = sp_rpm_read(reader, "Packages/x.rpm", rpm, &error);
    must_be_one(package, error);
    if (package != NULL) {
        must(package->digests_good || package->problem[0] != '\0');
        must_stay_inside(package->files);
    }
    return 0;
}
