/* SPDX-License-Identifier: MIT */
/* Device identification files of INVENTED shapes. Nobody outside of Citrix has published what the
 * real scsi_device_id_config.xml looks like, so these differ as much as such files can. */
#ifndef SHAPES_H
#define SHAPES_H

#include "sledit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka needs the ones above first */
#include <cmocka.h>

static const struct sl_rule ours = {{"OSNEXUS", 7}, {"QUANTASTOR1", 11}, {"", 0}, 0, 0};

struct shape {
    const char *name, *before, *after;
    unsigned version_at, like; /* what does not show is chosen */
};

static const struct shape shapes[] = {
    {"attributes",
     "<config version=\"2.0.0.4\">\n  <device vendor=\"HP\" product=\"MSA\"/>\n"
     "  <device vendor=\"DELL\" product=\"MD3\"/>\n</config>\n",
     "<config version=\"2.0.0.5\">\n  <device vendor=\"HP\" product=\"MSA\"/>\n"
     "  <device vendor=\"DELL\" product=\"MD3\"/>\n"
     "  <device vendor=\"OSNEXUS\" product=\"QUANTASTOR1\"/>\n</config>\n",
     0, 0},
    {"elements, tabs, a declaration, product first",
     "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Ids>\r\n\t<Version>2.0.0.9</Version>\r\n"
     "\t<Id>\r\n\t\t<ProductId>LUN</ProductId>\r\n\t\t<VendorId>NETAPP</VendorId>\r\n\t</Id>\r\n"
     "</Ids>\r\n<!-- end -->\r\n",
     "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Ids>\r\n\t<Version>2.0.0.10</Version>\r\n"
     "\t<Id>\r\n\t\t<ProductId>LUN</ProductId>\r\n\t\t<VendorId>NETAPP</VendorId>\r\n\t</Id>\r\n"
     "\t<Id>\r\n\t\t<ProductId>QUANTASTOR1</ProductId>\r\n\t\t<VendorId>OSNEXUS</VendorId>\r\n"
     "\t</Id>\r\n</Ids>\r\n<!-- end -->\r\n",
     0, 1},
    {"one line, no end of line",
     "<c><v>1.0.0.0</v><d><vendor>A</vendor><product>B</product></d></c>",
     "<c><v>1.0.0.1</v><d><vendor>A</vendor><product>B</product></d>"
     "<d><vendor>OSNEXUS</vendor><product>QUANTASTOR1</product></d></c>",
     1, 1},
    {"in a list, with what all entries have",
     "<s:config xmlns:s='urn:x'><s:head s:ver='2.0.0.4'/>\n<s:list>\n"
     " <s:rule page='131' type='scsi'><s:inquiry Vendor='A'/><s:inquiry Product='B'/></s:rule>\n\n"
     " <s:rule page='131' type='scsi'><s:inquiry Vendor='C'/><s:inquiry Product='D'/></s:rule>\n"
     "</s:list>\n<s:tail><x>9.9.9.9</x></s:tail></s:config>",
     "<s:config xmlns:s='urn:x'><s:head s:ver='2.0.0.5'/>\n<s:list>\n"
     " <s:rule page='131' type='scsi'><s:inquiry Vendor='A'/><s:inquiry Product='B'/></s:rule>\n\n"
     " <s:rule page='131' type='scsi'><s:inquiry Vendor='C'/><s:inquiry Product='D'/></s:rule>\n\n"
     " <s:rule page='131' type='scsi'><s:inquiry Vendor='OSNEXUS'/>"
     "<s:inquiry Product='QUANTASTOR1'/></s:rule>\n"
     "</s:list>\n<s:tail><x>9.9.9.9</x></s:tail></s:config>",
     1, 0},
    {"deeper, filled up as INQUIRY is",
     "<r version='0.0.0.0'>\n  <e>\n    <scsi>\n      <vendor>HP      </vendor>\n"
     "      <product>HSV200          </product>\n    </scsi>\n    <on>1</on>\n  </e>\n"
     "  <e>\n    <scsi>\n      <vendor>DGC     </vendor>\n"
     "      <product>RAID 5          </product>\n    </scsi>\n    <on>1</on>\n  </e>\n</r>\n",
     "<r version='0.0.0.1'>\n  <e>\n    <scsi>\n      <vendor>HP      </vendor>\n"
     "      <product>HSV200          </product>\n    </scsi>\n    <on>1</on>\n  </e>\n"
     "  <e>\n    <scsi>\n      <vendor>DGC     </vendor>\n"
     "      <product>RAID 5          </product>\n    </scsi>\n    <on>1</on>\n  </e>\n"
     "  <e>\n    <scsi>\n      <vendor>OSNEXUS </vendor>\n"
     "      <product>QUANTASTOR1     </product>\n    </scsi>\n    <on>1</on>\n  </e>\n</r>\n",
     0, 0},
    {"pairs of key and value, comments inside and between, CDATA",
     "<a>\n<!-- 7.7.7.7 -->\n<b><p name='version' value='2.0.0.4'/></b>\n <e><!-- HP, a's -->\n"
     "  <p name='vendor' value='HP'/>\n  <!-- any of them -->\n  <p name='product'><![CDATA[MSA]]>"
     "</p>\n </e>\n <!-- last -->\n</a>\n",
     "<a>\n<!-- 7.7.7.7 -->\n<b><p name='version' value='2.0.0.5'/></b>\n <e><!-- HP, a's -->\n"
     "  <p name='vendor' value='HP'/>\n  <!-- any of them -->\n  <p name='product'><![CDATA[MSA]]>"
     "</p>\n </e>\n <e>\n  <p name='vendor' value='OSNEXUS'/>\n"
     "  <p name='product'><![CDATA[QUANTASTOR1]]></p>\n </e>\n <!-- last -->\n</a>\n",
     0, 1},
    {"an address before the version, another name with product in it",
     "<!DOCTYPE x SYSTEM \"x.dtd\">\n<x host=\"10.0.0.4\"\n   FileVersion=\"2.0.0.4\">\n"
     "<i vendor='A' product='B' productRevision='*' />\n"
     "<i vendor='A' product='C' productRevision='*' />\n</x>",
     "<!DOCTYPE x SYSTEM \"x.dtd\">\n<x host=\"10.0.0.4\"\n   FileVersion=\"2.0.0.5\">\n"
     "<i vendor='A' product='B' productRevision='*' />\n"
     "<i vendor='A' product='C' productRevision='*' />\n"
     "<i vendor='OSNEXUS' product='QUANTASTOR1' productRevision='*' />\n</x>",
     2, 1},
};
#define SHAPES (sizeof shapes / sizeof *shapes)

