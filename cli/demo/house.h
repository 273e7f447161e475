/* house.h -- the household's side of the demo: an operator who opens the account, and
 * Anna, who lives there and has the app.
 *
 * THREADS   The main thread's.
 * MEMORY    Names are in the demo's arena.
 * ERRORS    What is not as it should be is said; false.
 */
#ifndef PIOT_CLI_DEMO_HOUSE_H
#define PIOT_CLI_DEMO_HOUSE_H

#include "cli/demo/demo.h"
#include "core/base/ids.h"

struct house {
    struct demo  *demo;
    struct caller staff, anna;
    char         *operator_token; /* allocated */
    const char   *login, *password, *gateway;
    const char   *account, *network;
    /* The addresses its gateway holds: an IPv6 prefix ("2001:db8:1::") and a block of
     * ports of an IPv4 address. */
    const char *prefix, *ipv4;
    uint16_t    port_from;
    const char *here[2];                    /* a header that says where Anna's app is: at home */
    char        last_question[ID_TEXT_MAX]; /* that was shown while it lives */
};

must_use struct status house_open(struct house *house, struct demo *demo);
void                   house_close(struct house *house);

/* Account, activation, sign-in, network, gateway, leases. */
bool house_moves_in(struct house *house);
/* Waits for the question about a device of that name and says yes. `device`: its id. */
bool house_grants(struct house *house, const char *display_name, const char **device);
/* Waits until the device tells its state for the first time. */
bool house_sees(struct house *house, const char *device);
/* Writes a property and waits until the command has succeeded and was seen to have had its
 * effect. */
bool house_switches(struct house *house, const char *device, const char *property,
                    struct slice value);
bool house_reads_history(struct house *house, const char *device);
/* A code that lets somebody in as Anna, once, and ends the session that she had; NULL: it was not
 * given. */
const char *house_way_in(struct house *house);
/* Shows a question that has come up since, with what to paste, while Anna's session lasts. False:
 * piotd is gone. */
bool house_looks_up(struct house *house);

#endif
