/* cielo.Client, and the base of cielo.AsyncClient. */
#include "state.h"

#include <limits.h>
#include <string.h>

enum option_kind { KIND_TEXT, KIND_SECRET, KIND_MS, KIND_COUNT, KIND_FLAG };

typedef struct option_row {
    const char *name;
    int kind;
    int shareable;
    size_t offset;
} option_row;

/* Only times are spelled differently in the struct. */
#define FIELD_TEXT(name) name
#define FIELD_SECRET(name) name
#define FIELD_MS(name) name##_ms
#define FIELD_COUNT(name) name
#define FIELD_FLAG(name) name

static const option_row options[] = {
#define CIELO_X(name, kind, shareable)                                 \
    {#name, KIND_##kind, shareable,                                    \
     offsetof(cielo_options, FIELD_##kind(name))},
    CIELO_OPTION_MAP(CIELO_X)
#undef CIELO_X
};

#define OPTION_COUNT (sizeof(options) / sizeof(*options))

static int set_number(const option_row *row, PyObject *value, int *out)
{
    long number;
    int overflow;

    if (row->kind == KIND_FLAG) {
        if (!PyBool_Check(value)) {
            PyErr_Format(PyExc_TypeError, "%s must be bool, not %.100s",
                         row->name, Py_TYPE(value)->tp_name);
            return 0;
        }
        *out = value == Py_True;
        return 1;
    }
    if (!PyLong_Check(value) || PyBool_Check(value)) {
        PyErr_Format(PyExc_TypeError, "%s must be int, not %.100s", row->name,
                     Py_TYPE(value)->tp_name);
        return 0;
    }
    number = PyLong_AsLongAndOverflow(value, &overflow);
    /* To the core -1 is "not given"; what is below it, or large, is a
     * problem. */
    if (overflow || number < -2 || number > INT_MAX)
        number = overflow < 0 || number < 0 ? -2 : INT_MAX;
    *out = number == -1 ? -2 : (int)number;
    return 1;
}

/* A folder: a text, or any path. `*holder` keeps its bytes. */
static int set_folder(PyObject *value, const char **out, PyObject **holder)
{
    *holder = parse_folder(value);
    if (*holder)
        *out = PyBytes_AS_STRING(*holder);
    return *holder != NULL;
}

/* Texts stay borrowed from the values, or from `*folder`: the core copies
 * them. */
static int set_option(module_state *state, const option_row *row,
                      PyObject *value, cielo_options *out, PyObject **folder)
{
    char *at = (char *)out + row->offset;

    if (value == Py_None)
        return 1;
    if (row->offset == offsetof(cielo_options, journal))
        return set_folder(value, &out->journal, folder);
    switch (row->kind) {
    case KIND_MS:
        return parse_seconds(state, row->name, value, (int64_t *)(void *)at);
    case KIND_COUNT:
    case KIND_FLAG:
        return set_number(row, value, (int *)(void *)at);
    default:
        *(const char **)(void *)at =
            parse_text(state, row->name, value, row->kind == KIND_SECRET);
        return *(const char **)(void *)at != NULL;
    }
}

static int read_options(module_state *state, PyObject *const *values,
                        cielo_options *out, PyObject **folder)
{
    size_t i;

    for (i = 0; i < OPTION_COUNT; i++)
        if (values[i] &&
            !set_option(state, &options[i], values[i], out, folder))
            return 0;
    return 1;
}

/* Raises what cielo_client_new or, for a `client`, cielo_client_with gave. */
static PyObject *refuse(module_state *state, const cielo_options *settings,
                        const cielo_client *client, const cielo_error *err)
{
    cielo_value *problems = NULL;

    if (err->status == CIELO_EVALIDATION)
        cielo_options_problems(&problems, settings, client);
    if (!problems)
        return raise_error(state, NULL, err);
    raise_problems(state, err, problems);
    cielo_value_free(problems);
    return NULL;
}

static PyObject *wrap(PyTypeObject *type, cielo_client *handle, int is_async,
                      PyObject *on_attempt)
{
    ClientObject *self = (ClientObject *)type->tp_alloc(type, 0);

    if (!self) {
        cielo_client_unref(handle);
        return NULL;
    }
    self->handle = handle;
    self->is_async = is_async;
    self->on_attempt = Py_XNewRef(on_attempt);
    return (PyObject *)self;
}

/* Keywords of a call through the type, by the index of their option; past the
 * last of them on_attempt, which is no matter of the core's. */
static int sort_keywords(PyObject *args, PyObject *kwargs, PyObject **values)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    size_t i;

    memset(values, 0, (OPTION_COUNT + 1) * sizeof(*values));
    if (PyTuple_GET_SIZE(args) > 0) {
        PyErr_SetString(PyExc_TypeError,
                        "a client takes keyword arguments only");
        return 0;
    }
    while (kwargs && PyDict_Next(kwargs, &position, &key, &value)) {
        for (i = 0; i < OPTION_COUNT; i++)
            if (PyUnicode_CompareWithASCIIString(key, options[i].name) == 0)
                break;
        if (i == OPTION_COUNT
            && PyUnicode_CompareWithASCIIString(key, "on_attempt") != 0) {
            PyErr_Format(PyExc_TypeError,
                         "a client has no option '%U'; see help(cielo.Client)",
                         key);
            return 0;
        }
        result_note_reader(value);
        values[i] = value;
    }
    return 1;
}

static PyObject *client_new(PyTypeObject *type, PyObject *args,
                            PyObject *kwargs)
{
    cielo_options settings = CIELO_OPTIONS_INIT;
    module_state *state = state_of(type);
    PyObject *values[OPTION_COUNT + 1], *folder = NULL, *made = NULL, *told;
    cielo_client *handle;
    cielo_error err;

    if (!state || !sort_keywords(args, kwargs, values)
        || !attempt_check(values[OPTION_COUNT]))
        return NULL;
    told = values[OPTION_COUNT] == Py_None ? NULL : values[OPTION_COUNT];
    settings.tell_attempts = told != NULL;
    if (!read_options(state, values, &settings, &folder))
        ; /* an exception is set */
    else if (cielo_client_new(&handle, &settings, &err) != CIELO_OK)
        refuse(state, &settings, NULL, &err);
    else
        made = wrap(type, handle, PyType_IsSubtype(type, state->async_type),
                    told);
    Py_XDECREF(folder);
    return made;
}

/* object's would refuse the keywords that client_new took. */
static int client_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    (void)args;
    (void)kwargs;
    return 0;
}

