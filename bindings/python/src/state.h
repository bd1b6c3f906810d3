/* What the files of the extension share: the module's state and its helpers.
 * Nothing of Python's is static; every object lives in a module_state. */
#ifndef CIELO_PYTHON_STATE_H
#define CIELO_PYTHON_STATE_H

/* First of all headers: it sets what the system's show. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <cielo/cielo.h>

/* More nouns and longer parameter lists than the operations have. */
#define MAX_NOUNS 16
#define MAX_PARAMS 6

/* Without METH_METHOD, though it would hand over the state: Python shows no
 * docstring of a bound method of that kind. */
#define METHOD_FLAGS (METH_FASTCALL | METH_KEYWORDS)
#define METHOD(function) ((PyCFunction)(void (*)(void))(function))

typedef struct operation_info {
    const cielo_operation *row;
    int count;
    const cielo_param *params[MAX_PARAMS];
    const struct param_type *types[MAX_PARAMS];
    int optional[MAX_PARAMS];
    char *doc; /* text signature and docstring */
    PyObject *name; /* interned */
} operation_info;

typedef struct noun_info {
    const char *name; /* "sales" */
    char type_name[2][64]; /* "cielo.Sales", "cielo.AsyncSales" */
    char doc[128];
    PyMethodDef *methods;
    PyTypeObject *types[2]; /* blocking, asynchronous */
} noun_info;

/* A row of the field map, in a hash table by object and wire name. */
typedef struct field_slot {
    const cielo_field *field; /* NULL: the slot is free */
    size_t length;            /* of the wire name */
    PyObject *wire;           /* interned */
} field_slot;

typedef struct module_state module_state;

typedef struct ResultObject ResultObject;
typedef struct member_rule member_rule;

struct module_state {
    /* For a result that its caller cannot have read: see witness.c, which
     * results know nothing of. */
    void (*drop_result)(module_state *state, PyObject *witness,
                        PyObject *result);
    /* For what is made of a result when it is read: see convert.c, error.c and
     * plan.c, which know of results. */
    PyObject *(*make_member)(module_state *state, ResultObject *self,
                             const cielo_value *member,
                             const member_rule *rule);
    PyObject *(*make_problems)(module_state *state,
                               const cielo_value *problems);
    PyObject *(*make_advice)(module_state *state, const cielo_advice *advice);

    PyTypeObject *secret_type;
    PyTypeObject *client_type;
    PyTypeObject *async_type;
    PyTypeObject *call_type;
    PyTypeObject *outcome_type;
    PyTypeObject *roster_type;
    PyTypeObject *multi_type;
    PyTypeObject *watch_type;
    PyTypeObject *journal_type;
    PyTypeObject *records_type;
    PyTypeObject *result_types[CIELO_OBJECT_COUNT];
    char result_names[CIELO_OBJECT_COUNT][64];
    PyTypeObject *problem_type;
    PyTypeObject *answer_type;
    PyTypeObject *attempt_type;
    PyTypeObject *retry_type;
    PyTypeObject *source_type;
    PyTypeObject *advice_type;
    PyTypeObject *code_types[4]; /* by row_kind */

    PyObject *error;
    PyObject *api_error;
    PyObject *field_warning;
    PyObject *status_errors[32]; /* by -status; NULL: the host's own */

    operation_info operations[CIELO_OP_COUNT];
    noun_info nouns[MAX_NOUNS];
    int noun_count;
    PyGetSetDef *client_getset;

    /* The field map: by wire name, and by host name for each object. */
    field_slot *fields;
    size_t field_room; /* a power of two */
    PyObject *by_host[CIELO_OBJECT_COUNT];
    PyObject *fact_names[CIELO_FACT_COUNT]; /* interned */

    PyObject *restore;     /* unpickles results */
    PyObject *restore_row; /* unpickles entries of the code books */
    PyObject *str_route;
    PyObject *str_create_future;
    PyObject *str_done;
    PyObject *str_set_result;
    PyObject *str_set_exception;
    PyObject *str_is_closed;
    PyObject *str_call_soon_threadsafe;
    PyObject *str_call_later;
    PyObject *str_cancel;
    PyObject *str_add_reader;
    PyObject *str_add_writer;
    PyObject *str_remove_reader;
    PyObject *str_remove_writer;
    PyObject *str_blocking;
    PyObject *str_adopt;
    PyObject *str_is_enabled_for;
    PyObject *str_logging;
    PyObject *str_level;
    PyObject *str_parent;
    PyObject *str_debug;
    PyObject *str_warning;
    PyObject *str_found;
    PyObject *str_sent;
    PyObject *str_message;
    PyObject *str_operation;
    PyObject *str_merchant_order_id;
    PyObject *str_maybe;
    PyObject *str_yes;
    PyObject *logger; /* NULL until somebody may listen */
    int is_plain_logger;
    PyObject *log_level;
    PyObject *log_format;
    PyObject *outcome_format;
    PyObject *unlogged; /* the newest outcome that waits for memory, or NULL */

