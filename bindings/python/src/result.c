/* Reading a cielo.Result: attributes, items, names. */
#include "state.h"

int is_result(module_state *state, PyObject *value)
{
    return PyObject_TypeCheck(value, state->result_types[CIELO_OBJECT_ANY]);
}

int result_next(ResultObject *self, Py_ssize_t *position, PyObject **name,
                PyObject **value)
{
    PyObject *members = self->members;

    if (!members || *position >= PyTuple_GET_SIZE(members))
        return 0;
    *name = PyTuple_GET_ITEM(members, *position);
    *value = PyTuple_GET_ITEM(members, *position + 1);
    *position += 2;
    return 1;
}

Py_ssize_t result_length(PyObject *op)
{
    PyObject *members = ((ResultObject *)op)->members;

    return members ? PyTuple_GET_SIZE(members) / 2 : 0;
}

/* "$id" numbers objects for the serializer Cielo uses: it says nothing and is
 * in the wire form only. */
int result_hides(PyObject *wire)
{
    return PyUnicode_CompareWithASCIIString(wire, "$id") == 0;
}

/* The value of the member with that very name object, borrowed, or NULL. */
static PyObject *find_interned(ResultObject *self, PyObject *wire)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;

    while (result_next(self, &position, &name, &value))
        if (name == wire)
            return value;
    return NULL;
}

/* An object that only refers to the number of another, as the serializer that
 * Cielo uses writes it: it has nothing else, but for a number of its own. */
static int is_reference(module_state *state, PyObject *value)
{
    PyObject *name, *ignored;
    Py_ssize_t position = 0;
    int refers = 0;

    if (!is_result(state, value) || result_length(value) > 2)
        return 0;
    while (result_next((ResultObject *)value, &position, &name, &ignored)) {
        if (PyUnicode_CompareWithASCIIString(name, "$ref") == 0)
            refers = 1;
        else if (!result_hides(name))
            return 0;
    }
    return refers;
}

static int find_rule(const module_state *state, int object, PyObject *wire,
                     member_rule *rule)
{
    Py_ssize_t length;
    const char *name = PyUnicode_AsUTF8AndSize(wire, &length);

    if (name)
        field_rule(state, object, name, (size_t)length, rule);
    return name ? 0 : -1;
}

/* A member as its attribute reads, a new reference; the wire form keeps what
 * Cielo wrote. */
PyObject *result_read(module_state *state, ResultObject *self, PyObject *wire,
                      PyObject *value)
{
    member_rule rule;
    Py_ssize_t length;
    const char *text;
    int64_t number;

    if (is_reference(state, value))
        Py_RETURN_NONE;
    if (!PyUnicode_Check(value))
        return Py_NewRef(value);
    if (find_rule(state, self->object, wire, &rule) < 0)
        return NULL;
    text = PyUnicode_AsUTF8AndSize(value, &length);
    if (!text)
        return NULL;
    switch (cielo_field_reads(rule.type, text, (size_t)length, &number)) {
    case CIELO_NULL:
        Py_RETURN_NONE;
    case CIELO_BOOL:
        return PyBool_FromLong(number != 0);
    case CIELO_NUMBER:
        return PyLong_FromLongLong(number);
    default:
        return Py_NewRef(value);
    }
}

/* Looks under another spelling, or for a member that the map does not know:
 * its wire name and its value, borrowed; 1, 0 or -1 as below. A null stands
 * back behind another spelling with a value. */
static int search_member(ResultObject *self, PyObject *name, PyObject **wire,
                         PyObject **value)
{
    PyObject *key, *found;
    Py_ssize_t position = 0;
    int known = 0;

    while (result_next(self, &position, &key, &found)) {
        PyObject *host;
        int same;

        if (result_hides(key) || (known && found == Py_None))
            continue;
        host = field_host_name(self->object, key);
        if (!host)
            return -1;
        same = PyUnicode_Compare(host, name) == 0;
        Py_DECREF(host);
        if (!same)
            continue;
        *wire = key;
        *value = found;
        known = 1;
        if (found != Py_None)
            break;
    }
    return PyErr_Occurred() ? -1 : known;
}

/* 1 and a new reference, 0 when no member has that name, -1 on failure. */
static int find_member(module_state *state, ResultObject *self, PyObject *name,
                       PyObject **value)
{
    PyObject *wire
        = PyDict_GetItemWithError(state->by_host[self->object], name);
    PyObject *found = wire ? find_interned(self, wire) : NULL;
    int known;

    if (PyErr_Occurred())
        return -1;
    if (!found || found == Py_None) {
        known = search_member(self, name, &wire, &found);
        if (known <= 0)
            return known;
    }
    *value = result_read(state, self, wire, found);
    return *value ? 1 : -1;
}

static int is_method_name(PyObject *name)
{
    return PyUnicode_CompareWithASCIIString(name, "keys") == 0
        || PyUnicode_CompareWithASCIIString(name, "to_dict") == 0
        || PyUnicode_CompareWithASCIIString(name, "to_json") == 0
        || (PyUnicode_GetLength(name) > 2
            && PyUnicode_READ_CHAR(name, 0) == '_'
            && PyUnicode_READ_CHAR(name, 1) == '_');
}

void result_note_reader(PyObject *value)
{
    ResultObject *self = (ResultObject *)value;

    if (Py_TYPE(value)->tp_dealloc == result_dealloc && self->witness)
        Py_XDECREF(atomic_take(&self->witness));
}

