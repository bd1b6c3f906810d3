#!/bin/sh
# The start of a shop in C against a local Cielo: a sale and its capture whose
# outcomes were lost are found again; those of another place are refused.
#
#     tools/with-sandbox.sh tests/startup.sh FOLDER   (where sale and startup are)
set -eu
cd "$1"
mkdir noted lost elsewhere
CIELO_JOURNAL=noted ./sale >/dev/null
grep -h -v '"rec":"outcome"' noted/*.jsonl >lost/shop-1-1-1.jsonl
cp lost/*.jsonl elsewhere

found=$(./startup lost)
if [ "$(echo "$found" | grep -c ': adopted$')" != 2 ]; then
    echo "not found again: $found"
    exit 1
fi
./startup lost | grep -q ' 0 in doubt$' || { echo "still in doubt"; exit 1; }

# An entry of another place is refused, and a damaged one is none.
code=0
CIELO_BASE_URL=http://127.0.0.1:9 ./startup elsewhere >/dev/null 2>&1 || code=$?
[ "$code" = 1 ] || { echo "another place's entries gave $code"; exit 1; }
sed -i 's/"crc":"[0-9a-f]*"/"crc":"00000000"/' elsewhere/*.jsonl
./startup elsewhere | grep -q '^0 writes' || { echo "damage was read"; exit 1; }
