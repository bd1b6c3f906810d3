/* Plain data as the core's tree, in one pass and in the tree's own block: what
 * nearly every program gives as fields. No code of the caller's runs here, so
 * that nothing changes on the way but by another thread. */
#include "state.h"

#include <string.h>

typedef struct pass {
    module_state *state;
    int left;  /* values that there may yet be */
    int depth; /* of the next value */
} pass;

/* Where a value goes: the last of `to`, under a name or none. */
typedef struct spot {
    cielo_value *to;
    const char *name;
    size_t length;
} spot;

/* 1 for a value that stands there, 0 for one that is not plain. */
static int put(pass *p, const spot *at, PyObject *value);

static int put_text(const spot *at, PyObject *text)
{
    Py_ssize_t length;
    const char *utf8 = PyUnicode_AsUTF8AndSize(text, &length);

    if (!utf8)
        PyErr_Clear(); /* half of a surrogate pair, or no memory */
    return utf8
        && cielo_value_put_text(at->to, at->name, at->length, utf8,
                                (size_t)length);
}

static int put_secret(const spot *at, PyObject *secret)
{
    size_t length;
    const char *text = secret_text(secret, &length);

    return cielo_value_put_text(at->to, at->name, at->length, text, length)
        != NULL;
}

static int put_integer(const spot *at, PyObject *number)
{
    int overflow;
    long long small = PyLong_AsLongLongAndOverflow(number, &overflow);

    return !overflow
        && cielo_value_put_integer(at->to, at->name, at->length, small) != NULL;
}

/* As Python writes it, as from_float of value.c. */
static int put_float(const spot *at, PyObject *number)
{
    char *text = PyOS_double_to_string(PyFloat_AS_DOUBLE(number), 'r', 0,
                                       Py_DTSF_ADD_DOT_0, NULL);
    int done = 0;

    if (text)
        done = cielo_value_put_number(at->to, at->name, at->length, text,
                                      strlen(text))
            != NULL;
    else
        PyErr_Clear();
    PyMem_Free(text);
    return done;
}

/* Under the lock of a dict or a list, which is let go while another is waited
 * for: only its owner's reference keeps what is below then. */
#if PY_VERSION_HEX >= 0x030D0000
#  define LOCK(object) Py_BEGIN_CRITICAL_SECTION(object)
#  define UNLOCK() Py_END_CRITICAL_SECTION()
#else
#  define LOCK(object)
#  define UNLOCK()
#endif
#ifdef Py_GIL_DISABLED
#  define HOLD(object) Py_INCREF(object)
#  define LET_GO(object) Py_DECREF(object)
#else
#  define HOLD(object)
#  define LET_GO(object)
#endif

static int put_member(pass *p, cielo_value *object, PyObject *key,
                      PyObject *value)
{
    spot at = {object, NULL, 0};
    Py_ssize_t length;

    if (!PyUnicode_CheckExact(key))
        return 0;
    at.name = PyUnicode_AsUTF8AndSize(key, &length);
    if (!at.name) {
        PyErr_Clear();
        return 0;
    }
    at.length = (size_t)length;
    return put(p, &at, value);
}

static int put_members(pass *p, cielo_value *object, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t position = 0, size;
    int done = 1;

    LOCK(dict);
    size = PyDict_GET_SIZE(dict);
    while (done && PyDict_Next(dict, &position, &key, &value)) {
        HOLD(key);
        HOLD(value);
        done = put_member(p, object, key, value);
        LET_GO(key);
        LET_GO(value);
        done = done && PyDict_GET_SIZE(dict) == size;
    }
    UNLOCK();
    return done;
}

static int put_items(pass *p, cielo_value *array, PyObject *list)
{
    spot at = {array, NULL, 0};
    Py_ssize_t i;
    int done = 1;

    LOCK(list);
    for (i = 0; done && i < PyList_GET_SIZE(list); i++) {
        PyObject *item = PyList_GET_ITEM(list, i);

        HOLD(item);
        done = put(p, &at, item);
        LET_GO(item);
    }
    UNLOCK();
    return done;
}

static int put_container(pass *p, const spot *at, PyObject *value)
{
    int is_dict = PyDict_CheckExact(value), done;
    cielo_value *made = NULL;

    if (p->depth >= GIVEN_DEPTH)
        return 0;
    if (is_dict)
        made = cielo_value_put_object(at->to, at->name, at->length);
    else if (PyList_CheckExact(value))
        made = cielo_value_put_array(at->to, at->name, at->length);
    if (!made)
        return 0;
    p->depth++;
    done = is_dict ? put_members(p, made, value) : put_items(p, made, value);
    p->depth--;
    return done;
}

static int put(pass *p, const spot *at, PyObject *value)
{
    if (p->left-- == 0)
        return 0;
    if (PyUnicode_CheckExact(value))
        return put_text(at, value);
    if (PyLong_CheckExact(value))
        return put_integer(at, value);
    if (PyBool_Check(value))
        return cielo_value_put_bool(at->to, at->name, at->length,
                                    value == Py_True)
            != NULL;
    if (value == Py_None)
        return cielo_value_put_null(at->to, at->name, at->length) != NULL;
    if (PyFloat_CheckExact(value))
        return put_float(at, value);
    if (Py_IS_TYPE(value, p->state->secret_type))
        return put_secret(at, value);
    return put_container(p, at, value);
}

int plain_put(module_state *state, cielo_value *to, const char *name,
              PyObject *value)
{
    pass p = {state, VALUES_LIMIT, 0};
    spot at = {to, name, strlen(name)};

    return put(&p, &at, value);
}
