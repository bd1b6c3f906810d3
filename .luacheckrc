std = "max"
max_line_length = 120
include_files = {
  "bindings/lua/**/*.lua", "examples/**/*.lua", "tests/**/*.lua",
}
files["tests/lua"] = { std = "max+busted" }
-- Annotations only: nothing in it is used.
files["bindings/lua/cielo/meta.lua"] = {
  ignore = { "211", "212", "241", "431", "631" },
}
