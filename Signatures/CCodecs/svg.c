// SVG through librsvg, which is loaded only by a child that was told to expect drawings.
//
// Declarations are written out here, because the library is opened at run time: no other process of
// Selvage carries its fifty libraries. Sources: rsvg.h of librsvg 2.54, cairo.h of 1.16.

#include "codecs.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    double x, y, width, height;
} rectangle;

typedef struct {
    uint32_t domain;
    int code;
    char *message;
} problem;

/// The functions used, and whether they were all found.
static struct {
    void *(*open)(const uint8_t *bytes, size_t size, problem **error);
    int (*render)(void *handle, void *cairo, const rectangle *viewport, problem **error);
    int (*set_rules)(void *handle, const char *css, size_t size, problem **error);
    void (*set_resolution)(void *handle, double perInch);
    void (*release)(void *object);
    void (*free_problem)(problem *error);
    void *(*surface)(uint8_t *pixels, int format, int width, int height, int stride);
    void (*finish)(void *surface);
    void (*destroy_surface)(void *surface);
    void *(*cairo)(void *surface);
    void (*destroy_cairo)(void *cairo);
    int ready;
} library;

// cairo.h: CAIRO_FORMAT_RGB24 has 32 bits a pixel, the upper 8 unused; blue comes first in memory.
enum { FORMAT_RGB24 = 1 };

// Filters and embedded pictures: what a library would otherwise look for on disk, or start a thread
// for, when the child can no longer do either.
static const char warm_up[] =
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='9'"
    " height='9'><filter id='f'><feGaussianBlur stdDeviation='2'/><feTurbulence"
    " baseFrequency='.1'/></filter><rect width='9' height='9' filter='url(#f)'/>"
    "<image width='1' height='1' xlink:href='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEA"
    "AAABCAIAAACQd1PeAAAADElEQVR42mNQcEgAAAFEAME1cEXuAAAAAElFTkSuQmCC'/></svg>";

// Text is left out: its letters would be those of whatever fonts a machine has, in files that a
// confined child cannot open. (An important rule in a `style` attribute gets past this one in librsvg
// 2.54; the thread that it then wants is refused, and the child ends with that drawing.)
static const char rules[] = "text { display: none !important }";

static int find_functions(void *rsvg) {
    // The libraries that librsvg stands on are found through it.
    *(void **)&library.open = dlsym(rsvg, "rsvg_handle_new_from_data");
    *(void **)&library.render = dlsym(rsvg, "rsvg_handle_render_document");
    *(void **)&library.set_rules = dlsym(rsvg, "rsvg_handle_set_stylesheet");
    *(void **)&library.set_resolution = dlsym(rsvg, "rsvg_handle_set_dpi");
    *(void **)&library.release = dlsym(rsvg, "g_object_unref");
    *(void **)&library.free_problem = dlsym(rsvg, "g_error_free");
    *(void **)&library.surface = dlsym(rsvg, "cairo_image_surface_create_for_data");
    *(void **)&library.finish = dlsym(rsvg, "cairo_surface_finish");
    *(void **)&library.destroy_surface = dlsym(rsvg, "cairo_surface_destroy");
    *(void **)&library.cairo = dlsym(rsvg, "cairo_create");
    *(void **)&library.destroy_cairo = dlsym(rsvg, "cairo_destroy");
    return library.open && library.render && library.set_rules && library.set_resolution &&
           library.release && library.free_problem && library.surface && library.finish &&
           library.destroy_surface && library.cairo && library.destroy_cairo;
}

/// Draws into 32-bit rows. Returns 0 and a sentence when the drawing cannot be read.
static int draw(const uint8_t *bytes, size_t size, uint8_t *rows, int width, int height,
    char *message) {
    problem *error = NULL;
    // No base address is set, so nothing outside these bytes can be referred to.
    void *handle = library.open(bytes, size, &error);
    if (handle) {
        rectangle viewport = {0, 0, width, height};
        library.set_resolution(handle, 96);
        void *surface = library.surface(rows, FORMAT_RGB24, width, height, width * 4);
        void *cairo = library.cairo(surface);
        int drawn = library.set_rules(handle, rules, sizeof rules - 1, &error) &&
                    library.render(handle, cairo, &viewport, &error);
        library.finish(surface);
        if (!drawn && !error) selvage_say(message, "the drawing could not be rendered");
        library.destroy_cairo(cairo);
        library.destroy_surface(surface);
        library.release(handle);
        if (drawn && !error) return 1;
    }
    if (error) {
        selvage_say(message, error->message);
        library.free_problem(error);
    }
    return 0;
}

int selvage_prepare_drawings(void) {
    if (library.ready) return 1;
    // librsvg's filters share their work out among threads, of which a child may start none later.
    setenv("RAYON_NUM_THREADS", "1", 1);
    void *rsvg = dlopen("librsvg-2.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!rsvg || !find_functions(rsvg)) return 0;
    uint8_t rows[9 * 9 * 4];
    char message[SELVAGE_MESSAGE_SIZE];
    library.ready = draw((const uint8_t *)warm_up, sizeof warm_up - 1, rows, 9, 9, message);
    return library.ready;
}

static void close_up(const uint8_t *from, uint8_t *to, uint32_t width) {
    for (uint32_t x = 0; x < width; x++, from += 4, to += 3) {
        uint32_t pixel;
        memcpy(&pixel, from, 4);
        to[0] = (uint8_t)(pixel >> 16);
        to[1] = (uint8_t)(pixel >> 8);
        to[2] = (uint8_t)pixel;
    }
}

selvage_outcome selvage_svg_decode(const uint8_t *bytes, size_t size,
    const selvage_limits *limits, const selvage_header *header, selvage_sink *sink,
    char *message) {
    (void)limits;
    (void)header;
    if (!library.ready) {
        selvage_say(message, "an SVG drawing, for which librsvg is not at hand");
        return SELVAGE_UNKNOWN_FORMAT;
    }
    size_t stride = (size_t)sink->width * 4;
    uint8_t *rows = malloc(stride * sink->height);
    if (!rows) return SELVAGE_NO_MEMORY;
    // White paper; its unused bits are white too.
    memset(rows, 255, stride * sink->height);
    int drawn = draw(bytes, size, rows, (int)sink->width, (int)sink->height, message);
    for (uint32_t y = 0; drawn && y < sink->height; y++)
        close_up(rows + y * stride, sink->pixels + (size_t)y * sink->width * 3, sink->width);
    free(rows);
    return drawn ? SELVAGE_OK : SELVAGE_DAMAGED;
}
