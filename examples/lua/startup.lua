-- What a shop does when it starts: settles the charges that an earlier process
-- left.
--
--   tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/startup.lua
--
-- runs it against a local Cielo. Elsewhere it takes what that command sets from
-- your environment: CIELO_MERCHANT_ID, CIELO_MERCHANT_KEY, CIELO_BASE_URL.

if not (os.getenv "CIELO_MERCHANT_ID" and os.getenv "CIELO_MERCHANT_KEY") then
  io.stderr:write("set CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY, or run: "
    .. "tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/startup.lua\n")
  os.exit(1)
end

local cielo = require "cielo"

-- What the shop notes of a sale. One that is pending Cielo has not decided yet:
-- it may still be paid, so it is not charged again. A notification or
-- client.sales:get tells its end.
local function note_of(sale)
  return sale.approved and "paid" or sale.declined and "refused" or "pending"
end

-- The routine: before the shop sells anything, and every ten minutes from then
-- on. `orders` stands for the shop's own records.
local function settle_at_start(client, orders)
  for _, settled in ipairs(assert(client.journal:settle())) do
    local entry, outcome = settled.entry, settled.outcome
    local order = entry.merchant_order_id or entry.payment_id or entry.id
    if outcome.state == "adopted" then
      -- It happened: `result` is what the lost call would have given.
      orders[order] = note_of(outcome.result)
    elseif outcome.state == "absent" then
      -- Two looks, ten minutes apart, found nothing: it may be charged again.
      orders[order] = "open"
    else
      -- Neither is sure: do not charge it again; it is looked at the next time.
      orders[order] = "in doubt"
    end
    print(order .. ": " .. outcome.state .. ", so it is " .. orders[order],
      outcome.why or "")
  end
end

local function sell(client, order, card_number)
  return client.sales:create {
    merchant_order_id = order,
    payment = {
      type = "CreditCard", amount = 15700, installments = 1, capture = true,
      credit_card = {
        card_number = cielo.Secret(card_number),
        holder = "Teste Holder", expiration_date = "12/2035",
        security_code = "123", brand = "Visa",
      },
    },
  }
end

-- This file once more, as the process that is killed.
if arg[1] == "sell" then
  sell(assert(cielo.new { journal = arg[4] }), arg[2], arg[3])
  os.exit(1)
end

-- One folder of a local disk for all processes of the shop, kept for good; this
-- one is for the example.
local folder = os.tmpname()
os.remove(folder)

-- The orders, their cards and what the shop is to note of each: the local Cielo
-- leaves the second undecided.
local paid, undecided = "startupa" .. os.time(), "startupb" .. os.time()
local cards = { [paid] = "4091688625337641", [undecided] = "0000000000000006" }
local expected = { [paid] = "paid", [undecided] = "pending" }

-- Processes die in the middle of a sale, as in a power cut or a restart of the
-- machine: the local Cielo charges the card, and does not answer.
local local_cielo = assert(cielo.new {})
assert(local_cielo:request("POST", "/_sandbox/faults", cielo.array { {
  match = "POST /1/sales", after = "process", ["do"] = "stall", times = 2,
} }))
local function is_sold(order)
  for _, sale in ipairs(assert(local_cielo:request("GET", "/_sandbox/sales"))) do
    if sale.merchant_order_id == order then return true end
  end
end
local function kill_one_that_sells(order)
  local shell = assert(io.popen(
    ("%s %s sell %s %s %s > /dev/null 2>&1 & echo $!"):format(arg[-1], arg[0],
      order, cards[order], folder)))
  local process = shell:read "*l"
  shell:close()
  repeat os.execute "sleep 0.02" until is_sold(order)
  os.execute("kill -KILL " .. process .. "; sleep 0.2")
end

local orders = {}
for order in pairs(cards) do
  kill_one_that_sells(order)
  orders[order] = "being paid"
end
local client = assert(cielo.new { journal = folder })
for _, entry in ipairs(assert(client.journal:in_doubt())) do
  print("in doubt:", entry.merchant_order_id, entry.at)
end
settle_at_start(client, orders)
for order, note in pairs(expected) do assert(orders[order] == note) end
assert(#assert(client.journal:in_doubt()) == 0)
client:close()
os.execute("rm -r " .. folder)
