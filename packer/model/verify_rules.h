/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules a finished image is held to, one row a rule: what it is called, how bad a breach is,
 * and what it demands. Nothing about an image is reported under an id that is not here, and each
 * row has a case in tests/should_fail. Sources: packs.md A.3, B, C.3, D and the checklist H. */
#pragma once
#include "finding.h"

/* X(name, "id", severity, "what must be") */
#define SP_VERIFY_RULES(X)                                                                         \
    /* the volume */                                                                               \
    X(IMAGE_SIZE, "image-size", BAD, "whole sectors of 2048 bytes, as many as the volume says")    \
    X(IMAGE_STRUCTURE, "image-structure", BAD, "the volume obeys ECMA-119, SUSP and Rock Ridge")   \
    X(IMAGE_DESCRIPTORS, "image-descriptors", BAD,                                                 \
      "a primary and a Joliet descriptor, an end, and no other file system")                       \
    X(IMAGE_PATH_TABLE, "image-path-table", BAD, "path tables list every folder once")             \
    X(IMAGE_FLAGS, "image-flags", BAD, "no hidden, associated or interleaved files")               \
    X(IMAGE_PARTS, "image-parts", BAD, "a file of less than 4 GiB is in one part")                 \
    X(IMAGE_SUSP, "image-susp", BAD, "Rock Ridge entries that all readers understand alike")       \
    X(IMAGE_EXTENTS, "image-extents", BAD, "everything lies in the image, and nothing over it")    \
    X(IMAGE_STRAY, "image-stray", BAD, "bytes that nothing is stored in are zero")                 \
    X(IMAGE_NAME, "image-name", BAD, "names are ASCII, short, and such as Windows takes")          \
    X(IMAGE_NAME_TWICE, "image-name-twice", BAD, "no two names are one to any reader")             \
    X(IMAGE_NAME_ISO, "image-name-iso", BAD, "ISO 9660 names are made of the Rock Ridge names")    \
    X(IMAGE_ROCK_RIDGE, "image-rock-ridge", BAD, "Rock Ridge gives names and modes")               \
    X(IMAGE_JOLIET, "image-joliet", BAD, "there is a Joliet tree, which XenCenter reads")          \
    X(IMAGE_TREES, "image-trees", BAD, "Rock Ridge and Joliet give the same files")                \
    X(IMAGE_CONTENT, "image-content", BAD, "two readers get the same names and bytes")             \
    X(IMAGE_LAYOUT, "image-layout", BAD, "suppack's own: every byte is as it writes these files")  \
    X(IMAGE_MAKER, "image-maker", INFO, "this version of suppack laid the image out")              \
    X(IMAGE_MODE, "image-mode", BAD, "all may read, only the owner may write")                     \
    X(IMAGE_OWNER, "image-owner", BAD, "owner and group are 0")                                    \
    X(STORAGELINK, "storagelink", BAD, "the half for StorageLink is whole, and of this pack")      \
    X(IMAGE_TIME, "image-time", WARNING, "one time stamp on everything")                           \
    X(VOLUME_ID, "volume-id", WARNING, "the volume id says which pack it is")                      \
    /* update.xml and the packages it names */                                                     \
    X(UPDATE_XML, "update-xml", BAD, "update.xml is what xapi's parser takes")                     \
    X(UPDATE_UNKNOWN, "update-unknown", WARNING,                                                   \
      "update.xml has nothing in it that no host reads")                                           \
    X(UPDATE_HOMOGENEITY, "update-homogeneity", WARNING, "enforce-homogeneity is true or false")   \
    X(UUID_GRAMMAR, "uuid-grammar", BAD, "the uuid is lower-case 8-4-4-4-12")                      \
    X(LABEL_GRAMMAR, "label-grammar", BAD, "the label can be a repository's name")                 \
    X(VERSION_GRAMMAR, "version-grammar", BAD, "the version can be an RPM's")                      \
    X(GUIDANCE_GRAMMAR, "guidance-grammar", BAD, "every guidance token is one xapi knows")         \
    X(ROLLSUP, "rollsup", BAD, "a rollsup names label and uuid")                                   \
    X(INSTALLATION_SIZE, "installation-size", BAD, "what the payload takes, in bytes")             \
    X(UPDATE_PACKAGE, "update-package", BAD, "there is a package update-<label>")                  \
    X(UPDATE_VERSION, "update-version", BAD, "update-<label> has the pack's version")              \
    X(UPDATE_REQUIRES, "update-requires", BAD, "installing update-<label> installs every package") \
    X(UPDATE_LOOSE, "update-loose", WARNING,                                                       \
      "update-<label> requires this version of the payload")                                       \
    X(CONTROL_PACKAGE, "control-package", BAD, "there is the control package update.xml names")    \
    X(CONTROL_SCRIPT, "control-script", BAD, "precheck and remove can be run")                     \
    X(STAMP, "stamp", BAD, "the applied stamp says what update.xml says")                          \
    X(STAMP_KEY, "stamp-key", WARNING, "the stamp names no key")                                   \
    /* RPMs */                                                                                     \
    X(RPM_UNREADABLE, "rpm-unreadable", BAD, "it is an RPM")                                       \
    X(RPM_DIGEST, "rpm-digest", BAD, "header and payload have the digests they state")             \
    X(RPM_HEADER_DIGEST, "rpm-header-digest", WARNING, "the header has a SHA-256 digest")          \
    X(RPM_PAYLOAD, "rpm-payload", BAD, "the payload is gzip, bzip2, xz or lzma")                   \
    X(RPM_PAYLOAD_ZSTD, "rpm-payload-zstd", BAD, "the payload is not zstd")                        \
    X(RPM_ARCH, "rpm-arch", BAD, "x86_64 or noarch")                                               \
    X(RPM_FEATURE, "rpm-feature", BAD, "it needs no rpmlib() that rpm 4.11 lacks")                 \
    X(RPM_RICH_DEPENDENCY, "rpm-rich-dependency", BAD, "no boolean dependencies")                  \
    X(RPM_WEAK_DEPENDENCY, "rpm-weak-dependency", INFO, "rpm 4.11 ignores weak dependencies")      \
    X(RPM_FILE_DIGEST, "rpm-file-digest", WARNING, "file digests are SHA-2")                       \
    X(RPM_SIGNATURE, "rpm-signature", BAD, "every package of the repository is signed")            \
    X(RPM_SIGNATURE_ALGORITHM, "rpm-signature-algorithm", BAD,                                     \
      "RPM signatures are RSA with SHA-2")                                                         \
    X(RPM_KEY, "rpm-key", BAD, "RPMs are signed by the key update.xml names")                      \
    X(RPM_PATH, "rpm-path", BAD, "no path of a package leads out of its place")                    \
    X(REQUIRES_VERSION, "requires-version", BAD, "packages fit the versions beside them")          \
    X(REQUIRES_OPEN, "requires-open", WARNING, "dependencies are on the image or declared")        \
    /* repodata */                                                                                 \
    X(REPODATA, "repodata", BAD, "repomd.xml and the files it names can be read")                  \
    X(REPODATA_RECORD, "repodata-record", BAD, "primary, filelists, other and group are there")    \
    X(REPODATA_FILE, "repodata-file", BAD, "what repodata names is on the image")                  \
    X(REPODATA_DIGEST, "repodata-digest", BAD, "sizes and digests are the files'")                 \
    X(REPODATA_CHECKSUM_TYPE, "repodata-checksum-type", BAD, "every checksum is sha256")           \
    X(REPODATA_HREF, "repodata-href", BAD, "locations are relative to the image's root")           \
    X(REPODATA_COUNT, "repodata-count", BAD, "as many packages as repodata says")                  \
    X(REPODATA_MISSING, "repodata-missing", BAD, "repodata lists every package")                   \
    X(REPODATA_IDENTITY, "repodata-identity", BAD, "name, version and architecture are the RPM's") \
    X(REPODATA_VALUE, "repodata-value", BAD, "what primary says is what the RPM says")             \
    X(REPODATA_FILES, "repodata-files", BAD, "filelists lists the RPM's files")                    \
    X(PRIMARY_GZIP, "primary-gzip", BAD, "primary is gzip")                                        \
    X(PRIMARY_SHAPE, "primary-shape", BAD, "one location, size and checksum a package")            \
    X(COMPS_MEMBER, "comps-member", BAD, "group update has the mandatory member update-<label>")   \
    X(COMPS_VALUE, "comps-value", WARNING, "comps says true or false in lower case")               \
    /* signatures and keys */                                                                      \
    X(UNSIGNED, "unsigned", BAD, "a pack is signed")                                               \
    X(KEYRING, "keyring", WARNING, "signatures are checked against keys you trust")                \
    X(SIGNATURE, "signature", BAD, "update.xml, repomd.xml and SHA256SUMS have good signatures")   \
    X(SIGNATURE_UNTRUSTED, "signature-untrusted", BAD, "the signer is ultimately trusted")         \
    X(SIGNATURE_KEY, "signature-key", BAD, "the signer is the key update.xml names")               \
    X(SIGNATURE_ALGORITHM, "signature-algorithm", BAD, "signatures are RSA with SHA-2")            \
    X(SIGNATURE_ARMOR, "signature-armor", BAD, "signatures are one strict ASCII armor")            \
    X(KEY_FILE, "key-file", BAD, "the public key update.xml names is on the image")                \
    X(KEY_NAME, "key-name", BAD, "key= is a plain file name")                                      \
    X(KEY_ARMOR, "key-armor", BAD, "the public key is one strict ASCII armor")                     \
    X(KEY_COUNT, "key-count", BAD, "exactly one key a file")                                       \
    X(KEY_UNTRUSTED, "key-untrusted", BAD, "the key on the image is in the keyring")               \
    X(KEY_ALGORITHM, "key-algorithm", BAD, "the key is RSA of 2048 bits or more")                  \
    X(KEY_BINDING, "key-binding", BAD, "a user id of the key is bound with SHA-2")                 \
    X(KEY_DEMO, "key-demo", WARNING, "the key is not the demo key of ci/pack")                     \
    X(KEY_SUBKEY, "key-subkey", BAD, "the primary key signs, no subkey")                           \
    X(KEY_EXPIRED, "key-expired", BAD, "the key is neither expired nor revoked")                   \
    X(KEY_EXPIRES, "key-expires", WARNING, "the key does not expire in the next two years")        \
    /* the sums of all files, and what lies beside the image */                                    \
    X(SUMS_GRAMMAR, "sums-grammar", BAD, "SHA256SUMS is lines of sha256sum, in order of path")     \
    X(SUMS_FILES, "sums-files", BAD, "SHA256SUMS lists every other file, and no other")            \
    X(SUMS_DIGEST, "sums-digest", BAD, "the digests in SHA256SUMS are the files'")                 \
    X(UNSIGNED_FILES, "unsigned-files", WARNING, "a signature covers every file")                  \
    X(IMAGE_SIGNATURE, "image-signature", BAD, "a signature beside the image is good")             \
    X(IMAGE_DIGEST, "image-digest", BAD, "a SHA-256 beside the image is the image's")              \
    /* the classic half */                                                                         \
    X(CLASSIC_XML, "classic-xml", BAD, "XS-REPOSITORY and XS-PACKAGES are there and well-formed")  \
    X(CLASSIC_LINE, "classic-line", BAD, "every tag stands on one line")                           \
    X(CLASSIC_CHARACTER, "classic-character", BAD, "ASCII without entities and backslashes")       \
    X(CLASSIC_QUOTE, "classic-quote", BAD, "attributes are name=\"value\"")                        \
    X(CLASSIC_ATTRIBUTE, "classic-attribute", BAD, "the attributes there must be, no misleading")  \
    X(CLASSIC_NAME, "classic-name", BAD, "originator and name are [A-Za-z0-9_.-]+")                \
    X(CLASSIC_VERSION, "classic-version", BAD, "versions are N(.N)*")                              \
    X(CLASSIC_PRODUCT, "classic-product", BAD, "the product is XenServer or XCP")                  \
    X(CLASSIC_DESCRIPTION, "classic-description", BAD, "the first child is a description")         \
    X(CLASSIC_REQUIRES, "classic-requires", BAD, "a requirement can be tested")                    \
    X(CLASSIC_UNRESOLVED, "classic-unresolved", WARNING, "a host has what is required")            \
    X(CLASSIC_IDENTITY, "classic-identity", BAD, "both halves are one pack")                       \
    X(CLASSIC_TYPE, "classic-type", BAD, "the type is rpm, driver-rpm or tbz2")                    \
    X(CLASSIC_FILE, "classic-file", BAD, "packages are files in the image's root")                 \
    X(CLASSIC_MD5, "classic-md5", BAD, "size and md5 are the file's")                              \
    X(CLASSIC_LABEL, "classic-label", BAD, "the label is the RPM's name")                          \
    X(CLASSIC_ORDER, "classic-order", BAD, "RPMs stand after what they require")                   \
    X(CLASSIC_PATH, "classic-path", BAD, "an RPM lays down what its type allows")                  \
    X(CLASSIC_ARCH, "classic-arch", BAD, "the architecture is the target release's")               \
    X(CLASSIC_RPM_FEATURE, "classic-rpm-feature", BAD, "the RPM is one rpm 4.4 can read")          \
    X(CLASSIC_RPM_SIGNATURE, "classic-rpm-signature", BAD, "a signature is of version 3")          \
    X(CLASSIC_SCRIPT, "classic-script", BAD, "both install and install.sh can be run")

typedef enum {
#define SP_RULE_NAME(name, id, severity, about) SP_RULE_##name,
    SP_VERIFY_RULES(SP_RULE_NAME)
#undef SP_RULE_NAME
        SP_RULES
} SpRule;

const char *sp_rule_id(SpRule rule);
SpSeverity sp_rule_severity(SpRule rule);
const char *sp_rule_about(SpRule rule);
/* TRUE for the id of a rule whose breach is gone once the image is signed anew. */
gboolean sp_rule_is_of_signing(const char *id);

/* Adds a finding under a rule. `file` is a path in the image; `line` 0 when there is none. */
void sp_breach(SpFindings *findings, SpRule rule, const char *file, int line, const char *format,
               ...) G_GNUC_PRINTF(5, 6);
