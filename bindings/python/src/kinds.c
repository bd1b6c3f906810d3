/* The types of results: the base, and a kind for each object of the map. */
#include "state.h"

static PyMethodDef result_methods[] = {
    {"keys", result_keys, METH_NOARGS,
     "keys($self)\n--\n\n"
     "The wire names, so that dict(result) and {**result} work: their values\n"
     "are those of result[name], tokens in clear; to_dict() is for logs. A\n"
     "member of that name is read as result['keys'] or result['Keys']."},
    {"to_dict", METHOD(result_to_dict), METHOD_FLAGS,
     "to_dict($self, reveal=False)\n--\n\n"
     "A plain dict with wire names; card data is masked unless revealed."},
    {"to_json", METHOD(result_to_json), METHOD_FLAGS,
     "to_json($self, reveal=False)\n--\n\n"
     "JSON text with wire names; card data is masked unless revealed."},
    {"__dir__", result_dir, METH_NOARGS, NULL},
    {"__reduce__", result_reduce, METH_NOARGS,
     "__reduce__($self)\n--\n\nPickles with card data masked."},
    {"__copy__", result_copy, METH_NOARGS, NULL},
    {"__deepcopy__", result_copy, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static int add_kind(PyObject *module, module_state *state, int object,
                    PyObject *bases)
{
    PyObject *text = describe_kind(object);
    const char *doc = text ? PyUnicode_AsUTF8(text) : NULL;
    char *name = state->result_names[object];
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)doc}, /* copied */
        {Py_tp_dealloc, result_dealloc},
        {Py_tp_traverse, result_traverse},
        {Py_tp_clear, result_clear},
        NO_NEW_SLOT
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = name,
        .basicsize = sizeof(ResultObject),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | NO_NEW_FLAG |
                 IMMUTABLE_FLAG,
        .slots = slots,
    };
    int status = -1;

    PyOS_snprintf(name, sizeof(state->result_names[object]), "cielo.%s",
                  cielo_object_name(object));
    if (doc)
        status = add_type(module, &spec, bases, &state->result_types[object]);
    Py_XDECREF(text);
    return status;
}

#define RESULT_DOC                                                            \
    "An object that Cielo answered with.\n\n"                                 \
    "Members are attributes in snake_case; those that Cielo left out read as\n" \
    "None. By wire name it behaves as a mapping: result['Payment'], in, len,\n" \
    "iteration. repr() leaves out what is null and masks card data."

static int add_base(PyObject *module, module_state *state, const char *doc)
{
    PyType_Slot slots[] = {
        {Py_tp_doc, (void *)doc}, /* copied */
        {Py_tp_dealloc, result_dealloc},
        {Py_tp_traverse, result_traverse},
        {Py_tp_clear, result_clear},
        {Py_tp_getattro, result_getattro},
        {Py_tp_richcompare, result_compare},
        {Py_tp_hash, PyObject_HashNotImplemented},
        {Py_tp_repr, result_repr},
        {Py_tp_iter, result_iter},
        {Py_tp_methods, result_methods},
        {Py_mp_subscript, result_subscript},
        {Py_mp_length, result_length},
        {Py_sq_contains, result_contains},
        NO_NEW_SLOT
        {0, NULL},
    };
    PyType_Spec spec = {
        .name = "cielo.Result",
        .basicsize = sizeof(ResultObject),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE |
                 NO_NEW_FLAG | IMMUTABLE_FLAG,
        .slots = slots,
    };

    return add_type(module, &spec, NULL,
                    &state->result_types[CIELO_OBJECT_ANY]);
}

static int describe_base(PyObject *module, module_state *state)
{
    PyObject *text = PyUnicode_FromString(RESULT_DOC);
    const char *doc;
    int status = -1;

    if (text)
        describe_facts(&text, CIELO_OBJECT_ANY);
    doc = text ? PyUnicode_AsUTF8(text) : NULL;
    if (doc)
        status = add_base(module, state, doc);
    Py_XDECREF(text);
    return status;
}

int kinds_add(PyObject *module, module_state *state)
{
    PyObject *bases;
    int object, status = 0;

    if (fields_add(state) < 0 || describe_base(module, state) < 0)
        return -1;
    bases = PyTuple_Pack(1, state->result_types[CIELO_OBJECT_ANY]);
    if (!bases)
        return -1;
    for (object = 0; status == 0 && object < CIELO_OBJECT_COUNT; object++)
        if (object != CIELO_OBJECT_NONE && object != CIELO_OBJECT_ANY)
            status = add_kind(module, state, object, bases);
    Py_DECREF(bases);
    return status;
}
