/* routes.h -- the handlers of routes.def beside it. */
#ifndef PIOT_API_VENDORS_ROUTES_H
#define PIOT_API_VENDORS_ROUTES_H

#include "api/call/router.h"

#define ROUTE(method, path, roles, body, handle, ...) handler handle;
#include "api/vendors/routes.def"
#undef ROUTE

#endif
