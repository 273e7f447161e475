#include "api/deliveries/filter.h"

struct slice delivery_state_shown(enum delivery_state state)
{
    return state == DELIVERY_dropped ? SLICE("cancelled") : delivery_state_text(state);
}

bool delivery_state_read(struct slice text, enum delivery_state *state)
{
    for (unsigned each = DELIVERY_pending; each <= DELIVERY_dropped; each++)
        if (slice_equal(text, delivery_state_shown((enum delivery_state)each))) {
            *state = (enum delivery_state)each;
            return true;
        }
    return false;
}

struct slice delivery_kind(struct call *call, struct slice type)
{
    struct slice prefix = call->ground->view.prefix;
    struct slice lead   = arena_print(call->arena, "%.*s.v1.", (int)prefix.size, prefix.data);

    if (!slice_starts(type, lead)) return type;
    return (struct slice){ type.data + lead.size, type.size - lead.size };
}

bool delivery_fits(const struct delivery_filter *filter, const struct delivery_row *row)
{
    return (!filter->status || row->status == filter->status) &&
           (!filter->kind.size || slice_equal(row->kind, filter->kind)) &&
           row->created_at >= filter->from && (!filter->to || row->created_at < filter->to);
}

struct id delivery_owed_by(int64_t at_us)
{
    struct id id = { { ID_delivery } };
    uint64_t  ms = (uint64_t)(at_us + DELIVERY_NAMED_AHEAD) / MILLISECOND;

    for (size_t i = 0; i < 6; i++) id.bytes[1 + i] = (uint8_t)(ms >> 8 * (5 - i));
    return id;
}
