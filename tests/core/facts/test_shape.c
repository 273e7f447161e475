/* Does one codec carry every type of field, whole, in either part, and nothing else? */
#include "tests/world/sample.h"

#include <stdlib.h>

struct everything {
    struct id         id;
    struct slice      text;
    struct slice      secret_text; /* personal */
    struct slice      bytes;
    struct slice      json;
    uint64_t          u64;
    int64_t           instant;
    bool              flag;
    struct texts      texts;
    struct values     secret_values; /* personal */
    struct values     values;
    enum device_state state;
};

static const struct field *everything_fields(void)
{
    typedef struct everything self;
    /* clang-format off */
    static const struct field fields[] = {
        FIELD_ROW(id, id, false, FROM_US, 0, "")
        FIELD_ROW(text, text, false, FROM_US, 0, "")
        FIELD_ROW(text, secret_text, true, FROM_US, 0, "")
        FIELD_ROW(bytes, bytes, false, FROM_US, 0, "")
        FIELD_ROW(json, json, false, FROM_US, 0, "")
        FIELD_ROW(u64, u64, false, FROM_US, 0, "")
        FIELD_ROW(instant, instant, false, FROM_US, 0, "")
        FIELD_ROW(flag, flag, false, FROM_US, 0, "")
        FIELD_ROW(texts, texts, false, FROM_US, 0, "")
        FIELD_ROW(values, secret_values, true, FROM_US, 0, "")
        FIELD_ROW(values, values, false, FROM_US, 0, "")
        STATE_ROW(device_state, state, false, FROM_US, 0, "")
        FIELD_ROW_LAST
    };
    /* clang-format on */
    return fields;
}
static const struct shape shape = { "everything",     "", 1, 0, sizeof(struct everything),
                                    everything_fields };
static struct arena       arena;

static int free_arena(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct everything filled(void)
{
    struct everything body = { 0 };

    sample_body(&arena, &shape, &body);
    body.id = sample_id(ID_device, "id");
    return body;
}

static struct slice encoded(const struct everything *body, enum shape_part part)
{
    struct buffer out = { 0 };

    shape_encode(&shape, body, part, &out);
    struct slice copy = arena_copy(&arena, buffer_slice(&out));
    buffer_free(&out);
    return copy;
}

static void every_type_of_field_survives(void **state)
{
    struct everything wanted = filled(), found = { 0 };

    (void)state;
    assert_ok(shape_decode(&shape, encoded(&wanted, SHAPE_ALL), SHAPE_ALL, &arena, &found));
    assert_true(id_equal(found.id, wanted.id));
    assert_true(slice_equal(found.text, wanted.text));
    assert_true(slice_equal(found.bytes, wanted.bytes));
    assert_true(slice_equal(found.json, wanted.json));
    assert_true(found.u64 == wanted.u64 && found.instant == wanted.instant && found.flag);
    assert_true(found.texts.count == 2 && texts_have(found.texts, wanted.texts.items[1]));
    assert_int_equal(found.values.count, 2);
    assert_true(slice_equal(found.values.items[1].name, SLICE("on")));
    assert_true(slice_equal(found.values.items[1].json, SLICE("true")));
    assert_int_equal(found.state, DEVICE_removed);
    assert_same_part(&shape, &found, &wanted, SHAPE_ALL);
}

static void nothing_survives_as_nothing(void **state)
{
    struct everything empty = { 0 }, found = filled();

    (void)state;
    assert_ok(shape_decode(&shape, encoded(&empty, SHAPE_ALL), SHAPE_ALL, &arena, &found));
    assert_false(id_given(found.id));
    assert_true(found.text.size == 0 && found.text.data == NULL);
    assert_true(found.u64 == 0 && found.instant == 0 && !found.flag && found.texts.count == 0);
    assert_same_part(&shape, &found, &empty, SHAPE_ALL);
}

static void the_two_parts_make_the_whole(void **state)
{
    struct everything wanted = filled(), found = { 0 };

    (void)state;
    assert_ok(shape_decode(&shape, encoded(&wanted, SHAPE_PUBLIC), SHAPE_PUBLIC, &arena, &found));
    assert_int_equal(found.secret_text.size + found.secret_values.count, 0);
    assert_ok(
        shape_decode(&shape, encoded(&wanted, SHAPE_PERSONAL), SHAPE_PERSONAL, &arena, &found));
    assert_same_part(&shape, &found, &wanted, SHAPE_ALL);
}

/* One byte up to 127, then 2, 3, 5 and 9: what MessagePack calls shortest. */
static void a_number_takes_its_shortest_form(void **state)
{
    static const struct {
        uint64_t value;
        size_t   size;
    } samples[]             = { { 0, 1 },         { 127, 1 },        { 128, 2 },
                                { 255, 2 },       { 256, 3 },        { 65535, 3 },
                                { 65536, 5 },     { UINT32_MAX, 5 }, { UINT64_C(1) << 32, 9 },
                                { UINT64_MAX, 9 } };
    struct everything body  = { 0 };
    size_t            least = encoded(&body, SHAPE_ALL).size;

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct everything found = { 0 };

        body.u64           = samples[i].value;
        struct slice bytes = encoded(&body, SHAPE_ALL);
        assert_int_equal(bytes.size, least - 1 + samples[i].size);
        assert_ok(shape_decode(&shape, bytes, SHAPE_ALL, &arena, &found));
        assert_true(found.u64 == samples[i].value);
    }
}

