#!/bin/sh
# Runs the specs on one Lua: 5.4, 5.3, 5.1 or jit.
set -eu
cd "$(dirname "$0")/../.."
version=$1
shift
case $version in
jit) interpreter=/usr/bin/luajit ;;
*) interpreter=/usr/bin/lua$version ;;
esac
LUA_RUNNER=busted exec tools/lua.sh "$version" --lua="$interpreter" \
    -o plainTerminal --pattern=_spec "$@" tests/lua
