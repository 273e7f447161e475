/* receipted.h -- a log with a grant in it, folded as far as receipts need, and a key that
 * signs its head. */
#ifndef PIOT_RECEIPTED_H
#define PIOT_RECEIPTED_H

#include "projections/projection.h"
#include "replay/receipt/receipt.h"
#include "tests/core/log/world.h"

static const struct id    ALICE = { "aalice" }, GLOW = { "vglow" }, GRANT = { "cgrant" };
static const struct id    LAMP = { "dlamp" }, ASKED = { "cother" };
static const struct slice ABILITIES[] = { { "on", 2 }, { "brightness", 10 } };
static const struct slice PURPOSES[]  = { { "to switch it <remotely>", 23 } };

static const char NOTICE[] = "Glow asks to add Lamp & <b>co</b> to your network.";
static const char SALT[]   = "sixteen bytes ..";

struct receipted {
    struct world      *world;
    struct note_signer signer;
    struct receipt     receipt;
};

/* As the ledger does it: appended, folded, committed, shown. */
static inline void happens(struct receipted *with, struct event event)
{
    struct world *world = with->world;

    world->now_us += SECOND;
    event.id = ids_next(&world->ids, ID_event, world->now_us);
    assert_ok(log_append(world->log, world->batch, world->now_us, &world->arena, &event));
    fold_vendors.apply(world->batch, &world->arena, &event);
    fold_consents.apply(world->batch, &world->arena, &event);
    assert_ok(batch_commit(world->batch, false));
    log_committed(world->log);
}
/* clang-format off */
#define happened(with, where, what, ...)                                            \
    happens((with), (struct event){ .type = EVENT_##what, .stream = (where),        \
                                    .actor = { ACTOR_SUBSCRIBER, ALICE },           \
                                    .what  = { __VA_ARGS__ } })
/* clang-format on */

static inline void alice_is_asked(struct receipted *with, struct id consent)
{
    struct hash hash = crypto_sha256_two(slice_text(SALT), slice_text(NOTICE));

    happened(with, ALICE, consent_requested, .consent = consent, .vendor = GLOW,
             .claim = { "plamp" }, .model = SLICE("lamp:1.0.0"),
             .capabilities = { ABILITIES, COUNT(ABILITIES) },
             .purposes = { PURPOSES, COUNT(PURPOSES) }, .notice_version = SLICE("1"),
             .notice_language = SLICE("en"), .notice_hash = SLICE_OF(hash.bytes),
             .notice_text = slice_text(NOTICE), .notice_salt = slice_text(SALT));
}

static inline void alice_grants(struct receipted *with)
{
    happened(with, ALICE, consent_granted, .consent = GRANT, .vendor = GLOW, .device = LAMP,
             .capabilities = { ABILITIES, 1 }, .purposes = { PURPOSES, COUNT(PURPOSES) },
             .expires_at = SAMPLE_INSTANT + 30 * DAY);
}

static inline void alice_withdraws(struct receipted *with)
{
    happened(with, ALICE, consent_withdrawn, .consent = GRANT, .vendor = GLOW, .device = LAMP,
             .reason = SLICE("withdrawn"));
}

static inline struct receipted *receipted_new(void)
{
    struct receipted *with = calloc(1, sizeof *with);

    assert_non_null(with);
    with->world = world_new(false);
    note_signer_new(&with->signer, SLICE("example.net/log"), NOTE_ED25519);
    happened(with, GLOW, vendor_onboarded, .name = SLICE("Glow \"&\" Söhne"));
    alice_is_asked(with, ASKED); /* and never answers */
    alice_is_asked(with, GRANT);
    alice_grants(with);
    return with;
}

static inline void receipted_free(struct receipted *with)
{
    world_free(with->world);
    free(with);
}

/* The note over the first `size` events. */
static inline struct slice checkpoint_at(struct receipted *with, uint64_t size)
{
    struct buffer note = { 0 };
    struct hash   root;

    assert_ok(merkle_root(log_merkle(with->world->log), world_reader(with->world), size, &root));
    checkpoint_sign(&with->signer, size, &root, &note);
    struct slice kept = arena_copy(&with->world->arena, buffer_slice(&note));
    buffer_free(&note);
    return kept;
}

static inline struct status gather(struct receipted *with, struct id consent, uint64_t size)
{
    struct world *world = with->world;

    with->receipt = (struct receipt){
        .created_at = SAMPLE_INSTANT / MILLISECOND * MILLISECOND,
        .names      = { .service = SLICE("example.net/log"), .jurisdiction = SLICE("EU") },
    };
    return receipt_gather(world_reader(world), world->vault, log_merkle(world->log), consent,
                          checkpoint_at(with, size), &world->arena, &with->receipt);
}

/* The signed document over all there is, in the world's arena. */
static inline struct slice receipt_of_the_grant(struct receipted *with)
{
    struct buffer document = { 0 };

    assert_ok(gather(with, GRANT, log_last(with->world->log)));
    receipt_sign(&with->receipt, &with->signer, &document);
    struct slice kept = arena_copy(&with->world->arena, buffer_slice(&document));
    buffer_free(&document);
    return kept;
}

static inline int receipted_begins(void **state)
{
    *state = receipted_new();
    return 0;
}
static inline int receipted_ends(void **state)
{
    receipted_free(*state);
    return 0;
}

#endif
