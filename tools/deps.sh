#!/bin/sh
# Installs the Debian packages that are missing; says which where it may not.
# Of Apache the programs alone: apache2 would also start it.
set -eu

packages="build-essential pkg-config python3-dev python3-venv
libcurl4-openssl-dev libcjson-dev lua5.4 liblua5.4-dev lua5.3 liblua5.3-dev
lua5.1 liblua5.1-0-dev luarocks lua-busted lua-check lua-cjson lua-socket
nginx haproxy apache2-bin libnginx-mod-http-lua luajit2 libluajit2-5.1-dev
postgresql eatmydata chromium chromium-driver valgrind strace wrk curl unzip clang-format"

missing=
for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || :)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "these Debian packages, or their like, are needed:$missing" >&2
    exit 0
fi
as_root=
if [ "$(id -u)" != 0 ]; then
    if ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then
        echo "run as root, or install:$missing" >&2
        exit 1
    fi
    as_root=sudo
fi
echo "installing Debian packages:$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086 # a list of words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends $missing >/dev/null
