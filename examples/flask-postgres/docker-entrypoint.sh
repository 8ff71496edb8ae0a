#!/bin/bash
# Waits for the database, creates the tables, then runs the command.
set -e

if [ -n "$DATABASE_URL" ]; then
    for i in $(seq "${WAIT_SECONDS:-30}"); do
        pg_isready --dbname="$DATABASE_URL" && break
        echo "waiting for the database ($i)"
        sleep 1
    done
    flask --app wsgi init-db
fi

exec "$@"
