/* things.h -- the devices of the demo's vendor: a lamp, a thermostat, a lock, each
 * with the properties its model in examples/models has.
 *
 * THREADS   Those of the vendor's cloud alone.
 */
#ifndef PIOT_CLI_DEMO_THINGS_H
#define PIOT_CLI_DEMO_THINGS_H

#include "core/base/ids.h"
#include "core/base/json.h"
#include "core/wire/json_path.h"

enum { PROPERTIES_MAX = 5, CAPABILITIES_MAX = 512 };

enum thing_kind { THING_LAMP, THING_THERMOSTAT, THING_LOCK, THING_KINDS };
const char *thing_model_name(enum thing_kind kind); /* "lamp" */

struct property {
    const char *name;
    enum { PROPERTY_FLAG, PROPERTY_NUMBER, PROPERTY_WORD } type;
    double number; /* of a flag: 0 or 1 */
    char   word[16];
};

struct thing {
    char            id[48]; /* the vendor's own name for it */
    char            name[64];
    enum thing_kind kind;
    char            detection[ID_TEXT_MAX];         /* "": nobody was told of it yet */
    char            grant[ID_TEXT_MAX];             /* "": nobody consented */
    char            capabilities[CAPABILITIES_MAX]; /* granted, a blank before and after each */
    bool            refused;
    struct property properties[PROPERTIES_MAX]; /* ends at a NULL name */
};
void thing_make(struct thing *thing, enum thing_kind kind, const char *id, const char *name);

/* Does what a command says. NULL: done; else why not. */
const char *thing_obey(struct thing *thing, struct slice operation, struct slice name,
                       const struct node *input);
/* A room's temperature moves towards the wanted one, and trembles; `chance` is any number. */
void thing_drift(struct thing *thing, uint32_t randomness);
/* The granted properties as members of an open object. */
void thing_put(const struct thing *thing, struct json *json);
/* "on, 60 %" for people. */
void thing_describe(const struct thing *thing, struct buffer *out);

#endif
