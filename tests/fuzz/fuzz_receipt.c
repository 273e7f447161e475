/* Can a receipt be content that says anything but what the log's key signed?
 *
 * The input is a receipt or a page with one. Nobody but the key has signed the one in
 * tests/golden; so whatever nothing is found against is that one, written anew or not. A planted
 * bug that the corpus found: a signature of another document would do.
 */
#include "cli/evidence/receipt.h"
#include "core/base/durable.h"
#include "tests/world/input.h"

static void read_golden(struct note_key *key, struct buffer *canonical)
{
    struct buffer text = { 0 };
    struct tree   tree = { 0 };

    ensure(checkpoint_key_read("tests/golden/v1.receipt.key", key).code == STATUS_OK);
    ensure(durable_read("tests/golden/v1.receipt.json", 1 << 20, &text).code == STATUS_OK);
    ensure(tree_read(&tree, buffer_slice(&text)).code == STATUS_OK);
    ensure(node_write_signed(tree.root, canonical).code == STATUS_OK);
    tree_close(&tree);
    buffer_free(&text);
}

static void ignore(void *context, const struct finding *finding)
{
    (void)context;
    ensure(*finding->rule && *finding->text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct note_key key;
    static struct buffer   golden;
    struct findings        findings = { .found = ignore };
    struct buffer          read     = { 0 };
    struct kept            kept;

    if (!golden.size) read_golden(&key, &golden);
    kept_check(&kept, input_of(data, size), &key, &findings);
    if (!findings.count) {
        ensure(kept.readable);
        ensure(node_write_signed(kept.tree.root, &read).code == STATUS_OK);
        ensure(slice_equal(buffer_slice(&read), buffer_slice(&golden)));
    }
    buffer_free(&read);
    kept_close(&kept);
    return 0;
}
