#ifndef FETCH_H
#define FETCH_H

#include <stddef.h>

struct buffer {
    char *data; /* ends in a zero byte that size does not count */
    size_t size;
};

/* Reads a URL of any scheme that libcurl knows. Returns NULL, or what went
 * wrong; the caller frees out->data in both cases. */
const char *fetch(const char *url, struct buffer *out);

#endif
