#include "tests/world/given.h"

/* -- a story ---------------------------------------------------------------------- */

static void count_up(void *context, void *bytes, size_t size)
{
    static const uint8_t zeros[16];

    (void)context;
    ensure(size <= sizeof zeros);
    memcpy(bytes, zeros, size); /* the generator's own counter keeps ids apart */
}

int story_begins(void **state)
{
    struct story        *story   = calloc(1, sizeof *story);
    struct store_options options = { .families = { [FAMILY_registry] = true } };

    ensure(story != NULL);
    if (store_open(&story->store, &options).code != STATUS_OK) {
        free(story);
        return -1;
    }
    story->batch      = batch_open(story->store);
    story->ids.random = count_up;
    story->policy     = policy_default();
    story->now_us     = START;
    *state            = story;
    return 0;
}

int story_ends(void **state)
{
    struct story *story = *state;
    bool          read  = reader_failure(batch_reader(story->batch)).code == STATUS_OK;

    batch_close(story->batch);
    store_close(story->store);
    arena_free(&story->arena);
    free(story);
    return read ? 0 : -1;
}

/* Folds the event as it comes back from its bytes. */
static void fold(struct story *story, struct event *event)
{
    struct buffer envelope = { 0 }, personal = { 0 };
    struct event  stored;

    event->position    = ++story->position;
    event->version     = event->position; /* of no matter to the rules */
    event->recorded_at = story->now_us;
    event->seal.owner  = event_owner(event);
    event_encode(event, &envelope);
    assert_int_equal(event_decode(buffer_slice(&envelope), &story->arena, &stored).code, STATUS_OK);
    if (shape_has_personal(event_shape(event->type))) {
        event_encode_personal(event, &personal);
        assert_int_equal(
            event_decode_personal(buffer_slice(&personal), &story->arena, &stored).code, STATUS_OK);
    }
    stored.position = event->position;
    fold_registry.apply(story->batch, &story->arena, &stored);
    buffer_free(&envelope);
    buffer_free(&personal);
}

void story_given(struct story *story, struct event event)
{
    event.id     = ids_next(&story->ids, ID_event, story->now_us);
    event.schema = EVENT_SCHEMA;
    fold(story, &event);
}

static enum refusal answer(struct story *story, const struct intent *intent,
                           struct event_batch *out)
{
    struct ruling ruling = { .registry = batch_reader(story->batch),
                             .policy   = &story->policy,
                             .intent   = intent,
                             .now_us   = story->now_us,
                             .ids      = &story->ids,
                             .arena    = &story->arena,
                             .out      = out };

    return decide(&ruling);
}

void story_when(struct story *story, struct intent intent)
{
    story->out.count = 0;
    story->answer    = answer(story, &intent, &story->out);
    for (size_t i = 0; i < story->out.count; i++) fold(story, &story->out.events[i]);
}

void later(struct story *story, int64_t us) { story->now_us += us; }

void with_follow_ups(struct story *story)
{
    struct event_batch *next = calloc(1, sizeof *next);

    ensure(next != NULL);
    for (size_t i = 0; i < story->out.count; i++) {
        struct intent intents[FOLLOW_UPS_MAX];
        size_t        count = follow_ups(&story->out.events[i], intents);

        for (size_t n = 0; n < count; n++) {
            next->count = 0;
            assert_int_equal(answer(story, &intents[n], next), ACCEPTED);
            for (size_t e = 0; e < next->count; e++) {
                fold(story, &next->events[e]);
                ensure(story->out.count < EVENT_BATCH_MAX);
                story->out.events[story->out.count++] = next->events[e];
            }
        }
    }
    free(next);
}

/* -- then --------------------------------------------------------------------------- */

static const char *answer_name(enum refusal refusal)
{
    return refusal ? refusal_shape(refusal)->name : "yes";
}

void story_then(const struct story *story, const char *names)
{
    struct buffer happened = { 0 };

    for (size_t i = 0; i < story->out.count; i++)
        buffer_print(&happened, "%s%s", i ? ", " : "",
                     event_shape(story->out.events[i].type)->name);
    buffer_add_byte(&happened, '\0');
    if (story->answer) fail_msg("refused: %s", answer_name(story->answer));
    assert_string_equal(happened.data, names);
    buffer_free(&happened);
}

void story_refused(const struct story *story, enum refusal refusal)
{
    assert_string_equal(answer_name(story->answer), answer_name(refusal));
    assert_int_equal(story->out.count, 0);
}

