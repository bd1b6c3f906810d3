-- What the specs share: a client whose answers are a function, servers as child
-- processes, JSON by another hand than ours.

local core = require "cielo.core"
local cielo = require "cielo"
local surface = require "cielo.surface"
local dkjson = require "dkjson"

local support = {}

support.MERCHANT_ID = "5c1d7c2e-9a1b-4f0e-8d35-0f6f2a1b9c7d"
support.MERCHANT_KEY = "CANARYKEYABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
support.CLIENT_ID = "2f9de1c5-6f3f-4b43-a2a2-6f6f6c0f5a11"
support.CLIENT_SECRET = "CANARYSECRETabcdefghijklmnopqrst"
support.MPI_SECRET = "CANARYMPISECRETabcdefghijklmnopq"
support.POST_SECRET = "CANARYPOSTSECRETabcdefghijklmnop"

-- A tree of dkjson as users would write it: empty lists and nulls are marked.
local function plain(value)
  if value == dkjson.null then return cielo.null end
  if type(value) ~= "table" then return value end
  local meta = getmetatable(value)
  setmetatable(value, nil)
  for key, member in pairs(value) do value[key] = plain(member) end
  if meta and meta.__jsontype == "array" then return cielo.array(value) end
  return value
end

-- dkjson would print a large integer with an exponent.
local function exact(value)
  if type(value) == "number" and value % 1 == 0 then
    return setmetatable({}, {
      __tojson = function() return ("%.0f"):format(value) end })
  end
  if type(value) ~= "table" or value == dkjson.null then return value end
  local copy = setmetatable({}, getmetatable(value))
  for key, member in pairs(value) do copy[key] = exact(member) end
  return copy
end

function support.decode(text)
  local value, _, message = dkjson.decode(text, 1, dkjson.null)
  assert(not message, message)
  return plain(value)
end

function support.encode(value) return dkjson.encode(exact(value)) end

