-- Charges the subscriptions of a CSV file, a few at once, and writes what came of
-- each to another.
--
--   tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/subscriptions.lua
--
-- runs it against a local Cielo, with 500 subscriptions that it makes up; with
-- subscriptions.csv outcomes.csv behind it, with yours. Elsewhere it takes what
-- that command sets from your environment: CIELO_MERCHANT_ID,
-- CIELO_MERCHANT_KEY, CIELO_BASE_URL; and CIELO_JOURNAL, a folder which knows
-- after a crash what was charged.

if not (os.getenv "CIELO_MERCHANT_ID" and os.getenv "CIELO_MERCHANT_KEY") then
  io.stderr:write("set CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY, or run: "
    .. "tools/with-sandbox.sh tools/lua.sh 5.4 examples/lua/subscriptions.lua\n")
  os.exit(1)
end

local cielo = require "cielo"

-- order,amount in cents,token of the stored card,brand: one sale per line, read
-- as there is room for it, however long the file is. A first line may name the
-- columns, as in the file of examples/python/subscriptions.py.
local function sales_in(path)
  local lines = assert(io.lines(path))
  local first = lines()
  if first and first:match "^order,amount," then first = lines() end
  return function()
    local line = first or lines()
    first = nil
    if not line then return nil end
    local order, amount, token, brand =
      line:match "^([^,]+),(%d+),([^,]+),([^,\r]+)\r?$"
    assert(order, "this is no subscription: " .. line:match "^[^,]*")
    return {
      merchant_order_id = order,
      payment = {
        type = "CreditCard", amount = tonumber(amount), installments = 1,
        capture = true, recurrent = true,
        credit_card = {
          card_token = token, brand = brand,
          card_on_file = { usage = "Used", reason = "Recurring" },
        },
      },
    }
  end
end

-- What a person looks at afterwards: a declined card is a result, an error is
-- not, and what is in doubt must not be charged again.
local function row_of(outcome)
  local order, sale, err = outcome.call.merchant_order_id, outcome.result,
    outcome.error
  if err then
    return ('%s,%s,,"%s"'):format(order,
      err.kind == "outcome_unknown" and "in doubt" or "failed",
      (err.message:gsub('"', '""')))
  end
  local payment = sale.payment
  return ("%s,%s,%s,%s"):format(order, sale.status_name or "",
    payment.payment_id or "", payment.return_code or "")
end

local function progress(done, failed, total)
  if done % 20 > 0 and done ~= total then return end
  io.stderr:write(("\r%d of %s charged, %d failed"):format(done, total or "?",
    failed))
end

local function charge(client, from, to)
  local file = assert(io.open(to, "w"))
  file:setvbuf "line" -- each is there after a crash
  for outcome in assert(client:many("sales.create", sales_in(from),
    { concurrency = 16, progress = progress })) do
    file:write(row_of(outcome), "\n")
  end
  file:close()
  io.stderr:write "\n"
end

-- A file to play with.
local function make_up(client, path)
  local stored = assert(client.cards:tokenize {
    customer_name = "Comprador Teste", card_number = "4091688625337641",
    holder = "Teste Holder", expiration_date = "12/2035", brand = "Visa",
  })
  local file = assert(io.open(path, "w"))
  file:write "order,amount,card_token,brand\n"
  for number = 1, 500 do
    file:write(("plan%d%d,%d,%s,Visa\n"):format(os.time(), number, 1990,
      stored.card_token))
  end
  file:close()
end

local client = assert(cielo.new {})
if arg[1] then
  local to = assert(arg[2], "name the file to write as well")
  -- A second run would charge all of them again.
  if io.open(to) then
    io.stderr:write(to, " is there already: what it names was charged, and what "
      .. "it lacks may have been. Look the rest up with client.sales:find, or in "
      .. "client.journal:entries() after client.journal:settle(), and name a new "
      .. "file for those that were not\n")
    os.exit(1)
  end
  charge(client, arg[1], to)
else
  local from, to = os.tmpname(), os.tmpname()
  make_up(client, from)
  charge(client, from, to)
  local states = {}
  for line in io.lines(to) do
    local state = line:match ",([^,]*),"
    states[state] = (states[state] or 0) + 1
  end
  for state, count in pairs(states) do print(state, count) end
  os.remove(from)
  os.remove(to)
end
client:close()
