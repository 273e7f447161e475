#include "core/facts/names.h"

struct id name_system(void)
{
    struct id id = { { ID_system } };

    return id;
}

struct id name_everybody(void)
{
    const struct slice none = { 0 };

    return id_derive(ID_account, SLICE("everybody"), none, none);
}

/* Each part goes into the hash with its length, and of the hash half is left out: nobody
 * can go on from a name without the secret that stands first. */
static struct id named(enum id_kind kind, const struct name_secret *secret, struct slice first,
                       struct slice second)
{
    const struct slice none = { 0 };

    return secret ? id_derive(kind, SLICE_OF(secret->bytes), first, second)
                  : id_derive(kind, first, second, none);
}

struct id name_gateway(const struct name_secret *secret, struct slice gateway_id)
{
    return named(ID_gateway, secret, gateway_id, (struct slice){ 0 });
}

struct id name_claim(const struct name_secret *secret, struct id vendor,
                     struct slice vendor_device_id)
{
    return named(ID_claim, secret, id_slice(&vendor), vendor_device_id);
}

struct id name_model(struct slice model)
{
    return id_derive(ID_model, model, (struct slice){ 0 }, (struct slice){ 0 });
}

struct id name_token(struct slice hash)
{
    return id_derive(ID_token, hash, (struct slice){ 0 }, (struct slice){ 0 });
}

struct id name_phone(struct slice phone_number)
{
    return id_derive(ID_login, phone_number, (struct slice){ 0 }, (struct slice){ 0 });
}

struct id name_login(const struct name_secret *secret, struct slice login)
{
    char lower[254];

    ensure(login.size <= sizeof lower);
    for (size_t i = 0; i < login.size; i++)
        lower[i] = (char)(login.data[i] >= 'A' && login.data[i] <= 'Z' ? login.data[i] + 32
                                                                       : login.data[i]);
    return named(ID_login, secret, (struct slice){ lower, login.size }, (struct slice){ 0 });
}

struct id name_delivery(struct id event)
{
    ensure(id_kind(event) == ID_event);
    event.bytes[0] = ID_delivery;
    return event;
}

struct id name_carried(struct id delivery)
{
    ensure(id_kind(delivery) == ID_delivery);
    delivery.bytes[0] = ID_event;
    return delivery;
}

struct id name_consumer(struct slice consumer)
{
    return id_derive(ID_consumer, consumer, (struct slice){ 0 }, (struct slice){ 0 });
}

struct id name_place(uint64_t position)
{
    struct id place = { { ID_place } };

    for (size_t i = 0; i < sizeof position; i++)
        place.bytes[ID_SIZE - 1 - i] = (uint8_t)(position >> 8 * i);
    return place;
}

uint64_t name_placed(struct id place)
{
    uint64_t position = 0;

    ensure(id_kind(place) == ID_place);
    for (size_t i = ID_SIZE - sizeof position; i < ID_SIZE; i++)
        position = position << 8 | place.bytes[i];
    return position;
}
