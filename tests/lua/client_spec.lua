-- Clients and their options, calls and what they print.
local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
support.stress()

local function keys(value)
  local list = {}
  for name in pairs(value) do list[#list + 1] = name end
  table.sort(list)
  return table.concat(list, " ")
end

local function raises(pattern, f, ...)
  local ok, message = pcall(f, ...)
  assert.is_false(ok)
  assert.matches(pattern, message)
end

describe("cielo.new", function()
  it("takes the options of the core", function()
    assert(cielo.new(support.options {
      timeout = 1500, connect_timeout = 100.0, max_retries = 0,
      reconcile = false, validate = false, allow_plain_http = true,
      user_agent = "shop/1",
      merchant_key = cielo.Secret(support.MERCHANT_KEY),
    }))
  end)

  it("raises for wrong types, where it was called", function()
    raises("^tests/lua/client_spec.lua:%d+: bad argument #1 to 'new' "
      .. "%(timeout: number expected, got string%)$",
      function() cielo.new { timeout = "1" } end)
    raises("bad argument #1 to 'new' %(table expected, got string%)",
      function() cielo.new("x") end)
    for slip, meant in pairs { timout = "timeout", merchantid = "merchant_id",
        merchantKey = "merchant_key", base_ulr = "base_url" } do
      raises(("'new' %%(unknown option '%s': did you mean '%s'%%?%%)"):format(
        slip, meant), function() cielo.new { [slip] = 1 } end)
    end
    raises("%(unknown option 'url'%)", function() cielo.new { url = 1 } end)
    raises("options have names", function() cielo.new { "x" } end)
    raises("reconcile: boolean expected, got number",
      function() cielo.new { reconcile = 1 } end)
    raises("merchant_id: string expected, got number",
      function() cielo.new { merchant_id = 1 } end)
    raises("merchant_id: text holds a NUL",
      function() cielo.new { merchant_id = "a\0b" } end)
    for _, number in ipairs { 0 / 0, 1 / 0, -1 / 0 } do
      raises("timeout: number out of range",
        function() cielo.new { timeout = number } end)
    end
  end)

  it("gives nil, message, err for wrong values", function()
    local client, message, err = cielo.new(support.options {
      environment = "staging",
    })
    assert.is_nil(client)
    assert.equal("string", type(message))
    assert.equal("validation", err.kind)
    assert.equal("no", err.sent)
    assert.equal(message, tostring(err))
    assert.equal(1, #err.problems)
    assert.equal("environment", err.problems[1].path)
    assert.equal("choice", err.problems[1].rule)
    local _, _, other = support.client(error):with_options { max_retries = 101 }
    assert.equal("max_retries", other.problems[1].path)
    local none, text, both = cielo.new { environment = "x", timeout = -1 }
    assert.is_nil(none)
    assert.equal("2 problems:\n  timeout: must be above 0\n  environment: "
      .. 'must be "sandbox" or "production"', text)
    assert.equal("environment", both.problems[2].path)
  end)

  it("refuses plain http beyond loopback", function()
    local options = support.options { base_url = "http://example.com" }
    options.environment = nil
    local client, _, err = cielo.new(options)
    assert.is_nil(client)
    assert.equal("validation", err.kind)
  end)
end)

local function help(subject)
  local printed, print_before = {}, _G.print
  _G.print = function(text) printed[#printed + 1] = tostring(text) end
  local ok, problem = pcall(cielo.help, subject)
  _G.print = print_before
  assert(ok, problem)
  return table.concat(printed, "\n")
end

describe("a client", function()
  local client = support.echo()

  it("is completed by pairs", function()
    assert.equal("browser cards close confirm journal links many orders "
      .. "recurrences request sales with_options", keys(client))
    assert.equal("capture create find get get_by_tid reconcile void "
      .. "void_by_order", keys(client.sales))
  end)

  it("has a noun or verb for every row of the core", function()
    for _, row in ipairs(require("cielo.core").operations()) do
      local noun = row.noun == "-" and client or client[row.noun]
      assert.equal("function", type(noun[row.verb]), row.name)
    end
  end)

  it("prints what it is, without secrets", function()
    assert.matches("^cielo.Client %(sandbox, timeout 45000 ms%)$",
      tostring(client))
    assert.equal("cielo.Client", getmetatable(client))
    assert.matches("\n  :capture%(payment_id %[, amount "
      .. "%[, service_tax_amount%]%]%)\n", tostring(client.sales))
  end)

  it("explains itself", function()
    local text = help() .. help(client) .. help(client.cards)
    assert.matches("nil, message, err", text, 1, true)
    assert.matches(":tokenize(fields)", text, 1, true)
  end)

  it("explains each operation", function()
    local text = help("sales.create")
    assert.matches("^client%.sales:create%(fields%)\n", text)
    assert.matches("request   POST /1/sales/\n", text, 1, true)
    assert.matches("changes   a write", text, 1, true)
    assert.matches("merchant_order_id (required)", text, 1, true)
    assert.matches("takes     fields (table, as Cielo's manual", text, 1, true)
    assert.matches("gives     cielo.Sale\n", text, 1, true)
    assert.matches("outcome_unknown", text, 1, true)
    for _, same in ipairs { "client.sales:create", "sale_create",
        client.sales.create } do
      assert.equal(text, help(same))
    end
    assert.matches("takes     payment_id (string), amount (number, in cents),",
      help("sales.capture"), 1, true)
    assert.matches("interval (string or number, ", help("recurrences.set_interval"),
      1, true)
    text = help("sales.get")
    assert.matches("changes   nothing", text, 1, true)
    assert.not_matches("outcome_unknown", text)
    assert.matches("request   none of its own", help("sales.reconcile"), 1, true)
    assert.matches("not_before (number of seconds since 1970",
      help("sales.reconcile"):gsub("%s+", " "), 1, true)
    assert.equal(help("client:request"), help(client.request))
    for _, row in ipairs(require("cielo.core").operations()) do
      assert.matches(row.about, help(row.name), 1, true)
    end
  end)

  it("explains the functions of the module", function()
    local overview = help()
    assert.matches("\n  card +payment.credit_card, ", overview)
    assert.not_matches("velocity", overview)
    for name, value in pairs(cielo) do
      if type(value) == "function" then
        assert.matches("  cielo." .. name .. "(", overview, 1, true)
        local text = help(name)
        assert.matches("^cielo%." .. name .. "%(.*%)\n  %u.*\n  gives     ", text)
        assert.equal(text, help(value))
        assert.equal(text, help("cielo." .. name))
      end
    end
    local text = help("next_charge"):gsub("%s+", " ")
    assert.matches("else Unscheduled", text, 1, true)
  end)

  it("names what an operation needs, and nothing that it does not take",
    function()
      local bare = assert(cielo.new { base_url = "http://127.0.0.1:1" })
      local guid = "24bc8366-fc31-4d6c-8555-17049a836a07"
      local function needs(name, verb, noun, ...)
        local _, _, err = verb(noun, ...)
        assert.is_true(#err.problems > 0, name)
        for _, problem in ipairs(err.problems) do
          assert.matches(problem.path, help(name):gsub("%s+", " "), 1, true)
        end
      end
      needs("browser.post_token", bare.browser.post_token, bare.browser)
      needs("browser.threeds_token", bare.browser.threeds_token, bare.browser,
        "1006993069", "Loja", "5912")
      needs("sales.get", bare.sales.get, bare.sales, guid)
      needs("links.get", bare.links.get, bare.links, "id")
      assert.not_matches("takes", help("browser.post_token"))
    end)

  it("says what the members of its fields are", function()
    for _, row in ipairs(require("cielo.core").operations()) do
      local object = help(row.name):match 'cielo%.help%("([%w_]+)"%)'
      assert.equal(row.params:find("fields") ~= nil, object ~= nil)
      if object then
        local text = help(object)
        assert.matches("^" .. object .. ": [^\n]*the fields of ", text)
        assert.matches(row.noun .. "." .. row.verb, text, 1, true)
      end
    end
  end)

  it("lists the members of an object that is sent", function()
    local text = help("payment")
    assert.matches("^payment: sale%.payment, the fields of recurrences%.set_payment\n", text)
    assert.matches("\n  amount +cents, an integer %(15%) %(required%)", text)
    assert.matches('\n  credit_card +cielo.help%("card"%)', text)
    assert.matches("CreditCard, DebitCard, Pix", text, 1, true)
    assert.not_matches("payment_id", text)
    for _, name in ipairs { "Payment", "sale.payment", "PAYMENT" } do
      assert.equal(text, help(name))
    end
    assert.equal(help("card"), help("payment.credit_card"))
    assert.matches('There is also cielo.help("page_shipping")', help("shipping"), 1, true)
    raises('did you mean "payment" or "page_payment"%?', function() cielo.help("paymnt") end)
  end)

  it("knows a noun by its name", function()
    for _, name in ipairs { "sales", "links" } do
      assert.equal(tostring(client[name]), help(name))
      assert.equal(tostring(client[name]), help("client." .. name))
    end
  end)

  it("says what it has no help for, where it was asked", function()
    raises('^tests/lua/client_spec.lua:%d+: no operation is "sales.x"',
      function() cielo.help("sales.x") end)
    raises('did you mean "sales.create"%?', function() cielo.help("sales.creat") end)
    raises("no operation is this function", function() cielo.help(help) end)
  end)

  it("wants to be called with a colon", function()
    raises("^tests/lua/client_spec.lua:%d+: bad self: write "
      .. "client.sales:create", function() client.sales.create {} end)
    raises("client:request", function() client.request("GET", "/") end)
    raises("client:close", function() client.close() end)
    raises("client:with_options", function() client.with_options {} end)
  end)

  it("raises for wrong argument types, where it was called", function()
    local sales = client.sales
    raises("^tests/lua/client_spec.lua:%d+: bad argument #1 to 'create' "
      .. "%(table expected, got string%)$",
      function() sales:create("x") end)
    raises("#1 to 'create' %(table expected, got no value%)",
      function() sales:create() end)
    raises("#1 to 'get' %(string expected, got number%)",
      function() sales:get(1) end)
    raises("#2 to 'capture' %(number expected, got string%)",
      function() sales:capture("x", "100") end)
    raises("#4 to 'capture' %(table of options expected, got number%)",
      function() sales:capture("x", 1, 2, 3) end)
    raises("#2 to 'void' %(unknown option 'timout': did you mean 'timeout'%?%)",
      function() sales:void("x", { timout = 1 }) end)
    raises("#2 to 'void' %(timeout: number expected, got string%)",
      function() sales:void("x", { timeout = "1" }) end)
    raises("#2 to 'find' %(table of options expected, got string%)",
      function() sales:find("x", "y") end)
  end)

  it("takes optional arguments by position, options in a last table",
    function()
      local seen
      local other = support.client(function(request)
        seen = request
        return { body = '{"Status":2}' }
      end)
      local id = "24bc8366-fc31-4d6c-8555-17049a836a07"
      local guid = "6c1f5e5e-3d6d-4f7b-9f57-0a1b2c3d4e5f"
      local function header(name)
        for _, pair in ipairs(seen.headers) do
          if pair[1] == name then return pair[2] end
        end
      end
      assert(other.sales:capture(id))
      assert.equal("/1/sales/" .. id .. "/capture", seen.target)
      assert(other.sales:capture(id, 100))
      assert.equal("/1/sales/" .. id .. "/capture?amount=100", seen.target)
      assert(other.sales:capture(id, nil, 20, { request_id = guid }))
      assert.equal("/1/sales/" .. id .. "/capture?serviceTaxAmount=20",
        seen.target)
      assert.equal(guid, header("RequestId"))
      assert(other.sales:capture(id, { request_id = guid, timeout = 500 }))
      assert.equal("/1/sales/" .. id .. "/capture", seen.target)
      assert.equal(guid, header("RequestId"))
      assert.is_true(seen.write)
    end)

  it("takes a moment as os.time gives it", function()
    local asked = 0
    local other = support.client(function()
      asked = asked + 1
      return { status = 404 }
    end, { timeout = 900 })
    local _, _, err = other.sales:reconcile("x", 100, os.time())
    assert.equal("outcome_unknown", err.kind)
    _, _, err = other.sales:reconcile("x", 100, os.time() + 0.5)
    assert.equal("outcome_unknown", err.kind)
    assert.is_true(asked > 0)
    raises("#3 to 'reconcile' %(number of seconds since 1970 expected, got str",
      function() other.sales:reconcile("x", 100, "2026-11-22") end)
    asked = 0
    for _, moment in ipairs { -1, 2 ^ 50, 0 / 0 } do
      _, _, err = other.sales:reconcile("x", 100, moment)
      assert.equal("validation", err.kind)
      assert.equal("not_before", err.problems[1].path)
    end
    assert.equal(0, asked)
  end)

  it("takes any body and a host for a request", function()
    local seen
    local other = support.client(function(request)
      seen = request
      return { body = "{}" }
    end)
    assert(other:request("POST", "/1/x", { A = 1 }))
    assert.equal('{"A":1}', seen.body)
    assert(other:request("GET", "/1/x", nil, "query"))
    assert.is_nil(seen.body)
    assert.matches("query", seen.host)
    assert(other:request("PUT", "/1/x", 5, { timeout = 100 }))
    assert.equal("5", seen.body)
    raises("#4 to 'request' %(string expected",
      function() other:request("GET", "/", nil, 5) end)
  end)

  it("shares its state with clients that differ in options", function()
    local other = assert(client:with_options { timeout = 500 })
    assert.matches("timeout 500 ms", tostring(other))
    raises("bad argument #1 to 'with_options' %(table expected, got nil",
      function() client:with_options() end)
    local none, _, err = client:with_options { base_url = "http://[::1]" }
    assert.is_nil(none)
    assert.equal("validation", err.kind)
  end)

  it("is closed once for all", function()
    local other = support.echo()
    other:close()
    other:close()
    assert.equal("cielo.Client (closed)", tostring(other))
    local result, message, err = other.sales:get("x")
    assert.is_nil(result)
    assert.equal("string", type(message))
    assert.equal("closed", err.kind)
    result, message, err = other:with_options {}
    assert.is_nil(result)
    assert.equal("string", type(message))
    assert.equal("closed", err.kind)
  end)

  if _VERSION == "Lua 5.4" then
    it("is closed by <close>", function()
      local kept = assert(load [[
        local client = ...
        do local scoped <close> = client end
        return client]])(support.echo())
      assert.equal("cielo.Client (closed)", tostring(kept))
    end)
  end

  it("leaves no globals", function()
    assert.is_nil(rawget(_G, "cielo"))
    assert.is_nil(rawget(_G, "core"))
  end)
end)

describe("the time-out of a call", function()
  local function timed(timeout)
    local left
    local client = support.client(function(request)
      left = request.deadline - request.now
      return { status = 200, body = "{}" }
    end, { max_retries = 0 })
    assert(client:request("GET", "/1/x", nil, "query", { timeout = timeout }))
    return left
  end

  it("may be computed", function()
    assert.equal(timed(1500), timed(1.5 * 1000))
    assert.equal(timed(1501), timed(1500.5))
  end)

  it("is of a client in whole milliseconds", function()
    raises("timeout: whole number of milliseconds expected, got 1.5",
      function() cielo.new { timeout = 1.5 } end)
    raises("max_retries: whole number expected",
      function() cielo.new { max_retries = 0.5 } end)
    local whole = assert(cielo.new(support.options { timeout = 45 * 1000.0 }))
    assert.matches("timeout 45000 ms", tostring(whole))
  end)

  it("is told in milliseconds where a short one is over", function()
    local said = "%(its time%-out was 45 ms: times are in milliseconds%)$"
    local refusing = support.options { base_url = "http://127.0.0.1:9" }
    local function told(timeout, own)
      refusing.timeout = timeout
      local client = assert(cielo.new(refusing))
      local _, message = client:request("GET", "/1/x", nil, "query",
        { timeout = own })
      return message
    end
    assert.matches(said, told(45))
    assert.matches(said, told(5000, 45))
    assert.not_matches("milliseconds", told(5000))
  end)
end)
