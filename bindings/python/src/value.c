/* Python values to the core's tree: what a caller gives as fields. */
#include "state.h"

#include <limits.h>
#include <string.h>

/* The way from the root to a value, to find its rule when one is needed. An
 * item of a list has no key. Lives on the C stack. */
typedef struct trail {
    const struct trail *parent;
    const char *key;
    Py_ssize_t length;
} trail;

/* What is wrong with an object as a whole. */
#define BAD_NAME "the names of an object must be text"
/* More members of one object than are printed. */
#define PRINTED_MEMBERS 1000

/* What is made of values that JSON cannot say. */
enum purpose {
    FOR_CIELO, /* a problem, with the reason */
    FOR_COPY,  /* an exception: a copy is whole or there is none */
    FOR_PRINT  /* three points */
};

typedef struct builder {
    module_state *state;
    enum purpose purpose;
    int root; /* CIELO_OBJECT_... the tree stands for */
    int count;
    int limit;
    int deepest; /* objects and lists nest no further */
} builder;

/* The value that is one too many is there to say so; those behind it are not
 * looked at. */
static int is_full(const builder *b)
{
    return b->count > b->limit;
}

static cielo_value *build(builder *b, PyObject *value, const trail *at,
                          int depth);

static cielo_value *checked(cielo_value *value)
{
    if (!value)
        PyErr_NoMemory();
    return value;
}

static cielo_value *invalid(const builder *b, const char *reason)
{
    switch (b->purpose) {
    case FOR_COPY:
        PyErr_SetString(PyExc_TypeError, reason);
        return NULL;
    case FOR_PRINT:
        return checked(cielo_value_new_text("...", 3));
    default:
        return checked(cielo_value_new_invalid(reason));
    }
}

static cielo_value *too_deep(const builder *b)
{
    if (b->purpose != FOR_COPY)
        return invalid(b, "a value nested this deep, or holding itself, is not "
                          "sent");
    PyErr_SetString(PyExc_RecursionError, "a result nested this deep, or "
                                          "holding itself, has no copy");
    return NULL;
}

static cielo_value *from_text(const builder *b, PyObject *text)
{
    Py_ssize_t length;
    const char *utf8 = PyUnicode_AsUTF8AndSize(text, &length);

    if (!utf8) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
            return NULL;
        /* Its message would quote the text. */
        PyErr_Clear();
        return invalid(b, "text with half of a surrogate pair is not Unicode");
    }
    return checked(cielo_value_new_text(utf8, (size_t)length));
}

static int is_text(const builder *b, PyObject *value)
{
    return PyUnicode_Check(value) || Py_IS_TYPE(value, b->state->secret_type);
}

/* What is_text said yes to. A secret is told to Cielo alone. */
static cielo_value *from_text_or_secret(const builder *b, PyObject *value)
{
    cielo_value *made;
    PyObject *shown;
    const char *text;
    size_t length;

    if (PyUnicode_Check(value))
        return from_text(b, value);
    if (b->purpose == FOR_CIELO) {
        text = secret_text(value, &length);
        return checked(cielo_value_new_text(text, length));
    }
    shown = PyObject_Str(value);
    made = shown ? from_text(b, shown) : NULL;
    Py_XDECREF(shown);
    return made;
}

/* An object's text, such as that of a big integer, as a JSON number. */
static cielo_value *from_digits(const builder *b, PyObject *number)
{
    PyObject *text = PyObject_Str(number);
    cielo_value *value = NULL;
    const char *digits;
    Py_ssize_t length;

    if (!text) {
        /* Python refuses to print integers of thousands of digits. */
        if (!PyErr_ExceptionMatches(PyExc_ValueError))
            return NULL;
        PyErr_Clear();
        return invalid(b, "a number this long is not sent");
    }
    digits = PyUnicode_AsUTF8AndSize(text, &length);
    if (digits)
        value = checked(cielo_value_new_number(digits, (size_t)length));
    Py_DECREF(text);
    return value;
}

