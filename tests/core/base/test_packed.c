/* Does the cursor read what was packed, in the one form that packing gives, and nothing
 * else? Tried with a cursor that takes numbers and lengths of any width. */
#include "core/base/packed.h"

#include "tests/world/checks.h"

#include <stdlib.h>

enum kind { U64, I64, FLAG, TEXT, BYTES, ID, ARRAY, MAP };

static struct packed taken(enum kind kind, struct slice bytes)
{
    struct packed from = packed_open(bytes);

    switch (kind) {
    case U64: packed_u64(&from); break;
    case I64: packed_i64(&from); break;
    case FLAG: packed_flag(&from); break;
    case TEXT: packed_text(&from); break;
    case BYTES: packed_bytes(&from); break;
    case ID: packed_id(&from); break;
    case ARRAY: packed_array(&from); break;
    case MAP: packed_map(&from); break;
    }
    return from;
}

/* Else one value could be stored as several bytes, and whoever checks a log could not
 * tell whether it is as we wrote it. */
static void a_longer_form_than_needed_is_not_taken(void **state)
{
    static const struct {
        enum kind    kind;
        struct slice bytes;
    } longer[] = {
        { U64, { "\xcc\x7f", 2 } },
        { U64, { "\xcd\x00\xff", 3 } },
        { U64, { "\xce\x00\x00\xff\xff", 5 } },
        { U64, { "\xcf\x00\x00\x00\x00\xff\xff\xff\xff", 9 } },
        { U64, { "\xd0\x01", 2 } },
        { I64, { "\xcc\x01", 2 } },
        { I64, { "\xd0\x01", 2 } },
        { I64, { "\xd0\xe0", 2 } },
        { I64, { "\xd1\xff\x80", 3 } },
        { I64, { "\xd2\xff\xff\x80\x00", 5 } },
        { I64, { "\xd3\xff\xff\xff\xff\x80\x00\x00\x00", 9 } },
        { TEXT, { "\xd9\x01t", 3 } },
        { TEXT, { "\xda\x00\x01t", 4 } },
        { TEXT, { "\xdb\x00\x00\x00\x01t", 6 } },
        { BYTES, { "\xc5\x00\x01t", 4 } },
        { BYTES, { "\xc6\x00\x00\x00\x01t", 6 } },
        { ID, { "\xc5\x00\x00", 3 } },
        { ARRAY, { "\xdc\x00\x00", 3 } },
        { ARRAY, { "\xdd\x00\x00\x00\x00", 5 } },
        { MAP, { "\xde\x00\x00", 3 } },
        { MAP, { "\xdf\x00\x00\x00\x00", 5 } },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(longer); i++)
        assert_false(taken(longer[i].kind, longer[i].bytes).good);
}

/* Floats, extensions, the head that MessagePack never uses, and each other's. */
static void another_type_is_not_taken(void **state)
{
    (void)state;
    for (unsigned head = 0; head < 256; head++) {
        char         bytes[16] = { (char)head };
        struct slice all       = SLICE_OF(bytes);
        unsigned     good      = 0;

        for (enum kind kind = U64; kind <= MAP; kind++) good += taken(kind, all).good;
        if (head == 0xc1 || (head >= 0xc7 && head <= 0xcb) || (head >= 0xd4 && head <= 0xd8))
            assert_int_equal(good, 0);
        assert_true(good <= 2); /* numbers are of two kinds, and so are bytes */
    }
}

static void every_number_is_read_as_it_was_written(void **state)
{
    (void)state;
    for (unsigned shift = 0; shift < 64; shift++)
        for (int64_t off = -1; off <= 1; off++) {
            uint64_t       number = (UINT64_C(1) << shift) + (uint64_t)off;
            int64_t        sign   = -(int64_t)(number >> 1);
            struct buffer  out    = { 0 };
            msgpack_packer packer = packer_to(&out);

            msgpack_pack_uint64(&packer, number);
            msgpack_pack_int64(&packer, sign);
            struct packed from = packed_open(buffer_slice(&out));
            assert_true(packed_u64(&from) == number);
            assert_true(packed_i64(&from) == sign);
            assert_true(packed_ended(&from));
            buffer_free(&out);
        }
}

static void every_length_is_read_as_it_was_written(void **state)
{
    static const size_t sizes[] = { 0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536 };

    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct slice   body   = { calloc(1, sizes[i] + 1), sizes[i] };
        struct buffer  out    = { 0 };
        msgpack_packer packer = packer_to(&out);

        pack_text(&packer, body);
        pack_bytes(&packer, body);
        msgpack_pack_array(&packer, sizes[i]);
        for (size_t n = 0; n < sizes[i]; n++) msgpack_pack_nil(&packer);
        struct packed from = packed_open(buffer_slice(&out));
        assert_true(slice_equal(packed_text(&from), body));
        assert_true(slice_equal(packed_bytes(&from), body));
        assert_int_equal(packed_array(&from), sizes[i]);
        for (size_t n = 0; n < sizes[i]; n++) assert_true(packed_nil(&from));
        assert_true(packed_ended(&from));
        buffer_free(&out);
        free((char *)(uintptr_t)body.data);
    }
}

static void a_spoilt_cursor_stays_so(void **state)
{
    struct packed from = packed_open((struct slice){ "\xc0\x01\x01", 3 });

    (void)state;
    assert_true(packed_u64(&from) == 0);
    assert_true(packed_u64(&from) == 0 && packed_i64(&from) == 0 && !packed_flag(&from));
    assert_null(packed_text(&from).data);
    assert_false(packed_nil(&from) || packed_ended(&from));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_longer_form_than_needed_is_not_taken),
        cmocka_unit_test(another_type_is_not_taken),
        cmocka_unit_test(every_number_is_read_as_it_was_written),
        cmocka_unit_test(every_length_is_read_as_it_was_written),
        cmocka_unit_test(a_spoilt_cursor_stays_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
