/* Question: does each resource look as the contract says, from the rows it is made of? */
#include "api/call/show.h"
#include "core/base/clock.h"
#include "tests/world/checks.h"

static const struct id ALICE = { "aalice" }, HOME = { "nhome" }, LAMP = { "dlamp" };
static const struct id OFFICE = { "noffice" }, BOX = { "gbox" }, OTHER_BOX = { "gother" };
static const struct id GLOW = { "vglow" }, GRANT = { "cgrant" }, SWITCH = { "mswitch" };

#define AT (INT64_C(1795363387123) * MILLISECOND) /* 2026-11-22T16:03:07.123Z */

static struct {
    struct store  *store;
    struct batch  *batch;
    struct arena   arena;
    struct buffer  out;
    struct json    json;
    struct showing showing;
} now;

static int open_store(void **state)
{
    struct store_options options = { .path = NULL };

    (void)state;
    options.families[FAMILY_accounts] = options.families[FAMILY_networks] = true;
    options.families[FAMILY_vendors] = options.families[FAMILY_consents] = true;
    assert_int_equal(store_open(&now.store, &options).code, STATUS_OK);
    now.batch = batch_open(now.store);
    now.json  = json_to(&now.out);
    return 0;
}

static int close_store(void **state)
{
    (void)state;
    buffer_free(&now.out);
    arena_free(&now.arena);
    batch_close(now.batch);
    store_close(now.store);
    return 0;
}

static struct showing *showing(void)
{
    now.showing = (struct showing){ .reader = batch_reader(now.batch), .arena = &now.arena };
    return &now.showing;
}

/* In the text ' stands for a double quote, and <dlamp> for the id of "dlamp". */
static void assert_shown(const char *wanted)
{
    struct buffer text = { 0 };

    for (const char *c = wanted; *c; c++) {
        struct id id = NO_ID;
        char      name[ID_TEXT_MAX];
        size_t    size = strcspn(c + 1, ">");
        if (*c != '<') {
            buffer_add_byte(&text, *c == '\'' ? '"' : *c);
            continue;
        }
        memcpy(id.bytes, c + 1, size);
        id_text(id, name);
        buffer_add(&text, slice_text(name));
        c += size + 1;
    }
    buffer_add_byte(&text, '\0');
    buffer_add_byte(&now.out, '\0');
    assert_string_equal(now.out.data, text.data);
    buffer_free(&text);
}

/* What was written so far, as text. */
static const char *shown(void)
{
    buffer_add_byte(&now.out, '\0');
    return now.out.data;
}

static void put_vendor(void)
{
    view_put_vendor(now.batch, GLOW, NO_ID,
                    &(struct vendor_row){ .name = SLICE("Glow"), .status = VENDOR_approved });
}

static void put_gateway(struct id gateway, struct id network, struct slice name)
{
    view_put_account_gateway(now.batch, ALICE, gateway,
                             &(struct account_gateway_row){ .network = network });
    view_put_gateway(now.batch, gateway, NO_ID,
                     &(struct gateway_row){
                         .account = ALICE, .network = network, .gateway_id = name });
}

/* -- vendors, accounts, networks --------------------------------------------------------- */

static void a_vendor_shows_its_limits_and_where_webhooks_go(void **state)
{
    (void)state;
    json_object(&now.json);
    show_vendor_members(&now.json, GLOW,
                        &(struct vendor_row){ .name     = SLICE("Glow"),
                                              .status   = VENDOR_approved,
                                              .endpoint = SLICE("https://glow.example/hook"),
                                              .prompts_open_max = 3 });
    json_object_end(&now.json);
    assert_shown("{'vendorId':'<vglow>','name':'Glow','status':'approved',"
                 "'endpoint':'https://glow.example/hook','limits':{'promptsOpenMax':3}}");
}

static void an_account_never_shows_its_password(void **state)
{
    (void)state;
    show_person(&now.json, ALICE,
                &(struct account_row){ .status       = ACCOUNT_active,
                                       .login        = SLICE("alice"),
                                       .display_name = SLICE("Alice"),
                                       .password     = SLICE("$scrypt$secret") });
    assert_shown("{'accountId':'<aalice>','login':'alice','displayName':'Alice',"
                 "'status':'active'}");
}

