/* Dates and the clock. */
#define _POSIX_C_SOURCE 200809L /* nanosleep */

#include <time.h>

#include "lcielo.h"

/* core.now() -> ms of the clock that deadlines are told in */
static int now(lua_State *L)
{
    lua_pushnumber(L, (lua_Number)cielo_now_ms());
    return 1;
}

/* core.sleep(ms): blocks; a signal ends it early. */
static int sleep_for(lua_State *L)
{
    lua_Integer ms = luaL_checkinteger(L, 1);
    struct timespec left;

    luaL_argcheck(L, ms >= 0 && ms <= 60000, 1, "0 to 60000 expected");
    left.tv_sec = ms / 1000;
    left.tv_nsec = ms % 1000 * 1000000;
    if (ms > 0)
        nanosleep(&left, NULL);
    return 0;
}

/* cielo.parse_time(text) -> the fields that os.time takes, and usec; nil for
 * nil and for Cielo's "never"; nil, message, err for other texts */
static int parse_time(lua_State *L)
{
    size_t length;
    const char *text;
    cielo_time time;
    cielo_error err;

    if (!lua_isnoneornil(L, 1)) /* a number would pass as text */
        luaL_checktype(L, 1, LUA_TSTRING);
    text = luaL_optlstring(L, 1, CIELO_NEVER, &length);
    if (cielo_time_parse(&time, text, length, &err) != CIELO_OK)
        return lcielo_fail(L, &err, NULL);
    if (time.year == 0)
        return 0;
    lua_createtable(L, 0, 7);
#define SET(name, value) \
    (lua_pushinteger(L, (value)), lua_setfield(L, -2, (name)))
    SET("year", time.year);
    SET("month", time.month);
    SET("day", time.day);
    SET("hour", time.hour);
    SET("min", time.minute);
    SET("sec", time.second);
    SET("usec", time.microsecond);
#undef SET
    return 1;
}

static const luaL_Reg functions[] = {
    {"now", now},
    {"sleep", sleep_for},
    {NULL, NULL},
};

static const luaL_Reg public_functions[] = {
    {"parse_time", parse_time},
    {NULL, NULL},
};

void lcielo_open_time(lua_State *L)
{
    lcielo_set_functions(L, functions);
    lcielo_set_public(L, public_functions);
}
