#include "core/facts/names.h"

struct id name_system(void)
{
    struct id id = { { ID_system } };

    return id;
}

struct id name_gateway(struct slice gateway_id)
{
    return id_derive(ID_gateway, gateway_id, (struct slice){ 0 }, (struct slice){ 0 });
}

struct id name_claim(struct id vendor, struct slice vendor_device_id)
{
    return id_derive(ID_claim, id_slice(&vendor), vendor_device_id, (struct slice){ 0 });
}

struct id name_model(struct slice model)
{
    return id_derive(ID_model, model, (struct slice){ 0 }, (struct slice){ 0 });
}

struct id name_token(struct slice hash)
{
    return id_derive(ID_token, hash, (struct slice){ 0 }, (struct slice){ 0 });
}

struct id name_property(struct slice name)
{
    return id_derive(ID_model, SLICE("property"), name, (struct slice){ 0 });
}

struct id name_login(struct slice login)
{
    char lower[254];

    ensure(login.size <= sizeof lower);
    for (size_t i = 0; i < login.size; i++)
        lower[i] = (char)(login.data[i] >= 'A' && login.data[i] <= 'Z' ? login.data[i] + 32
                                                                       : login.data[i]);
    return id_derive(ID_login, (struct slice){ lower, login.size }, (struct slice){ 0 },
                     (struct slice){ 0 });
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
