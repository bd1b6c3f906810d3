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
    specs=$(echo "$specs" | grep -vE "$skip")
    # A process for each: a collection takes as long as all that others have loaded.
    folder=$(mktemp -d)
    trap 'rm -r "$folder"' EXIT
    failed=0
    for spec in $specs; do
        LUA_RUNNER=busted tools/lua.sh "$version" --lua="$interpreter" \
            -o plainTerminal "$@" "$spec" >"$folder/one" 2>&1 || failed=1
        cat "$folder/one"
        grep -E '^[0-9]+ success' "$folder/one" >>"$folder/all" || failed=1
    done
    awk '{ for (i = 0; i < 4; i++) sum[i] += $(1 + 3 * i) } END {
        printf "%d successes / %d failures / %d errors / %d pending\n",
            sum[0], sum[1], sum[2], sum[3] }' "$folder/all"
    exit "$failed"
fi
# shellcheck disable=SC2086 # a list of files
LUA_RUNNER=busted exec tools/lua.sh "$version" --lua="$interpreter" \
    -o plainTerminal "$@" $specs
