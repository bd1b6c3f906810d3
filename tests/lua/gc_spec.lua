-- Lifetimes: what is collected, closed or still needed, and when.
local support = dofile("tests/lua/support.lua")
local core = require "cielo.core"
local cielo = require "cielo"

local ID = "24bc8366-fc31-4d6c-8555-17049a836a07"

-- Makes the collector run a whole cycle at every allocation.
local function always(f)
  collectgarbage()
  local pause = collectgarbage("setpause", 0)
  local multiplier = collectgarbage("setstepmul", 1000000)
  local ok, message = pcall(f)
  collectgarbage("setpause", pause)
  collectgarbage("setstepmul", multiplier)
  if not ok then error(message, 0) end
end

local function answering()
  return support.client(function()
    return { status = 201, body = support.answer {
      Links = { { Rel = "self" } }, EndToEndId = "E" } }
  end)
end

describe("the collector", function()
  it("may run at any step of a call", function()
    always(function()
      local client = answering()
      local sale = assert(client.sales:create(support.sale("2014111701")))
      assert(sale.payment.payment_id == ID)
      assert(#cielo.to_json(sale) > 0 and #tostring(sale) > 0)
      local _, message, err = client.sales:create {
        merchant_order_id = "a b", [""] = print }
      assert(message and #err.problems > 0)
      assert(#cielo.return_code("51"):meaning("pt") > 0)
      assert(cielo.parse_notification('{"PaymentId":"' .. ID
        .. '","ChangeType":1}'))
      pcall(function() client.sales:create(5) end)
      pcall(function() cielo.new { timeout = {} } end)
    end)
  end)

  it("may take client, call and result in any order", function()
    for _ = 1, 20 do
      local client = answering()
      local call = assert(core.call(1, client.sales, ID))
      client:close()
      client = nil
      collectgarbage()
      assert.equal("send", (call:step(1)))
      assert.equal("GET", call:request().method)
      call:on_response(200, support.answer())
      assert.equal("done", (call:step(2)))
      local sale = assert(call:result())
      call = nil
      collectgarbage()
      assert.equal(ID, sale.payment.payment_id)
      assert.is_nil(client or call)
    end
  end)

  it("may take a call in the middle", function()
    local client = answering()
    for steps = 0, 2 do
      local call = assert(core.call(1, client.sales, ID))
      if steps > 0 then call:step(1) end
      if steps > 1 then call:on_failure("maybe", "closed") end
      call = nil
      collectgarbage()
      assert.is_nil(call)
    end
  end)

  it("may find things closed already, twice", function()
    local client = answering()
    local call = assert(core.call(1, client.sales, ID))
    call:close()
    call:close()
    client:close()
    client:close()
    collectgarbage()
    assert.has_error(function() call:step(1) end)
  end)

  it("keeps memory flat over many calls", function()
    local client = answering()
    local function run(count)
      for _ = 1, count do
        assert(client.sales:create(support.sale("2014111701")))
      end
      collectgarbage()
      collectgarbage()
      return collectgarbage("count")
    end
    run(200)
    local before = run(200)
    assert.is_true(run(2000) < before + 64)
  end)

  it("leaves methods safe against odd objects", function()
    local registry = debug.getregistry()
    for _, name in ipairs { "cielo.client", "cielo.call", "cielo.secret",
        "cielo.tree", "cielo.code", "cielo.error", "cielo.advice",
        "cielo.retry", "cielo.source", "cielo.sources", "cielo.many",
        "cielo.journal", "cielo.journal_lock", "cielo.records" } do
      for method, f in pairs(registry[name]) do
        if type(f) == "function" then
          for _, odd in ipairs { io.stdout, "x", 5, {}, cielo.null } do
            pcall(f, odd, 1, "x", {})
          end
          pcall(f)
        end
        assert.equal("string", type(method))
      end
    end
  end)
end)

describe("a weak table", function()
  it("may lose members while it is read", function()
    local client = support.echo()
    for round = 1, 60 do
      local weak = setmetatable({}, { __mode = "v" })
      for i = 1, 300 do weak["key" .. round .. "_" .. i] = {} end
      local result = assert(client:request("POST", "/1/x", weak))
      for name in pairs(result) do
        assert.matches("^[%l_%d]+$", name)
      end
    end
  end)
end)

describe("the end of the program", function()
  it("runs finalizers that make something of ours", function()
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write([[
      local cielo = require "cielo"
      local function finish() io.write(tostring(cielo.Secret("abc"))) end
      if newproxy then
        LAST = newproxy(true)
        getmetatable(LAST).__gc = finish
      else
        LAST = setmetatable({}, { __gc = finish })
      end]])
    file:close()
    local pipe = io.popen(support.interpreter() .. " " .. path .. " 2>&1; echo $?")
    local text = pipe:read("*a")
    pipe:close()
    os.remove(path)
    assert.equal("***0\n", text)
  end)
end)
