/* given.h -- tests of rules that read as sentences: given what happened, when
 * somebody asks, then this happens, or that "no" is said.
 *
 *     given(story, ALICE, network_created, .network = OFFICE);
 *     when(story, ALICE, ALICES_APP, delete_network, .network = OFFICE);
 *     then_happened(story, network_deleted);
 *
 * A story has a registry in memory, a clock that stands still until later() moves
 * it, and ids that count. Whatever happened, given or decided, is folded from its
 * own bytes, as a replay would see it, so a story goes on from one `when` to the
 * next. What follows in other streams happens when with_follow_ups() says so, by
 * the real table.
 *
 * THREADS   One story, one thread.
 * MEMORY    What the last `when` brought is valid until the next.
 */
#ifndef PIOT_WORLD_GIVEN_H
#define PIOT_WORLD_GIVEN_H

#include "core/facts/names.h"
#include "core/rules/rules.h"
#include "tests/world/checks.h"
#include "tests/world/people.h"

/* Who and what only these stories are about. */
static const struct id BOX = { "gbox" }, OFFICE_BOX = { "goffice" }, BOBS_BOX = { "gbobs" };
static const struct id KEY = { "kfirst" }, OTHER_KEY = { "ksecond" };
static const struct id API_KEY = { "tfirst" }, OTHER_API_KEY = { "tsecond" };
static const struct id LOCK_CLAIM = { "plock" }, LATER_REPORT = { "olater" };
static const struct id OTHER_SWITCH = { "mtwitch" };

static const struct actor OPERATOR    = { ACTOR_OPERATOR, { "toperator" } };
static const struct actor GLOWS_CLOUD = { ACTOR_VENDOR, { "vglow" } };
static const struct actor ALICES_APP  = { ACTOR_SUBSCRIBER, { "aalice" } };
static const struct actor THE_SYSTEM  = { ACTOR_SYSTEM, { "" } };

struct story {
    struct store      *store;
    struct batch      *batch;
    struct arena       arena;
    struct ids         ids;
    struct policy      policy; /* the defaults; a story may change them */
    int64_t            now_us;
    uint64_t           position; /* of the last event */
    enum refusal       answer;   /* to the last `when` */
    struct event_batch out;      /* what it brought */
};

void story_given(struct story *story, struct event event);
void story_when(struct story *story, struct intent intent);
/* Fails the test unless the answer was yes and these happened, in this order;
 * "consent_granted, device_added", or "" for nothing. */
void story_then(const struct story *story, const char *names);
void story_refused(const struct story *story, enum refusal refusal);
/* The first event of that type in what the last `when` brought; fails if none. */
const struct event *story_event(const struct story *story, enum event_type type);

/* What follows, and what follows from that, joins what the last `when` brought. */
void with_follow_ups(struct story *story);
void later(struct story *story, int64_t us);

/* clang-format off */
#define given(story, where, what, ...)                                             \
    story_given((story), (struct event){ .type = EVENT_##what, .stream = (where),  \
                                         .what = { __VA_ARGS__ } })
#define when(story, where, who, request, ...)                                          \
    story_when((story), (struct intent){ .type = INTENT_##request, .stream = (where),  \
                                         .actor = (who), .request = { __VA_ARGS__ } })
/* clang-format on */
/* Of those that have no fields, or are told without any. */
#define given_plainly(story, where, what) \
    story_given((story), (struct event){ .type = EVENT_##what, .stream = (where) })
/* clang-format off */
#define when_plainly(story, where, who, request)                                       \
    story_when((story), (struct intent){ .type = INTENT_##request, .stream = (where),  \
                                         .actor = (who) })
/* clang-format on */
#define then_happened(story, ...)   story_then((story), #__VA_ARGS__)
#define then_nothing(story)         story_then((story), "")
#define then_refused(story, reason) story_refused((story), REFUSED_##reason)
#define the(story, what)            (&story_event((story), EVENT_##what)->what)

#define TEXTS(...)                                          \
    ((struct texts){ (const struct slice[]){ __VA_ARGS__ }, \
                     COUNT(((const struct slice[]){ __VA_ARGS__ })) })

/* -- pasts: each adds to the story what its name says --------------------------- */

/* Glow is approved, has a key and an endpoint, and makes lamps ("on",
 * "brightness", "blink") and locks ("locked"), which are guarded. */
void glow_is_approved(struct story *story);
/* Alice's account is active, her network HOME is bound to the gateway BOX. */
void alice_lives_at_home(struct story *story);
void bob_lives_next_door(struct story *story); /* the same, at BOBS_HOME, BOBS_BOX */
/* Glow's lamp was seen behind BOX in epoch 1, offered, and Alice was asked: GRANT. */
void alice_is_asked_about_the_lamp(struct story *story);
/* … and she said yes: LAMP is in HOME. */
void alice_has_the_lamp(struct story *story);
/* … and wants it on: SWITCH is queued. */
void alice_switches_the_lamp(struct story *story);

/* For cmocka: a story without a past, and its end. */
int story_begins(void **state);
int story_ends(void **state);

#endif
