/* routes.c -- the whole HTTP surface: what each room of handlers declares, in one table. */
#include "api/app/routes.h"
#include "api/audit/routes.h"
#include "api/operator/routes.h"
#include "api/pages/routes.h"
#include "api/service/routes.h"
#include "api/service/service_internal.h"
#include "api/vendors/routes.h"

const struct route *service_routes(size_t *count)
{
    static const struct route rows[] = {
#define ROUTE(of, at, takes, body, handler, into, answers, knows, says) \
    { .method        = HTTP_##of,                                       \
      .path          = at,                                              \
      .right         = (takes) & ~(SIGNED | SUSPENDED_TOO),             \
      .may_sign      = ((takes)&SIGNED) != 0,                           \
      .suspended_too = ((takes)&SUSPENDED_TOO) != 0,                    \
      .body_max      = body,                                            \
      .handle        = handler,                                         \
      .intent        = INTENT_##into,                                   \
      .success       = answers,                                         \
      .queries       = knows,                                           \
      .meaning       = says },
#include "api/app/routes.def"
#include "api/audit/routes.def"
#include "api/operator/routes.def"
#include "api/pages/routes.def"
#include "api/service/routes.def"
#include "api/vendors/routes.def"
#undef ROUTE
    };

    *count = COUNT(rows);
    return rows;
}