PyObject *result_getattro(PyObject *op, PyObject *name)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *value = NULL, *fact;
    int found;

    result_note_reader(op);
    if (!state || !PyUnicode_Check(name) || is_method_name(name))
        return PyObject_GenericGetAttr(op, name);
    found = find_member(state, self, name, &value);
    if (found && value != Py_None)
        return value;
    if (self->facts) {
        fact = PyDict_GetItemWithError(self->facts, name);
        if (fact || PyErr_Occurred()) {
            Py_XDECREF(value);
            return fact ? Py_NewRef(fact) : NULL;
        }
    }
    if (found) /* a null stands back behind a fact */
        return value;
    found = PyDict_Contains(state->by_host[self->object], name);
    if (found < 0)
        return NULL;
    if (found)
        Py_RETURN_NONE;
    return PyObject_GenericGetAttr(op, name);
}

PyObject *result_member(PyObject *op, const char *host)
{
    ResultObject *self = (ResultObject *)op;
    module_state *state = PyType_GetModuleState(Py_TYPE(op));
    PyObject *name, *value = NULL;

    if (!state)
        return NULL;
    name = PyUnicode_FromString(host);
    if (!name)
        return NULL;
    if (find_member(state, self, name, &value) == 1 && value == Py_None)
        Py_CLEAR(value);
    Py_DECREF(name);
    return value;
}

/* The value of a member by its wire name, borrowed; NULL without an exception
 * when there is none. */
static PyObject *find_wire(ResultObject *self, PyObject *key)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;
    Py_hash_t hash;

    if (self->index) {
        PyObject *place = PyDict_GetItemWithError(self->index, key);

        return place ? PyTuple_GET_ITEM(self->members, PyLong_AsSsize_t(place))
                     : NULL;
    }
    value = find_interned(self, key); /* as literals are */
    if (value)
        return value;
    hash = PyObject_Hash(key);
    while (hash != -1 && result_next(self, &position, &name, &value)) {
        int same = PyObject_Hash(name) == hash
                       ? PyObject_RichCompareBool(name, key, Py_EQ)
                       : 0;

        if (same)
            return same > 0 ? value : NULL;
    }
    return NULL;
}

PyObject *result_subscript(PyObject *op, PyObject *key)
{
    PyObject *value = find_wire((ResultObject *)op, key);

    result_note_reader(op);
    if (value)
        return Py_NewRef(value);
    if (!PyErr_Occurred())
        PyErr_SetObject(PyExc_KeyError, key);
    return NULL;
}

int result_contains(PyObject *op, PyObject *key)
{
    result_note_reader(op);
    if (find_wire((ResultObject *)op, key))
        return 1;
    return PyErr_Occurred() ? -1 : 0;
}

/* A dict of the members as they are. */
static PyObject *members_dict(ResultObject *self)
{
    PyObject *dict = PyDict_New(), *name, *value;
    Py_ssize_t position = 0;

    while (dict && result_next(self, &position, &name, &value))
        if (PyDict_SetItem(dict, name, value) < 0)
            Py_CLEAR(dict);
    return dict;
}

PyObject *result_keys(PyObject *op, PyObject *ignored)
{
    PyObject *dict = members_dict((ResultObject *)op), *keys;

    (void)ignored;
    if (!dict)
        return NULL;
    keys = PyObject_CallMethod(dict, "keys", NULL);
    Py_DECREF(dict);
    return keys;
}

PyObject *result_iter(PyObject *op)
{
    PyObject *dict = members_dict((ResultObject *)op), *iterator;

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

/* Completion in a REPL: what this one holds, not all that it might. */
PyObject *result_dir(PyObject *op, PyObject *ignored)
{
    ResultObject *self = (ResultObject *)op;
    PyObject *names, *key, *value;
    Py_ssize_t position = 0;

    (void)ignored;
    names = PyObject_CallMethod((PyObject *)&PyBaseObject_Type, "__dir__", "O",
                                op);
    if (!names)
        return NULL;
    while (result_next(self, &position, &key, &value)) {
        PyObject *host;
        int status;

        if (result_hides(key))
            continue;
        host = field_host_name(self->object, key);
        /* Two spellings have one name. */
        status = host ? PySequence_Contains(names, host) : -1;
        if (status == 0)
            status = PyList_Append(names, host);
        Py_XDECREF(host);
        if (status < 0)
            goto failed;
    }
    position = 0;
    while (self->facts && PyDict_Next(self->facts, &position, &key, &value)) {
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
    ResultObject *twin = (ResultObject *)type->tp_alloc(type, 0);

    if (!twin)
        return NULL;
    twin->object = self->object;
    Py_XINCREF(self->members);
    Py_XINCREF(self->index);
    Py_XINCREF(self->facts);
    twin->members = self->members;
    twin->index = self->index;
    twin->facts = self->facts;
    return (PyObject *)twin;
}

int result_traverse(PyObject *op, visitproc visit, void *arg)
{
    ResultObject *self = (ResultObject *)op;

    Py_VISIT(Py_TYPE(op));
    Py_VISIT(self->members);
    Py_VISIT(self->index);
    Py_VISIT(self->facts);
    Py_VISIT(self->witness);
    return 0;
}

/* A result in a cycle that is being cleared may be read: it has no members. */
int result_clear(PyObject *op)
{
    ResultObject *self = (ResultObject *)op;

    Py_CLEAR(self->index);
    Py_CLEAR(self->members);
    Py_CLEAR(self->facts);
    Py_CLEAR(self->witness);
    return 0;
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
    if (state && PyErr_Occurred())
        state->drop_result(state, witness, (PyObject *)self);
    Py_DECREF(witness);
}

void result_dealloc(PyObject *op)
{
    ResultObject *self = (ResultObject *)op;

    PyObject_GC_UnTrack(op);
    if (self->witness)
        end_witness(self);
    Py_XDECREF(self->index);
    Py_XDECREF(self->members);
    Py_XDECREF(self->facts);
    free_object(op);
}
