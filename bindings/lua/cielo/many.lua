-- client:many: one verb for many items, a few at once, in an iterator that gives
-- outcomes as calls end. The core decides which may start; a host's loop moves
-- them.

local attempts = require "cielo.attempts"
local core = require "cielo.core"

-- Ctrl-C is a hook of the interpreter, which runs between slices (ms).
local SLICE = 50
local CONCURRENCY = 16

local unpack = table.unpack or unpack

local many = {}

-- ---- items ----

local OPTIONS = { timeout = true, request_id = true }

local is_fields = {}
for _, param in ipairs(core.params()) do
  is_fields[param.name] = param.kind == "FIELDS"
end

-- "sales.capture", or "request" of the client itself: by either, the row, the
-- names of its parameters and the first of them.
local plans, verbs = {}, {}
for _, row in ipairs(core.operations()) do
  local plan = { row = row, names = {}, place = {} }
  for name in row.params:gmatch "[%w_]+" do
    table.insert(plan.names, name)
    plan.place[name] = #plan.names
  end
  plan.is_fields = is_fields[plan.names[1]]
  plan.name = row.noun == "-" and row.verb or row.noun .. "." .. row.verb
  plans[plan.name] = plan
  table.insert(verbs, plan.name)
end

-- What refuse raises.
local BAD = {}

local function refuse(text, ...)
  error(setmetatable({ text = text:format(...) }, BAD))
end

-- What is wrong with an item; nil for an error of something else, such as a
-- hook.
local function text_of(problem)
  if getmetatable(problem) == BAD then return problem.text end
  return type(problem) == "string" and problem:match "bad argument.*" or nil
end

