/* The exceptions: classes from the core's statuses, attributes from a call's
 * details. */
#include "state.h"

#include <string.h>

/* The facts that follow the message, where another error's `args` are given. */
static PyObject *given_facts(PyObject *args)
{
    PyObject *second =
        PyTuple_GET_SIZE(args) == 2 ? PyTuple_GET_ITEM(args, 1) : NULL;

    return second && PyDict_Check(second) ? second : NULL;
}

/* What Exception itself shall have: the message alone, which str() shows. */
static PyObject *own_args(PyObject *args, PyObject *kwargs)
{
    PyObject *message;

    if (given_facts(args))
        return PyTuple_GetSlice(args, 0, 1);
    message = kwargs && PyTuple_GET_SIZE(args) == 0
                  ? PyDict_GetItemString(kwargs, "message")
                  : NULL;
    return message ? PyTuple_Pack(1, message) : Py_NewRef(args);
}

static int set_attributes(PyObject *dict, PyObject *own, PyObject *facts,
                          PyObject *kwargs, module_state *state)
{
    if (facts && facts_restore(state, dict, facts) < 0)
        return -1;
    if (kwargs && PyDict_Update(dict, kwargs) < 0)
        return -1;
    return PyTuple_GET_SIZE(own) == 0
               ? 0
               : PyDict_SetItemString(dict, "message",
                                      PyTuple_GET_ITEM(own, 0));
}

/* Code that tests its own error handling makes these by hand: a message, and
 * attributes by keyword. Queues and copies make them of another's `args`. */
static int error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    module_state *state = state_of(Py_TYPE(self));
    PyObject *own = own_args(args, kwargs), *dict = NULL;
    int status = -1;

    if (state && own &&
        ((PyTypeObject *)PyExc_Exception)->tp_init(self, own, NULL) == 0)
        dict = PyObject_GenericGetDict(self, NULL);
    if (dict)
        status = set_attributes(dict, own, given_facts(args), kwargs, state);
    Py_XDECREF(dict);
    Py_XDECREF(own);
    return status;
}

/* The message, and the facts where there are any: as they are now. */
static PyObject *get_args(PyObject *self, void *closure)
{
    module_state *state = state_of(Py_TYPE(self));
    PyObject *own = ((PyBaseExceptionObject *)self)->args;
    PyObject *dict = state ? PyObject_GenericGetDict(self, NULL) : NULL;
    PyObject *facts = dict ? facts_carried(state, dict) : NULL;
    PyObject *args = NULL;

    (void)closure;
    if (facts && PyTuple_GET_SIZE(own) == 1 && PyDict_GET_SIZE(facts) > 0)
        args = PyTuple_Pack(2, PyTuple_GET_ITEM(own, 0), facts);
    else if (facts)
        args = Py_NewRef(own);
    Py_XDECREF(facts);
    Py_XDECREF(dict);
    return args;
}

static int set_args(PyObject *self, PyObject *value, void *closure)
{
    PyObject *args;
    int status;

    (void)closure;
    if (!value) {
        PyErr_SetString(PyExc_TypeError, "args may not be deleted");
        return -1;
    }
    args = PySequence_Tuple(value);
    status = args ? error_init(self, args, NULL) : -1;
    Py_XDECREF(args);
    return status;
}

