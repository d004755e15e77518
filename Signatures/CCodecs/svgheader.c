// An SVG drawing's root element, found by content: what it is, and how large it wants to be.

#include "codecs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LONGEST_PROLOG = 64 << 10,
    /// A drawing has no pixels of its own, so a larger one is drawn with this longest side.
    LONGEST_SIDE = 4096
};

typedef struct {
    const char *at;
    const char *end;
} cursor;

static int begins(const cursor *text, const char *words) {
    size_t length = strlen(words);
    return (size_t)(text->end - text->at) >= length && !memcmp(text->at, words, length);
}

static int is_space(char letter) {
    return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

static void skip_space(cursor *text) {
    while (text->at < text->end && is_space(*text->at)) text->at++;
}

/// Moves behind the next occurrence of `words`; 0 when there is none.
static int skip_past(cursor *text, const char *words) {
    for (; text->at < text->end; text->at++)
        if (begins(text, words)) {
            text->at += strlen(words);
            return 1;
        }
    return 0;
}

/// Moves behind a document type declaration with its internal subset and quoted texts.
static int skip_declaration(cursor *text) {
    int inside = 0;
    while (text->at < text->end) {
        char letter = *text->at++;
        if (letter == '"' || letter == '\'') {
            const char closing[] = {letter, 0};
            if (!skip_past(text, closing)) return 0;
        } else if (letter == '[') {
            inside = 1;
        } else if (letter == ']') {
            inside = 0;
        } else if (letter == '>' && !inside) {
            return 1;
        }
    }
    return 0;
}

/// Moves behind the name of the root element when it is `svg`, whatever its prefix.
static int find_root(cursor *text) {
    if (begins(text, "\xef\xbb\xbf")) text->at += 3;
    for (;;) {
        skip_space(text);
        if (begins(text, "<?")) {
            if (!skip_past(text, "?>")) return 0;
        } else if (begins(text, "<!--")) {
            if (!skip_past(text, "-->")) return 0;
        } else if (begins(text, "<!DOCTYPE")) {
            if (!skip_declaration(text)) return 0;
        } else {
            break;
        }
    }
    if (text->at == text->end || *text->at != '<') return 0;
    const char *name = ++text->at;
    while (text->at < text->end && !is_space(*text->at) && *text->at != '>' && *text->at != '/') {
        if (*text->at == ':') name = text->at + 1;
        text->at++;
    }
    return text->at - name == 3 && !memcmp(name, "svg", 3) && text->at < text->end;
}

static cursor prolog(const uint8_t *bytes, size_t size) {
    const char *start = (const char *)bytes;
    return (cursor){start, start + (size < LONGEST_PROLOG ? size : LONGEST_PROLOG)};
}

int selvage_svg_matches(const uint8_t *bytes, size_t size) {
    cursor text = prolog(bytes, size);
    return find_root(&text);
}

/// A length in CSS pixels (96 to an inch); 0 for what depends on a page, such as a percentage.
static double pixels(const char *value) {
    static const struct {
        const char *unit;
        double size;
    } units[] = {{"px", 1}, {"pt", 96.0 / 72}, {"pc", 16}, {"in", 96}, {"cm", 96 / 2.54},
        {"mm", 9.6 / 2.54}, {"em", 16}, {"ex", 8}};
    char *unit;
    double number = strtod(value, &unit);
    if (!isfinite(number) || number <= 0) return 0;
    while (is_space(*unit)) unit++;
    if (!*unit) return number;
    for (size_t index = 0; index < sizeof units / sizeof *units; index++)
        if (!strncmp(unit, units[index].unit, 2)) return number * units[index].size;
    return 0;
}

typedef struct {
    double width, height;
    double boxWidth, boxHeight;
} dimensions;

static void read_box(char *value, dimensions *size) {
    double numbers[4] = {0, 0, 0, 0};
    for (int index = 0; index < 4; index++) {
        while (is_space(*value) || *value == ',') value++;
        numbers[index] = strtod(value, &value);
    }
    if (isfinite(numbers[2]) && isfinite(numbers[3]) && numbers[2] > 0 && numbers[3] > 0) {
        size->boxWidth = numbers[2];
        size->boxHeight = numbers[3];
    }
}

static void read_attribute(const char *name, size_t length, char *value, dimensions *size) {
    if (length == 5 && !memcmp(name, "width", 5)) size->width = pixels(value);
    if (length == 6 && !memcmp(name, "height", 6)) size->height = pixels(value);
    if (length == 7 && !memcmp(name, "viewBox", 7)) read_box(value, size);
}

static void read_attributes(cursor *text, dimensions *size) {
    for (;;) {
        char value[128];
        size_t length = 0;
        skip_space(text);
        const char *name = text->at;
        while (text->at < text->end && !is_space(*text->at) && !strchr("=>/\"'", *text->at))
            text->at++;
        size_t letters = (size_t)(text->at - name);
        skip_space(text);
        if (letters == 0 || text->at == text->end || *text->at++ != '=') return;
        skip_space(text);
        if (text->at == text->end || (*text->at != '"' && *text->at != '\'')) return;
        char closing = *text->at++;
        for (; text->at < text->end && *text->at != closing; text->at++)
            if (length < sizeof value - 1) value[length++] = *text->at;
        if (text->at++ == text->end) return;
        value[length] = 0;
        read_attribute(name, letters, value, size);
    }
}

// CSS 2.2 section 10.3.2: a missing side follows from the other and the view box's ratio; what has
// no size at all is 300 by 150.
static void settle(dimensions *size) {
    if (!size->width && !size->height) {
        size->width = size->boxWidth ? size->boxWidth : 300;
        size->height = size->boxHeight ? size->boxHeight : 150;
    } else if (!size->width) {
        size->width = size->boxHeight ? size->height * size->boxWidth / size->boxHeight : 300;
    } else if (!size->height) {
        size->height = size->boxWidth ? size->width * size->boxHeight / size->boxWidth : 150;
    }
    double longer = size->width > size->height ? size->width : size->height;
    double shrink = longer > LONGEST_SIDE ? LONGEST_SIDE / longer : 1;
    size->width = ceil(size->width * shrink - 1e-6);
    size->height = ceil(size->height * shrink - 1e-6);
}

selvage_outcome selvage_svg_header(
    const uint8_t *bytes, size_t size, selvage_header *header, char *message) {
    cursor text = prolog(bytes, size);
    dimensions wanted = {0, 0, 0, 0};
    if (!find_root(&text)) {
        selvage_say(message, "an SVG without its root element");
        return SELVAGE_DAMAGED;
    }
    read_attributes(&text, &wanted);
    settle(&wanted);
    header->width = wanted.width < 1 ? 1 : (uint32_t)wanted.width;
    header->height = wanted.height < 1 ? 1 : (uint32_t)wanted.height;
    header->memory = (uint64_t)header->width * header->height * 7 + (32 << 20);
    return SELVAGE_OK;
}
