/* Does every id have one text and one place in order, and does no id come twice? */
#include "core/base/ids.h"

#include "tests/world/checks.h"

static const enum id_kind every_kind[] = {
#define ID(kind, letter, prefix, what) ID_##kind,
#include "core/base/ids.def"
#undef ID
};

/* Chance that is none: the same byte over and over, told by the context. */
static void constant(void *context, void *bytes, size_t size)
{
    memset(bytes, *(const int *)context, size);
}

static int byte;

static struct ids generator(int randomness)
{
    byte = randomness;
    return (struct ids){ .random = constant, .context = &byte };
}

static struct id id_of(enum id_kind kind, const char *bytes)
{
    struct id id = { { (uint8_t)kind } };

    memcpy(id.bytes + 1, bytes, ID_SIZE - 1);
    return id;
}

static void the_samples_of_the_typeid_specification_come_out(void **state)
{
    static const struct {
        const char *bytes, *text;
    } samples[] = {
        { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "dev_00000000000000000000000000" },
        { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", "dev_00000000000000000000000001" },
        { "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\40", "dev_00000000000000000000000010" },
        { "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF",
          "dev_7zzzzzzzzzzzzzzzzzzzzzzzzz" },
        { "\x01\x10\xC8\x53\x1D\x09\x52\xD8\xD7\x3E\x11\x94\xE9\x5B\x5F\x19",
          "dev_0123456789abcdefghjkmnpqrs" },
        { "\x01\x89\x0A\x5D\xAC\x96\x77\x4B\xBC\xCE\xB3\x02\x09\x9A\x80\x57",
          "dev_01h455vb4pex5vsknk084sn02q" },
    };
    char      text[ID_TEXT_MAX];
    struct id id, back;

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        id = id_of(ID_device, samples[i].bytes);
        id_text(id, text);
        assert_string_equal(text, samples[i].text);
        assert_true(id_parse(slice_text(text), &back));
        assert_true(id_equal(id, back));
    }
}

static void ids_of_every_kind_survive_their_text(void **state)
{
    struct ids ids = generator(0x5A);
    char       text[ID_TEXT_MAX];
    struct id  id, back;

    (void)state;
    for (size_t i = 0; i < COUNT(every_kind); i++) {
        id = ids_next(&ids, every_kind[i], (int64_t)i * 1000003);
        id_text(id, text);
        assert_true(id_parse(slice_text(text), &back));
        assert_true(id_equal(id, back));
        assert_int_equal(id_kind(back), every_kind[i]);
        assert_int_equal(id_slice(&back).size, ID_SIZE);
    }
    assert_string_equal(id_kind_name(ID_gateway), "gateway");
    assert_string_equal(id_kind_name(ID_NONE), "none");
}

static void an_id_without_its_kind_is_a_urn(void **state)
{
    char urn[ID_URN_MAX];

    (void)state;
    id_urn(id_of(ID_device, "\x01\x89\x0A\x5D\xAC\x96\x77\x4B\xBC\xCE\xB3\x02\x09\x9A\x80\xFF"),
           urn);
    assert_string_equal(urn, "urn:uuid:01890a5d-ac96-774b-bcce-b302099a80ff");
}

static void any_other_text_is_refused(void **state)
{
    static const char *refused[] = { "",
                                     "_",
                                     "dev",
                                     "dev_",
                                     "01h455vb4pex5vsknk084sn02q",
                                     "_01h455vb4pex5vsknk084sn02q",
                                     "dev_81h455vb4pex5vsknk084sn02q",  /* 129 bits */
                                     "dev_01h455vb4pex5vsknk084sn02",   /* too short */
                                     "dev_01h455vb4pex5vsknk084sn02qq", /* too long */
                                     "dev_01h455vb4pex5vsknk084sn02Q",
                                     "DEV_01h455vb4pex5vsknk084sn02q", /* case */
                                     "dev_01h455vb4pex5vsknk084sn02l",
                                     "dev_01h455vb4pex5vsknk084sn02o",
                                     "dev_01h455vb4pex5vsknk084sn02u",
                                     "dev_01h455vb4pex5vsknk084sn02i", /* no digits */
                                     "dew_01h455vb4pex5vsknk084sn02q",
                                     "de_01h455vb4pex5vsknk084sn02q",
                                     "devv_01h455vb4pex5vsknk084sn02q",
                                     "dev-01h455vb4pex5vsknk084sn02q",
                                     " dev_01h455vb4pex5vsknk084sn02q",
                                     "dev_01h455vb4pex5vsknk084sn02q ",
                                     "dev_-1h455vb4pex5vsknk084sn02q" };
    struct id          id        = { { 7 } };

    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) assert_false(id_parse(slice_text(refused[i]), &id));
    assert_false(id_parse(SLICE("dev_01h455vb4pex5vsknk084sn02\0"), &id));
    assert_false(id_parse((struct slice){ 0 }, &id));
    assert_int_equal(id.bytes[0], 7); /* untouched */
}

