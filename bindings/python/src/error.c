/* The exceptions: classes from the core's statuses, attributes from a call's
 * details. */
#include "state.h"

#include <string.h>

#define ERROR_DOC                                                             \
    "What every error of cielo derives from.\n\n"                             \
    "kind, message, http_status, errors, body, request_id, sent, operation,\n" \
    "merchant_order_id and attempts say what happened; problems and found\n"  \
    "are filled by the errors that have them. None of it holds card data,\n"  \
    "keys or tokens, nor does a pickle."

static PyStructSequence_Field problem_fields[] = {
    {"path", "where, such as 'Payment.Amount'"},
    {"rule", "the rule that is broken, one word"},
    {"message", "for people"},
    {NULL, NULL},
};

static PyStructSequence_Field answer_fields[] = {
    {"code", "Cielo's code, as text"},
    {"message", "Cielo's text"},
    {NULL, NULL},
};

static PyStructSequence_Field attempt_fields[] = {
    {"method", NULL},
    {"url", "without secrets"},
    {"request_id", NULL},
    {"http_status", "None when no answer came"},
    {"sent", "'no', 'maybe' or 'yes'"},
    {"cause", "why no answer came, or None"},
    {"text", "the same, for people"},
    {"ms", "how long it took"},
    {NULL, NULL},
};

static PyStructSequence_Desc problem_desc = {
    "cielo.Problem", "A rule that the input breaks.", problem_fields, 3};
static PyStructSequence_Desc answer_desc = {
    "cielo.ErrorEntry", "An error that Cielo answered with.", answer_fields, 2};
static PyStructSequence_Desc attempt_desc = {
    "cielo.Attempt", "One request of a call.", attempt_fields, 8};

/* Code that tests its own error handling makes these by hand, and pickle does:
 * a message, and attributes by keyword. */
static int error_init(PyObject *self, PyObject *args, PyObject *kwargs)
{
    PyObject *dict;
    int status = -1;

    if (((PyTypeObject *)PyExc_Exception)->tp_init(self, args, NULL) < 0)
        return -1;
    dict = PyObject_GenericGetDict(self, NULL);
    if (!dict)
        return -1;
    if (kwargs && PyDict_Update(dict, kwargs) < 0)
        goto done;
    if (PyTuple_GET_SIZE(args) > 0 &&
        PyDict_SetItemString(dict, "message", PyTuple_GET_ITEM(args, 0)) < 0)
        goto done;
    status = 0;
done:
    Py_DECREF(dict);
    return status;
}

static PyType_Slot error_slots[] = {
    {Py_tp_doc, ERROR_DOC},
    {Py_tp_init, error_init},
    {0, NULL},
};

static PyType_Spec error_spec = {
    .name = "cielo.CieloError",
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = error_slots,
};

