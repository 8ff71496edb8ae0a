/* libtide: heights of the tide from harmonic constants. */
#ifndef TIDE_H
#define TIDE_H

#include <time.h>

enum { TIDE_MAX_CONSTITUENTS = 16, TIDE_NAME_SIZE = 64 };

struct tide_constituent {
    double amplitude; /* metres */
    double speed;     /* degrees an hour */
    double phase;     /* degrees at 1970-01-01 00:00 UTC */
};

struct tide_station {
    char name[TIDE_NAME_SIZE];
    double mean; /* metres above chart datum */
    int count;
    struct tide_constituent constituents[TIDE_MAX_CONSTITUENTS];
};

/* Reads a station from the database file. Returns NULL, or what went wrong in
 * a text that lives until the next call. */
const char *tide_station_load(const char *database, const char *name, struct tide_station *out);

/* The height of the tide in metres above chart datum. */
double tide_height(const struct tide_station *station, time_t when);

#endif
