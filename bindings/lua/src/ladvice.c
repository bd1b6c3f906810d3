/* The advice of a call. One that was given before is copied from what was kept
 * of it: its texts exist, and its shape is known. */
#include <string.h>

#include "lcielo.h"

/* Sales have few outcomes: the advices kept, and the steps of one. */
enum { KEPT = 16, STEPS = 96 };

/* A step of a copy, which takes keys, values and metatables in order from a
 * list: a member; the name of a part; the table of a part; its end. */
typedef enum action { SET, NAME, OPEN, CLOSE } action;

typedef struct step {
    unsigned char action;
    unsigned char items; /* of an OPEN: the sizes of its table */
    unsigned char members;
} step;

typedef struct kept {
    cielo_advice of;
    int count; /* of its steps, 0 when there is no room for them */
    step steps[STEPS];
} kept;

typedef struct shelf {
    unsigned used; /* the advices kept since the state began */
    kept kept[KEPT];
} shelf;

/* ---- taking an advice apart ---- */

typedef struct plan {
    lua_State *L;
    int list; /* the index of what the steps take */
    int used;
    int count; /* of the steps, past STEPS when there is no room */
    step *steps;
} plan;

static void add_step(plan *out, action taken, size_t items, size_t members)
{
    step *at = &out->steps[out->count < STEPS ? out->count : STEPS - 1];

    at->action = (unsigned char)taken;
    at->items = (unsigned char)items;
    at->members = (unsigned char)members;
    out->count++;
}

/* Moves the value at the top to the end of the list. */
static void put(plan *out)
{
    lua_rawseti(out->L, out->list, ++out->used);
}

static size_t count_members(lua_State *L)
{
    size_t count = 0;

    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
        count++;
    return count;
}

/* Writes the steps that make the table at the top, an advice or a part of
 * one. */
static void take_apart(plan *out)
{
    lua_State *L = out->L;
    size_t items = lcielo_rawlen(L, -1);

    luaL_checkstack(L, 8, "advice");
    add_step(out, OPEN, items, count_members(L) - items);
    lua_getmetatable(L, -1);
    put(out);
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        put(out);
        if (lua_istable(L, -1)) {
            add_step(out, NAME, 0, 0);
            take_apart(out);
            add_step(out, CLOSE, 0, 0);
        } else {
            add_step(out, SET, 0, 0);
            lua_pushvalue(L, -1);
            put(out);
        }
    }
}

/* Keeps the advice at the top, in the place of the one that was kept first. */
static void keep(lua_State *L, int shelves, const cielo_advice *advice)
{
    shelf *all;
    kept *to;
    plan out;
    int place;

    luaL_checkstack(L, 4, "advice");
    lua_rawgeti(L, shelves, 0);
    all = lua_touserdata(L, -1);
    lua_pop(L, 1); /* the list holds it */
    place = (int)(all->used % KEPT);
    to = &all->kept[place];
    to->count = 0; /* whatever jumps away: no copy of half an advice */
    out.L = L;
    out.used = out.count = 0;
    out.steps = to->steps;
    lua_newtable(L);
    out.list = lua_gettop(L);
    lua_pushvalue(L, -2);
    take_apart(&out);
    lua_pop(L, 1);
    lua_rawseti(L, shelves, place + 1);
    to->of = *advice;
    to->count = out.count <= STEPS ? out.count : 0;
    all->used++;
}

/* ---- copies ---- */

static int same_retry(const cielo_retry *a, const cielo_retry *b)
{
    return a->kind == b->kind && a->max_attempts == b->max_attempts &&
           a->window_days == b->window_days &&
           a->after_hours == b->after_hours;
}

static int same_advice(const cielo_advice *a, const cielo_advice *b)
{
    size_t i;

    if (a->code != b->code || !same_retry(&a->retry, &b->retry) ||
        a->not_before_hours != b->not_before_hours || a->change != b->change ||
        a->source_count != b->source_count)
        return 0;
    for (i = 0; i < a->source_count; i++)
        if (strcmp(a->sources[i].table, b->sources[i].table) != 0 ||
            !same_retry(&a->sources[i].retry, &b->sources[i].retry) ||
            a->sources[i].change != b->sources[i].change)
            return 0;
    return 1;
}

/* Pushes what the steps make of the list at `list`. */
static void copy(lua_State *L, int list, const kept *from)
{
    const step *at = from->steps, *end = at + from->count;
    int next = 0;

    for (; at < end; at++)
        switch (at->action) {
        case SET:
            lua_rawgeti(L, list, ++next);
            lua_rawgeti(L, list, ++next);
            lua_rawset(L, -3);
            break;
        case NAME:
            lua_rawgeti(L, list, ++next);
            break;
        case OPEN:
            lua_createtable(L, at->items, at->members);
            lua_rawgeti(L, list, ++next);
            lua_setmetatable(L, -2);
            break;
        default:
            lua_rawset(L, -3);
        }
}

/* The kept advice of the shelves at the top, NULL if there is none. */
static const kept *find(const shelf *all, const cielo_advice *advice)
{
    unsigned i, count = all->used < KEPT ? all->used : KEPT;

    for (i = 0; i < count; i++)
        if (all->kept[i].count && same_advice(&all->kept[i].of, advice))
            return &all->kept[i];
    return NULL;
}

int lcielo_push_advice_of(lua_State *L, const cielo_call *call)
{
    int shelves = lua_gettop(L) + 1;
    cielo_advice advice;
    const shelf *all;
    const kept *from;

    if (!cielo_call_advice(call, &advice))
        return 0;
    luaL_checkstack(L, 12, "advice");
    lua_getfield(L, LUA_REGISTRYINDEX, LCIELO_ADVICES);
    lua_rawgeti(L, shelves, 0);
    all = lua_touserdata(L, -1);
    from = find(all, &advice);
    if (from) {
        lua_rawgeti(L, shelves, (int)(from - all->kept) + 1);
        copy(L, shelves + 2, from);
    } else {
        lcielo_push_advice(L, &advice);
        keep(L, shelves, &advice);
    }
    lua_replace(L, shelves);
    lua_settop(L, shelves);
    return 1;
}

void lcielo_open_advice(lua_State *L)
{
    shelf *all;

    lua_createtable(L, KEPT, 1);
    all = lua_newuserdata(L, sizeof(*all));
    all->used = 0;
    lua_rawseti(L, -2, 0);
    lua_setfield(L, LUA_REGISTRYINDEX, LCIELO_ADVICES);
}
