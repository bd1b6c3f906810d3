#!/bin/sh
# Installs a binary rock into a fresh tree, without a compiler, and sells
# something with it:
#     tools/with-sandbox.sh tests/packages/try_rock.sh 5.4|5.3|5.1|jit FOLDER-OF-ROCKS
set -eu
cd "$(dirname "$0")/../.."
case $1 in
jit) program=luajit lua=5.1 ;;
*) program=lua$1 lua=$1 ;;
esac
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
CC=false luarocks --lua-version "$lua" install --tree "$place" "$2"/lua-"$lua"/*.rock \
    >"$place/log" 2>&1 || {
    cat "$place/log" >&2
    exit 1
}
LUA_PATH="$place/share/lua/$lua/?.lua;$place/share/lua/$lua/?/init.lua" \
    LUA_CPATH="$place/lib/lua/$lua/?.so" "/usr/bin/$program" examples/lua/sale.lua >"$place/log"
echo "$program: $(tail -n 1 "$place/log")"