static void a_network_names_the_gateways_bound_to_it_and_no_others(void **state)
{
    struct slice rooms[] = { SLICE("kitchen"), SLICE("attic") };

    (void)state;
    put_gateway(BOX, HOME, SLICE("box-1"));
    put_gateway(OTHER_BOX, OFFICE, SLICE("box-2"));
    show_network(&now.json, showing(), HOME,
                 &(struct network_row){
                     .account = ALICE, .name = SLICE("Home"), .rooms = { rooms, 2 } });
    assert_shown("{'networkId':'<nhome>','name':'Home','gateways':['box-1'],"
                 "'rooms':['kitchen','attic'],'role':'owner'}");
}

/* -- consents ------------------------------------------------------------------------------ */

static const struct consent_row *asked(void)
{
    static struct slice       capabilities[] = { { "on", 2 } };
    static struct consent_row row;

    row = (struct consent_row){
        .account         = ALICE,
        .status          = CONSENT_requested,
        .vendor          = GLOW,
        .network         = HOME,
        .model           = SLICE("lamp:1.0.0"),
        .capabilities    = { capabilities, 1 },
        .notice_version  = SLICE("1"),
        .notice_language = SLICE("en"),
        .notice_text     = SLICE("Glow asks."),
        .display_name    = SLICE("Lamp"),
        .requested_at    = AT,
        .lapses_at       = AT + 7 * DAY,
    };
    return &row;
}

static void a_question_says_who_asks_for_what_and_where(void **state)
{
    (void)state;
    put_vendor();
    view_put_network(now.batch, HOME, NO_ID,
                     &(struct network_row){ .account = ALICE, .name = SLICE("Home") });
    view_put_thing_model(now.batch, GLOW, name_model(SLICE("lamp:1.0.0")),
                         &(struct thing_model_row){ .category = SLICE("light") });
    show_question(&now.json, showing(), GRANT, asked());
    assert_shown("{'consentId':'<cgrant>','vendor':{'vendorId':'<vglow>','name':'Glow'},"
                 "'device':{'displayName':'Lamp','thingModel':'lamp:1.0.0','category':'light'},"
                 "'network':{'networkId':'<nhome>','name':'Home'},'capabilities':['on'],"
                 "'purposes':[],'notice':{'version':'1','language':'en','text':'Glow asks.'},"
                 "'requestedAt':'2026-11-22T16:03:07.123Z','lapsesAt':'2026-11-29T16:03:07.123Z',"
                 "'card':'7d6f7056032a1fd2c4c24912d49fae86'}");
}

static void a_question_whose_network_is_gone_has_none(void **state)
{
    (void)state;
    show_question(&now.json, showing(), GRANT, asked());
    assert_has(shown(), "\"network\":null");
}

static void a_withdrawn_consent_says_when_and_whether_the_vendor_knows(void **state)
{
    struct consent_row row = *asked();

    (void)state;
    put_vendor();
    row.status          = CONSENT_withdrawn;
    row.device          = LAMP;
    row.granted_at      = AT;
    row.ended_at        = AT + SECOND;
    row.acknowledged_at = AT + MINUTE;
    row.reason          = SLICE("withdrawn");
    show_consent(&now.json, showing(), GRANT, &row);
    assert_shown("{'consentId':'<cgrant>','deviceId':'<dlamp>',"
                 "'vendor':{'vendorId':'<vglow>','name':'Glow'},'status':'withdrawn',"
                 "'capabilities':['on'],'purposes':[],'requestedAt':'2026-11-22T16:03:07.123Z',"
                 "'grantedAt':'2026-11-22T16:03:07.123Z','withdrawnAt':'2026-11-22T16:03:08.123Z',"
                 "'acknowledgedAt':'2026-11-22T16:04:07.123Z','reason':'withdrawn'}");
}

/* -- devices -------------------------------------------------------------------------------- */

static const struct device_row *lamp(void)
{
    static struct device_row row;

    row = (struct device_row){
        .account  = ALICE,
        .network  = HOME,
        .vendor   = GLOW,
        .consent  = GRANT,
        .model    = SLICE("lamp:1.0.0"),
        .name     = SLICE("Lamp"),
        .status   = DEVICE_active,
        .added_at = AT,
    };
    return &row;
}

