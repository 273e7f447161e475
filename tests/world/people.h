/* people.h -- who and what the tests tell of, and when. */
#ifndef PIOT_WORLD_PEOPLE_H
#define PIOT_WORLD_PEOPLE_H

#include "core/base/clock.h"
#include "core/base/ids.h"

static const struct id ALICE = { "aalice" }, BOB = { "abob" };
static const struct id HOME = { "nhome" }, OFFICE = { "noffice" }, BOBS_HOME = { "nbobs" };
static const struct id GLOW = { "vglow" }, ACME = { "vacme" };
static const struct id LAMP = { "dlamp" }, LAMP_CLAIM = { "plamp" };
static const struct id REPORT = { "oreport" }, GRANT = { "cgrant" }, SWITCH = { "mswitch" };
static const struct id LEASE = { "jlease" };

/* 2026-11-22T16:03:07.123Z */
#define START (INT64_C(1795363387123) * MILLISECOND)

#endif