static cielo_value *from_integer(const builder *b, PyObject *number)
{
    int overflow;
    long long small = PyLong_AsLongLongAndOverflow(number, &overflow);
    PyObject *plain;
    cielo_value *value;

    if (overflow == 0) {
        if (small == -1 && PyErr_Occurred())
            return NULL;
        return checked(cielo_value_new_integer(small));
    }
    /* str() of an IntEnum is its name in some versions. */
    plain = PyNumber_Long(number);
    if (!plain)
        return NULL;
    value = from_digits(b, plain);
    Py_DECREF(plain);
    return value;
}

static int add_member(builder *b, cielo_value *object, PyObject *key,
                      PyObject *value, const trail *at, int depth,
                      const char **bad)
{
    trail here = {at, NULL, 0};
    cielo_value *item;
    int status;

    if (!PyUnicode_Check(key)) {
        *bad = BAD_NAME;
        return 0;
    }
    here.key = PyUnicode_AsUTF8AndSize(key, &here.length);
    if (!here.key) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError))
            return -1;
        PyErr_Clear();
        *bad = BAD_NAME;
        return 0;
    }
    item = build(b, value, &here, depth + 1);
    if (!item)
        return -1;
    status = cielo_value_set_named(object, here.key, (size_t)here.length, item);
    if (status == CIELO_EUSAGE)
        *bad = BAD_NAME;
    else if (status != CIELO_OK)
        PyErr_NoMemory();
    return status == CIELO_EMEMORY ? -1 : 0;
}

static int add_dict(builder *b, cielo_value *object, PyObject *dict,
                    const trail *at, int depth, const char **bad)
{
    PyObject *key, *value;
    Py_ssize_t position = 0, size;
    int status = 0;

#if PY_VERSION_HEX >= 0x030D0000
    Py_BEGIN_CRITICAL_SECTION(dict);
#endif
    size = PyDict_GET_SIZE(dict);
    while (status == 0 && !is_full(b) && PyDict_GET_SIZE(dict) == size &&
           PyDict_Next(dict, &position, &key, &value)) {
        /* Code of the caller's may run below and drop them. */
        Py_INCREF(key);
        Py_INCREF(value);
        status = add_member(b, object, key, value, at, depth, bad);
        Py_DECREF(key);
        Py_DECREF(value);
    }
    if (PyDict_GET_SIZE(dict) != size)
        *bad = "an object that changes while it is read is not sent";
#if PY_VERSION_HEX >= 0x030D0000
    Py_END_CRITICAL_SECTION();
#endif
    return status;
}

static int add_result(builder *b, cielo_value *object, ResultObject *result,
                      const trail *at, int depth, const char **bad)
{
    int left = b->purpose == FOR_PRINT ? PRINTED_MEMBERS : INT_MAX;
    PyObject *key, *value;
    Py_ssize_t position = 0;
    int status = 0;

    while (status == 0 && left > 0 && !is_full(b)) {
        int more = result_next(result, &position, &key, &value);

        if (more <= 0)
            return more;
        if (value == Py_None && b->purpose == FOR_PRINT)
            continue; /* is not printed */
        status = add_member(b, object, key, value, at, depth, bad);
        left--;
    }
    return status;
}

static int add_mapping(builder *b, cielo_value *object, PyObject *mapping,
                       const trail *at, int depth, const char **bad)
{
    PyObject *items = PyMapping_Items(mapping);
    Py_ssize_t i;
    int status = 0;

    if (!items)
        return -1;
    for (i = 0; status == 0 && !is_full(b) && i < PyList_GET_SIZE(items); i++) {
        PyObject *item = PyList_GET_ITEM(items, i);

        if (!PyTuple_Check(item) || PyTuple_GET_SIZE(item) != 2) {
            PyErr_SetString(PyExc_TypeError, "items() must give pairs");
            status = -1;
        } else {
            status = add_member(b, object, PyTuple_GET_ITEM(item, 0),
                                PyTuple_GET_ITEM(item, 1), at, depth, bad);
        }
    }
    Py_DECREF(items);
    return status;
}

