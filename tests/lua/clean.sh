#!/bin/sh
# What luarocks leaves in a checkout goes with `make clean`: a copy is then as
# it was.
set -eu
cd "$(dirname "$0")/../.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir -p "$place/top/bindings"
cp -r core rockspec Makefile "$place/top"
cp -r bindings/lua "$place/top/bindings"
cd "$place/top"
find . -name '*.o' -delete
find . | sort >"$place/before"
luarocks --lua-version 5.1 make --tree "$place/rocks" \
    rockspec/lua-cielo-scm-1.rockspec \
    CURL_INCDIR="/usr/include/$(gcc -print-multiarch)" >"$place/log" 2>&1 || {
    cat "$place/log"
    exit 1
}
make --no-print-directory -s clean
find . | sort | diff "$place/before" -