    /* Imported when a value first needs them. */
    PyObject *mapping_abc;
    PyObject *sequence_abc;
    PyObject *date_class;
    PyObject *datetime_class;
    PyObject *timedelta_class;
    PyObject *utc;
    PyObject *decimal_class;
    PyObject *uuid_class;
    PyObject *json_dumps;
    PyObject *running_loop; /* asyncio.get_running_loop */
    PyObject *copy;         /* copy.copy */
};

#if PY_VERSION_HEX < 0x030A0000
static inline PyObject *shim_new_ref(PyObject *object)
{
    Py_INCREF(object);
    return object;
}
#  define Py_NewRef(object) shim_new_ref((PyObject *)(object))

static inline PyObject *shim_xnew_ref(PyObject *object)
{
    Py_XINCREF(object);
    return object;
}
#  define Py_XNewRef(object) shim_xnew_ref((PyObject *)(object))
#endif

/* ---- state.c ---- */

extern struct PyModuleDef core_module;
/* The state behind a type of ours or a subclass made in Python; NULL with an
 * exception set otherwise. */
module_state *state_of(PyTypeObject *type);

/* ---- object.c: the toolbox ---- */

/* An attribute of a module, imported. */
PyObject *import_name(const char *module_name, const char *name);
int import_values(module_state *state);
/* Adds a type to the module and keeps it in `*slot`. */
int add_type(PyObject *module, PyType_Spec *spec, PyObject *bases,
             PyTypeObject **slot);
/* The same for a type of named tuples. */
int add_struct(PyObject *module, PyStructSequence_Desc *desc,
               PyTypeObject **slot);
/* Adds an object that stays the caller's. */
int add_object(PyObject *module, const char *name, PyObject *object);
/* Frees a heap object: the memory and its reference to the type. */
void free_object(PyObject *self);

/* Types made only by the library. 3.9 has no flag for them. */
#ifdef Py_TPFLAGS_DISALLOW_INSTANTIATION
#  define NO_NEW_FLAG Py_TPFLAGS_DISALLOW_INSTANTIATION
#  define NO_NEW_SLOT
#else
PyObject *refuse_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
#  define NO_NEW_FLAG 0
#  define NO_NEW_SLOT {Py_tp_new, refuse_new},
#endif

#ifdef Py_TPFLAGS_IMMUTABLETYPE
#  define IMMUTABLE_FLAG Py_TPFLAGS_IMMUTABLETYPE
#else
#  define IMMUTABLE_FLAG 0
#endif

/* ---- args.c: one parser for every method ---- */

typedef struct arg_spec {
    const char *name;
    int required;
    int keyword_only;
} arg_spec;

/* Sorts what a FASTCALL | KEYWORDS method was given into `out` (borrowed,
 * NULL when left out), which has room for `count`. 0 with TypeError set. */
int parse_args(const char *function, const arg_spec *specs, int count,
               PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
               PyObject **out);
int parse_none(const char *function, Py_ssize_t nargs, PyObject *kwnames);
/* The names of a dict's **, each of which must be str; 0 with TypeError set. */
int keywords_check(PyObject *names);
/* Seconds (int, float, timedelta) as milliseconds; 0 with an exception set. */
int parse_seconds(module_state *state, const char *name, PyObject *value,
                  int64_t *out);
/* Whole seconds since 1970 of a datetime with its zone or of a number; 0 with
 * an exception set. */
int parse_moment(PyObject *value, int64_t *out);
/* UTF-8 of a str or Secret, borrowed from it; NULL with an exception set. */
const char *parse_text(module_state *state, const char *name, PyObject *value,
                       int secret);

/* ---- secret.c ---- */

extern PyType_Spec secret_spec;
PyObject *secret_new(PyTypeObject *type, const char *text, size_t length);
/* The text behind a Secret, borrowed. */
const char *secret_text(PyObject *secret, size_t *length);

/* ---- fields.c: the field map as Python names ---- */

/* What the map says of a member of an answer. */
struct member_rule {
    const cielo_field *field; /* NULL: not in the map */
    PyObject *wire; /* the name, borrowed; NULL: not spelled as in the map */
    int child;
    int type; /* -1: not in the map */
};