static void instants_before_1970_survive(void **state)
{
    static const int64_t samples[] = { -1, -32, -33, INT64_MIN, INT64_MAX };

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct everything body = { .instant = samples[i] }, found = { 0 };

        assert_ok(shape_decode(&shape, encoded(&body, SHAPE_ALL), SHAPE_ALL, &arena, &found));
        assert_true(found.instant == samples[i]);
    }
}

/* An array of 0 to 15 items begins with 0x90 plus their number; all of these
 * fields have a size that is known, so the array can be cut between two. */
static void an_older_shorter_array_leaves_the_rest_zero(void **state)
{
    static const char older[] = { (char)0x92, (char)0xc4, 0, (char)0xa3, 'o', 'l', 'd' };
    struct everything found   = { 0 };

    (void)state;
    assert_ok(shape_decode(&shape, SLICE_OF(older), SHAPE_ALL, &arena, &found));
    assert_true(slice_equal(found.text, SLICE("old")));
    assert_true(found.u64 == 0 && found.instant == 0 && found.texts.items == NULL);
    found = (struct everything){ 0 };
    assert_ok(shape_decode(&shape, SLICE("\x90"), SHAPE_PUBLIC, &arena, &found));
    assert_false(id_given(found.id));
}

static void a_field_too_many_is_corrupt(void **state)
{
    struct everything body = filled(), found = { 0 };
    struct slice      all = encoded(&body, SHAPE_ALL), secret = encoded(&body, SHAPE_PERSONAL);
    char             *longer = arena_take(&arena, all.size + 1);

    (void)state;
    memcpy(longer, all.data, all.size); /* one more item: nil */
    longer[0]        = (char)(longer[0] + 1);
    longer[all.size] = (char)0xc0;
    assert_status(shape_decode(&shape, (struct slice){ longer, all.size + 1 }, SHAPE_ALL, &arena,
                               &found),
                  STATUS_CORRUPT);
    assert_status(shape_decode(&shape, all, SHAPE_PUBLIC, &arena, &found), STATUS_CORRUPT);
    assert_ok(shape_decode(&shape, secret, SHAPE_PERSONAL, &arena, &found));
}

static void a_cut_or_lengthened_array_is_corrupt(void **state)
{
    struct everything body = filled(), found = { 0 };
    struct slice      all    = encoded(&body, SHAPE_ALL);
    char             *longer = arena_take(&arena, all.size + 1);

    (void)state;
    for (size_t size = 0; size < all.size; size++) {
        char *cut = malloc(size ? size : 1); /* so that the sanitizer sees a read past it */

        memcpy(cut, all.data, size);
        assert_status(shape_decode(&shape, (struct slice){ cut, size }, SHAPE_ALL, &arena, &found),
                      STATUS_CORRUPT);
        free(cut);
    }
    memcpy(longer, all.data, all.size);
    assert_status(shape_decode(&shape, (struct slice){ longer, all.size + 1 }, SHAPE_ALL, &arena,
                               &found),
                  STATUS_CORRUPT);
}

/* Each item in turn becomes nil, which no field may be. */
static void a_wrong_type_is_corrupt_for_every_field(void **state)
{
    size_t count = 0;

    (void)state;
    for (const struct field *f = everything_fields(); f->name; f++) count++;
    for (size_t wrong = 0; wrong < count; wrong++) {
        struct everything empty = { 0 }, found = { 0 };
        struct slice      all   = encoded(&empty, SHAPE_ALL);
        char             *bytes = arena_take(&arena, all.size);
        size_t            size = 0, item = 0;

        for (size_t at = 1; at < all.size || item < count; item++) {
            size_t length = (uint8_t)all.data[at] == 0xc4 ? 2 : 1; /* an empty bin has two */

            if (item == wrong) bytes[++size] = (char)0xc0;
            else memcpy(bytes + 1 + size, all.data + at, length), size += length;
            at += length;
        }
        bytes[0] = all.data[0];
        assert_status(shape_decode(&shape, (struct slice){ bytes, 1 + size }, SHAPE_ALL, &arena,
                                   &found),
                      STATUS_CORRUPT);
    }
}

/* Before anybody makes room for them: the sanitizer would stop at a hundred GiB. */
static void an_array_that_claims_more_than_there_is_is_corrupt(void **state)
{
    static const struct slice samples[] = {
        { "\xdd\xff\xff\xff\xff", 5 }, { "\xdf\xff\xff\xff\xff", 5 }, { "\xdc\xff\xff\x90", 4 },
        { "\x92\x92\x90\x90", 4 },     { "\xdb\xff\xff\xff\xff", 5 }, { "\xc7\x01\x01\x01", 4 }
    };
    struct everything found = { 0 };

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++)
        assert_status(shape_decode(&shape, samples[i], SHAPE_ALL, &arena, &found), STATUS_CORRUPT);
}