/* What on_attempt is told with may know the client. */
static int client_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((ClientObject *)op)->on_attempt);
    return 0;
}

static int client_clear(PyObject *op)
{
    Py_CLEAR(((ClientObject *)op)->on_attempt);
    return 0;
}

static void client_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    cielo_client_unref(((ClientObject *)op)->handle);
    client_clear(op);
    Py_XDECREF(((ClientObject *)op)->route);
    free_object(op);
}

static PyObject *client_repr(PyObject *op)
{
    ClientObject *self = (ClientObject *)op;
    const char *base = cielo_client_base_url(self->handle);
    const char *where = *base ? base : cielo_client_environment(self->handle);
    const char *name = strrchr(Py_TYPE(op)->tp_name, '.');

    name = name ? name + 1 : Py_TYPE(op)->tp_name;
    return PyUnicode_FromFormat(
        "<cielo.%s %s merchant_id='%s'%s>", name, where,
        cielo_client_merchant_id(self->handle),
        atomic_get(&self->closed) ? " closed" : "");
}

static PyObject *get_closed(PyObject *op, void *closure)
{
    (void)closure;
    return PyBool_FromLong(atomic_get(&((ClientObject *)op)->closed));
}

static PyObject *get_text(PyObject *op, void *closure)
{
    cielo_client *handle = ((ClientObject *)op)->handle;
    const char *text;

    switch (*(const char *)closure) {
    case 'e':
        text = cielo_client_environment(handle);
        break;
    case 'b':
        text = cielo_client_base_url(handle);
        break;
    default:
        text = cielo_client_merchant_id(handle);
        break;
    }
    return PyUnicode_FromString(text ? text : "");
}

static PyObject *get_timeout(PyObject *op, void *closure)
{
    (void)closure;
    return PyFloat_FromDouble(
        (double)cielo_client_timeout(((ClientObject *)op)->handle) / 1000.0);
}

/* Its module is imported for who uses it: most calls need none of it. */
static PyObject *get_journal(PyObject *op, void *closure)
{
    PyObject *type = ((ClientObject *)op)->is_async
                         ? import_name("cielo.aio_journal", "AsyncJournal")
                         : import_name("cielo.journal", "Journal");
    PyObject *journal = type ? PyObject_CallOneArg(type, op) : NULL;

    (void)closure;
    Py_XDECREF(type);
    return journal;
}

