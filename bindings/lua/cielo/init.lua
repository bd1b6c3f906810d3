-- lua-cielo: a client of Cielo's payment APIs.
--
--   local client = require("cielo").new{ merchant_id = ..., merchant_key = ... }
--   local sale, message, err = client.sales:create{ ... }

local core = require "cielo.core"
local surface = require "cielo.surface"

core.show_with(require "cielo.show")

-- Ctrl-C is a hook of the interpreter, which runs between slices.
local SLICE = 100

local function run(call)
  while not call:perform(SLICE) do end
  return call:result()
end

-- A compiled loop would not look at hooks.
if rawget(_G, "jit") then rawget(_G, "jit").off(run) end

-- An interrupted write may have taken effect: who interrupted it must learn
-- which order to look up.
local function interrupted(call, problem)
  local known, _, message, err = pcall(function()
    call:cancel()
    return call:result()
  end)
  if known and err and err.sent ~= "no" and type(problem) == "string" then
    local order = err.merchant_order_id
    problem = ("%s (%s%s: %s)"):format(problem, err.operation or "call",
      order and " of order " .. order or "", message)
  end
  error(problem, 0)
end

local function finish(call, ended, ...)
  if ended then return ... end
  interrupted(call, (...))
end

local function drive(call)
  return finish(call, pcall(run, call))
end

local grow = surface.new(drive)

local cielo = {
  _VERSION = "lua-cielo " .. core.version,
  Secret = core.Secret,
  array = core.array,
  null = core.null,
  to_json = core.to_json,
  return_code = core.return_code,
  return_codes = core.return_codes(),
  abecs = core.abecs,
  merchant_advice = core.merchant_advice,
}

for name, book in pairs(core.books) do cielo[name] = book end

function cielo.new(options)
  local handle, message, err = core.client(options)
  if not handle then return nil, message, err end
  return grow(handle)
end

local overview = [[
cielo.new{merchant_id=, merchant_key=} makes a client; cielo.help(client) lists
what it does, cielo.help(client.sales) one noun. A verb gives its result, or
nil, message, err. Amounts are integers in cents. Fields are the API's own
objects, in its spelling or in snake_case.
cielo.array{} is an empty list, cielo.null JSON's null, cielo.Secret(text) text
that prints masked. cielo.to_json(result) is the answer as Cielo wrote it.
cielo.return_code("51"):meaning("pt") explains a code.]]

-- Prints what there is to know about the module, a client or a noun.
function cielo.help(subject)
  if subject == nil then return print(overview) end
  if core.handle(subject) and subject.sales then
    local names = {}
    for name, noun in pairs(subject) do
      if type(noun) == "table" then names[#names + 1] = name end
    end
    table.sort(names)
    for _, name in ipairs(names) do print(subject[name]) end
    return print("client\n  :request(method, path [, body [, host]])\n"
      .. "  :with_options(options)\n  :close()")
  end
  print(subject)
end

return cielo
