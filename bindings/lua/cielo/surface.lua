-- What users see of a client: nouns with their verbs, grown from the core's
-- rows, over whichever driver moves the bytes. Plain tables, so that `pairs`
-- completes them; the handle is in their metatables.

local core = require "cielo.core"

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

local function describe_noun(name, rows)
  local lines = { "client." .. name }
  for _, row in ipairs(rows) do
    lines[#lines + 1] = "  :" .. surface.signature(row)
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

-- Gives a function that makes a client of a handle. `drive` takes a call to
-- its end and returns what the verb returns; `inherit`, where given, learns of
-- handles that with_options made of others.
function surface.new(drive, inherit)
  local nouns = {}
  for name, rows in pairs(rows_by_noun()) do
    local verbs = {}
    for _, row in ipairs(rows) do verbs[row.verb] = new_verb(row, drive) end
    nouns[name] = { verbs = verbs, describe = describe_noun(name, rows) }
  end
  local own = nouns["-"].verbs
  nouns["-"] = nil

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
