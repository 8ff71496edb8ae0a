#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

/* Prints name and newest version of each package of a JSON array
 * [{"name": ..., "versions": [newest, ...]}]. Returns how many there are, or
 * -1 when the text is not of that form. */
int report(const char *json, FILE *out);

#endif
