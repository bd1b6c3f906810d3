-- Every case of tests/cases twice: over the call machine, driven from Lua as an
-- event loop drives it and noted in a journal, and over loopback with the
-- blocking client.

local support = dofile("tests/lua/support.lua")
local core = require "cielo.core"
local cielo = require "cielo"
local null = cielo.null
support.stress()

local STALL = 3000 -- as script_server.py: what a stalled case is worth

local function case_paths()
  local pipe = io.popen("ls tests/cases/*.json 2>/dev/null")
  local paths = {}
  for path in pipe:lines() do paths[#paths + 1] = path end
  pipe:close()
  return paths
end

-- ---- what is called ----

local function operation_of(name)
  for _, row in ipairs(core.operations()) do
    if row.name == name then return row end
  end
  error("no operation " .. name)
end

local function options_of(case)
  local options = {}
  for name, value in pairs(case.options or {}) do
    if type(value) == "number" and (name == "reconcile" or name == "validate"
        or name == "allow_plain_http" or name == "journal_required") then
      value = value ~= 0
    end
    options[(name:gsub("_ms$", ""))] = value
  end
  return options
end

local function perform(client, case)
  local row = operation_of(case.operation)
  local noun = row.noun == "-" and client or client[row.noun]
  local params, arguments, count = case.params or {}, {}, 0
  for name in row.params:gmatch("[%w_]+") do
    count = count + 1
    arguments[count] = params[name]
  end
  count = count + 1
  arguments[count] =
    { timeout = params.timeout, request_id = params.request_id }
  return noun[row.verb](noun, (unpack or table.unpack)(arguments, 1, count))
end

-- ---- what is compared ----

local function is_any(value)
  return type(value) == "table" and value["$any"] == true
end

local function same(expected, got, path)
  if is_any(expected) then
    assert.is_true(got ~= nil and got ~= null, path .. " is missing")
  elseif expected == null then
    assert.is_true(got == nil or got == null, path .. " is there")
  elseif type(expected) == "table" then
    assert.equal("table", type(got), path)
    if next(expected) == nil then return end
    assert.equal(#expected, #got, path .. " (its length)")
    for name, value in pairs(expected) do
      same(value, got[name], path .. "." .. name)
    end
  else
    assert.equal(expected, got, path)
  end
end

-- Bodies hold what is expected and nothing else; the order of members is the
-- script server's to check.
local function same_body(expected, got, path)
  if type(expected) ~= "table" or is_any(expected) then
    return same(expected, got, path)
  end
  assert.equal("table", type(got), path)
  for name in pairs(got) do
    assert.is_true(expected[name] ~= nil, path .. "." .. name .. " is sent")
  end
  for name, value in pairs(expected) do
    same_body(value, got[name], path .. "." .. name)
  end
end

local function by_path(a, b)
  if a.path ~= b.path then return a.path < b.path end
  return a.rule < b.rule
end

-- Problems and warnings come in the order of the fields given, and tables have
-- none.
local function same_problems(expected, got, what)
  local list = {}
  for i, problem in ipairs(got) do list[i] = problem end
  table.sort(expected, by_path)
  table.sort(list, by_path)
  assert.equal(#expected, #list, what .. " (their number)")
  same(expected, list, what)
end

local function same_warnings(outcome, told)
  if outcome.warnings then
    same_problems(outcome.warnings, told.warnings or {}, "warnings")
  end
end

-- Cases name members as on the wire, results as in Lua.
local function same_found(expected, got)
  local function plain(name) return (name:gsub("_", ""):lower()) end
  assert.equal(#expected, #got, "found")
  for i, sale in ipairs(expected) do
    local members = {}
    for name, value in pairs(got[i]) do members[plain(name)] = value end
    for name, value in pairs(sale) do
      same(value, members[plain(name)], "found." .. name)
    end
  end
end

local function same_error(expected, err)
  for name, value in pairs(expected) do
    if name == "problems" then
      same_problems(value, err.problems, "problems")
    elseif name == "found" then
      same_found(value, err.found or {})
    elseif name == "sent" and value == "yes" then
      -- A transport cannot always tell whether the last byte was taken.
      assert.is_true(err.sent == "yes" or err.sent == "maybe", err.sent)
    elseif name == "attempts" then
      assert.equal(value, #err.attempts, "attempts")
    else
      same(value, err[name], name)
    end
  end
end

local function hides(hidden)
  return function(text)
    for _, secret in ipairs(hidden or {}) do
      assert.is_false(support.shows(text, secret), secret .. " is in " .. text)
    end
  end
end

local function check_error(outcome, result, message, err)
  assert.is_nil(result)
  assert.equal("string", type(message))
  same_error(outcome.error, err)
  same_warnings(outcome, err)
  hides(outcome.hidden)(message)
  support.each_text(err, hides(outcome.hidden))
end

local function check_shown(outcome, result)
  local text = cielo.to_json(result)
  same(outcome.shown or {}, support.decode(text), "shown")
  hides(outcome.hidden)(text)
  support.each_print(result, hides(outcome.hidden))
end

local function check(case, result, message, err)
  local outcome = case.outcome
  if outcome.error then return check_error(outcome, result, message, err) end
  assert.is_true(result ~= nil, message)
  if outcome.result then
    same(outcome.result,
      support.decode(cielo.to_json(result, { reveal = true })), "result")
  end
  for name, value in pairs(outcome.facts or {}) do
    same(value, result[name], name)
  end
  same_warnings(outcome, result)
  check_shown(outcome, result)
end

-- ---- over the machine ----

local FAILURES = {
  refused = { fail = "connect", sent = "no" },
  close = { fail = "closed", sent = "yes" },
  half = { fail = "closed", sent = "yes" },
  stall = { fail = "timeout", sent = "yes" },
  garbage = { fail = "protocol", sent = "yes" },
}

local function header_of(request, name)
  for _, pair in ipairs(request.headers) do
    if pair[1]:lower() == name:lower() then return pair[2] end
  end
end

local function check_request(expected, request)
  assert.equal(expected.method, request.method)
  assert.equal(expected.path, request.target)
  for name, value in pairs(expected.headers or {}) do
    same(value, header_of(request, name), name)
  end
  if expected.form then
    assert.equal(expected.form, request.body)
  elseif expected.body ~= nil then
    same_body(expected.body, support.decode("[" .. request.body .. "]")[1],
      "body")
  else
    assert.is_true(request.body == nil or request.body == "", "no body")
  end
end

local function header(reply, name)
  for key, value in pairs(reply.headers or {}) do
    if key:lower() == name then return tostring(value) end
  end
end

local function answer_of(exchange, request)
  local fail = FAILURES[exchange.fail]
  if exchange.fail == "stall" then
    return { fail = fail.fail, sent = fail.sent,
      after = request.deadline - request.now }
  end
  if fail then
    return { fail = fail.fail, sent = fail.sent, after = exchange.after_ms }
  end
  local reply = exchange.reply
  return {
    status = reply.status, after = exchange.after_ms,
    body = reply.text or reply.bytes and support.bytes(reply.bytes) or "",
    date = header(reply, "date"), retry_after = header(reply, "retry-after"),
    content_type = header(reply, "content-type"),
  }
end

local FOLDER = os.tmpname()
os.remove(FOLDER)

local function over_machine(case)
  local position, options = 0, options_of(case)
  if options.journal == nil then options.journal = FOLDER end
  local client = support.client(function(request)
    position = position + 1
    local exchange = case.exchanges[position]
    assert.is_true(exchange ~= nil, "one request too many: "
      .. request.method .. " " .. request.target)
    check_request(exchange.request, request)
    return answer_of(exchange, request)
  end, options)
  check(case, perform(client, case))
  assert.equal(#(case.exchanges or {}), position, "requests")
end

-- ---- over loopback ----

local function is_stalling(case)
  for _, exchange in ipairs(case.exchanges or {}) do
    if exchange.fail == "stall" then return true end
  end
end

local function over_loopback(player, path, case)
  local server = player:play(path)
  local options = options_of(case)
  options.environment = nil
  if is_stalling(case) then
    options.timeout = math.min(options.timeout or STALL, STALL)
  end
  local client = support.connect(server, options)
  local done, failure = pcall(function()
    check(case, perform(client, case))
  end)
  local _, _, told = client:request("GET", "/_done") -- "ok" is no JSON
  client:close()
  if not done then error(failure, 0) end
  if case.exchanges and #case.exchanges > 0
      and case.exchanges[#case.exchanges].fail ~= "refused" then
    assert.equal(200, told.http_status, told.body)
  end
end

describe("the case", function()
  local player = support.player()

  for _, path in ipairs(case_paths()) do
    local case = support.case(path)
    local name = path:match("([^/]+)%.json$")
    it(name .. " over the call machine", function()
      over_machine(support.case(path, "1dec11ed"))
    end)
    it(name .. " over loopback", function()
      over_loopback(player, path, case)
    end)
  end

  it("in a journal has its intent and its end", function()
    local counts = assert(cielo.journal.count(FOLDER))
    assert.is_true(counts.entries > 100)
    assert.equal(0, counts.damaged)
    for entry in assert(cielo.journal.read(FOLDER)) do
      assert.equal("table", type(entry.outcome), entry.id)
    end
  end)

  teardown(function()
    player:stop()
    os.execute("rm -rf " .. FOLDER)
  end)
end)
