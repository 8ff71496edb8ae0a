#include "fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_SIZE = 8 * 1024 * 1024, TIMEOUT_SECONDS = 20 };

static size_t append(char *data, size_t size, size_t count, void *user)
{
    struct buffer *out = user;
    size_t more = size * count;
    char *grown;

    if (out->size + more > MAX_SIZE)
        return 0; /* libcurl gives up */
    grown = realloc(out->data, out->size + more + 1);
    if (grown == NULL)
        return 0;
    memcpy(grown + out->size, data, more);
    out->data = grown;
    out->size += more;
    out->data[out->size] = '\0';
    return more;
}

const char *fetch(const char *url, struct buffer *out)
{
    CURL *curl = curl_easy_init();
    CURLcode code;

    *out = (struct buffer){0};
    if (curl == NULL)
        return "no memory";
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)TIMEOUT_SECONDS);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "pkgwatch/" PKGWATCH_VERSION);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, out);
    code = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return code == CURLE_OK ? NULL : curl_easy_strerror(code);
}
