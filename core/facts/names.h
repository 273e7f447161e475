/* names.h -- names that are made of what they name.
 *
 * Some things are found by what the world calls them: a login, a gateway, a
 * vendor's device. Their ids derive from that text, so nobody has to look up
 * which stream or row is theirs. They stand in the log forever, also when the
 * person is forgotten: so the text goes into them together with a secret, and
 * who guesses the text cannot learn from the log whether they are right.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_NAMES_H
#define PIOT_NAMES_H

#include "core/base/ids.h"

struct id name_system(void); /* the operator's stream, and where lists of everything hang */
/* Everybody who has an account, where that is looked at: no account of its own. */
struct id name_everybody(void);
struct name_secret {
    uint8_t bytes[32];
};
/* `secret` NULL: none, as in logs from before there was one. */
struct id name_login(const struct name_secret *secret, struct slice login); /* ASCII letters
                                                                match in either case */
struct id name_gateway(const struct name_secret *secret, struct slice gateway_id);
struct id name_claim(const struct name_secret *secret, struct id vendor,
                     struct slice vendor_device_id);
struct id name_model(struct slice model); /* a thing model: "lamp", or "lamp:1.0.0" */
struct id name_token(struct slice hash);  /* SHA-256 of a bearer token */
/* Where views list who has a number (E.164). It stands in no event and goes with the row. */
struct id name_phone(struct slice phone_number);
/* A webhook is named as the event it carries, and the other way round. */
struct id name_delivery(struct id event);
struct id name_carried(struct id delivery);
/* Who fetches from an outbox, by the name its vendor gives it. */
struct id name_consumer(struct slice consumer);
/* Where a webhook stands in its vendor's outbox: the position of the event that put it there,
 * and the other way round. Places rise as positions do. */
struct id name_place(uint64_t position);
uint64_t  name_placed(struct id place);

#endif
