/* origin.h -- whose page a browser says that a call comes from.
 *
 * Our own origin (RFC 6454: scheme, host and port) is that of the setting public_url. If that
 * is empty or names loopback, it is how we serve, and the host that the call came to: then it is
 * what stands in the browser's address bar, unless a proxy changed it.
 *
 * THREADS   The loop's.
 */
#ifndef PIOT_API_CALL_ORIGIN_H
#define PIOT_API_CALL_ORIGIN_H

#include "api/call/call.h"
#include "core/wire/url.h"

/* False: the call does not say which host it came to. */
must_use bool origin_own(const struct call *call, struct url *own);

/* Does the call come from a page of ours? Its Origin has to say so, and Sec-Fetch-Site must
 * not say otherwise. False: 403 has been answered. */
must_use bool origin_check(struct call *call);

/* Does the browser say that a page of another site is behind it? (Fetch Metadata, 2.4) */
bool origin_is_cross_site(const struct call *call);

#endif
