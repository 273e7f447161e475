#include "api/settings/settings.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include "core/base/text.h"
#include "core/wire/url.h"

enum { EVENT_PREFIX_MAX = 32 }; /* bytes: it leads the type of every CloudEvent */

enum kind { KIND_text, KIND_flag, KIND_count, KIND_size, KIND_span };

struct row {
    const char *name;
    enum kind   kind;
    size_t      offset;
    const char *usual, *min, *max, *meaning;
    bool        live;
};

static const struct row rows[] = {
/* clang-format off */
#define ROW(type, name, usual, min, max, meaning, live) \
    { #name, KIND_##type, offsetof(struct settings, name), usual, min, max, meaning, live },
/* clang-format on */
#define SETTING(...) ROW(__VA_ARGS__, false)
#define LIVE(...)    ROW(__VA_ARGS__, true)
#define POLICY       SETTING
#include "api/settings/settings.def"
#undef POLICY
#undef LIVE
#undef SETTING
#undef ROW
};

static const char *const takes[] = {
    [KIND_text]  = "one line of text",
    [KIND_flag]  = "yes or no",
    [KIND_count] = "a whole number",
    [KIND_size]  = "a number of bytes such as 4096, 64KiB, 16MiB or 2GiB",
    [KIND_span]  = "a duration such as 500ms, 30s, 15m, 24h or 7d",
};

/* -- one value ---------------------------------------------------------------- */

struct unit {
    const char *name;
    uint64_t    times;
};
static const struct unit plain[] = { { "", 1 }, { NULL, 0 } };
static const struct unit sizes[] = {
    { "", 1 }, { "KiB", 1 << 10 }, { "MiB", 1 << 20 }, { "GiB", 1 << 30 }, { NULL, 0 },
};

static bool read_count(struct slice text, const struct unit *units, uint64_t *number)
{
    size_t digits = 0;

    while (digits < text.size && text.data[digits] >= '0' && text.data[digits] <= '9') digits++;
    struct slice unit = { text.data + digits, text.size - digits };
    if (!text_u64((struct slice){ text.data, digits }, number)) return false;
    for (; units->name; units++) {
        if (!slice_equal(unit, slice_text(units->name))) continue;
        if (*number > INT64_MAX / units->times) return false;
        *number *= units->times;
        return true;
    }
    return false;
}

static bool read_number(struct slice text, enum kind kind, uint64_t *number)
{
    int64_t span = 0;

    if (kind != KIND_span) return read_count(text, kind == KIND_size ? sizes : plain, number);
    if (!span_parse(text, &span)) return false;
    *number = (uint64_t)span;
    return true;
}

static bool read_flag(struct slice text, bool *flag)
{
    static const char *const yes[] = { "yes", "true", "on", "1" };
    static const char *const no[]  = { "no", "false", "off", "0" };

    for (size_t i = 0; i < COUNT(yes); i++) {
        *flag = slice_equal(text, slice_text(yes[i]));
        if (*flag || slice_equal(text, slice_text(no[i]))) return true;
    }
    return false;
}

static struct status out_of_range(const struct row *row)
{
    return failed(STATUS_INVALID, "setting %s has to be %s, from %s to %s", row->name,
                  takes[row->kind], row->min, row->max);
}

static struct status set_number(void *at, const struct row *row, struct slice value)
{
    uint64_t number, min = 0, max = INT64_MAX;

    ensure(!*row->min || read_number(slice_text(row->min), row->kind, &min));
    ensure(!*row->max || read_number(slice_text(row->max), row->kind, &max));
    if (!read_number(value, row->kind, &number) || number < min || number > max)
        return out_of_range(row);
    if (row->kind == KIND_span) *(int64_t *)at = (int64_t)number;
    else *(uint64_t *)at = number;
    return OK;
}

static struct status set_row(struct settings *settings, const struct row *row, struct slice value)
{
    void *at = (char *)settings + row->offset;

    switch (row->kind) {
    case KIND_text:
        if (!text_plain(value))
            return failed(STATUS_INVALID, "setting %s has to be %s", row->name, takes[row->kind]);
        *(const char **)at = arena_print(&settings->arena, "%.*s", (int)value.size,
                                         value.data ? value.data : "")
                                 .data;
        return OK;
    case KIND_flag:
        if (read_flag(value, at)) return OK;
        return failed(STATUS_INVALID, "setting %s has to be %s", row->name, takes[row->kind]);
    case KIND_count:
    case KIND_size:
    case KIND_span: return set_number(at, row, value);
    }
    impossible("a setting of an undeclared type");
}

void settings_default(struct settings *settings)
{
    *settings = (struct settings){ .arena = { 0 } };
    for (size_t i = 0; i < COUNT(rows); i++)
        ensure(set_row(settings, &rows[i], slice_text(rows[i].usual)).code == STATUS_OK);
}

static const struct row *row_of(struct slice name)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        if (slice_equal(slice_text(rows[i].name), name)) return &rows[i];
    return NULL;
}

bool settings_have(struct slice name) { return row_of(name) != NULL; }

struct status settings_set(struct settings *settings, struct slice name, struct slice value)
{
    const struct row *row = row_of(name);

    if (row) return set_row(settings, row, value);
    return failed(STATUS_INVALID, "there is no setting \"%.*s\": piotd --help lists them",
                  (int)(name.size < 64 ? name.size : 64), name.data ? name.data : "");
}