-- By position: {payment_id, amount}, and options behind them.
local function read_positions(plan, item)
  local last = 0
  for key, value in pairs(item) do
    local is_place = type(key) == "number" and key >= 1 and key % 1 == 0
    if is_place then
      last = math.max(last, key)
    elseif not (key == "n" and type(value) == "number") then
      refuse("it has arguments by position and the name %s: write the one or "
        .. "the other", tostring(key))
    end
  end
  if last > #plan.names + 1 then
    refuse("%d arguments, and %s takes %d and a table of options", last,
      plan.name, #plan.names)
  end
  return item, last
end

-- By name: {payment_id=, amount=, timeout=}.
local function read_names(plan, item)
  local arguments, options = {}, nil
  for key, value in pairs(item) do
    if plan.place[key] then
      arguments[plan.place[key]] = value
    elseif OPTIONS[key] then
      options = options or {}
      options[key] = value
    else
      refuse("%s takes no %s, but %s", plan.name, tostring(key),
        table.concat(plan.names, ", "))
    end
  end
  local last = #plan.names + 1
  arguments[last] = options
  return arguments, last
end

-- The arguments that an item stands for, and how many. A table that has a first
-- item is by position; any other is the fields where those come first, else by
-- name. What is no table is the first argument.
local function read_item(plan, item)
  if type(item) ~= "table" then return { item }, 1 end
  if item[1] ~= nil then return read_positions(plan, item) end
  if not plan.is_fields then return read_names(plan, item) end
  if item.fields ~= nil then
    refuse("an item of %s is the fields themselves, or {fields, options}",
      plan.name)
  end
  return { item }, 1
end

local function new_call(plan, owner, item)
  local arguments, last = read_item(plan, item)
  local call, message, err =
    core.call(plan.row.number, owner, unpack(arguments, 1, last))
  return call, message, err
end

-- ---- what the calls come from ----

-- The items in a list, and how many; or those that an iterator gives.
local function read_calls(calls)
  if type(calls) == "function" then return calls, nil end
  local meta = getmetatable(calls)
  if type(meta) == "table" and meta.__call then return calls, nil end
  if type(calls) ~= "table" then
    error("bad argument #2 to 'many' (list or iterator expected, got "
      .. type(calls) .. ")", 4)
  end
  local at = 0
  return function()
    at = at + 1
    return calls[at]
  end, #calls
end

-- The error that is to be told when all that is under way was given.
local function stop(state, problem)
  state.over, state.problem, state.failure = true, problem, true
end

-- Takes the next item into `self`; what cannot even begin is an outcome too.
local function take_item(self, state)
  local pulled, item = pcall(state.pull)
  if not pulled then return stop(state, item) end
  if item == nil then
    state.over, state.total = true, state.index
    return
  end
  local index = state.index + 1
  local made, call, message, err = pcall(new_call, state.plan, state.owner, item)
  if not made then
    local text = text_of(call)
    if not text then error(call, 0) end
    return stop(state, ("bad item #%d of the calls: %s"):format(index, text))
  end
  local put
  state.index = index
  if call then put, message, err = self:put(call, index) end
  if put then
    state.calls[index] = call
  else
    table.insert(state.ready, { index, nil, message, err })
  end
  state.items[index] = item
end

local function fill(self, state)
  while not state.over and #state.ready == 0 and self:room() do
    take_item(self, state)
  end
end

-- ---- what comes out ----

-- Of what was given: so that a progress line follows what the loop did with it.
local function tell(state)
  local progress = state.progress
  if not progress or state.told == state.done
      and state.told_total == state.total then
    return
  end
  state.told, state.told_total = state.done, state.total
  state.progress = nil -- who raises is not asked again
  progress(state.done, state.failed, state.total)
  state.progress = progress
end

local function give(state, index, result, _, err)
  local outcome = { index = index, call = state.items[index], result = result,
                    error = err }
  state.items[index], state.calls[index] = nil, nil
  state.done = state.done + 1
  if err then state.failed = state.failed + 1 end
  return outcome
end

local function next_ended(self, state)
  local ready = table.remove(state.ready, 1)
  if ready then return give(state, unpack(ready, 1, 4)) end
  local index, result, message, err = state.loop.ended(self, state)
  if index then return give(state, index, result, message, err) end
end

local function finish(state)
  state.closed = true
  tell(state)
  if state.failure then error(state.problem, 0) end
end

local function advance(self, state)
  state.taken = nil -- it was given
  tell(state)
  local wait = 0
  while true do
    fill(self, state)
    state.loop.advance(self, state, wait)
    local outcome = next_ended(self, state)
    if outcome then return outcome end
    if state.over and self:count() == 0 then return finish(state) end
    wait = SLICE
  end
end

-- Nothing more starts; what is under way comes to its end.
local function close(self)
  local state = self:state()
  if state.closed then return end
  state.over = true
  state.loop.finish(self, state)
  state.closed = true
  tell(state)
end

-- An outcome that a hook kept from being given is told of as one that was
-- dropped is.
local function name_taken(state)
  local call = state.taken
  if not call then return end
  state.taken = nil
  local name, is_write = call:name()
  if is_write then
    io.stderr:write("cielo: an outcome was not given: ", name, "\n")
  end
end

local function checked(self, state, went_well, ...)
  if went_well then return ... end
  name_taken(state)
  close(self)
  error((...), 0)
end

local function step(self)
  local state = self:state()
  if state.closed then return nil end
  return checked(self, state, pcall(advance, self, state))
end

core.many_with(step, close)

-- ---- the loop of a host that has none ----

many.blocking = {}

-- Goes on with what is under way, for `wait` ms at most.
function many.blocking.advance(self, state, wait)
  self:run(wait)
  attempts.tell(self, state.on_attempt, attempts.to_stderr)
end

-- The index of the next call that ended, and what its verb gives.
function many.blocking.ended(self, state)
  local index = self:done()
  if not index then return end
  state.taken = state.calls[index]
  return index, state.taken:result()
end

-- Ends what is under way, of which nobody is told any more.
function many.blocking.finish(self, state)
  local ended
  repeat
    ended = self:run_out(SLICE)
    attempts.tell(self, state.on_attempt, attempts.to_stderr)
  until ended
end

-- A compiled loop would not look at hooks.
if rawget(_G, "jit") then
  rawget(_G, "jit").off(advance)
  rawget(_G, "jit").off(many.blocking.finish)
end

-- ---- client:many ----

local function check_options(options)
  if options == nil then return {} end
  if type(options) ~= "table" then
    error("bad argument #3 to 'many' (table of options expected, got "
      .. type(options) .. ")", 4)
  end
  for name, value in pairs(options) do
    local expected = name == "concurrency" and "number"
      or name == "progress" and "function"
    if not expected then
      local near = core.near(tostring(name), { "concurrency", "progress" })
      error(("bad argument #3 to 'many' (unknown option '%s'%s)"):format(
        tostring(name), near and (": did you mean '%s'?"):format(near) or ""), 4)
    end
    if type(value) ~= expected then
      error(("bad argument #3 to 'many' (%s: %s expected, got %s)"):format(name,
        expected, type(value)), 4)
    end
  end
  if (options.concurrency or 1) % 1 ~= 0 then
    error("bad argument #3 to 'many' (concurrency: whole number expected)", 4)
  end
  return options
end

local function plan_of(verb)
  local plan = plans[verb]
  if plan then return plan end
  if type(verb) ~= "string" then
    error(('bad argument #1 to \'many\' (no verb is a %s: write "sales.capture", '
      .. 'or "request")'):format(type(verb)), 4)
  end
  local near = core.near(verb, verbs)
  error(('bad argument #1 to \'many\' (no verb is "%s": %s)'):format(verb, near
    and ('did you mean "%s"?'):format(near)
    or 'write "sales.capture", or "request"'), 4)
end

-- Gives what a generic `for` takes; nil, message, err. `loop` is the host's, or
-- many.blocking.
function many.new(client, loop, verb, calls, options)
  local plan, given = plan_of(verb), check_options(options)
  local pull, total = read_calls(calls)
  local owner = plan.row.noun == "-" and client or client[plan.row.noun]
  local state = {
    plan = plan, owner = owner, loop = loop, pull = pull, total = total,
    on_attempt = core.handle(client):on_attempt(),
    progress = given.progress, index = 0, done = 0, failed = 0,
    calls = {}, items = {}, ready = {},
  }
  local self, message, err = core.many(core.handle(client),
    given.concurrency or CONCURRENCY, state, loop ~= many.blocking)
  -- An option, and raised as every other one: a `for` would name a nil value.
  if err and err.kind == "validation" then
    error(("bad argument #3 to 'many' (%s)"):format(message), 3)
  end
  if not self then return nil, message, err end
  return self, nil, nil, self
end

return many
