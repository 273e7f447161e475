#include "api/app/known_device.h"

#include "api/call/sealed.h"

struct known_device {
    struct id account, device;
    int64_t   until_us;
};

static struct id name_device(void)
{
    struct id device = { { 'k' } };

    crypto_random(device.bytes + 1, ID_SIZE - 1);
    return device;
}

struct id known_device_read(const struct call *call, struct id account, struct slice text)
{
    struct known_device known;

    if (!sealed_open(call->arena, call->loop->pipeline->device_key, text, &known, sizeof known) ||
        known.until_us <= call->now_us || !id_equal(known.account, account))
        return NO_ID;
    return known.device;
}

struct slice known_device_text(const struct call *call, struct id account, struct id device)
{
    struct known_device known;

    memset(&known, 0, sizeof known); /* what lies between the members, too */
    known.account  = account;
    known.device   = id_given(device) ? device : name_device();
    known.until_us = call->now_us + KNOWN_DEVICE_LIFE;
    return sealed_text(call->arena, call->loop->pipeline->device_key,
                       (struct slice){ (const char *)&known, sizeof known });
}
