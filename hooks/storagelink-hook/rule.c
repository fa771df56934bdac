/* SPDX-License-Identifier: MIT */
#include "rule.h"

bool rule_read(struct text file, struct rule *rule, struct xml_refusal *why)
{
    *rule = (struct rule){0};
    const struct {
        const char *key;
        struct text *value;
    } keys[] = {{"label=", &rule->label},
                {"version=", &rule->version},
                {"vendor=", &rule->edit.vendor},
                {"product=", &rule->edit.product}};
    struct text line;
    unsigned number = 0;
    for (size_t at = 0; text_line(file, &at, &line);) {
        bool known = false;
        number++;
        line = text_trim(line);
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (text_starts(line, keys[i].key) && !keys[i].value->n) {
                *keys[i].value = text_sub(line, strlen(keys[i].key), line.n);
                known = true;
            }
        if (!known) {
            xml_refuse(why, number, "it is not a rule file of suppack");
            return false;
        }
    }
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct text v = *keys[i].value;
        bool good = v.n > 0;
        for (size_t k = 0; k < v.n; k++)
            good = good && v.p[k] >= ' ' && v.p[k] <= '~' && !strchr("<>&\"\\%$`", v.p[k]);
        if (!good) {
            xml_refuse(why, 0, "it has no value, or no good one, for '%.*s'",
                       (int)strlen(keys[i].key) - 1, keys[i].key);
            return false;
        }
    }
    return true;
}
