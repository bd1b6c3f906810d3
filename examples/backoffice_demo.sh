#!/bin/sh
# Sales by Python, Lua and nginx with one journal, one of them killed in the middle; then what a
# person does about them with the command `cielo`. Run it as:
#   tools/with-sandbox.sh examples/backoffice_demo.sh
set -eu
cd "$(dirname "$0")/.."
: "${CIELO_BASE_URL:?run it as: tools/with-sandbox.sh examples/backoffice_demo.sh}"
shop=$(mktemp -d)
trap 'rm -rf "$shop"' EXIT
export CIELO_JOURNAL="$shop/journal" CIELO_LEDGER="sqlite:///$shop/ledger.db"
export LANG="${LANG:-pt_BR.UTF-8}"
cielo() { # shows the command, and stops the demo if it fails
    printf '\n$ cielo %s\n' "$*"
    .venv/bin/python -m cielo.cli "$@"
}

cat >"$shop/sell.py" <<'END'
import sys
import cielo

with cielo.Client(timeout=5) as client:  # seconds
    for order in sys.argv[1:]:
        client.sales.create({"MerchantOrderId": order, "Payment": {
            "Type": "CreditCard", "Amount": 15700, "Installments": 1, "CreditCard": {
                "CardNumber": cielo.Secret("4024007197692931"), "Holder": "Teste Holder",
                "ExpirationDate": "12/2030", "SecurityCode": "123", "Brand": "Visa"}}})
END

echo "Sales by Python, Lua and nginx"
.venv/bin/python "$shop/sell.py" python1 python2 python3
tools/lua.sh 5.4 examples/lua/sale.lua >/dev/null
examples/openresty/try.sh >/dev/null
# Cielo takes a sale and does not answer: the process that asked is killed.
curl -s -o /dev/null -d '[{"match": "POST /1/sales", "after": "process", "do": "stall"}]' \
    "$CIELO_BASE_URL/_sandbox/faults"
.venv/bin/python "$shop/sell.py" killed &
for _ in $(seq 600); do
    curl -s "$CIELO_BASE_URL/_sandbox/sales" | grep -q '"killed"' && break
    sleep 0.1
done
kill -KILL $!
wait $! 2>/dev/null || :
sleep 6 # past the call's time-out: before, it may be in flight elsewhere

cielo ledger ingest
cielo sales search
cielo sales capture --order python1 --yes
cielo sales void --order python1 --amount 57,00 --yes
cielo batch capture --search '--order python2 --order python3' --yes
cielo doubt list
doubt=$(.venv/bin/python -m cielo.cli doubt list --json | sed -n 's/.*"id": "\([^"]*\)".*/\1/p')
cielo doubt settle "$doubt"
cielo tariff set gateway 0,29
cielo statement
cielo ledger verify