static cielo_value *from_mapping(builder *b, PyObject *mapping, const trail *at,
                                 int depth)
{
    cielo_value *object = checked(cielo_value_new_object());
    const char *bad = NULL;
    int status;

    if (!object)
        return NULL;
    result_note_reader(mapping);
    if (is_result(b->state, mapping))
        status = add_result(b, object, (ResultObject *)mapping, at, depth,
                            &bad);
    else if (PyDict_CheckExact(mapping))
        status = add_dict(b, object, mapping, at, depth, &bad);
    else
        status = add_mapping(b, object, mapping, at, depth, &bad);
    if (status == 0 && !bad)
        return object;
    cielo_value_free(object);
    return status < 0 ? NULL : invalid(b, bad);
}

static cielo_value *from_sequence(builder *b, PyObject *sequence,
                                  const trail *at, int depth)
{
    trail here = {at, NULL, 0};
    PyObject *items = PySequence_Tuple(sequence);
    cielo_value *array = NULL;
    Py_ssize_t i;

    if (!items)
        return NULL;
    array = checked(cielo_value_new_array());
    for (i = 0; array && !is_full(b) && i < PyTuple_GET_SIZE(items); i++) {
        cielo_value *item =
            build(b, PyTuple_GET_ITEM(items, i), &here, depth + 1);

        if (!item || cielo_value_append(array, item) != CIELO_OK) {
            if (item)
                PyErr_NoMemory();
            cielo_value_free(array);
            array = NULL;
        }
    }
    Py_DECREF(items);
    return array;
}

/* The object in which what stands at `at` looks for its members; `type` gets
 * the type of the field, -1 when the map does not know it. */
static int rule_at(const builder *b, const trail *at, int *type)
{
    const cielo_field *field;
    int object;

    if (!at) {
        *type = -1;
        return b->root;
    }
    object = rule_at(b, at->parent, type);
    if (!at->key)
        return object;
    field = cielo_field_by_name(object, at->key, (size_t)at->length);
    *type = field ? field->type : -1;
    return field ? field->child : CIELO_OBJECT_ANY;
}

static cielo_value *from_date(builder *b, PyObject *value, const trail *at,
                              int is_moment)
{
    PyObject *text;
    cielo_value *result;
    int type;

    if (is_moment) {
        rule_at(b, at, &type);
        if (type == CIELO_FIELD_DATE || type == CIELO_FIELD_DUE) {
            PyObject *date = PyObject_CallMethod(value, "date", NULL);

            if (!date)
                return NULL;
            text = PyObject_CallMethod(date, "isoformat", NULL);
            Py_DECREF(date);
        } else {
            text = PyObject_CallMethod(value, "isoformat", "ss", "T",
                                       "seconds");
        }
    } else {
        text = PyObject_CallMethod(value, "isoformat", NULL);
    }
    if (!text)
        return NULL;
    if (!PyUnicode_Check(text)) {
        Py_DECREF(text);
        return invalid(b, "a date that has no text is not a JSON value");
    }
    result = from_text(b, text);
    Py_DECREF(text);
    return result;
}

static cielo_value *from_printed(const builder *b, PyObject *value)
{
    PyObject *text = PyObject_Str(value);
    cielo_value *result;

    if (!text)
        return NULL;
    result = from_text(b, text);
    Py_DECREF(text);
    return result;
}

static cielo_value *from_stranger(const builder *b, PyObject *value)
{
    char reason[120];

    if (PyBytes_Check(value) || PyByteArray_Check(value))
        return invalid(b, "bytes are not text: decode them first");
    PyOS_snprintf(reason, sizeof(reason), "a value of type %.60s is not a "
                  "JSON value", Py_TYPE(value)->tp_name);
    return invalid(b, reason);
}

