-- The client of require "cielo" for OpenResty: the same operations, results,
-- errors and code books over cosockets, so that no worker ever blocks.
--
--   lua_shared_dict cielo 1m;                           # in nginx.conf
--   local client = require("resty.cielo").new{
--     merchant_id = ..., merchant_key = ..., token_dict = "cielo" }
--
-- It works in rewrite, access, content and ssl_certificate phases and in
-- timers. Options beside those of cielo.new:
--   pool_size     idle connections kept per address and worker; default 30
--   backlog       given: never more than pool_size connections at once, so
--                 many calls may queue for one and further ones fail unsent
--   idle_timeout  ms an idle connection is kept; default 60000
--   token_dict    name of a lua_shared_dict where Checkout's OAuth token is
--                 kept for all workers and across reloads
--   journal_threads  name of the thread_pool on which the journal is synced;
--                 default "default"; without one the core has a thread for it
-- nginx.conf decides what is nginx's: `resolver` and `resolver_timeout`, which
-- alone ends the look-up of a name; lua_ssl_trusted_certificate,
-- lua_ssl_verify_depth (3 suits public authorities; the default 1 does not)
-- and lua_ssl_protocols (TLSv1.2 TLSv1.3); `env` for variables that are to be
-- read; error_log, which is told what an operator has to know. With
-- lua_check_client_abort on, a request that has begun to change
-- something at Cielo goes on when its client hangs up, so that the code after
-- the call learns what came of it.

local ngx = rawget(_G, "ngx")
if not (ngx and ngx.socket and ngx.socket.tcp) then
  error('resty.cielo works inside nginx with its Lua module; elsewhere use '
    .. 'require "cielo"', 0)
end

local cielo = require "cielo"
local core = require "cielo.core"
local surface = require "cielo.surface"
local log = require "resty.cielo.log"
local many = require "resty.cielo.many"
local run = require "resty.cielo.run"
local settler = require "resty.cielo.settler"
local setup = require "resty.cielo.setup"

local NGINX = {
  ca_file = "nginx verifies Cielo's certificate; set "
    .. "lua_ssl_trusted_certificate and lua_ssl_verify_depth in nginx.conf, "
    .. "and the TLS versions with lua_ssl_protocols",
  proxy = "cosockets use none; let base_url name a location of nginx "
    .. "that forwards with proxy_pass",
  max_connections = "a worker's cosockets are counted by nginx; set pool_size, "
    .. "and backlog for calls beyond it to wait their turn",
}

local OWN = {}
for _, option in ipairs(require "resty.cielo.options") do
  OWN[option.name] = option
end

-- The phases that can yield, and why others cannot.
local CAN = { rewrite = true, access = true, content = true, timer = true,
              server_rewrite = true, ssl_cert = true }

local function refuse_phase(phase)
  local use = phase == "init"
    and "start the call in init_worker_by_lua with ngx.timer.at(0, ...)"
    or "start the call with ngx.timer.at(0, ...)"
  return core.fail("phase", ("the %s phase of nginx cannot do I/O: %s"):format(
    phase, use))
end

-- Clients by handle: with_options makes handles that share what others have.
local shared_of = setmetatable({}, { __mode = "k" })

local function refuse()
  local phase = ngx.get_phase()
  if not CAN[phase] then return refuse_phase(phase) end
end

local function drive(call, client)
  local _, message, err = refuse()
  if err then
    call:close()
    log.failure(call, err)
    return nil, message, err
  end
  return run.call(call, client, shared_of[client], ngx.get_phase())
end

local function ahead(taker, call, client)
  return run.ahead(taker, call, client, shared_of[client], ngx.get_phase())
end

local function sleep(ms) ngx.sleep(ms / 1000) end

local function inherit(other, client)
  shared_of[other] = shared_of[client]
end

local grow = surface.new(drive, inherit, {
  refuse = refuse, sleep = sleep, loop = many.loop(ahead),
  verbs = { settle_at_start = settler.verb(drive, sleep) } })

-- Raises at the caller of new, as the core does for its own options.
local function take(own, name, value)
  local expected = OWN[name].type
  if type(value) ~= expected then
    error(("bad argument #1 to 'new' (%s: %s expected, got %s)"):format(name,
      expected, type(value)), 4)
  end
  if expected == "number" and not (value >= 1 and value % 1 == 0) then
    error(("bad argument #1 to 'new' (%s: number out of range)"):format(name),
      4)
  end
  own[name] = value
end

local OWN_NAMES, CORES = {}, {}
for name in pairs(OWN) do OWN_NAMES[#OWN_NAMES + 1] = name end
for _, option in ipairs(core.options()) do CORES[option.name] = true end

-- What else is no option the core refuses.
local function refuse_slip(name)
  local meant = type(name) == "string" and not CORES[name] and not NGINX[name]
    and core.near(name, OWN_NAMES)
  if meant then
    error(("bad argument #1 to 'new' (unknown option '%s': did you mean '%s'?)")
      :format(name, meant), 4)
  end
end

-- The options in two: nginx's side of the client, and the core's.
local function split(options)
  local own, rest = {}, {}
  for name, option in pairs(OWN) do own[name] = option.default end
  for name, value in pairs(options) do
    if OWN[name] then
      take(own, name, value)
    else
      refuse_slip(name)
      rest[name] = value
    end
  end
  return own, rest
end

---@type resty.cielo
local resty = {}
for name, value in pairs(cielo) do resty[name] = value end

-- Whether an error is of the shop's own set-up: to be told as 500, whatever the
-- shopper sent. The log has it at `error`.
resty.is_setup = setup.is_setup

function resty.new(options)
  if options ~= nil and type(options) ~= "table" then
    error(("bad argument #1 to 'new' (table expected, got %s)"):format(
      type(options)), 2)
  end
  local own, rest = split(options or {})
  for name, sentence in pairs(NGINX) do
    if rest[name] ~= nil then return setup.refuse(name, sentence) end
  end
  if own.token_dict then
    own.dict = ngx.shared[own.token_dict]
    if not own.dict then
      return setup.refuse("token_dict", "nginx.conf has no lua_shared_dict "
        .. own.token_dict)
    end
  end
  local handle, message, err = core.client(rest)
  if not handle then return nil, message, err end
  shared_of[handle] = run.new_shared(own, handle)
  return grow(handle)
end

return resty
