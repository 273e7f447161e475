#include "tests/world/receipted.h"

#include "projections/projection.h"

static const struct slice ABILITIES[] = { { "on", 2 }, { "brightness", 10 } };
static const char         SALT[]      = "sixteen bytes ..";

void happens(struct receipted *with, struct event event)
{
    struct world *world = with->world;

    world->clock.fixed_us += SECOND;
    event.id = ids_next(&world->ids, ID_event, world->clock.fixed_us);
    assert_ok(log_append(world->log, world->batch, world->clock.fixed_us, &world->arena, &event));
    fold_vendors.apply(world->batch, &world->arena, &event);
    fold_consents.apply(world->batch, &world->arena, &event);
    assert_ok(batch_commit(world->batch, false));
    log_committed(world->log);
}

static void alice_is_asked(struct receipted *with, struct id consent)
{
    struct hash hash = crypto_sha256_two(slice_text(SALT), slice_text(NOTICE));

    HAPPENS(with, ALICE, consent_requested, .consent = consent, .vendor = GLOW,
            .claim = { "plamp" }, .model = SLICE("lamp:1.0.0"),
            .capabilities = { ABILITIES, COUNT(ABILITIES) },
            .purposes = { PURPOSES, COUNT(PURPOSES) }, .notice_version = SLICE("1"),
            .notice_language = SLICE("en"), .notice_hash = SLICE_OF(hash.bytes),
            .notice_text = slice_text(NOTICE), .notice_salt = slice_text(SALT));
}

static void alice_grants(struct receipted *with)
{
    HAPPENS(with, ALICE, consent_granted, .consent = GRANT, .vendor = GLOW, .device = LAMP,
            .capabilities = { ABILITIES, 1 }, .purposes = { PURPOSES, COUNT(PURPOSES) },
            .expires_at = SAMPLE_INSTANT + 30 * DAY);
}

void alice_withdraws(struct receipted *with)
{
    HAPPENS(with, ALICE, consent_withdrawn, .consent = GRANT, .vendor = GLOW, .device = LAMP,
            .reason = SLICE("withdrawn"));
}

static struct slice checkpoint_at(struct receipted *with, uint64_t size)
{
    struct buffer note = { 0 };

    world_checkpoint(with->world, &with->signer, size, &note);
    struct slice kept = arena_copy(&with->world->arena, buffer_slice(&note));
    buffer_free(&note);
    return kept;
}

struct status gather(struct receipted *with, struct id consent, uint64_t size)
{
    struct world *world = with->world;

    with->receipt = (struct receipt){
        .created_at = SAMPLE_INSTANT / MILLISECOND * MILLISECOND,
        .names      = { .service = SLICE("example.net/log"), .jurisdiction = SLICE("EU") },
    };
    return receipt_gather(world_reader(world), world->vault, log_merkle(world->log), consent,
                          checkpoint_at(with, size), &world->arena, &with->receipt);
}

struct slice receipt_of_the_grant(struct receipted *with)
{
    struct buffer document = { 0 };

    assert_ok(gather(with, GRANT, log_last(with->world->log)));
    receipt_sign(&with->receipt, &with->signer, &document);
    struct slice kept = arena_copy(&with->world->arena, buffer_slice(&document));
    buffer_free(&document);
    return kept;
}

int receipted_begins(void **state)
{
    struct receipted *with = calloc(1, sizeof *with);

    assert_non_null(with);
    with->world = world_with_log(false);
    note_signer_new(&with->signer, SLICE("example.net/log"), NOTE_ED25519);
    HAPPENS(with, GLOW, vendor_onboarded, .name = SLICE("Glow \"&\" Söhne"));
    alice_is_asked(with, ASKED); /* and never answers */
    alice_is_asked(with, GRANT);
    alice_grants(with);
    *state = with;
    return 0;
}

int receipted_ends(void **state)
{
    struct receipted *with = *state;

    world_free(with->world);
    free(with);
    return 0;
}
