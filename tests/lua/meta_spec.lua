-- The annotations for editors: fresh, and of the module as it is. They are not
-- run through lua-language-server, which no registry in reach offers.

local support = dofile("tests/lua/support.lua")
local cielo = require "cielo"
support.stress()

local PATH = "bindings/lua/cielo/meta.lua"

describe("meta.lua", function()
  it("is what metagen.lua writes", function()
    assert.is_true(loadfile("bindings/lua/metagen.lua")("text")
      == support.read(PATH), "run bindings/lua/metagen.lua again")
  end)

  it("is Lua, and names what the module has", function()
    local described = loadfile(PATH)()
    for name, value in pairs(cielo) do
      if type(value) == "function" then
        assert.equal("function", type(described[name]), name)
      else
        assert.is_truthy(support.read(PATH):find("---@field " .. name, 1, true),
          name)
      end
    end
    for name in pairs(described) do
      assert.is_true(cielo[name] ~= nil, name)
    end
  end)

  it("names every noun and verb of a client, and no other", function()
    local client, described = support.echo(), {}
    for noun, verb in support.read(PATH):gmatch("function (%w+):([%w_]+)%(") do
      local object = noun == "client" and client or client[noun]
      if object then
        assert.equal("function", type(object[verb]), noun .. ":" .. verb)
        described[noun .. ":" .. verb] = true
      end
    end
    for name, value in pairs(client) do
      if type(value) == "function" then
        assert.is_true(described["client:" .. name], name)
      else
        for verb in pairs(value) do
          assert.is_true(described[name .. ":" .. verb], name .. ":" .. verb)
        end
      end
    end
  end)

  it("names every option of cielo.new and of resty.cielo", function()
    local function has(class, name, kind)
      local fields = support.read(PATH):match("---@class " .. class
        .. "[^\n]*\n(.-)\n\n")
      assert.is_truthy(fields:find("---@field " .. name .. "? " .. kind, 1, true),
        class .. " " .. name)
    end
    for _, option in ipairs(require("cielo.core").options()) do
      has("cielo%.Options", option.name, option.kind == "FLAG" and "boolean"
        or option.kind == "MS" and "integer milliseconds"
        or option.kind == "COUNT" and "integer"
        or ({ environment = '"sandbox"|', journal_sync = '"intent"|',
          journal_mode = '"private"|' })[option.name] or "string")
    end
    has("cielo%.BlockingOptions", "allow_blocking", "boolean")
    for _, option in ipairs(require "resty.cielo.options") do
      has("resty%.cielo%.Options", option.name,
        option.type == "number" and "integer" or "string")
    end
  end)

  it("gives each closed list of words as a union", function()
    local text, names = support.read(PATH), 0
    for name, words in pairs(require("cielo.core").words()) do
      local union = {}
      for i, word in ipairs(words) do union[i] = ('---| "%s"\n'):format(word) end
      assert.is_truthy(text:find("\n" .. table.concat(union) .. "\n", 1, true), name)
      names = names + 1
    end
    assert.is_true(names > 5)
    for name, alias in pairs { rule = "Rule", cause = "Cause" } do
      assert.is_truthy(text:find("---@field " .. name .. "%?? cielo%." .. alias), name)
    end
  end)

  it("has only classes that it declares", function()
    local text = support.read(PATH)
    for name in text:gmatch("cielo%.(%u%w+)") do
      assert.is_truthy(text:find("---@class cielo." .. name, 1, true)
        or text:find("---@alias cielo." .. name, 1, true), name)
    end
  end)
end)

describe("the rockspec", function()
  it("lists every source", function()
    local text = support.read("rockspec/lua-cielo-scm-1.rockspec")
    local pipe = io.popen("ls core/src/*/*.c bindings/lua/src/*.c")
    for path in pipe:lines() do
      assert.is_truthy(text:find('"' .. path .. '"', 1, true), path)
    end
    pipe:close()
  end)
end)
