-- What can go wrong, and how a program tells.
--
--   tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/errors.lua
--
-- runs it against a local Cielo. Elsewhere it takes what that command sets from
-- your environment: CIELO_MERCHANT_ID, CIELO_MERCHANT_KEY, CIELO_BASE_URL.

if not (os.getenv "CIELO_MERCHANT_ID" and os.getenv "CIELO_MERCHANT_KEY") then
  io.stderr:write("set CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY, or run: "
    .. "tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/errors.lua\n")
  os.exit(1)
end

local cielo = require "cielo"

local client = assert(cielo.new {})

-- 1. Wrong fields: nothing is sent, every problem is listed.
local sale, message, err = client.sales:create {
  merchant_order_id = "not allowed",
  payment = { type = "CreditCard", amount = 19.99 },
}
assert(sale == nil and err.kind == "validation")
print(message)
for _, problem in ipairs(err.problems) do
  print("  " .. problem.path, problem.message)
end

-- 2. Cielo's answer is an error.
local _
_, message, err = client.sales:get("24bc8366-fc31-4d6c-8555-17049a836a07")
print(message, err.kind, err.http_status)

-- 3. The answer of a write was lost. Look the order up before charging again:
-- the client has tried to, and says what it saw.
local function charge(fields)
  local result, text, failure = client.sales:create(fields)
  if result then return result end
  if failure.kind == "outcome_unknown" then
    print("look up order", failure.merchant_order_id)
    for _, seen in ipairs(failure.found or {}) do print(seen) end
  elseif failure.sent == "no" then
    print("nothing was charged: it may be sent again")
  end
  return nil, text, failure
end

-- 4. A declined card is a result, with advice on a repeat.
local declined = assert(charge {
  merchant_order_id = "errors" .. os.time(),
  payment = {
    type = "CreditCard", amount = 15700, installments = 1,
    credit_card = {
      card_number = "4024007150000072", holder = "Teste Holder",
      expiration_date = "12/2035", security_code = "123", brand = "Visa",
    },
  },
})
if declined.declined then
  local advice = declined.advice
  print("declined; try again:", advice.retry.kind, "change:", advice.change)
  print("to the shopper:", advice.code and advice.code:shopper("pt"))
end
client:close()
