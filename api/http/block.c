/* block.c -- who has how many connections, and how much of the bodies: the shares of the
 * address blocks. */
#include <stdlib.h>

#include "api/http/connection.h"
#include "core/base/crypto.h"
#include "core/base/tables.h"

enum { CHAINS_MIN = 64, CHAINS_MAX = 1 << 16 };

struct id peer_block(struct peer peer)
{
    struct id name = { { peer.family == 4 ? '4' : '6' } };

    memcpy(name.bytes + 1, peer.address, peer.family == 4 ? 4 : 8);
    return name;
}

void blocks_open(struct server *server)
{
    struct blocks *blocks = &server->blocks;
    size_t         most   = server->settings.connections_max;

    blocks->chain_count = CHAINS_MIN;
    while (blocks->chain_count < most && blocks->chain_count < CHAINS_MAX) blocks->chain_count *= 2;
    blocks->chains = calloc(blocks->chain_count, sizeof *blocks->chains);
    blocks->levels = calloc(most + 1, sizeof *blocks->levels);
    ensure(blocks->chains && blocks->levels);
    for (size_t i = 0; i <= most; i++) TAILQ_INIT(&blocks->levels[i]);
    crypto_random(&blocks->seed, sizeof blocks->seed); /* so that nobody picks who shares a chain */
}

void blocks_close(struct server *server)
{
    free(server->blocks.chains);
    free(server->blocks.levels);
}

/* The connection or exchange that comes for it uses it. */
static struct block *block_take(struct server *server, struct peer peer)
{
    struct blocks      *blocks = &server->blocks;
    struct id           name   = peer_block(peer);
    size_t              hash   = table_hash(blocks->seed, id_slice(&name));
    struct block_chain *chain  = &blocks->chains[hash & (blocks->chain_count - 1)];
    struct block       *block  = LIST_FIRST(chain);

    while (block && !id_equal(block->name, name)) block = LIST_NEXT(block, same_hash);
    if (!block) {
        block = calloc(1, sizeof *block);
        ensure(block != NULL);
        block->name = name;
        TAILQ_INIT(&block->waiting);
        TAILQ_INIT(&block->returned);
        LIST_INSERT_HEAD(chain, block, same_hash);
    }
    block->uses++;
    return block;
}

static void block_give_back(struct block *block)
{
    if (--block->uses) return;
    ensure(!block->connections && !block->bodies);
    LIST_REMOVE(block, same_hash);
    free(block);
}

/* -- connections ---------------------------------------------------------------------- */

static bool block_waits(const struct block *block)
{
    return !TAILQ_EMPTY(&block->waiting) || !TAILQ_EMPTY(&block->returned);
}

/* The block stands in the level of what it has, or in none; it steps out before a change. */
static void block_stand(struct blocks *blocks, struct block *block)
{
    if (!block_waits(block)) return;
    TAILQ_INSERT_TAIL(&blocks->levels[block->connections], block, link);
    if (block->connections > blocks->top) blocks->top = block->connections;
}

static void block_step_out(struct blocks *blocks, struct block *block)
{
    if (block_waits(block)) TAILQ_REMOVE(&blocks->levels[block->connections], block, link);
}

static void block_count(struct server *server, struct block *block, size_t connections)
{
    ensure(connections <= server->settings.connections_max);
    block_step_out(&server->blocks, block);
    block->connections = connections;
    block_stand(&server->blocks, block);
}

void block_join(struct connection *connection)
{
    connection->block = block_take(connection->server, connection->peer);
    block_count(connection->server, connection->block, connection->block->connections + 1);
}

void block_leave(struct connection *connection)
{
    block_count(connection->server, connection->block, connection->block->connections - 1);
    block_give_back(connection->block);
}

static struct connections *list_of(const struct connection *connection)
{
    return connection->proven ? &connection->block->returned : &connection->block->waiting;
}

void block_wait(struct connection *connection)
{
    block_step_out(&connection->server->blocks, connection->block);
    TAILQ_INSERT_TAIL(list_of(connection), connection, block_link);
    block_stand(&connection->server->blocks, connection->block);
}

void block_wake(struct connection *connection)
{
    block_step_out(&connection->server->blocks, connection->block);
    TAILQ_REMOVE(list_of(connection), connection, block_link);
    block_stand(&connection->server->blocks, connection->block);
}

/* Of the block's own, who waits longest. */
static struct connection *block_longest(const struct block *block)
{
    struct connection *stranger = TAILQ_FIRST(&block->waiting);
    struct connection *returned = TAILQ_FIRST(&block->returned);

    if (!stranger || !returned) return stranger ? stranger : returned;
    return stranger->since_us <= returned->since_us ? stranger : returned;
}

static bool waited(const struct connection *connection, int64_t ms)
{
    return clock_monotonic_us() - connection->since_us >= ms * MILLISECOND;
}

struct connection *blocks_evictable(struct server *server)
{
    struct blocks     *blocks = &server->blocks;
    struct block      *most;
    struct connection *longest;

    while (blocks->top && TAILQ_EMPTY(&blocks->levels[blocks->top])) blocks->top--;
    if (!blocks->top) return NULL;
    most    = TAILQ_FIRST(&blocks->levels[blocks->top]);
    longest = TAILQ_FIRST(&most->waiting);
    if (longest && most->connections > server->settings.connections_max / SERVER_CROWD_PART)
        return waited(longest, SERVER_CROWD_MS) ? longest : NULL; /* nobody else goes for it */
    longest = block_longest(most);
    if (waited(longest, SERVER_EVICT_MS)) return longest;
    longest = TAILQ_FIRST(&server->waiting); /* of whatever block */
    return waited(longest, SERVER_EVICT_MS) ? longest : NULL;
}

/* -- bodies --------------------------------------------------------------------------- */

bool block_keep(struct exchange *exchange, size_t size)
{
    struct server *server = exchange->request.server;

    if (!exchange->block) exchange->block = block_take(server, exchange->request.peer);
    if (exchange->block->bodies + size > SERVER_UNPROVEN_MAX - server->unproven) return false;
    exchange->block->bodies += size;
    server->unproven += size;
    return true;
}

void block_keep_no_more(struct exchange *exchange)
{
    if (!exchange->block) return;
    exchange->block->bodies -= exchange->body.size;
    exchange->request.server->unproven -= exchange->body.size;
    block_give_back(exchange->block);
    exchange->block = NULL;
}
