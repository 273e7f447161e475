/* Can any file of settings crash the reader, or be refused without a word?
 *
 * Whatever is read can be looked at as a whole, and a refusal names the file.
 */
#include "api/settings/settings.h"
#include "tests/world/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct settings settings = { .arena = { 0 } };

    settings_default(&settings);
    struct status status = settings_read_text(&settings, input_of(data, size), "a.conf");
    if (status.code == STATUS_OK) {
        status = settings_check(&settings);
        ensure(status.code == STATUS_OK || *status.text);
        (void)settings_policy(&settings);
    } else {
        ensure(status.code == STATUS_INVALID);
        ensure(slice_holds(slice_text(status.text), SLICE("a.conf")));
    }
    settings_free(&settings);
    return 0;
}
