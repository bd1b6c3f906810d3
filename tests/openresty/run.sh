#!/bin/sh
# nginx with its Lua module against local Cielos, all on loopback.
set -eu
cd "$(dirname "$0")/../.."
exec .venv/bin/python -m pytest -q -rs -p no:cacheprovider tests/openresty "$@"
