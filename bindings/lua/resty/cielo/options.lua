-- What resty.cielo takes beside the options of cielo.new: in order, each with
-- its type, its default and a few words for editors.

return {
  { name = "pool_size", type = "number", default = 30,
    text = "idle connections kept per address and worker; default 30" },
  { name = "backlog", type = "number",
    text = "given: never more than pool_size connections at once, and so many "
      .. "calls may queue for one" },
  { name = "idle_timeout", type = "number", default = 60000,
    text = "milliseconds an idle connection is kept; default 60000" },
  { name = "token_dict", type = "string",
    text = "name of a lua_shared_dict that keeps the Checkout token for all "
      .. "workers" },
  { name = "journal_threads", type = "string", default = "default",
    text = "name of the thread_pool of nginx.conf on which the journal is "
      .. 'synced; default "default"; without it the core has a thread for it' },
}
