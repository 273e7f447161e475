/* Does finding who held an address cost more, the more leases it ever had?
 *
 *     bench_leases
 *
 * An address of a carrier-grade NAT: 126 blocks of 512 ports, each held by one gateway after
 * another. What is asked is who holds a port now, and in the middle of it all. */
#include <stdio.h>

#include "bench/history.h"
#include "core/base/clock.h"
#include "core/leases/leases.h"

enum { BLOCKS = 126, PORTS = 512, TIMES = 2001 };

static const uint8_t address[4] = { 203, 0, 113, 7 };

static struct id gateway(unsigned number)
{
    return (struct id){ { ID_gateway, (uint8_t)(number >> 8), (uint8_t)number } };
}

/* The last lease of each block is open. */
static void fill(struct store *store, unsigned rows, int64_t now_us)
{
    struct batch *batch = batch_open(store);
    unsigned      turns = rows / BLOCKS + 1;

    for (unsigned i = 0; i < rows; i++) {
        unsigned     turn = i / BLOCKS, first = 1024 + i % BLOCKS * PORTS;
        int64_t      from  = now_us - (int64_t)(turns - turn) * HOUR;
        struct lease lease = { .gateway     = gateway(i),
                               .family      = 4,
                               .port_from   = (uint16_t)first,
                               .port_to     = (uint16_t)(first + PORTS - 1),
                               .from        = from,
                               .until       = i + BLOCKS < rows ? from + HOUR : LEASE_OPEN,
                               .recorded_at = now_us };
        for (unsigned byte = 0; byte < 4; byte++) lease.address[byte] = address[byte];
        lease_put(batch, &lease);
    }
    stop_if(batch_commit(batch, false));
    batch_close(batch);
    stop_if(store_flush(store));
}

static double look_up_us(struct store *store, unsigned blocks, int64_t at)
{
    struct reader *reader = store_reader(store);
    int64_t        took[TIMES];

    for (unsigned i = 0; i < TIMES; i++) {
        uint16_t            port   = (uint16_t)(1024 + i * 7919 % (blocks * PORTS));
        int64_t             began  = clock_monotonic_us();
        struct lease_holder holder = leases_of_port(reader, address, port, at);
        took[i]                    = clock_monotonic_us() - began;
        if (!holder.found || holder.unsure) stop_if(failed(STATUS_CORRUPT, "nobody holds it"));
    }
    return median_of(took, TIMES);
}

int main(void)
{
    static const unsigned rows[]  = { 10, 126, 1260, 10080, 100800 };
    struct clock          clock   = clock_real();
    int64_t               now_us  = clock_now(&clock);
    struct store_options  options = { .families = { [FAMILY_leases] = true } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned      turns = rows[i] / BLOCKS + 1, blocks = rows[i] < BLOCKS ? rows[i] : BLOCKS;
        struct store *store;

        stop_if(store_open(&store, &options));
        fill(store, rows[i], now_us);
        printf("%6u leases: now %3.0f us, long ago %3.0f us\n", rows[i],
               look_up_us(store, blocks, now_us),
               look_up_us(store, blocks, now_us - (int64_t)turns * HOUR + HOUR / 2));
        store_close(store);
    }
    return 0;
}