static void an_id_of_an_unknown_kind_or_size_is_corrupt(void **state)
{
    struct everything body = filled(), found = { 0 };
    struct slice      all   = encoded(&body, SHAPE_ALL);
    char             *bytes = arena_take(&arena, all.size);

    (void)state;
    memcpy(bytes, all.data, all.size);
    assert_int_equal(bytes[3], ID_device); /* array, bin, length, id */
    bytes[3] = 'Z';
    assert_status(shape_decode(&shape, (struct slice){ bytes, all.size }, SHAPE_ALL, &arena,
                               &found),
                  STATUS_CORRUPT);
    assert_status(shape_decode(&shape,
                               SLICE("\x91\xc4\x01"
                                     "d"),
                               SHAPE_ALL, &arena, &found),
                  STATUS_CORRUPT);
}

static void no_altered_byte_does_harm(void **state)
{
    struct everything body = filled();
    struct slice      all  = encoded(&body, SHAPE_ALL);

    (void)state;
    for (size_t at = 0; at < all.size; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            struct everything found = { 0 };
            char             *bytes = malloc(all.size);
            struct buffer     out   = { 0 };
            struct json       json  = json_to(&out);

            memcpy(bytes, all.data, all.size);
            bytes[at]            = (char)(bytes[at] ^ 1 << bit);
            struct status status = shape_decode(&shape, (struct slice){ bytes, all.size },
                                                SHAPE_ALL, &arena, &found);
            assert_true(status.code == STATUS_OK || status.code == STATUS_CORRUPT);
            found.bytes = (struct slice){ 0 }; /* a hash is limited where it enters */
            json_object(&json);
            if (status.code == STATUS_OK) shape_json(&shape, &found, SHAPE_ALL, &json);
            json_object_end(&json);
            buffer_free(&out);
            free(bytes);
        }
}

static void names_on_the_wire_are_in_camel_case(void **state)
{
    static const struct {
        const char *name, *wire;
    } samples[] = { { "id", "id" },
                    { "network_id", "networkId" },
                    { "vendor_device_id", "vendorDeviceId" },
                    { "a_b_c", "aBC" } };
    char name[FIELD_NAME_MAX];

    (void)state;
    for (size_t i = 0; i < COUNT(samples); i++) {
        field_wire_name(&(struct field){ .name = samples[i].name }, name);
        assert_string_equal(name, samples[i].wire);
    }
}

static void json_leaves_out_what_is_not_there(void **state)
{
    struct everything empty = { 0 }, body = { .text        = SLICE("t"),
                                              .bytes       = SLICE("\x01\xff"),
                                              .secret_text = SLICE("s"),
                                              .u64         = 7,
                                              .instant     = 1000,
                                              .flag        = true,
                                              .state       = DEVICE_active };
    struct buffer     out  = { 0 };
    struct json       json = json_to(&out);

    (void)state;
    json_array(&json);
    json_object(&json);
    shape_json(&shape, &empty, SHAPE_ALL, &json);
    json_object_end(&json);
    json_object(&json);
    shape_json(&shape, &body, SHAPE_ALL, &json);
    json_object_end(&json);
    json_object(&json);
    shape_json(&shape, &body, SHAPE_PERSONAL, &json);
    json_object_end(&json);
    json_array_end(&json);
    buffer_add_byte(&out, '\0');
    assert_string_equal(
        out.data, "[{\"u64\":0,\"flag\":false},"
                  "{\"text\":\"t\",\"secretText\":\"s\",\"bytes\":\"01ff\",\"u64\":7,"
                  "\"instant\":\"1970-01-01T00:00:00.001Z\",\"flag\":true,\"state\":\"active\"},"
                  "{\"secretText\":\"s\"}]");
    buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_of_field_survives),
        cmocka_unit_test(nothing_survives_as_nothing),
        cmocka_unit_test(the_two_parts_make_the_whole),
        cmocka_unit_test(a_number_takes_its_shortest_form),
        cmocka_unit_test(instants_before_1970_survive),
        cmocka_unit_test(an_older_shorter_array_leaves_the_rest_zero),
        cmocka_unit_test(a_field_too_many_is_corrupt),
        cmocka_unit_test(a_cut_or_lengthened_array_is_corrupt),
        cmocka_unit_test(a_wrong_type_is_corrupt_for_every_field),
        cmocka_unit_test(an_array_that_claims_more_than_there_is_is_corrupt),
        cmocka_unit_test(an_id_of_an_unknown_kind_or_size_is_corrupt),
        cmocka_unit_test(no_altered_byte_does_harm),
        cmocka_unit_test(names_on_the_wire_are_in_camel_case),
        cmocka_unit_test(json_leaves_out_what_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, free_arena);
}
