#!/bin/sh
# entrypoint.sh server|worker|migrate ARGUMENT...
set -e
program=$1
shift
if [ "$program" = server ] && [ "$MIGRATE" = 1 ]; then
    bin/migrate
fi
exec "bin/$program" "$@"
