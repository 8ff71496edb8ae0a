#!/bin/sh
# Used by the image's HEALTHCHECK.
exec curl --silent --fail --max-time 3 "http://127.0.0.1:${CHAT_PORT:-8000}/status"
