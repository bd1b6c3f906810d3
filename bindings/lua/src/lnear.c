/* Names that are nearly right: for the error that refuses one. Those of fields
 * are the core's to judge. */
#include <ctype.h>
#include <string.h>

#include "lcielo.h"

#define LONGEST 48

/* So many letters in one place may be wrong, missing or too many. */
#define SLIP 2

/* The letters of a name, as merchantId and merchant_id have them alike; gives
 * how many. */
static size_t take_letters(char *out, const char *name)
{
    size_t used = 0;

    for (; *name && used < LONGEST; name++)
        if (*name != '_')
            out[used++] = (char)tolower((unsigned char)*name);
    return used;
}

/* Whether the two differ in one place alone, and by little. */
static int is_near(const char *name, const char *known)
{
    char a[LONGEST], b[LONGEST];
    size_t n = take_letters(a, name), m = take_letters(b, known);
    size_t least = n < m ? n : m, most = n < m ? m : n, same = 0, end = 0;

    while (same < least && a[same] == b[same])
        same++;
    while (end < least - same && a[n - 1 - end] == b[m - 1 - end])
        end++;
    return most - same - end <= SLIP && same + end >= 2 * SLIP;
}

int lcielo_refuse_option(lua_State *L, int argument, const char *function,
                         int index, const char *const *names)
{
    const char *name;

    if (lua_type(L, index) != LUA_TSTRING)
        return lcielo_argument_error(
            L, argument, function,
            "options have names, as in {timeout = 45000}");
    name = lua_tostring(L, index);
    for (; *names; names++)
        if (is_near(name, *names))
            return lcielo_argument_error(
                L, argument, function,
                lua_pushfstring(L, "unknown option '%s': did you mean '%s'?",
                                name, *names));
    return lcielo_argument_error(
        L, argument, function,
        lua_pushfstring(L, "unknown option '%s'", name));
}

/* core.near(name, names) -> the first of a list of names that it nearly is;
 * nil */
static int near(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    int i;

    luaL_checktype(L, 2, LUA_TTABLE);
    for (i = 1; lua_rawgeti(L, 2, i), lua_isstring(L, -1); i++) {
        if (is_near(name, lua_tostring(L, -1)))
            return 1;
        lua_pop(L, 1);
    }
    lua_pushnil(L);
    return 1;
}

static const luaL_Reg functions[] = {
    {"near", near},
    {NULL, NULL},
};

void lcielo_open_near(lua_State *L)
{
    lcielo_set_functions(L, functions);
}
