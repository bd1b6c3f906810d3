#!/bin/sh
# The Python suite under another CPython than the one of .venv:
#     tests/python/other.sh PROGRAM FOLDER
# The package is built for it in an environment of its own, under FOLDER.
set -eu
program=$1
folder=$2
cd "$(dirname "$0")/../.."
[ -x "$folder/bin/python" ] || "$program" -m venv "$folder"
# pyright finds the same whatever runs it, and brings a whole node.
grep -v '^basedpyright' tools/requirements.txt >"$folder/requirements.txt"
"$folder/bin/python" -m pip install -q --disable-pip-version-check \
    -r "$folder/requirements.txt"
# Two builds at once would meet in build/. The linker's own optimising takes most of
# a build's time, and is tried in .venv.
CFLAGS="-g0 -fno-lto" flock build/other.lock "$folder/bin/python" -m pip install -q --disable-pip-version-check \
    --force-reinstall --no-deps '.[sandbox]'
exec "$folder/bin/python" -m pytest -q -rs -p no:cacheprovider tests/python
