-- lua-cielo: a client of Cielo's payment APIs.
--
--   local client = require("cielo").new{ merchant_id = ..., merchant_key = ... }
--   local sale, message, err = client.sales:create{ ... }

local attempts = require "cielo.attempts"
local core = require "cielo.core"
local hidden = require "cielo.hidden"
local journal = require "cielo.journal"
local many = require "cielo.many"
local surface = require "cielo.surface"

core.show_with(require "cielo.show")

-- Ctrl-C is a hook of the interpreter, which runs between slices.
local SLICE = 100

local function run(call, on_attempt)
  local ended
  repeat
    ended = call:perform(SLICE)
    attempts.tell(call, on_attempt, attempts.to_stderr)
  until ended
  local result, message, err = call:result()
  if err then return hidden.result(result, message, err) end
  return result
end

-- A compiled loop would not look at hooks.
if rawget(_G, "jit") then rawget(_G, "jit").off(run) end

-- Who interrupted a write must learn what to look up, or what the answer was
-- when it was there. An error that is text says it; one that is a value of the
-- caller's own goes through as it is, and standard error says it.
local function interrupted(call, problem)
  local known, text = pcall(call.abandon, call)
  if known and text then
    if type(problem) == "string" then
      problem = ("%s (%s)"):format(problem, text)
    else
      io.stderr:write("cielo: a call was interrupted: ", text, "\n")
    end
  end
  error(problem, 0)
end

local function finish(call, ended, ...)
  if ended then return ... end
  interrupted(call, (...))
end

-- Clients that may block an nginx worker, by handle.
local blocking = setmetatable({}, { __mode = "k" })

-- Under nginx a call would stop every request of its worker; only before a
-- worker serves any is there nobody to keep waiting.
local function would_block(client)
  local ngx = rawget(_G, "ngx")
  if not (ngx and ngx.get_phase) or blocking[client] then return false end
  local phase = ngx.get_phase()
  return phase ~= "init" and phase ~= "init_worker"
end

local function refuse(client)
  if would_block(client) then
    return core.fail("phase", 'this call would block the nginx worker: use '
      .. 'require "resty.cielo", or give allow_blocking = true to new')
  end
end

local function drive(call, client)
  local refused, message, err = refuse(client)
  if err then
    call:close()
    return refused, message, err
  end
  return finish(call, pcall(run, call, client:on_attempt()))
end

local function inherit(other, client)
  blocking[other] = blocking[client]
end

local grow = surface.new(drive, inherit,
  { sleep = core.sleep, loop = many.blocking, refuse = refuse })

local cielo = {
  _VERSION = "lua-cielo " .. core.version,
  null = core.null,
  return_codes = core.return_codes(),
  journal = journal.public,
  help = require "cielo.help",
}

for name, call in pairs(core.public) do cielo[name] = call end
for name, book in pairs(core.books) do cielo[name] = book end

-- allow_blocking is this module's own option; the core knows the others.
local function take_blocking(options)
  if type(options) ~= "table" then return false, options end
  local allow = options.allow_blocking
  if allow == nil then return false, options end
  if type(allow) ~= "boolean" then
    error("bad argument #1 to 'new' (allow_blocking: boolean expected, got "
      .. type(allow) .. ")", 3)
  end
  local rest = {}
  for name, value in pairs(options) do rest[name] = value end
  rest.allow_blocking = nil
  return allow, rest
end

function cielo.new(options)
  local allow, rest = take_blocking(options)
  local handle, message, err = core.client(rest)
  if not handle then return nil, message, err end
  blocking[handle] = allow
  return grow(handle)
end

return cielo