/* Defaults of what an error made by hand, or without a call, does not have. */
static int set_defaults(PyObject *type)
{
    static const char *const nothing[] = {
        "http_status", "body", "request_id", "operation", "merchant_order_id",
    };
    static const char *const lists[] = {"errors", "attempts", "problems",
                                        "warnings", "found"};
    PyObject *empty = PyTuple_New(0), *text = PyUnicode_FromString("");
    PyObject *no = PyUnicode_FromString("no");
    PyObject *kind = PyUnicode_FromString("error");
    int status = -1;
    size_t i;

    if (!empty || !text || !no || !kind)
        goto done;
    for (i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
        if (PyObject_SetAttrString(type, nothing[i], Py_None) < 0)
            goto done;
    for (i = 0; i < sizeof(lists) / sizeof(*lists); i++)
        if (PyObject_SetAttrString(type, lists[i], empty) < 0)
            goto done;
    if (PyObject_SetAttrString(type, "message", text) < 0 ||
        PyObject_SetAttrString(type, "sent", no) < 0 ||
        PyObject_SetAttrString(type, "kind", kind) < 0)
        goto done;
    status = 0;
done:
    Py_XDECREF(empty);
    Py_XDECREF(text);
    Py_XDECREF(no);
    Py_XDECREF(kind);
    return status;
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

static int add_error(PyObject *module, PyObject **slot, const char *type,
                     const char *kind, const char *text, PyObject *base)
{
    char name[80], doc[160];
    PyObject *word;
    int status = -1;

    PyOS_snprintf(name, sizeof(name), "cielo.%s", type);
    PyOS_snprintf(doc, sizeof(doc), "%c%s.", Py_TOUPPER(Py_CHARMASK(text[0])),
                  text + 1);
    *slot = PyErr_NewExceptionWithDoc(name, doc, base, NULL);
    if (!*slot)
        return -1;
    word = PyUnicode_FromString(kind);
    if (word && PyObject_SetAttrString(*slot, "kind", word) == 0)
        status = add_object(module, type, *slot);
    Py_XDECREF(word);
    return status;
}

static int add_classes(PyObject *module, module_state *state)
{
    PyObject *bases = PyTuple_Pack(1, PyExc_Exception);
    size_t i;

    if (!bases)
        return -1;
    state->error = PyType_FromModuleAndSpec(module, &error_spec, bases);
    Py_DECREF(bases);
    if (!state->error || set_defaults(state->error) < 0 ||
        add_object(module, "CieloError", state->error) < 0)
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
    return 0;
}

static int add_struct(PyObject *module, PyStructSequence_Desc *desc,
                      PyTypeObject **slot)
{
    *slot = PyStructSequence_NewType(desc);
    return *slot ? PyModule_AddType(module, *slot) : -1;
}

static int add_warning(PyObject *module, module_state *state)
{
    state->field_warning = PyErr_NewExceptionWithDoc(
        "cielo.FieldWarning",
        "A field that is sent as it was given, although Cielo may take it\n"
        "otherwise than was meant.  A result's and an error's warnings have it,\n"
        "too.  Made an error by a filter, it is raised before anything is sent.",
        PyExc_UserWarning, NULL);
    return state->field_warning
               ? add_object(module, "FieldWarning", state->field_warning)
               : -1;
}

int errors_add(PyObject *module, module_state *state)
{
    if (add_struct(module, &problem_desc, &state->problem_type) < 0 ||
        add_struct(module, &answer_desc, &state->answer_type) < 0 ||
        add_struct(module, &attempt_desc, &state->attempt_type) < 0)
        return -1;
    return add_warning(module, state) < 0 ? -1 : add_classes(module, state);
}

/* An object of the details as a tuple with names. */
static PyObject *make_struct(PyTypeObject *type,
                             const PyStructSequence_Field *fields,
                             const cielo_value *object)
{
    PyObject *row = PyStructSequence_New(type);
    Py_ssize_t i;

    for (i = 0; row && fields[i].name; i++) {
        PyObject *value =
            value_to_plain(cielo_value_get(object, fields[i].name));

        if (!value) {
            Py_DECREF(row);
            return NULL;
        }
        PyStructSequence_SetItem(row, i, value);
    }
    return row;
}

static PyObject *make_structs(PyTypeObject *type,
                              const PyStructSequence_Field *fields,
                              const cielo_value *array)
{
    PyObject *list = PyList_New(0);
    const cielo_value *item;

    for (item = cielo_value_first(array); list && item;
         item = cielo_value_next(item)) {
        PyObject *row = make_struct(type, fields, item);

        if (!row || PyList_Append(list, row) < 0)
            Py_CLEAR(list);
        Py_XDECREF(row);
    }
    return list;
}

PyObject *make_problems(module_state *state, const cielo_value *problems)
{
    PyObject *list = make_structs(state->problem_type, problem_fields, problems);
    PyObject *tuple = list ? PyList_AsTuple(list) : NULL;

    Py_XDECREF(list);
    return tuple;
}

/* What the look-up saw: each line has the members of a payment. */
static PyObject *make_found(module_state *state, const cielo_value *found)
{
    if (cielo_value_type(found) != CIELO_ARRAY)
        return PyList_New(0);
    return value_to_python(state, found, CIELO_OBJECT_PAYMENT, NULL);
}

static int set_detail(module_state *state, PyObject *error,
                      const cielo_value *detail)
{
    const char *name = cielo_value_name(detail, NULL);
    PyObject *value;
    int status;

    if (strcmp(name, "problems") == 0)
        value = make_structs(state->problem_type, problem_fields, detail);
    else if (strcmp(name, "warnings") == 0)
        value = make_problems(state, detail);
    else if (strcmp(name, "errors") == 0)
        value = make_structs(state->answer_type, answer_fields, detail);
    else if (strcmp(name, "attempts") == 0)
        value = make_structs(state->attempt_type, attempt_fields, detail);
    else if (strcmp(name, "found") == 0)
        value = make_found(state, detail);
    else if (strcmp(name, "kind") == 0 || strcmp(name, "message") == 0)
        return 0; /* the class says the one, the cielo_error the other */
    else
        value = value_to_plain(detail);
    if (!value)
        return -1;
    status = PyObject_SetAttrString(error, name, value);
    Py_DECREF(value);
    return status;
}

PyObject *make_error(module_state *state, cielo_call *call,
                     const cielo_error *err)
{
    PyObject *type = state->status_errors[-err->status], *error;
    const cielo_value *detail;
    const char *message = err->message;

    if (!type)
        type = state->error;
    if (!*message)
        message = cielo_strerror(err->status);
    error = PyObject_CallFunction(type, "s", message);
    if (!error || !call)
        return error;
    detail = cielo_value_first(cielo_call_details(call));
    for (; detail; detail = cielo_value_next(detail)) {
        if (set_detail(state, error, detail) < 0) {
            Py_DECREF(error);
            return NULL;
        }
    }
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
    PyObject *list = error ? make_structs(state->problem_type, problem_fields,
                                          problems)
                           : NULL;

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