const struct event *story_event(const struct story *story, enum event_type type)
{
    for (size_t i = 0; i < story->out.count; i++)
        if (story->out.events[i].type == type) return &story->out.events[i];
    fail_msg("%s did not happen", event_shape(type)->name);
    return NULL;
}

/* -- pasts ---------------------------------------------------------------------------- */

#define LAMP_ABILITIES TEXTS(SLICE("on"), SLICE("brightness"), SLICE("blink"))

void glow_is_approved(struct story *story)
{
    given(story, GLOW, vendor_onboarded, .name = SLICE("Glow"));
    given(story, GLOW, vendor_key_added, .key = KEY, .secret = SLICE("secret"));
    given(story, GLOW, api_key_issued, .token = API_KEY, .hash = SLICE("glow's key"));
    given(story, GLOW, endpoint_set, .url = SLICE("https://glow.example/hook"));
    given_plainly(story, GLOW, vendor_approved);
    given(story, GLOW, thing_model_published, .model = SLICE("lamp:1.0.0"), .title = SLICE("Lamp"),
          .capabilities = LAMP_ABILITIES, .purposes = TEXTS(SLICE("control")),
          .definition = SLICE("{}"));
    given(story, GLOW, thing_model_published, .model = SLICE("lock:1.0.0"), .title = SLICE("Lock"),
          .guarded = true, .capabilities = TEXTS(SLICE("locked")),
          .purposes = TEXTS(SLICE("control")), .definition = SLICE("{}"));
}

static void lives(struct story *story, struct id account, struct id network, struct id gateway)
{
    given(story, account, account_opened, .activation_hash = SLICE("code"),
          .activation_expires_at = START + DAY);
    given(story, account, account_activated, .activation_hash = SLICE("code"));
    given(story, account, network_created, .network = network, .name = SLICE("Home"));
    given(story, gateway, gateway_claimed, .account = account, .network = network);
    given(story, account, gateway_attached, .gateway = gateway, .network = network);
}

void alice_lives_at_home(struct story *story) { lives(story, ALICE, HOME, BOX); }
void bob_lives_next_door(struct story *story) { lives(story, BOB, BOBS_HOME, BOBS_BOX); }

void alice_is_asked_about_the_lamp(struct story *story)
{
    given(story, LAMP_CLAIM, device_offered, .account = ALICE, .detection = REPORT, .gateway = BOX,
          .vendor = GLOW, .ownership_epoch = 1, .model = SLICE("lamp:1.0.0"),
          .confidence = SLICE("exact"), .vendor_device_id = SLICE("lamp-1"));
    given(story, ALICE, consent_requested, .consent = GRANT, .claim = LAMP_CLAIM,
          .detection = REPORT, .vendor = GLOW, .gateway = BOX, .network = HOME,
          .ownership_epoch = 1, .model = SLICE("lamp:1.0.0"), .capabilities = LAMP_ABILITIES,
          .purposes = TEXTS(SLICE("control")), .vendor_device_id = SLICE("lamp-1"),
          .display_name = SLICE("Lamp"), .lapses_at = START + 7 * DAY);
}

void alice_has_the_lamp(struct story *story)
{
    alice_is_asked_about_the_lamp(story);
    given(story, ALICE, consent_granted, .consent = GRANT, .claim = LAMP_CLAIM, .detection = REPORT,
          .vendor = GLOW, .device = LAMP, .network = HOME, .bond = GRANT, .ownership_epoch = 1,
          .capabilities = LAMP_ABILITIES, .vendor_device_id = SLICE("lamp-1"));
    given(story, ALICE, device_added, .device = LAMP, .consent = GRANT, .claim = LAMP_CLAIM,
          .vendor = GLOW, .network = HOME, .model = SLICE("lamp:1.0.0"),
          .vendor_device_id = SLICE("lamp-1"), .name = SLICE("Lamp"));
    given(story, LAMP_CLAIM, device_held, .account = ALICE, .device = LAMP, .consent = GRANT,
          .ownership_epoch = 1);
}

void alice_switches_the_lamp(struct story *story)
{
    given(story, ALICE, command_requested, .command = SWITCH, .device = LAMP, .vendor = GLOW,
          .consent = GRANT, .operation = SLICE("writeProperty"), .name = SLICE("on"),
          .input = SLICE("true"), .valid_until = story->now_us + 30 * SECOND);
}
