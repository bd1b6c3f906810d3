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
skip=no_such_spec
if [ "${CIELO_GC_STRESS:-}" = 1 ]; then
    # A collection at every call makes minutes of what waits for children.
    skip='cases_spec|examples_spec|interrupt_spec|money_safety_spec'
    echo "not run: $skip (too slow with a full collection at each step)"
fi
specs=$(ls tests/lua/*_spec.lua | grep -vE "$skip")
# shellcheck disable=SC2086 # a list of files
LUA_RUNNER=busted exec tools/lua.sh "$version" --lua="$interpreter" \
    -o plainTerminal "$@" $specs
