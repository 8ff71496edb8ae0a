/* pkgwatch: prints the newest versions of the packages that URLs list. */
#include <curl/curl.h>
#include <json-c/json_c_version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch.h"
#include "report.h"

static int watch(const char *url)
{
    struct buffer json;
    const char *error = fetch(url, &json);
    int count = -1;

    if (error != NULL)
        fprintf(stderr, "pkgwatch: %s: %s\n", url, error);
    else if (json.data == NULL || (count = report(json.data, stdout)) < 0)
        fprintf(stderr, "pkgwatch: %s: not a list of packages\n", url);
    free(json.data);
    return count;
}

int main(int argc, char **argv)
{
    int failed = 0;

    if (argc < 2) {
        fprintf(stderr, "usage: pkgwatch URL...\n");
        return 2;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("pkgwatch %s, %s, json-c %s\n", PKGWATCH_VERSION, curl_version(), json_c_version());
        return 0;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    for (int i = 1; i < argc; i++)
        failed |= watch(argv[i]) < 0;
    curl_global_cleanup();
    return failed;
}
