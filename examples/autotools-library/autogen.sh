#!/bin/sh
# Makes configure and the files that it needs.
mkdir -p m4 && exec autoreconf --install --force
