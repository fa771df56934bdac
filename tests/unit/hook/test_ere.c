/* SPDX-License-Identifier: MIT */
/* Our expressions against glibc's, on named oddities and on random ones, and against what was read
 * in regex 0.12. */
#include "corpus.h"
#include "ere.h"

#include <regex.h>

static enum ere glibc(const char *pattern, const char *string)
{
    regex_t r;
    if (regcomp(&r, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return ERE_BAD;
    enum ere e = regexec(&r, string, 0, NULL, 0) == 0 ? ERE_YES : ERE_NO;
    regfree(&r);
    return e;
}

/* All that glibc's regcomp() is asked of which POSIX says nothing, and what vendors write. */
static const char *const named[] = {
    "", "OSN.*", "^OSNEXUS *$", "QUANTA(STOR|X)+", "[A-Z]{7} ", "MD3(2|4|6|8)xx(i|f)?",
    "MSA [12]0[456]0 .*", "OSNEXUS|", "^.{8}$", "a\\.b",
    /* GNU's operators */
    "\\w+", "\\W", "^\\s*$", "\\S\\s", "\\bb\\b", "\\B", "^\\B$", "\\<a", "b\\>", "\\`b", "b\\'",
    "\\<*", "\\b+", "\\q", "\\{", "\\a", "(\\<a|\\>)b", "x\\by",
    /* brackets */
    "[]a]", "[^]a]", "[a-]", "[-a]", "[^-a]", "[a-b-c]", "[a-b-]", "[--a]", "[z-a]", "[a-a]",
    "[[:alpha:]]{3}", "[[:nope:]]", "[[:alpha:]", "[[:alpha:]-z]", "[[:alpha:]-]", "[a-[:alpha:]]",
    "[[.a.]]", "[[.a.]-c]", "[[.ab.]]", "[[.].]]", "[[.-.]]", "[[...]]", "[[..]]", "[[=a=]]",
    "[[=a=]-c]", "[a-[=c=]]", "[[=ab=]]", "[[.a", "[[:", "[", "[^", "[]", "[\\]", "[\\n]", "[a[b]",
    "[[:space:][:digit:]]", "[[:^alpha:]]", "[:alpha:]", "[\x80-\xff]", "[^a]", "[---]", "[a---]",
    /* intervals */
    "a{2,3}b", "a{0}b", "x{1,}", "a{", "a{1", "a{1,", "a{,3}", "a{,}", "a{}", "{1}", "{", "{{",
    "a{{", "a{1}{2}", "a{2}*", "a{3,2}", "a{1a}", "a{x}", "a{ 1}", "a{-1}", "a}", "}", "a{32767x",
    "a{32768}", "a{32768,}", "a{99999999999}", "a{\\1}", "a{\\0}", "a{1\\,2}", "(a{0})*b", "({1})",
    "|{1}", "^{1}", "a\\{1}",
    /* signs with nothing before them, anchors */
    "*", "+a", "?", "(*a)", "(+)", "a|*b", "|*", "^*", "^*a", "$*", "^+", "$?", "a**", "a*+?",
    "a+*", "a??b", "()*", "(^)*b", "(^a)+", "(a|^)*b", "(b$)*", "a^b", "a$b", "^^a", "b$$",
    "($|a)b", "$^",
    /* parentheses and alternatives */
    "()", "a||b", "|", "(|)", "(a|b|)c", "((a))", "(", "((a)", ")", "a)", ")*", "(a))", ")(", "a|)",
    "(a", "\\(a", "\\)", "\\|", "\\", "a\\", "(\\)", "(a*)*b", "(a|b*)*c", "(()|a)+b",
    /* back-references */
    "(a)\\1", "(a*)b\\1", "\\1", "\\0", "(a)\\2", "(a\\1)", "(a)|\\1", "((a)|b)\\2", "(a){0}\\1",
    "(x)\\1", "\\1(a)", "(a)\\1*", "(a)(b)(c)\\4"};

static const char *const strings[] = {"",
                                      "OSNEXUS ",
                                      "QUANTASTOR      ",
                                      "MD36xxi",
                                      "MSA 2040 SAN    ",
                                      "aab",
                                      "aaab",
                                      "abc",
                                      "b",
                                      "c",
                                      "xx",
                                      "a.b",
                                      "]",
                                      "a b",
                                      "-",
                                      "aa",
                                      "abab",
                                      "a{1}",
                                      "a{",
                                      "*",
                                      "\xe9",
                                      "{",
                                      "_",
                                      "9",
                                      "  a  b ",
                                      "ab ",
                                      "\\",
                                      ")",
                                      "x",
                                      "n"};

/* A back-reference is all that may leave us unsure in a short pattern. */
static void compare(const char *pattern, const char *string, size_t count[4])
{
    enum ere theirs = glibc(pattern, string), ours = ere_search(ERE_GLIBC, pattern, string);
    bool unsure = ours == ERE_UNSURE && theirs != ERE_BAD && strpbrk(pattern, "123456789");
    count[ours]++;
    if (ours != theirs && !unsure)
        fail_msg("/%s/ on '%s': ours %d, glibc's %d", pattern, string, ours, theirs);
}

static void named_cases(void **state)
{
    (void)state;
    size_t count[4] = {0};
    for (size_t p = 0; p < sizeof named / sizeof *named; p++)
        for (size_t s = 0; s < sizeof strings / sizeof *strings; s++)
            compare(named[p], strings[s], count);
    assert_true(count[ERE_UNSURE] < 100);
}

static void random_text(unsigned *seed, const char *const *words, size_t word_count, size_t most,
                        char *out)
{
    *out = '\0';
    for (size_t n = (size_t)rand_r(seed) % (most + 1); n > 0; n--) {
        const char *word = words[(size_t)rand_r(seed) % word_count];
        memcpy(out + strlen(out), word, strlen(word) + 1);
    }
}

static const char *const pattern_words[] = {
    "a",     "b",     "c",     "_",           "-",   " ",    ".",   "*",   "+",
    "?",     "|",     "(",     ")",           "[",   "]",    "^",   "$",   "{",
    "}",     "{2}",   "{1,3}", "{,2}",        "{0}", "{1,}", ",",   "\\",  "\\w",
    "\\W",   "\\s",   "\\S",   "\\b",         "\\B", "\\<",  "\\>", "\\`", "\\'",
    "\\1",   "\\2",   "[a-c]", "[^a]",        "[b",  "[:",   "[=",  "[.",  "[:alpha:]",
    "[.a.]", "[=b=]", "[.-.]", "[[:alpha:]]", "0",   "1",    "---", "--",  "\xe9",
    "\n",    "\\0",   "\\,",   "(a",          "(b)", "a*",   "a",   "b",   ")*",
};
static const char *const string_words[] = {"a", "a", "b", "b", "c",  "_",   "-",
                                           " ", "0", "]", "{", "\t", "\xe9"};

static void random_cases(void **state)
{
    (void)state;
    unsigned seed = 20100601;
    size_t count[4] = {0};
    for (int i = 0; i < 250000; i++) {
        char pattern[128], string[16];
        random_text(&seed, pattern_words, sizeof pattern_words / sizeof *pattern_words, 8, pattern);
        compare(pattern, "", count);
        for (int k = 0; k < 3; k++) {
            random_text(&seed, string_words, sizeof string_words / sizeof *string_words, 7, string);
            compare(pattern, string, count);
        }
    }
    assert_true(count[ERE_YES] > 100000);
    assert_true(count[ERE_NO] > 100000);
    assert_true(count[ERE_UNSURE] < 1000);
}

/* Where glibc takes a pattern without intervals and anchors, regex 0.12 means the same by it. */
static void both_agree_on_posix(void **state)
{
    (void)state;
    static const char *const words[] = {"a", "b", "c", ".", "*", "+",     "?",    "|",
                                        "(", ")", "a", "b", ")", "[a-c]", "[^a]", "\\."};
    unsigned seed = 19930401;
    size_t compared = 0;
    for (int i = 0; i < 100000; i++) {
        char pattern[64], string[16];
        random_text(&seed, words, sizeof words / sizeof *words, 8, pattern);
        random_text(&seed, string_words, 3, 7, string);
        enum ere theirs = glibc(pattern, string);
        if (theirs == ERE_BAD)
            continue;
        compared++;
        if (ere_search(ERE_BUNDLED, pattern, string) != theirs)
            fail_msg("/%s/ on '%s': not %d", pattern, string, theirs);
    }
    assert_true(compared > 20000);
}

/* From multipath.md 1 (the first) and libmultipath/regex.c of multipath-tools 0.4.9, read, not run:
 * regex_compile() and re_match_2() with RE_SYNTAX_POSIX_EXTENDED of its regex.h. */
static void bundled_cases(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *string;
        enum ere is;
    } cases[] = {
        {"*", "", ERE_YES},
        {"*a", "b", ERE_NO},
        {"(+a|?b)c", "bc", ERE_YES},
        {"a|*b", "b", ERE_YES},
        {"^*a", "ba", ERE_NO},
        {"{2}a", "a", ERE_UNSURE},
        /* what begins no interval is plain */
        {"a{", "a", ERE_NO},
        {"a{", "a{", ERE_YES},
        {"^{{$", "{{", ERE_YES},
        {"a{,3}", "aaa", ERE_NO},
        {"a{,3}", "a{,3}", ERE_YES},
        {"a{3,2}", "a{3,2}", ERE_YES},
        {"a{1", "a{1", ERE_YES},
        {"a{32768}", "a{32768}", ERE_YES},
        {"a{1}{", "a{", ERE_YES},
        {"^a{{2}$", "a{{", ERE_YES},
        /* intervals of one way only */
        {"^a{2,3}$", "aa", ERE_YES},
        {"^a{2,3}$", "aaaa", ERE_NO},
        {"^(ab){2}$", "abab", ERE_YES},
        {"^a{2}{2}$", "aaaa", ERE_YES},
        {"^a{2,}$", "aaaaa", ERE_YES},
        {"a?b{0}c*", "x", ERE_UNSURE},
        {"(HP|HPE){2}", "HPHP", ERE_UNSURE},
        {"(HP|HPE){2}", "x", ERE_UNSURE},
        {"a*{2}", "aa", ERE_UNSURE},
        {"a{0,1}*", "a", ERE_UNSURE},
        {"(a{0,1}b)*c", "abc", ERE_YES},
        /* signs reach over anchors, to all of the plain text before them */
        {"^a^*b", "b", ERE_YES},
        {"^ab$*c", "c", ERE_YES},
        {"^ab\\>*c", "ac", ERE_NO},
        {"^ab*c", "ac", ERE_YES},
        /* \w but no \s; a string ends and begins at a boundary */
        {"\\w\\W", "a ", ERE_YES},
        {"\\s", " ", ERE_NO},
        {"\\s", "s", ERE_YES},
        {"\\b", "", ERE_YES},
        {"^\\b ", " ", ERE_YES},
        {"\\B", " ", ERE_NO},
        {"\\<a\\>", "b a", ERE_YES},
        {"\\`a\\'", "ba", ERE_NO},
        {"\\`a\\'", "a", ERE_YES},
        /* brackets */
        {"[[:digit:]]", "7", ERE_YES},
        {"[[:nope:]]", "n", ERE_BAD},
        {"^[[:no]$", ":", ERE_YES},
        {"[[.a.]]", "a]", ERE_YES},
        {"[[.a.]]", "a", ERE_NO},
        {"[[:abcdefg:]]", "g]", ERE_YES},
        {"^[a-c-e]$", "d", ERE_YES},
        {"^[a-c-e]$", "@", ERE_NO},
        {"[[:digit:]_a-c-e]", "d", ERE_YES},
        {"[[:digit:]a-c-e]", "d", ERE_BAD},
        {"[[:alpha:]-z]", "a", ERE_BAD},
        {"[[:alpha:]-]", "-", ERE_YES},
        {"[^-a]", "-", ERE_NO},
        {"[]a]", "]", ERE_YES},
        {"[z-a]", "a", ERE_BAD},
        {"[a-", "a", ERE_BAD},
        {"[", "[", ERE_BAD},
        /* the rest is as in glibc */
        {"(", "(", ERE_BAD},
        {")", ")", ERE_YES},
        {"a\\", "a", ERE_BAD},
        {"()", "", ERE_YES},
        {"a||b", "", ERE_YES},
        {"\\1", "1", ERE_BAD},
        {"(a\\1)", "a1", ERE_YES},
        {"(a)\\1", "aa", ERE_UNSURE},
        {"(a)\\1", "b", ERE_NO},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (ere_search(ERE_BUNDLED, cases[i].pattern, cases[i].string) != cases[i].is)
            fail_msg("/%s/ on '%s': %d, not %d", cases[i].pattern, cases[i].string,
                     ere_search(ERE_BUNDLED, cases[i].pattern, cases[i].string), cases[i].is);
}

/* What is over our bounds is not wrong for that. */
static void no_expression_takes_long(void **state)
{
    (void)state;
    static char many[4096], string[200000];
    memset(many, '(', sizeof many - 1);
    memset(string, 'a', sizeof string - 1);
    assert_int_equal(ere_search(ERE_GLIBC, many, "x"), ERE_UNSURE);
    memset(many, '|', sizeof many - 1);
    assert_int_equal(ere_search(ERE_GLIBC, many, "x"), ERE_UNSURE);
    for (size_t i = 0; i + 3 < sizeof many; i += 3)
        memcpy(many + i, "[a]", 3);
    assert_int_equal(ere_search(ERE_GLIBC, many, "x"), ERE_UNSURE);
    assert_int_equal(ere_search(ERE_GLIBC, "(((a{9}){9}){9}){9}", "a"), ERE_UNSURE);
    assert_int_equal(ere_search(ERE_GLIBC, "a{30000}", "a"), ERE_UNSURE);
    assert_int_equal(ere_search(ERE_GLIBC, "(){30000}((){9}){,30000}a", "a"), ERE_YES);
    assert_int_equal(ere_search(ERE_GLIBC, "(a*)*(a*)*(a*)*(a*)*b", string), ERE_NO);
    assert_int_equal(ere_search(ERE_GLIBC, "(a*)*(a|aa)*b$|.{300}c", string), ERE_NO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(named_cases),
        cmocka_unit_test(random_cases),
        cmocka_unit_test(both_agree_on_posix),
        cmocka_unit_test(bundled_cases),
        cmocka_unit_test(no_expression_takes_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
