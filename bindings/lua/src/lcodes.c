/* The code books: one table per entry, with methods for its texts. */
#include <string.h>
#include <time.h>

#include "lcielo.h"

/* A figure that does not apply is 0 in the core and absent here. */
static void set_figure(lua_State *L, const char *name, int figure)
{
    if (!figure)
        return;
    lua_pushinteger(L, figure);
    lua_setfield(L, -2, name);
}

static void set_class(lua_State *L, const char *name)
{
    luaL_getmetatable(L, name);
    lua_setmetatable(L, -2);
}

static void set_retry(lua_State *L, const cielo_retry *retry)
{
    lua_createtable(L, 0, 3);
    lcielo_set_text(L, "kind", cielo_retry_name(retry->kind));
    set_figure(L, "max_attempts", retry->max_attempts);
    set_figure(L, "window_days", retry->window_days);
    set_figure(L, "after_hours", retry->after_hours);
    set_class(L, LCIELO_RETRY);
    lua_setfield(L, -2, "retry");
}

static void new_entry(lua_State *L, const char *pt, const char *en)
{
    lua_createtable(L, 0, 10);
    lcielo_set_text(L, "meaning_pt", pt);
    lcielo_set_text(L, "meaning_en", en);
    set_class(L, LCIELO_CODE);
}

/* Unknown: nil, said outright, for callers that count results. */
static int push_nil(lua_State *L)
{
    lua_pushnil(L);
    return 1;
}

/* A table of its own for whoever asks: what one caller writes into it is not
 * what the next one reads. */
static int push_code(lua_State *L, const cielo_code *code)
{
    if (!code)
        return push_nil(L);
    new_entry(L, code->meaning_pt, code->meaning_en);
    lcielo_set_text(L, "code", code->code);
    lcielo_set_text(L, "operation", cielo_code_operation_name(code->operation));
    lcielo_set_text(L, "category", code->category);
    lcielo_set_text(L, "change", cielo_change_name(code->change));
    lcielo_set_text(L, "shopper_pt", code->shopper_pt);
    lcielo_set_text(L, "shopper_en", code->shopper_en);
    set_retry(L, &code->retry);
    return 1;
}

static int push_status(lua_State *L, const cielo_status *status)
{
    if (!status)
        return push_nil(L);
    new_entry(L, status->meaning_pt, status->meaning_en);
    lua_pushinteger(L, status->number);
    lua_setfield(L, -2, "number");
    lcielo_set_text(L, "name", status->name);
    lcielo_set_text(L, "wire", status->wire);
    return 1;
}

/* The book of the operation at argument 2: a name, or {operation = name}. */
static int check_operation(lua_State *L)
{
    const char *name;
    size_t length;
    int operation;

    lua_settop(L, 2);
    if (lua_istable(L, 2)) {
        lua_getfield(L, 2, "operation");
        lua_replace(L, 2);
    }
    if (lua_isnil(L, 2))
        return CIELO_CODE_SALE;
    luaL_checktype(L, 2, LUA_TSTRING);
    name = lua_tolstring(L, 2, &length);
    operation = cielo_code_operation(name, length);
    luaL_argcheck(L, operation >= 0, 2,
                  "'sale', 'capture' or 'void' expected");
    return operation;
}

/* cielo.return_code(code, operation) */
static int return_code(lua_State *L)
{
    size_t length;
    const char *code;
    int operation = check_operation(L);

    luaL_checktype(L, 1, LUA_TSTRING); /* "04" is not "4" */
    code = lua_tolstring(L, 1, &length);
    return push_code(L, cielo_return_code(code, length, operation));
}

