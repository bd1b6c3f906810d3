/* The arguments of a verb as parameters of the core. */
#include <string.h>

#include "lcielo.h"

/* What a parameter takes in Lua. */
enum { TAKES_TEXT = 1, TAKES_NUMBER = 2, TAKES_TABLE = 4, TAKES_ANY = 8 };

typedef struct taken {
    const char *type; /* as CIELO_PARAM_KIND_MAP has it */
    int what;
    const char *expected;
} taken;

static const taken *takes_of(const cielo_param *param)
{
    static const taken all[] = {
        {"text", TAKES_TEXT, "string"},
        {"date", TAKES_TEXT, "string"},
        {"integer", TAKES_NUMBER, "number"},
        {"moment", TAKES_NUMBER, "number of seconds since 1970"},
        {"interval", TAKES_TEXT | TAKES_NUMBER, "string or number"},
        {"object", TAKES_TABLE, "table"},
        {"any", TAKES_ANY, "JSON value"},
    };
    const char *type = cielo_param_type(param->kind);
    size_t last = sizeof(all) / sizeof(all[0]) - 1, i;

    for (i = 0; i < last && strcmp(all[i].type, type) != 0; i++)
        continue;
    return &all[i];
}

const char *lcielo_takes(const cielo_param *param)
{
    return takes_of(param)->expected;
}

static int is_taken(lua_State *L, int index, int what)
{
    int type = lua_type(L, index);
    size_t length;

    if ((what & TAKES_TEXT) && lcielo_text(L, index, &length))
        return 1;
    if (what & TAKES_ANY)
        return type != LUA_TNONE && type != LUA_TFUNCTION &&
               type != LUA_TTHREAD;
    return ((what & TAKES_NUMBER) && type == LUA_TNUMBER) ||
           ((what & TAKES_TABLE) && type == LUA_TTABLE);
}

static void check_taken(const lcielo_arguments *in, const taken *takes,
                        int index)
{
    if (!is_taken(in->L, index, takes->what))
        lcielo_type_error(in->L, index - in->base, in->function, NULL,
                          takes->expected, index);
}

/* os.time() and ngx.now() are moments alike: the second that has begun counts.
 * What is out of range is left to the core. */
static void round_down(lua_State *L, int index)
{
    lua_Number number = lua_tonumber(L, index);

    if (!(number > 0 && number < 1e15))
        return;
    lua_pushinteger(L, (lua_Integer)number);
    lua_replace(L, index);
}

/* Reads a parameter. A table where a scalar may be left out is the trailing
 * one, the options. */
static void read_parameter(lcielo_arguments *in, const cielo_param *param,
                           int optional)
{
    const taken *takes = takes_of(param);
    int index = in->next;

    if (optional && lua_isnoneornil(in->L, index)) {
        in->next++;
        return;
    }
    if (optional && !(takes->what & (TAKES_ANY | TAKES_TABLE)) &&
        index == in->top && lua_istable(in->L, index))
        return;
    check_taken(in, takes, index);
    if (param->kind == CIELO_PARAM_MOMENT)
        round_down(in->L, index);
    lcielo_set_value(in->L, in->params, param->name, index,
                     param->kind == CIELO_PARAM_FIELDS ? in->fields
                                                       : CIELO_OBJECT_ANY);
    in->next++;
}

void lcielo_read_parameters(lcielo_arguments *in, const char *params)
{
    const char *name;
    size_t length;

    for (name = params; *name; name += strspn(name, " ?")) {
        length = strcspn(name, " ?");
        read_parameter(in, cielo_param_find(name, length),
                       name[length] == '?');
        name += length;
    }
}

/* Computed times are floats where Lua has integers; part of a millisecond is
 * one. What is out of range is left to the core. */
static void round_up(lua_State *L)
{
    lua_Number number = lua_tonumber(L, -1);
    lua_Integer whole;

    if (!(number > 0 && number < (lua_Number)INT32_MAX))
        return;
    whole = (lua_Integer)number;
    lua_pop(L, 1);
    lua_pushinteger(L, whole + ((lua_Number)whole < number));
}

void lcielo_read_options(lcielo_arguments *in)
{
    static const char *const names[] = {"timeout", "request_id", NULL};
    lua_State *L = in->L;
    int index = in->next;
    const char *name;
    int number;

    if (lua_isnoneornil(L, index))
        return;
    if (!lua_istable(L, index))
        lcielo_type_error(L, index - in->base, in->function, NULL,
                          "table of options", index);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
        name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        number = strcmp(name, "timeout") == 0;
        if (!number && strcmp(name, "request_id") != 0)
            lcielo_refuse_option(L, index - in->base, in->function, -2, names);
        if (lua_type(L, -1) != (number ? LUA_TNUMBER : LUA_TSTRING))
            lcielo_type_error(L, index - in->base, in->function, name,
                              number ? "number" : "string", -1);
        if (number)
            round_up(L);
        lcielo_set_value(L, in->params, name, lua_gettop(L),
                         CIELO_OBJECT_ANY);
    }
}
