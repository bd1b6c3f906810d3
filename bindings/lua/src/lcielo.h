/* What the files of the Lua module share. */
#ifndef LCIELO_H
#define LCIELO_H

#include <stddef.h>
#include <stdint.h>

#include <cielo/cielo.h>

#include "lcompat.h"

/* Names of metatables in the registry; strings, because LuaJIT cannot hold
 * every pointer as light userdata. */
extern const char LCIELO_CLIENT[], LCIELO_CALL[], LCIELO_HTTP[],
    LCIELO_SECRET[], LCIELO_TREE[];
#define LCIELO_ERROR "cielo.error"
#define LCIELO_CODE "cielo.code"
#define LCIELO_ADVICE "cielo.advice"
#define LCIELO_RETRY "cielo.retry"
#define LCIELO_SOURCE "cielo.source"
#define LCIELO_SOURCES "cielo.sources"
/* The registry's table of the metatables that results have. */
#define LCIELO_RESULTS "cielo.results"
/* Members of those metatables: their place in that table, and (roots only) the
 * call, which keeps the answer as Cielo wrote it. */
#define LCIELO_PLACE "cielo.place"
#define LCIELO_WIRE "cielo.wire"
/* The registry's list of how members were spelled before. */
#define LCIELO_SPELLINGS "cielo.spellings"
/* The registry's list of advices that were made before. */
#define LCIELO_ADVICES "cielo.advices"

/* How our userdata begin: which of the names above. */
typedef struct lcielo_object {
    const char *class;
} lcielo_object;

/* Owners of what the core hands out, so that a jump out of any lua_* call
 * leaves it to the collector. */
typedef struct lcielo_client {
    lcielo_object object;
    cielo_client *handle; /* NULL: closed */
    cielo_client *syncing; /* the same, from the first sync by a host on */
    int tells; /* its state is a table that has on_attempt */
} lcielo_client;

typedef struct lcielo_many lcielo_many;

typedef struct lcielo_call {
    lcielo_object object;
    cielo_call *handle;  /* NULL: its result was taken */
    cielo_value *answer; /* that result's, for its to_json */
    lcielo_many *many;   /* that it is in, or NULL */
    void (*leave)(struct lcielo_call *self); /* takes it out of there */
    struct lcielo_call *before, *after; /* others there */
    lua_Integer index;                  /* its own there */
    int stage;                          /* there; lmany.c has its names */
    int operation;
    int is_write;
    int closed;
    int64_t timeout; /* ms */
    cielo_settled settled; /* kept when the handle goes */
    char subject[1]; /* what a write names: its length and a NUL */
} lcielo_call;

typedef struct lcielo_tree {
    lcielo_object object;
    cielo_value *value;
    char *text;
    size_t length;
} lcielo_tree;

/* That place: of results that are an object of this number, or lists of
 * them. */
#define LCIELO_PLACE_OF(object, list) (2 * (object) + (list) + 1)

/* ---- lobject.c ---- */

/* A userdata that has its metatable already, zeroed after its lcielo_object; on
 * the stack's top. */
void *lcielo_new_object(lua_State *L, size_t size, const char *class);
/* The owner of a tree, on the stack's top. */
lcielo_tree *lcielo_new_tree(lua_State *L);
void lcielo_open_tree(lua_State *L);
/* The userdata at `index` if it is a `class`, else NULL. Never raises. */
void *lcielo_test(lua_State *L, int index, const char *class);
/* The metatable `name` with these functions, "__index" being itself unless
 * they have one. Leaves nothing on the stack. */
void lcielo_class(lua_State *L, const char *name, const char *title,
                  const luaL_Reg *functions);
/* The same for a table that has members only: no "__index". */
void lcielo_plain_class(lua_State *L, const char *name, const char *title,
                        const luaL_Reg *functions);
