#!/bin/sh
# Brings the database up to date, then serves.
set -e
python manage.py migrate --noinput
python manage.py loaddata welcome
exec gunicorn --bind 0.0.0.0:8000 --workers 2 site_config.wsgi
