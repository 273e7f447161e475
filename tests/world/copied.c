#include "tests/world/copied.h"

void accounts_open(struct world *world, unsigned first, unsigned count)
{
    for (unsigned number = first; number < first + count; number++) {
        struct slice login   = arena_print(&world->arena, "account-%u", number);
        struct id    account = { "a" };
        memcpy(account.bytes + 1, &number, sizeof number);
        struct question asked = ASKING(name_login(NULL, login), claim_login, .login = login,
                                       .account = account, .activation_hash = login);
        ask(world, &asked);
    }
}

void copied_sign(struct copied *copied)
{
    struct world  *world  = copied->world;
    struct merkle *tree   = ledger_merkle(world->ledger);
    struct reader *reader = store_reader(world->store);

    buffer_clear(&copied->note);
    copied->head = (struct checkpoint){ .size = merkle_size(tree) };
    assert_ok(merkle_root(tree, reader, copied->head.size, &copied->head.root));
    checkpoint_sign(&world->signer, copied->head.size, &copied->head.root, &copied->note);
}

struct status copied_export(struct copied *copied, bool ciphertexts, struct export_job *job)
{
    *job = (struct export_job){ .reader      = store_reader(copied->world->store),
                                .note        = buffer_slice(&copied->note),
                                .key         = &copied->world->signer.key,
                                .folder      = copied->folder,
                                .ciphertexts = ciphertexts };
    return replay_export(job);
}

int copied_begins(void **state)
{
    struct copied *copied = calloc(1, sizeof *copied);

    assert_non_null(copied);
    copied->world = world_with_ledger(false);
    folder_new(copied->folder, "copy");
    accounts_open(copied->world, 1, ACCOUNTS_USUAL);
    copied_sign(copied);
    *state = copied;
    return 0;
}

int copied_ends(void **state)
{
    struct copied *copied = *state;

    folder_remove(copied->folder);
    buffer_free(&copied->note);
    world_free(copied->world);
    free(copied);
    return 0;
}

struct slice copied_file(struct copied *copied, const char *path)
{
    struct published from  = published_folder(copied->folder);
    struct buffer    bytes = { 0 };

    assert_ok(from.fetch(from.context, path, &bytes));
    struct slice copy = arena_copy(&copied->world->arena, buffer_slice(&bytes));
    buffer_free(&bytes);
    return copy;
}

void copied_put(struct copied *copied, const char *path, struct slice bytes)
{
    char full[160];

    snprintf(full, sizeof full, "%s/%s", copied->folder, path);
    assert_int_equal(remove(full), 0);
    if (!bytes.data) return;
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    assert_int_equal(fclose(file), 0);
}

void copy_keep(void *context, const struct finding *finding)
{
    struct copy_told *told = context;
    size_t            size = strlen(told->rules);

    if (!told->count++) told->first = *finding;
    if (!strstr(told->rules, finding->rule))
        snprintf(told->rules + size, sizeof told->rules - size, "%s ", finding->rule);
}

struct status copied_look(struct copied *copied, const struct checkpoint *earlier,
                          struct copy_told *told, struct verification *result)
{
    struct published       from     = published_folder(copied->folder);
    struct findings        findings = { .found = copy_keep, .context = told };
    const struct note_key *key      = &copied->world->signer.key;
    struct checkpoint      stream_heads[2];
    struct replay_checks   checks = { .key           = key,
                                      .earlier       = stream_heads,
                                      .earlier_count = 1 + (earlier != NULL) };
    struct published_walk *walk;
    struct record_source   source;
    struct buffer          note = { 0 };

    from.part = copied->part;
    if (earlier) stream_heads[1] = *earlier;
    assert_ok(published_checkpoint(&from, key, &note, &stream_heads[0]));
    assert_ok(published_open(&from, stream_heads[0].size, &walk, &source));
    struct status status = replay_verify_source(&source, NULL, &checks, NULL, &findings, result);
    published_close(walk);
    buffer_free(&note);
    return status;
}

struct copy_told copied_verify(struct copied *copied, const struct checkpoint *earlier,
                               struct verification *result)
{
    struct copy_told told = { 0 };

    assert_ok(copied_look(copied, earlier, &told, result));
    return told;
}
