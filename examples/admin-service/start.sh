#!/bin/bash
# Starts nginx and gunicorn under supervisor.
cd /home/admin || exit 1
exec /home/admin/tools/bin/supervisord -c /home/admin/conf/supervisord.conf