static void a_new_id_is_a_uuid_of_version_7(void **state)
{
    struct ids ids = generator(0xFF);
    struct id  id  = ids_next(&ids, ID_event, INT64_C(0x017F22E279B0) * 1000 + 999);

    (void)state;
    assert_int_equal(id.bytes[0], 'e');
    assert_memory_equal(id.bytes + 1, "\x01\x7F\x22\xE2\x79\xB0", 6); /* RFC 9562, A.6 */
    assert_int_equal(id.bytes[7] >> 4, 7);
    assert_int_equal(id.bytes[9] >> 6, 2);
    assert_memory_equal(id.bytes + 11, "\xFF\xFF\xFF\xFF\xFF\xFF", 6);
    assert_true(id_given(id));
    assert_false(id_given(NO_ID));
}

static void ids_rise_whatever_the_clock_and_chance_do(void **state)
{
    static const int64_t clocks[] = {
        0, 0, 999, 1000, 1000, 5000000, 4000000, 0, 5000001, 5001000
    };
    struct ids ids    = generator(0xFF);
    struct id  before = ids_next(&ids, ID_event, 0), now;

    (void)state;
    for (size_t i = 0; i < COUNT(clocks) * 5000; i++) { /* past the counter's lower 14 bits */
        byte = i % 2 ? 0x00 : 0xFF;
        now  = ids_next(&ids, ID_event, clocks[i / 5000]);
        assert_true(slice_compare(id_slice(&before), id_slice(&now)) < 0);
        before = now;
    }
}

static void a_full_counter_borrows_the_next_millisecond(void **state)
{
    struct ids ids = generator(0);
    struct id  before, after;

    (void)state;
    ids.last_ms = 7;
    ids.counter = (1 << 26) - 2;
    before      = ids_next(&ids, ID_event, 7000);
    assert_memory_equal(before.bytes + 1, "\0\0\0\0\0\x07\x7F\xFF\xBF\xFF", 10);
    after = ids_next(&ids, ID_event, 7000);
    assert_memory_equal(after.bytes + 1, "\0\0\0\0\0\x08\x70\x00\x80\x00", 10);
    before = ids_next(&ids, ID_event, 7000); /* the clock is still behind */
    assert_true(slice_compare(id_slice(&after), id_slice(&before)) < 0);
}

static void derived_ids_depend_on_every_part_and_border(void **state)
{
    const struct slice none = { 0 };
    struct id          id   = id_derive(ID_claim, SLICE("ab"), SLICE("c"), none);

    (void)state;
    assert_int_equal(id_kind(id), ID_claim);
    assert_true(id_equal(id, id_derive(ID_claim, SLICE("ab"), SLICE("c"), SLICE(""))));
    assert_false(id_equal(id, id_derive(ID_claim, SLICE("a"), SLICE("bc"), none)));
    assert_false(id_equal(id, id_derive(ID_claim, SLICE("ab"), none, SLICE("c"))));
    assert_false(id_equal(id, id_derive(ID_claim, SLICE("abc"), none, none)));

    /* Another kind shares no bits, so one cannot be told from the other. */
    struct id other = id_derive(ID_login, SLICE("ab"), SLICE("c"), none);
    assert_memory_not_equal(id.bytes + 1, other.bytes + 1, ID_SIZE - 1);
}

static void a_derived_id_is_the_same_in_every_release(void **state)
{
    char text[ID_TEXT_MAX];

    (void)state;
    id_text(id_derive(ID_gateway, SLICE("gateway-1"), (struct slice){ 0 }, (struct slice){ 0 }),
            text);
    assert_string_equal(text, "gw_5adeqr9t4r7h43stxm73xcm0rg");
}

static void name_none(void)
{
    char text[ID_TEXT_MAX];

    id_text(NO_ID, text);
}

static void no_id_has_no_text(void **state)
{
    (void)state;
    assert_true(stops(name_none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples_of_the_typeid_specification_come_out),
        cmocka_unit_test(ids_of_every_kind_survive_their_text),
        cmocka_unit_test(an_id_without_its_kind_is_a_urn),
        cmocka_unit_test(any_other_text_is_refused),
        cmocka_unit_test(a_new_id_is_a_uuid_of_version_7),
        cmocka_unit_test(ids_rise_whatever_the_clock_and_chance_do),
        cmocka_unit_test(a_full_counter_borrows_the_next_millisecond),
        cmocka_unit_test(derived_ids_depend_on_every_part_and_border),
        cmocka_unit_test(a_derived_id_is_the_same_in_every_release),
        cmocka_unit_test(no_id_has_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
