/* The core's trees as Python values: results, whose members are made when they
 * are read, or plain dicts and lists. */
#include "state.h"

#define OWNER "cielo._core.tree"

/* Wiped and freed when nothing of it can be read any more. */
static void free_tree(PyObject *owner)
{
    cielo_value_free(PyCapsule_GetPointer(owner, OWNER));
}

static PyObject *convert_number(const cielo_value *value)
{
    int64_t integer;

    if (cielo_value_integer(value, &integer))
        return PyLong_FromLongLong(integer);
    if (cielo_value_is_integer(value))
        return PyLong_FromString(cielo_value_text(value, NULL), NULL, 10);
    return PyFloat_FromDouble(cielo_value_real(value));
}

/* `facts` is for the objects that a list is of, if any. */
static PyObject *convert(module_state *state, PyObject *owner,
                         const cielo_value *value, int object, int type,
                         PyObject *facts);

static PyObject *convert_array(module_state *state, PyObject *owner,
                               const cielo_value *value, int object, int type,
                               PyObject *facts)
{
    PyObject *list = PyList_New((Py_ssize_t)cielo_value_size(value));
    const cielo_value *item;
    Py_ssize_t i = 0;

    if (!list)
        return NULL;
    /* A collection on the way may call code that reads all it can find. */
    PyObject_GC_UnTrack(list);
    for (item = cielo_value_first(value); item; item = cielo_value_next(item)) {
        PyObject *converted
            = convert(state, owner, item, object, type, facts);

        if (!converted) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i++, converted);
    }
    PyObject_GC_Track(list);
    return list;
}

/* A result over a node, which `owner` keeps; both NULL for no members. */
static PyObject *new_result(module_state *state, PyObject *owner,
                            const cielo_value *node, int object,
                            PyObject *facts)
{
    PyTypeObject *type = state->result_types[object];
    ResultObject *self = (ResultObject *)type->tp_alloc(type, 0);

    if (!self)
        return NULL;
    self->object = object;
    Py_XINCREF(owner);
    self->owner = owner;
    self->node = node;
    Py_XINCREF(facts);
    self->facts = facts;
    return (PyObject *)self;
}

static PyObject *convert(module_state *state, PyObject *owner,
                         const cielo_value *value, int object, int type,
                         PyObject *facts)
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
        return convert_array(state, owner, value, object, type, facts);
    case CIELO_OBJECT:
        return new_result(state, owner, value, object, facts);
    default:
        Py_RETURN_NONE;
    }
}

PyObject *member_to_python(module_state *state, ResultObject *self,
                           const cielo_value *member, const member_rule *rule)
{
    return convert(state, self->owner, member, rule->child, rule->type, NULL);
}

PyObject *value_to_python(module_state *state, cielo_value *tree, int object,
                          PyObject *facts)
{
    PyObject *owner, *made = NULL;

    if (object == CIELO_OBJECT_NONE)
        object = CIELO_OBJECT_ANY;
    /* A change answered without a body gives a result without members. */
    if (!tree || cielo_value_type(tree) == CIELO_NULL) {
        cielo_value_free(tree);
        return new_result(state, NULL, NULL, object, facts);
    }
    owner = PyCapsule_New(tree, OWNER, free_tree);
    if (owner)
        made = convert(state, owner, tree, object, -1, facts);
    else
        cielo_value_free(tree);
    Py_XDECREF(owner);
    return made;
}

PyObject *answer_to_python(module_state *state, cielo_value *tree, int object,
                           result_facts *facts)
{
    int is_list = cielo_value_type(tree) == CIELO_ARRAY;
    PyObject *shared = is_list ? facts_dict(state, facts) : NULL;
    PyObject *made = NULL;

    if (is_list && !shared)
        cielo_value_free(tree);
    else
        made = value_to_python(state, tree, object, shared);
    Py_XDECREF(shared);
    if (!made || !is_result(state, made)) {
        facts_free(facts);
        return made;
    }
    ((ResultObject *)made)->raw = facts;
    return made;
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