static PyGetSetDef error_getset[] = {
    {"args", get_args, set_args,
     "The message, then the facts as plain data: cls(*args) has them again.",
     NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

/* What an error made by hand has for a detail. */
static PyObject *default_of(const cielo_detail *detail)
{
    switch (detail->type) {
    case CIELO_DETAIL_PROBLEMS:
    case CIELO_DETAIL_ERRORS:
    case CIELO_DETAIL_ATTEMPTS:
    case CIELO_DETAIL_FOUND:
        return PyTuple_New(0);
    default:
        return detail_is_known(detail) ? PyUnicode_FromString("")
                                       : Py_NewRef(Py_None);
    }
}

static int set_defaults(PyObject *type)
{
    const cielo_detail *detail;
    int status = 0;
    size_t i;

    for (i = 0; status == 0 && (detail = cielo_detail_at(i)) != NULL; i++) {
        PyObject *value;

        if (detail->owner != CIELO_OF_ERROR)
            continue;
        value = default_of(detail);
        status = value ? PyObject_SetAttrString(type, detail->name, value) : -1;
        Py_XDECREF(value);
    }
    return status;
}

static PyObject *describe_error(void)
{
    PyObject *text = PyUnicode_FromString(
        "What every error of cielo derives from.\n");
    const cielo_detail *detail;
    size_t i;

    for (i = 0; text && (detail = cielo_detail_at(i)) != NULL; i++)
        if (detail->owner == CIELO_OF_ERROR)
            describe_detail(&text, detail);
    if (text)
        PyUnicode_AppendAndDel(
            &text,
            PyUnicode_FromString("\n\nNone of it holds card data, keys or "
                                 "tokens, nor does a pickle."));
    return text;
}

typedef struct status_row {
    int number;
    const char *kind;
    const char *type;
    const char *text;
} status_row;

static const status_row statuses[] = {
#define CIELO_X(name, number, kind, type, text) {number, kind, type, text},
    CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
};

static int is_answer(int status)
{
    return status == CIELO_EAUTHENTICATION || status == CIELO_EPERMISSION ||
           status == CIELO_ENOTFOUND || status == CIELO_ERATELIMIT ||
           status == CIELO_EREQUEST || status == CIELO_ESERVER;
}

static int set_text(PyObject *object, const char *name, const char *text)
{
    PyObject *value = PyUnicode_FromString(text);
    int status = value ? PyObject_SetAttrString(object, name, value) : -1;

    Py_XDECREF(value);
    return status;
}

static int add_error(PyObject *module, PyObject **slot, const char *type,
                     const char *kind, const char *text, PyObject *base)
{
    char name[80], doc[160];

    PyOS_snprintf(name, sizeof(name), "cielo.%s", type);
    PyOS_snprintf(doc, sizeof(doc), "%c%s.", Py_TOUPPER(Py_CHARMASK(text[0])),
                  text + 1);
    *slot = PyErr_NewExceptionWithDoc(name, doc, base, NULL);
    if (!*slot)
        return -1;
    return set_text(*slot, "kind", kind) < 0 ? -1
                                             : add_object(module, type, *slot);
}

/* The class of all, with what its subclasses and instances do not say. */
static int add_base(PyObject *module, module_state *state)
{
    PyObject *text = describe_error();
    PyObject *bases = PyTuple_Pack(1, PyExc_Exception);
    const char *doc = text ? PyUnicode_AsUTF8(text) : NULL;
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)doc}, /* copied */
        {Py_tp_init, error_init},
        {Py_tp_getset, error_getset},
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = "cielo.CieloError",
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
        .slots = slots,
    };
    int status = -1;

    if (doc && bases)
        state->error = PyType_FromModuleAndSpec(module, &spec, bases);
    if (state->error && set_defaults(state->error) == 0 &&
        set_text(state->error, "kind", "error") == 0)
        status = add_object(module, "CieloError", state->error);
    Py_XDECREF(bases);
    Py_XDECREF(text);
    return status;
}

static int add_classes(PyObject *module, module_state *state)
{
    size_t i;

    if (add_base(module, state) < 0)
        return -1;
    if (add_error(module, &state->api_error, "ApiError", "api",
                  "Cielo answered with an error", state->error) < 0)
        return -1;
    for (i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
        const status_row *row = &statuses[i];

        if (strcmp(row->type, "-") != 0 &&
            add_error(module, &state->status_errors[-row->number], row->type,
                      row->kind, row->text,
                      is_answer(row->number) ? state->api_error
                                             : state->error) < 0)
            return -1;
    }
    /* Whose facts were lost on the way is in doubt still. */
    return set_text(state->status_errors[-CIELO_EUNKNOWN], "sent", "maybe");
}

static int add_warning(PyObject *module, module_state *state)
{
    state->field_warning = PyErr_NewExceptionWithDoc(
        "cielo.FieldWarning",
        "A field that is sent as it was given, although Cielo may take it\n"
        "otherwise than was meant.  A result's and an error's warnings have\n"
        "it, too.  Made an error by a filter, it is raised before anything is\n"
        "sent.",
        PyExc_UserWarning, NULL);
    return state->field_warning
               ? add_object(module, "FieldWarning", state->field_warning)
               : -1;
}

int errors_add(PyObject *module, module_state *state)
{
    if (detail_type_add(module, CIELO_OF_PROBLEM, "cielo.Problem",
                        "A rule that the input breaks.",
                        &state->problem_type) < 0 ||
        detail_type_add(module, CIELO_OF_ENTRY, "cielo.ErrorEntry",
                        "An error that Cielo answered with.",
                        &state->answer_type) < 0 ||
        detail_type_add(module, CIELO_OF_ATTEMPT, "cielo.Attempt",
                        "One request of a call.", &state->attempt_type) < 0)
        return -1;
    return add_warning(module, state) < 0 ? -1 : add_classes(module, state);
}

