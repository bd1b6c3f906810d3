-- A card sale: authorised, captured in part, cancelled.
--
--   tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/sale.lua
--
-- runs it against a local Cielo. Elsewhere it takes what that command sets from
-- your environment: CIELO_MERCHANT_ID, CIELO_MERCHANT_KEY, CIELO_BASE_URL.

if not (os.getenv "CIELO_MERCHANT_ID" and os.getenv "CIELO_MERCHANT_KEY") then
  io.stderr:write("set CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY, or run: "
    .. "tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/sale.lua\n")
  os.exit(1)
end

local cielo = require "cielo"

local client = assert(cielo.new {})

local sale = assert(client.sales:create {
  merchant_order_id = "2026" .. os.time(), -- one number per attempt
  customer = { name = "Comprador Crédito" },
  payment = {
    type = "CreditCard",
    amount = 15700, -- cents
    installments = 1,
    credit_card = {
      card_number = cielo.Secret("4091688625337641"),
      holder = "Teste Holder",
      expiration_date = "12/2035",
      security_code = "123",
      brand = "Visa",
    },
  },
})

-- A declined card is a result, not an error.
if not sale.approved then
  print("declined:", sale.advice and sale.advice.code)
  os.exit(1)
end
print("authorised", sale.payment.payment_id, sale.payment.credit_card.card_number)

local captured = assert(client.sales:capture(sale.payment.payment_id, 10000))
-- Of a change `approved` says that it was carried out; the status is the sale's,
-- which a refused change leaves as it was.
print("captured", captured.approved, captured.status_name)

local voided = assert(client.sales:void(sale.payment.payment_id))
if not (voided.approved or voided.pending) then
  print("not cancelled", voided.return_code, voided.return_message)
  os.exit(1)
end
print(voided.pending and "cancelled soon" or "cancelled", voided.status_name)

-- The answer of a query, as a person reads it.
print(assert(client.sales:get(sale.payment.payment_id)))
client:close()
