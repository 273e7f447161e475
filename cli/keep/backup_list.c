#include "cli/keep/backup_list.h"

#include "cli/tool/screen.h"
#include "cli/tool/table.h"
#include "core/base/clock.h"
#include "core/base/json.h"

static void backup_list_json(const struct backup *backups, size_t count)
{
    struct buffer out  = { 0 };
    struct json   json = json_to(&out);
    char          text[32];

    json_array(&json);
    for (size_t i = 0; i < count; i++) {
        json_object(&json);
        snprintf(text, sizeof text, "%u", backups[i].number);
        json_put_text(&json, "backupId", slice_text(text));
        json_put_text(&json, "status", SLICE("done"));
        json_put_instant(&json, "takenAt", backups[i].taken_us);
        json_put_position(&json, "position", backups[i].position);
        json_put_u64(&json, "size", backups[i].size);
        json_object_end(&json);
    }
    json_array_end(&json);
    buffer_add_byte(&out, '\n');
    screen_put(stdout, buffer_slice(&out));
    buffer_free(&out);
}

void backup_list_show(const struct backup *backups, size_t count, bool as_json)
{
    static const char *const headings[] = { "BACKUP", "TAKEN", "UP TO", "BYTES" };
    struct table             table;
    char                     at[INSTANT_TEXT_MAX];

    if (as_json) {
        backup_list_json(backups, count);
        return;
    }
    table_start(&table, headings, COUNT(headings));
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = &table.arena;
        instant_text(backups[i].taken_us, at);
        table_add(&table,
                  (struct slice[]){
                      arena_print(arena, "%u", backups[i].number),
                      slice_text(at),
                      arena_print(arena, "%llu", (unsigned long long)backups[i].position.number),
                      arena_print(arena, "%llu", (unsigned long long)backups[i].size),
                  });
    }
    table_show(&table);
}