static void a_device_nobody_told_of_shows_no_connectivity_and_no_properties(void **state)
{
    (void)state;
    put_vendor();
    show_device(&now.json, showing(), LAMP, lamp());
    assert_shown("{'deviceId':'<dlamp>','name':'Lamp','networkId':'<nhome>',"
                 "'vendor':{'vendorId':'<vglow>','name':'Glow'},'thingModel':'lamp:1.0.0',"
                 "'category':'unknown','capabilities':[],'vendorStatus':'approved',"
                 "'status':'active','online':null,'properties':{},'consentId':'<cgrant>',"
                 "'addedAt':'2026-11-22T16:03:07.123Z'}");
}

static void a_device_says_what_it_is_and_what_it_may_do(void **state)
{
    (void)state;
    put_vendor();
    view_put_thing_model(now.batch, GLOW, name_model(SLICE("lamp:1.0.0")),
                         &(struct thing_model_row){ .title    = SLICE("Desk lamp"),
                                                    .category = SLICE("night light") });
    view_put_consent(now.batch, GRANT, NO_ID, asked());
    show_device(&now.json, showing(), LAMP, lamp());
    assert_has(shown(),
               "\"thingModel\":\"lamp:1.0.0\",\"title\":\"Desk lamp\",\"category\":\"light\","
               "\"capabilities\":[\"on\"],\"vendorStatus\":\"approved\"");
}

static void desired_and_reported_values_meet_by_name(void **state)
{
    struct value reported[] = { { SLICE("level"), SLICE("7") }, { SLICE("on"), SLICE("true") } };
    struct value observed[] = { { SLICE("level"), SLICE("\"o1\"") },
                                { SLICE("on"), SLICE("\"o2\"") } };
    struct value received[] = { { SLICE("level"), SLICE("\"r1\"") },
                                { SLICE("on"), SLICE("\"r2\"") } };
    struct value desired[]  = { { SLICE("colour"), SLICE("\"red\"") },
                                { SLICE("on"), SLICE("false") } };
    struct device_row row   = *lamp();

    (void)state;
    row.reported = (struct values){ reported, 2 };
    row.observed = (struct values){ observed, 2 };
    row.received = (struct values){ received, 2 };
    row.desired  = (struct values){ desired, 2 };
    show_device(&now.json, showing(), LAMP, &row);
    assert_has(shown(), "\"properties\":{\"colour\":{\"desired\":\"red\"},"
                        "\"level\":{\"value\":7,\"observedAt\":\"o1\",\"receivedAt\":\"r1\"},"
                        "\"on\":{\"value\":true,\"observedAt\":\"o2\",\"receivedAt\":\"r2\","
                        "\"desired\":false}}");
}

static void a_device_says_that_it_is_off_line_and_why(void **state)
{
    struct device_row row = *lamp();

    (void)state;
    row.online_at    = AT;
    row.online_cause = SLICE("power <cut>");
    row.disputed     = true;
    row.proposed     = OFFICE;
    show_device(&now.json, showing(), LAMP, &row);
    assert_has(shown(), "\"online\":{\"value\":false,\"cause\":\"power \\u003ccut\\u003e\","
                        "\"observedAt\":\"2026-11-22T16:03:07.123Z\"}");
    assert_has(shown(), "\"proposedNetworkId\":\"net_");
    assert_has(shown(), "\"disputed\":true");
}

static void a_vendor_that_many_name_is_read_once(void **state)
{
    struct showing *one = showing();

    (void)state;
    put_vendor();
    json_array(&now.json);
    show_device(&now.json, one, LAMP, lamp());
    view_erase_vendor(now.batch, GLOW, NO_ID); /* so that reading it again would show */
    show_device(&now.json, one, LAMP, lamp());
    json_array_end(&now.json);
    char *first = strstr(shown(), "\"name\":\"Glow\"");
    assert_non_null(first);
    assert_non_null(strstr(first + 1, "\"name\":\"Glow\""));
}

