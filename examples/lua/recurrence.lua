-- A recurrence that Cielo charges every month: its amount changed, then ended.
--
--   tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/recurrence.lua
--
-- runs it against a local Cielo. Elsewhere it takes what that command sets from
-- your environment: CIELO_MERCHANT_ID, CIELO_MERCHANT_KEY, CIELO_BASE_URL.

if not (os.getenv "CIELO_MERCHANT_ID" and os.getenv "CIELO_MERCHANT_KEY") then
  io.stderr:write("set CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY, or run: "
    .. "tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/recurrence.lua\n")
  os.exit(1)
end

local cielo = require "cielo"

local client = assert(cielo.new {})

local sale = assert(client.sales:create {
  merchant_order_id = "recurrence" .. os.time(),
  customer = { name = "Comprador Recorrente" },
  payment = {
    type = "CreditCard",
    amount = 1500,
    installments = 1,
    recurrent_payment = {
      authorize_now = true,
      interval = "Monthly",
      end_date = "2035-12-01", -- dates are text
    },
    credit_card = {
      card_number = "4091688625337641",
      holder = "Teste Holder",
      expiration_date = "12/2035",
      security_code = "123",
      brand = "Visa",
    },
  },
})

local id = sale.payment.recurrent_payment.recurrent_payment_id
print("recurrence", id)

assert(client.recurrences:set_amount(id, 1800))
assert(client.recurrences:set_day(id, 10))

local recurrence = assert(client.recurrences:get(id)).recurrent_payment
print("now", recurrence.amount, "next on", recurrence.next_recurrency)

assert(client.recurrences:deactivate(id))
local status = assert(client.recurrences:get(id)).recurrent_payment.status
print("ended:", cielo.recurrence_status(status).name)
client:close()
