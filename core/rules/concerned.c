#include "core/rules/concerned.h"

#include "core/rules/registry.h"

static void add_account(struct concerned *concerned, struct id account)
{
    size_t at = 0;

    while (id_given(concerned->accounts[at])) {
        if (id_equal(concerned->accounts[at], account)) return;
        at++;
        ensure(at < CONCERNED_ACCOUNTS_MAX);
    }
    concerned->accounts[at] = account;
}

static void add(struct concerned *concerned, struct id id)
{
    if (id_kind(id) == ID_account) add_account(concerned, id);
    if (id_kind(id) != ID_vendor) return;
    ensure(!id_given(concerned->vendor) || id_equal(concerned->vendor, id));
    concerned->vendor = id;
}

static struct id vendor_of_command(const struct event *event, struct reader *registry,
                                   struct arena *scratch)
{
    struct command_record record;
    struct id             command = event_field_id(event, "command");

    if (!id_given(command) ||
        !registry_get_command(registry, event->stream, command, scratch, &record))
        return NO_ID;
    return record.vendor;
}

struct concerned concerned_by(const struct event *event, struct reader *registry,
                              struct arena *scratch)
{
    const struct shape *shape     = event_shape(event->type);
    const char         *body      = event_body(event, shape);
    struct concerned    concerned = { .vendor = NO_ID };

    add(&concerned, event->stream);
    for (const struct field *f = shape->fields(); f->name; f++)
        if (f->type == FIELD_id && !f->personal)
            add(&concerned, *(const struct id *)(const void *)(body + f->offset));
    if (!id_given(concerned.vendor)) concerned.vendor = vendor_of_command(event, registry, scratch);
    return concerned;
}
