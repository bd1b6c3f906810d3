-- A card stored at Cielo, and a sale with its token.
--
--   tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/stored_card.lua
--
-- runs it against a local Cielo. Elsewhere it takes what that command sets from
-- your environment: CIELO_MERCHANT_ID, CIELO_MERCHANT_KEY, CIELO_BASE_URL.

if not (os.getenv "CIELO_MERCHANT_ID" and os.getenv "CIELO_MERCHANT_KEY") then
  io.stderr:write("set CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY, or run: "
    .. "tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/stored_card.lua\n")
  os.exit(1)
end

local cielo = require "cielo"

local client = assert(cielo.new {})

local stored = assert(client.cards:tokenize {
  customer_name = "Comprador Teste",
  card_number = "4091688625337641",
  holder = "Teste Holder",
  expiration_date = "12/2035",
  brand = "Visa",
})
print("stored; the token prints masked:", stored)

local sale = assert(client.sales:create {
  merchant_order_id = "token" .. os.time(),
  customer = { name = "Comprador Teste" },
  payment = {
    type = "CreditCard",
    amount = 5000,
    installments = 1,
    credit_card = {
      card_token = stored.card_token,
      security_code = "123",
      brand = "Visa",
      card_on_file = { usage = "Used", reason = "Unscheduled" },
    },
  },
})
print("sale with the stored card", sale.status_name)

-- The next one, without the shopper: with all that the brand wants to see again.
local fields = assert(cielo.next_charge(sale, "next" .. os.time(), 5000,
  { reason = "Recurring" }))
local again = assert(client.sales:create(fields))
print("and once more", again.status_name)

local card = assert(client.cards:get(stored.card_token))
print("the card is", card.card_number)
client:close()
