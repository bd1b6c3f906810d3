-- What the locations of the test server run: any operation as JSON, and a sale
-- as plain text for load.

local dkjson = require "dkjson"
local cielo = require "resty.cielo"

local ngx = ngx -- luacheck: read globals ngx

local service = {}

-- ---- JSON by another hand than ours ----

local function plain(value)
  if value == dkjson.null then return cielo.null end
  if type(value) ~= "table" then return value end
  local meta = getmetatable(value)
  setmetatable(value, nil)
  for key, member in pairs(value) do value[key] = plain(member) end
  if meta and meta.__jsontype == "array" then return cielo.array(value) end
  return value
end

local function decode(text)
  local value, _, message = dkjson.decode(text, 1, dkjson.null)
  assert(not message, message)
  return value
end

local function encode(value)
  return dkjson.encode(value, {
    exception = function(_, other) return dkjson.quotestring(tostring(other)) end,
  })
end

-- What dkjson prints: objects of results have metatables of ours, and an empty
-- table is a list only where errors have lists.
local function open(value)
  if type(value) ~= "table" then
    if value == cielo.null then return dkjson.null end
    if type(value) == "userdata" then return tostring(value) end
    return value
  end
  local copy = {}
  for key, member in pairs(value) do copy[key] = open(member) end
  return copy
end

-- ---- any operation ----

local FLAGS = { reconcile = true, validate = true, allow_plain_http = true }
local clients = {}

