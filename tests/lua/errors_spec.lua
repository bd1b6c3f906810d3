-- What an error holds and shows.
local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
support.stress()

local function failing(answer, options)
  return support.client(function() return answer end, options)
end

local function create(client)
  local result, message, err =
    client.sales:create(support.sale("2014111701"))
  assert.is_nil(result)
  assert.equal("string", type(message))
  assert.equal(message, err.message)
  assert.equal(message, tostring(err))
  return err
end

local function get(client)
  local result, message, err =
    client.sales:get("24bc8366-fc31-4d6c-8555-17049a836a07")
  assert.is_nil(result)
  assert.equal(message, tostring(err))
  return err
end

describe("an error", function()
  it("prints its lists as lists, quotes as Lua writes them", function()
    local client = failing { status = 500 }
    local sale = support.sale("2014111701")
    local err = create(client)
    assert.equal("cielo.Result[] {}", tostring(err.problems))
    assert.equal("cielo.Result[] {}", tostring(err.errors))
    sale.payment.amount = "x"
    local _, _, other = client.sales:create(sale)
    assert.equal("cielo.Sale[] {}", tostring(other.found))
    assert.matches("^cielo%.Result%[%] {\n", tostring(other.problems))
    assert.matches("^cielo%.Result {\n  message = ", tostring(other.problems[1]))
    other.problems[1].message = 'say "x"'
    assert.matches([[message = "say \"x\""]], tostring(other.problems[1]), 1, true)
    client:close()
    local _, _, closed = client.sales:get("x")
    assert.equal("cielo.Result[] {}", tostring(closed.attempts))
  end)

  it("has the warnings of its call", function()
    local sale = support.sale("2014111701")
    sale.payment.soft_descriptor = "CARTEIRA NOMELOJA"
    local _, _, err = failing({ status = 400, body = "[]" }).sales:create(sale)
    assert.equal("payment.soft_descriptor", err.warnings[1].path)
    assert.equal("size", err.warnings[1].rule)
    assert.matches("^has 17 characters", err.warnings[1].message)
    assert.equal(0, #create(failing { status = 400, body = "[]" }).warnings)
  end)

  it("has what the core's map promises, and each by its type", function()
    local types = { TEXT = "string", KIND = "string", SENT = "string",
      NUMBER = "number" }
    local closed = failing { status = 500 }
    closed:close()
    for _, err in ipairs { create(closed), create(failing { status = 400,
        body = "x" }), select(3, cielo.new { timeout = -5 }),
        select(3, cielo.parse_time "x") } do
      for _, row in ipairs(require("cielo.core").details()) do
        local value = row.owner == "error" and err[row.name]
        if row.owner == "error" and (row.known or value ~= nil) then
          assert.equal(types[row.type] or "table", type(value), row.name)
        end
      end
    end
  end)

  it("of validation lists every problem and sends nothing", function()
    local client = failing { status = 500 }
    local sale = support.sale("with blank")
    sale.payment.amount = "x"
    sale.payment.credit_card.card_number = 4091688625337641
    local result, _, err = client.sales:create(sale)
    assert.is_nil(result)
    assert.equal("validation", err.kind)
    assert.equal("no", err.sent)
    assert.equal(0, #err.attempts)
    local paths = {}
    for _, problem in ipairs(err.problems) do
      assert.equal("string", type(problem.rule))
      assert.equal("string", type(problem.message))
      paths[#paths + 1] = problem.path
    end
    table.sort(paths)
    assert.equal("merchant_order_id payment.amount "
      .. "payment.credit_card.card_number", table.concat(paths, " "))
  end)

  it("has the kind of its status", function()
    for status, kind in pairs {
      [400] = "invalid_request", [401] = "authentication",
      [403] = "permission", [404] = "not_found", [302] = "invalid_request",
      [409] = "invalid_request",
    } do
      local err = get(failing { status = status, body = "" })
      assert.equal(kind, err.kind)
      assert.equal(status, err.http_status)
      assert.equal("yes", err.sent)
      assert.equal("sale_get", err.operation)
      assert.equal(1, #err.attempts)
      assert.equal(status, err.attempts[1].http_status)
    end
    assert.equal("server",
      get(failing({ status = 500 }, { max_retries = 0 })).kind)
    assert.equal("rate_limit",
      get(failing({ status = 429 }, { max_retries = 0 })).kind)
  end)

  it("lists what Cielo said, whatever the shape", function()
    local err = create(failing {
      status = 400, body = '[{"Code":126,"Message":"Expired card"}]' })
    assert.equal("126", tostring(err.errors[1].code))
    assert.equal("Expired card", err.errors[1].message)
  end)

  it("of a connection tells whether anything was sent", function()
    local err = create(failing { fail = "connect", sent = "no" })
    assert.equal("transport", err.kind)
    assert.equal("no", err.sent)
    err = get(failing({ fail = "timeout" }, { max_retries = 0 }))
    assert.equal("timeout", err.kind)
  end)

  it("of a write in doubt names the order and what was found", function()
    local client = support.client(function(request)
      if request.method == "POST" then
        return { fail = "closed", sent = "maybe" }
      end
      return { status = 404 }
    end)
    local err = create(client)
    assert.equal("outcome_unknown", err.kind)
    assert.equal("maybe", err.sent)
    assert.equal("2014111701", err.merchant_order_id)
    assert.is_true(#err.attempts >= 2)
    assert.equal("table", type(err.found))
  end)

  it("is plain data, which a store keeps and gives back", function()
    local client = support.client(function(request)
      if request.method == "POST" then
        return { fail = "closed", sent = "maybe" }
      end
      if request.target:find("merchantOrderId") then
        return { body = '{"Payments":[{"PaymentId":"24bc8366-fc31-4d6c-8555-'
          .. '17049a836a07"}]}' }
      end
      return { body = support.answer { Amount = 1, CreditCard = {
        CardNumber = "4091688625337641" } } }
    end)
    local sale = support.sale("2014111701")
    sale.payment.soft_descriptor = "Loja_ABC"
    local _, _, err = client.sales:create(sale)
    local function is_plain(value)
      if type(value) ~= "table" then
        assert.matches("^[snb]", type(value)) -- string, number, boolean
        return
      end
      for name, member in pairs(value) do
        is_plain(name)
        is_plain(member)
      end
    end
    is_plain(err)
    assert.is_true(#err.found > 0 and #err.warnings > 0 and #err.attempts > 1)
    local told = { "kind", "message", "sent", "operation", "merchant_order_id",
      "request_id" }
    for _, library in ipairs { "cjson", "dkjson" } do
      local json = require(library)
      local rebuilt = json.decode(json.encode(err))
      for _, name in ipairs(told) do
        assert.equal("string", type(err[name]), name)
        assert.equal(err[name], rebuilt[name])
      end
      assert.equal("outcome_unknown", rebuilt.kind)
      assert.equal("maybe", rebuilt.sent)
      assert.equal(tostring(err), rebuilt.message)
      assert.equal(#err.attempts, #rebuilt.attempts)
      assert.equal(err.found[1].payment_id, rebuilt.found[1].payment_id)
    end
  end)

  it("of an unreadable answer to a read is a decode error", function()
    for _, body in ipairs {
      "", "null", "[]", "<html></html>", '{"Payment":', "\255\254", "5",
      ("["):rep(5000), "{}{}", '{"Payment":{"Status":1,"Status":2}}',
    } do
      local err = get(failing({ status = 200, body = body },
        { max_retries = 0 }))
      assert.equal("decode", err.kind, body:sub(1, 20))
    end
  end)

  it("keeps at most 4 KB of a body", function()
    local err = get(failing { status = 400, body = ("x"):rep(100000) })
    assert.is_true(#err.body <= 4096 + 64)
  end)

  it("of a call that was cancelled says so", function()
    local core = require "cielo.core"
    local client = failing {}
    local call = core.call(1, client.sales,
      "24bc8366-fc31-4d6c-8555-17049a836a07")
    assert.equal("send", (call:step(1)))
    call:cancel()
    local result, _, err = call:result()
    assert.is_nil(result)
    assert.equal("cancelled", err.kind)
    assert.has_error(function() call:result() end)
  end)
end)
