/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "entry.h"
#include "helper.h"

static void a_tree_owns_its_entries(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) tree = sp_tree_new();
    GBytes *content = bytes_of("abc");
    sp_tree_add_dir(tree, "d", 0755);
    SpEntry *file = sp_tree_add_file(tree, "d/f", 0644, content);
    g_bytes_unref(content);
    sp_tree_take_text(tree, "t", 0600, g_strdup("text"));
    assert_ptr_equal(sp_tree_find(tree, "d/f"), file);
    assert_null(sp_tree_find(tree, "f"));
    assert_bytes(sp_tree_find(tree, "t")->content, "text");
    assert_true(sp_tree_find(tree, "d")->is_dir);
}

static void digests_are_made_when_asked_for(void **state)
{
    (void)state;
    g_autoptr(GPtrArray) tree = sp_tree_new();
    SpEntry *dir = sp_tree_add_dir(tree, "d", 0755);
    SpEntry *file = sp_tree_take_text(tree, "f", 0644, g_strdup("abc"));
    assert_null(file->sha256);
    assert_true(g_str_has_prefix(sp_entry_sha256(file), "ba7816bf"));
    assert_null(sp_entry_sha256(dir));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_owns_its_entries),
        cmocka_unit_test(digests_are_made_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