-- One client per set of options and worker, as an application has.
local function client_of(options)
  local names = {}
  for name in pairs(options) do names[#names + 1] = name end
  table.sort(names)
  local key = ""
  for _, name in ipairs(names) do
    key = key .. name .. "=" .. tostring(options[name]) .. "\n"
    if FLAGS[name] and type(options[name]) == "number" then
      options[name] = options[name] ~= 0
    end
  end
  if not clients[key] then clients[key] = assert(cielo.new(options)) end
  return clients[key]
end

local function row_of(name)
  for _, row in ipairs(require("cielo.core").operations()) do
    if row.name == name then return row end
  end
  error("no operation " .. tostring(name))
end

local function perform(asked)
  local client = client_of(asked.options)
  local row, params = row_of(asked.operation), plain(asked.params or {})
  local noun = row.noun == "-" and client or client[row.noun]
  local arguments, count = {}, 0
  for name in row.params:gmatch "[%w_]+" do
    count = count + 1
    arguments[count] = params[name]
  end
  arguments[count + 1] =
    { timeout = params.timeout, request_id = params.request_id }
  return noun[row.verb](noun, unpack(arguments, 1, count + 1))
end


local function show(result, message, err)
  if err then
    local told = open(err)
    for _, name in ipairs { "problems", "errors", "found", "attempts" } do
      setmetatable(told[name] or {}, { __jsontype = "array" })
    end
    return encode { message = message, error = told, text = tostring(err) }
  end
  local facts = {}
  for _, fact in ipairs(require("cielo.core").facts()) do
    facts[fact.name] = open(result[fact.name])
  end
  return ('{"facts":%s,"text":%s,"shown":%s,"result":%s}'):format(
    dkjson.encode(setmetatable(facts, { __jsontype = "object" })),
    dkjson.quotestring(tostring(result)), cielo.to_json(result),
    cielo.to_json(result, { reveal = true }))
end

function service.call()
  ngx.req.read_body()
  local ok, text = pcall(function()
    return show(perform(decode(ngx.req.get_body_data())))
  end)
  ngx.status = ok and 200 or 500
  ngx.say(text)
end

-- ---- a sale ----

function service.fields(order, amount)
  return {
    merchant_order_id = order, customer = { name = "Comprador" },
    payment = {
      type = "CreditCard", amount = amount, installments = 1,
      credit_card = {
        card_number = "4091688625337641", holder = "Teste Holder",
        expiration_date = "12/2030", security_code = "973", brand = "Visa" } },
  }
end

-- One line: the order, what became of it, and the payment's id.
local function tell(order, sale, message, err)
  if sale then
    return ("%s %s %s"):format(order, sale.status_name, sale.payment.payment_id),
      sale.payment.payment_id
  end
  return ("%s %s %s: %s"):format(order, err.kind, err.sent, message)
end

function service.sell(client, order)
  local amount = tonumber(ngx.var.arg_amount) or 15700
  return tell(order,
    client.sales:create(service.fields(order, amount)))
end

-- A word more: what became of the void.
function service.void(client, id)
  local void, _, err = client.sales:void(id)
  if not void then return " " .. err.kind end
  return void.approved and " approved" or void.declined and " declined"
    or " pending"
end

local load_client, hasty_client, blocking_client
local sold = 0

-- A client whose calls are over soon.
function service.hasty()
  local timeout = tonumber(ngx.var.arg_timeout) or 4500
  hasty_client = hasty_client or assert(cielo.new{ timeout = timeout })
  return hasty_client
end

-- Comes back when a test says so: see stop_midway of support.py.
function service.await_go()
  while not ngx.shared.cielo:get("go " .. ngx.var.arg_order) do
    ngx.sleep(0.005)
  end
end

function service.sale()
  load_client = load_client or assert(cielo.new{
    timeout = tonumber(os.getenv "CIELO_TEST_TIMEOUT"), token_dict = "cielo" })
  sold = sold + 1
  local order = ngx.var.arg_order
    or ("load" .. ngx.worker.pid() .. "x" .. sold)
  local line = service.sell(load_client, order)
  ngx.ctx.outcome = line:match "^%S+ (.*)$"
  ngx.say(line)
end

-- ---- the journal, and many sales in one request ----

local journal_client, many_client, lax_client

local TELL = {
  entry = function(entry) return entry.merchant_order_id .. " " .. entry.state end,
  pair = function(pair)
    return pair.entry.merchant_order_id .. " " .. pair.outcome.state
  end,
}

-- A line for each entry, or for each that was looked at.
function service.journal()
  journal_client = journal_client or assert(cielo.new{})
  local verb = ngx.var.arg_verb
  local given = assert(journal_client.journal[verb](journal_client.journal))
  local lines = {}
  if type(given) == "function" then
    for entry in given do lines[#lines + 1] = TELL.entry(entry) end
  else
    for i, one in ipairs(given) do
      lines[i] = TELL[verb == "settle" and "pair" or "entry"](one)
    end
  end
  ngx.print(table.concat(lines, "\n"))
end

-- A sale that goes on without its record.
function service.optional()
  lax_client = lax_client or assert(cielo.new{ journal_required = false })
  local sale = assert(lax_client.sales:create(service.fields("optional", 15700)))
  ngx.say(sale.status_name, " ", sale.warnings[1].rule)
end

-- So many sales, and how it went; `leave` leaves the loop after so many.
function service.many()
  many_client = many_client or assert(cielo.new{ timeout = 4500 })
  local args = ngx.req.get_uri_args()
  local made, count = 0, tonumber(args.count) or 100
  local function next_sale()
    if made == count then return nil end
    made = made + 1
    return service.fields(args.name .. made, made == 3 and 0 or 15700)
  end
  local last, told, kinds = "", 0, {}
  local outcomes = assert(many_client:many("sales.create", next_sale, {
    concurrency = tonumber(args.concurrency) or 4,
    progress = function(done, failed, total)
      last = ("%d/%d/%s"):format(done, failed, tostring(total))
    end,
  }))
  for outcome in outcomes do
    told = told + 1
    local kind = outcome.error and outcome.error.kind or outcome.result.status_name
    kinds[kind] = (kinds[kind] or 0) + 1
    if told == tonumber(args.leave) then break end
  end
  if args.leave then outcomes:close() end
  ngx.say(told, " ", made, " ", last, " ", encode(kinds))
end

-- Eight of thirty sales at once, and a loop that is left with the third; gives
-- the numbers that it saw. The outcomes of a `kept` one are never let go.
local kept -- luacheck: ignore 231

function service.left()
  many_client = many_client or assert(cielo.new{ timeout = 4500 })
  local args, made, seen = ngx.req.get_uri_args(), 0, {}
  local how = args.how
  local outcomes = assert(many_client:many("sales.create", function()
    made = made + 1
    return made <= 30 and service.fields(how .. made, 15700) or nil
  end, { concurrency = 8 }))
  if how == "kept" then kept = outcomes end
  pcall(function()
    for outcome in outcomes do
      seen[#seen + 1] = how .. outcome.index
      if #seen == 3 then
        if how == "raised" then error "out of here" end
        break
      end
    end
  end)
  if how == "closed" then outcomes:close() end
  ngx.print(table.concat(seen, " "))
  ngx.eof()
  if how == "exit" then ngx.exit(ngx.OK) end
  if how == "living" then
    outcomes = nil -- luacheck: ignore 311
    service.await_go()
  end
end

-- Sales whose outcomes are taken one after the other, slowly; gives how many whole
-- collections there were meanwhile, and for how many seconds.
function service.slow()
  many_client = many_client or assert(cielo.new{ timeout = 4500 })
  local own = getfenv(require("resty.cielo.run").drop)
  local collect, began, made, count = own.collectgarbage, ngx.now(), 0, 0
  function own.collectgarbage(how, ...)
    if not how then count = count + 1 end
    return collect(how or "collect", ...)
  end
  for _ in assert(many_client:many("sales.create", function()
    made = made + 1
    return made <= 20 and service.fields("slow" .. made, 15700) or nil
  end, { concurrency = 8 })) do ngx.sleep(0.3) end
  own.collectgarbage = collect
  ngx.say(count, " ", ngx.now() - began)
end

function service.blocking()
  blocking_client = blocking_client
    or assert(require("cielo").new{ allow_blocking = true })
  ngx.say(service.sell(blocking_client, ngx.var.arg_order))
end

-- ---- an answer too many ----

-- What an operation tells on a connection that has such an answer on it, or is
-- about to: "told", or the kind of its error.
local AFTER = {
  create = function(client, _, order)
    local sale, _, err = client.sales:create(service.fields(order, 15700))
    return sale and sale.merchant_order_id == order, err
  end,
  get = function(client, id)
    local sale, _, err = client.sales:get(id)
    return sale and sale.payment.payment_id == id, err
  end,
  void = function(client, id)
    local void, _, err = client.sales:void(id)
    return void and void.approved, err
  end,
}

local asked = 0

function service.after_extra()
  local args = ngx.req.get_uri_args()
  local client = client_of{ base_url = args.url, max_retries = 0, timeout = 20000 }
  asked = asked + 1
  local first = assert(client.sales:create(
    service.fields("extra" .. (args.ms or "") .. "x" .. asked, 15700)))
  if args.pause then ngx.sleep(tonumber(args.pause)) end
  local right, err = AFTER[args.operation](client, first.payment.payment_id,
    args.operation .. asked)
  ngx.sleep(0.02) -- it has come by then, whatever the time
  return err and err.kind or right and "told" or "told another's"
end

-- A sale in whatever phase this runs; the answer is kept for a later one.
function service.try(new)
  local client = assert(new{})
  local ok, line, message, err = pcall(function()
    return client.sales:create(service.fields("phase", 100))
  end)
  if not ok then return "raised: " .. tostring(line) end
  if line then return "sold" end
  return err.kind .. ": " .. message
end

return service
