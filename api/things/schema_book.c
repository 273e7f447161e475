/* schema_book.c -- the thing models a thread has in use, compiled.
 *
 * A published version never changes, so what is in the book is never out of date. Each
 * thread has its own: no locks on the way of a state report. The book is small and
 * looked through from its start; the model asked for last is tried first.
 */
#include "api/things/schema_parts.h"

#include <pthread.h>
#include <stdlib.h>

#include "core/base/report.h"
#include "projections/projection.h"

struct page_of_book {
    struct id          vendor;
    struct slice       model; /* in the definition's arena */
    struct definition *definition;
    size_t             size; /* of the model's text */
    uint64_t           used; /* when last, in look-ups */
};
struct book {
    size_t              count, size, last;
    uint64_t            lookups;
    struct page_of_book pages[SCHEMA_BOOK_MAX];
};

static _Thread_local struct book *own_book;
static pthread_key_t              book_key; /* only for its destructor */

static void book_free(void *own)
{
    struct book *book = own;

    for (size_t i = 0; i < book->count; i++) definition_free(book->pages[i].definition);
    free(book);
    own_book = NULL;
}

static void make_key(void) { ensure(pthread_key_create(&book_key, book_free) == 0); }

static struct book *book_of_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (own_book) return own_book;
    ensure(pthread_once(&once, make_key) == 0);
    own_book = calloc(1, sizeof *own_book);
    ensure(own_book && pthread_setspecific(book_key, own_book) == 0);
    return own_book;
}

static bool is_of(const struct page_of_book *page, struct id vendor, struct slice model)
{
    return id_equal(page->vendor, vendor) && slice_equal(page->model, model);
}

static struct page_of_book *look_up(struct book *book, struct id vendor, struct slice model)
{
    book->lookups++;
    if (book->last < book->count && is_of(&book->pages[book->last], vendor, model))
        return &book->pages[book->last];
    for (size_t i = 0; i < book->count; i++)
        if (is_of(&book->pages[i], vendor, model)) {
            book->last = i;
            return &book->pages[i];
        }
    return NULL;
}

static void drop_oldest(struct book *book)
{
    struct page_of_book *oldest = &book->pages[0];

    for (size_t i = 1; i < book->count; i++)
        if (book->pages[i].used < oldest->used) oldest = &book->pages[i];
    definition_free(oldest->definition);
    book->size -= oldest->size;
    *oldest = book->pages[--book->count];
}

static const struct definition *keep(struct book *book, struct id vendor, struct slice model,
                                     struct definition *definition, size_t size)
{
    while (book->count && (book->count == SCHEMA_BOOK_MAX || book->size + size > SCHEMA_BOOK_BYTES))
        drop_oldest(book);
    book->last                 = book->count;
    book->pages[book->count++] = (struct page_of_book){ vendor,
                                                        arena_copy(&definition->arena, model),
                                                        definition, size, book->lookups };
    book->size += size;
    return definition;
}

static struct definition *compile_stored(struct reader *reader, struct id vendor,
                                         struct slice model, struct arena *arena, size_t *size)
{
    struct thing_model_row row;
    struct bad_field       bad;

    if (!view_get_thing_model(reader, vendor, name_model(model), arena, &row)) return NULL;
    const struct node *root       = node_parse(arena, row.definition, &bad);
    struct definition *definition = root ? definition_compile(root, &bad) : NULL;
    if (!definition) /* it was read and compiled before it was published */
        report(REPORT_ERROR, "api", "a published thing model is refused now: %s %s", bad.name,
               bad.why);
    *size = row.definition.size;
    return definition;
}

const struct definition *schema_find(struct reader *reader, struct id vendor, struct slice model)
{
    struct book         *book  = book_of_thread();
    struct page_of_book *page  = look_up(book, vendor, model);
    struct arena         arena = { 0 };
    size_t               size  = 0;

    if (page) {
        page->used = book->lookups;
        return page->definition;
    }
    struct definition *definition = compile_stored(reader, vendor, model, &arena, &size);
    arena_free(&arena);
    return definition ? keep(book, vendor, model, definition, size) : NULL;
}
