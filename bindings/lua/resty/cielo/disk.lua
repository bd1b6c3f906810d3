-- Waits until what was appended to a journal is on disk, while the worker goes
-- on with other requests. One sync at a time serves all the calls of a client:
-- it runs on a thread of nginx where nginx.conf has any, else on the one that
-- the core keeps, and those who come meanwhile are carried by the next. A timer
-- leads, so that no request that ends takes the others' sync with it.

local core = require "cielo.core"
local has_semaphore, semaphore = pcall(require, "ngx.semaphore")

local ngx = ngx -- luacheck: read globals ngx
local now = core.now
local max, min = math.max, math.min

-- What nginx's thread loads.
local THREAD = "resty.cielo.thread"
-- The shortest sleep (s) that nginx takes without a warning.
local TURN = 0.001
-- A waiter looks by itself so often (ms): while a timer leads, and until it
-- does, since nginx drops timers past its limits.
local LOOK, SOON = 1000, 50
-- What one timer does before the next takes over: what it takes of its
-- request's memory is given back then.
local ROUNDS = 1000

local disk = {}

-- By client, its with_options copies included. `pool` names the thread_pool.
function disk.new(pool)
  return {
    pool = pool, way = nil, highest = 0, is_led = false, asked = nil,
    semaphore = has_semaphore and semaphore.new() or nil,
  }
end

-- ---- which way ----

local WITHOUT = "the journal is synced by a thread of the core and looked at "
  .. "every millisecond, since nginx.conf gives none (thread_pool %s "
  .. "threads=2;): %s"

-- Asked once in each worker: a thread that can load this library is of use.
local function find_way(pool)
  local run = ngx.run_worker_thread
  if not run then
    return "core", WITHOUT:format(pool, "this nginx has no run_worker_thread")
  end
  local ran, why = run(pool, THREAD, "probe")
  if ran then
    return "nginx", "the journal is synced on nginx's thread_pool " .. pool
  end
  return "core", WITHOUT:format(pool, (tostring(why):match "^[^\n]*"))
end

local function choose_way(self)
  local sentence
  self.way, sentence = find_way(self.pool)
  ngx.log(ngx.NOTICE, "cielo: ", sentence)
end

-- ---- who leads ----

-- A request that nginx drops while it waits is known to the semaphore.
local function wake(self)
  local sema = self.semaphore
  local waiting = sema and -sema:count() or 0
  if waiting > 0 then sema:post(waiting) end
end

-- One sync, of all that was appended so far. False when there is nothing to do.
local SYNC = {}

function SYNC.nginx(self, client)
  local fd, ticket = client:sync_begin()
  if not fd then
    if client:synced(self.highest) ~= false then return false end
    ngx.sleep(TURN) -- the core's own thread is at it
    return true
  end
  local ran, errno = ngx.run_worker_thread(self.pool, THREAD, "sync", fd)
  if not ran then -- no Lua VM is free: late is better than not on disk
    ngx.log(ngx.WARN, "cielo: the worker itself syncs the journal: ",
      tostring(errno))
    errno = core.fdatasync(fd)
  end
  client:sync_end(ticket, errno)
  return true
end

function SYNC.core(self, client)
  local ticket = self.highest
  if client:synced(ticket) ~= false or not client:sync_start(ticket) then
    return false
  end
  repeat ngx.sleep(TURN) until client:synced(ticket) ~= false
  return true
end

local function lead(self, client)
  if not self.way then choose_way(self) end
  local sync = SYNC[self.way]
  for _ = 1, ROUNDS do
    if not sync(self, client) then return end
    wake(self)
  end
end

local function work(_, self, client)
  if self.is_led then return end
  self.is_led = true
  local led, problem = pcall(lead, self, client)
  self.is_led, self.asked = false, nil
  if not led then ngx.log(ngx.ERR, "cielo: the journal: ", problem) end
  wake(self)
end

-- Whether somebody leads, or is about to.
local function ask(self, client)
  if self.is_led then return true end
  if self.asked and now() < self.asked + SOON then return true end
  local is_lost = self.asked ~= nil
  self.asked = ngx.timer.at(0, work, self, client) and now() or nil
  return self.asked ~= nil and not is_lost
end

-- ---- who waits ----

local function pause(self, left)
  local sema = self.semaphore
  if not sema then return ngx.sleep(TURN) end
  sema:wait(max(min(left, self.is_led and LOOK or SOON), 1) / 1000)
end

-- True once a ticket of call:record_write is on disk; false when the deadline
-- passes first; nil and why when it is not there and never will be.
function disk.wait(self, client, ticket, deadline)
  self.highest = max(self.highest, ticket)
  while true do
    local synced, why = client:synced(ticket)
    if synced ~= false then return synced, why end
    local left = deadline - now()
    if left < 1 then return false end
    if ask(self, client) then
      pause(self, left)
    else
      -- No timer is to be had: the core's thread needs none.
      local started
      started, why = client:sync_start(ticket)
      if not started then return nil, why end
      ngx.sleep(TURN)
    end
  end
end

return disk
