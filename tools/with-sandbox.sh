#!/bin/sh
# Runs a command with a local Cielo of its own behind CIELO_BASE_URL, which
# posts its notifications to the loopback port CIELO_DEMO_INBOX.
set -eu
cd "$(dirname "$0")/.."
log=$(mktemp)
# Below the ports that Linux gives away: nobody is given this one before it is bound.
CIELO_DEMO_INBOX=$(.venv/bin/python -c 'import contextlib, random, socket
port = None
while port is None:
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.bind(("127.0.0.1", random.randrange(20000, 32768)))
        port = probe.getsockname()[1]
print(port)')
export CIELO_DEMO_INBOX
.venv/bin/python -m cielo.sandbox --port 0 \
    --notify-url "http://127.0.0.1:$CIELO_DEMO_INBOX/" >"$log" 2>&1 &
sandbox=$!
trap 'kill $sandbox 2>/dev/null; wait $sandbox 2>/dev/null || :; rm -f "$log"' EXIT
for _ in $(seq 600); do
    CIELO_BASE_URL=$(sed -n 's|.*\(http://[^ ]*\).*|\1|p' "$log" | head -n 1)
    [ -z "$CIELO_BASE_URL" ] || break
    kill -0 $sandbox 2>/dev/null || { cat "$log" >&2; exit 1; }
    sleep 0.1
done
[ -n "$CIELO_BASE_URL" ] || { echo "the local Cielo did not start" >&2; exit 1; }
if [ "${CIELO_BASE_URL##*:}" = "$CIELO_DEMO_INBOX" ]; then # drawn twice
    kill $sandbox
    wait $sandbox || :
    rm -f "$log"
    exec tools/with-sandbox.sh "$@"
fi
export CIELO_BASE_URL
CIELO_MERCHANT_ID=00000000-0000-0000-0000-000000000001
CIELO_MERCHANT_KEY=LOCALSTOREKEYLOCALSTOREKEYLOCALSTOREKEYA
CIELO_CLIENT_ID=00000000-0000-0000-0000-000000000002
CIELO_CLIENT_SECRET=local-client-secret
CIELO_CHECKOUT_MERCHANT_ID=00000000-0000-0000-0000-000000000003
export CIELO_MERCHANT_ID CIELO_MERCHANT_KEY CIELO_CLIENT_ID CIELO_CLIENT_SECRET
export CIELO_CHECKOUT_MERCHANT_ID
"$@"