static void more_vendors_than_are_remembered_all_have_their_names(void **state)
{
    struct showing   *one = showing();
    struct device_row row = *lamp();

    (void)state;
    json_array(&now.json);
    for (unsigned i = 0; i < 2 * (SHOWING_KEPT_MAX + 1); i++) {
        char      name[2] = { (char)('A' + i % (SHOWING_KEPT_MAX + 1)), '\0' };
        struct id id      = { "v" };
        id.bytes[1]       = (uint8_t)name[0];
        view_put_vendor(now.batch, id, NO_ID, &(struct vendor_row){ .name = slice_text(name) });
        row.vendor          = id;
        now.out.size        = 1; /* the bracket */
        now.json.started[1] = false;
        show_device(&now.json, one, LAMP, &row);
        char wanted[] = "\"name\":\"?\"}";
        wanted[8]     = name[0];
        assert_has(shown(), wanted);
    }
}

/* -- commands ------------------------------------------------------------------------------- */

static void a_failed_command_says_why_in_the_vendors_words(void **state)
{
    (void)state;
    show_command(&now.json, SWITCH,
                 &(struct command_row){ .device        = LAMP,
                                        .operation     = SLICE("writeProperty"),
                                        .name          = SLICE("on"),
                                        .input         = SLICE("true"),
                                        .status        = COMMAND_failed,
                                        .effective     = EFFECT_unknown,
                                        .requested_at  = AT,
                                        .valid_until   = AT + 30 * SECOND,
                                        .concluded_at  = AT + SECOND,
                                        .error_code    = SLICE("BUSY"),
                                        .error_message = SLICE("later") });
    assert_shown("{'commandId':'<mswitch>','deviceId':'<dlamp>','operation':'writeProperty',"
                 "'name':'on','input':true,'status':'failed','effective':'unknown',"
                 "'requestedAt':'2026-11-22T16:03:07.123Z',"
                 "'validUntil':'2026-11-22T16:03:37.123Z',"
                 "'concludedAt':'2026-11-22T16:03:08.123Z',"
                 "'error':{'code':'BUSY','message':'later'}}");
}

static void a_command_without_input_shows_none(void **state)
{
    (void)state;
    show_command(&now.json, SWITCH,
                 &(struct command_row){ .device       = LAMP,
                                        .operation    = SLICE("invokeAction"),
                                        .name         = SLICE("blink"),
                                        .status       = COMMAND_queued,
                                        .effective    = EFFECT_unknown,
                                        .requested_at = AT,
                                        .valid_until  = AT });
    assert_has_not(shown(), "input");
    assert_has_not(shown(), "error");
}

static void a_tag_follows_the_bytes_and_is_never_one_with_a_meaning(void **state)
{
    (void)state;
    assert_true(show_tag(SLICE("a")) == show_tag(SLICE("a")));
    assert_true(show_tag(SLICE("a")) != show_tag(SLICE("b")));
    for (uint8_t i = 0; i < 200; i++) {
        uint64_t tag = show_tag(SLICE_OF((char[]){ (char)i }));
        assert_true(tag != 0 && tag < UINT64_MAX - 1);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_store, close_store)
    const struct CMUnitTest tests[] = {
        TEST(a_vendor_shows_its_limits_and_where_webhooks_go),
        TEST(an_account_never_shows_its_password),
        TEST(a_network_names_the_gateways_bound_to_it_and_no_others),
        TEST(a_question_says_who_asks_for_what_and_where),
        TEST(a_question_whose_network_is_gone_has_none),
        TEST(a_withdrawn_consent_says_when_and_whether_the_vendor_knows),
        TEST(a_device_nobody_told_of_shows_no_connectivity_and_no_properties),
        TEST(a_device_says_what_it_is_and_what_it_may_do),
        TEST(desired_and_reported_values_meet_by_name),
        TEST(a_device_says_that_it_is_off_line_and_why),
        TEST(a_vendor_that_many_name_is_read_once),
        TEST(more_vendors_than_are_remembered_all_have_their_names),
        TEST(a_failed_command_says_why_in_the_vendors_words),
        TEST(a_command_without_input_shows_none),
        TEST(a_tag_follows_the_bytes_and_is_never_one_with_a_meaning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