static PyObject *get_journal_folder(PyObject *op, void *closure)
{
    const char *folder = cielo_client_journal(((ClientObject *)op)->handle);

    (void)closure;
    return folder ? PyUnicode_DecodeFSDefault(folder) : Py_NewRef(Py_None);
}

static const PyGetSetDef own_getset[] = {
    {"journal", get_journal, NULL,
     "What outlives the process: the writes whose outcome nobody knows.", NULL},
    {"_journal_folder", get_journal_folder, NULL,
     "Where the journal is, or None.", NULL},
    {"environment", get_text, NULL, "'sandbox' or 'production'.", "e"},
    {"base_url", get_text, NULL,
     "What replaces every host, '' when nothing does.", "b"},
    {"merchant_id", get_text, NULL, "The merchant of API 3.0.", "m"},
    {"timeout", get_timeout, NULL, "Seconds that a whole call may take.", NULL},
    {"closed", get_closed, NULL, "Whether close() was called.", NULL},
};

/* The core client goes with the object: another thread may be using it. */
static void close_client(ClientObject *self)
{
    atomic_swap(&self->closed, 1);
    cielo_client_close_idle(self->handle);
}

static PyObject *client_close(PyObject *op, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *kwnames)
{
    (void)args;
    if (!parse_none("close", nargs, kwnames))
        return NULL;
    close_client((ClientObject *)op);
    Py_RETURN_NONE;
}

static PyObject *client_enter(PyObject *op, PyObject *ignored)
{
    ClientObject *self = (ClientObject *)op;
    module_state *state = state_of(Py_TYPE(op));

    (void)ignored;
    if (state && atomic_get(&self->closed))
        return raise_closed(state);
    return state ? Py_NewRef(op) : NULL;
}

static PyObject *client_exit(PyObject *op, PyObject *args)
{
    (void)args;
    close_client((ClientObject *)op);
    Py_RETURN_NONE;
}

/* The Python half shares the connections of event loops. */
static PyObject *adopt(module_state *state, PyObject *parent, PyObject *derived)
{
    PyObject *done = derived ? PyObject_CallMethodObjArgs(
                                   parent, state->str_adopt, derived, NULL)
                             : NULL;

    if (!done)
        Py_CLEAR(derived);
    Py_XDECREF(done);
    return derived;
}

static PyObject *client_with(PyObject *op, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames)
{
    cielo_options settings = CIELO_OPTIONS_INIT;
    ClientObject *self = (ClientObject *)op;
    module_state *state = state_of(Py_TYPE(op));
    arg_spec specs[OPTION_COUNT];
    PyObject *given[OPTION_COUNT], *values[OPTION_COUNT], *derived;
    cielo_client *handle;
    cielo_error err;
    int count = 0;
    size_t i;

    for (i = 0; i < OPTION_COUNT; i++) {
        arg_spec spec = {options[i].name, 0, 1};

        if (options[i].shareable)
            specs[count++] = spec;
    }
    if (!state || !parse_args("with_options", specs, count, args, nargs,
                              kwnames, given))
        return NULL;
    if (atomic_get(&self->closed))
        return raise_closed(state);
    count = 0;
    for (i = 0; i < OPTION_COUNT; i++)
        values[i] = options[i].shareable ? given[count++] : NULL;
    if (!read_options(state, values, &settings, NULL)) /* no folder is shared */
        return NULL;
    if (cielo_client_with(&handle, self->handle, &settings, &err) != CIELO_OK)
        return refuse(state, &settings, self->handle, &err);
    derived = wrap(Py_TYPE(op), handle, self->is_async, self->on_attempt);
    return self->is_async ? adopt(state, op, derived) : derived;
}

static PyObject *client_request(PyObject *op, PyObject *const *args,
                                Py_ssize_t nargs, PyObject *kwnames)
{
    module_state *state = state_of(Py_TYPE(op));

    return state ? operation_run(state, (ClientObject *)op, CIELO_OP_REQUEST,
                                 args, nargs, kwnames)
                 : NULL;
}

static PyObject *client_confirm(PyObject *op, PyObject *const *args,
                                Py_ssize_t nargs, PyObject *kwnames)
{
    module_state *state = state_of(Py_TYPE(op));

    return state ? confirm_run(state, (ClientObject *)op, args, nargs, kwnames)
                 : NULL;
}

/* ---- many calls ---- */