int fields_add(module_state *state);
/* What the map says of a member of `object`, by its wire name. */
void field_rule(const module_state *state, int object, const char *name,
                size_t length, member_rule *rule);
/* 1 where that is the host name of a member. */
int field_has_host_name(const module_state *state, int object,
                        const char *wire, const char *host);
/* The host name of a member, as str. */
PyObject *field_host_name(int object, PyObject *wire);

/* ---- facts.c ---- */

/* What a call's result adds to its members, as the core says it. */
typedef struct result_facts result_facts;

/* NULL with an exception set. */
result_facts *facts_take(cielo_call *call);
void facts_free(result_facts *facts);
/* All of them, for results that share them. */
PyObject *facts_dict(module_state *state, const result_facts *facts);

/* ---- result.c: reading ---- */

typedef struct member_list member_list;

/* A node of a tree. What is read of it is made then, and is the same object
 * from then on. */
struct ResultObject {
    PyObject_HEAD
    int object;
    PyObject *owner; /* frees the tree; NULL for a result without members */
    const cielo_value *node;
    void *list;        /* its member_list, NULL until somebody looks */
    PyObject *facts;   /* what is computed, by host name; NULL: none was read */
    result_facts *raw; /* of which they are made; NULL for inner results */
    PyObject *witness; /* of a write that nobody has read yet, or NULL */
};

/* A fact, a new reference; NULL without an exception when there is none. */
PyObject *facts_get(module_state *state, ResultObject *self, PyObject *name);
/* The dict of all, borrowed; NULL without an exception when there are none. */
PyObject *facts_all(module_state *state, ResultObject *self);

int is_result(module_state *state, PyObject *value);
/* Who reads a result has it: its witness is not needed any more. Any value may
 * be given. */
void result_note_reader(PyObject *value);
/* A member of a result by its host name, a new reference; NULL without an
 * exception when it is absent or null. */
PyObject *result_member(PyObject *result, const char *host);
/* Another that shares all it has; NULL when there is no memory for it. */
PyObject *result_twin(PyObject *result);
/* What kinds.c makes types of. */
PyObject *result_getattro(PyObject *op, PyObject *name);
PyObject *result_subscript(PyObject *op, PyObject *key);
PyObject *result_iter(PyObject *op);
PyObject *result_keys(PyObject *op, PyObject *ignored);
PyObject *result_compare(PyObject *op, PyObject *other, int how);
PyObject *result_dir(PyObject *op, PyObject *ignored);
Py_ssize_t result_length(PyObject *op);
int result_contains(PyObject *op, PyObject *key);
int result_traverse(PyObject *op, visitproc visit, void *arg);
int result_clear(PyObject *op);
void result_dealloc(PyObject *op);

/* ---- member.c: the members of a result ---- */

/* In the place of a member's: no member has that name; an exception is set. */
#define NO_MEMBER ((Py_ssize_t)-1)
#define FAILED ((Py_ssize_t)-2)

/* Walks the members from `*position` 0 on, as PyDict_Next does; -1 with an
 * exception set. `value` may be NULL. Both are borrowed. */
int result_next(ResultObject *self, Py_ssize_t *position, PyObject **name,
                PyObject **value);
/* The place of a member by its wire name, any object, or by its host name, a
 * str. */
Py_ssize_t member_find(const module_state *state, ResultObject *self,
                       PyObject *key);
Py_ssize_t member_find_host(const module_state *state, ResultObject *self,
                            PyObject *name);
/* A member in its wire form, which keeps what Cielo wrote; borrowed. */
PyObject *member_value(module_state *state, ResultObject *self,
                       Py_ssize_t place);
/* The same as its attribute reads, a new reference. */
PyObject *member_read(module_state *state, ResultObject *self,
                      Py_ssize_t place);
/* 1 for the name of a member that is in the wire form only. */
int member_is_hidden(PyObject *wire);
int members_traverse(ResultObject *self, visitproc visit, void *arg);
void members_clear(ResultObject *self);

/* ---- convert.c: cielo_value to Python ---- */

/* Takes the tree, which may be NULL, on failure too. */
PyObject *value_to_python(module_state *state, cielo_value *tree, int object,
                          PyObject *facts);
/* The same of a call's result; takes both. */
PyObject *answer_to_python(module_state *state, cielo_value *tree, int object,
                           result_facts *facts);
/* What a member is in its wire form. */
PyObject *member_to_python(module_state *state, ResultObject *self,
                           const cielo_value *member, const member_rule *rule);
