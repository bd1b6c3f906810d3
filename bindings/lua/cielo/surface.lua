-- What users see of a client: nouns with their verbs, grown from the core's
-- rows, over whichever driver moves the bytes. Plain tables, so that `pairs`
-- completes them; the handle is in their metatables.

local core = require "cielo.core"
local journal = require "cielo.journal"
local many = require "cielo.many"
local methods = require "cielo.methods"

local surface = {}

-- The row of each verb that is a function of some client's.
local row_of = setmetatable({}, { __mode = "k" })

function surface.row_of(verb) return row_of[verb] end

-- "payment_id [, amount [, service_tax_amount]]"
function surface.signature(row)
  local text, closing = "", ""
  for name, optional in row.params:gmatch("([%w_]+)(%??)") do
    local comma = text == "" and "" or ", "
    if optional == "?" then
      text = text .. (text == "" and "[" or " [") .. comma .. name
      closing = closing .. "]"
    else
      text = text .. comma .. name
    end
  end
  return row.verb .. "(" .. text .. closing .. ")"
end

-- new_call raises for wrong arguments at the place that called the verb, so
-- it must be called from the verb itself, and not as a tail call.
local function new_verb(row, drive)
  local number, new_call = row.number, core.call
  local function verb(self, ...)
    local call, client, err = new_call(number, self, ...)
    if not call then return nil, client, err end
    return drive(call, client)
  end
  row_of[verb] = row
  return verb
end

local function handle_of(client, method)
  return core.handle(client)
    or error("bad self: write client:" .. method .. "(...)", 3)
end

local function describe_client(client)
  local environment, base_url, timeout = core.handle(client):where()
  if not environment then return "cielo.Client (closed)" end
  local where = base_url == "" and environment or base_url
  return ("cielo.Client (%s, timeout %d ms)"):format(where, timeout)
end

-- "many(verb, calls [, {concurrency=, progress=}])"
function surface.method_signature(row)
  return row.name .. "(" .. row.takes .. ")"
end

-- The signatures of the methods of "client" or "client.journal" that are no
-- operations.
function surface.methods_of(owner)
  local signatures = {}
  for _, row in ipairs(methods) do
    if row.of == owner then
      signatures[#signatures + 1] = surface.method_signature(row)
    end
  end
  return signatures
end

-- Lets cielo.help(client.many) know what it was given.
local function know_methods(own, nouns)
  for _, row in ipairs(methods) do
    local noun = row.of:match "^client%.(.+)$"
    local verbs = noun and (nouns[noun] or {}).verbs or not noun and own
    if verbs and verbs[row.name] then row_of[verbs[row.name]] = row end
  end
end

local function signatures_of(rows)
  local signatures = {}
  for _, row in ipairs(rows) do
    signatures[#signatures + 1] = surface.signature(row)
  end
  return signatures
end

local function describe_noun(name, signatures)
  local lines = { "client." .. name }
  for _, signature in ipairs(signatures) do
    lines[#lines + 1] = "  :" .. signature
  end
  local text = table.concat(lines, "\n")
  return function() return text end
end

local function close(client)
  handle_of(client, "close"):close()
end

local function new_metatable(handle, name, describe)
  return {
    ["cielo.client"] = handle,
    __name = name, __metatable = name, __tostring = describe,
  }
end

-- The rows by noun, in their order; "-" are the client's own.
local function rows_by_noun()
  local nouns = {}
  for _, row in ipairs(core.operations()) do
    nouns[row.noun] = nouns[row.noun] or {}
    table.insert(nouns[row.noun], row)
  end
  return nouns
end

-- What is there where the host can wait: client:many and client.journal.
local function add_waiting(own, nouns, drive, host)
  function own.many(client, verb, calls, options)
    local handle = handle_of(client, "many")
    local refused, message, err = host.refuse(handle)
    if err then return refused, message, err end
    local iterator, problem, details, closing =
      many.new(client, host.loop, verb, calls, options)
    return iterator, problem, details, closing
  end
  local verbs = journal.verbs { drive = drive, sleep = host.sleep,
                                refuse = host.refuse }
  for name, verb in pairs(host.verbs or {}) do verbs[name] = verb end
  nouns.journal = {
    verbs = verbs,
    describe = describe_noun("journal", surface.methods_of "client.journal"),
  }
end

-- Gives a function that makes a client of a handle. `drive` takes a call to
-- its end and returns what the verb returns; `inherit`, where given, learns of
-- handles that with_options made of others. `host`, where given, has `sleep`,
-- which takes ms; `loop`, which moves many calls (as many.blocking does); and
-- `refuse`, which gives nil, message, err where a handle cannot wait now; and
-- `verbs`, those of client.journal that are the host's own, or nil.
function surface.new(drive, inherit, host)
  local nouns = {}
  for name, rows in pairs(rows_by_noun()) do
    local verbs = {}
    for _, row in ipairs(rows) do verbs[row.verb] = new_verb(row, drive) end
    nouns[name] = { verbs = verbs, describe = describe_noun(name, signatures_of(rows)) }
  end
  local own = nouns["-"].verbs
  nouns["-"] = nil
  if host then add_waiting(own, nouns, drive, host) end

  local grow
  own.close = close
  function own.confirm(client, notification, options)
    local call, message, err = core.confirm(client, notification, options)
    if not call then return nil, message, err end
    return drive(call, core.handle(client))
  end
  function own.with_options(client, options)
    local handle = handle_of(client, "with_options")
    local other, message, err = core.with(handle, options)
    if not other then return nil, message, err end
    if inherit then inherit(other, handle) end
    return grow(other)
  end
  know_methods(own, nouns)

  function grow(handle)
    local client = {}
    for name, method in pairs(own) do client[name] = method end
    for name, noun in pairs(nouns) do
      local copy = {}
      for verb, method in pairs(noun.verbs) do copy[verb] = method end
      client[name] = setmetatable(copy,
        new_metatable(handle, "cielo.Client." .. name, noun.describe))
    end
    local meta = new_metatable(handle, "cielo.Client", describe_client)
    meta.__close = close
    return setmetatable(client, meta)
  end
  return grow
end

return surface