/* What many() is given as a verb: its operation, or -1 for confirm(), and the
 * client that it is bound to; 0 for anything else. */
static int find_verb(module_state *state, PyObject *verb, int *operation,
                     ClientObject **client)
{
    PyObject *self = NULL;
    PyCFunction function = NULL;

    *operation = noun_verb(state, verb, &self);
    if (*operation < 0 && PyCFunction_Check(verb)) {
        function = PyCFunction_GET_FUNCTION(verb);
        self = PyCFunction_GET_SELF(verb);
        if (function == METHOD(client_request))
            *operation = CIELO_OP_REQUEST;
        else if (function != METHOD(client_confirm))
            return 0;
    }
    *client = (ClientObject *)self;
    return self != NULL;
}

static PyObject *make_roster(module_state *state, ClientObject *self,
                             PyObject *const *given)
{
    ClientObject *client;
    int operation, overflow = 0;
    long concurrency = 16;

    if (!find_verb(state, given[0], &operation, &client) ||
        client->is_async != self->is_async) {
        PyErr_Format(PyExc_TypeError,
                     "verb must be a method of this client, such as "
                     "client.sales.capture, not %.100s",
                     Py_TYPE(given[0])->tp_name);
        return NULL;
    }
    if (given[2]) {
        if (!PyLong_Check(given[2]) || PyBool_Check(given[2])) {
            PyErr_Format(PyExc_TypeError, "concurrency must be int, not %.100s",
                         Py_TYPE(given[2])->tp_name);
            return NULL;
        }
        concurrency = PyLong_AsLongAndOverflow(given[2], &overflow);
    }
    if (given[3] && given[3] != Py_None && !PyCallable_Check(given[3])) {
        PyErr_Format(PyExc_TypeError, "progress must be callable, not %.100s",
                     Py_TYPE(given[3])->tp_name);
        return NULL;
    }
    if (overflow || concurrency < 0 || concurrency > INT_MAX)
        concurrency = 0; /* which the core refuses, too */
    return roster_new(state, self, client, operation, (int)concurrency);
}

static PyObject *client_many(PyObject *op, PyObject *const *args,
                             Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"verb", 1, 0},
                                     {"calls", 1, 0},
                                     {"concurrency", 0, 0},
                                     {"progress", 0, 0}};
    ClientObject *self = (ClientObject *)op;
    module_state *state = state_of(Py_TYPE(op));
    PyObject *given[4], *roster, *type, *many = NULL;

    if (!state || !parse_args("many", specs, 4, args, nargs, kwnames, given))
        return NULL;
    if (atomic_get(&self->closed))
        return raise_closed(state);
    roster = make_roster(state, self, given);
    type = !roster          ? NULL
           : self->is_async ? import_name("cielo.aio_many", "AsyncMany")
                            : import_name("cielo.many", "Many");
    if (type)
        many = PyObject_CallFunctionObjArgs(
            type, roster, given[1], given[3] ? given[3] : Py_None, NULL);
    Py_XDECREF(type);
    Py_XDECREF(roster);
    return many;
}

/* Below: what the asynchronous client's Python half builds upon. */

static PyObject *client_multi(PyObject *op, PyObject *const *args,
                              Py_ssize_t nargs, PyObject *kwnames)
{
    static const arg_spec specs[] = {{"loop", 1, 0}};
    module_state *state = state_of(Py_TYPE(op));
    PyObject *loop;

    return state && parse_args("_multi", specs, 1, args, nargs, kwnames, &loop)
               ? multi_new(state, ((ClientObject *)op)->handle, loop)
               : NULL;
}

/* Idle connections are the family's, and go with its multis. */
static PyObject *client_shut(PyObject *op, PyObject *ignored)
{
    ClientObject *self = (ClientObject *)op;

    (void)ignored;
    atomic_swap(&self->closed, 1);
    Py_XDECREF(atomic_take(&self->route));
    Py_RETURN_NONE;
}

#define WITH_DOC                                                              \
    "with_options($self, *, timeout=None, connect_timeout=None, "             \
    "max_retries=None, reconcile=None, validate=None)\n--\n\n"                \
    "A client that differs in these and shares all else: connections, token,\n" \
    "the times of voids. Closing one of them leaves the others at work.\n\n"  \
    "timeout, connect_timeout: seconds, int, float or timedelta\n"            \
    "max_retries: int; reconcile, validate: bool\n\n"                         \
    "Raises ClosedError after close(), and ValidationError for a number out\n" \
    "of bounds."