/* An object of the details as a tuple with names. */
static PyObject *make_struct(PyTypeObject *type, int owner,
                             const cielo_value *object)
{
    PyObject *row = PyStructSequence_New(type);
    const cielo_detail *detail;
    Py_ssize_t place = 0;
    size_t i;

    for (i = 0; row && (detail = cielo_detail_at(i)) != NULL; i++) {
        PyObject *value;

        if (detail->owner != owner)
            continue;
        value = value_to_plain(cielo_value_get(object, detail->name));
        if (value)
            PyStructSequence_SetItem(row, place++, value);
        else
            Py_CLEAR(row);
    }
    return row;
}

static PyObject *make_structs(PyTypeObject *type, int owner,
                              const cielo_value *array)
{
    PyObject *list = PyList_New(0);
    const cielo_value *item;

    for (item = cielo_value_first(array); list && item;
         item = cielo_value_next(item)) {
        PyObject *row = make_struct(type, owner, item);

        if (!row || PyList_Append(list, row) < 0)
            Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}

static PyObject *list_problems(module_state *state, const cielo_value *problems)
{
    return make_structs(state->problem_type, CIELO_OF_PROBLEM, problems);
}

PyObject *make_problems(module_state *state, const cielo_value *problems)
{
    PyObject *list = list_problems(state, problems);
    PyObject *tuple = list ? PyList_AsTuple(list) : NULL;

    Py_XDECREF(list);
    return tuple;
}

/* What the look-up saw: each line has the members of a payment. */
static PyObject *make_found(module_state *state, const cielo_value *found)
{
    cielo_value *own;

    if (cielo_value_type(found) != CIELO_ARRAY)
        return PyList_New(0);
    own = cielo_value_dup(found); /* outlives the call */
    return own ? value_to_python(state, own, CIELO_OBJECT_PAYMENT, NULL)
               : PyErr_NoMemory();
}

static PyObject *make_detail(module_state *state, int type,
                             const cielo_value *detail)
{
    switch (type) {
    case CIELO_DETAIL_PROBLEMS:
        return list_problems(state, detail);
    case CIELO_DETAIL_ERRORS:
        return make_structs(state->answer_type, CIELO_OF_ENTRY, detail);
    case CIELO_DETAIL_ATTEMPTS:
        return make_structs(state->attempt_type, CIELO_OF_ATTEMPT, detail);
    case CIELO_DETAIL_FOUND:
        return make_found(state, detail);
    default:
        return value_to_plain(detail);
    }
}

/* The class says the kind, the cielo_error the message. */
static int is_told_already(const char *name)
{
    return strcmp(name, "kind") == 0 || strcmp(name, "message") == 0;
}

static int set_details(module_state *state, PyObject *error,
                       const cielo_value *details)
{
    const cielo_detail *row;
    int status = 0;
    size_t i;

    for (i = 0; status == 0 && (row = cielo_detail_at(i)) != NULL; i++) {
        const cielo_value *detail = cielo_value_get(details, row->name);
        PyObject *value;

        if (row->owner != CIELO_OF_ERROR || !detail ||
            is_told_already(row->name))
            continue;
        value = make_detail(state, row->type, detail);
        status = value ? PyObject_SetAttrString(error, row->name, value) : -1;
        Py_XDECREF(value);
    }
    return status;
}

PyObject *make_error(module_state *state, cielo_call *call,
                     const cielo_error *err)
{
    PyObject *type = state->status_errors[-err->status], *error;
    const char *message = err->message;

    if (!type)
        type = state->error;
    if (!*message)
        message = cielo_strerror(err->status);
    error = PyObject_CallFunction(type, "s", message);
    if (error && (call ? set_details(state, error, cielo_call_details(call))
                       : set_text(error, "sent", "no")) < 0)
        Py_CLEAR(error);
    return error;
}

PyObject *raise_error(module_state *state, cielo_call *call,
                      const cielo_error *err)
{
    PyObject *error;

    if (err->status == CIELO_EMEMORY)
        return PyErr_NoMemory();
    if (err->status == CIELO_EUSAGE) {
        PyErr_SetString(PyExc_ValueError, err->message);
        return NULL;
    }
    error = make_error(state, call, err);
    if (error) {
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
        Py_DECREF(error);
    }
    return NULL;
}

PyObject *raise_problems(module_state *state, const cielo_error *err,
                         const cielo_value *problems)
{
    PyObject *error = make_error(state, NULL, err);
    PyObject *list = error ? list_problems(state, problems) : NULL;

    if (list && PyObject_SetAttrString(error, "problems", list) == 0)
        PyErr_SetObject((PyObject *)Py_TYPE(error), error);
    Py_XDECREF(list);
    Py_XDECREF(error);
    return NULL;
}

PyObject *raise_closed(module_state *state)
{
    cielo_error err = {CIELO_ECLOSED, 0, "", ""};

    return raise_error(state, NULL, &err);
}
