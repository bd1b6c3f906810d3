-- Settles at a worker's start what workers that are gone left in doubt, and
-- looks again until nothing is. All workers run it, and whoever has the lock of
-- the folder looks; the others find in the journal that somebody has.

local cielo = require "cielo"
local core = require "cielo.core"
local journal = require "cielo.journal"
local log = require "resty.cielo.log"

local ngx = ngx -- luacheck: read globals ngx
local max, min = math.max, math.min

-- From one look at an entry to the next (s), the last of them again and again:
-- two looks that are ten minutes apart say that nothing happened.
local DELAYS = { 60, 300, 600, 3600, 86400 }
-- Somebody else settles, or something is wrong: asked again so often (s).
local RETRY = 10

local settler = {}

-- ---- when ----

-- The journal's moments are in UTC, and say so.
local function epoch_of(text)
  local at = cielo.parse_time((text:gsub("Z$", "")))
  if not at then return 0 end
  local taken = os.time(at) -- as if it were local
  return taken + os.difftime(taken, os.time(os.date("!*t", taken)))
end

local function delay_after(self, looks)
  return self.delays[max(min(looks, #self.delays), 1)]
end

-- Seconds until an entry is to be looked at. Of looks of its own a worker knows
-- when they were; those of others stand there by a clock that may be Cielo's,
-- and put it off no longer than their delay.
local function due_in(self, entry)
  local own, looks = self.due[entry.id], entry.looks or {}
  if own then return own - ngx.now() end
  if #looks == 0 then return 0 end
  local delay = delay_after(self, #looks)
  return min(epoch_of(looks[#looks].at) + delay - ngx.time(), delay)
end

-- ---- one look ----

local function tell(self, entry, outcome)
  log.settled(entry, outcome, #(entry.looks or {}) + 1)
  if not self.on_outcome then return end
  local told, problem = pcall(self.on_outcome, entry, outcome)
  if not told then
    ngx.log(ngx.ERR, "cielo: on_outcome raised: ", tostring(problem))
  end
end

-- Gives the seconds until the next one is due; nothing when the entry is
-- settled, or cannot be by this client: its merchant or environment is another.
local function look(self, reader, entry)
  local outcome, message, err = journal.look(reader, self.handle, self.drive,
    entry)
  self.due[entry.id] = nil
  if not outcome then
    if err and err.kind == "validation" then return end
    error(message, 0) -- no matter of this entry: the pass is made again
  end
  tell(self, entry, outcome)
  if outcome.state ~= "unknown" then return end
  local delay = delay_after(self, #(entry.looks or {}) + 1)
  self.due[entry.id] = ngx.now() + delay
  return delay
end

-- ---- one pass over the journal ----

local function pass_over(self)
  local reader, message = journal.load(self.folder, self.sleep)
  if not reader then error(message, 0) end
  local soonest
  while not ngx.worker.exiting() do
    local entry, problem = reader:next(true)
    if problem then error(problem, 0) end
    if not entry then return soonest end
    local left = due_in(self, entry)
    if left <= 0 then left = look(self, reader, entry) end
    if left then soonest = min(soonest or left, left) end
  end
end

-- A folder is made with its first record: that it cannot be is not to be told
-- with the first sale only.
local function check_missing(folder)
  local up = folder
  repeat up = up:match "^(.+)/[^/]*$" or "/" until not journal.is_missing(up)
  local why = core.unwritable(up)
  if why then error(("the journal's folder %s cannot be made: %s: %s"):format(
    folder, up, why), 0) end
end

-- Gives the seconds until the next pass; nothing when no doubt is left.
local function pass(self)
  if journal.is_missing(self.folder) then return check_missing(self.folder) end
  local lock, message = core.journal_lock(self.folder)
  if lock == nil then error(message, 0) end
  if not lock then return RETRY end
  local done, soonest = pcall(pass_over, self)
  lock:close()
  if not done then error(soonest, 0) end
  return soonest
end

local run

local function arm(self, delay)
  local armed, problem = ngx.timer.at(delay, run, self)
  if armed then return true end
  ngx.log(ngx.ERR, "cielo: what is in doubt is not settled: ", problem)
  return core.fail("phase", "nginx starts no timer now: " .. problem)
end

function run(premature, self)
  if premature then return end
  local passed, delay = pcall(pass, self)
  if not passed then
    ngx.log(ngx.ERR, "cielo: what is in doubt is not settled yet: ",
      tostring(delay))
    delay = RETRY
  end
  if delay then arm(self, delay) end
end

-- ---- its start ----

local TAKES = { on_outcome = "function", delays = "table" }

local function check(options)
  if options == nil then return {} end
  for name, value in pairs(options) do
    if type(value) ~= TAKES[name] then
      error(("bad argument #1 to 'settle_at_start' (%s: %s)"):format(
        tostring(name), TAKES[name] and TAKES[name] .. " expected, got "
        .. type(value) or "unknown option"), 3)
    end
  end
  return options
end

-- client.journal:settle_at_start([{on_outcome=, delays=}]) -> true; nil,
-- message, err. `drive` takes a call to its end, `sleep` takes ms. Any phase will
-- do that lets a timer be started.
function settler.verb(drive, sleep)
  local host = { refuse = function() end }
  return function(noun, options)
    local given = check(options)
    local handle, folder, err = journal.open(noun, "settle_at_start", host)
    if not handle then return nil, folder, err end
    return arm({ handle = handle, folder = folder, drive = drive,
      sleep = sleep, due = {}, on_outcome = given.on_outcome,
      delays = given.delays or DELAYS }, 0)
  end
end

return settler
