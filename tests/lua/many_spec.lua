-- client:many: items, order, back-pressure, failures, and loops that are left.

local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"

-- With a full collection at each step a few calls are enough.
local FEW = support.stress()

local ID = "24bc8366-fc31-4d6c-8555-17049a836a07"

local function id(number)
  return ("24bc8366-fc31-4d6c-8555-%012d"):format(number)
end

-- Outcomes by the index of their item.
local function collect(...)
  local all, count = {}, 0
  for outcome in assert(...) do
    assert.is_nil(all[outcome.index])
    all[outcome.index] = outcome
    count = count + 1
  end
  return all, count
end

-- A client that answers captures, and the paths that it was asked for.
local function capturing(answer)
  local paths = {}
  local client = support.client(function(request)
    paths[#paths + 1] = request.target
    return answer and answer(request)
      or { status = 200, body = '{"Status":2,"ReasonCode":0}' }
  end)
  return client, paths
end

describe("the items of client:many", function()
  it("are arguments by position, by name, or the first one", function()
    local client, paths = capturing()
    local items = { { id(1), 500 }, id(2), { payment_id = id(3), amount = 700 },
                    cielo.Secret(id(4)), { id(5), nil, 30, n = 3 },
                    { payment_id = id(6), timeout = 1000 },
                    { id(7), 900, { timeout = 1000 } } }
    local all = collect(client:many("sales.capture", items))
    for at, item in ipairs(items) do
      assert.is_true(all[at].call == item)
      assert.is_true(all[at].result.approved)
      assert.is_nil(all[at].error)
    end
    table.sort(paths)
    for at, query in ipairs { "?amount=500", "", "?amount=700", "",
        "?serviceTaxAmount=30", "", "?amount=900" } do
      assert.equal("/1/sales/" .. id(at) .. "/capture" .. query, paths[at])
    end
  end)

  it("are the fields where those come first", function()
    local orders = {}
    local client = support.client(function(request)
      local order = support.decode(request.body).MerchantOrderId
      orders[order] = request.deadline - request.now
      return { status = 201,
               body = support.answer():gsub("2014111701", order) }
    end)
    local all, count = collect(client:many("sales.create",
      { support.sale "first1", { support.sale "second2", { timeout = 700 } } }))
    assert.equal(2, count)
    assert.equal("authorized", all[1].result.status_name)
    assert.is_true(orders.first1 > 20000)
    assert.is_true(orders.second2 <= 700)
  end)

  it("may be of the client itself", function()
    local client, paths = capturing()
    collect(client:many("request", { { "GET", "/1/x" },
      { method = "GET", path = "/1/y", host = "query" } }))
    table.sort(paths)
    assert.same({ "/1/x", "/1/y" }, paths)
  end)

  it("that cannot be told apart are refused, after what is under way", function()
    local client = capturing()
    local bad = {
      [{ ID, amount = 5 }] = "by position and the name amount",
      [{ payment = ID }] = "sales.capture takes no payment, but payment_id, "
        .. "amount, service_tax_amount",
      [{ ID, 1, 2, {}, 5 }] = "5 arguments, and sales.capture takes 3",
      [{ [2] = 500 }] = "takes no 2",
      [{ ID, true }] = "number expected",
      [{}] = "string expected",
      [true] = "string expected",
    }
    for item, text in pairs(bad) do
      local count = 0
      local ok, problem = pcall(function()
        for _ in client:many("sales.capture", { id(1), id(2), item, id(4) }) do
          count = count + 1
        end
      end)
      assert.is_false(ok)
      assert.equal(2, count)
      assert.matches("^bad item #3 of the calls: ", problem)
      assert.matches(text, problem, 1, true)
    end
    local ok, problem = pcall(collect, client:many("sales.create",
      { { fields = support.sale "x" } }))
    assert.is_false(ok)
    assert.matches("is the fields themselves", problem, 1, true)
  end)
end)

describe("the arguments of client:many", function()
  local client = capturing()

  it("raise where their types are wrong", function()
    local function refused(text, ...)
      local ok, problem = pcall(client.many, ...)
      assert.is_false(ok)
      assert.matches(text, problem, 1, true)
    end
    refused("write client:many", {}, "sales.capture", {})
    refused('no verb is "sales.sell"', client, "sales.sell", {})
    refused('no verb is "sales.creat": did you mean "sales.create"?', client,
      "sales.creat", {})
    refused("no verb is a table", client, {}, {})
    refused("list or iterator expected, got string", client, "sales.get", "x")
    refused("table of options expected", client, "sales.get", {}, 5)
    refused("unknown option 'concurency': did you mean 'concurrency'?", client, "sales.get", {},
      { concurency = 5 })
    refused("concurrency: number expected", client, "sales.get", {},
      { concurrency = "5" })
    refused("progress: function expected", client, "sales.get", {},
      { progress = true })
  end)

  it("raise where their values are", function()
    local function refused(text, concurrency)
      local ok, problem = pcall(function()
        for _ in client:many("sales.get", {}, { concurrency = concurrency }) do end
      end)
      assert.is_false(ok)
      assert.matches("many_spec.lua:%d+: bad argument #3 to 'many' %(conc", problem)
      assert.matches(text, problem, 1, true)
    end
    for _, concurrency in ipairs { 0, -1, 10001 } do
      refused("from 1 to 10000", concurrency)
    end
    refused("whole number expected", 1.5)
    local closed = capturing()
    closed:close()
    assert.equal("closed", select(3, closed:many("sales.get", {})).kind)
  end)
end)

describe("the outcomes of client:many", function()
  it("go on after a failure", function()
    local client = capturing(function(request)
      if request.target:find(id(2), 1, true) then
        return { status = 404, body = "[]" }
      end
    end)
    local all, count = collect(client:many("sales.capture",
      { id(1), id(2), { id(3), -5 }, id(4) }))
    assert.equal(4, count)
    assert.equal("not_found", all[2].error.kind)
    assert.equal(all[2].error.message, tostring(all[2].error))
    assert.equal("validation", all[3].error.kind)
    assert.is_nil(all[2].result or all[3].result)
    assert.is_true(all[1].result.approved and all[4].result.approved)
  end)

  it("come of an iterator that has no end, which is asked as there is room",
    function()
      local client = capturing()
      local asked, given = 0, 0
      local outcomes = client:many("sales.capture", function()
        asked = asked + 1
        return id(asked)
      end, { concurrency = 4 })
      for _ in outcomes do
        given = given + 1
        assert.is_true(asked - given <= 4)
        if given == (FEW and 5 or 100) then break end
      end
      outcomes:close()
      assert.is_nil(outcomes())
      assert.is_true(asked <= given + 4)
    end)

  it("are all given before the error of an iterator", function()
    local client = capturing()
    local asked, given = 0, 0
    local problem = setmetatable({}, {})
    local ok, raised = pcall(function()
      for _ in client:many("sales.capture", function()
        asked = asked + 1
        if asked == 10 then error(problem) end
        return id(asked)
      end) do
        given = given + 1
      end
    end)
    assert.is_false(ok)
    assert.is_true(raised == problem)
    assert.equal(9, given)
  end)

  it("are counted for progress, the last time too", function()
    local client = capturing(function(request)
      if request.target:find(id(2), 1, true) then
        return { status = 404, body = "[]" }
      end
    end)
    local function run(calls, stop)
      local told, given = {}, 0
      local outcomes = client:many("sales.capture", calls, { concurrency = 1,
        progress = function(done, failed, total)
          assert.equal(given, done)
          told[#told + 1] = ("%d %d %s"):format(done, failed, tostring(total))
        end })
      for _ in outcomes do
        given = given + 1
        if given == stop then break end
      end
      outcomes:close()
      return told
    end
    assert.same({ "0 0 3", "1 0 3", "2 1 3", "3 1 3" },
      run { id(1), id(2), id(3) })
    local at = 0
    local told = run(function()
      at = at + 1
      return at < 4 and id(at) or nil
    end)
    assert.equal("1 0 nil", told[2])
    assert.equal("3 1 3", told[#told])
    assert.same({ "0 0 0" }, run {})
    told = run({ id(1), id(2), id(3) }, 2)
    assert.equal("2 1 3", told[#told])
  end)

  it("are kept when progress raises", function()
    local client = capturing()
    local given = 0
    local ok, problem = pcall(function()
      for _ in client:many("sales.capture", { id(1), id(2) }, {
        progress = function(done)
          if done == 1 then error("no terminal", 0) end
        end }) do
        given = given + 1
      end
    end)
    assert.is_false(ok)
    assert.equal("no terminal", problem)
    assert.equal(1, given)
  end)

  it("cost no memory, however many there are", function()
    local client = support.client(function()
      return { status = 200, body = '{"Status":2,"ReasonCode":0}' }
    end)
    local at, last = 0, 0
    local function run(count)
      last = at + count
      for _ in client:many("sales.capture", function()
        at = at + 1
        return at <= last and id(at) or nil
      end) do end -- luacheck: ignore 542
      collectgarbage()
      collectgarbage()
      return collectgarbage("count")
    end
    run(FEW and 2 or 200)
    local before = run(FEW and 2 or 200)
    assert.is_true(run(FEW and 2 or 2000) < before + 64)
  end)
end)

describe("client:many over connections", function()
  local server = assert(support.sandbox())
  local client = support.connect(server)

  local function make(count, order)
    local ids, at = {}, 0
    for outcome in client:many("sales.create", function()
      at = at + 1
      return at <= count and support.sale(order .. at) or nil
    end) do
      ids[outcome.index] = assert(outcome.result, outcome.error)
        .payment.payment_id
    end
    return ids
  end

  it("captures what it made, and charges nothing twice", function()
    local ids = make(FEW and 3 or 40, "many")
    local all, count = collect(client:many("sales.capture", ids,
      { concurrency = 2 }))
    assert.equal(#ids, count)
    for _, outcome in ipairs(all) do
      assert.is_true(outcome.result.approved)
    end
    local orders = {}
    for _, sale in ipairs(assert(client:request("GET", "/_sandbox/sales"))) do
      assert.is_nil(orders[sale.merchant_order_id])
      orders[sale.merchant_order_id] = true
    end
  end)

  it("lets others pass those that wait for their payment's turn", function()
    local ids = make(4, "turns")
    collect(client:many("sales.capture", ids))
    local begin, order = os.time(), {}
    for outcome in client:many("sales.void",
        { { ids[1], 100 }, { ids[1], 100 }, ids[2], ids[3], ids[4] }) do
      assert.is_truthy(outcome.result, outcome.error)
      order[#order + 1] = outcome.index
    end
    assert.equal(5, #order)
    assert.is_true(order[5] <= 2)
    assert.is_true(os.time() - begin >= 4)
  end)

  it("finishes what is under way when the loop is left", function()
    local at = 0
    local outcomes = client:many("sales.create", function()
      at = at + 1
      return support.sale("left" .. at)
    end, { concurrency = 3 })
    assert.is_truthy(outcomes().result)
    outcomes:close()
    outcomes:close()
    assert.is_nil(outcomes())
    local made = 0
    for _, sale in ipairs(assert(client:request("GET", "/_sandbox/sales"))) do
      if sale.merchant_order_id:find("^left%d") then
        assert.equal(1, sale.status)
        made = made + 1
      end
    end
    assert.is_true(made >= 1 and made <= 4)
  end)

  teardown(function()
    client:close()
    server:stop()
  end)
end)

-- Runs a script whose standard error is told with its output.
local function run_script(text, url)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(([[
local cielo = require "cielo"
local support = dofile("tests/lua/support.lua")
local client = assert(cielo.new(support.options{ base_url = %q,
  timeout = 800, reconcile = false }))
]]):format(url), text)
  file:close()
  local pipe = io.popen(support.interpreter() .. " " .. path .. " 2>&1")
  local output = pipe:read("*a")
  pipe:close()
  os.remove(path)
  return output
end

local CASE = [[{"about":"never answers","operation":"sale_create","exchanges":[
{"request":{"method":"POST","path":"/1/sales/"},"fail":"stall"}],"outcome":{}}]]

describe("a loop that is left", function()
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(CASE)
  file:close()
  local player, server = support.player(), nil

  before_each(function() server = player:play(path) end)
  teardown(function()
    player:stop()
    os.remove(path)
  end)

  local function names_one(text)
    local _, count = text:gsub("cielo: a call was dropped: sale_create of order "
      .. "left1: outcome unknown", "")
    assert.equal(1, count, text)
    assert.is_nil(text:find("left2", 1, true), text)
  end

  it("names what is in doubt, when its error passes", function()
    names_one(run_script([[
local at = 0
print(pcall(function()
  for _ in client:many("sales.create", function()
    at = at + 1
    if at == 1 then return support.sale "left1" end
    return { } -- refused at once
  end, { concurrency = 2 }) do
    local problem = "out of here"
    error(problem, 0)
  end
end))
collectgarbage()
collectgarbage()
]], server.url))
  end)

  it("names it at the end of the program at the latest", function()
    names_one(run_script([[
local given = { support.sale "left1", {} }
OUTCOMES = client:many("sales.create", given, { concurrency = 2 })
print(OUTCOMES().error.kind)
]], server.url))
  end)

  it("names it when a hook raises", function()
    local text = run_script([[
local now = require("cielo.core").now
client = assert(client:with_options { timeout = 30000 })
local time = now() + 1500 -- by then it was sent
debug.sethook(function()
  if now() < time then return end
  debug.sethook()
  error("interrupted!", 0)
end, "", 1)
print(pcall(function()
  for _ in client:many("sales.create", { support.sale "left1" }) do end
end))
]], server.url)
    names_one(text)
    assert.matches("interrupted!", text, 1, true)
  end)
end)
