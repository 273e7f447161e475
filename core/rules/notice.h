/* notice.h -- what a person reads when they are asked about a device.
 *
 * The texts are data, one file a language: notices/en.json and its like, which are built
 * into the program. A file's version is raised when a text in it changes; the event of a
 * question keeps version, language and the whole text as shown, so old questions stay as
 * they were. In a text, {vendor}, {device}, {network} and {list} stand for what is put in.
 *
 * What may be done is said by the titles of the thing model: in the person's language if it
 * has `titles` in that (WoT Thing Description 1.1, MultiLanguage: a key is a BCP 47 tag),
 * else its `title`, else the plain name. Known purposes have words in the file, others stand
 * as their vendor wrote them.
 *
 * Whatever comes from outside stands between U+2068 and U+2069, without any character that
 * would turn round the text about it (Unicode UAX #9), and is cut after NOTICE_NAME_MAX
 * characters.
 *
 * THREADS   Pure.
 * MEMORY    Results are in the arena, or constant.
 */
#ifndef PIOT_NOTICE_H
#define PIOT_NOTICE_H

#include "core/base/shape.h"

struct node; /* core/wire/json_tree.h */

enum { NOTICE_NAME_MAX = 64 }; /* characters of one name: longer ones hide the sentence */

struct notice_facts {
    struct slice vendor;       /* its name */
    struct slice display_name; /* what the vendor calls the device; nothing: the model's title */
    struct slice network;      /* where it joined; nothing: not known yet */
    struct slice title;        /* of the model */
    struct slice definition;   /* the model, JSON; nothing: names stand for titles */
    struct texts capabilities, purposes;
};

struct notice {
    struct slice version, language, text;
    struct slice device; /* the device's name in there, as it came */
};
/* In the language nearest to that: itself, else "en". */
struct notice notice_write(struct slice language, const struct notice_facts *facts,
                           struct arena *arena);

/* What the model calls the property, action or event of that name, in that language if it says it
 * so; the name itself if it has no title. */
struct slice notice_title(const struct node *model, struct slice language, struct slice name,
                          struct arena *arena);

/* The language of that tag there are texts in, as its file spells it; nothing: none. */
struct slice notice_language(struct slice tag);

/* What a browser is told that is not open (api/pushes/pushes.h), in the language nearest to that.
 * None of it names anybody or anything. */
struct notice_push {
    struct slice language;
    struct slice waits, ended, answered; /* a question, a grant; and no question any more */
};
struct notice_push notice_push_texts(struct slice language);

#endif