/* A tree without field map: dicts, lists and scalars. */
PyObject *value_to_plain(const cielo_value *value);

/* ---- plain.c, value.c: Python to cielo_value ---- */

/* More values than any object of Cielo's has: a list in which others are shared
 * many times over must end as a problem, not as gigabytes. */
#define VALUES_LIMIT 20000
/* Two levels are the call's own. */
#define GIVEN_DEPTH (CIELO_VALUE_DEPTH - 2)

/* Adds a member to a tree that stands in a block: dicts, lists, texts, secrets,
 * numbers, bools and None. 0 without an exception for anything else: part of it
 * may stand there then, and what value_from_python makes is to be set in its
 * place. */
int plain_put(module_state *state, cielo_value *to, const char *name,
              PyObject *value);

/* `object` is the kind the value stands for. What JSON cannot say becomes a
 * CIELO_INVALID node. NULL with an exception set when memory ran out or code
 * of the caller's raised. */
cielo_value *value_from_python(module_state *state, PyObject *value,
                               int object);
/* The members of a pickled result. What JSON cannot say raises TypeError. */
cielo_value *value_from_pickle(module_state *state, PyObject *members,
                               int object);
/* What may be shown of a result. What a caller put into a list of it and JSON
 * cannot say raises TypeError, what holds itself RecursionError; in a tree that
 * is `printed` three points stand for both. */
cielo_value *value_shown(module_state *state, ResultObject *result,
                         int printed);

/* ---- pickle.c, show.c: copies and repr of a result ---- */

/* Its members as plain data, masked. */
PyObject *result_masked(PyObject *op);
PyObject *result_to_dict(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames);
PyObject *result_to_json(PyObject *op, PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames);
PyObject *result_reduce(PyObject *op, PyObject *ignored);
PyObject *result_copy(PyObject *op, PyObject *ignored);
PyObject *result_restore(PyObject *module, PyObject *const *args,
                         Py_ssize_t nargs);
PyObject *result_repr(PyObject *op);

/* ---- kinds.c ---- */

int kinds_add(PyObject *module, module_state *state);

/* ---- params.c ---- */

typedef struct param_type param_type;

/* What Python takes for a parameter; NULL for a type that it does not know. */
const param_type *param_type_of(const cielo_param *param);
/* In words, such as "int". */
const char *param_wanted(const cielo_param *param);
/* Adds a parameter, of `type`, to those of a call: 0 with an exception set, as
 * below. */
int param_put(module_state *state, cielo_value *params,
              const cielo_param *param, const param_type *type,
              PyObject *value, int object);
/* `object` is that of fields. NULL with an exception set: TypeError for a value
 * of another type. */
cielo_value *param_value(module_state *state, const cielo_param *param,
                         PyObject *value, int object);

/* ---- describe.c: docstrings from the core's maps ---- */

/* Each appends lines to `*text`, which becomes NULL with an exception set. */
void describe_param(PyObject **text, const cielo_param *param, int optional);
void describe_detail(PyObject **text, const cielo_detail *detail);
/* 0 for a detail that may be None here. */
int detail_is_known(const cielo_detail *detail);
/* The facts that results of that object have beside those of any result. */
void describe_facts(PyObject **text, int object);
int is_own_fact(const cielo_detail *fact, int object);
/* A type of named tuples with the details of an owner (CIELO_OF_...). */
int detail_type_add(PyObject *module, int owner, const char *name,
                    const char *about, PyTypeObject **slot);
/* The docstring of a named type: its rows of the field map. */
PyObject *describe_kind(int object);

/* ---- carry.c ---- */

/* The details among the attributes of an error, as data that JSON keeps. */
PyObject *facts_carried(module_state *state, PyObject *attributes);
/* Puts such data back among the attributes, as the types that they had. */
int facts_restore(module_state *state, PyObject *attributes, PyObject *facts);

/* ---- error.c ---- */

int errors_add(PyObject *module, module_state *state);
/* Raises for a failed call (NULL: none was made); always NULL. */
PyObject *raise_error(module_state *state, cielo_call *call,
                      const cielo_error *err);
/* The exception of a failed call, not raised; NULL with one set. */
PyObject *make_error(module_state *state, cielo_call *call,
                     const cielo_error *err);
/* Raises for input that was refused, with every problem; always NULL. */
PyObject *raise_problems(module_state *state, const cielo_error *err,
                         const cielo_value *problems);
