#include "api/post/answer_head.h"

#include <string.h>
#include <time.h>

#include "core/base/text.h"

static struct slice without_blanks(struct slice text)
{
    while (text.size && strchr(" \t\r\n", text.data[0])) text.data++, text.size--;
    while (text.size && strchr(" \t\r\n", text.data[text.size - 1])) text.size--;
    return text;
}

bool head_line_read(struct slice line, const char *name, struct slice *value)
{
    size_t size = strlen(name);

    if (line.size <= size || line.data[size] != ':') return false;
    if (!text_same_word((struct slice){ line.data, size }, slice_text(name))) return false;
    *value = without_blanks((struct slice){ line.data + size + 1, line.size - size - 1 });
    return true;
}

static bool read_seconds(struct slice value, int64_t *wait_us)
{
    int64_t seconds = 0;

    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] < '0' || value.data[i] > '9') return false;
        if (seconds <= RETRY_AFTER_MAX / SECOND) seconds = seconds * 10 + (value.data[i] - '0');
    }
    *wait_us = seconds * SECOND < RETRY_AFTER_MAX ? seconds * SECOND : RETRY_AFTER_MAX;
    return value.size > 0;
}

static bool read_date(struct slice value, int64_t *at_us)
{
    static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT",
                                         "%a %b %e %H:%M:%S %Y" };
    char                     text[64];

    if (value.size >= sizeof text) return false;
    memcpy(text, value.data, value.size);
    text[value.size] = 0;
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct tm   parts = { 0 };
        const char *end   = strptime(text, forms[i], &parts);
        if (!end || *end) continue;
        *at_us = (int64_t)timegm(&parts) * SECOND;
        return *at_us > 0;
    }
    return false;
}

struct retry_after retry_after_read(struct slice value)
{
    struct retry_after asked = { 0 };

    if (!read_seconds(value, &asked.wait_us) && !read_date(value, &asked.at_us))
        return (struct retry_after){ 0 };
    return asked;
}

int64_t retry_after_us(const struct retry_after *asked, int64_t now_us)
{
    int64_t wait_us = asked->at_us > now_us ? asked->at_us - now_us : asked->wait_us;

    return wait_us < RETRY_AFTER_MAX ? wait_us : RETRY_AFTER_MAX;
}