#define REQUEST_SIGNATURE                                                     \
    "request($self, method, path, body=None, host=None, *, "         \
    "timeout=None, request_id=None)\n--\n\n"
#define REQUEST_DOC                                                           \
    "Calls what has no method of its own.\n\n"                                \
    "A change whose outcome is unknown is not settled.\n\n"                    \
    "method: str, such as 'GET'\n"                                            \
    "path: str, begins with a slash\n"                                        \
    "body: any JSON value\n"                                                  \
    "host: 'transaction', 'query' or 'checkout'; when left out, 'query' for a\n" \
    "GET and 'transaction' for all else\n" CALL_OPTIONS_DOC

#define MANY_SIGNATURE                                                        \
    "many($self, verb, calls, concurrency=16, progress=None)\n--\n\n"
#define MANY_DOC(many, loop)                                                  \
    "Makes a call of each item of calls, a few at once.\n\n"                  \
    "    " loop "for outcome in client.many(client.sales.capture, ids):\n"    \
    "        if outcome.error:\n"                                             \
    "            print(outcome.call, outcome.error)\n\n"                      \
    "Gives a cielo." many " of a cielo.Outcome for each, as they end. One that\n"\
    "fails stops nothing: what its verb would raise is its error, a TypeError\n"\
    "for a wrong item too. Between voids of one payment five seconds pass,\n"  \
    "while those of others go on.\n\n"                                        \
    "verb: a method of this client's, such as client.sales.capture\n"         \
    "calls: an iterable, which may be endless, of what the verb is called\n"  \
    "with: a tuple of arguments, a single one, or a dict: the fields where the\n"\
    "verb's first parameter is fields, else keywords. The next item is asked\n"\
    "for when there is room for its call\n"                                   \
    "concurrency: calls under way at once, 1 to 10000; past max_connections\n" \
    "they wait for a connection within their time-out\n"                      \
    "progress: called with done, failed and total (None where calls has no\n" \
    "len()), ten times a second at most, and at the end; cielo.progress()"

#define CONFIRM_DOC                                                           \
    "confirm($self, notification, *, timeout=None, request_id=None)\n--\n\n"   \
    "Asks Cielo for what a notification is about, by its ids alone.\n\n"       \
    "Cielo signs nothing: only this tells the real state. Gives a Sale, a\n"   \
    "Recurrence or an Order.\n\n"                                             \
    "notification: what cielo.parse_notification() gave\n" CALL_OPTIONS_DOC