PyObject *raise_closed(module_state *state);
/* A tuple of Problems, from the core's list of them. */
PyObject *make_problems(module_state *state, const cielo_value *problems);

/* ---- client.c ---- */

typedef struct ClientObject {
    PyObject_HEAD
    cielo_client *handle; /* until the object dies: other threads may use it */
    int is_async;
    int closed;      /* atomic */
    PyObject *route; /* atomic: where the last call went, or NULL */
    PyObject *on_attempt; /* or NULL */
} ClientObject;

int client_types_add(PyObject *module, module_state *state);

/* ---- noun.c ---- */

/* What the docstring of every method that calls Cielo ends with. */
#define CALL_OPTIONS_DOC                                                \
    "timeout: seconds for the whole call, int, float or timedelta\n"    \
    "request_id: str or cielo.Secret, the RequestId to send\n\n"        \
    "Raises cielo.CieloError, and TypeError for values of other types."

int nouns_add(PyObject *module, module_state *state);
PyObject *noun_get(PyObject *client, void *closure);
/* The operation of a verb and the client that it is bound to, borrowed; -1 for
 * anything else. */
int noun_verb(module_state *state, PyObject *verb, PyObject **client);

/* ---- operation.c ---- */

/* The parameters of an operation of what a method of an open client was given,
 * the caller's to free; NULL with an exception set. */
cielo_value *operation_params(module_state *state, ClientObject *client,
                              int operation, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *kwnames);
/* Runs an operation of `client` with what a method was given. */
PyObject *operation_run(module_state *state, ClientObject *client,
                        int operation, PyObject *const *args, Py_ssize_t nargs,
                        PyObject *kwnames);
/* The same as a call, with its witness, that is not run yet; NULL with an
 * exception set. */
cielo_call *operation_call(module_state *state, ClientObject *client,
                           int operation, PyObject *const *args,
                           Py_ssize_t nargs, PyObject *kwnames,
                           PyObject **witness);
cielo_call *confirm_call(module_state *state, ClientObject *client,
                         PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames, PyObject **witness);
/* The read that tells what a notification is about. */
PyObject *confirm_run(module_state *state, ClientObject *client,
                      PyObject *const *args, Py_ssize_t nargs,
                      PyObject *kwnames);

/* ---- log.c ---- */

#define LEVEL_DEBUG 10 /* of the module logging */

/* To be asked before a call is made, whose attempts are told to the logger that
 * there is by then. -1 with an exception set, the application's or a
 * signal's. */
int logger_find(module_state *state);
/* Tells the logger every attempt of a call, and warns of a write that went
 * without a record. -1 with an exception set where one
 * came that is the caller's, such as a signal's. */
int log_attempts(module_state *state, cielo_call *call);
/* Warns of a write whose caller was not told. Leaves the caller's exceptions
 * set, as log_attempts does. */
void log_outcome(module_state *state, PyObject *witness, PyObject *outcome);

/* Warns of it with the next call: for want of memory, without which Python's
 * own code may not end. */
void log_later(module_state *state, PyObject *outcome);
/* Warns of those that wait; -1 as log_attempts does. */
int log_unlogged(module_state *state);

/* ---- attempt.c ---- */

/* 1 for what on_attempt may be; 0 with TypeError set. */
int attempt_check(PyObject *callback);
/* Takes the attempt and tells it, in a context or the current one. What an
 * application's code raises is reported; -1 with an exception set that is the
 * caller's, such as a signal's. `callback` may be NULL. */
int attempt_tell(PyObject *callback, PyObject *context, cielo_value *attempt);
/* The same of those of a call that were not told yet. */
int attempts_tell(PyObject *callback, cielo_call *call);

/* ---- witness.c: writes that nobody is told of ---- */

/* The OutcomeUnknownError that a write shall leave, in a new reference; NULL
 * for a read. Made before it is sent; -1 when there is no memory for it. */
int witness_make(module_state *state, const cielo_call *call,
                 const cielo_value *params, PyObject **out);
/* It was answered; needs no memory. */
void witness_answered(module_state *state, PyObject *witness);
/* Puts into it what the answer said, which a request of any kind may have as
 * no object. `result` may be about to be freed. */
int witness_tell(module_state *state, PyObject *witness, PyObject *result);
/* What is set, normalized; `*value` stays NULL where there is no memory for it.
 */
void exception_take(PyObject **type, PyObject **value, PyObject **traceback);
/* Sets an exception, normalized, behind one that came meanwhile, which has it
 * as its context then. Takes all three. */
