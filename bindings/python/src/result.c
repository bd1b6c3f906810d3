/* A cielo.Result as its reader sees it: attributes, items, names. */
#include "state.h"

int is_result(module_state *state, PyObject *value)
{
    return PyObject_TypeCheck(value, state->result_types[CIELO_OBJECT_ANY]);
}

Py_ssize_t result_length(PyObject *op)
{
    return (Py_ssize_t)cielo_value_size(((ResultObject *)op)->node);
}

static int is_method_name(PyObject *name)
{
    if (PyUnicode_GetLength(name) < 3)
        return 0;
    switch (PyUnicode_READ_CHAR(name, 0)) {
    case '_':
        return PyUnicode_READ_CHAR(name, 1) == '_';
    case 'k':
        return PyUnicode_CompareWithASCIIString(name, "keys") == 0;
    case 't':
        return PyUnicode_CompareWithASCIIString(name, "to_dict") == 0
            || PyUnicode_CompareWithASCIIString(name, "to_json") == 0;
    default:
        return 0;
    }
}

void result_note_reader(PyObject *value)
{
    ResultObject *self = (ResultObject *)value;

    if (Py_TYPE(value)->tp_dealloc == result_dealloc && self->witness)
        Py_XDECREF(atomic_take(&self->witness));
}

/* What stands behind the members: facts, and names that the kind has. */
static PyObject *read_other(module_state *state, PyObject *op, PyObject *name,
                            int is_member)
{
    ResultObject *self = (ResultObject *)op;
    PyObject *fact = facts_get(state, self, name);
    int known = is_member;

    if (fact || PyErr_Occurred())
        return fact;
    if (!known)
        known = PyDict_Contains(state->by_host[self->object], name);
    if (known < 0)
        return NULL;
    if (known)
        Py_RETURN_NONE;
    return PyObject_GenericGetAttr(op, name);
}

PyObject *result_getattro(PyObject *op, PyObject *name)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    Py_ssize_t place;
    PyObject *value;

    result_note_reader(op);
    if (!state || !PyUnicode_Check(name) || is_method_name(name))
        return PyObject_GenericGetAttr(op, name);
    place = member_find_host(state, self, name);
    if (place == FAILED)
        return NULL;
    value = place >= 0 ? member_read(state, self, place) : NULL;
    if (place >= 0 && value != Py_None) /* or one that could not be made */
        return value;
    Py_XDECREF(value);
    return read_other(state, op, name, place >= 0);
}

PyObject *result_member(PyObject *op, const char *host)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *name = state ? PyUnicode_FromString(host) : NULL, *value = NULL;
    Py_ssize_t place;

    if (!name)
        return NULL;
    place = member_find_host(state, self, name);
    if (place >= 0)
        value = member_read(state, self, place);
    if (value == Py_None)
        Py_CLEAR(value);
    Py_DECREF(name);
    return value;
}

PyObject *result_subscript(PyObject *op, PyObject *key)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    Py_ssize_t place = state ? member_find(state, self, key) : FAILED;
    PyObject *value = NULL;

    result_note_reader(op);
    if (place >= 0)
        value = member_value(state, self, place);
    else if (place == NO_MEMBER)
        PyErr_SetObject(PyExc_KeyError, key);
    Py_XINCREF(value);
    return value;
}

int result_contains(PyObject *op, PyObject *key)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    Py_ssize_t place = state ? member_find(state, self, key) : FAILED;

    result_note_reader(op);
    return place == FAILED ? -1 : place >= 0;
}

/* A dict of the members as they are. */
static PyObject *members_dict(ResultObject *self)
{
    PyObject *dict = PyDict_New(), *name, *value;
    Py_ssize_t position = 0;
    int more = dict ? 1 : -1;

    while (more > 0) {
        more = result_next(self, &position, &name, &value);
        if (more > 0 && PyDict_SetItem(dict, name, value) < 0)
            more = -1;
    }
    if (more < 0)
        Py_CLEAR(dict);
    return dict;
}

/* A dict of their names. */
static PyObject *names_dict(ResultObject *self)
{
    PyObject *dict = PyDict_New(), *name;
    Py_ssize_t position = 0;
    int more = dict ? 1 : -1;

    while (more > 0) {
        more = result_next(self, &position, &name, NULL);
        if (more > 0 && PyDict_SetItem(dict, name, Py_None) < 0)
            more = -1;
    }
    if (more < 0)
        Py_CLEAR(dict);
    return dict;
}

PyObject *result_keys(PyObject *op, PyObject *ignored)
{
    PyObject *dict = names_dict((ResultObject *)op), *keys;

    (void)ignored;
    if (!dict)
        return NULL;
    keys = PyObject_CallMethod(dict, "keys", NULL);
    Py_DECREF(dict);
    return keys;
}

