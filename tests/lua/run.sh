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
specs=$(ls tests/lua/*_spec.lua)
if [ "${CIELO_GC_STRESS:-}" = 1 ]; then
    # A collection at every call makes minutes of what waits for children.
    skip='cases_spec|examples_spec|interrupt_spec|money_safety_spec'
    echo "not run: $skip (too slow with a full collection at each step)"
    # It takes minutes of the others, too: each is run by two Luas, of which one
    # has the C interface of 5.1 and the other a later one.
    case $version in 5.4 | 5.1) turn=0 ;; *) turn=1 ;; esac
    specs=$(echo "$specs" | grep -vE "$skip" | awk -v turn=$turn 'NR % 2 == turn')
fi
# shellcheck disable=SC2086 # a list of files
LUA_RUNNER=busted exec tools/lua.sh "$version" --lua="$interpreter" \
    -o plainTerminal "$@" $specs
