rockspec_format = "3.0"
package = "lua-cielo"
version = "scm-1"

-- Built from a checkout: luarocks make rockspec/lua-cielo-scm-1.rockspec
source = {
  url = ".",
}

description = {
  summary = "A client of Cielo's payment APIs",
  detailed = [[
Card sales, Pix, boleto, stored cards, recurrences, Checkout orders and payment
links of Cielo, the Brazilian acquirer. Writes are never sent twice: a sale
whose answer was lost is read back. One module for Lua 5.1 to 5.4 and LuaJIT.]],
  license = "MIT",
  labels = { "payments", "cielo", "http" },
}

dependencies = {
  "lua >= 5.1, < 5.5",
}

external_dependencies = {
  CURL = { header = "curl/curl.h" },
  CJSON = { header = "cjson/cJSON.h" },
}

build = {
  type = "builtin",
  modules = {
    cielo = "bindings/lua/cielo/init.lua",
    ["cielo.help"] = "bindings/lua/cielo/help.lua",
    ["cielo.hidden"] = "bindings/lua/cielo/hidden.lua",
    ["cielo.show"] = "bindings/lua/cielo/show.lua",
    ["cielo.functions"] = "bindings/lua/cielo/functions.lua",
    ["cielo.surface"] = "bindings/lua/cielo/surface.lua",
    ["cielo.meta"] = "bindings/lua/cielo/meta.lua",
    ["resty.cielo"] = "bindings/lua/resty/cielo.lua",
    ["resty.cielo.exchange"] = "bindings/lua/resty/cielo/exchange.lua",
    ["resty.cielo.log"] = "bindings/lua/resty/cielo/log.lua",
    ["resty.cielo.options"] = "bindings/lua/resty/cielo/options.lua",
    ["resty.cielo.run"] = "bindings/lua/resty/cielo/run.lua",
    ["resty.cielo.setup"] = "bindings/lua/resty/cielo/setup.lua",
    ["resty.cielo.token"] = "bindings/lua/resty/cielo/token.lua",
    ["cielo.core"] = {
      sources = {
        "core/src/base/alloc.c",
        "core/src/base/ascii.c",
        "core/src/base/buf.c",
        "core/src/base/cards.c",
        "core/src/base/datetime.c",
        "core/src/base/error.c",
        "core/src/base/escape.c",
        "core/src/base/random.c",
        "core/src/base/secret.c",
        "core/src/call/answer.c",
        "core/src/call/between.c",
        "core/src/call/call.c",
        "core/src/call/change.c",
        "core/src/call/charge.c",
        "core/src/call/check.c",
        "core/src/call/client.c",
        "core/src/call/failure.c",
        "core/src/call/hint.c",
        "core/src/call/match.c",
        "core/src/call/notification.c",
        "core/src/call/options.c",
        "core/src/call/prepare.c",
        "core/src/call/problems.c",
        "core/src/call/report.c",
        "core/src/call/request.c",
        "core/src/call/result.c",
        "core/src/call/retry.c",
        "core/src/call/send.c",
        "core/src/call/settle.c",
        "core/src/call/shared.c",
        "core/src/call/shown.c",
        "core/src/call/step.c",
        "core/src/call/validate.c",
        "core/src/call/version.c",
        "core/src/facts/codes.c",
        "core/src/facts/details.c",
        "core/src/facts/fields.c",
        "core/src/facts/intervals.c",
        "core/src/facts/operations.c",
        "core/src/facts/params.c",
        "core/src/facts/words.c",
        "core/src/http/clock.c",
        "core/src/http/exchange.c",
        "core/src/http/idle.c",
        "core/src/http/line_curl.c",
        "core/src/http/multi.c",
        "core/src/http/net_curl.c",
        "core/src/http/perform.c",
        "core/src/http/pool.c",
        "core/src/http/seat.c",
        "core/src/http/watch.c",
        "core/src/http/way_curl.c",
        "core/src/http/wire.c",
        "core/src/http/wire_request.c",
        "core/src/json/charset.c",
        "core/src/json/member.c",
        "core/src/json/value.c",
        "bindings/lua/src/labandon.c",
        "bindings/lua/src/larguments.c",
        "bindings/lua/src/lcall.c",
        "bindings/lua/src/lcielo.c",
        "bindings/lua/src/lcharge.c",
        "bindings/lua/src/lclient.c",
        "bindings/lua/src/lcodes.c",
        "bindings/lua/src/lerror.c",
        "bindings/lua/src/lmaps.c",
        "bindings/lua/src/lnotification.c",
        "bindings/lua/src/lobject.c",
        "bindings/lua/src/loutcome.c",
        "bindings/lua/src/lsecret.c",
        "bindings/lua/src/lshow.c",
        "bindings/lua/src/ltime.c",
        "bindings/lua/src/lvalue.c",
        "bindings/lua/src/lwire.c",
      },
      incdirs = { "core/include", "$(CURL_INCDIR)", "$(CJSON_INCDIR)" },
      libdirs = { "$(CURL_LIBDIR)", "$(CJSON_LIBDIR)" },
      libraries = { "curl", "cjson", "pthread", "dl" },
    },
  },
}
