/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An RPM nobody vouches for: described or told to be none. */
#include "packer.h"
#include "rpmfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(SpRpmReader) reader = sp_rpm_reader_new(); /* one would soon have spent its budget */
    g_autoptr(GBytes) rpm = g_bytes_new(data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(SpPackage) package = sp_rpm_describe(reader, "Packages/x.rpm", rpm, &error);
    must_be_one(package, error);
    if (package != NULL && sp_rpm_check(reader, &error)) {
        sp_rpm_unpack(reader, rpm, package);
        must(package->digests_good || package->problem[0] != '\0');
        must_stay_inside(package->files);
    }
    return 0;
}
