-- What libcielo does, told step by step against the local Cielo.
--
-- Run by `make demo`, which starts a local Cielo and gives its address in
-- CIELO_BASE_URL and, in CIELO_DEMO_INBOX, the port to which it posts
-- notifications. Ends with exit code 0 only if every step held.
local cielo = require "cielo"
local socket = require "socket"

-- Cards of Cielo's manual: the last digit says what the sandbox does with them.
local function card(number, more)
  local fields = { card_number = number or "4091688625337641", holder = "Teste Holder",
                   expiration_date = "12/2035", security_code = "333", brand = "Visa" }
  for name, value in pairs(more or {}) do fields[name] = value end
  return fields
end

local run = ("%x"):format(math.floor(socket.gettime() * 1000))

local function money(cents)
  return ("R$ %d,%02d"):format(math.floor(cents / 100), cents % 100)
end

local function say(text, ...)
  print(("  %-44s %s"):format(text, table.concat({ ... }, "  ")))
  io.stdout:flush()
end

local function hold(truth, rule)
  if not truth then error("the demo did not hold: " .. rule, 0) end
  return truth
end

local function sale(order, amount, kind, of, more)
  local payment = { type = kind == "credit" and "CreditCard" or "DebitCard", amount = amount,
                    installments = 1, [kind .. "_card"] = of }
  for name, value in pairs(more or {}) do payment[name] = value end
  return { merchant_order_id = order .. run, customer = { name = "Aline de Souza" },
           payment = payment }
end

local function card_sale(client)
  print("\nA card sale")
  local made = assert(client.sales:create(sale("sale", 15700, "credit", card())))
  local id = made.payment.payment_id
  hold(made.approved and made.status_name == "authorized", "the sale is authorised")
  say("authorised", "amount " .. money(15700), "payment_id " .. id)
  local captured = assert(client.sales:capture(id, 10000))
  hold(captured.approved, "the capture is carried out")
  say("captured in part", "amount " .. money(10000))
  hold(assert(client.sales:void(id, 2500)).approved, "the void is carried out")
  local seen = assert(client.sales:get(id)).payment
  hold(seen.captured_amount == 10000 and seen.voided_amount == 2500, "the books agree")
  say("cancelled in part", "amount " .. money(2500), "left " .. money(seen.captured_amount - 2500))
end

local function declined_card(client)
  print("\nA declined card")
  local made = assert(client.sales:create(sale("declined", 5000, "credit",
                                               card("0000000000000002"))))
  hold(made.declined and not made.approved, "the card is declined")
  say("declined, which is a result and no error", "return_code " .. made.payment.return_code,
      "card " .. tostring(made.payment.credit_card.card_number))
  say("may it be tried again?", "retry " .. made.advice.retry.kind, "change " .. made.advice.change)
end

local function stored_debit_card(client)
  print("\nA stored debit card, first use")
  local made = assert(client.sales:create(sale("debit", 15700, "debit",
    card(nil, { card_on_file = { usage = "First" } }), { capture = true })))
  hold(made.status_name == "payment_confirmed", "a debit sale is paid at once")
  say("paid", "amount " .. money(made.payment.amount), "payment_id " .. made.payment.payment_id)
  local token = assert(client.cards:tokenize{
    customer_name = "Aline de Souza", card_number = "4091688625337641", holder = "Teste Holder",
    expiration_date = "12/2035", brand = "Visa" })
  hold(token.card_token, "storing a card gives a token")
  say("card stored", "token " .. token.card_token:sub(1, 8) .. "-…")
end

local function recurrences(client)
  print("\nRecurrences")
  local own = assert(client.sales:create(sale("own", 1500, "credit", card(), { recurrent = true })))
  hold(own.approved, "an own recurrence is charged")
  say("own recurrence charged", "amount " .. money(1500), "payment_id " .. own.payment.payment_id)
  local made = assert(client.sales:create(sale("plan", 1500, "credit", card(), {
    recurrent_payment = { authorize_now = true, end_date = "2040-12-01", interval = "Monthly" } })))
  local plan = hold(made.payment.recurrent_payment.recurrent_payment_id,
                    "a scheduled recurrence has an id")
  say("scheduled, monthly", "amount " .. money(1500), "recurrent_payment_id " .. plan)
  assert(client.recurrences:set_amount(plan, 1990))
  local seen = assert(client.recurrences:get(plan)).recurrent_payment
  hold(seen.amount == 1990, "the new amount is read back")
  say("amount changed", "amount " .. money(seen.amount), "next " .. seen.next_recurrency)
  assert(client.recurrences:deactivate(plan))
  seen = assert(client.recurrences:get(plan)).recurrent_payment
  hold(seen.status == 3, "it is deactivated")
  say("deactivated", "status " .. cielo.recurrence_status(seen.status).name)