void lcielo_set_functions(lua_State *L, const luaL_Reg *functions);
/* Sets a member of the table on the stack's top; nil for NULL. */
void lcielo_set_text(lua_State *L, const char *name, const char *text);
/* Adds functions to the member "public" of the module on the stack's top: what
 * cielo/init.lua hands on. Lua names functions after the loaded module that has
 * them, and users know these by `cielo`. */
void lcielo_set_public(lua_State *L, const luaL_Reg *functions);
/* Raises as luaL_argerror does, naming the place of the call that the Lua
 * function around this C function got. */
int lcielo_argument_error(lua_State *L, int argument, const char *function,
                          const char *text);
/* The same: "`name`: `expected` expected, got ...", `name` may be NULL. */
int lcielo_type_error(lua_State *L, int argument, const char *function,
                      const char *name, const char *expected, int index);
/* Raises for a verb that was not called with a colon; noun "-" is the
 * client. */
int lcielo_self_error(lua_State *L, const char *noun, const char *verb);

/* ---- lvalue.c ---- */

void lcielo_open_values(lua_State *L);
/* The place of the class of the value at `index`, 0 if it is no result. */
int lcielo_place(lua_State *L, int index);
/* Adds the Lua value at `index` to an object, which has no member of that name,
 * of a tree that a userdata owns. What JSON cannot say becomes a CIELO_INVALID
 * node, never an error. A table is taken for an object of the map's `fields`,
 * CIELO_OBJECT_ANY where it is of none. */
void lcielo_set_value(lua_State *L, cielo_value *object, const char *name,
                      int index, int fields);

/* ---- lresult.c ---- */

void lcielo_open_results(lua_State *L);
/* Pushes a tree: members under their host names, `object` naming the kind. */
void lcielo_push_value(lua_State *L, const cielo_value *value, int object);
/* Pushes the result of the call at `index`: the tree, its facts, its wire form,
 * which the call goes on to keep. */
void lcielo_push_result(lua_State *L, int index, const cielo_value *value);

/* ---- lshow.c ---- */

void lcielo_open_show(lua_State *L);
/* Marks the table on the stack's top as a list of such objects, even when it is
 * empty. */
void lcielo_mark_list(lua_State *L, int object);

/* ---- lsecret.c ---- */

/* The memory that the core's mask of so many bytes takes, with the NUL. */
#define LCIELO_SHOWN(length) (2 * (length) + sizeof("***"))

void lcielo_open_secret(lua_State *L);
void lcielo_push_secret(lua_State *L, const char *text, size_t length);
/* The text of the string or Secret at `index`, NULL for anything else; stays
 * valid while the value is on the stack. */
const char *lcielo_text(lua_State *L, int index, size_t *length);
void lcielo_wipe(void *memory, size_t size);

/* ---- lerror.c ---- */

void lcielo_open_errors(lua_State *L);
/* Pushes nil, message and table, and gives 3. `details` may be NULL. */
int lcielo_fail(lua_State *L, const cielo_error *err,
                const cielo_value *details);

/* An error that says no more than its status. */
void lcielo_set_error(cielo_error *err, int status);
/* The same for a client that was closed. */
int lcielo_fail_closed(lua_State *L);

/* ---- lclient.c ---- */

void lcielo_open_client(lua_State *L);
/* The client behind a table of init.lua (the client or one of its nouns), NULL
 * if the value at `index` is none. */
lcielo_client *lcielo_client_of(lua_State *L, int index);
/* The same, and pushes its handle. */
lcielo_client *lcielo_push_handle(lua_State *L, int index);

/* ---- larguments.c ---- */

/* Where the arguments of a verb stand, and the parameters that they become. */
typedef struct lcielo_arguments {
    lua_State *L;
    const char *function; /* the verb, for messages */
    int base;             /* the stack's index of argument 1, less 1 */
    int top;              /* the index of the last argument */
    int next;             /* of the argument to read next */
    int fields;           /* CIELO_OBJECT_... of a parameter of that kind */
    cielo_value *params;  /* owned by a userdata */
} lcielo_arguments;

