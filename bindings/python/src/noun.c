/* client.sales and its kind: classes grown from the core's operations. */
#include "state.h"

#include <string.h>

typedef struct NounObject {
    PyObject_HEAD
    PyObject *client;
    const noun_info *info; /* in the module's state */
} NounObject;

/* The options every operation takes beside its own parameters. */
#define OPTION_ARGS 2

static PyObject *run_through_noun(PyObject *op, int operation,
                                  PyObject *const *args, Py_ssize_t nargs,
                                  PyObject *kwnames)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));

    if (!state)
        return NULL;
    return operation_run(state, (ClientObject *)((NounObject *)op)->client,
                         operation, args, nargs, kwnames);
}

/* One method per row: C functions know their row, closures do not exist. */
#define CIELO_X(id, ...)                                                     \
    static PyObject *run_##id(PyObject *op, PyObject *const *args,           \
                              Py_ssize_t nargs, PyObject *kwnames)           \
    {                                                                        \
        return run_through_noun(op, CIELO_OP_##id, args, nargs, kwnames);    \
    }
CIELO_OPERATION_MAP(CIELO_X)
#undef CIELO_X

static const PyCFunction functions[CIELO_OP_COUNT] = {
#define CIELO_X(id, ...) METHOD(run_##id),
    CIELO_OPERATION_MAP(CIELO_X)
#undef CIELO_X
};

/* ---- running ---- */

/* NULL comes with an exception, or means that memory ran out. */
static int add_param(cielo_value *params, const char *name, cielo_value *value)
{
    if (!value) {
        if (!PyErr_Occurred())
            PyErr_NoMemory();
        return 0;
    }
    if (cielo_value_set(params, name, value) == CIELO_OK)
        return 1;
    PyErr_NoMemory();
    return 0;
}

static int add_options(module_state *state, cielo_value *params,
                       PyObject *const *options)
{
    static const cielo_param request_id = {"request_id", CIELO_PARAM_ID, 0, ""};
    int64_t ms;

    if (options[0] && options[0] != Py_None) {
        if (!parse_seconds(state, "timeout", options[0], &ms))
            return 0;
        if (!add_param(params, "timeout", cielo_value_new_integer(ms)))
            return 0;
    }
    if (options[1] && options[1] != Py_None)
        return add_param(params, request_id.name,
                         param_value(state, &request_id, options[1],
                                     CIELO_OBJECT_ANY));
    return 1;
}

static cielo_value *make_params(module_state *state, const operation_info *info,
                                PyObject *const *given)
{
    cielo_value *params = cielo_value_new_object();
    int i;

    if (!params) {
        PyErr_NoMemory();
        return NULL;
    }
    for (i = 0; i < info->count; i++) {
        if (!given[i] || (info->optional[i] && given[i] == Py_None))
            continue;
        if (!add_param(params, info->params[i]->name,
                       param_value(state, info->params[i], given[i],
                                   info->row->fields)))
            goto failed;
    }
    if (add_options(state, params, given + info->count))
        return params;
failed:
    cielo_value_free(params);
    return NULL;
}

static int sort_args(const operation_info *info, PyObject *const *args,
                     Py_ssize_t nargs, PyObject *kwnames, PyObject **given)
{
    arg_spec specs[MAX_PARAMS + OPTION_ARGS];
    int i;

    for (i = 0; i < info->count; i++) {
        specs[i].name = info->params[i]->name;
        specs[i].required = !info->optional[i];
        specs[i].keyword_only = 0;
    }
    for (; i < info->count + OPTION_ARGS; i++) {
        specs[i].name = i == info->count ? "timeout" : "request_id";
        specs[i].required = 0;
        specs[i].keyword_only = 1;
    }
    return parse_args(info->row->verb, specs, i, args, nargs, kwnames, given);
}

static int is_open(module_state *state, ClientObject *client)
{
    if (!atomic_get(&client->closed))
        return 1;
    raise_closed(state);
    return 0;
}

/* Tells at the caller's line what Cielo may take otherwise than was meant. A
 * filter may make an exception of it: nothing is sent then. */
static int warn_of(module_state *state, const cielo_call *call)
{
    const cielo_value *warning = cielo_value_first(cielo_call_warnings(call));
    int status = 0;

    for (; warning && status == 0; warning = cielo_value_next(warning))
        status = PyErr_WarnFormat(
            state->field_warning, 1, "%s: %s",
            cielo_value_text(cielo_value_get(warning, "path"), NULL),
            cielo_value_text(cielo_value_get(warning, "message"), NULL));
    return status;
}

static PyObject *start(module_state *state, ClientObject *client,
                       int operation, cielo_value *params)
{
    cielo_entropy entropy;
    cielo_error err;
    cielo_call *call = NULL;
    PyObject *object, *awaitable;
    int status = cielo_entropy_fill(&entropy);

    if (status == CIELO_OK)
        status = cielo_call_new(&call, client->handle, operation, params,
                                &entropy, &err);
    else
        PyErr_SetString(PyExc_OSError, "the system has no random bytes");
    cielo_value_free(params);
    if (!call)
        return PyErr_Occurred() ? NULL : raise_error(state, NULL, &err);
    if (warn_of(state, call) < 0 || !is_open(state, client)) {
        cielo_call_free(call); /* code that a warning runs may close it */
        return NULL;
    }
    if (!client->is_async)
        return call_run(state, call);
    object = call_object(state, call);
    if (!object)
        return NULL;
    awaitable = PyObject_CallMethodObjArgs((PyObject *)client, state->str_run,
                                           object, NULL);
    Py_DECREF(object);
    return awaitable;
}

PyObject *operation_run(module_state *state, ClientObject *client,
                        int operation, PyObject *const *args, Py_ssize_t nargs,
                        PyObject *kwnames)
{
    const operation_info *info = &state->operations[operation];
    PyObject *given[MAX_PARAMS + OPTION_ARGS];
    cielo_value *params;

    if (!sort_args(info, args, nargs, kwnames, given))
        return NULL;
    if (!is_open(state, client))
        return NULL;
    params = make_params(state, info, given);
    return params ? start(state, client, operation, params) : NULL;
}

PyObject *confirm_run(module_state *state, ClientObject *client,
                      PyObject *const *args, Py_ssize_t nargs,
                      PyObject *kwnames)
{
    static const arg_spec specs[] = {
        {"notification", 1, 0}, {"timeout", 0, 1}, {"request_id", 0, 1}};
    PyObject *given[3];
    cielo_value *tree, *params = NULL;
    cielo_error err;
    int operation, status;

    if (!parse_args("confirm", specs, 3, args, nargs, kwnames, given))
        return NULL;
    if (!is_open(state, client))
        return NULL;
    tree = notification_tree(state, given[0]);
    if (!tree)
        return NULL;
    status = cielo_notification_confirm(tree, &operation, &params, &err);
    cielo_value_free(tree);
    if (status != CIELO_OK)
        return raise_error(state, NULL, &err);
    if (add_options(state, params, given + 1))
        return start(state, client, operation, params);
    cielo_value_free(params);
    return NULL;
}

/* ---- the classes ---- */

static PyObject *noun_repr(PyObject *op)
{
    NounObject *self = (NounObject *)op;

    return PyUnicode_FromFormat("<%s of %R>", self->info->name, self->client);
}

static int noun_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((NounObject *)op)->client);
    return 0;
}