/* The ways the same characters may be written. */
enum form { UTF8, UTF8_MARK, UTF16, FORMS };

static inline struct buf written(const char *ascii, enum form form)
{
    struct buf out = {0};
    if (form == UTF8_MARK)
        buf_add(&out, "\xef\xbb\xbf", 3);
    if (form == UTF16)
        buf_add(&out, "\xff\xfe", 2);
    for (; *ascii; ascii++) {
        /* the declaration's encoding has to be the file's */
        if (form == UTF16 && text_starts(text_of(ascii), "utf-8")) {
            buf_add(&out, "u\0t\0f\0-\0001\0006\0", 12);
            ascii += 4;
            continue;
        }
        buf_add(&out, (char[2]){*ascii, '\0'}, form == UTF16 ? 2 : 1);
    }
    return out;
}

static inline void assert_text(struct text found, struct text wanted)
{
    if (!text_eq(found, wanted))
        fail_msg("found:\n%.*s\nwanted:\n%.*s", (int)found.n, found.p, (int)wanted.n, wanted.p);
}

static const struct sl_mine nothing = {{"", 0}, 0};

/* The file with ours, and what was put in where `mine` is wanted, which the caller frees. */
static inline struct buf installed(struct text file, const struct sl_rule *rule,
                                   struct sl_mine *mine)
{
    struct sl_change change;
    struct xml_refusal why;
    struct buf out = {0};
    if (!sl_install(file, rule, mine ? mine : &nothing, &change, &why))
        fail_msg("line %u: %s\n%.*s", why.line, why.reason, (int)file.n, file.p);
    sl_apply(file, &change, &out);
    if (mine && change.count) {
        struct buf bytes = {0};
        buf_text(&bytes, text_buf(&change.inserted));
        *mine = (struct sl_mine){{bytes.p, bytes.n}, change.inserted_at};
    }
    sl_change_free(&change);
    return out;
}

static inline struct buf removed(struct text file, const struct sl_rule *rule,
                                 const struct sl_mine *mine)
{
    struct sl_change change;
    struct xml_refusal why;
    struct buf out = {0};
    if (!sl_remove(file, rule, mine, &change, &why))
        fail_msg("line %u: %s", why.line, why.reason);
    sl_apply(file, &change, &out);
    sl_change_free(&change);
    return out;
}

static inline void mine_free(struct sl_mine *mine)
{
    free((char *)mine->bytes.p);
}

#endif
