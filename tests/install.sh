#!/bin/sh
# make install into an empty place: the library exports cielo_* and nothing
# else, and the C example builds from pkg-config alone and runs.
set -eu
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
make --no-print-directory -s install PREFIX="$place" >/dev/null

others=$(nm -D --defined-only "$place/lib/libcielo.so" | awk '{print $3}' |
    grep -v '^cielo_[a-z]' | grep -v -e '^_init$' -e '^_fini$' || :)
if [ -n "$others" ]; then
    echo "exported beside cielo_*: $others"
    exit 1
fi
private=$(nm -D --defined-only "$place/lib/libcielo.so" | grep ' cielo__' || :)
[ -z "$private" ] || { echo "private names exported: $private"; exit 1; }

export PKG_CONFIG_PATH="$place/lib/pkgconfig"
# They keep a journal, and the last of them, startup.c, finds no doubt in it.
export CIELO_JOURNAL="$place/journal"
# shellcheck disable=SC2046 # words of flags
for program in examples/c/*.c; do
    name=$(basename "$program" .c)
    cc -std=c99 -Wall -Wextra -Werror "$program" -o "$place/$name" \
        $(pkg-config --cflags --libs cielo)
    LD_LIBRARY_PATH="$place/lib" tools/with-sandbox.sh "$place/$name"
done
LD_LIBRARY_PATH="$place/lib" tools/with-sandbox.sh tests/startup.sh "$place"