static int noun_clear(PyObject *op)
{
    (void)op; /* a method may still be called; the client breaks no cycle */
    return 0;
}

static void noun_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_XDECREF(((NounObject *)op)->client);
    free_object(op);
}

PyObject *noun_get(PyObject *client, void *closure)
{
    const noun_info *info = closure;
    PyTypeObject *type = info->types[((ClientObject *)client)->is_async];
    NounObject *self = (NounObject *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->client = Py_NewRef(client);
    self->info = info;
    return (PyObject *)self;
}

/* Splits "payment_id amount?" into the row's parameters. */
static int read_params(operation_info *info)
{
    const char *at = info->row->params;

    while (*at) {
        size_t length = strcspn(at, " ");
        int optional = at[length - 1] == '?';
        const cielo_param *param =
            cielo_param_find(at, length - (size_t)optional);

        if (info->count == MAX_PARAMS || !param || !param_wanted(param)) {
            PyErr_Format(PyExc_SystemError, "the parameters of %s: %s",
                         info->row->name, info->row->params);
            return -1;
        }
        info->params[info->count] = param;
        info->optional[info->count] = optional;
        info->count++;
        at += length;
        at += *at == ' ';
    }
    return 0;
}

static PyObject *describe_params(const operation_info *info)
{
    PyObject *text = PyUnicode_FromString("");
    int i;

    for (i = 0; text && i < info->count; i++)
        describe_param(&text, info->params[i], info->optional[i]);
    return text;
}

/* The text signature and the docstring of a row. */
static PyObject *describe(const operation_info *info)
{
    const cielo_operation *row = info->row;
    PyObject *text = PyUnicode_FromFormat("%s($self", row->verb);
    PyObject *params = describe_params(info);
    int asks = row->path[0] != '-'; /* else it only looks up what was sent */
    int i;

    for (i = 0; text && i < info->count; i++) {
        PyObject *grown = PyUnicode_FromFormat(
            "%U, %s%s", text, info->params[i]->name,
            info->optional[i] ? "=None" : "");

        Py_SETREF(text, grown);
    }
    if (text && params) {
        PyObject *whole = PyUnicode_FromFormat(
            "%U, *, timeout=None, request_id=None)\n--\n\n%s\n\n%s%s%s\n"
            "Gives %s%s%s.\n%U\n" CALL_OPTIONS_DOC,
            text, row->about, asks ? row->method : "No request of its own.",
            asks ? " " : "", asks ? row->path : "", row->is_list ? "a list of " : "cielo.",
            cielo_object_name(row->object), row->is_list ? " results" : "",
            params);

        Py_SETREF(text, whole);
    } else {
        Py_CLEAR(text);
    }
    Py_XDECREF(params);
    return text;
}

static int make_doc(operation_info *info)
{
    PyObject *text = describe(info);
    const char *utf8;
    size_t size;

    if (!text)
        return -1;
    utf8 = PyUnicode_AsUTF8(text);
    size = utf8 ? strlen(utf8) + 1 : 0;
    info->doc = utf8 ? PyMem_Malloc(size) : NULL;
    if (info->doc)
        memcpy(info->doc, utf8, size);
    else if (utf8)
        PyErr_NoMemory();
    Py_DECREF(text);
    return info->doc ? 0 : -1;
}

static noun_info *find_noun(module_state *state, const char *name)
{
    int i;

    for (i = 0; i < state->noun_count; i++)
        if (strcmp(state->nouns[i].name, name) == 0)
            return &state->nouns[i];
    if (state->noun_count == MAX_NOUNS) {
        PyErr_SetString(PyExc_SystemError, "the operations have many nouns");
        return NULL;
    }
    state->nouns[i].name = name;
    state->noun_count++;
    return &state->nouns[i];
}

static int make_methods(module_state *state, noun_info *noun)
{
    int i, count = 0;

    noun->methods = PyMem_Calloc(CIELO_OP_COUNT + 1, sizeof(PyMethodDef));
    if (!noun->methods) {
        PyErr_NoMemory();
        return -1;
    }
    for (i = 0; i < CIELO_OP_COUNT; i++) {
        operation_info *info = &state->operations[i];
        PyMethodDef *def = &noun->methods[count];

        if (strcmp(info->row->noun, noun->name) != 0)
            continue;
        def->ml_name = info->row->verb;
        def->ml_meth = functions[i];
        def->ml_flags = METHOD_FLAGS;
        def->ml_doc = info->doc;
        count++;
    }
    return 0;
}

static int make_types(PyObject *module, noun_info *noun)
{
    PyType_Slot slots[] = {
        {Py_tp_doc, noun->doc},
        {Py_tp_dealloc, noun_dealloc},
        {Py_tp_traverse, noun_traverse},
        {Py_tp_clear, noun_clear},
        {Py_tp_repr, noun_repr},
        {Py_tp_methods, noun->methods},
        NO_NEW_SLOT
        {0, NULL},
    };
    PyType_Spec spec = {
        .basicsize = sizeof(NounObject),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | NO_NEW_FLAG |
                 IMMUTABLE_FLAG,
        .slots = slots,
    };
    int i;

    PyOS_snprintf(noun->doc, sizeof(noun->doc),
                  "The operations on Cielo's %s.", noun->name);
    for (i = 0; i < 2; i++) {
        char *name = noun->type_name[i];

        PyOS_snprintf(name, sizeof(noun->type_name[i]), "cielo.%s%c%s",
                      i ? "Async" : "",
                      Py_TOUPPER(Py_CHARMASK(noun->name[0])), noun->name + 1);
        spec.name = name;
        if (add_type(module, &spec, NULL, &noun->types[i]) < 0)
            return -1;
    }
    return 0;
}

int nouns_add(PyObject *module, module_state *state)
{
    int i;

    for (i = 0; i < CIELO_OP_COUNT; i++) {
        operation_info *info = &state->operations[i];

        info->row = cielo_operation_at(i);
        if (read_params(info) < 0)
            return -1;
        if (strlen(info->row->noun) < 2)
            continue; /* the client's own, or the library's */
        if (make_doc(info) < 0 || !find_noun(state, info->row->noun))
            return -1;
    }
    for (i = 0; i < state->noun_count; i++)
        if (make_methods(state, &state->nouns[i]) < 0 ||
            make_types(module, &state->nouns[i]) < 0)
            return -1;
    return 0;
}