void exception_restore(PyObject *type, PyObject *value, PyObject *traceback);
/* Makes an error the cause of the exception that is set. */
void outcome_attach(PyObject *outcome);
/* An outcome that no caller takes: warns of it, and makes it the cause of the
 * exception that is set, if one is. */
void outcome_drop(module_state *state, PyObject *witness, PyObject *outcome);
/* The same while there is no memory: the log is told with the next call. */
void outcome_keep(module_state *state, PyObject *outcome);
/* An answer that its caller has not read: its witness is told and dropped. */
void witness_drop(module_state *state, PyObject *witness, PyObject *result);
void witness_add(module_state *state);

/* ---- call.c ---- */

/* Takes the call and its witness: runs it to its end and gives its result. */
PyObject *call_run(module_state *state, ClientObject *client, cielo_call *call,
                   PyObject *witness);
/* What a call that ended gave, or its error raised. */
PyObject *call_finish(module_state *state, cielo_call *call,
                      PyObject *witness);
/* The same; `*interrupted` is set when what is raised is a signal's handler's,
 * and not the call's error. */
PyObject *call_conclude(module_state *state, cielo_call *call,
                        PyObject *witness, int *interrupted);
/* Tells of a write that ended before its caller was told: whatever exception is
 * set has the outcome as its cause. One of a signal's may come meanwhile. */
void call_drop(module_state *state, cielo_call *call, PyObject *witness);

/* Runs a call to its end, and leaves it: its result, or its error raised. */
PyObject *call_work(module_state *state, ClientObject *client,
                    cielo_call *call, PyObject *witness);

/* ---- journal.c, settle.c, records.c: what cielo/journal.py is over ---- */

/* So many entries or records are taken with the interpreter let go once. */
#define JOURNAL_BATCH 64

extern PyType_Spec journal_spec;
extern PyType_Spec records_spec;
/* A path of any kind as bytes, a new reference; NULL with an exception set. */
PyObject *parse_folder(PyObject *value);
/* Plain data, each in a pair with its number where there are `numbers`. Takes
 * the values. */
PyObject *list_batch(cielo_value **batch, const int64_t *numbers, int count);
/* A copy of the entry of an id in a _Journal that was loaded; NULL with none,
 * and with an exception set. */
cielo_value *journal_entry(module_state *state, PyObject *op, PyObject *id);
/* The module's functions. The last gives a call to be awaited, or the state,
 * the result and the error of one that ended. */
PyObject *journal_segments(PyObject *module, PyObject *folder);
PyObject *journal_prune(PyObject *module, PyObject *args);
PyObject *journal_settle(PyObject *module, PyObject *const *args,
                         Py_ssize_t nargs);

/* ---- awaited.c: a call as a coroutine ---- */

typedef struct MultiObject MultiObject;

typedef struct CallObject {
    PyObject_HEAD
    cielo_call *handle;
    PyObject *witness; /* of a write; NULL for a read */
    int started;       /* atomic, as the next one */
    int told;          /* its caller has its result or an error */

    struct OutcomeObject *owner; /* of one of many, which owns it; or NULL */

    /* While it is under way: */
    PyObject *client;
    PyObject *family; /* holds the connections */
    MultiObject *multi;
    PyObject *future; /* what its task waits for */
    PyObject *context; /* its maker's, where attempts are told; or NULL */
    /* Its place among the multi's calls, behind the multi's lock; so is the
     * future while it has one. */
    struct CallObject *previous;
    struct CallObject *next;
    int linked; /* atomic */
} CallObject;

extern PyType_Spec call_spec;
/* Takes the call and its witness; nothing is sent until it is awaited. */
PyObject *call_object(module_state *state, ClientObject *client,
                      cielo_call *call, PyObject *witness);

/* For one of many, which no task awaits: starts it, and gives the future that
 * is done when it ended; NULL with an exception set. */
PyObject *call_begin(module_state *state, CallObject *self);
/* Of one that ended: as call_conclude. */
PyObject *call_take(module_state *state, CallObject *self, int *interrupted);
/* Nobody waits for it any more: as call_drop. */
void call_leave(module_state *state, CallObject *self);

/* ---- outcome.c, roster.c: many calls ---- */

typedef struct RosterObject RosterObject;

typedef struct OutcomeObject {
    PyObject_HEAD
    Py_ssize_t index;
    PyObject *item;   /* the caller's own */
    PyObject *result; /* one of these two once it is given */
    PyObject *error;

    /* Until then, for roster.c: */
    cielo_call *call;    /* of a blocking client */
    PyObject *witness;   /* likewise */
    PyObject *awaited;   /* of an asynchronous one: a CallObject */
    PyObject *roster;    /* while an event loop has it under way */
    struct OutcomeObject *previous;
    struct OutcomeObject *next;
} OutcomeObject;

