#include "report.h"

#include <json-c/json.h>

static int print_package(struct json_object *package, FILE *out)
{
    struct json_object *name, *versions, *newest;

    if (!json_object_object_get_ex(package, "name", &name) ||
        !json_object_object_get_ex(package, "versions", &versions) ||
        !json_object_is_type(versions, json_type_array))
        return -1;
    newest = json_object_array_get_idx(versions, 0);
    fprintf(out, "%-20s %s\n", json_object_get_string(name),
            newest == NULL ? "(none)" : json_object_get_string(newest));
    return 0;
}

int report(const char *json, FILE *out)
{
    struct json_object *root = json_tokener_parse(json);
    int count = -1;

    if (root != NULL && json_object_is_type(root, json_type_array)) {
        int length = (int)json_object_array_length(root);
        for (count = 0; count < length; count++) {
            if (print_package(json_object_array_get_idx(root, count), out) != 0) {
                count = -1;
                break;
            }
        }
    }
    json_object_put(root);
    return count;
}
