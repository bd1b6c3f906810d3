/* The module cielo.core: what cielo/init.lua is built of. */
#define _GNU_SOURCE /* dladdr, RTLD_NODELETE */

#include <dlfcn.h>

#include "lcielo.h"

/* LuaJIT closes libraries before the last finalizers run, and one of those may
 * have made something of ours, whose own finalizer is in here. */
static void stay_loaded(void)
{
    static const char here = 0;
    Dl_info info;

    if (dladdr(&here, &info) && info.dli_fname)
        (void)dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

LCIELO_EXPORT int luaopen_cielo_core(lua_State *L);

LCIELO_EXPORT int luaopen_cielo_core(lua_State *L)
{
    stay_loaded();
    lua_newtable(L);
    lua_newtable(L);
    lua_setfield(L, -2, "public");
    lua_pushlightuserdata(L, NULL); /* as lua-cjson and ngx.null */
    lua_setfield(L, -2, "null");
    lua_pushstring(L, cielo_version());
    lua_setfield(L, -2, "version");
    lcielo_open_tree(L);
    lcielo_open_values(L);
    lcielo_open_results(L);
    lcielo_open_show(L);
    lcielo_open_secret(L);
    lcielo_open_errors(L);
    lcielo_open_client(L);
    lcielo_open_call(L);
    lcielo_open_outcome(L);
    lcielo_open_record(L);
    lcielo_open_journal(L);
    lcielo_open_many(L);
    lcielo_open_wire(L);
    lcielo_open_notification(L);
    lcielo_open_charge(L);
    lcielo_open_time(L);
    lcielo_open_near(L);
    lcielo_open_probe(L);
    lcielo_open_maps(L);
    lcielo_open_codes(L);
    lcielo_open_advice(L);
    return 1;
}
