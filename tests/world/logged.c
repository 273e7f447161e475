#include "tests/world/logged.h"

#include "core/log/checkpoint.h"

struct event world_append(struct world *world, struct event event)
{
    event.id = ids_next(&world->ids, ID_event, world->clock.fixed_us);
    assert_ok(log_append(world->log, world->batch, world->clock.fixed_us, &world->arena, &event));
    assert_ok(batch_commit(world->batch, false));
    return event;
}

struct event world_append_sample(struct world *world, const struct shape *shape)
{
    struct event event = sample_event(&world->arena, shape);
    struct id    owner = event_owner(&event);

    if (id_given(owner)) assert_ok(vault_create_key(world->vault, owner));
    return world_append(world, event);
}

struct event renamed(struct id account, struct slice name)
{
    return (
        struct event){ .type           = EVENT_device_renamed,
                       .stream         = account,
                       .actor          = { ACTOR_SUBSCRIBER, account },
                       .device_renamed = { .device = sample_id(ID_device, "lamp"), .name = name } };
}

size_t world_scan(struct reader *reader, uint64_t after, struct status *status)
{
    struct log_scan  *scan = log_scan_open(reader, after);
    struct log_record record;
    size_t            count = 0;

    while (log_scan_next(scan, &record)) assert_int_equal(record.position, after + ++count);
    *status = log_scan_close(scan);
    return count;
}

struct key world_row(uint64_t position)
{
    struct key key = key_new(1);

    key_add_u64(&key, position);
    return key;
}

void world_checkpoint(struct world *world, const struct note_signer *signer, uint64_t size,
                      struct buffer *note)
{
    struct hash root;

    assert_ok(merkle_root(log_merkle(world->log), world_reader(world), size, &root));
    checkpoint_sign(signer, size, &root, note);
}