/* Values that are neither of the types JSON has nor containers of Python's. */
static cielo_value *from_other(builder *b, PyObject *value, const trail *at,
                               int depth)
{
    module_state *state = b->state;
    int is;

    if (import_values(state) < 0)
        return NULL;
#define IS(cls) ((is = PyObject_IsInstance(value, state->cls)) != 0)
    if (IS(datetime_class))
        return is < 0 ? NULL : from_date(b, value, at, 1);
    if (IS(date_class))
        return is < 0 ? NULL : from_date(b, value, at, 0);
    if (IS(decimal_class))
        return is < 0 ? NULL : from_digits(b, value);
    if (IS(uuid_class))
        return is < 0 ? NULL : from_printed(b, value);
    if (IS(mapping_abc))
        return is < 0 ? NULL : from_mapping(b, value, at, depth);
    if (PyBytes_Check(value) || PyByteArray_Check(value))
        return from_stranger(b, value);
    if (IS(sequence_abc))
        return is < 0 ? NULL : from_sequence(b, value, at, depth);
#undef IS
    if (PyIndex_Check(value)) {
        PyObject *number = PyNumber_Index(value);
        cielo_value *result = number ? from_integer(b, number) : NULL;

        Py_XDECREF(number);
        return result;
    }
    return from_stranger(b, value);
}

/* As Python writes it, "157.0": a float that happens to be whole is no amount
 * in cents, and must not pass for one. */
static cielo_value *from_float(PyObject *value)
{
    char *text = PyOS_double_to_string(PyFloat_AS_DOUBLE(value), 'r', 0,
                                       Py_DTSF_ADD_DOT_0, NULL);
    cielo_value *made;

    if (!text)
        return NULL;
    made = checked(cielo_value_new_number(text, strlen(text)));
    PyMem_Free(text);
    return made;
}

/* Objects and lists. What is printed may hold itself many times over. */
static cielo_value *from_container(builder *b, PyObject *value, const trail *at,
                                   int depth)
{
    int entered = b->purpose == FOR_PRINT ? Py_ReprEnter(value) : 0;
    cielo_value *made = NULL;

    if (entered < 0)
        return NULL;
    if (entered > 0 || depth >= b->deepest)
        made = too_deep(b);
    else if (PyDict_Check(value) || is_result(b->state, value))
        made = from_mapping(b, value, at, depth);
    else if (PyList_Check(value) || PyTuple_Check(value))
        made = from_sequence(b, value, at, depth);
    else
        made = from_other(b, value, at, depth);
    if (b->purpose == FOR_PRINT && entered == 0)
        Py_ReprLeave(value);
    return made;
}

static cielo_value *build(builder *b, PyObject *value, const trail *at,
                          int depth)
{
    b->count++;
    if (is_full(b))
        return invalid(b, "too many values");
    if (value == Py_None)
        return checked(cielo_value_new_null());
    if (is_text(b, value))
        return from_text_or_secret(b, value);
    if (PyBool_Check(value))
        return checked(cielo_value_new_bool(value == Py_True));
    if (PyLong_Check(value))
        return from_integer(b, value);
    if (PyFloat_Check(value))
        return from_float(value);
    return from_container(b, value, at, depth);
}

cielo_value *value_from_python(module_state *state, PyObject *value, int object)
{
    builder b = {state, FOR_CIELO, object, 0, VALUES_LIMIT, GIVEN_DEPTH};

    return build(&b, value, NULL, 0);
}

static cielo_value *from_result(module_state *state, PyObject *value,
                                int object, enum purpose purpose)
{
    builder b = {state, purpose, object, 0, INT_MAX - 1, CIELO_VALUE_DEPTH};

    return build(&b, value, NULL, 0);
}

cielo_value *value_from_pickle(module_state *state, PyObject *members,
                               int object)
{
    return from_result(state, members, object, FOR_COPY);
}

cielo_value *value_shown(module_state *state, ResultObject *result, int printed)
{
    cielo_value *tree = from_result(state, (PyObject *)result, result->object,
                                    printed ? FOR_PRINT : FOR_COPY);
    cielo_value *shown;

    if (!tree)
        return NULL;
    shown = cielo_value_shown(tree, result->object);
    cielo_value_free(tree);
    if (!shown)
        PyErr_NoMemory();
    return shown;
}
