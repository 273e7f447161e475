/* Can any bytes be a bundle that is not what its entries make?
 *
 * The first byte says of which kind. What is taken off the front has to be, put together
 * again, the bytes it came from. A planted bug that the corpus found: a length that counted
 * its own bytes.
 */
#include "core/log/bundle.h"
#include "tests/world/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice     all  = input_of(data, size), rest, entry;
    enum bundle_kind kind = input_byte(&all) & 1 ? BUNDLE_CIPHERTEXTS : BUNDLE_ENTRIES;
    struct buffer    anew = { 0 };

    rest = all;
    while (bundle_take(&rest, kind, &entry)) {
        ensure(entry.size <= all.size);
        bundle_add(&anew, kind, entry);
    }
    ensure(rest.size <= all.size && anew.size <= all.size);
    ensure(slice_starts(all, buffer_slice(&anew)));
    buffer_free(&anew);
    return 0;
}
