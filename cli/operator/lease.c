/* lease.c -- piot lease: which gateway held which addresses. */
#include "cli/operator/lease.h"

#include <stdio.h>
#include <string.h>

#include "cli/tool/input.h"
#include "cli/tool/remote.h"
#include "cli/tool/screen.h"
#include "cli/tool/subcommands.h"
#include "core/base/clock.h"

struct lease_options {
    struct remote_options remote;
    const char           *gateway, *ipv4, *ports, *ipv6_prefix, *from, *to;
};

static enum ending lease_send(const struct lease_options *options, struct slice lines)
{
    struct remote remote;
    enum ending   ending = remote_open(&remote, "lease", &options->remote);
    struct slice  chunk, rest = lines;
    size_t        count, done = 0;

    if (ending != ENDED_WELL) return ending;
    while (ending == ENDED_WELL && lease_chunk(&rest, &chunk, &count)) {
        ending = remote_call(&remote,
                             &(struct question){ .method = "POST",
                                                 .path   = "/operator/v1/leases",
                                                 .type   = "application/x-ndjson",
                                                 .body   = chunk },
                             NULL);
        if (ending == ENDED_WELL) done += count;
        else if (done) screen_complain("lines count from the first after lease %zu", done);
    }
    if (options->remote.json) printf("{\"recorded\":%zu}\n", done);
    else if (done || ending == ENDED_WELL) printf("%zu recorded\n", done);
    remote_close(&remote);
    return ending;
}

/* -- one, by options --------------------------------------------------------------------- */

static enum ending lease_check(const struct lease_options *options, uint64_t *port_from,
                               uint64_t *port_to)
{
    int64_t instant;

    if (!options->gateway)
        return misused("lease", "--gateway GATEWAY is missing: who held the address?");
    if (!options->ipv4 == !options->ipv6_prefix)
        return misused("lease", "say either --ipv4 ADDRESS or --ipv6-prefix PREFIX");
    if (options->ports && !options->ipv4) return misused("lease", "--ports goes with --ipv4");
    if (options->ports && !lease_ports(slice_text(options->ports), port_from, port_to))
        return misused("lease", "--ports has to be FROM-TO, as 1024-2047");
    if (options->from && !instant_parse(slice_text(options->from), &instant))
        return misused("lease", "--from has to be an instant, as 2026-01-31T12:00:00Z");
    if (options->to && !instant_parse(slice_text(options->to), &instant))
        return misused("lease", "--to has to be an instant, as 2026-01-31T12:00:00Z");
    return ENDED_WELL;
}

static enum ending lease_add_one(const struct lease_options *options)
{
    struct clock  clock = clock_real();
    struct buffer line  = { 0 };
    struct json   json  = json_to(&line);
    char          now[INSTANT_TEXT_MAX];
    uint64_t      port_from = 0, port_to = 0;
    enum ending   ending = lease_check(options, &port_from, &port_to);

    if (ending != ENDED_WELL) return ending;
    instant_text(clock_now(&clock), now);
    json_object(&json);
    json_put_text(&json, "gatewayId", slice_text(options->gateway));
    json_may_text(&json, "ipv4", slice_text(options->ipv4));
    json_may_text(&json, "ipv6Prefix", slice_text(options->ipv6_prefix));
    if (options->ports) json_put_u64(&json, "portFrom", port_from);
    if (options->ports) json_put_u64(&json, "portTo", port_to);
    json_put_text(&json, "from", slice_text(options->from ? options->from : now));
    json_may_text(&json, "to", slice_text(options->to));
    json_object_end(&json);
    buffer_add_byte(&line, '\n');
    ending = lease_send(options, buffer_slice(&line));
    buffer_free(&line);
    return ending;
}

/* -- many, from a file --------------------------------------------------------------------- */

static enum ending lease_add_file(const struct lease_options *options, const char *path)
{
    struct buffer text = { 0 }, lines = { 0 };
    struct status status = input_read(path, SIZE_MAX, &text);
    enum ending   ending = ENDED_UNABLE;

    if (status.code != STATUS_OK) screen_complain("%s", status.text);
    else {
        status = lease_lines(buffer_slice(&text), &lines);
        if (status.code == STATUS_OK) ending = lease_send(options, buffer_slice(&lines));
        else ending = misused("lease", "%s: %s", path, status.text);
    }
    buffer_free(&text);
    buffer_free(&lines);
    return ending;
}

static enum ending lease_add(void *context, const struct verb *verb, const char *word)
{
    const struct lease_options *options = context;

    (void)verb;
    if (!word) return lease_add_one(options);
    if (options->gateway || options->ipv4 || options->ports || options->ipv6_prefix ||
        options->from || options->to)
        return misused("lease", "either a file or one lease by options, not both");
    return lease_add_file(options, word);
}

enum ending piot_lease(int count, char **words)
{
    static const struct verb verbs[] = {
        { "add", "[FILE]", "tell one by options, or those in FILE (-: standard input)" },
        VERBS_END,
    };
    struct lease_options options   = { .gateway = NULL };
    const struct choice  choices[] = {
         /* clang-format off */
        { "gateway",     "GATEWAY", NULL, "your name for the gateway that held it",
          &options.gateway, NULL },
        { "ipv4",        "ADDRESS", NULL, "the public IPv4 address", &options.ipv4, NULL },
        { "ports",       "FROM-TO", NULL, "its block of ports, if the address is shared",
          &options.ports, NULL },
        { "ipv6-prefix", "PREFIX",  NULL, "or the IPv6 prefix: 2001:db8:1::/56",
          &options.ipv6_prefix, NULL },
        { "from",        "INSTANT", NULL, "since when; now if left out", &options.from, NULL },
        { "to",          "INSTANT", NULL, "until when; open if left out", &options.to, NULL },
        CHOICES_OF_A_SERVER(&options.remote.server, &options.remote.token),
        CHOICE_JSON(&options.remote.json),
        CHOICES_END,
        /* clang-format on */
    };
    const struct manual manual = {
        .name     = "lease",
        .meaning  = "say which gateway held which addresses",
        .verbs    = verbs,
        .choices  = choices,
        .run      = lease_add,
        .context  = &options,
        .about    = "A lease lets a vendor's detection find its account: who held the address the\n"
                    "device came from, at that moment? Addresses are personal data: they are kept\n"
                    "for 24 hours after a lease ended and stand nowhere in the log.\n"
                    "FILE is a JSON array of leases, or one on each line:\n"
                    "  {\"gatewayId\":\"box-4711\",\"ipv4\":\"198.51.100.7\",\"portFrom\":1024,\n"
                    "   \"portTo\":2047,\"from\":\"2026-11-22T16:00:00Z\"}\n"
                    "It is sent in parts of 5000; a part is taken whole or not at all. "
                    "A lease told\n"
                    "again with the same beginning gets another end.\n",
        .examples = "  piot lease add --gateway box-4711 --ipv6-prefix 2001:db8:4711::/56\n"
                    "  radius-export | piot lease add -\n",
    };

    return arguments_run(&manual, count, words);
}
