-- A Pix from its code to the refund, and one whose code is taken back unpaid.
--
--   tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/pix.lua
--
-- runs it against a local Cielo. Elsewhere it takes what that command sets from
-- your environment: CIELO_MERCHANT_ID, CIELO_MERCHANT_KEY, CIELO_BASE_URL.

if not (os.getenv "CIELO_MERCHANT_ID" and os.getenv "CIELO_MERCHANT_KEY") then
  io.stderr:write("set CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY, or run: "
    .. "tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/pix.lua\n")
  os.exit(1)
end

local cielo = require "cielo"

local client = assert(cielo.new {})

local function create(order, amount)
  return assert(client.sales:create {
    merchant_order_id = order,
    customer = { name = "Nome do Pagador", identity = "12345678909",
                 identity_type = "CPF" },
    payment = {
      type = "Pix",
      provider = "Cielo2", -- new stores have no other
      amount = amount,
      qr_code = { expiration = 600 }, -- seconds, at most a day
    },
  })
end

-- Takes an unpaid code back. It is refused once somebody has paid.
local function remove(payment_id)
  local removed, message, err = client.sales:void(payment_id)
  if removed then
    -- Accepted, not done: until it is, the code can still be paid.
    print("removal accepted", removed.pending)
  elseif err.kind == "invalid_request" then
    print("not removed", err.errors[1].message)
  else
    error(message)
  end
end

local order = "pix" .. os.time()
local sale = create(order, 10000)
local payment_id = sale.payment.payment_id
print("to be paid", sale.pending, sale.payment.qr_code_string)

-- On the local Cielo we are the shopper; elsewhere a notification tells.
assert(client:request("POST", "/_sandbox/pay", { payment_id = payment_id }))
local paid = assert(client.sales:get(payment_id))
print("paid", paid.approved, paid.payment.end_to_end_id)

local refund = assert(client.sales:void(payment_id, 2500))
print("refund of R$ 25.00 accepted", refund.pending or refund.approved)

remove(create(order .. "b", 5000).payment.payment_id)
client:close()
