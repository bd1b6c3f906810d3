#!/bin/sh
# One sale, one decline, one refusal, many sales and their journal under
# valgrind: no error, no leak.
set -eu
cd "$(dirname "$0")/../.."
script=$(mktemp)
folder=$(mktemp -d)
trap 'rm -rf "$script" "$folder"' EXIT
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
client = assert(cielo.new{ journal = arg[1] })
local sales = {}
for number = 1, 5 do sales[number] = sale "4091688625337641" end
for outcome in client:many("sales.create", sales, { concurrency = 2 }) do
  assert(outcome.result.approved)
end
assert(client:many("sales.create", sales)())
local count = 0
for entry in assert(client.journal:entries()) do
  assert(entry.operation == "sale_create")
  count = count + 1
end
assert(count >= 6)
assert(#client.journal:in_doubt() == 0 and #client.journal:settle() == 0)
client = nil
collectgarbage()
collectgarbage()
LUA
LUA_RUNNER=valgrind tools/with-sandbox.sh tools/lua.sh 5.4 -q --error-exitcode=9 \
    --leak-check=full --errors-for-leak-kinds=definite /usr/bin/lua5.4 "$script" \
    "$folder"
