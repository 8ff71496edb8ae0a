#include "tide.h"

#include <math.h>

static const double radians_per_degree = 3.14159265358979323846 / 180;

double tide_height(const struct tide_station *station, time_t when)
{
    double hours = (double)when / 3600;
    double height = station->mean;

    for (int i = 0; i < station->count; i++) {
        const struct tide_constituent *c = &station->constituents[i];
        double angle = fmod(c->speed * hours + c->phase, 360);
        height += c->amplitude * cos(angle * radians_per_degree);
    }
    return height;
}