end

-- What a store's notification URL receives: one post, answered 200.
local function receive(server)
  local connection = assert(server:accept())
  connection:settimeout(60)
  local length, kind = 0, nil
  repeat
    local line = assert(connection:receive())
    local name, value = line:match("^([^:]+):%s*(.*)$")
    if name and name:lower() == "content-length" then length = tonumber(value) end
    if name and name:lower() == "content-type" then kind = value end
  until line == ""
  local body = assert(connection:receive(length))
  connection:send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
  connection:close()
  return assert(cielo.parse_notification(body, kind))
end

local function notification(server, kind, order)
  local notice
  repeat
    notice = receive(server)
  until notice.kind == kind and notice.merchant_order_number == order
  return notice
end

local function checkout(client, server)
  print("\nA Checkout page")
  local page = assert(client.orders:create{
    order_number = "page" .. run,
    cart = { items = { { name = "Caneta", unit_price = 9000, quantity = 1, type = "Asset" } } },
    shipping = { type = "WithoutShipping" } })
  say("page created", "url " .. hold(page.settings.checkout_url, "the page has an address"))
  assert(client:request("POST", "/_sandbox/pay",
                        { order = "page" .. run, card = "4091688625337641" }))
  local notice = notification(server, "order", "page" .. run)
  local number = notice.checkout_order_number
  local order = assert(client:confirm(notice))
  hold(order.payment.status == "Authorized" or order.payment.status == "Paid",
       "the notified order is real")
  say("paid by the buyer, notified and confirmed", "order " .. number,
      "status " .. order.payment.status)
  if order.payment.status == "Authorized" then
    hold(assert(client.orders:capture(number)).approved,
         "the order's capture is carried out")
  end
  order = assert(client.orders:get(number))
  hold(order.payment.status == "Paid", "the order is captured")
  say("captured", "status " .. order.payment.status)
  for _, amount in ipairs{ 1000, 2000 } do
    local started = socket.gettime()
    hold(assert(client.orders:void(number, amount)).approved,
         "the order's void is carried out")
    say("cancelled in part", "amount " .. money(amount),
        ("waited %.1f s"):format(socket.gettime() - started))
  end
end

local function payment_link(client)
  print("\nA payment link")
  local link = assert(client.links:create{ type = "Digital", name = "Livro", price = 4200,
                                           quantity = 3, shipping = { type = "WithoutShipping" } })
  say("link created", "url " .. link.short_url)
  assert(client:request("POST", "/_sandbox/pay", { link = link.id, card = "4091688625337641" }))
  local paid = assert(client.links:payments(link.id)).orders
  hold(#paid == 1, "the link has one payment")
  say("its payments", "order " .. paid[1].order_number, "status " .. paid[1].payment.status)
end

local function return_codes()
  print("\nWhat return codes mean")
  for _, text in ipairs{ "00", "51", "57", "54", "05", "GF" } do
    local code = cielo.return_code(text)
    if code then
      say(("%3s  %s"):format(code.code, code.category), "retry " .. code.retry.kind)
      print("       " .. code:shopper("pt"))
    end
  end
end

local server = assert(socket.bind("127.0.0.1", tonumber(os.getenv("CIELO_DEMO_INBOX"))))
server:settimeout(60)
local client = cielo.new{}
print(("%s from %s, against the local Cielo at %s"):format(
  cielo._VERSION, _VERSION, os.getenv("CIELO_BASE_URL")))
card_sale(client)
declined_card(client)
stored_debit_card(client)
recurrences(client)
checkout(client, server)
payment_link(client)
return_codes()
client:close()
server:close()
print("\nAll of it held.")
