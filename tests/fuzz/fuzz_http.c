/* Can any bytes make the readers of heads and of chunked bodies crash, read past
 * their input, or say different things when the same bytes come in two pieces?
 *
 * The first byte chooses the reader and where the rest is cut.
 */
#include "api/http/http.h"
#include "tests/world/input.h"

static void fuzz_head(struct slice bytes, size_t cut)
{
    static struct http_head head;
    struct http_scan        at_once = { 0 }, in_two = { 0 };
    struct http_fault       found, found_in_two;
    size_t                  end = http_find_end(&at_once, bytes, &found), end_in_two;

    if (cut > bytes.size) cut = bytes.size;
    end_in_two = http_find_end(&in_two, (struct slice){ bytes.data, cut }, &found_in_two);
    if (!end_in_two && !found_in_two.status)
        end_in_two = http_find_end(&in_two, bytes, &found_in_two);
    ensure(end == end_in_two && found.status == found_in_two.status);
    if (!end) return;
    ensure(end <= HTTP_HEAD_MAX);
    if (http_read_head((struct slice){ bytes.data, end }, &head).status) return;
    ensure(head.path.size && head.path.data[0] == '/');
    ensure(head.is_1_0 || head.host.size);
    ensure(!(head.chunked && head.content_length));
}

static enum http_progress decode(struct http_chunks *chunks, struct slice bytes, uint64_t *body)
{
    enum http_progress progress = HTTP_MORE;
    struct slice       data;
    size_t             used;

    while (bytes.size && progress == HTTP_MORE) {
        progress = http_read_chunk(chunks, bytes, &used, &data);
        ensure(used > 0 && used <= bytes.size);
        for (size_t i = 0; i < data.size; i++) *body = *body * 31 + (uint8_t)data.data[i] + 1;
        bytes = (struct slice){ bytes.data + used, bytes.size - used };
    }
    return progress;
}

static void fuzz_chunks(struct slice bytes, size_t cut)
{
    struct http_chunks at_once = { 0 }, in_two = { 0 };
    uint64_t           body = 0, body_in_two = 0;
    enum http_progress end = decode(&at_once, bytes, &body), end_in_two;

    if (cut > bytes.size) cut = bytes.size;
    end_in_two = decode(&in_two, (struct slice){ bytes.data, cut }, &body_in_two);
    if (end_in_two == HTTP_MORE)
        end_in_two = decode(&in_two, (struct slice){ bytes.data + cut, bytes.size - cut },
                            &body_in_two);
    ensure(end == end_in_two && body == body_in_two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes  = input_of(data, size);
    uint8_t      choice = input_byte(&bytes);

    if (choice & 1) fuzz_head(bytes, choice / 2u);
    else fuzz_chunks(bytes, choice / 2u);
    return 0;
}
