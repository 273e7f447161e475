/* settings.h -- what piotd was told at its start, and at SIGHUP: settings.def as a struct.
 *
 * A setting comes from the command line, else from the file named by --config,
 * else from the environment (PIOT_NAME), else it has its default.
 *
 *     --set name=value     --listen, --data: short for --set listen=, --set data=
 *     a file of "name = value" lines; "#" begins a comment line
 *
 * THREADS   Filled in before threads start. After that settings_take_over() changes the rows
 *           that are LIVE, which are atomic: read one once for one decision.
 * MEMORY    Texts live in the settings' own arena, NUL-terminated, and until its end.
 * ERRORS    STATUS_INVALID, and the sentence names the setting and what it takes.
 */
#ifndef PIOT_API_SETTINGS_SETTINGS_H
#define PIOT_API_SETTINGS_SETTINGS_H

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/rules/policy.h"

#define SETTING_text  const char *
#define SETTING_flag  bool
#define SETTING_count uint64_t
#define SETTING_size  uint64_t
#define SETTING_span  int64_t /* microseconds */

struct settings {
    struct arena arena;
#define SETTING(type, name, ...) SETTING_##type name;
#define LIVE(type, name, ...)    _Atomic(SETTING_##type) name;
#define POLICY                   SETTING
#include "api/settings/settings.def"
#undef POLICY
#undef LIVE
#undef SETTING
};

void                   settings_default(struct settings *settings);
bool                   settings_have(struct slice name);
must_use struct status settings_set(struct settings *settings, struct slice name,
                                    struct slice value);
must_use struct status settings_read_text(struct settings *settings, struct slice text,
                                          const char *from);
must_use struct status settings_read_file(struct settings *settings, const char *path);
/* The whole of a small file that a setting names. STATUS_LIMIT: it is too large for one. */
must_use struct status settings_file(const char *path, struct buffer *text);
/* Every PIOT_NAME. One that names no setting is reported and left alone: the
 * environment is not ours alone. */
must_use struct status settings_read_environment(struct settings   *settings,
                                                 const char *const *environment);
/* What the single settings cannot see: pairs that need each other. */
must_use struct status settings_check(const struct settings *settings);
/* Takes the LIVE rows of `fresh` over, and adds to `taken` the names of those that differed, to
 * `waiting` those of others that differ, with commas between; both may be NULL. One thread. */
void          settings_take_over(struct settings *settings, const struct settings *fresh,
                                 struct buffer *taken, struct buffer *waiting);
struct policy settings_policy(const struct settings *settings);
void          settings_free(struct settings *settings);

/* Everything together, in the order above. */
enum settings_task { SETTINGS_RUN, SETTINGS_HELP, SETTINGS_VERSION };
must_use struct status settings_start(struct settings *settings, int count,
                                      const char *const *arguments, const char *const *environment,
                                      enum settings_task *task);
/* What `piotd --help` says: usage and every setting. */
void settings_help(struct buffer *out);

#endif
