-- The journal: what is noted before a write is sent, and read and settled after
-- its process died.

local support = dofile("tests/lua/support.lua")
local core = require "cielo.core"
local cielo = require "cielo"

support.stress()

local EBADF = 9
local folders = {}

-- The name of a folder that is not there yet.
local function new_folder()
  local path = os.tmpname()
  os.remove(path)
  folders[#folders + 1] = path
  return path
end

-- A folder that cannot be made: what leads to it is a file.
local function bad_folder()
  local path = os.tmpname()
  folders[#folders + 1] = path
  return path .. "/journal"
end

local function remove_folders()
  for _, path in ipairs(folders) do os.execute("rm -rf " .. path) end
end

-- What stands in all files of a folder.
local function text_in(folder)
  local pipe = io.popen("cat " .. folder .. "/*.jsonl")
  local text = pipe:read("*a")
  pipe:close()
  return text
end

local function list(...)
  local entries = {}
  for entry in assert(...) do entries[#entries + 1] = entry end
  return entries
end

local function selling(options)
  local sent = {}
  local client = support.client(function(request)
    sent[#sent + 1] = request.method
    local order = request.body
      and support.decode(request.body).MerchantOrderId or "2014111701"
    return { status = 201, body = support.answer():gsub("2014111701", order) }
  end, options)
  return client, sent
end

describe("the options of the journal", function()
  it("are words, flags and a folder", function()
    local function refused(name, value, text)
      local client, message, err = cielo.new(support.options { [name] = value })
      assert.is_nil(client)
      assert.equal("validation", err.kind)
      assert.matches(name, message, 1, true)
      assert.matches(text, message, 1, true)
    end
    refused("journal_sync", "always", "intent")
    refused("journal_mode", "public", "private")
    for name, value in pairs { journal = 5, journal_sync = true,
        journal_required = "yes", journal_mode = 7 } do
      local ok, problem = pcall(cielo.new, support.options { [name] = value })
      assert.is_false(ok)
      assert.matches(name .. ": %a+ expected", problem)
    end
  end)

  it("take a relative folder from where the process works", function()
    local pipe = io.popen("pwd -P")
    local here = pipe:read("*l")
    pipe:close()
    local client = assert(cielo.new(support.options { journal = "build/books" }))
    assert.equal(here .. "/build/books", core.handle(client.journal):journal())
  end)

  it("are not shared by with_options", function()
    local client = assert(cielo.new(support.options {}))
    local other, _, err = client:with_options { journal = "/tmp" }
    assert.is_nil(other)
    assert.equal("validation", err.kind)
  end)
end)

describe("a write", function()
  it("is noted before it is sent, and its end after", function()
    local folder = new_folder()
    local client, sent = selling { journal = folder }
    local noted
    assert(client.sales:create(support.sale("noted1", 15700)))
    assert.same({ "POST" }, sent)
    noted = list(client.journal:entries())
    assert.equal(1, #noted)
    local entry = noted[1]
    assert.equal("sale_create", entry.operation)
    assert.equal("noted1", entry.merchant_order_id)
    assert.equal(15700, entry.amount)
    assert.equal("done", entry.state)
    assert.matches("^%d+%-%d+%-%d+T%d+:%d+:%d+%.%d+Z$", entry.at)
    assert.matches(":%d+$", entry.process)
    assert.same({}, entry.looks)
    assert.equal("409168", entry.intent.card.first6)
    assert.equal("approved", entry.outcome.result)
    assert.is_nil(entry.told)
    for _, secret in ipairs { "4091688625337641", "Teste Holder",
        "Comprador", support.MERCHANT_KEY } do
      assert.is_nil(text_in(folder):find(secret, 1, true))
    end
    assert.same({}, client.journal:in_doubt())
    assert.same({}, client.journal:settle())
  end)

  it("that cannot be noted is not sent", function()
    local client, sent = selling { journal = bad_folder() }
    local sale, message, err = client.sales:create(support.sale "unnoted1")
    assert.is_nil(sale)
    assert.equal("journal", err.kind)
    assert.equal("no", err.sent)
    assert.equal(message, err.message)
    assert.equal("unnoted1", err.merchant_order_id)
    assert.equal(0, #sent)
    assert(client.sales:get("24bc8366-fc31-4d6c-8555-17049a836a07"))
  end)

  it("is sent all the same where the journal is not required", function()
    local client = selling { journal = bad_folder(), journal_required = false }
    local sale = assert(client.sales:create(support.sale "unnoted2"))
    assert.equal("authorized", sale.status_name)
    assert.is_true(#sale.warnings > 0)
  end)

  it("is a step of hosts that move the bytes themselves", function()
    local folder = new_folder()
    local handle = assert(core.client(support.options { journal = folder }))
    assert.equal(folder, handle:journal())
    local client = require("cielo.surface").new(function(call)
      local wire = core.wire()
      local deadline, left, step = wire:step(call)
      assert.is_true(deadline > core.now() and left > 0)
      assert.equal("record", step)
      assert.has_error(function() call:request("x"):x() end)
      local ticket = assert(call:record_write())
      assert.is_true(ticket > 0)
      assert.is_true(handle:sync_start(ticket))
      while not assert(handle:synced(ticket) ~= nil)
          or handle:synced(ticket) == false do
        core.sleep(1)
      end
      call:on_record(false, "the spec says so")
      assert.has_error(function() call:on_record(true) end)
      assert.is_nil((wire:step(call)))
      assert.equal(0, call:record_write())
      return call:result()
    end)(handle)
    local _, message, err = client.sales:create(support.sale "steps1")
    assert.equal("journal", err.kind)
    assert.matches("the spec says so", message, 1, true)
  end)

  it("is synced by threads of a host's own", function()
    assert.equal(EBADF, core.fdatasync(-1))
    local folder = new_folder()
    local handle = assert(core.client(support.options { journal = folder }))
    assert.is_nil(handle:sync_begin())
    local client = require("cielo.surface").new(function(call)
      assert.equal("record", (call:step(core.now())))
      local ticket = assert(call:record_write())
      assert.is_false(handle:synced(ticket))
      local fd, upto = handle:sync_begin()
      assert.is_true(upto >= ticket)
      assert.is_nil(handle:sync_begin()) -- one at a time
      local errno = core.fdatasync(fd)
      handle:close() -- calls go on
      handle:sync_end(upto, errno)
      assert.is_true(handle:synced(ticket))
      call:on_record(true)
      assert.equal("send", (call:step(core.now())))
      call:cancel()
      return call:result()
    end)(handle)
    client.sales:create(support.sale "threads1")
  end)

  it("that is dropped is in doubt at once", function()
    local folder = new_folder()
    local handle = assert(core.client(support.options { journal = folder }))
    local client = require("cielo.surface").new(function(call)
      call:step(core.now())
      call:on_record(call:record_write() ~= nil)
      assert.equal("send", (call:step(core.now())))
      return call
    end)(handle)
    client.sales:create(support.sale "dropped1"):close()
    local entries = list(cielo.journal.read(folder))
    assert.equal(1, #entries)
    assert.equal("in_doubt", entries[1].state)
    assert.equal("unknown", entries[1].outcome.result)
  end)
end)

describe("a read", function()
  it("that Cielo bills is counted, and shows no card", function()
    local folder = new_folder()
    local client = support.client(function(request)
      local is_bin = request.target:find("cardBin", 1, true)
      return { status = 200, body = is_bin and '{"Status":"00"}' or "[]" }
    end, { journal = folder })
    assert.equal("00", client.cards:bin("4091688625337641").status)
    assert(client.sales:find("2014111701"))
    local text = text_in(folder)
    assert.matches('"rec":"use".*"op":"card_bin"', text)
    assert.is_nil(text:find('"rec":.*"rec":'))
    assert.is_nil(text:find("409168", 1, true))
    assert.same({}, list(client.journal:entries()))
  end)
end)

describe("a client without a journal", function()
  it("says so", function()
    local client = selling()
    for _, verb in ipairs { "in_doubt", "settle", "entries" } do
      local nothing, message, err = client.journal[verb](client.journal)
      assert.is_nil(nothing)
      assert.matches("option journal", message, 1, true)
      assert.equal("journal", err.kind)
      assert.has_error(function() client.journal[verb]() end)
    end
    client:close()
    assert.equal("closed", select(3, client.journal:in_doubt()).kind)
  end)
end)

-- A process that is killed while its sale is under way.
local KILLED = [[
local cielo = require "cielo"
local support = dofile("tests/lua/support.lua")
local client = assert(cielo.new(support.options{ base_url = %q, journal = %q }))
client.sales:create(support.sale(%q, %d))
]]

describe("after a crash", function()
  local server = assert(support.sandbox())

  -- What shows that the local Cielo has done all that it will do of a sale.
  local BOOKS = { read = "/_sandbox/requests", process = "/_sandbox/sales" }

  local function until_true(what, condition)
    local deadline = core.now() + 60000
    while not condition() do
      assert(core.now() < deadline, "never came: " .. what)
      core.sleep(10)
    end
  end

  -- The count of a folder does not do: another one may be in doubt.
  local function is_in_doubt(folder, order)
    for entry in assert(cielo.journal.read(folder)) do
      if entry.merchant_order_id == order then
        return entry.state == "in_doubt"
      end
    end
  end

  local function die(folder, order, amount, after)
    local client = support.connect(server)
    assert(client:request("POST", "/_sandbox/faults", cielo.array { {
      match = "POST /1/sales", after = after, ["do"] = "stall", times = 1,
      delay_ms = 0 } }))
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(KILLED:format(server.url, folder, order, amount))
    file:close()
    local pipe = io.popen(support.interpreter() .. " " .. path
      .. " > /dev/null 2>&1 & echo $!")
    local process = pipe:read("*l")
    pipe:close()
    until_true("the request of " .. order, function()
      local books = assert(client:request("GET", BOOKS[after]))
      return cielo.to_json(books):find(order, 1, true)
    end)
    os.execute("kill -9 " .. process)
    -- The system takes its time to end it.
    until_true("the doubt of " .. order, function()
      return is_in_doubt(folder, order)
    end)
    client:close()
    os.remove(path)
  end

  local function sell_many(order, folder)
    local client, sales, kinds = support.connect(server, { journal = folder }),
      {}, {}
    for number = 1, 6 do sales[number] = support.sale(order .. number) end
    for outcome in client:many("sales.create", sales, { concurrency = 3 }) do
      kinds[outcome.index] = outcome.error and outcome.error.kind or "sold"
    end
    return table.concat(kinds, " "), client
  end

  it("many calls at once are known, each of them", function()
    local told, client = sell_many("noted", new_folder())
    assert.equal("sold sold sold sold sold sold", told)
    local entries = list(client.journal:entries())
    assert.equal(6, #entries)
    for _, entry in ipairs(entries) do
      assert.equal("done", entry.state)
      assert.equal("approved", entry.outcome.result)
    end
    told, client = sell_many("unnoted", bad_folder())
    assert.equal("journal journal journal journal journal journal", told)
    for _, sale in ipairs(assert(client:request("GET", "/_sandbox/sales"))) do
      assert.is_nil(sale.merchant_order_id:find("unnoted", 1, true))
    end
  end)

  it("what happened is adopted, and noted", function()
    local folder = new_folder()
    die(folder, "crashed1", 12300, "process")
    local client = support.connect(server, { journal = folder })
    local doubts = assert(client.journal:in_doubt())
    assert.equal(1, #doubts)
    assert.equal("crashed1", doubts[1].merchant_order_id)
    assert.equal(12300, doubts[1].amount)
    assert.equal("in_doubt", doubts[1].state)
    local settled = assert(client.journal:settle())
    assert.equal(1, #settled)
    local entry, outcome = settled[1][1], settled[1][2]
    assert.is_true(settled[1].entry == entry)
    assert.is_true(settled[1].outcome == outcome)
    assert.equal(doubts[1].id, entry.id)
    assert.equal("adopted", outcome.state)
    assert.equal("crashed1", outcome.result.merchant_order_id)
    assert.is_nil(outcome.error)
    assert.same({}, client.journal:in_doubt())
    assert.same({}, client.journal:settle())
    assert.same({}, client.journal:settle(entry))
    assert.equal("adopted", list(client.journal:entries())[1].state)
  end)

  it("what did not is in doubt until it is sure", function()
    local folder = new_folder()
    die(folder, "crashed2", 4500, "read")
    local client = support.connect(server, { journal = folder, timeout = 1500 })
    local entry = assert(client.journal:in_doubt())[1]
    for at, wanted in ipairs { entry, entry.id, entry } do
      local settled = assert(client.journal:settle(wanted))
      assert.equal("unknown", settled[1].outcome.state)
      assert.equal("outcome_unknown", settled[1].outcome.error.kind)
      assert.equal(settled[1].outcome.error.message, settled[1].outcome.why)
      local again = assert(client.journal:in_doubt())[1]
      assert.equal(at, #again.looks)
      assert.equal("nothing", again.looks[at].saw)
    end
    local nothing, message, err = client.journal:settle("no-such-entry")
    assert.is_nil(nothing)
    assert.matches("no-such-entry", message, 1, true)
    assert.equal("validation", err.kind)
    for _, odd in ipairs { 5, true, {}, print } do
      assert.has_error(function() client.journal:settle(odd) end)
    end
    -- Another merchant's: it stays as it is, and does not stop the others.
    local other = support.connect(server, { journal = folder,
      merchant_id = support.CLIENT_ID })
    local told = assert(other.journal:settle())
    assert.equal("unknown", told[1].outcome.state)
    assert.equal("validation", told[1].outcome.error.kind)
    assert.equal("validation", select(3, other.journal:settle(entry)).kind)
    -- One settles at a time.
    local lock = assert(core.journal_lock(folder))
    assert.is_false(core.journal_lock(folder))
    local before = core.now()
    nothing, message, err = client.journal:settle()
    assert.is_nil(nothing)
    assert.equal("journal", err.kind)
    assert.matches("settl", message, 1, true)
    assert.is_true(core.now() - before >= 1500)
    assert.is_nil(cielo.journal.prune(folder, 0))
    lock:close()
    lock:close()
    assert.is_truthy(client.journal:settle())
    assert.equal(0, cielo.journal.prune(folder, 0)) -- somebody is in doubt
  end)

  it("what was settled before an interruption is named", function()
    local folder = new_folder()
    die(folder, "crashed4", 100, "process")
    die(folder, "crashed5", 100, "process")
    local client = support.connect(server, { journal = folder })
    local methods = debug.getregistry()["cielo.call"]
    local perform, result, stderr = methods.perform, methods.result, io.stderr
    local told, ended = {}, 0
    methods.result = function(call)
      ended = ended + 1
      return result(call)
    end
    methods.perform = function(...)
      if ended == 1 then error("interrupted!", 0) end
      return perform(...)
    end
    rawset(io, "stderr", { write = function(_, ...)
      told[#told + 1] = table.concat { ... }
    end })
    local ok = pcall(client.journal.settle, client.journal)
    methods.perform, methods.result = perform, result
    rawset(io, "stderr", stderr)
    assert.is_false(ok)
    assert.equal(1, #told)
    assert.matches("sale_create of crashed4 was settled: adopted", told[1], 1, true)
    assert.equal("crashed5", assert(client.journal:settle())[1].entry.merchant_order_id)
  end)

  it("a look that is interrupted leaves the folder to others", function()
    local folder = new_folder()
    die(folder, "crashed3", 100, "read")
    local client = support.connect(server, { journal = folder })
    local methods = debug.getregistry()["cielo.call"]
    local perform = methods.perform
    methods.perform = function() error("interrupted!", 0) end
    local ok, problem = pcall(client.journal.settle, client.journal)
    methods.perform = perform
    assert.is_false(ok)
    assert.matches("interrupted!", problem, 1, true)
    assert.is_truthy(core.journal_lock(folder))
  end)

  teardown(function() server:stop() end)
end)

describe("cielo.journal", function()
  it("reads a folder without a client", function()
    local folder = new_folder()
    local client = selling { journal = folder }
    for number = 1, 3 do
      assert(client.sales:create(support.sale("read" .. number)))
    end
    local orders = {}
    for _, entry in ipairs(list(cielo.journal.read(folder))) do
      orders[#orders + 1] = entry.merchant_order_id
    end
    assert.same({ "read1", "read2", "read3" }, orders)
    assert.same({ segments = 1, entries = 3, in_doubt = 0, damaged = 0 },
      cielo.journal.count(folder))
    local segments = assert(cielo.journal.segments(folder))
    assert.equal(1, #segments)
    assert.is_true(segments[1].live)
    assert.equal(#text_in(folder), segments[1].size)
    local records = assert(cielo.journal.records(folder, segments[1].name))
    local kinds, offsets = {}, {}
    for record, offset in records do
      kinds[#kinds + 1], offsets[#offsets + 1] = record.rec, offset
    end
    assert.equal("intent outcome intent outcome intent outcome",
      table.concat(kinds, " "))
    assert.equal(segments[1].size, offsets[6])
    assert.equal(0, records:damaged())
    records:close()
    records:close()
    local rest = list(cielo.journal.records(folder, segments[1].name,
      offsets[4]))
    assert.equal(2, #rest)
    assert.equal(0, cielo.journal.prune(folder, 0)) -- its writer lives
  end)

  it("fails where there is nothing to read, and raises for wrong types",
    function()
      for _, name in ipairs { "read", "count", "segments" } do
        local nothing, message, err = cielo.journal[name](bad_folder())
        assert.is_nil(nothing)
        assert.equal("string", type(message))
        assert.equal("journal", err.kind)
        local ok, problem = pcall(cielo.journal[name], 5)
        assert.is_false(ok)
        assert.matches("bad argument #1 to '" .. name .. "'", problem, 1, true)
      end
      local _, _, err = cielo.journal.records(bad_folder(), "x")
      assert.equal("journal", err.kind)
      assert.has_error(function() cielo.journal.records("x", 5) end)
      assert.has_error(function() cielo.journal.records("x", "y", "z") end)
      assert.has_error(function() cielo.journal.prune("x", "y") end)
      assert.has_error(function() cielo.journal.prune("x", 1.5) end)
      assert.has_error(function() cielo.journal.prune("x", -1) end)
    end)

  it("is explained by cielo.help", function()
    local shown = {}
    local print_before = _G.print
    _G.print = function(text) shown[#shown + 1] = text end -- luacheck: ignore
    finally(function() _G.print = print_before end) -- luacheck: ignore
    local client = selling()
    cielo.help("journal.read")
    cielo.help(cielo.journal.prune)
    cielo.help("journal.settle")
    cielo.help(client.many)
    cielo.help(client.journal)
    _G.print = print_before -- luacheck: ignore
    assert.matches("^cielo%.journal%.read%(folder%)\n", shown[1])
    assert.matches("^cielo%.journal%.prune%(folder, days%)\n", shown[2])
    assert.matches("^client%.journal:settle%(%[entry%]%)\n", shown[3])
    assert.matches("^client:many%(verb, calls ", shown[4])
    assert.matches(":in_doubt()\n  :settle([entry])\n  :entries()",
      tostring(shown[5]), 1, true)
  end)

  teardown(remove_folders)
end)
