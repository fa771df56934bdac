/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rpm_build.h"
#include "buildroot.h"
#include "hush.h"
#include "rpm_said.h"

#include <rpm/rpmbuild.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmmacro.h>
#include <rpm/rpmts.h>
#include <stdlib.h>
#include <string.h>

struct SpRpmBuilder {
    const SpScratch *scratch;
    gint64 epoch;
    char *out; /* where rpm writes */
    SpRpmSaid *said;
};

/* One row a macro that shapes bytes, forks, or could be set by a distribution. */
static const char *const pinned[] = {
    /* What rpm 4.11 of dom0 can read (packs.md D). Of the two hooks, 193 kB, level 4 makes 112 kB
     * in 7 ms, level 6 110 kB in 13 ms, level 9 110 kB in 26 ms. */
    "_binary_payload w4.gzdio",
    "_binary_filedigest_algorithm 8",
    /* Nothing of this machine or moment. */
    "_buildhost suppack",
    "use_source_date_epoch_as_buildtime 1",
    "clamp_mtime_to_source_date_epoch 1",
    "source_date_epoch_from_changelog 0",
    /* With more, file classes are numbered by whichever thread comes first: seen to differ. */
    "_smp_build_nthreads 1",
    /* From platform files that are not read; unset they land in the header as they are. */
    "optflags %{nil}",
    "_target_platform %{_target_cpu}-linux",
    "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
    /* Nothing is run, stripped, linked or guessed. */
    "_build_id_links none",
    "__os_install_post %{nil}",
    "__check_files %{nil}",
    "_build_pkgcheck %{nil}",
    "_build_pkgcheck_set %{nil}",
    "_build_pkgcheck_srpm %{nil}",
    "debug_package %{nil}",
    "_binaries_in_noarch_packages_terminate_build 1",
    "_use_weak_usergroup_deps 0",
    NULL,
};

/* Where rpm puts a tag into every header if the macro is there, even an empty one. */
static const char *const removed[] = {"vendor",  "packager",         "distribution",    "disturl",
                                      "distsvn", "bugurl",           "modularitylabel", "disttag",
                                      "_isa",    "upstreamreleases", "translationurl",  NULL};

#ifdef __has_feature
#if __has_feature(address_sanitizer) /* clang's spelling of the same */
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#ifdef __SANITIZE_ADDRESS__
/* rpm 4.18 does not elf_end() what it looked at for a package; one descriptor a file. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libelf.so\n";
}

const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
    return "print_suppressions=0";
}
#endif

static gboolean define(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean define(GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *macro = g_strdup_vprintf(format, args);
    va_end(args);
    if (rpmDefineMacro(NULL, macro, RMIL_CMDLINE) != 0)
        return sp_throw(error, SP_ERROR_SYSTEM, "rpm does not take the macro '%s'", macro);
    return TRUE;
}

/* Only rpm's own macro and architecture files: no /etc/rpm, no ~/.rpmmacros, no %_rpmmacrodir, so
 * that neither the administrator nor the user of the build machine is part of the input. */
static gboolean read_configuration(SpRpmBuilder *builder, GError **error)
{
    static gboolean done;
    if (done)
        return TRUE;
    const char *dir = rpmConfigDir();
    g_autofree char *rc = g_build_filename(dir, "rpmrc", NULL);
    /* The search path of macro files, librpm's own variable behind rpm's option --macros. It keeps
     * the pointer. */
    macrofiles = g_build_filename(dir, "macros", NULL);
    if (rpmReadConfigFiles(rc, "x86_64-linux") != 0) {
        sp_throw(error, SP_ERROR_SYSTEM, "cannot read rpm's configuration in '%s': %s", dir,
                 sp_rpm_said(builder->said));
        return FALSE;
    }
    done = TRUE;
    return TRUE;
}

static gboolean pin_macros(const SpRpmBuilder *builder, GError **error)
{
    const char *top = sp_scratch_path(builder->scratch);
    /* rpm expands macros in paths more than once, so there is no escaping of these. */
    if (strpbrk(top, "%\\\n") != NULL)
        return sp_throw(error, SP_ERROR_SYSTEM,
                        "cannot build packages in '%s': rpm takes no path with %% or \\ in it",
                        top);
    for (gsize i = 0; removed[i] != NULL; i++)
        while (rpmMacroIsDefined(NULL, removed[i]))
            (void)rpmPopMacro(NULL, removed[i]);
    for (gsize i = 0; pinned[i] != NULL; i++)
        if (!define(error, "%s", pinned[i]))
            return FALSE;
    return define(error, "_topdir %s", top) && define(error, "_tmppath %s", top) &&
           define(error, "_builddir %s", top) && define(error, "_rpmdir %s", builder->out);
}