static PyMethodDef client_methods[] = {
    {"request", METHOD(client_request), METHOD_FLAGS,
     REQUEST_SIGNATURE REQUEST_DOC},
    {"confirm", METHOD(client_confirm), METHOD_FLAGS, CONFIRM_DOC},
    {"many", METHOD(client_many), METHOD_FLAGS,
     MANY_SIGNATURE MANY_DOC("Many", "")},
    {"with_options", METHOD(client_with), METHOD_FLAGS, WITH_DOC},
    {"close", METHOD(client_close), METHOD_FLAGS,
     "close($self)\n--\n\n"
     "Closes the idle connections. Later calls raise ClosedError."},
    {"__enter__", client_enter, METH_NOARGS, NULL},
    {"__exit__", client_exit, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMethodDef async_methods[] = {
    {"request", METHOD(client_request), METHOD_FLAGS,
     REQUEST_SIGNATURE REQUEST_DOC},
    {"confirm", METHOD(client_confirm), METHOD_FLAGS, CONFIRM_DOC},
    {"many", METHOD(client_many), METHOD_FLAGS,
     MANY_SIGNATURE MANY_DOC("AsyncMany", "async ")},
    {"with_options", METHOD(client_with), METHOD_FLAGS, WITH_DOC},
    {"_multi", METHOD(client_multi), METHOD_FLAGS,
     "_multi($self, loop)\n--\n\nThe calls of one event loop."},
    {"_shut", client_shut, METH_NOARGS,
     "_shut($self)\n--\n\nLater calls raise ClosedError."},
    {NULL, NULL, 0, NULL},
};

#define OPTIONS_DOC                                                           \
    "(*, merchant_id=None, merchant_key=None, client_id=None, "               \
    "client_secret=None, checkout_merchant_id=None, environment=None, "       \
    "base_url=None, ca_file=None, proxy=None, user_agent=None, timeout=None, "\
    "connect_timeout=None, max_retries=None, reconcile=None, validate=None, " \
    "allow_plain_http=None, mpi_client_id=None, mpi_client_secret=None, "     \
    "post_client_id=None, post_client_secret=None, max_connections=None, "    \
    "journal=None, journal_sync=None, journal_required=None, "                \
    "journal_mode=None, on_attempt=None)"                                     \
    "\n--\n\n"                                                                \
    "A client of Cielo's payment APIs.\n\n"                                   \
    "merchant_id, merchant_key   the credentials of API 3.0\n"                \
    "client_id, client_secret    those of Checkout\n"                         \
    "checkout_merchant_id        to create a Checkout page, or the token alone\n"\
    "environment                 'sandbox' (the default) or 'production'\n"   \
    "base_url                    replaces every host: a local Cielo, a proxy\n"\
    "timeout                     seconds for a whole call, 45\n"              \
    "connect_timeout             seconds for one connection, 5\n"             \
    "max_retries                 of reads and tokens only, 2\n"               \
    "reconcile                   look writes in doubt up, True\n"             \
    "validate                    check fields before sending, True\n"         \
    "ca_file, proxy, user_agent  as in libcurl\n"                             \
    "allow_plain_http            http:// beyond loopback addresses, False\n"  \
    "max_connections             in use at once to each host, 100\n"           \
    "journal                     a folder in which each write is noted before\n"\
    "                            it is sent, str or os.PathLike; '' for none\n"\
    "journal_sync                'intent' (the default): on disk before a write\n"\
    "                            is sent; 'off': a power cut may lose it\n"    \
    "journal_required            what cannot be noted is not sent, True\n"     \
    "journal_mode                'private' (the default), or 'group': for the\n"\
    "                            folder's group too\n"                         \
    "mpi_client_id, mpi_client_secret    those of 3DS\n"                      \
    "post_client_id, post_client_secret  those of Silent Order Post\n"       \
    "on_attempt                  called after each request with a dict of its\n"\
    "                            masked facts, for metrics and spans\n\n"     \
    "What is missing comes from the environment variables CIELO_MERCHANT_ID,\n"\
    "CIELO_MERCHANT_KEY, CIELO_CLIENT_ID, CIELO_CLIENT_SECRET,\n"             \
    "CIELO_CHECKOUT_MERCHANT_ID, CIELO_ENVIRONMENT, CIELO_BASE_URL,\n"        \
    "CIELO_MPI_CLIENT_ID, CIELO_MPI_CLIENT_SECRET, CIELO_POST_CLIENT_ID,\n"  \
    "CIELO_POST_CLIENT_SECRET and CIELO_JOURNAL.\n"                           \
    "Threads may share one client, and a forked child may go on with it."

/* Properties: our own, and one for each noun of the operations. */
static int make_getset(module_state *state)
{
    size_t own = sizeof(own_getset) / sizeof(*own_getset);
    int i;

    state->client_getset = PyMem_Calloc(own + (size_t)state->noun_count + 1,
                                        sizeof(PyGetSetDef));
    if (!state->client_getset) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(state->client_getset, own_getset, sizeof(own_getset));
    for (i = 0; i < state->noun_count; i++) {
        PyGetSetDef *def = &state->client_getset[own + (size_t)i];

        def->name = state->nouns[i].name;
        def->get = noun_get;
        def->doc = state->nouns[i].doc;
        def->closure = &state->nouns[i];
    }
    return 0;
}

static int add_client(PyObject *module, module_state *state, const char *name,
                      PyMethodDef *methods, const char *doc,
                      PyTypeObject **slot)
{
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)doc},
        {Py_tp_new, client_new},
        {Py_tp_init, client_init},
        {Py_tp_dealloc, client_dealloc},
        {Py_tp_traverse, client_traverse},
        {Py_tp_clear, client_clear},
        {Py_tp_repr, client_repr},
        {Py_tp_methods, methods},
        {Py_tp_getset, state->client_getset},
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = name,
        .basicsize = sizeof(ClientObject),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
        .slots = slots,
    };

    return add_type(module, &spec, NULL, slot);
}

int client_types_add(PyObject *module, module_state *state)
{
    if (make_getset(state) < 0 ||
        add_client(module, state, "cielo.Client", client_methods,
                   "Client" OPTIONS_DOC, &state->client_type) < 0)
        return -1;
    return add_client(module, state, "cielo._core._AsyncClient", async_methods,
                      "_AsyncClient" OPTIONS_DOC, &state->async_type);
}
