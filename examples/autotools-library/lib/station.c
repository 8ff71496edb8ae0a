#include <sqlite3.h>
#include <stdio.h>

#include "tide.h"

static const char query[] =
    "SELECT s.name, s.mean, c.amplitude, c.speed, c.phase "
    "FROM station s JOIN constituent c ON c.station = s.id "
    "WHERE s.name = ?1 COLLATE NOCASE ORDER BY c.amplitude DESC LIMIT ?2";

static char message[256];

static const char *fail(sqlite3 *db)
{
    snprintf(message, sizeof message, "%s", sqlite3_errmsg(db));
    return message;
}

static const char *load(sqlite3 *db, const char *name, struct tide_station *out)
{
    sqlite3_stmt *rows;
    const char *error = NULL;
    int state;

    if (sqlite3_prepare_v2(db, query, -1, &rows, NULL) != SQLITE_OK)
        return fail(db);
    sqlite3_bind_text(rows, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int(rows, 2, TIDE_MAX_CONSTITUENTS);
    for (out->count = 0; (state = sqlite3_step(rows)) == SQLITE_ROW; out->count++) {
        snprintf(out->name, sizeof out->name, "%s", (const char *)sqlite3_column_text(rows, 0));
        out->mean = sqlite3_column_double(rows, 1);
        out->constituents[out->count] = (struct tide_constituent){
            .amplitude = sqlite3_column_double(rows, 2),
            .speed = sqlite3_column_double(rows, 3),
            .phase = sqlite3_column_double(rows, 4),
        };
    }
    if (state != SQLITE_DONE)
        error = fail(db);
    else if (out->count == 0)
        error = "no such station";
    sqlite3_finalize(rows);
    return error;
}

const char *tide_station_load(const char *database, const char *name, struct tide_station *out)
{
    sqlite3 *db;
    const char *error;

    if (sqlite3_open_v2(database, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
        error = load(db, name, out);
    else
        error = fail(db);
    sqlite3_close(db);
    return error;
}