/* What libmagic says of each file lands in the header. From these lines instead of the database of
 * the machine, so that neither its version nor ~/.magic nor /etc/magic is part of the input; and
 * trying that database on a few texts took two fifths of the whole build. */
static const char magic[] = "0\tstring\t\\177ELF\tELF\n"
                            ">4\tbyte\t1\t32-bit\n"
                            ">4\tbyte\t2\t64-bit\n"
                            ">5\tbyte\t1\tLSB executable\n";

/* rpm takes the build time and the upper bound of mtimes from the environment and from nowhere
 * else: what stands there is the epoch this build was called with. RPM_CONFIGDIR would bring other
 * macros. MAGIC is libmagic's way to be told which database to use. */
static gboolean set_environment(const SpScratch *scratch, gint64 epoch, GError **error)
{
    g_autoptr(GBytes) text = g_bytes_new_static(magic, sizeof(magic) - 1);
    g_autofree char *path = sp_scratch_file(scratch, "magic", text, error);
    if (path == NULL)
        return FALSE;
    g_autofree char *seconds = g_strdup_printf("%" G_GINT64_FORMAT, epoch);
    g_setenv("SOURCE_DATE_EPOCH", seconds, TRUE);
    g_setenv("MAGIC", path, TRUE);
    g_unsetenv("RPM_CONFIGDIR");
    return TRUE;
}

SpRpmBuilder *sp_rpm_builder_new(const SpScratch *scratch, gint64 epoch, GError **error)
{
    g_autoptr(SpRpmBuilder) builder = g_new0(SpRpmBuilder, 1);
    builder->scratch = scratch;
    builder->epoch = epoch;
    builder->said = sp_rpm_said_begin();
    builder->out = sp_scratch_dir(scratch, "rpms", error);
    if (builder->out == NULL)
        return NULL;
    if (!set_environment(scratch, epoch, error) || !read_configuration(builder, error) ||
        !pin_macros(builder, error))
        return NULL;
    return g_steal_pointer(&builder);
}

void sp_rpm_builder_free(SpRpmBuilder *builder)
{
    if (builder == NULL)
        return;
    sp_rpm_said_end(builder->said);
    g_free(builder->out);
    g_free(builder);
}

static gboolean run(SpRpmBuilder *builder, const char *spec_path, const char *root, GError **error)
{
    sp_rpm_said_clear(builder->said);
    rpmSpec spec = rpmSpecParse(spec_path, RPMSPEC_ANYARCH | RPMSPEC_FORCE, root);
    if (spec == NULL)
        return sp_throw(error, SP_ERROR_SYSTEM, "rpm cannot parse the spec: %s",
                        sp_rpm_said(builder->said));
    rpmts ts = rpmtsCreate();
    /* BUILD, of which the specs have no section, only says that this is no short-circuit: without
     * it rpm adds Requires: rpmlib(ShortCircuited), which makes the package uninstallable. */
    struct rpmBuildArguments_s args = {.buildAmount = RPMBUILD_BUILD | RPMBUILD_PACKAGEBINARY,
                                       .rootdir = "/"};
    SpHush hush = sp_hush_begin();
    int rc = rpmSpecBuild(ts, spec, &args);
    g_free(sp_hush_end(&hush)); /* the same words again; sp_rpm_said() has them */
    rpmtsFree(ts);
    rpmSpecFree(spec);
    if (rc != 0)
        return sp_throw(error, SP_ERROR_SYSTEM, "rpm cannot build it: %s",
                        sp_rpm_said(builder->said));
    return TRUE;
}

const char *sp_rpm_build_version(void)
{
    return RPMVERSION;
}

char *sp_rpm_build(SpRpmBuilder *builder, const char *name, GBytes *spec, const GPtrArray *tree,
                   const char *file, GError **error)
{
    g_autofree char *spec_name = g_strdup_printf("%s.spec", name);
    g_autofree char *spec_path = sp_scratch_file(builder->scratch, spec_name, spec, error);
    if (spec_path == NULL)
        return NULL;
    g_autofree char *root_name = g_strdup_printf("%s.root", name);
    g_autofree char *root = sp_scratch_dir(builder->scratch, root_name, error);
    if (root == NULL || !sp_buildroot_lay(root, tree, builder->epoch, error))
        return NULL;
    /* Again: what a spec defines for itself does not outlive it. */
    if (!pin_macros(builder, error) || !run(builder, spec_path, root, error)) {
        sp_prefix(error, "cannot build '%s'", file);
        return NULL;
    }
    return sp_rpm_built(builder, file);
}

char *sp_rpm_built(const SpRpmBuilder *builder, const char *file)
{
    return g_build_filename(builder->out, file, NULL);
}
