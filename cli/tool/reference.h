/* reference.h -- what the tables of core/facts declare, written out for people and
 * programs.
 *
 * THREADS   Pure.
 */
#ifndef PIOT_CLI_TOOL_REFERENCE_H
#define PIOT_CLI_TOOL_REFERENCE_H

#include "core/base/buffer.h"

enum reference_form {
    REFERENCE_COLOUR, /* for a terminal */
    REFERENCE_TEXT,   /* the same without colour */
    REFERENCE_LINES,  /* each field a line, tabs between */
    REFERENCE_JSON,   /* one array */
};

/* Those whose name has `part` in it ("": all), in the tables' order. Names are as on
 * the wire: device-added, decide_consent, LOGIN_TAKEN. */
void reference_events(const char *part, enum reference_form form, struct buffer *out);
void reference_intents(const char *part, enum reference_form form, struct buffer *out);
void reference_refusals(const char *part, enum reference_form form, struct buffer *out);

#endif
