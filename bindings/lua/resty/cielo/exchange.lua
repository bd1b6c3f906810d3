-- One request and its answer over a cosocket: connections are nginx's, the
-- bytes are cielo_wire's.

local core = require "cielo.core"

local ngx = ngx -- luacheck: read globals ngx
local tcp = ngx.socket.tcp
local now = core.now
local max, min = math.max, math.min

local PIECE = 16 * 1024
-- The shortest sleep (s) that nginx takes without a warning.
local TURN = 0.001

local exchange = {}

-- One pool per address, kind of connection and limits, since nginx keeps a pool
-- as who opens it first wants it; what else differs between clients (who asks)
-- is in the request, so that they may share it.
local function pool_of(shared, host, port, tls)
  local name = ("cielo:%s:%s:%d:%d:%s"):format(tls and "https" or "http", host,
    port, shared.pool_size, shared.backlog or "-")
  local pool = shared.pools[name]
  if not pool then
    pool = { pool = name, pool_size = shared.pool_size,
             backlog = shared.backlog }
    shared.pools[name] = pool
  end
  return pool
end

-- What the failures of nginx leave unsaid: the directive that mends them.
local TRUST = "; lua_ssl_trusted_certificate, lua_ssl_verify_depth"
local RESOLVER = "; nginx.conf needs a resolver"
local UNRESOLVED = "; is the resolver of nginx.conf the right one?"

-- A peer that hangs up in the middle is no other than one that takes no
-- connection; all else is said of its certificate, which stays as it is.
local function why_unshaken(err, host)
  if err == "timeout" then return err, "TLS: timeout" end
  if err == "handshake failed" or err == "closed" then
    return "connect", "TLS: " .. err
  end
  if err:find("host mismatch", 1, true) then
    return "tls", "TLS: " .. err .. ": it is not for " .. host
  end
  return "tls", "TLS: " .. err .. TRUST
end

-- Of a refusal that it knows at once, without a wait for the peer, lua-resty-core
-- raises a failed assertion, and keeps the reason to itself.
local REFUSED = "the certificate was refused, or is not for "

local function shake(sock, session, host)
  local ran, shaken, err = pcall(sock.sslhandshake, sock, session, host, true)
  if ran then return shaken, tostring(err) end
  if tostring(shaken):find("assertion failed", 1, true) then
    return nil, REFUSED .. host
  end
  error(shaken, 0)
end

-- Verified whatever nginx.conf says; the session saves the next handshake its
-- round trip.
local function handshake(shared, sock, pool, host)
  local session, err = shake(sock, shared.sessions[pool], host)
  if not session then return nil, why_unshaken(err, host) end
  shared.sessions[pool] = session
  return true
end

-- TLS 1.3 gives what resumes a session only after the handshake, with the
-- first answer: asked again, nginx shakes no hands and tells the session.
local function keep_session(shared, sock, target)
  local session = sock:sslhandshake(nil, target.host, true)
  if type(session) == "userdata" or type(session) == "cdata" then
    shared.sessions[target.pool] = session
  end
end

-- Without a resolver nobody is ever looked up: to try again is of no use.
local function why_unconnected(err)
  if err == "timeout" then return err, "connect: " .. err end
  local unset = err:find("no resolver defined", 1, true)
  local unknown = err:find("could not be resolved", 1, true)
  return unset and "internal" or "connect", "connect: " .. err
    .. (unset and RESOLVER or unknown and UNRESOLVED or "")
end

-- Gives a connected socket, whether it was used before and how long it has been
-- told to wait; or nil, cause, text.
local function open(shared, target, deadline)
  local host, pool, left = target.host, target.pool, deadline - now()
  if left < 1 then return nil, "timeout", "the time-out passed" end
  local sock = tcp()
  sock:settimeouts(max(min(target.connect_timeout, left), 1), left, left)
  local ok, err = sock:connect(target.address, target.port, pool)
  if not ok then return nil, why_unconnected(err) end
  local used = sock:getreusedtimes() > 0
  if target.tls and not used then
    local cause, text
    ok, cause, text = handshake(shared, sock, pool, host)
    if not ok then
      sock:close()
      return nil, cause, text
    end
  end
  return sock, used, left
