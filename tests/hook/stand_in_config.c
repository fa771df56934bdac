/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stand_in_config.h"

#include <glob.h>
#include <regex.h>

#define MAIN_FILE "/etc/multipath.conf"
#define CONF_DIR  "/etc/multipath/conf.d/*.conf"
#define OLD       (1u << E047)
#define ALL       31u
#define FROM_049  (ALL & ~OLD)
#define FROM_EL7  (1u << EL7 | 1u << MODERN)

/* In the order the daemons print them, which is not the order of anybody's file. Which era knows
 * what: multipath.md appendix A. kind: text ('t'), a word ('w', perhaps a number), failback ('f').
 * usual: what 0.4.7 has where the file's defaults say nothing. */
static const struct {
    const char *name;
    char kind;
    unsigned eras;
    const char *usual;
} keywords[] = {
    {"vendor", 't', ALL, NULL},
    {"product", 't', ALL, NULL},
    {"revision", 't', FROM_EL7, NULL},
    {"product_blacklist", 't', ALL, NULL},
    {"path_grouping_policy", 'w', ALL, "failover"},
    {"uid_attribute", 't', FROM_EL7, NULL},
    {"getuid_callout", 't', OLD | 1u << E049 | 1u << EL6, "/sbin/scsi_id -g -u -s /block/%n"},
    {"path_selector", 't', ALL, "round-robin 0"},
    {"path_checker", 'w', ALL, "readsector0"},
    {"alias_prefix", 't', FROM_EL7, NULL},
    {"features", 't', ALL, "0"},
    {"hardware_handler", 't', ALL, "0"},
    {"prio_callout", 't', OLD, "none"},
    {"prio", 'w', FROM_049, NULL},
    {"prio_args", 't', FROM_049, NULL},
    {"failback", 'f', ALL, "manual"},
    {"rr_weight", 'w', ALL, "uniform"},
    {"no_path_retry", 'w', ALL, NULL},
    {"rr_min_io", 'w', ALL, "1000"},
    {"rr_min_io_rq", 'w', FROM_EL7, NULL},
    {"flush_on_last_del", 'w', FROM_049, NULL},
    {"fast_io_fail_tmo", 'w', FROM_049, NULL},
    {"dev_loss_tmo", 'w', FROM_049, NULL},
    {"user_friendly_names", 'w', FROM_EL7, NULL},
    {"retain_attached_hw_handler", 'w', FROM_EL7, NULL},
    {"detect_prio", 'w', FROM_EL7, NULL},
    {"deferred_remove", 'w', FROM_EL7, NULL},
    {"detect_checker", 'w', 1u << MODERN, NULL},
    {"detect_pgpolicy", 'w', 1u << MODERN, NULL},
};
_Static_assert(sizeof keywords / sizeof *keywords <= KEYWORDS, "room for every keyword");
#define COUNT (sizeof keywords / sizeof *keywords)

static size_t keyword_index(const char *name)
{
    size_t i = 0;
    while (i < COUNT && strcmp(keywords[i].name, name) != 0)
        i++;
    return i;
}

static void set(struct device *device, size_t keyword, const char *value)
{
    free(device->values[keyword]);
    device->values[keyword] = strdup(value);
}

static struct device *new_device(struct config *config)
{
    config->devices = realloc(config->devices, (config->count + 1) * sizeof *config->devices);
    if (!config->devices)
        abort();
    config->devices[config->count] = (struct device){0};
    return &config->devices[config->count++];
}

