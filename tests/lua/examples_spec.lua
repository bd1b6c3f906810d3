-- Every example runs, against a local Cielo.

local support = dofile("tests/lua/support.lua")

describe("the example", function()
  local sandbox, problem = support.sandbox()
  if not sandbox then
    pending("the local Cielo does not start: " .. problem)
    return
  end
  local environment = ("CIELO_BASE_URL=%s CIELO_MERCHANT_ID=%s "
    .. "CIELO_MERCHANT_KEY=%s "):format(sandbox.url, support.MERCHANT_ID,
    support.MERCHANT_KEY)

  local list = io.popen("ls examples/lua/*.lua")
  for path in list:lines() do
    it(path .. " runs", function()
      local pipe = io.popen(environment .. support.interpreter() .. " " .. path
        .. " 2>&1 && echo ended well")
      local text = pipe:read("*a")
      pipe:close()
      assert.matches("ended well\n$", text)
      assert.is_nil(text:find(support.MERCHANT_KEY, 1, true))
      assert.is_nil(text:find("4091688625337641", 1, true))
    end)

    it(path .. " says what it needs", function()
      local command = "tools/with-sandbox.sh tools/lua.sh 5.4 " .. path
      assert.is_truthy(support.read(path):find("--   " .. command .. "\n", 1, true))
      local pipe = io.popen("env -u CIELO_MERCHANT_ID -u CIELO_MERCHANT_KEY "
        .. support.interpreter() .. " " .. path .. " 2>&1; echo $?")
      assert.equal("set CIELO_MERCHANT_ID and CIELO_MERCHANT_KEY, or run: "
        .. command .. "\n1\n", pipe:read("*a"))
      pipe:close()
    end)
  end
  list:close()

  teardown(function() sandbox:stop() end)
end)