void settings_free(struct settings *settings) { arena_free(&settings->arena); }

/* -- all of them --------------------------------------------------------------- */

struct policy settings_policy(const struct settings *settings)
{
    return (struct policy){
#define SETTING(type, name, ...)
#define LIVE                    SETTING
#define POLICY(type, name, ...) .name = settings->name,
#include "api/settings/settings.def"
#undef POLICY
#undef LIVE
#undef SETTING
    };
}

static struct status check_origins(const char *origins)
{
    struct slice rest = slice_text(origins), item;
    struct url   url;

    while ((item = url_next(&rest)).data)
        if (url_read(item, &url) || url.path.size)
            return failed(STATUS_INVALID, "setting app_origins has to be origins, such as "
                                          "https://home.example, with commas between");
    return OK;
}

struct status settings_check(const struct settings *settings)
{
    char     address[LISTEN_ADDRESS_MAX];
    uint16_t port;

    if (!*settings->data)
        return failed(STATUS_INVALID, "setting data has to name a directory: --data DIR");
    if (!url_listen_address(settings->listen, address, &port))
        return failed(STATUS_INVALID, "setting listen has to be an address and a port, such as "
                                      "127.0.0.1:8080 or [::]:8080");
    if (*settings->metrics_listen && !url_listen_address(settings->metrics_listen, address, &port))
        return failed(STATUS_INVALID, "setting metrics_listen has to be an address and a port, "
                                      "such as 127.0.0.1:9464, or empty");
    TRY(check_origins(settings->app_origins));
    if (!*settings->tls_certificate != !*settings->tls_key)
        return failed(STATUS_INVALID, "settings tls_certificate and tls_key need each other");
    if (!*settings->event_prefix || strlen(settings->event_prefix) > EVENT_PREFIX_MAX)
        return failed(STATUS_INVALID, "setting event_prefix has to be a word of at most 32 bytes");
    if (settings->command_life > settings->command_life_max)
        return failed(STATUS_INVALID, "setting command_life has to be at most command_life_max");
    if (settings->witnesses_needed && !*settings->witnesses)
        return failed(STATUS_INVALID, "setting witnesses_needed needs a file of them: witnesses");
    return OK;
}

/* -- again ----------------------------------------------------------------------- */

static void add_name(struct buffer *names, const char *name)
{
    if (names) buffer_print(names, "%s%s", names->size ? ", " : "", name);
}

static bool row_is_same(const struct row *row, const struct settings *a, const struct settings *b)
{
    const void *one = (const char *)a + row->offset, *other = (const char *)b + row->offset;

    switch (row->kind) {
    case KIND_text: return !strcmp(*(const char *const *)one, *(const char *const *)other);
    case KIND_flag: return *(const bool *)one == *(const bool *)other;
    case KIND_count:
    case KIND_size:
    case KIND_span: return *(const uint64_t *)one == *(const uint64_t *)other;
    }
    impossible("a setting of an undeclared type");
}

/* Of a LIVE row, which others are reading. */
static void row_take_over(const struct row *row, struct settings *to, const struct settings *from)
{
    void       *at    = (char *)to + row->offset;
    const void *value = (const char *)from + row->offset;

    ensure(row->live);
    if (row->kind == KIND_flag) atomic_store((atomic_bool *)at, *(const bool *)value);
    else if (row->kind == KIND_text)
        atomic_store((_Atomic(const char *) *)at,
                     arena_print(&to->arena, "%s", *(const char *const *)value).data);
    else atomic_store((_Atomic uint64_t *)at, *(const uint64_t *)value);
}

void settings_take_over(struct settings *settings, const struct settings *fresh,
                        struct buffer *taken, struct buffer *waiting)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (row_is_same(&rows[i], settings, fresh)) continue;
        if (rows[i].live) row_take_over(&rows[i], settings, fresh);
        add_name(rows[i].live ? taken : waiting, rows[i].name);
    }
}

/* -- help ---------------------------------------------------------------------- */

static const char usage[] =
    "piotd -- one IoT service over many vendors' clouds\n"
    "\n"
    "usage: piotd --data DIR [--listen ADDRESS:PORT] [--config FILE] [--set name=value]...\n"
    "       piotd --version | --help\n"
    "\n"
    "A setting comes from the command line, else from FILE (lines of name = value; #\n"
    "begins a comment), else from the environment as PIOT_NAME, else it has its default.\n"
    "A first start writes an operator's token to DIR/operator.token. SIGTERM drains and ends.\n"
    "SIGHUP has all settings read again; those marked with * take effect then, and so do a\n"
    "renewed TLS certificate and a changed file of witnesses, the others at the next start. If\n"
    "one is wrong, none is changed.\n"
    "\n"
    "settings:\n";

void settings_help(struct buffer *out)
{
    buffer_print(out, "%s", usage);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct row *row = &rows[i];
        buffer_print(out, "%c %-24s %s", row->live ? '*' : ' ', row->name, row->meaning);
        if (*row->usual) buffer_print(out, " [%s]", row->usual);
        if (*row->min) buffer_print(out, " (%s to %s)", row->min, row->max);
        buffer_add_byte(out, '\n');
    }
    buffer_print(out, "\ntypes: ");
    for (size_t i = 0; i < COUNT(takes); i++) buffer_print(out, "%s%s", i ? "; " : "", takes[i]);
    buffer_add_byte(out, '\n');
}
