#!/bin/sh
# One sale, one decline, one refusal under valgrind: no error, no leak.
set -eu
cd "$(dirname "$0")/../.."
script=$(mktemp)
trap 'rm -f "$script"' EXIT
cat >"$script" <<'LUA'
local cielo = require "cielo"
local function sale(number)
  return { merchant_order_id = "valgrind", payment = { type = "CreditCard", amount = 100,
    installments = 1, credit_card = { card_number = number, holder = "Teste Holder",
    expiration_date = "12/2035", security_code = "123", brand = "Visa" } } }
end
local client = assert(cielo.new{})
assert(assert(client.sales:create(sale "4091688625337641")).approved)
assert(assert(client.sales:create(sale "0000000000000002")).declined)
local _, _, err = client.sales:create(sale(4091688625337641))
assert(err.kind == "validation")
assert(not client.sales:get "00000000-0000-0000-0000-000000000000")
tostring(err)
client:close()
client = nil
collectgarbage()
collectgarbage()
LUA
LUA_RUNNER=valgrind tools/with-sandbox.sh tools/lua.sh 5.4 -q --error-exitcode=9 \
    --leak-check=full --errors-for-leak-kinds=definite /usr/bin/lua5.4 "$script"