extern PyType_Spec outcome_spec;
OutcomeObject *outcome_new(module_state *state, Py_ssize_t index,
                           PyObject *item);
cielo_call *outcome_call(const OutcomeObject *self);
/* Lets go of its call. */
void outcome_forget(OutcomeObject *self);
/* Takes the exception that is set for its error; -1 for one that is not to be
 * kept, such as a signal's. */
int outcome_fail(OutcomeObject *self);
/* The call ended: takes its result or error. -1 with an exception set, for
 * which the log was told of a write. */
int outcome_conclude(module_state *state, OutcomeObject *self);
/* Nobody is given it: a call under way is cancelled, and of a write the log is
 * told. */
void outcome_leave(module_state *state, OutcomeObject *self);

extern PyType_Spec roster_spec;
/* For calls of `client`, which shares what `owner` has; `operation` -1: its
 * confirm(). */
PyObject *roster_new(module_state *state, ClientObject *owner,
                     ClientObject *client, int operation, int concurrency);

/* ---- multi.c: the calls of one event loop ---- */

/*
 * It keeps no reference to the loop, nor does anything that the loop keeps hold
 * it: it goes with the loop, or with the last of its clients and calls. Those
 * it knows in a list, and does not hold them either: one that is garbage takes
 * itself out.
 */
struct MultiObject {
    PyObject_HEAD
    PyObject *weak_references;
    PyObject *loop;          /* a weak reference */
    PyThread_type_lock lock; /* under it no code of Python's runs */
    cielo_multi *handle;     /* NULL after close() */
    CallObject *first;
    CallObject *last;
    int lost; /* atomic: no further call can start */

    /* For loop.c, in the loop's thread: */
    int (*advance)(MultiObject *self, int fd, int ready);
    unsigned char *watched; /* what it watches of a descriptor */
    int room;
    int telling;       /* it is being told of changes */
    int change_is_due; /* the loop is still to be told of the next two */
    int change_fd;
    int change_events;
    PyObject *timer; /* a weak reference to its handle, which holds the loop */
    int64_t timer_at; /* in the clock of timers; -1: none is set */
};

extern PyType_Spec multi_spec;
PyObject *multi_new(module_state *state, cielo_client *client, PyObject *loop);
/* 1 when calls of that loop can start here. */
int multi_serves(MultiObject *self, PyObject *loop);
/* Adds a call, which has its future; -1 with an exception set. */
int multi_add(module_state *state, MultiObject *self, CallObject *call);
/* Cancels a call and takes it out, when it is still in. An exception that is
 * set then is not the call's. */
void multi_drop(MultiObject *self, CallObject *call);
/* Goes on: `fd` is ready, or -1. -1 with an exception set that stops the
 * loop. */
int multi_advance(MultiObject *self, int fd, int ready);

/* ---- route.c ---- */

/* Where calls of an asynchronous client go in that loop, and the family that
 * keeps it: new references. -1 with an exception set. */
int client_route(module_state *state, ClientObject *self, PyObject *loop,
                 MultiObject **multi, PyObject **family);

/* ---- loop.c: what the event loop does for a multi ---- */

extern PyType_Spec watch_spec;
/* The loop that runs here; NULL with RuntimeError set. */
PyObject *loop_running(module_state *state);
/* What a weak reference refers to, a new reference; NULL when it is gone. */
PyObject *weak_target(PyObject *reference);
/* Tells the loop of the change that is due. */
int loop_watch(module_state *state, MultiObject *self);
/* Sees to it that the multi goes on at that time at the latest. */
int loop_arm(module_state *state, MultiObject *self, int64_t at);
/* Has the loop, if it is there, go on with the multi: from any thread. */
void loop_nudge(module_state *state, MultiObject *self);
/* Nothing is watched any more, no timer is set. */
int loop_leave(module_state *state, MultiObject *self, PyObject *loop);

/* ---- codes.c: entries of the code books ---- */

enum row_kind { ROW_CODE, ROW_STATUS, ROW_DENIAL, ROW_ADVICE, ROW_KINDS };

int codes_add(PyObject *module, module_state *state);
/* An entry for a row of the core's, None for NULL. `book` is that of a
 * status. */
PyObject *make_row(module_state *state, int kind, int book, const void *row);
const char *book_name(int book);
/* A cielo.Retry. */
PyObject *make_retry(module_state *state, const cielo_retry *retry);
/* A figure of a rule, None for 0. */
PyObject *make_figure(int number);

