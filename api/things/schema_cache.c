/* schema_book.c -- the thing models a thread has in use, compiled.
 *
 * A published version never changes, so what is in the book is never out of date. Each
 * thread has its own: no locks on the way of a state report. The cache is small and
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
struct cache {
    size_t              count, size, last;
    uint64_t            lookups;
    struct page_of_book pages[SCHEMA_BOOK_MAX];
};

static _Thread_local struct cache *own_book;
static pthread_key_t               cache_key; /* only for its destructor */

static void cache_free(void *own)
{
    struct cache *cache = own;

    for (size_t i = 0; i < cache->count; i++) definition_free(cache->pages[i].definition);
    free(cache);
    own_book = NULL;
}

static void make_key(void) { ensure(pthread_key_create(&cache_key, cache_free) == 0); }

static struct cache *cache_of_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    if (own_book) return own_book;
    ensure(pthread_once(&once, make_key) == 0);
    own_book = calloc(1, sizeof *own_book);
    ensure(own_book && pthread_setspecific(cache_key, own_book) == 0);
    return own_book;
}

static bool is_of(const struct page_of_book *page, struct id vendor, struct slice model)
{
    return id_equal(page->vendor, vendor) && slice_equal(page->model, model);
}

static struct page_of_book *look_up(struct cache *cache, struct id vendor, struct slice model)
{
    cache->lookups++;
    if (cache->last < cache->count && is_of(&cache->pages[cache->last], vendor, model))
        return &cache->pages[cache->last];
    for (size_t i = 0; i < cache->count; i++)
        if (is_of(&cache->pages[i], vendor, model)) {
            cache->last = i;
            return &cache->pages[i];
        }
    return NULL;
}

static void drop_oldest(struct cache *cache)
{
    struct page_of_book *oldest = &cache->pages[0];

    for (size_t i = 1; i < cache->count; i++)
        if (cache->pages[i].used < oldest->used) oldest = &cache->pages[i];
    definition_free(oldest->definition);
    cache->size -= oldest->size;
    *oldest = cache->pages[--cache->count];
}

static const struct definition *keep(struct cache *cache, struct id vendor, struct slice model,
                                     struct definition *definition, size_t size)
{
    while (cache->count &&
           (cache->count == SCHEMA_BOOK_MAX || cache->size + size > SCHEMA_BOOK_BYTES))
        drop_oldest(cache);
    cache->last                  = cache->count;
    cache->pages[cache->count++] = (struct page_of_book){ vendor,
                                                          arena_copy(&definition->arena, model),
                                                          definition, size, cache->lookups };
    cache->size += size;
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
    struct cache        *cache = cache_of_thread();
    struct page_of_book *page  = look_up(cache, vendor, model);
    struct arena         arena = { 0 };
    size_t               size  = 0;

    if (page) {
        page->used = cache->lookups;
        return page->definition;
    }
    struct definition *definition = compile_stored(reader, vendor, model, &arena, &size);
    arena_free(&arena);
    return definition ? keep(cache, vendor, model, definition, size) : NULL;
}
