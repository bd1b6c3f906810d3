/* The core's rows as tables: what the surface and the annotations grow from. */
#include "lcielo.h"

static void set_flag(lua_State *L, const char *name, int flag)
{
    lua_pushboolean(L, flag);
    lua_setfield(L, -2, name);
}

/* core.operations() -> one table per row that users call, in order; the core's
 * own steps have no noun */
static int operations(lua_State *L)
{
    static const char *const auths[] = {
#define CIELO_X(a, b, c, d, e, f, auth, h, i, j, k, l, m, n, o, p, q) #auth,
        CIELO_OPERATION_MAP(CIELO_X)
#undef CIELO_X
    };
    const cielo_operation *row;
    int number, position = 0;

    lua_newtable(L);
    for (number = 0; (row = cielo_operation_at(number)) != NULL; number++) {
        if (!row->noun[0])
            continue;
        lua_createtable(L, 0, 13);
        lua_pushinteger(L, number);
        lua_setfield(L, -2, "number");
        lcielo_set_text(L, "name", row->name);
        lcielo_set_text(L, "noun", row->noun);
        lcielo_set_text(L, "verb", row->verb);
        lcielo_set_text(L, "params", row->params);
        lcielo_set_text(L, "method", row->method);
        lcielo_set_text(L, "path", row->path);
        lcielo_set_text(L, "auth", auths[number]);
        lcielo_set_text(L, "about", row->about);
        set_flag(L, "is_write", row->is_write);
        lcielo_set_text(L, "result", cielo_object_name(row->object));
        lcielo_set_text(L, "fields", cielo_object_name(row->fields));
        set_flag(L, "is_list", row->is_list);
        lua_rawseti(L, -2, ++position);
    }
    return 1;
}

static void push_words(lua_State *L, const cielo_field *field)
{
    const char *word;
    int i;

    lua_newtable(L);
    for (i = 0; (word = cielo_field_word(field, (size_t)i)) != NULL; i++) {
        lua_pushstring(L, word);
        lua_rawseti(L, -2, i + 1);
    }
}

/* core.fits(name) -> how well it fits each object that it may mean, by the
 * object's name: CIELO_FIT_... */
static int fits(lua_State *L)
{
    size_t length;
    const char *name = luaL_checklstring(L, 1, &length);
    int i;

    lua_newtable(L);
    for (i = 0; i < CIELO_OBJECT_COUNT; i++) {
        cielo_fit fit = cielo_object_fits(i, name, length);

        if (fit == CIELO_FIT_NONE)
            continue;
        lua_pushinteger(L, (lua_Integer)fit);
        lua_setfield(L, -2, cielo_object_name(i));
    }
    return 1;
}

