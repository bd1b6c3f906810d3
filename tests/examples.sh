#!/bin/sh
# Every example runs against a local Cielo and ends well; so does the demo.
set -u
cd "$(dirname "$0")/.."
passed=0
failed=0

try() {
    if output=$(tools/with-sandbox.sh "$@" 2>&1); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "failed: $*"
        echo "$output"
    fi
}

for file in examples/python/*.py; do
    try .venv/bin/python "$file"
done
for version in 5.4 5.3 5.1 jit; do
    for file in examples/lua/*.lua; do
        try tools/lua.sh "$version" "$file"
    done
done
try .venv/bin/python examples/demo.py
try tools/lua.sh 5.4 examples/demo.lua
try examples/openresty/try.sh
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
