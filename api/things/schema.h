/* schema.h -- what a thing model allows: its properties, actions and events, and the
 * values they take.
 *
 * A thing model's affordances are compiled once into a struct definition; reports of
 * vendors and commands of subscribers are then checked against it. Of a WoT data
 * schema these words are understood:
 *
 *     type  enum  const  minimum  maximum  exclusiveMinimum  exclusiveMaximum
 *     multipleOf  minLength  maxLength  items  minItems  maxItems  properties
 *     required  readOnly  writeOnly
 *
 * Words that would narrow values and are not understood (pattern, oneOf, …: the table
 * in schema_compile.c) are refused, so that nobody takes a check for granted that is
 * not made; all others say nothing about values and are passed over. An object may
 * have more members than are described. 1.0 is an integer. Numbers are compared exactly, but a
 * fraction is a multiple by its first 15 digits (core/wire/decimal.h). Lengths are
 * in characters.
 *
 * THREADS   A definition never changes: any thread may read it. schema_find() keeps a
 *           cache for each thread, which ends with it.
 * MEMORY    A definition is its maker's, but one from schema_find() is the book's.
 * ERRORS    struct bad_field: in a model, the path to the word at fault
 *           ("properties.on.minimum"); in a value, the path from the affordance on
 *           ("color.r", "schedule[2]"), and what was expected there.
 */
#ifndef PIOT_API_THINGS_SCHEMA_H
#define PIOT_API_THINGS_SCHEMA_H

#include "core/store/store.h"
#include "core/wire/json_tree.h"

enum {
    AFFORDANCES_MAX     = 64,              /* of one model: as many as a grant may name */
    AFFORDANCE_NAME_MAX = 64,              /* bytes */
    SCHEMA_BOOK_MAX     = 256,             /* models one thread keeps compiled */
    SCHEMA_BOOK_BYTES   = 4 * 1024 * 1024, /* … and of how much text together */
};

struct definition;

/* From a thing model as JSON. NULL: `bad` says what is wrong with it. */
struct definition *definition_compile(const struct node *model, struct bad_field *bad);
void               definition_free(struct definition *definition);
/* The names of all affordances, sorted; good as long as the definition. */
struct texts definition_names(const struct definition *definition);

/* The definition of a vendor's published model, "lamp:1.0.0". NULL: there is none. It
 * is valid until the next call on this thread. */
const struct definition *schema_find(struct reader *reader, struct id vendor, struct slice model);

/* -- checking: false says in `bad` which value and what was expected ----------- */

/* A value of a property: told of by its vendor, or to be written by its owner. */
enum schema_use { SCHEMA_REPORTED, SCHEMA_WRITTEN };
must_use bool schema_check_property(const struct definition *definition, struct slice name,
                                    const struct node *value, enum schema_use use,
                                    struct arena *arena, struct bad_field *bad);
/* An action's input or an event's data; NULL: none came. An action without an input
 * takes none; one with an input wants it. An event's data may be left out. */
must_use bool schema_check_action(const struct definition *definition, struct slice name,
                                  const struct node *input, struct arena *arena,
                                  struct bad_field *bad);
must_use bool schema_check_event(const struct definition *definition, struct slice name,
                                 const struct node *data, struct arena *arena,
                                 struct bad_field *bad);

#endif