/* core.fields() -> one table per member of the field map */
static int fields(lua_State *L)
{
    static const char *const types[] = {
#define CIELO_X(name, text, policy, takes) #name,
        CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
    };
    static const char *const uses[] = {"required", "optional", "answer",
                                       "alias"};
    const cielo_field *field;
    int i;

    lua_newtable(L);
    for (i = 0; (field = cielo_field_at((size_t)i)) != NULL; i++) {
        lua_createtable(L, 0, 9);
        lcielo_set_text(L, "object", cielo_object_name(field->object));
        lcielo_set_text(L, "wire", field->wire);
        lcielo_set_text(L, "host", field->host);
        lcielo_set_text(L, "type", types[field->type]);
        lcielo_set_text(L, "use", uses[field->use]);
        lcielo_set_text(L, "child", cielo_object_name(field->child));
        lcielo_set_text(L, "takes", cielo_field_takes(field));
        lua_pushinteger(L, field->size);
        lua_setfield(L, -2, "size");
        push_words(L, field);
        lua_setfield(L, -2, "words");
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* core.params() -> one table per parameter of operations; `type` is what hosts
 * take for its kind, `takes` what Lua does */
static int params(lua_State *L)
{
    static const char *const kinds[] = {
#define CIELO_X(name, type) #name,
        CIELO_PARAM_KIND_MAP(CIELO_X)
#undef CIELO_X
    };
    const cielo_param *param;
    int i;

    lua_newtable(L);
    for (i = 0; (param = cielo_param_at((size_t)i)) != NULL; i++) {
        lua_createtable(L, 0, 5);
        lcielo_set_text(L, "name", param->name);
        lcielo_set_text(L, "kind", kinds[param->kind]);
        lcielo_set_text(L, "type", cielo_param_type(param->kind));
        lcielo_set_text(L, "takes", lcielo_takes(param));
        lcielo_set_text(L, "about", param->about);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* A fact or detail: what it is of, its type, whether it is never nil. */
static void push_detail(lua_State *L, const cielo_detail *detail)
{
    static const char *const owners[] = {
#define CIELO_X(id, name) name,
        CIELO_DETAIL_OWNER_MAP(CIELO_X)
#undef CIELO_X
    };
    static const char *const types[] = {
#define CIELO_X(name, type) #name,
        CIELO_DETAIL_TYPE_MAP(CIELO_X)
#undef CIELO_X
    };

    lua_createtable(L, 0, 6);
    lcielo_set_text(L, "owner", owners[detail->owner]);
    lcielo_set_text(L, "name", detail->name);
    lcielo_set_text(L, "type", types[detail->type]);
    set_flag(L, "known", detail->known);
    lcielo_set_text(L, "about", detail->about);
}

/* core.facts() -> what results have beside Cielo's members; `objects` is the
 * set of those that have it */
static int facts(lua_State *L)
{
    const cielo_detail *fact;
    int i, object;

    lua_newtable(L);
    for (i = 0; (fact = cielo_fact_at((size_t)i)) != NULL; i++) {
        push_detail(L, fact);
        lua_newtable(L);
        for (object = 0; cielo_object_name(object); object++)
            if (cielo_fact_is_of(fact, object))
                set_flag(L, cielo_object_name(object), 1);
        lua_setfield(L, -2, "objects");
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* core.details() -> what errors, and the lists in them, are made of */
static int details(lua_State *L)
{
    const cielo_detail *detail;
    int i;

    lua_newtable(L);
    for (i = 0; (detail = cielo_detail_at((size_t)i)) != NULL; i++) {
        push_detail(L, detail);
        lua_rawseti(L, -2, i + 1);
    }
    return 1;
}

/* core.options() -> {name, kind, shareable} in order */
static int options(lua_State *L)
{
    int i = 0;

    lua_newtable(L);
#define CIELO_X(option, option_kind, shareable)       \
    lua_createtable(L, 0, 3);                         \
    lcielo_set_text(L, "name", #option);                     \
    lcielo_set_text(L, "kind", #option_kind);                \
    set_flag(L, "shareable", (shareable));            \
    lua_rawseti(L, -2, ++i);
    CIELO_OPTION_MAP(CIELO_X)
#undef CIELO_X
    return 1;
}

/* core.kinds() -> the words of err.kind that a call can end with */
static int kinds(lua_State *L)
{
    int i = 0;

    lua_newtable(L);
#define CIELO_X(name, number, kind, type, text)                      \
    if ((number) != CIELO_OK && (number) != CIELO_EAGAIN) {          \
        lua_pushstring(L, kind);                                     \
        lua_rawseti(L, -2, ++i);                                     \
    }
    CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
    return 1;
}

/* The words of a closed list, as a member of the table on top. */
static void set_words(lua_State *L, const char *name, const char *const *words)
{
    int i;

    lua_newtable(L);
    for (i = 0; words[i]; i++) {
        lua_pushstring(L, words[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, name);
}

/* The names of a book's statuses, likewise. */
static void set_statuses(lua_State *L, const char *name, int book)
{
    const cielo_status *status;
    int i;

    lua_newtable(L);
    for (i = 0; (status = cielo_book_at(book, (size_t)i)) != NULL; i++) {
        lua_pushstring(L, status->name);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, name);
}

/* core.words() -> the closed lists of words, by name */
static int words(lua_State *L)
{
#define CIELO_X(id, word) word,
    static const char *const changes[] = {CIELO_CHANGE_MAP(CIELO_X) NULL};
    static const char *const categories[] = {CIELO_CATEGORY_MAP(CIELO_X) NULL};
    static const char *const tables[] = {CIELO_ADVICE_TABLE_MAP(CIELO_X) NULL};
    static const char *const rules[] = {CIELO_RULE_MAP(CIELO_X) NULL};
    static const char *const causes[] = {CIELO_CAUSE_MAP(CIELO_X) NULL};
    static const char *const retries[] = {CIELO_RETRY_MAP(CIELO_X) NULL};
    static const char *const asked[] = {CIELO_CODE_OPERATION_MAP(CIELO_X) NULL};
    static const char *const notices[] = {CIELO_NOTIFICATION_MAP(CIELO_X) NULL};
#undef CIELO_X

    lua_newtable(L);
    set_words(L, "change", changes);
    set_words(L, "category", categories);
    set_words(L, "table", tables);
    set_words(L, "rule", rules);
    set_words(L, "cause", causes);
    set_words(L, "retry", retries);
    set_words(L, "code_operation", asked);
    set_words(L, "notification", notices);
    set_statuses(L, "sale_status", CIELO_BOOK_SALE_STATUS);
    set_statuses(L, "order_status", CIELO_BOOK_ORDER_STATUS);
    return 1;
}

static const luaL_Reg functions[] = {
    {"operations", operations},
    {"fields", fields},
    {"fits", fits},
    {"params", params},
    {"facts", facts},
    {"details", details},
    {"options", options},
    {"kinds", kinds},
    {"words", words},
    {NULL, NULL},
};

void lcielo_open_maps(lua_State *L)
{
    lcielo_set_functions(L, functions);
}
