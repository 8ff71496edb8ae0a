/* tidetable STATION YYYY-MM-DD: the tide of a day, hour by hour, in UTC. */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <time.h>

#include "tide.h"

static int parse_day(const char *text, time_t *day)
{
    struct tm tm = {0};
    char rest;

    if (sscanf(text, "%d-%d-%d%c", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &rest) != 3)
        return -1;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    *day = timegm(&tm);
    return 0;
}

int main(int argc, char **argv)
{
    struct tide_station station;
    const char *error;
    time_t day;

    if (argc != 3 || parse_day(argv[2], &day) != 0) {
        fprintf(stderr, "usage: tidetable STATION YYYY-MM-DD\n");
        return 2;
    }
    error = tide_station_load(STATIONS, argv[1], &station);
    if (error != NULL) {
        fprintf(stderr, "tidetable: %s: %s\n", argv[1], error);
        return 1;
    }
    printf("%s, %s\n", station.name, argv[2]);
    for (int hour = 0; hour < 24; hour++)
        printf("%02d:00 %5.2f m\n", hour, tide_height(&station, day + hour * 3600));
    return 0;
}
