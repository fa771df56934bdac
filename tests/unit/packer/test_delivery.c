/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "delivery.h"
#include "helper.h"

static void tell(SpDelivery *delivery, SpParser first, SpParser last, int line, SpFateKind kind,
                 const char *text)
{
    for (SpParser p = first; p <= last; p++) {
        const SpTelling telling = {"m.conf", p, NULL, delivery};
        sp_tell_fate(&telling, line, "failback", "3", kind, text);
    }
}

static void neighbours_are_joined(void **state)
{
    (void)state;
    g_autoptr(SpDelivery) delivery = sp_delivery_new();
    tell(delivery, SP_0_4_7, SP_0_4_9_31, 1, SP_FATE_WRITTEN, "");
    tell(delivery, SP_0_4_9_86, SP_0_4_9_86, 1, SP_FATE_UNKNOWN, "why");
    tell(delivery, SP_0_4_9_119, SP_0_15_0, 1, SP_FATE_UNKNOWN, "other");
    tell(delivery, SP_0_4_7, SP_0_4_7, 2, SP_FATE_UNKNOWN, "other");
    assert_int_equal(delivery->fates->len, 4);
    const SpFate *fate = delivery->fates->pdata[2];
    g_autofree char *hosts = sp_fate_hosts(fate);
    assert_string_equal(hosts, "XenServer 8, XCP-ng 8, XenServer 9");
}

static void a_table_of_hosts(void **state)
{
    (void)state;
    g_autoptr(SpDelivery) delivery = sp_delivery_new();
    g_autofree char *none = sp_delivery_text(delivery, "");
    assert_string_equal(none, "");
    tell(delivery, SP_0_4_7, SP_0_15_0, 1, SP_FATE_WRITTEN, "");
    tell(delivery, SP_0_4_7, SP_0_15_0, 4, SP_FATE_SM, "it breaks");
    tell(delivery, SP_0_4_7, SP_0_4_7, 3, SP_FATE_ANOTHER, "b 2");
    tell(delivery, SP_0_4_9_31, SP_0_9_0, 3, SP_FATE_OTHER_WORDS, "b 3");
    tell(delivery, SP_0_6_0, SP_0_9_0, 5, SP_FATE_UNKNOWN, "of hosts that nobody has");
    tell(delivery, SP_0_9_6, SP_0_15_0, 3, SP_FATE_NEEDLESS, "of no use");
    g_autofree char *text = sp_delivery_text(delivery, "> ");
    assert_string_equal(
        text,
        ">   XenServer 5.5 to 6.2: 2 of 3 settings, 1 not the same; left out: 1 that XenServer or "
        "the site decides\n"
        ">   XenServer 6.5 to 8, XCP-ng 7 and 8: 2 of 3 settings, 1 in words of their own; left "
        "out: 1 that XenServer or the site decides\n"
        ">   XenServer 9 (multipath-tools 0.9.6 and later): 1 of 3 settings; left out: 1 that they "
        "do without, 1 that XenServer or the site decides\n"
        ">   line 3, 'failback 3'\n"
        ">       XenServer 5.5 to 6.2: as 'b 2', which is not the same\n"
        ">       XenServer 6.5 to 8, XCP-ng 7 and 8, XenServer 9 (multipath-tools before 0.9.6): "
        "as "
        "'b 3'\n"
        ">       XenServer 9 (multipath-tools 0.9.6 and later): left out, of no use\n"
        ">   line 4, 'failback 3'\n"
        ">       all hosts: left out, it breaks\n");
}

static void releases_of_their_own(void **state)
{
    (void)state;
    g_autoptr(SpDelivery) delivery = sp_delivery_new();
    tell(delivery, SP_0_4_9_86, SP_0_4_9_86, 1, SP_FATE_WRITTEN, "");
    sp_delivery_for(delivery, "7.1..7.2");
    tell(delivery, SP_0_4_9_86, SP_0_4_9_86, 1, SP_FATE_UNKNOWN, "so");
    g_autofree char *text = sp_delivery_text(delivery, "");
    assert_string_equal(text, "  XenServer 7.0 to 7.6, XCP-ng 7: 1 of 1 settings\n"
                              "  releases 7.1..7.2: 0 of 1 settings; left out: 1 that they do not "
                              "know\n"
                              "  line 1, 'failback 3'\n"
                              "      XenServer 7.0 to 7.6, XCP-ng 7: as written\n"
                              "      releases 7.1..7.2: left out, so\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_joined),
        cmocka_unit_test(a_table_of_hosts),
        cmocka_unit_test(releases_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
