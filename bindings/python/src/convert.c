/* The core's trees as Python values: results, or plain dicts and lists. */
#include "state.h"

/* No object of Cielo's has as many members: up to this number, comparing with
 * each is as fast as hashing. */
#define INDEX_FROM 64

static PyObject *convert(module_state *state, const cielo_value *value,
                         int object, int type, PyObject *facts);

static PyObject *convert_number(const cielo_value *value)
{
    int64_t integer;

    if (cielo_value_integer(value, &integer))
        return PyLong_FromLongLong(integer);
    if (cielo_value_is_integer(value))
        return PyLong_FromString(cielo_value_text(value, NULL), NULL, 10);
    return PyFloat_FromDouble(cielo_value_real(value));
}

static PyObject *convert_array(module_state *state, const cielo_value *value,
                               int object, int type, PyObject *facts)
{
    PyObject *list = PyList_New((Py_ssize_t)cielo_value_size(value));
    const cielo_value *item;
    Py_ssize_t i = 0;

    if (!list)
        return NULL;
    for (item = cielo_value_first(value); item; item = cielo_value_next(item)) {
        PyObject *converted = convert(state, item, object, type, facts);

        if (!converted) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i++, converted);
    }
    return list;
}

static ResultObject *new_result(module_state *state, int object, size_t count,
                                PyObject *facts)
{
    PyTypeObject *type = state->result_types[object];
    ResultObject *self = (ResultObject *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->object = object;
    self->facts = facts ? Py_NewRef(facts) : NULL;
    self->members = PyTuple_New((Py_ssize_t)count * 2);
    if (self->members)
        return self;
    Py_DECREF(self);
    return NULL;
}

/* Puts a member at its place among the members. */
static int convert_member(module_state *state, ResultObject *self,
                          const cielo_value *member, Py_ssize_t place)
{
    size_t length;
    const char *name = cielo_value_name(member, &length);
    member_rule rule;
    PyObject *key, *value;

    field_rule(state, self->object, name, length, &rule);
    key = rule.wire ? Py_NewRef(rule.wire)
                    : PyUnicode_DecodeUTF8(name, (Py_ssize_t)length, "strict");
    if (!key)
        return -1;
    PyTuple_SET_ITEM(self->members, place, key);
    value = convert(state, member, rule.child, rule.type, NULL);
    if (!value)
        return -1;
    PyTuple_SET_ITEM(self->members, place + 1, value);
    return 0;
}

static int make_index(ResultObject *self)
{
    PyObject *name, *value;
    Py_ssize_t position = 0;

    self->index = PyDict_New();
    while (self->index && result_next(self, &position, &name, &value)) {
        PyObject *place = PyLong_FromSsize_t(position - 1);
        int status = place ? PyDict_SetItem(self->index, name, place) : -1;

        Py_XDECREF(place);
        if (status < 0)
            return -1;
    }
    return self->index ? 0 : -1;
}

static PyObject *convert_object(module_state *state, const cielo_value *value,
                                int object, PyObject *facts)
{
    size_t count = cielo_value_size(value);
    ResultObject *self = new_result(state, object, count, facts);
    const cielo_value *member;
    Py_ssize_t place = 0;

    if (!self)
        return NULL;
    /* A collection on the way may call code that reads all it can find. */
    PyObject_GC_UnTrack(self);
    for (member = cielo_value_first(value); member;
         member = cielo_value_next(member), place += 2)
        if (convert_member(state, self, member, place) < 0)
            goto failed;
    if (count < INDEX_FROM || make_index(self) == 0) {
        PyObject_GC_Track(self);
        return (PyObject *)self;
    }
failed:
    Py_DECREF(self);
    return NULL;
}

static PyObject *convert(module_state *state, const cielo_value *value,
                         int object, int type, PyObject *facts)
{
    const char *text;
    size_t length;

    switch (cielo_value_type(value)) {
    case CIELO_BOOL:
        return PyBool_FromLong(cielo_value_bool(value));
    case CIELO_NUMBER:
        if (type != CIELO_FIELD_CARD_NUMBER)
            return convert_number(value);
        text = cielo_value_text(value, &length);
        return secret_new(state->secret_type, text, length);
    case CIELO_TEXT:
        text = cielo_value_text(value, &length);
        if (type == CIELO_FIELD_CARD_NUMBER)
            return secret_new(state->secret_type, text, length);
        return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "strict");
    case CIELO_ARRAY:
        return convert_array(state, value, object, type, facts);
    case CIELO_OBJECT:
        return convert_object(state, value, object, facts);
    default:
        Py_RETURN_NONE;
    }
}

PyObject *value_to_python(module_state *state, const cielo_value *value,
                          int object, PyObject *facts)
{
    if (object == CIELO_OBJECT_NONE)
        object = CIELO_OBJECT_ANY;
    /* A change answered without a body gives a result without members. */
    if (!value || cielo_value_type(value) == CIELO_NULL)
        return (PyObject *)new_result(state, object, 0, facts);
    return convert(state, value, object, -1, facts);
}

static int add_plain(PyObject *tree, const cielo_value *item)
{
    PyObject *plain = value_to_plain(item), *name = NULL;
    size_t length;
    const char *text = cielo_value_name(item, &length);
    int status = -1;

    if (plain && text)
        name = PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
    if (name)
        status = PyDict_SetItem(tree, name, plain);
    else if (plain && !text)
        status = PyList_Append(tree, plain);
    Py_XDECREF(name);
    Py_XDECREF(plain);
    return status;
}

PyObject *value_to_plain(const cielo_value *value)
{
    const cielo_value *item;
    PyObject *tree;
    const char *text;
    size_t length;

    switch (cielo_value_type(value)) {
    case CIELO_ARRAY:
        tree = PyList_New(0);
        break;
    case CIELO_OBJECT:
        tree = PyDict_New();
        break;
    case CIELO_BOOL:
        return PyBool_FromLong(cielo_value_bool(value));
    case CIELO_NUMBER:
        return convert_number(value);
    case CIELO_TEXT:
        text = cielo_value_text(value, &length);
        return PyUnicode_DecodeUTF8(text, (Py_ssize_t)length, "replace");
    default:
        Py_RETURN_NONE;
    }
    for (item = cielo_value_first(value); tree && item;
         item = cielo_value_next(item))
        if (add_plain(tree, item) < 0)
            Py_CLEAR(tree);
    return tree;
}
