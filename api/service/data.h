/* data.h -- the data directory, and what a start leaves in it for people.
 *
 *     DIR/store/          the log and all that is folded from it
 *     DIR/vault/          the keys of personal data   (or settings.vault)
 *     DIR/anchor          how far the log came        (or settings.anchor)
 *     DIR/log.key         what signs its checkpoints  (or settings.log_key), and .pub
 *     DIR/operator.token  the first operator's token, 0600
 *     DIR/reserve         room for erasures on a full disk (disk.h)
 *     DIR/listen          address and port, 0600, while it runs
 *
 * THREADS   main()'s, before and after all others.
 */
#ifndef PIOT_API_SERVICE_DATA_H
#define PIOT_API_SERVICE_DATA_H

#include "api/settings/settings.h"
#include "core/ledger/ledger.h"

struct data_paths {
    const char *store, *vault, *anchor, *key, *token, *listen; /* in the settings' arena */
};
/* Makes the directory, 0700, unless it is there. */
must_use struct status data_prepare(struct settings *settings, struct data_paths *paths);

/* A first start: writes a token to its file, durably, then issues it through the ledger. The
 * file comes first, so that whenever the power goes, the next start finds a token
 * that it can still issue. Until something else has happened in the log, a start does so again
 * if the file is gone: nobody may have seen the token that was in it. */
must_use struct status data_first_token(struct store *store, struct ledger *ledger,
                                        const struct data_paths *paths);

must_use struct status data_say_where(const struct settings *settings, uint16_t port,
                                      const struct data_paths *paths);
void                   data_forget_where(const struct settings *settings);

#endif