/* ---- plan.c ---- */

int plan_add(PyObject *module, module_state *state);
/* advice.c: gives the type of an advice its repr() and str(). */
int advice_prints(PyTypeObject *type);
/* A cielo.Advice. */
PyObject *make_advice(module_state *state, const cielo_advice *advice);

/* ---- lookup.c ---- */

PyObject *codes_restore(PyObject *module, PyObject *const *args,
                        Py_ssize_t nargs);

/* ---- lookup.c, plan.c, charge.c, notification.c, datetime.c: the module's
 * functions ---- */

#define FUNCTION(name)                                                 \
    PyObject *name(PyObject *module, PyObject *const *args,            \
                   Py_ssize_t nargs, PyObject *kwnames)
FUNCTION(codes_return_code);
FUNCTION(codes_abecs);
FUNCTION(codes_merchant_advice);
FUNCTION(codes_sale_status);
FUNCTION(codes_order_status);
FUNCTION(codes_recurrence_status);
FUNCTION(codes_order_recurrence_status);
FUNCTION(codes_antifraud_status);
FUNCTION(codes_order_antifraud_status);
FUNCTION(codes_reason_code);
FUNCTION(codes_api_error);
FUNCTION(codes_retry_plan);
FUNCTION(parse_notification);
FUNCTION(next_charge);
FUNCTION(parse_time);

/* ---- notification.c ---- */

/* The core's tree of a cielo.Notification, the caller's to free. */
cielo_value *notification_tree(module_state *state, PyObject *notification);

/* ---- trial.c: both ends of a call, for tests and the bench ---- */

/* An answer's bytes as a result of a kind. */
PyObject *trial_read(PyObject *module, PyObject *const *args,
                     Py_ssize_t nargs);
/* The body that a client, an operation and its parameters make. */
PyObject *trial_checked(PyObject *module, PyObject *const *args,
                        Py_ssize_t nargs);

/* ---- schema.c ---- */

/* The maps as Python data, for the generator of the stub. */
PyObject *schema(PyObject *module, PyObject *ignored);
PyObject *fits(PyObject *module, PyObject *name);

/* An exchange that other threads see whole. */
#if defined(_MSC_VER)
#  include <intrin.h>
#  define atomic_swap(flag, value) \
      ((int)_InterlockedExchange((volatile long *)(flag), (value)))
#  define atomic_get(flag) \
      ((int)_InterlockedCompareExchange((volatile long *)(flag), 0, 0))
#else
#  define atomic_swap(flag, value) \
      __atomic_exchange_n((flag), (value), __ATOMIC_ACQ_REL)
#  define atomic_get(flag) __atomic_load_n((flag), __ATOMIC_ACQUIRE)
#endif

/* What a slot holds, which others may fill meanwhile. */
static inline PyObject *atomic_peek(PyObject **slot)
{
#if defined(_MSC_VER)
    return _InterlockedCompareExchangePointer((void *volatile *)slot, NULL,
                                              NULL);
#else
    return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
#endif
}

/* Takes what a slot holds, of which only one thread gets it. */
static inline PyObject *atomic_take(PyObject **slot)
{
#if defined(_MSC_VER)
    return _InterlockedExchangePointer((void *volatile *)slot, NULL);
#else
    return __atomic_exchange_n(slot, NULL, __ATOMIC_ACQ_REL);
#endif
}

/* The same of any pointer. */
static inline void *atomic_peek_pointer(void **slot)
{
#if defined(_MSC_VER)
    return _InterlockedCompareExchangePointer((void *volatile *)slot, NULL,
                                              NULL);
#else
    return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
#endif
}

/* Puts it into a slot, if that is empty. */
static inline int atomic_put_pointer(void **slot, void *value)
{
#if defined(_MSC_VER)
    return _InterlockedCompareExchangePointer((void *volatile *)slot, value,
                                              NULL) == NULL;
#else
    void *empty = NULL;

    return __atomic_compare_exchange_n(slot, &empty, value, 0,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
#endif
}

/* The same with an object, whose reference the slot takes. */
static inline int atomic_put(PyObject **slot, PyObject *value)
{
#if defined(_MSC_VER)
    return _InterlockedCompareExchangePointer((void *volatile *)slot, value,
                                              NULL) == NULL;
#else
    PyObject *empty = NULL;

    return __atomic_compare_exchange_n(slot, &empty, value, 0,
                                       __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
#endif
}

#endif