/* core.return_codes() -> every entry */
static int return_codes(lua_State *L)
{
    const cielo_code *code;
    int i;

    lua_newtable(L);
    for (i = 0; (code = cielo_return_code_at((size_t)i)) != NULL; i++) {
        push_code(L, code);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* One function for all numbered books; which one is its upvalue. Takes the
 * number or the word that an answer had. */
static int book(lua_State *L)
{
    int number = (int)lua_tointeger(L, lua_upvalueindex(1));
    const char *word;
    size_t length;

    if (lua_type(L, 1) == LUA_TNUMBER) {
        lua_Number key = lua_tonumber(L, 1);

        if (!(key >= 0 && key <= 9999) || key != (lua_Number)(int)key)
            return push_nil(L);
        return push_status(L, cielo_book_get(number, (int)key));
    }
    word = luaL_checklstring(L, 1, &length);
    return push_status(L, cielo_book_word(number, word, length));
}

/* cielo.abecs(brand, code) */
static int abecs(lua_State *L)
{
    size_t brand_length, length;
    const char *brand = luaL_checklstring(L, 1, &brand_length);
    const char *code = luaL_checklstring(L, 2, &length);
    const cielo_denial *denial =
        cielo_abecs(brand, brand_length, code, length);

    if (!denial)
        return push_nil(L);
    new_entry(L, denial->meaning_pt, denial->meaning_en);
    lcielo_set_text(L, "brand", denial->brand);
    lcielo_set_text(L, "code", denial->code);
    lcielo_set_text(L, "category", denial->category);
    lcielo_set_text(L, "change", cielo_change_name(denial->change));
    lua_pushboolean(L, denial->reversible);
    lua_setfield(L, -2, "reversible");
    return 1;
}

/* cielo.merchant_advice(code) */
static int merchant_advice(lua_State *L)
{
    size_t length;
    const char *code = luaL_checklstring(L, 1, &length);
    const cielo_merchant_code *entry = cielo_merchant_advice(code, length);

    if (!entry)
        return push_nil(L);
    new_entry(L, entry->meaning_pt, entry->meaning_en);
    lcielo_set_text(L, "code", entry->code);
    lcielo_set_text(L, "change", cielo_change_name(entry->change));
    set_retry(L, &entry->retry);
    return 1;
}

static void push_sources(lua_State *L, const cielo_advice *advice)
{
    size_t i;

    lua_createtable(L, (int)advice->source_count, 0);
    for (i = 0; i < advice->source_count; i++) {
        lua_createtable(L, 0, 3);
        lcielo_set_text(L, "table", advice->sources[i].table);
        set_retry(L, &advice->sources[i].retry);
        lcielo_set_text(L, "change",
                        cielo_change_name(advice->sources[i].change));
        set_class(L, LCIELO_SOURCE);
        lua_rawseti(L, -2, (int)i + 1);
    }
    set_class(L, LCIELO_SOURCES);
}

void lcielo_push_advice(lua_State *L, const cielo_advice *advice)
{
    lua_createtable(L, 0, 5);
    if (advice->code) {
        push_code(L, advice->code);
        lua_setfield(L, -2, "code");
    }
    set_retry(L, &advice->retry);
    set_figure(L, "not_before_hours", advice->not_before_hours);
    lcielo_set_text(L, "change", cielo_change_name(advice->change));
    push_sources(L, advice);
    lua_setfield(L, -2, "sources");
    set_class(L, LCIELO_ADVICE);
}

/* "never, change card" */
static int advice_tostring(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_getfield(L, 1, "retry");
    luaL_checktype(L, -1, LUA_TTABLE);
    lua_getfield(L, -1, "kind");
    lua_pushliteral(L, ", change ");
    lua_getfield(L, 1, "change");
    lua_concat(L, 3);
    return 1;
}

/* ---- when to try again ---- */

static int read_figure(lua_State *L, int index, const char *name)
{
    int figure;

    lua_getfield(L, index, name);
    figure = (int)lua_tonumber(L, -1); /* absent: 0, as in the core */
    lua_pop(L, 1);
    return figure;
}

/* The rule that a table written by set_retry holds. */
static void read_retry(lua_State *L, int index, cielo_retry *out)
{
    const char *kind;

    luaL_argcheck(L, lua_istable(L, index), 1, "has no rule for repeats");
    memset(out, 0, sizeof(*out));
    lua_getfield(L, index, "kind");
    kind = lua_tostring(L, -1);
    for (; kind && out->kind < CIELO_RETRY_END; out->kind++)
        if (strcmp(cielo_retry_name(out->kind), kind) == 0)
            break;
    luaL_argcheck(L, kind && out->kind < CIELO_RETRY_END, 1,
                  "has no kind of rule for repeats");
    lua_pop(L, 1);
    out->max_attempts = read_figure(L, index, "max_attempts");
    out->window_days = read_figure(L, index, "window_days");
    out->after_hours = read_figure(L, index, "after_hours");
}

/* The advice at the stack's top, as lcielo_push_advice wrote it; a bare rule
 * is an advice of one source. */
static void read_advice(lua_State *L, cielo_advice *out)
{
    int top = lua_gettop(L);
    size_t i, count;

    memset(out, 0, sizeof(*out));
    lua_getfield(L, top, "retry");
    read_retry(L, lua_isnil(L, -1) ? top : top + 1, &out->retry);
    lua_getfield(L, top, "sources");
    count = lua_istable(L, -1) ? lcielo_rawlen(L, -1) : 0;
    luaL_argcheck(L, count <= CIELO_ADVICE_END, 1, "has too many sources");
    for (i = 0; i < count; i++) {
        lua_rawgeti(L, top + 2, (int)i + 1);
        luaL_argcheck(L, lua_istable(L, -1), 1, "has a source that is none");
        lua_getfield(L, -1, "retry");
        read_retry(L, lua_gettop(L), &out->sources[i].retry);
        lua_pop(L, 2);
    }
    out->source_count = count;
    lua_settop(L, top);
}

/* A table of attempts as times, in memory of Lua's. */
static int64_t *read_times(lua_State *L, int index, size_t *count)
{
    int64_t *times;
    size_t i;

    luaL_checktype(L, index, LUA_TTABLE);
    *count = lcielo_rawlen(L, index);
    times = lua_newuserdata(L, (*count + 1) * sizeof(*times));
    for (i = 0; i < *count; i++) {
        lua_rawgeti(L, index, (int)i + 1);
        luaL_argcheck(L, lua_type(L, -1) == LUA_TNUMBER, index,
                      "times must be numbers, as os.time() gives them");
        times[i] = (int64_t)lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    return times;
}

/* The time of the sale at `index` alone: when Cielo received it, else now. */
static int64_t *read_own_time(lua_State *L, int index, int64_t now,
                              size_t *count)
{
    int64_t *times = lua_newuserdata(L, sizeof(*times));
    const char *text = NULL;
    size_t length = 0;

    lua_getfield(L, index, "payment");
    if (lua_istable(L, -1)) {
        lua_getfield(L, -1, "received_date");
        if (lua_type(L, -1) == LUA_TSTRING)
            text = lua_tolstring(L, -1, &length);
    }
    *times = cielo_attempted_at(text, length, now);
    *count = 1;
    return times;
}

/* cielo.retry_plan(sale [, attempts [, now]]) -> the time at which it may be
 * tried again, nil when it may not */
static int retry_plan(lua_State *L)
{
    int64_t now = (int64_t)luaL_optnumber(L, 3, (lua_Number)time(NULL));
    cielo_advice advice;
    int64_t next, *times;
    size_t count;

    lua_settop(L, 2);
    luaL_checktype(L, 1, LUA_TTABLE);
    times = lua_isnil(L, 2)
                ? read_own_time(L, 1, now, &count)
                : read_times(L, 2, &count);
    lua_getfield(L, 1, "advice");
    if (lua_isnil(L, -1))
        lua_pushvalue(L, 1);
    read_advice(L, &advice);
    if (!(advice.source_count > 0
              ? cielo_advice_plan(&advice, times, count, now, &next)
              : cielo_retry_plan(&advice.retry, times, count, now, &next)))
        return push_nil(L);
    lua_pushinteger(L, (lua_Integer)next);
    return 1;
}

/* Pushes the text `kind` ("meaning") of the entry in the asked language. */
static int push_text(lua_State *L, const char *kind)
{
    static const char *const languages[] = {"pt", "en", NULL};
    int language;

    luaL_checktype(L, 1, LUA_TTABLE);
    language = luaL_checkoption(L, 2, "pt", languages);
    lua_pushfstring(L, "%s_%s", kind, languages[language]);
    lua_rawget(L, 1);
    return 1;
}

static int entry_meaning(lua_State *L)
{
    return push_text(L, "meaning");
}

static int entry_shopper(lua_State *L)
{
    return push_text(L, "shopper");
}

/* "51 funds: Insufficient funds" */
static int entry_tostring(lua_State *L)
{
    static const char *const names[] = {"brand", "code", "number", "category",
                                        "name"};
    size_t i;
    int parts = 0;

    luaL_checktype(L, 1, LUA_TTABLE);
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        lua_getfield(L, 1, names[i]);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        lua_pushliteral(L, " ");
        parts += 2;
    }
    lua_pop(L, parts ? 1 : 0);
    lua_pushliteral(L, ": ");
    lua_getfield(L, 1, "meaning_en");
    lua_concat(L, parts + 1);
    return 1;
}

static const luaL_Reg methods[] = {
    {"__tostring", entry_tostring},
    {NULL, NULL},
};

static const luaL_Reg advice_methods[] = {
    {"__tostring", advice_tostring},
    {NULL, NULL},
};

static const luaL_Reg no_methods[] = {
    {NULL, NULL},
};

static const luaL_Reg texts[] = {
    {"meaning", entry_meaning},
    {"shopper", entry_shopper},
    {NULL, NULL},
};

static const luaL_Reg functions[] = {
    {"return_codes", return_codes},
    {NULL, NULL},
};

static const luaL_Reg public_functions[] = {
    {"return_code", return_code},
    {"abecs", abecs},
    {"merchant_advice", merchant_advice},
    {"retry_plan", retry_plan},
    {NULL, NULL},
};

void lcielo_open_codes(lua_State *L)
{
    lcielo_class(L, LCIELO_CODE, "cielo.Code", methods);
    lcielo_plain_class(L, LCIELO_ADVICE, "cielo.Advice", advice_methods);
    /* core.show_with gives these their text. */
    lcielo_plain_class(L, LCIELO_RETRY, "cielo.Retry", no_methods);
    lcielo_plain_class(L, LCIELO_SOURCE, "cielo.Source", no_methods);
    lcielo_plain_class(L, LCIELO_SOURCES, "cielo.Source[]", no_methods);
    luaL_getmetatable(L, LCIELO_CODE);
    lua_newtable(L);
    lcielo_set_functions(L, texts);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    lcielo_set_functions(L, functions);
    lcielo_set_public(L, public_functions);
    lua_newtable(L);
#define CIELO_X(id, name)                        \
    lua_pushinteger(L, CIELO_BOOK_##id);         \
    lua_pushcclosure(L, book, 1);                \
    lua_setfield(L, -2, name);
    CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
    lua_setfield(L, -2, "books");
}
