#include "core/rules/notice.h"

#include <string.h>

#include "core/base/text.h"
#include "core/wire/json_tree.h"

#define SLICE_INIT(text)                         \
    {                                            \
        .data = (text), .size = sizeof(text) - 1 \
    }

enum { PURPOSES_MAX = 16 }; /* of one language's words; few are in use */

static const struct texts_of {
    struct slice language, version;
    struct slice joined, joined_somewhere; /* with and without a network */
    struct slice switched, changed, set, seen, done, heard;
    struct slice used, until;
    struct slice waits, ended, answered; /* of pushes */
    struct {
        struct slice purpose, words;
    } purposes[PURPOSES_MAX];
} languages[] = {
#include "core/rules/notices.inc"
};

static const struct texts_of *texts_find(struct slice tag)
{
    for (size_t i = 0; i < COUNT(languages); i++)
        if (text_same_word(languages[i].language, tag)) return &languages[i];
    return NULL;
}

struct slice notice_language(struct slice tag)
{
    const struct texts_of *texts = texts_find(tag);

    return texts ? texts->language : (struct slice){ 0 };
}

struct notice_push notice_push_texts(struct slice language)
{
    const struct texts_of *texts = texts_find(language);

    if (!texts) texts = texts_find(SLICE("en"));
    ensure(texts != NULL);
    return (struct notice_push){ .language = texts->language,
                                 .waits    = texts->waits,
                                 .ended    = texts->ended,
                                 .answered = texts->answered };
}

/* -- what comes from outside ------------------------------------------------------------ */

