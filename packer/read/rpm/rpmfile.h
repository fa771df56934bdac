/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads one RPM from (mapped) memory through librpm: identity, dependencies, digests of header and
 * payload, signature; the payload's files through libarchive. No rpm database, keyring or
 * configuration of this machine is looked at. What is wrong with the RPM is recorded in the
 * package. */
#pragma once
#include "package.h"
#include "sha256.h"
#include "error.h"

typedef struct SpRpmReader SpRpmReader;

/* Knows no key. */
SpRpmReader *sp_rpm_reader_new(void);
void sp_rpm_reader_free(SpRpmReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpRpmReader, sp_rpm_reader_free)

/* One more public key (ASCII armor) to check signatures with; SP_ERROR_INPUT when it is none. */
gboolean sp_rpm_reader_learn(SpRpmReader *reader, GBytes *public_key, GError **error) SP_MUST_CHECK;
/* The RPMs lie in an image of `size` bytes: their headers may have as many together and each 8 MiB,
 * without this 4 MiB together; what they list and what they unpack to is bounded by it, too. */
void sp_rpm_reader_allow(SpRpmReader *reader, gint64 size);
/* Identity and dependencies; `files` has what the header lists. `name` is what the package is
 * called in it. An error is the system's (SP_ERROR_SYSTEM). */
SpPackage *sp_rpm_describe(SpRpmReader *reader, const char *name, GBytes *rpm,
                           GError **error) SP_MUST_CHECK;
/* Copies a file of an image somewhere, and adds all its bytes to `digest`. FALSE: SP_ERROR_SYSTEM.
 * Called by several threads at once. */
typedef gboolean (*SpRpmCopy)(gpointer data, const char *file, GBytes *rpm, SpSha256 *digest,
                              GError **error);
/* Each package with a digest in `known` is copied when that is compared, so that its bytes are read
 * once; whether it was the right one, or is any good, is not known before. */
void sp_rpm_reader_copy(SpRpmReader *reader, SpRpmCopy copy, gpointer data);
/* Digests and signatures of what was described since the last call, on all processors, each file
 * read once where nothing is wrong: digests_good, signature, problem and sha256 of those packages,
 * which must still be there. Of one with the digest in `known` only a signature is checked beyond
 * that, and where it can be that of the header alone. Errors as above. */
gboolean sp_rpm_check(SpRpmReader *reader, GError **error) SP_MUST_CHECK;
/* Puts the content of the payload in the place of `files`; nothing of an RPM whose digests are
 * not good, or that cannot be unpacked. */
void sp_rpm_unpack(SpRpmReader *reader, GBytes *rpm, SpPackage *package);
/* A host has this, so that it counts as fulfilled: as `rpm -q --provides` prints it, "name", "name
 * op version" with op one of < <= = >= >, or the path of a file. FALSE when it is none of these. */
gboolean sp_rpm_reader_provide(SpRpmReader *reader, const char *capability);
/* A host fulfils this requirement; which version it has is not known. */
void sp_rpm_reader_promise(SpRpmReader *reader, const char *requirement);
/* Finds out which of `packages`, all this reader has read and in that order, fulfil what others of
 * them require. Once, at the end. */
void sp_rpm_resolve(SpRpmReader *reader, const GPtrArray *packages);
