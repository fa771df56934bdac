/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of an RPM put together: lead, signature header, header, payload; and signatures put
 * into one that is there (rpm's docs/manual/format_v4.md). */
#pragma once
#include "error.h"
#include "payload_out.h"

#include <rpm/header.h>

/* As it lies in the file, with its magic; `region` is RPMTAG_HEADERIMMUTABLE or
 * RPMTAG_HEADERSIGNATURES. Takes the header. */
GBytes *sp_rpm_header_bytes(Header header, rpmTagVal region);
/* An unsigned RPM; `name` is for the lead, which nobody reads any more. */
GBytes *sp_rpm_assemble(const char *name, GBytes *header, const SpPayload *payload);
/* What is to stand in the place of all that is in front of the header of `rpm`, for these packets
 * to be all the signatures it has: of its header, and of its header and payload, both by an RSA
 * key. SP_ERROR_INPUT, naming `name`, when it is no RPM. */
GBytes *sp_rpm_signed_front(const char *name, GBytes *rpm, GBytes *const packets[2],
                            GError **error) SP_MUST_CHECK;
