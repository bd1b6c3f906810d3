-- The journal, read back: what became of writes that nobody knows the end of.

local core = require "cielo.core"
local hidden = require "cielo.hidden"

-- So many bytes are read at a time, and so long (ms) is slept between looks at a
-- lock: in between the host's hooks and other requests get their turn.
local SLICE, STEP = 256 * 1024, 50

local journal = {}

-- Reads a folder: its reader; nil, message, err. `sleep` takes ms.
local function load(folder, sleep)
  local reader, message, err = core.journal(folder)
  if not reader then return nil, message, err end
  while true do
    local is_all, problem, details = reader:load(SLICE)
    if is_all == nil then return nil, problem, details end
    if is_all then return reader end
    sleep(0)
  end
end

-- As of io.lines, there is nobody to give an error to in the middle of a loop.
local function entries(folder, sleep)
  local reader, message, err = load(folder, sleep)
  if not reader then return nil, message, err end
  return function()
    local entry, problem, details = reader:next(false)
    if details then error(problem, 2) end
    return entry
  end
end

-- ---- for who has a client ----

local function list_in_doubt(reader)
  local list = {}
  while true do
    local entry, message, err = reader:next(true)
    if err then return nil, message, err end
    if not entry then return list end
    list[#list + 1] = entry
  end
end

local function in_doubt(folder, sleep)
  local reader, message, err = load(folder, sleep)
  if not reader then return nil, message, err end
  return list_in_doubt(reader)
end

-- Looks once; `drive` takes a call to its end. The call that tells is asked after
-- its result was taken.
local function look(reader, handle, drive, entry)
  local call, message, err = reader:settle(handle, entry.id)
  if not call then return nil, message, err end
  local result, why, problem = drive(call, handle)
  return { state = call:settled() or "unknown", result = result, why = why,
           error = problem }
end

-- What concerns no entry, but whoever settles.
local ENDS = { closed = true, memory = true, journal = true, phase = true }

local function pair(entry, outcome)
  return { entry, outcome, entry = entry, outcome = outcome }
end

-- An entry of another merchant's stays in doubt, and the others are looked at.
local function settle_all(reader, handle, drive, asked)
  local list, problem, details = list_in_doubt(reader)
  if not list then return nil, problem, details end
  for at, entry in ipairs(list) do
    asked[at] = entry
    local outcome, message, err = look(reader, handle, drive, entry)
    if not outcome then
      if err and ENDS[err.kind] then return nil, message, err end
      outcome = { state = "unknown", why = message, error = err }
    end
    list[at] = pair(entry, outcome)
  end
  return list
end

local function settle_one(reader, handle, drive, asked, id)
  local entry, message, err = reader:find(id)
  if err then return nil, message, err end
  if not entry then
    return core.fail("validation", "the journal has no entry " .. id)
  end
  if entry.state ~= "in_doubt" then return {} end
  asked[1] = entry
  local outcome, problem, details = look(reader, handle, drive, entry)
  if not outcome then return nil, problem, details end
  return { pair(entry, outcome) }
end

-- One settles at a time: another is waited for as for an answer.
local function take_lock(folder, handle, sleep)
  local _, _, timeout = handle:where()
  local deadline = core.now() + (timeout or 0)
  while true do
    local lock, message, err = core.journal_lock(folder)
    if lock or err then return lock, message, err end
    if core.now() >= deadline then
      return core.fail("journal", "another process is settling " .. folder)
    end
    sleep(STEP)
  end
end

-- What was settled before `settle` ended early is in doubt no more, so that no
-- later one tells it.
local function name_untold(reader, asked)
  if not reader:load(0) then return end
  for _, entry in ipairs(asked) do
    local found = reader:find(entry.id)
    if found and found.state ~= "in_doubt" then
      local name = entry.merchant_order_id or entry.payment_id or entry.id
      io.stderr:write("cielo: ", entry.operation, " of ",
        (name:gsub("%c", "?")), " was settled: ", found.state, "; settle ended "
        .. "before it said so, and journal:entries() has it\n")
    end
  end
end

local function all_told(reader, asked, went_well, list, ...)
  if went_well and list then return list end
  name_untold(reader, asked)
  if not went_well then error(list, 0) end
  return nil, ...
end

local function settle(folder, handle, host, id)
  local reader, message, err = load(folder, host.sleep)
  if not reader then return nil, message, err end
  local asked = {}
  return all_told(reader, asked, pcall(id and settle_one or settle_all, reader,
    handle, host.drive, asked, id))
end

local function unlocked(lock, went_well, ...)
  lock:close()
  if went_well then return ... end
  error((...), 0)
end

local function id_of(entry)
  if entry == nil or type(entry) == "string" then return entry end
  if type(entry) == "table" and type(entry.id) == "string" then
    return entry.id
  end
  error("bad argument #1 to 'settle' (entry or its id expected, got "
    .. type(entry) .. ")", 3)
end

-- The handle of a noun and the folder of its journal; nil, message, err.
local function open(noun, verb, host)
  local handle = core.handle(noun)
    or error("bad self: write client.journal:" .. verb .. "(...)", 3)
  local _, message, err = host.refuse(handle)
  if err then return nil, message, err end
  local folder = handle:journal()
  if folder then return handle, folder end
  if not handle:where() then return core.fail("closed", "the client is closed") end
  return core.fail("journal", hidden.text("this client keeps no journal: give "
    .. "new the option journal, or set CIELO_JOURNAL"))
end

local ENOENT = 2

-- Whether nothing was written yet: a folder is made with its first record.
local function is_missing(folder)
  local file, _, number = io.open(folder)
  if file then file:close() end
  return not file and number == ENOENT
end

-- The verbs of client.journal. `host` has `drive`, which takes a call to its end,
-- and what surface.new takes.
function journal.verbs(host)
  local verbs = {}

  function verbs:in_doubt()
    local handle, folder, err = open(self, "in_doubt", host)
    if not handle then return nil, folder, err end
    if is_missing(folder) then return {} end
    return in_doubt(folder, host.sleep)
  end

  function verbs:settle(entry)
    local id = id_of(entry)
    local handle, folder, err = open(self, "settle", host)
    if not handle then return nil, folder, err end
    if is_missing(folder) then return {} end
    local lock, message, problem = take_lock(folder, handle, host.sleep)
    if not lock then return nil, message, problem end
    return unlocked(lock, pcall(settle, folder, handle, host, id))
  end

  function verbs:entries()
    local handle, folder, err = open(self, "entries", host)
    if not handle then return nil, folder, err end
    if is_missing(folder) then return function() end end
    return entries(folder, host.sleep)
  end

  return verbs
end

-- For a host that settles by itself.
journal.open, journal.is_missing = open, is_missing
journal.load, journal.look = load, look

-- ---- cielo.journal, for who has none ----

local function check_text(value, position, name)
  if type(value) == "string" then return end
  error(("bad argument #%d to '%s' (string expected, got %s)"):format(position,
    name, type(value)), 3)
end

local function check_number(value, position, name)
  if type(value) == "number" then return end
  error(("bad argument #%d to '%s' (number expected, got %s)"):format(position,
    name, type(value)), 3)
end

local function no_sleep() end

-- The functions of cielo.journal.
journal.public = {}

function journal.public.read(folder)
  check_text(folder, 1, "read")
  return entries(folder, no_sleep)
end

function journal.public.count(folder)
  check_text(folder, 1, "count")
  local reader, message, err = load(folder, no_sleep)
  if not reader then return nil, message, err end
  return reader:count()
end

function journal.public.segments(folder)
  check_text(folder, 1, "segments")
  return core.segments(folder)
end

function journal.public.records(folder, segment, from)
  check_text(folder, 1, "records")
  check_text(segment, 2, "records")
  if from ~= nil then check_number(from, 3, "records") end
  return core.records(folder, segment, from)
end

function journal.public.prune(folder, days)
  check_text(folder, 1, "prune")
  check_number(days, 2, "prune")
  local removed, message, err = core.prune(folder, days)
  if removed == false then
    return core.fail("journal", folder .. " is being settled: try again later")
  end
  return removed, message, err
end

return journal
