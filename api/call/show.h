/* show.h -- how things look on the wire: each resource of the contract, written
 * from the rows of the views.
 *
 * The same functions serve a read, with what is committed, and an answer made inside
 * a turn, with what the turn will commit. Each writes one JSON object. Beyond the
 * contract's members a device has `status` (active or suspended), `proposedNetworkId`
 * (it was seen in that network: shall it move?) and `disputed` (it was seen at somebody
 * else's), the last two only if so. What it can do stands there by name alone, as `capabilities`:
 * the schemas are in its Thing Description (api/things/thing_description.h). A command that
 * ended has `concludedAt`, and `lateStatus` if the vendor spoke after the deadline; a consent
 * has `requestedAt` and, when it was denied or ended, `reason`.
 *
 * Of a property that was asked for but never reported there is only `desired`.
 *
 * THREADS   The reader's.
 * MEMORY    What is looked up goes into the arena.
 * ERRORS    A vendor, network or model that cannot be read is shown by its id alone,
 *           and the failure is noted with the reader.
 */
#ifndef PIOT_API_CALL_SHOW_H
#define PIOT_API_CALL_SHOW_H

#include "core/base/json.h"
#include "projections/projection.h"

/* With what things are looked up that a row only names. One is good for one answer: the
 * things of a list name the same few vendors and models, and each is read once. */
enum { SHOWING_KEPT_MAX = 8 }; /* of a kind; more are read as often as they come */
struct showing {
    struct reader *reader;
    struct arena  *arena;
    struct showing_vendor {
        struct id         id;
        struct slice      name; /* nothing: it could not be read */
        enum vendor_state status;
    } vendors[SHOWING_KEPT_MAX];
    struct showing_model {
        struct id    vendor;
        struct slice model; /* name:version */
        struct slice title, category, definition;
    } models[SHOWING_KEPT_MAX];
    size_t vendor_count, model_count; /* read so far */
};
/* Good until the next call. */
const struct showing_vendor *showing_vendor(struct showing *showing, struct id vendor);
const struct showing_model  *showing_model(struct showing *showing, struct id vendor,
                                           struct slice model);

/* These two write the members of an object that is open, so that more may follow. */
void show_vendor_members(struct json *json, struct id id, const struct vendor_row *vendor);
void show_account_members(struct json *json, struct id id, const struct account_row *account);
/* An account as its own person sees it. */
void show_person(struct json *json, struct id id, const struct account_row *account);
void show_network(struct json *json, struct showing *showing, struct id id,
                  const struct network_row *network);
/* A consent that waits for its answer, as the inbox has it. */
void show_question(struct json *json, struct showing *showing, struct id id,
                   const struct consent_row *consent);
void show_consent(struct json *json, struct showing *showing, struct id id,
                  const struct consent_row *consent);
void show_blocked_vendor(struct json *json, struct showing *showing, struct id id,
                         const struct blocked_vendor_row *blocked);
void show_device(struct json *json, struct showing *showing, struct id id,
                 const struct device_row *device);
void show_command(struct json *json, struct id id, const struct command_row *command);

/* What an ETag is made of: equal bytes give equal numbers, others never do in practice.
 * Resources name what lies in other rows (a vendor's name, a network's gateways), so no
 * single row's position could stand for them. Never a number that api/call/submit.h keeps
 * for itself. */
uint64_t show_tag(struct slice body);

#endif
