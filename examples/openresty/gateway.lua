-- What nginx.conf's locations do. One client per worker, made at the first
-- request; its connections and its token are shared by all requests.

local cjson = require "cjson.safe"
local cielo = require "resty.cielo"

local ngx = ngx -- luacheck: read globals ngx

local gateway = {}
local client

local function connect()
  if not client then client = assert(cielo.new{ token_dict = "cielo" }) end
  return client
end

local function answer(status, members)
  ngx.status = status
  ngx.header.content_type = "application/json"
  ngx.say(cjson.encode(members))
end

-- How a failure is told to the shop's own code. What happened to an unknown
-- one is asked later, by its order number; it must not be sold again.
local STATUS = {
  validation = 422, invalid_request = 422, not_found = 404, rate_limit = 429,
  outcome_unknown = 202, timeout = 504, memory = 503, journal = 503,
}

-- A wrong key, a missing resolver: no mistake of whoever asks, and none of their
-- business. nginx's log names it, as it does whatever is in doubt.
local function fail(err, told)
  told = told or {}
  if cielo.is_setup(err) then
    told.error = "setup"
    return answer(500, told)
  end
  told.error, told.message, told.problems = err.kind, err.message, {}
  told.order = err.merchant_order_id
  for i, problem in ipairs(err.problems) do
    told.problems[i] = problem.path .. ": " .. problem.message
  end
  answer(STATUS[err.kind] or 502, told)
end

-- And to the shopper, who pays twice when nobody says not to.
local SHOPPER = {
  [202] = "Ainda não sabemos se o pagamento foi feito. Não pague de novo: "
    .. "vamos verificar e avisar.",
  [422] = "Confira os dados do pagamento. Nada foi cobrado.",
}
local LATER = "O pagamento não foi feito e nada foi cobrado. Tente mais tarde."

local function fail_sale(err)
  local status = not cielo.is_setup(err) and STATUS[err.kind]
  fail(err, { shopper = SHOPPER[status] or LATER,
              charged = status == 202 and "maybe" or "no" })
end

local function body()
  ngx.req.read_body()
  return ngx.req.get_body_data() or ""
end

local function show(sale)
  return {
    payment_id = sale.payment.payment_id, status = sale.status_name,
    amount = sale.payment.amount, approved = sale.approved,
    reconciled = sale.reconciled,
  }
end

-- A declined card is a result: what to tell the shopper, and what may be done.
local function show_declined(sale)
  local told, advice = show(sale), sale.advice
  told.declined = true
  told.return_code = sale.payment.return_code
  if advice then
    told.retry, told.change = advice.retry.kind, advice.change
    told.shopper = advice.code and advice.code:shopper("pt")
  end
  return told
end

function gateway.sell()
  local fields = cjson.decode(body())
  if type(fields) ~= "table" then
    return answer(400, { error = "json", message = "a JSON object is expected" })
  end
  local sale, _, err = connect().sales:create(fields)
  if err then return fail_sale(err) end
  if sale.declined then return answer(402, show_declined(sale)) end
  answer(201, show(sale))
end

function gateway.look_up(payment_id)
  local sale, _, err = connect().sales:get(payment_id)
  if err then return fail(err) end
  answer(200, show(sale))
end

-- ---- notifications ----

local function id_of(notification)
  return notification.payment_id or notification.recurrent_payment_id
    or notification.checkout_order_number or notification.merchant_order_number
end

-- Anybody may post one: what Cielo does not know is no news.
local NOBODYS = { validation = true, not_found = true }

-- What a stranger sent begins no line of nginx's log.
local function one_line(text)
  return (text:gsub("%c", function(c) return ("\\%03d"):format(c:byte()) end))
end

-- Cielo signs nothing: the state is what a read of our own says.
local function confirm(premature, notification)
  if premature then return end
  local seen, message, err = connect():confirm(notification)
  if not seen then
    local is_news = cielo.is_setup(err) or not NOBODYS[err.kind]
    return ngx.log(is_news and ngx.ERR or ngx.NOTICE, "notification of ",
      cjson.encode(id_of(notification)), " not confirmed: ", one_line(message))
  end
  local payment = seen.payment or {}
  ngx.shared.confirmed:set(id_of(notification),
    seen.status_name or payment.status or "seen", 3600)
end

-- Answered before anything is asked: Cielo waits, and repeats what fails.
function gateway.notified()
  local notification, message =
    cielo.parse_notification(body(), ngx.var.content_type)
  if not notification then
    return answer(400, { error = "notification", message = message })
  end
  local started, problem = ngx.timer.at(0, confirm, notification)
  if not started then
    ngx.log(ngx.ERR, "notification not taken: ", problem)
    return answer(503, { error = "busy" }) -- Cielo posts it again
  end
  answer(200, { kind = notification.kind })
end

-- ---- sales that a worker took to its grave ----

-- What became of one, by its order number: of "adopted" and "absent" the shop's
-- own books would be told here. What is "unknown" is looked at again.
local function on_outcome(entry, outcome)
  if outcome.state == "unknown" then return end
  ngx.shared.confirmed:set(entry.merchant_order_id or entry.payment_id,
    outcome.result and outcome.result.status_name or outcome.state, 3600)
end

-- Where CIELO_JOURNAL names a folder, a worker that starts settles what earlier
-- ones left in doubt.
function gateway.start()
  local started, message, err =
    connect().journal:settle_at_start{ on_outcome = on_outcome }
  if not started then
    ngx.log(err.kind == "journal" and ngx.NOTICE or ngx.ERR, message)
  end
end

function gateway.confirmed(id)
  local status = ngx.shared.confirmed:get(id)
  if not status then return answer(404, { error = "not_found" }) end
  answer(200, { status = status })
end

function gateway.health()
  answer(200, { ok = true, version = cielo._VERSION })
end

return gateway
