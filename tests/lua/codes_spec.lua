-- The code books and retry plans.
local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
support.stress()

describe("the code books", function()
  it("know return codes by their exact text", function()
    local code = assert(cielo.return_code("51"))
    assert.equal("51", code.code)
    assert.equal("sale", code.operation)
    assert.equal("funds", code.category)
    assert.equal("string", type(code.retry.kind))
    assert.equal("string", type(code:meaning("pt")))
    assert.equal("string", type(code:meaning("en")))
    assert.equal("string", type(code:shopper("pt")))
    assert.not_equal(code:shopper("pt"), code:shopper("en"))
    assert.equal("success", cielo.return_code("4").category)
    assert.not_equal("success", cielo.return_code("04").category)
    assert.matches("^51 funds: ", tostring(code))
  end)

  it("give nil for what they do not hold", function()
    assert.is_nil(cielo.return_code("no such"))
    assert.is_nil(cielo.sale_status(99))
    assert.is_nil(cielo.sale_status(1.5))
    assert.is_nil(cielo.sale_status(0 / 0))
    assert.is_nil(cielo.abecs("visa", "zzz"))
    assert.is_nil(cielo.merchant_advice("zz"))
  end)

  it("have one book for each operation", function()
    local void = cielo.return_code("9", "void")
    assert.equal("void", void.operation)
    assert.equal(void.meaning_pt,
      cielo.return_code("9", { operation = "void" }).meaning_pt)
    assert.has_error(function() cielo.return_code("9", "refund") end)
    assert.has_error(function() cielo.return_code(51) end)
    assert.has_error(function() cielo.return_code("51"):meaning("fr") end)
  end)

  it("can be walked", function()
    local count = 0
    for _, code in ipairs(cielo.return_codes) do
      count = count + 1
      assert.is_true(#code:meaning("pt") > 0)
    end
    assert.is_true(count > 100)
  end)

  it("know statuses by number and by word", function()
    assert.equal("payment_confirmed", cielo.sale_status(2).name)
    assert.equal(2, cielo.sale_status("payment_confirmed").number)
    assert.equal("string", type(cielo.sale_status(2):meaning("pt")))
    for _, book in ipairs {
      "sale_status", "order_status", "recurrence_status", "reason_code",
      "order_recurrence_status", "antifraud_status", "api_error",
      "order_antifraud_status",
    } do
      assert.equal("function", type(cielo[book]), book)
    end
    assert.equal(126, cielo.api_error(126).number)
  end)

  it("know what brands and Mastercard say", function()
    assert.equal("boolean", type(cielo.abecs("visa", "51").reversible))
    assert.equal("visa", cielo.abecs("Visa", "51").brand)
    assert.equal("never", cielo.merchant_advice("03").retry.kind)
  end)

  it("are tables of whoever asked", function()
    local code = cielo.return_code("51")
    code.retry.kind, code.note = "never", "of one caller"
    assert.is_nil(cielo.return_code("51").note)
    assert.equal("limited_next_day", cielo.return_code("51").retry.kind)
  end)

  it("print their rules for repeats, which stay plain to pairs", function()
    local rule = cielo.return_code("51").retry
    assert.equal('cielo.Retry {\n  kind = "limited_next_day"\n'
      .. "  max_attempts = 4\n  window_days = 16\n}", tostring(rule))
    local names = {}
    for name in pairs(rule) do names[#names + 1] = name end
    table.sort(names)
    assert.equal("kind max_attempts window_days", table.concat(names, " "))
    assert.is_nil(rule.__name)
    local answer = support.answer { Status = 3, ReturnCode = "57" }
    local sale = assert(support.client(function()
      return { status = 201, body = answer }
    end).sales:create(support.sale("2014111701")))
    assert.matches("^cielo%.Source%[%] {\n", tostring(sale.advice.sources))
    assert.matches('\n  { change = "card", retry = { kind = "never" }, '
      .. 'table = "abecs" }\n', tostring(sale.advice.sources))
    assert.matches("^cielo%.Source {\n", tostring(sale.advice.sources[1]))
    assert.equal(answer, cielo.to_json(sale, { reveal = true }))
  end)

  it("are named in messages as users know them", function()
    local _, message = pcall(cielo.return_code, 51)
    assert.matches("bad argument #1", message, 1, true)
    assert.not_matches("core", message)
    message = select(2, xpcall(function() cielo.to_json(5) end,
      debug.traceback))
    assert.not_matches("cielo.core.to_json", message, 1, true)
  end)

  it("plan the next attempt from the times of those made", function()
    local day = 24 * 3600
    local rule = cielo.return_code("51").retry
    assert.equal("limited_next_day", rule.kind)
    -- 2026-11-22T15:00:00Z: the next day in Brasilia begins twelve hours later.
    local first = 1795359600
    assert.equal(first + 12 * 3600, cielo.retry_plan(rule, { first }, first))
    assert.equal(first + 3 * day, cielo.retry_plan(rule, { first }, first + 3 * day))
    local four = { first, first + day, first + 2 * day, first + 3 * day, first + 4 * day }
    assert.is_true(cielo.retry_plan(rule, four, first + 5 * day) > first + 16 * day)
    assert.is_nil(cielo.retry_plan(cielo.return_code("54").retry, { first }, first))
    assert.equal(first + 12 * 3600, cielo.retry_plan(cielo.return_code("51"), { first }, first))
    local advice = { retry = { kind = "limited", max_attempts = 4, window_days = 16 }, sources = {
      { table = "return_code", retry = { kind = "limited", max_attempts = 4, window_days = 16 } },
      { table = "merchant_advice", retry = { kind = "after", after_hours = 72 } } } }
    assert.equal(first + 3 * day, cielo.retry_plan({ advice = advice }, { first }, first))
    assert.has_error(function() cielo.retry_plan({}, {}) end)
    -- Alone it is its own only attempt, when Cielo received it, or now.
    local sale = { advice = advice, payment = { received_date = "2026-11-22 12:00:00" } }
    assert.equal(first + 3 * day, cielo.retry_plan(sale, nil, first + day))
    assert.equal(first + 4 * day, cielo.retry_plan({ advice = advice }, nil, first + day))
    assert.is_true(cielo.retry_plan(rule) > os.time())
    assert.has_error(function() cielo.retry_plan(rule, { "yesterday" }) end)
  end)
end)
