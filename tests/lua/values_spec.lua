-- Lua values as JSON, and back.
local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
support.stress()

local client = support.echo()
local tells = math.type ~= nil -- integers from floats

local function echo(value)
  return assert(client:request("POST", "/echo", value))
end

local function problem(value)
  local sale = support.sale("2014111701")
  sale.payment.extra_thing = value
  local result, _, err = client.sales:create(sale)
  assert.is_nil(result)
  assert.equal("validation", err.kind)
  return err.problems[1]
end

local function sent(value)
  local body
  local other = support.client(function(request)
    body = request.body
    return { body = "{}" }
  end)
  assert(other:request("POST", "/x", value))
  return body
end

describe("a Lua value", function()
  it("becomes JSON", function()
    assert.equal('{"A":"é"}', sent { A = "é" })
    assert.equal('[1,true,"x",null]', sent { 1, true, "x", cielo.null })
    assert.equal("{}", sent {})
    assert.equal("[]", sent(cielo.array {}))
    assert.equal("[]", sent(cielo.array()))
    assert.equal("[[],{}]", sent { cielo.array {}, {} })
    assert.equal('"2028-01-31"', sent("2028-01-31"))
    assert.equal('"4091688625337641"', sent(cielo.Secret("4091688625337641")))
    assert.equal("15700", sent(15700))
    assert.equal("-1", sent(-1))
    assert.equal("0.5", sent(0.5))
    assert.equal("9007199254740991", sent(9007199254740991))
  end)

  it("has its names in order, however many and however deep", function()
    local function object(count, depth)
      local value, parts = {}, {}
      for i = 1, count do
        local name = ("n%03d"):format(i)
        local inner, text = i, tostring(i)
        if depth > 0 and i % 7 == 0 then inner, text = object(count - 6, depth - 1) end
        value[name] = inner
        parts[i] = ('"%s":%s'):format(name, text)
      end
      return value, "{" .. table.concat(parts, ",") .. "}"
    end
    for _, count in ipairs { 1, 15, 16, 17, 40 } do
      local value, text = object(count, 2)
      assert.equal(text, sent(value))
    end
  end)

  it("has its names in order where the map knows only some of them", function()
    local body
    local other = support.client(function(request)
      body = request.body
      return { status = 201, body = support.answer() }
    end)
    for _ = 1, 3 do -- the spellings are new, and then known
      local sale = support.sale("2014111701")
      sale.payment.zz_new, sale.payment.mm_new, sale.payment.aa_new = 1, { b = 1, a = 2 }, 3
      sale.payment.credit_card.own = "x"
      local result = assert(other.sales:create(sale))
      assert.matches('"aa_new":3,"mm_new":{"a":2,"b":1},"zz_new":1}', body, 1, true)
      assert.matches('"own":"x"}', body, 1, true)
      assert.equal(1, select(2, body:gsub('"Amount"', "")))
      local paths = {}
      for i, warning in ipairs(result.warnings) do paths[i] = warning.path end
      assert.equal("payment.credit_card.own payment.aa_new payment.mm_new payment.zz_new",
        table.concat(paths, " "))
    end
  end)

  it("is one problem where an object of the map is no object", function()
    local sale = support.sale("2014111701")
    sale.payment[1] = "x"
    local result, _, err = client.sales:create(sale)
    assert.is_nil(result)
    assert.equal(1, #err.problems)
    assert.equal("payment", err.problems[1].path)
    assert.matches("both names and positions", err.problems[1].message, 1, true)
    sale.payment = { "x" }
    assert.equal("payment", select(3, client.sales:create(sale)).problems[1].path)
    sale.payment = cielo.array {}
    assert.equal("payment", select(3, client.sales:create(sale)).problems[1].path)
  end)

  it("keeps integers of 64 bits where Lua has them", function()
    if not tells then return end
    assert.equal("9223372036854775807", sent(math.maxinteger))
    assert.equal("-9223372036854775808", sent(math.mininteger))
  end)

  it("that is a whole float is an integer, as JSON libraries give it", function()
    local body
    local other = support.client(function(request)
      body = request.body
      return { body = support.answer() }
    end)
    for _, amount in ipairs { 31400 / 2, 15700 * 1.0, 15700 } do
      assert(other.sales:create(support.sale("2014111701", amount)))
      assert.matches('"Amount":15700,', body, 1, true)
    end
    local target
    other = support.client(function(request)
      target = request.target
      return { body = '{"Status":2,"ReasonCode":0}' }
    end)
    assert(other.sales:capture("24bc8366-fc31-4d6c-8555-17049a836a07", 100 * 1.0))
    assert.matches("amount=100$", target)
    assert.equal('{"A":[100,-3,9007199254740992]}',
      sent { A = { 100 * 1.0, -6 / 2, 2 ^ 53 } })
    local _, message = client.sales:create(support.sale("1", 157.5))
    assert.equal("payment.amount: must be an integer: an amount is in cents",
      message)
  end)

  it("keeps every amount of 15 digits", function()
    for _, amount in ipairs { 1, 999999999999999, 123456789012345 } do
      local seen
      local other = support.client(function(request)
        seen = request.body
        return { body = (support.answer():gsub('"Amount":15700',
          '"Amount":' .. ("%.0f"):format(amount))) }
      end)
      local sale = assert(other.sales:create(
        support.sale("2014111701", amount)))
      assert.matches('"Amount":' .. ("%.0f"):format(amount) .. ",", seen, 1,
        true)
      assert.equal(amount, sale.payment.amount)
    end
  end)

  it("that JSON cannot say is a problem with its path", function()
    local cyclic = {}
    cyclic.again = { cyclic }
    local deep = {}
    for _ = 1, 100 do deep = { deep } end
    local shared = { 1, 2 }
    for _ = 1, 40 do shared = { shared, shared } end
    for _, value in ipairs {
      print, coroutine.create(function() end), io.stdout, cyclic, deep, shared,
      { 1, 2, x = 3 }, { [1] = 1, [3] = 3 }, { [1.5] = 1 }, { [true] = 1 },
      { [0] = 1 }, 0 / 0, 1 / 0, -1 / 0, "\255", "a\0b", { ["\255"] = 1 },
    } do
      assert.matches("^payment%.extra_thing", problem(value).path)
    end
  end)

  it("of an amount is refused when it is a fraction", function()
    for _, amount in ipairs { 19.99, 0.1 } do
      local result, _, err =
        client.sales:create(support.sale("2014111701", amount))
      assert.is_nil(result)
      assert.equal("validation", err.kind)
      assert.equal("payment.amount", err.problems[1].path)
    end
    local result, _, err = client.sales:capture(
      "24bc8366-fc31-4d6c-8555-17049a836a07", 19.99)
    assert.is_nil(result)
    assert.equal("amount", err.problems[1].path)
  end)

  it("past 2^53 is refused where it is not exact", function()
    if tells then return end
    assert.equal("9007199254740992", sent(2 ^ 53))
    assert.equal("payment.extra_thing", problem(2 ^ 53 + 2).path)
  end)

  it("as a key is matched by any spelling", function()
    local sale = support.sale("2014111701")
    sale.payment.Installments, sale.payment.installments = 3, nil
    sale.payment["serviceTaxAmount"] = 7
    local body
    local other = support.client(function(request)
      body = request.body
      return { body = support.answer() }
    end)
    assert(other.sales:create(sale))
    assert.matches('"Installments":3', body, 1, true)
    assert.matches('"ServiceTaxAmount":7', body, 1, true)
  end)

  it("is not changed by being sent", function()
    local sale = support.sale("2014111701")
    sale.payment.credit_card.card_number =
      cielo.Secret(sale.payment.credit_card.card_number)
    local other = support.client(function()
      return { body = support.answer() }
    end)
    assert(other.sales:create(sale))
    assert(other.sales:create(sale))
    assert.equal(15700, sale.payment.amount)
  end)
end)

describe("a JSON value", function()
  local function answer(text)
    local other = support.client(function() return { body = text } end)
    return assert(other:request("GET", "/x"))
  end

  it("becomes a Lua value", function()
    local r = answer '{"A":"é","B":[1,null,[],{}],"C":null,"D":1.5,"E":false}'
    assert.equal("é", r.a)
    assert.equal(4, #r.b)
    assert.equal(1, r.b[1])
    assert.equal(cielo.null, r.b[2])
    assert.same({}, r.b[3])
    assert.is_nil(r.c)
    assert.equal(1.5, r.d)
    assert.is_false(r.e)
  end)

  it("keeps integers exact", function()
    local r = answer('{"A":9007199254740992,"B":9007199254740993,'
      .. '"C":123456789012345678901234567890,"D":-1}')
    assert.equal(2 ^ 53, r.a)
    assert.equal("123456789012345678901234567890", r.c)
    assert.equal(-1, r.d)
    if tells then
      assert.equal("9007199254740993", ("%d"):format(r.b))
      assert.equal("integer", math.type(r.a))
    else
      assert.equal("9007199254740993", r.b)
    end
  end)

  it("keeps a list a list when it is sent again", function()
    assert.equal("[]", sent(answer('{"A":[]}').a))
    assert.same({ 1, 2 }, { echo({ 1, 2 })[1], echo({ 1, 2 })[2] })
  end)

  it("that is no object stands in `value`", function()
    assert.equal(5, answer("5").value)
    assert.equal("x", answer('"x"').value)
    assert.is_false(answer("false").value)
  end)
end)

describe("the conversions alone", function()
  local core = require "cielo.core"
  local numbers = {}
  for _, row in ipairs(core.operations()) do numbers[row.name] = row.number end

  it("read what a call reads", function()
    local answer = support.answer { EndToEndId = "E1", NewMember = 3, Capture = "true" }
    local number
    for object = 0, 200 do
      local ok, value = pcall(core._read, "{}", object)
      if ok and getmetatable(value) == "cielo.Sale" then number = object end
    end
    local other = support.client(function() return { status = 201, body = answer } end)
    local sale = assert(other.sales:create(support.sale("2014111701")))
    assert.same(sale.payment, core._read(answer, number).payment)
    local none, message, err = core._read("{", number)
    assert.is_nil(none)
    assert.equal(message, err.message)
    assert.has_error(function() core._read("{}", -1) end)
  end)

  it("check what a call checks", function()
    local body
    local other = support.client(function(request)
      body = request.body
      return { status = 201, body = support.answer() }
    end)
    assert(other.sales:create(support.sale("2014111701")))
    local number = numbers.sale_create
    assert.equal(body, core._checked(number, other.sales, support.sale("2014111701")))
    assert.equal("", core._checked(numbers.sale_find, other.sales, "order1"))
    local none, message, err = core._checked(number, other.sales, {})
    assert.is_nil(none)
    assert.equal("validation", err.kind)
    assert.equal(message, err.message)
    assert.has_error(function() core._checked(9999, other.sales, {}) end)
    assert.has_error(function() core._checked(number, {}, {}) end)
    other:close()
    assert.equal("closed", select(3, core._checked(number, other.sales, {})).kind)
  end)
end)
