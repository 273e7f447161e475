#include "core/facts/category.h"

#include <string.h>

static const struct category unknown = { { "unknown", 7 }, false };

/* clang-format off */
static const struct category light       = { { "light", 5 },        false };
static const struct category on_off      = { { "switch", 6 },       false };
static const struct category cover       = { { "cover", 5 },        false };
static const struct category climate     = { { "climate", 7 },      false };
static const struct category sensor      = { { "sensor", 6 },       false };
static const struct category lock        = { { "lock", 4 },         true };
static const struct category camera      = { { "camera", 6 },       true };
static const struct category garage_door = { { "garage-door", 11 }, true };
static const struct category alarm_      = { { "alarm", 5 },        true };

/* Last words, in lower case, hyphens between. */
static const struct {
    const char            *word;
    const struct category *category;
} words[] = {
    { "light", &light },           { "lamp", &light },          { "bulb", &light },
    { "lighting", &light },        { "switch", &on_off },       { "plug", &on_off },
    { "socket", &on_off },         { "outlet", &on_off },       { "relay", &on_off },
    { "cover", &cover },           { "covering", &cover },      { "blind", &cover },
    { "blinds", &cover },          { "shutter", &cover },       { "shutters", &cover },
    { "curtain", &cover },         { "awning", &cover },        { "climate", &climate },
    { "thermostat", &climate },    { "heating", &climate },     { "heater", &climate },
    { "radiator", &climate },      { "air-conditioner", &climate }, { "hvac", &climate },
    { "sensor", &sensor },         { "meter", &sensor },        { "detector", &sensor },
    { "thermometer", &sensor },    { "lock", &lock },           { "camera", &camera },
    { "doorbell", &camera },       { "garage-door", &garage_door }, { "gate", &garage_door },
    { "alarm", &alarm_ },          { "siren", &alarm_ },
};
/* clang-format on */

static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/* "saref:TemperatureSensor" is "temperature-sensor"; what stands before the last colon, slash or
 * hash only says whose word it is. */
static size_t category_spell(struct slice word, char text[2 * CATEGORY_WORD_MAX])
{
    size_t size = 0;

    for (size_t i = 0; i < word.size; i++) {
        char c = word.data[i];
        if (c && strchr(":/#", c)) {
            size = 0;
            continue;
        }
        if (is_upper(c) && size && !is_upper(word.data[i - 1]) && text[size - 1] != '-')
            text[size++] = '-';
        text[size++] = c == ' ' || c == '_' ? '-' : is_upper(c) ? (char)(c + ('a' - 'A')) : c;
    }
    return size;
}

static bool is_last_word(struct slice text, struct slice word)
{
    size_t before = text.size - word.size;

    return text.size >= word.size &&
           slice_equal((struct slice){ text.data + before, word.size }, word) &&
           (!before || text.data[before - 1] == '-');
}

const struct category *category_of(struct slice word)
{
    char text[2 * CATEGORY_WORD_MAX];

    if (word.size > CATEGORY_WORD_MAX) return &unknown;
    struct slice spelled = { text, category_spell(word, text) };
    for (size_t i = 0; i < COUNT(words); i++)
        if (is_last_word(spelled, slice_text(words[i].word))) return words[i].category;
    return &unknown;
}

bool category_is_known(const struct category *category) { return category != &unknown; }