end

-- What may come on a kept connection before the next request is sent is no
-- answer to it. nginx guards that: setkeepalive refuses a connection that has
-- bytes or was closed, and the event loop closes a pooled one as soon as there
-- is something to read. It sees only what came before its last turn, so a write
-- lets it take one more: the answer to a void need not say whose it is.
local function clear_pool() ngx.sleep(TURN) end

-- nginx hands out pooled connections first: what is left of the pool is as old
-- as the one that was found closed, and is passed by.
local function open_fresh(shared, target, deadline)
  while true do
    local sock, used, more = open(shared, target, deadline)
    if not sock then return nil, used, more end
    if not used then return sock, more end
    sock:close()
  end
end

-- A send that failed left part of the request with us, so that Cielo cannot
-- have taken it: on a pooled connection, which is closed when its server says
-- so and not when we look, it is done once more on a fresh one. Once all of it
-- was taken nothing is ever repeated here. Gives what open does.
local function send(shared, target, bytes, deadline, writes)
  if writes then clear_pool() end
  local sock, used, more = open(shared, target, deadline)
  if not sock then return nil, used, more end
  local sent, err = sock:send(bytes)
  if not sent and used and err ~= "timeout" then
    sock:close()
    sock, used, more = open_fresh(shared, target, deadline)
    if not sock then return nil, used, more end
    used, more = false, used
    sent, err = sock:send(bytes)
  end
  if sent then return sock, used, more end
  sock:close()
  return nil, err == "timeout" and err or "closed", "send: " .. tostring(err)
end

-- Gives nothing when the wire knows how it went, else the cause and a text.
-- `told` is how long the socket has been told to wait.
local function receive(sock, wire, deadline, told)
  while true do
    local left = deadline - now()
    if left < 1 then return "timeout", "no whole answer in time" end
    if left < told then
      sock:settimeout(left)
      told = left
    end
    local bytes, err = sock:receiveany(PIECE)
    if bytes then
      if wire:input(bytes) then return end
    elseif err == "closed" then
      return wire:eof()
    elseif err == "timeout" then
      return err, "no whole answer in time"
    else
      return "closed", "receive: " .. tostring(err)
    end
  end
end

local function release(shared, sock, target, used, keep)
  if keep and target.tls and not used then keep_session(shared, sock, target) end
  if not (keep and sock:setkeepalive(shared.idle_timeout)) then
    sock:close()
  end
end

local function new_target(shared, host, port, tls, connect_timeout)
  return {
    host = host, port = port, tls = tls, connect_timeout = connect_timeout,
    address = host:find(":", 1, true) and "[" .. host .. "]" or host,
    pool = pool_of(shared, host, port, tls),
  }
end

-- Where a request goes, kept from the last call that went there.
function exchange.target(shared, host, port, tls, connect_timeout)
  local target = shared.targets[host]
  if not target or target.port ~= port or target.tls ~= tls
      or target.connect_timeout ~= connect_timeout then
    target = new_target(shared, host, port, tls, connect_timeout)
    shared.targets[host] = target
  end
  return target
end

-- Sends the bytes, nil where the wire says why there are none, and reports to
-- the call. Gives the HTTP status, 0 when no answer came.
function exchange.run(shared, call, wire, bytes, target, deadline, writes)
  if not bytes then return (wire:report(call)) end
  local sock, used, more = send(shared, target, bytes, deadline, writes)
  if not sock then return (wire:report(call, used, more)) end
  wire:sent()
  local http_status, keep = wire:report(call,
    receive(sock, wire, deadline, more))
  release(shared, sock, target, used, keep)
  return http_status
end

return exchange