PyObject *result_iter(PyObject *op)
{
    PyObject *dict = names_dict((ResultObject *)op), *iterator;

    result_note_reader(op);
    if (!dict)
        return NULL;
    iterator = PyObject_GetIter(dict);
    Py_DECREF(dict);
    return iterator;
}

PyObject *result_compare(PyObject *op, PyObject *other, int how)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *mine, *others, *answer = NULL;

    if (!state)
        return NULL;
    result_note_reader(op);
    result_note_reader(other);
    if ((how != Py_EQ && how != Py_NE) ||
        (!PyDict_Check(other) && !is_result(state, other)))
        Py_RETURN_NOTIMPLEMENTED;
    mine = members_dict((ResultObject *)op);
    others = PyDict_Check(other) ? Py_NewRef(other)
                                 : members_dict((ResultObject *)other);
    if (mine && others)
        answer = PyObject_RichCompare(mine, others, how);
    Py_XDECREF(mine);
    Py_XDECREF(others);
    return answer;
}

/* Adds the host names of the members that attributes read. */
static int add_host_names(ResultObject *self, PyObject *names)
{
    PyObject *wire;
    Py_ssize_t position = 0;
    int more;

    while ((more = result_next(self, &position, &wire, NULL)) > 0) {
        PyObject *host;
        int status;

        if (member_is_hidden(wire))
            continue;
        host = field_host_name(self->object, wire);
        /* Two spellings have one name. */
        status = host ? PySequence_Contains(names, host) : -1;
        if (status == 0)
            status = PyList_Append(names, host);
        Py_XDECREF(host);
        if (status < 0)
            return -1;
    }
    return more;
}

/* Completion in a REPL: what this one holds, not all that it might. */
PyObject *result_dir(PyObject *op, PyObject *ignored)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *names, *facts, *key, *value;
    Py_ssize_t position = 0;

    (void)ignored;
    if (!state)
        return NULL;
    names = PyObject_CallMethod((PyObject *)&PyBaseObject_Type, "__dir__", "O",
                                op);
    if (!names)
        return NULL;
    facts = facts_all(state, self);
    if (PyErr_Occurred() || add_host_names(self, names) < 0)
        goto failed;
    while (facts && PyDict_Next(facts, &position, &key, &value)) {
        int known = PySequence_Contains(names, key);

        if (known < 0 || (!known && PyList_Append(names, key) < 0))
            goto failed;
    }
    return names;
failed:
    Py_DECREF(names);
    return NULL;
}

PyObject *result_twin(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(type);
    PyObject *facts = state ? facts_all(state, self) : NULL;
    ResultObject *twin = PyErr_Occurred()
                             ? NULL
                             : (ResultObject *)type->tp_alloc(type, 0);

    if (!twin)
        return NULL;
    twin->object = self->object;
    Py_XINCREF(self->owner);
    Py_XINCREF(facts);
    twin->owner = self->owner;
    twin->node = self->node;
    twin->facts = facts;
    return (PyObject *)twin;
}

int result_traverse(PyObject *op, visitproc visit, void *arg)
{
    ResultObject *self = (ResultObject *)op;

    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->facts);
    Py_VISIT(self->witness);
    return members_traverse(self, visit, arg);
}

/* A result in a cycle that is being cleared may be read: it has no members. */
int result_clear(PyObject *op)
{
    ResultObject *self = (ResultObject *)op;

    members_clear(self);
    Py_CLEAR(self->facts);
    Py_CLEAR(self->witness);
    return 0;
}

/* Whether an exception takes a result from who was to have it. 3.9 drops the
 * locals of a coroutine or a generator that ended well under the StopIteration
 * that says so, which has come through no frame yet. */
static int is_taken_away(void)
{
#if PY_VERSION_HEX >= 0x030A0000
    return PyErr_Occurred() != NULL;
#else
    PyObject *type, *value, *traceback;
    int ended_well;

    PyErr_Fetch(&type, &value, &traceback);
    ended_well = !traceback
        && (type == PyExc_StopIteration || type == PyExc_StopAsyncIteration);
    PyErr_Restore(type, value, traceback);
    return type && !ended_well;
#endif
}

/*
 * A signal's handler may run, and raise, between the end of a call and the
 * caller's next step: the interpreter then drops the result that it was about
 * to hand over, and this is the only place that learns of it. Without an
 * exception nobody wanted it.
 */
static void end_witness(ResultObject *self)
{
    module_state *state = PyType_GetModuleState(Py_TYPE(self));
    PyObject *witness = self->witness;

    self->witness = NULL;
    if (state && is_taken_away())
        state->drop_result(state, witness, (PyObject *)self);
    Py_DECREF(witness);
}

void result_dealloc(PyObject *op)
{
    ResultObject *self = (ResultObject *)op;

    PyObject_GC_UnTrack(op);
    if (self->witness)
        end_witness(self);
    members_clear(self);
    Py_XDECREF(self->facts);
    facts_free(self->raw);
    free_object(op);
}