/* Embeddings, overrides, isolates and marks of direction. */
static bool turns_text(uint32_t code)
{
    return code == 0x061c || code == 0x200e || code == 0x200f ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static void put_foreign(struct buffer *out, struct slice name)
{
    uint32_t code;

    buffer_add(out, SLICE("\u2068"));
    for (size_t at = 0, count = 0, size; at < name.size; at += size) {
        struct slice rest = { name.data + at, name.size - at };
        size              = text_character(rest, &code);
        if (!size) break;
        if (turns_text(code) || text_is_control(code)) continue;
        if (count++ == NOTICE_NAME_MAX) {
            buffer_add(out, SLICE("…"));
            break;
        }
        buffer_add(out, (struct slice){ rest.data, size });
    }
    buffer_add(out, SLICE("\u2069"));
}

/* -- what the model says ------------------------------------------------------------------ */

static struct slice text_member(const struct node *object, const char *name)
{
    const struct node *node = node_member(object, name);

    return node && node_kind(node) == NODE_TEXT ? node_text(node) : (struct slice){ 0 };
}

/* "de" is the language of "de" and "de-AT". */
static bool is_of_language(struct slice tag, struct slice language)
{
    bool longer = tag.size > language.size && tag.data[language.size] == '-';

    if (longer) tag.size = language.size;
    return text_same_word(tag, language);
}

static struct slice title_of(const struct node *node, struct slice language, struct slice name)
{
    const struct node *titles = node_member(node, "titles");
    struct slice       title  = text_member(node, "title");

    for (struct node_walk walk = node_walk(titles); titles && node_next(&walk);)
        if (is_of_language(walk.name, language) && node_kind(walk.value) == NODE_TEXT)
            return node_text(walk.value);
    return title.size ? title : name;
}

static bool says(const struct node *node, const char *name)
{
    const struct node *member = node_member(node, name);

    return member && node_kind(member) == NODE_FLAG && node_flag(member);
}

enum use { USE_switched, USE_changed, USE_set, USE_seen, USE_done, USE_heard, USES };

static enum use use_of_property(const struct node *property)
{
    if (says(property, "readOnly")) return USE_seen;
    if (says(property, "writeOnly")) return USE_set;
    return slice_equal(text_member(property, "type"), SLICE("boolean")) ? USE_switched
                                                                        : USE_changed;
}

/* What a capability is for, and the affordance of the model; NULL: it is not in there. */
static const struct node *affordance(const struct node *model, const char *name, enum use *use)
{
    const struct node *found;

    *use = USE_done;
    if ((found = node_member(node_member(model, "actions"), name))) return found;
    *use = USE_heard;
    if ((found = node_member(node_member(model, "events"), name))) return found;
    found = node_member(node_member(model, "properties"), name);
    *use  = use_of_property(found);
    return found;
}

/* -- sentences ------------------------------------------------------------------------------ */

/* What a sentence has in braces. */
struct filling {
    struct slice vendor, device, network, list;
};

static const struct {
    struct slice mark;
    size_t       offset;
    bool         foreign;
} marks[] = {
    { SLICE_INIT("{vendor}"), offsetof(struct filling, vendor), true },
    { SLICE_INIT("{device}"), offsetof(struct filling, device), true },
    { SLICE_INIT("{network}"), offsetof(struct filling, network), true },
    { SLICE_INIT("{list}"), offsetof(struct filling, list), false },
};

/* How much of `rest` is a mark and has been filled in. */
static size_t put_mark(struct buffer *out, struct slice rest, const struct filling *filling)
{
    for (size_t i = 0; i < COUNT(marks); i++) {
        const struct slice *with = (const void *)((const char *)filling + marks[i].offset);
        if (!slice_starts(rest, marks[i].mark)) continue;
        if (marks[i].foreign) put_foreign(out, *with);
        else buffer_add(out, *with);
        return marks[i].mark.size;
    }
    return 0;
}

static void put_sentence(struct buffer *out, struct slice sentence, const struct filling *filling)
{
    if (out->size) buffer_add_byte(out, ' ');
    for (size_t at = 0, size; at < sentence.size; at += size ? size : 1) {
        struct slice rest = { sentence.data + at, sentence.size - at };
        size              = put_mark(out, rest, filling);
        if (!size) buffer_add_byte(out, rest.data[0]);
    }
}

static void put_comma(struct buffer *list)
{
    if (list->size) buffer_add(list, SLICE(", "));
}

static void put_uses(struct buffer *out, const struct texts_of *texts, const struct node *model,
                     const struct notice_facts *facts, struct filling filling)
{
    const struct slice sentences[USES] = { texts->switched, texts->changed, texts->set,
                                           texts->seen,     texts->done,    texts->heard };
    struct buffer      lists[USES]     = { { 0 } };

    for (size_t i = 0; i < facts->capabilities.count; i++) {
        struct slice       name  = facts->capabilities.items[i];
        struct arena       arena = { 0 };
        enum use           use;
        const char        *key  = arena_print(&arena, "%.*s", (int)name.size, name.data).data;
        const struct node *said = affordance(model, key, &use);
        put_comma(&lists[use]);
        put_foreign(&lists[use], title_of(said, texts->language, name));
        arena_free(&arena);
    }
    for (enum use use = 0; use < USES; use++) {
        filling.list = buffer_slice(&lists[use]);
        if (lists[use].size) put_sentence(out, sentences[use], &filling);
        buffer_free(&lists[use]);
    }
}

struct slice notice_title(const struct node *model, struct slice language, struct slice name,
                          struct arena *arena)
{
    enum use    use;
    const char *key = arena_print(arena, "%.*s", (int)name.size, name.data).data;

    return title_of(affordance(model, key, &use), language, name);
}

static void put_purpose(struct buffer *list, const struct texts_of *texts, struct slice purpose)
{
    put_comma(list);
    for (size_t i = 0; i < PURPOSES_MAX; i++)
        if (texts->purposes[i].words.size && slice_equal(texts->purposes[i].purpose, purpose)) {
            buffer_add(list, texts->purposes[i].words);
            return;
        }
    put_foreign(list, purpose);
}

static void put_purposes(struct buffer *out, const struct texts_of *texts, struct texts purposes,
                         struct filling filling)
{
    struct buffer list = { 0 };

    for (size_t i = 0; i < purposes.count; i++) put_purpose(&list, texts, purposes.items[i]);
    filling.list = buffer_slice(&list);
    if (list.size) put_sentence(out, texts->used, &filling);
    buffer_free(&list);
}

struct notice notice_write(struct slice language, const struct notice_facts *facts,
                           struct arena *arena)
{
    const struct texts_of *texts = texts_find(language);
    struct bad_field       bad;
    struct buffer          text = { 0 };

    if (!texts) texts = texts_find(SLICE("en"));
    ensure(texts != NULL);
    const struct node *model   = facts->definition.size ? node_parse(arena, facts->definition, &bad)
                                                        : NULL;
    struct slice       title   = title_of(model, texts->language, facts->title);
    struct filling     filling = { .vendor = facts->vendor,
                                   .device = facts->display_name.size ? facts->display_name : title,
                                   .network = facts->network };

    put_sentence(&text, facts->network.size ? texts->joined : texts->joined_somewhere, &filling);
    put_uses(&text, texts, model, facts, filling);
    put_purposes(&text, texts, facts->purposes, filling);
    put_sentence(&text, texts->until, &filling);
    struct notice notice = { .version  = texts->version,
                             .language = texts->language,
                             .text     = arena_copy(arena, buffer_slice(&text)),
                             .device   = filling.device };
    buffer_free(&text);
    return notice;
}
