#include "api/pages/pages.h"

#include "api/call/query.h"
#include "api/pages/routes.h"

/* Nothing inline, nothing from elsewhere, no text that becomes script. A page
 * can only do what its files say. */
static const char policy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'";

const struct page_file *page_file(struct slice name)
{
    for (size_t i = 0; i < page_file_count; i++)
        if (slice_equal(name, slice_text(page_files[i].name))) return &page_files[i];
    return NULL;
}

static const struct page_file *file_at(struct slice path)
{
    for (size_t i = 0; i < page_file_count; i++)
        if (page_files[i].fixed && slice_equal(path, slice_text(page_files[i].fixed)))
            return &page_files[i];
    return NULL;
}

static void answer(struct call *call, const struct page_file *file, const char *kept)
{
    request_header(call->request, "Cache-Control", slice_text(kept));
    request_header(call->request, "Content-Security-Policy", slice_text(policy));
    request_header(call->request, "X-Content-Type-Options", SLICE("nosniff"));
    request_header(call->request, "Referrer-Policy", SLICE("no-referrer"));
    request_header(call->request, "Cross-Origin-Opener-Policy", SLICE("same-origin"));
    if (query_tag_is_held(call, slice_text(file->tag))) return;
    call_answer(call, 200, file->type, (struct slice){ (const char *)file->bytes, file->size });
}

void pages_get_fixed(struct call *call)
{
    const struct page_file *file = file_at(call->request->head->path);

    ensure(file != NULL); /* a row of routes.def has its file */
    answer(call, file, "no-cache");
}

void pages_get_file(struct call *call)
{
    const struct page_file *file = page_file(call_parameter(call, "file"));
    bool ours = slice_equal(call_parameter(call, "version"), slice_text(page_version));

    if (!file) call_fail(call, PROBLEM_not_found, "%s", "");
    else answer(call, file, ours ? "public, max-age=31536000, immutable" : "no-store");
}