/* What a parameter takes in Lua: "string", "string or number". */
const char *lcielo_takes(const cielo_param *param);
/* Reads the arguments that a row names, "payment_id amount?"; raises for wrong
 * types. */
void lcielo_read_parameters(lcielo_arguments *in, const char *params);
/* Reads the table of options behind them, if there is one. */
void lcielo_read_options(lcielo_arguments *in);

/* ---- labandon.c ---- */

/* Frees what the core keeps for a call. */
void lcielo_end_call(lcielo_call *self);
/* "sale_void of order 2014111701, payment_id 24bc8366-..."; `order` may be
 * NULL. */
void lcielo_write_name(const lcielo_call *self, const char *order, char *out,
                       size_t size);

/* Room for what lcielo_abandon writes. */
#define LCIELO_ABANDONED 1024

/* Ends a call that nobody will be told of. Gives 1 and what has to be known of
 * it, free of secrets, when it is a write that is in doubt or was answered; 0
 * for all others. Takes no memory of Lua's. */
int lcielo_abandon(lcielo_call *self, char *text, size_t size);

/* Ends a call that nobody will be told of; standard error says what has to be
 * known of it. */
void lcielo_drop_call(lcielo_call *self);

/* ---- lmany.c ---- */

void lcielo_open_many(lua_State *L);

/* ---- ljournal.c, after lcall.c ---- */

void lcielo_open_journal(lua_State *L);

/* ---- lcall.c ---- */

void lcielo_open_call(lua_State *L);
/* Pushes the call of an operation with these parameters, and gives 1; or what
 * lcielo_fail gives. */
int lcielo_start_call(lua_State *L, lcielo_client *client, int operation,
                      const cielo_value *params);
/* Reads an operation's number, a client or a noun of its, and the arguments of
 * the verb, from the first place of the stack on; gives the parameters, which
 * then stand below them. Raises for wrong ones. */
lcielo_tree *lcielo_read_call(lua_State *L, int *operation,
                              lcielo_client **client);
/* The call at `index`; raises for other values, and when its result was
 * taken. */
lcielo_call *lcielo_check_call(lua_State *L, int index);
/* ---- loutcome.c, after lcall.c ---- */

void lcielo_open_outcome(lua_State *L);
/* Pushes the next attempt of the call that was not told, and gives 1; or 0. */
int lcielo_push_attempt(lua_State *L, cielo_call *call);

/* ---- lrecord.c, after lclient.c and lcall.c ---- */

void lcielo_open_record(lua_State *L);

/* ---- lwire.c ---- */

/* Adds to the table on the stack's top what drivers of cosockets call. */
void lcielo_open_wire(lua_State *L);

/* ---- lnear.c ---- */

/* Raises that the key at `index` is no option; `names`, ended by NULL, are. */
int lcielo_refuse_option(lua_State *L, int argument, const char *function,
                         int index, const char *const *names);
void lcielo_open_near(lua_State *L);

/* ---- lnotification.c, lcharge.c, ltime.c, lprobe.c ---- */

void lcielo_open_notification(lua_State *L);
void lcielo_open_charge(lua_State *L);
void lcielo_open_time(lua_State *L);
void lcielo_open_probe(lua_State *L);

/* ---- lmaps.c, lcodes.c: tables of the core's rows ---- */

void lcielo_open_maps(lua_State *L);
void lcielo_open_codes(lua_State *L);
/* Pushes an advice as a table. */
void lcielo_push_advice(lua_State *L, const cielo_advice *advice);

/* ---- ladvice.c ---- */

void lcielo_open_advice(lua_State *L);
/* Pushes the advice of a call, a table of whoever asked, and gives 1; 0 when it
 * has none. */
int lcielo_push_advice_of(lua_State *L, const cielo_call *call);

#endif
