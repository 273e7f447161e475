/* showing.c -- what rows only name, read once for an answer. */
#include "api/call/show.h"

#include "core/facts/category.h"

static size_t showing_kept(size_t count)
{
    return count < SHOWING_KEPT_MAX ? count : SHOWING_KEPT_MAX;
}

const struct showing_vendor *showing_vendor(struct showing *showing, struct id vendor)
{
    struct vendor_row row;

    for (size_t i = 0; i < showing_kept(showing->vendor_count); i++)
        if (id_equal(showing->vendors[i].id, vendor)) return &showing->vendors[i];
    struct showing_vendor *kept = &showing->vendors[showing->vendor_count++ % SHOWING_KEPT_MAX];
    *kept                       = (struct showing_vendor){ .id = vendor };
    view_get_vendor(showing->reader, vendor, NO_ID, showing->arena, &row);
    kept->name   = row.name;
    kept->status = row.status;
    return kept;
}

const struct showing_model *showing_model(struct showing *showing, struct id vendor,
                                          struct slice model)
{
    struct thing_model_row row;

    for (size_t i = 0; i < showing_kept(showing->model_count); i++)
        if (id_equal(showing->models[i].vendor, vendor) &&
            slice_equal(showing->models[i].model, model))
            return &showing->models[i];
    struct showing_model *kept = &showing->models[showing->model_count++ % SHOWING_KEPT_MAX];
    *kept = (struct showing_model){ .vendor = vendor, .model = arena_copy(showing->arena, model) };
    view_get_thing_model(showing->reader, vendor, name_model(model), showing->arena, &row);
    kept->title      = row.title;
    kept->category   = category_of(row.category)->name;
    kept->definition = row.definition;
    return kept;
}
