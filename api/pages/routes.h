/* routes.h -- the handlers of routes.def beside it. */
#ifndef PIOT_API_PAGES_ROUTES_H
#define PIOT_API_PAGES_ROUTES_H

#include "api/call/router.h"

#define ROUTE(method, path, roles, body, handle, ...) handler handle;
#include "api/pages/routes.def"
#undef ROUTE

#endif
