/* routes.c -- the whole HTTP surface: what each room of handlers declares, in one table. */
#include "api/app/routes.h"
#include "api/audit/routes.h"
#include "api/operator/routes.h"
#include "api/service/routes.h"
#include "api/service/service_internal.h"
#include "api/vendors/routes.h"

const struct route *service_routes(size_t *count)
{
    static const struct route rows[] = {
#define ROUTE(method, path, roles, body, handle, intent, success, queries, meaning) \
    { HTTP_##method, path, roles, body, handle, INTENT_##intent, success, queries, meaning },
#include "api/app/routes.def"
#include "api/audit/routes.def"
#include "api/operator/routes.def"
#include "api/service/routes.def"
#include "api/vendors/routes.def"
#undef ROUTE
    };

    *count = COUNT(rows);
    return rows;
}