-- Tables have no order, but what a case says of a body may have one: its names
-- as they come in the file.
local function names_in(text)
  local names, seen = {}, {}
  for name in text:gmatch('"([^"\\]*)"%s*:') do
    if not seen[name] then names[#names + 1] = name end
    seen[name] = true
  end
  return names
end

-- How the ids of refusals begin that cases adopt.
local REFUSED = "0dec11ed"

-- A case, each scripted body as text. A process adopts an id of a refusal once:
-- who plays the case twice gives another beginning for it.
function support.case(path, refused)
  local text = support.read(path):gsub(REFUSED, refused or REFUSED)
  local case, names = assert(dkjson.decode(text, 1, dkjson.null)), names_in(text)
  for _, exchange in ipairs(case.exchanges or {}) do
    local reply = exchange.reply
    if reply and reply.body ~= nil then
      reply.text = dkjson.encode(exact(reply.body), { keyorder = names })
    end
  end
  return plain(case)
end

-- Each character up to U+00FF of a text as the byte of its number.
function support.bytes(text)
  return (text:gsub("([\194\195])([\128-\191])", function(lead, byte)
    return string.char(byte:byte() + (lead == "\195" and 64 or 0))
  end))
end

function support.read(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("*a")
  file:close()
  return text
end

function support.options(extra)
  local options = {
    merchant_id = support.MERCHANT_ID, merchant_key = support.MERCHANT_KEY,
    client_id = support.CLIENT_ID, client_secret = support.CLIENT_SECRET,
    checkout_merchant_id = support.MERCHANT_ID, environment = "sandbox",
    mpi_client_id = support.CLIENT_ID, mpi_client_secret = support.MPI_SECRET,
    post_client_id = support.CLIENT_ID, post_client_secret = support.POST_SECRET,
  }
  for name, value in pairs(extra or {}) do options[name] = value end
  return options
end

-- Drives a call as an event loop would, on a clock of its own: `respond` gets
-- each request and gives {status=, body=} or {fail=, sent=, text=}; `notes`
-- that there is a journal.
local function driver(respond, notes)
  local now = 1000
  return function(call)
    while true do
      local step, deadline = call:step(now)
      if step == "done" then
        if notes then call:record_write() end
        return call:result()
      end
      if step == "record" then
        local ticket, why = call:record_write()
        call:on_record(ticket ~= nil, why)
      elseif step == "wait" then
        now = math.max(now + 1, deadline)
      else
        local request = call:request()
        request.deadline, request.now = deadline, now
        local answer = respond(request)
        now = now + (answer.after or 1)
        if now >= deadline and not answer.fail then
          answer = { fail = "timeout", sent = "yes" }
        end
        if answer.fail then
          call:on_failure(answer.sent or "maybe", answer.fail, answer.text)
        else
          call:on_response(answer.status or 200, answer.body, answer.date,
            answer.retry_after, answer.content_type)
        end
      end
    end
  end
end

-- Moves many calls as a host with a loop of its own does, one after the other.
local function loop_over(drive)
  local loop = {}
  function loop.advance(many, state, wait)
    local index, left = many:start()
    if index then
      state.ended = { index, drive(state.calls[index]) }
    elseif left then
      core.sleep(math.floor(math.min(left, wait)))
    end
  end
  function loop.ended(_, state)
    local ended = state.ended or {}
    state.ended = nil
    return ended[1], ended[2], ended[3], ended[4]
  end
  function loop.finish(many)
    many:run_out(0)
  end
  return loop
end

-- A client without a network.
function support.client(respond, options)
  local handle = assert(core.client(support.options(options)))
  local drive = driver(respond, handle:journal() ~= nil)
  return surface.new(drive, nil, { sleep = core.sleep,
    loop = loop_over(drive), refuse = function() end })(handle)
end

-- A client that sends what it is given back to itself.
function support.echo()
  return support.client(function(request)
    return { status = 200, body = request.body or "{}" }
  end)
end

-- Runs `command`, which prints an address and ends when its standard input
-- does: when this process ends, however that happens, so do its children.
function support.start(command)
  local path = os.tmpname()
  local child = { pipe = assert(io.popen(command:gsub("OUTPUT", path), "w")) }
  for _ = 1, 3000 do
    child.url = support.read(path):match("http://[%d%.:]+")
    if child.url then break end
    os.execute("sleep 0.02")
  end
  os.remove(path)
  function child:stop() self.pipe:close() end
  if child.url then return child end
  child:stop()
  return nil, "no address printed by: " .. command
end

local function exists(path)
  local file = io.open(path)
  if file then file:close() end
  return file ~= nil
end

-- The Python that has the local Cielo.
function support.python()
  return os.getenv("CIELO_PYTHON")
    or exists(".venv/bin/python") and ".venv/bin/python" or "python3"
end

-- The local Cielo does not look at its input: the shell does, and stops it.
function support.sandbox(arguments)
  return support.start(support.python() .. " -m cielo.sandbox --port 0 "
    .. (arguments or "") .. " > OUTPUT 2>/dev/null & pid=$!; "
    .. "cat > /dev/null; kill $pid; wait $pid")
end

-- Plays cases, one at a time; tests/support/script_server.py.
function support.player()
  local path = os.tmpname()
  local player = { pipe = assert(io.popen(
    "exec python3 tests/support/script_server.py > " .. path, "w")) }
  local said, at = assert(io.open(path)), 0
  function player:play(case)
    local deadline = core.now() + 60000
    local line
    assert(self.pipe:write(case, "\n"))
    self.pipe:flush()
    repeat
      assert(core.now() < deadline, "no address for " .. case)
      core.sleep(1)
      said:seek("set", at)
      line = said:read("*a"):match("^http://[%d%.:]+\n")
    until line
    at = at + #line
    return { url = line:sub(1, -2) }
  end
  function player:stop()
    said:close()
    self.pipe:close()
    os.remove(path)
  end
  return player
end

function support.connect(child, options)
  local all = { base_url = child.url }
  for name, value in pairs(options or {}) do all[name] = value end
  all = support.options(all)
  all.environment = nil
  return assert(cielo.new(all))
end

-- Calls `visit` with every text that a table of ours holds or makes: what stands
-- in it, and what it and its parts print as.
function support.each_text(value, visit, seen)
  seen = seen or {}
  if type(value) == "string" then return visit(value) end
  if type(value) == "userdata" then return visit(tostring(value)) end
  if type(value) ~= "table" or seen[value] then return end
  seen[value] = true
  visit(tostring(value))
  for name, member in pairs(value) do
    support.each_text(name, visit, seen)
    support.each_text(member, visit, seen)
  end
end

-- Calls `visit` with what a result and each of its parts print as.
function support.each_print(value, visit, seen)
  seen = seen or {}
  if type(value) ~= "table" or seen[value] then return end
  seen[value] = true
  visit(tostring(value))
  for _, member in pairs(value) do support.each_print(member, visit, seen) end
end

-- Whether a text shows a secret. A short one stands by chance in ids and ports:
-- only a word of its own counts.
function support.shows(text, secret)
  if #secret > 4 then return text:find(secret, 1, true) ~= nil end
  return text:find("%f[%w]" .. secret .. "%f[%W]") ~= nil
end

-- CIELO_GC_STRESS=1: a full collection whenever C code of ours is entered or
-- left, or calls and gets back what it calls; gives true then. What Lua code
-- alone holds it cannot lose.
function support.stress()
  if os.getenv("CIELO_GC_STRESS") ~= "1" then return false end
  if rawget(_G, "jit") then rawget(_G, "jit").off() end
  local ours = {}
  local function watch(values, depth)
    for _, value in pairs(values) do
      if type(value) == "function" and debug.getinfo(value, "S").what == "C" then
        ours[value] = true
      end
      if type(value) == "table" and depth < 2 then watch(value, depth + 1) end
    end
  end
  watch(core, 0)
  watch(cielo, 0)
  for name, value in pairs(debug.getregistry()) do
    if tostring(name):find("^cielo%.") and type(value) == "table" then
      watch(value, 0)
    end
  end
  debug.sethook(function()
    local caller = debug.getinfo(3, "f")
    if ours[debug.getinfo(2, "f").func] or caller and ours[caller.func] then
      collectgarbage()
    end
  end, "cr")
  return true
end

function support.sale(order, amount)
  return {
    merchant_order_id = order,
    customer = { name = "Comprador crédito" },
    payment = {
      type = "CreditCard", amount = amount or 15700, installments = 1,
      credit_card = {
        card_number = "4091688625337641", holder = "Teste Holder",
        expiration_date = "12/2030", security_code = "123", brand = "Visa",
      },
    },
  }
end

-- The answer of Cielo to such a sale.
function support.answer(changes)
  local payment = {
    Type = "CreditCard", Amount = 15700, Installments = 1, Status = 1,
    PaymentId = "24bc8366-fc31-4d6c-8555-17049a836a07", Tid = "0305020554239",
    ReturnCode = "4", ReturnMessage = "Operation Successful",
    CreditCard = { CardNumber = "409168******7641", Brand = "Visa" },
  }
  for name, value in pairs(changes or {}) do payment[name] = value end
  return support.encode { MerchantOrderId = "2014111701", Payment = payment }
end

-- The program that runs these specs.
function support.interpreter()
  local first = 0
  while arg and arg[first - 1] do first = first - 1 end
  return arg and arg[first] or "lua"
end

return support
