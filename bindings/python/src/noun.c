/* client.sales and its kind: classes grown from the core's operations. */
#include "state.h"

#include <string.h>

typedef struct NounObject {
    PyObject_HEAD
    PyObject *client;
    const noun_info *info; /* in the module's state */
} NounObject;

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

static int is_noun(const module_state *state, PyObject *object)
{
    int i;

    for (i = 0; object && i < state->noun_count; i++)
        if (Py_IS_TYPE(object, state->nouns[i].types[0])
            || Py_IS_TYPE(object, state->nouns[i].types[1]))
            return 1;
    return 0;
}

int noun_verb(module_state *state, PyObject *verb, PyObject **client)
{
    PyObject *self = PyCFunction_Check(verb) ? PyCFunction_GET_SELF(verb)
                                             : NULL;
    int i;

    if (!is_noun(state, self))
        return -1;
    *client = ((NounObject *)self)->client;
    for (i = 0; i < CIELO_OP_COUNT; i++)
        if (PyCFunction_GET_FUNCTION(verb) == functions[i])
            return i;
    return -1;
}

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

        const param_type *type = param ? param_type_of(param) : NULL;

        if (info->count == MAX_PARAMS || !type) {
            PyErr_Format(PyExc_SystemError, "the parameters of %s: %s",
                         info->row->name, info->row->params);
            return -1;
        }
        info->params[info->count] = param;
        info->types[info->count] = type;
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
    if (text && info->row->fields != CIELO_OBJECT_NONE) {
        PyObject *told = PyUnicode_FromFormat(
            "%U; cielo.fields(\"%s.%s\")\nlists them", text, info->row->noun,
            info->row->verb);

        Py_SETREF(text, told);
    }
    return text;
}

#define WRITE_DOC                                                         \
    "\nOf these cielo.OutcomeUnknownError says that nobody can know yet\n" \
    "whether it happened: look it up before repeating. What Cielo denies\n" \
    "is a result, not an error."

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
            "Gives %s%s%s.\n%U\n" CALL_OPTIONS_DOC "%s",
            text, row->about, asks ? row->method : "No request of its own.",
            asks ? " " : "", asks ? row->path : "",
            row->is_list ? "a list of " : "cielo.",
            cielo_object_name(row->object), row->is_list ? " results" : "",
            params, row->is_write ? WRITE_DOC : "");

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