static void built_in(struct config *config, enum era era)
{
    static const char *const known[][2] = {
        {"COMPELNT", "Compellent Vol"}, {"APPLE*", "Xserve RAID "}, {"HP", "(MSA|HSV)1.*"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct device *device = new_device(config);
        set(device, keyword_index("vendor"), known[i][0]);
        set(device, keyword_index("product"), known[i][1]);
        set(device, keyword_index("path_grouping_policy"), "multibus");
        set(device, keyword_index("failback"), "immediate");
        set(device, keyword_index("features"), "1 queue_if_no_path");
        if (era >= E049)
            set(device, keyword_index("prio"), "const");
    }
}

/* One line's keyword and value, both cut out of it; value "" where there is none. */
static char *split(char *line, char **value)
{
    char *word = line + strspn(line, " \t");
    size_t n = strcspn(word, " \t");
    char *rest = word + n + strspn(word + n, " \t");
    word[n] = '\0';
    if (*rest == '"') {
        rest++;
        rest[strcspn(rest, "\"")] = '\0';
    } else {
        rest[strcspn(rest, " \t#")] = '\0';
    }
    *value = rest;
    return word;
}

static bool compiles(const char *pattern)
{
    regex_t regex;
    if (strcmp(pattern, "*") == 0) /* what the old ones' own regex.c takes */
        return true;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    regfree(&regex);
    return true;
}

static bool read_text(struct config *config, enum era era, char *text)
{
    char section[40] = "", *line;
    struct device *current = NULL;
    bool good = true;
    int depth = 0;
    while ((line = strsep(&text, "\r\n"))) {
        char *value, *word = split(line, &value);
        size_t keyword = keyword_index(word);
        if (*word == '\0' || *word == '#' || *word == '!')
            continue;
        if (*word == '}') {
            depth -= depth > 0;
            current = NULL;
        } else if (*value == '{') {
            if (++depth == 1)
                snprintf(section, sizeof section, "%s", word);
            if (depth == 1 && strcmp(word, "defaults") == 0)
                current = &config->defaults;
            if (depth == 2 && strcmp(section, "devices") == 0 && strcmp(word, "device") == 0)
                current = new_device(config);
        } else if (current && keyword < COUNT && keywords[keyword].eras >> era & 1) {
            set(current, keyword, value);
        } else if (strncmp(section, "blacklist", 9) == 0 &&
                   (strcmp(word, "wwid") == 0 || strcmp(word, "devnode") == 0)) {
            good = good && compiles(value);
        }
    }
    return good;
}

static bool same_name(const struct device *a, const struct device *b)
{
    for (int i = 0; i < 2; i++) /* vendor, product */
        if (!a->values[i] || !b->values[i] || strcmp(a->values[i], b->values[i]) != 0)
            return false;
    return true;
}

static void device_free(struct device *device)
{
    for (size_t i = 0; i < KEYWORDS; i++)
        free(device->values[i]);
    *device = (struct device){0};
}

/* The same names twice are one device from 0.4.9 on; el6 keeps the earlier values (1.3). */
static void merge(struct config *config, enum era era)
{
    size_t kept = 0;
    for (size_t i = 0; i < config->count; i++) {
        struct device *old = NULL, *device = &config->devices[i];
        for (size_t j = 0; j < kept && !old && era != E047; j++)
            if (same_name(&config->devices[j], device))
                old = &config->devices[j];
        for (size_t k = 0; old && k < COUNT; k++)
            if (device->values[k] && (era != EL6 || !old->values[k]))
                set(old, k, device->values[k]);
        if (old)
            device_free(device);
        else
            config->devices[kept++] = *device;
    }
    config->count = kept;
}

static bool read_file(struct config *config, enum era era, const char *path, FILE *all)
{
    FILE *in = fopen(path, "re");
    char *text = NULL;
    size_t room = 0;
    bool good = true;
    if (!in)
        return true;
    ssize_t n = getdelim(&text, &room, '\0', in);
    fclose(in);
    if (n > 0) {
        fwrite(text, 1, (size_t)n, all);
        good = read_text(config, era, text);
    }
    free(text);
    return good;
}

bool config_read(struct config *config, enum era era)
{
    size_t n;
    glob_t files;
    *config = (struct config){0};
    FILE *all = open_memstream(&config->text, &n);
    if (!all)
        abort();
    for (size_t i = 0; i < COUNT; i++)
        if (era == E047 && keywords[i].usual)
            set(&config->defaults, i, keywords[i].usual);
    if (era != E047)
        built_in(config, era);
    bool good = read_file(config, era, MAIN_FILE, all);
    if (era >= EL7 && glob(CONF_DIR, 0, NULL, &files) == 0) { /* in C order: no setlocale() */
        for (size_t i = 0; i < files.gl_pathc; i++)
            read_file(config, era, files.gl_pathv[i], all); /* never refused here (1.1) */
        globfree(&files);
    }
    if (era == E047)
        built_in(config, era);
    merge(config, era);
    fclose(all);
    return good;
}

void config_free(struct config *config)
{
    for (size_t i = 0; i < config->count; i++)
        device_free(&config->devices[i]);
    device_free(&config->defaults);
    free(config->devices);
    free(config->text);
    *config = (struct config){0};
}

void config_set(struct config *config, const char *keyword, const char *value)
{
    size_t k = keyword_index(keyword);
    for (size_t i = 0; i < config->count; i++)
        if (config->devices[i].values[k])
            set(&config->devices[i], k, value);
}

static bool quoted(enum era era, char kind, const char *value)
{
    if (era == E047) /* not even what has blanks in it */
        return false;
    if (kind == 't')
        return true;
    if (*value && value[strspn(value, "0123456789")] == '\0')
        return false;
    return era == MODERN || (era == EL7 && kind == 'w');
}

static void print_values(const struct config *config, enum era era, bool device,
                         const struct device *from, FILE *out)
{
    for (size_t k = 0; k < COUNT; k++) {
        const char *value = from->values[k], *usual = config->defaults.values[k];
        /* 0.4.7 prints only what differs from the defaults. */
        if (!value || (era == E047 && device && usual && strcmp(value, usual) == 0))
            continue;
        const char *quote = quoted(era, keywords[k].kind, value) ? "\"" : "";
        fprintf(out, "%s%s %s%s%s\n", device ? "\t\t" : "\t", keywords[k].name, quote, value,
                quote);
    }
}

void config_print(const struct config *config, enum era era, FILE *out)
{
    fputs("defaults {\n", out);
    print_values(config, era, false, &config->defaults, out);
    fputs("}\nblacklist {\n\tdevnode \"^(ram|raw|loop|fd|md|dm-|sr|scd|st)[0-9]*\"\n}\n", out);
    fputs("blacklist_exceptions {\n}\ndevices {\n", out);
    for (size_t i = 0; i < config->count; i++) {
        fputs("\tdevice {\n", out);
        print_values(config, era, true, &config->devices[i], out);
        fputs("\t}\n", out);
    }
    fputs("}\nmultipaths {\n}\n", out);
}
