/* Parameters of operations: what Python takes for each type of them. */
#include "state.h"

#include <string.h>

/* A parameter's value for the core; NULL without an exception for a value of
 * another type. */
typedef cielo_value *(*convert)(module_state *state, PyObject *value,
                                int object);

static int is_text(module_state *state, PyObject *value)
{
    return PyUnicode_Check(value) || Py_IS_TYPE(value, state->secret_type);
}

static int is_integer(PyObject *value)
{
    return PyLong_Check(value) && !PyBool_Check(value);
}

static cielo_value *from_text(module_state *state, PyObject *value, int object)
{
    return is_text(state, value) ? value_from_python(state, value, object)
                                 : NULL;
}

static cielo_value *from_integer(module_state *state, PyObject *value,
                                 int object)
{
    return is_integer(value) ? value_from_python(state, value, object) : NULL;
}

static cielo_value *from_interval(module_state *state, PyObject *value,
                                  int object)
{
    return is_integer(value) ? value_from_python(state, value, object)
                             : from_text(state, value, object);
}

/* Of a moment the day counts. */
static cielo_value *from_day_of(module_state *state, PyObject *moment,
                                int object)
{
    PyObject *day = PyObject_CallMethod(moment, "date", NULL);
    cielo_value *made = day ? value_from_python(state, day, object) : NULL;

    Py_XDECREF(day);
    return made;
}

static cielo_value *from_date(module_state *state, PyObject *value, int object)
{
    int is;

    if (is_text(state, value))
        return value_from_python(state, value, object);
    if (import_values(state) < 0)
        return NULL;
    is = PyObject_IsInstance(value, state->date_class);
    if (is <= 0)
        return NULL;
    is = PyObject_IsInstance(value, state->datetime_class);
    if (is < 0)
        return NULL;
    return is ? from_day_of(state, value, object)
              : value_from_python(state, value, object);
}

/* time.time() is one, to the second; a datetime whose zone nobody said is
 * refused with a sentence. */
static cielo_value *from_moment(module_state *state, PyObject *value,
                                int object)
{
    cielo_value *made;
    PyObject *number;
    int64_t seconds;
    int is;

    if (is_integer(value))
        return value_from_python(state, value, object);
    if (import_values(state) < 0)
        return NULL;
    is = PyFloat_Check(value)
        || PyObject_IsInstance(value, state->datetime_class);
    if (is <= 0 || !parse_moment(value, &seconds))
        return NULL;
    number = PyLong_FromLongLong(seconds);
    made = number ? value_from_python(state, number, object) : NULL;
    Py_XDECREF(number);
    return made;
}

static cielo_value *from_mapping(module_state *state, PyObject *value,
                                 int object)
{
    int is = PyDict_Check(value) || is_result(state, value);

    if (!is && import_values(state) < 0)
        return NULL;
    if (!is)
        is = PyObject_IsInstance(value, state->mapping_abc);
    return is > 0 ? value_from_python(state, value, object) : NULL;
}

/* Types whose every value is one that plain.c takes, or else is refused. */
static int is_any(module_state *state, PyObject *value)
{
    (void)state;
    (void)value;
    return 1;
}

static int is_number(module_state *state, PyObject *value)
{
    (void)state;
    return is_integer(value);
}

static int is_text_or_number(module_state *state, PyObject *value)
{
    return is_text(state, value) || is_integer(value);
}

static int is_dict(module_state *state, PyObject *value)
{
    (void)state;
    return PyDict_CheckExact(value);
}

struct param_type {
    const char *type;   /* of CIELO_PARAM_KIND_MAP */
    const char *wanted; /* what it is called where another is refused */
    convert convert;
    int (*may_be_plain)(module_state *state, PyObject *value);
};

static const param_type types[] = {
    {"text", "str or cielo.Secret", from_text, is_text},
    {"integer", "int", from_integer, is_number},
    {"date", "str, cielo.Secret or datetime.date", from_date, is_text},
    {"moment", "int or float (seconds since 1970) or a datetime with its zone",
     from_moment, is_number},
    {"interval", "str, cielo.Secret or int", from_interval, is_text_or_number},
    {"object", "a mapping", from_mapping, is_dict},
    {"any", "any JSON value", value_from_python, is_any},
};

const param_type *param_type_of(const cielo_param *param)
{
    const char *type = cielo_param_type(param->kind);
    size_t i;

    for (i = 0; type && i < sizeof(types) / sizeof(*types); i++)
        if (strcmp(types[i].type, type) == 0)
            return &types[i];
    return NULL;
}

const char *param_wanted(const cielo_param *param)
{
    return param_type_of(param)->wanted;
}

static cielo_value *make(module_state *state, const cielo_param *param,
                         const param_type *type, PyObject *value, int object)
{
    cielo_value *made = type->convert(state, value, object);
    /* An integer alone says nothing of its unit. */
    int unit = type->convert == from_integer && *param->about;

    if (!made && !PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "%s must be %s%s%s, not %.100s",
                     param->name, type->wanted, unit ? ", " : "",
                     unit ? param->about : "", Py_TYPE(value)->tp_name);
    return made;
}

cielo_value *param_value(module_state *state, const cielo_param *param,
                         PyObject *value, int object)
{
    return make(state, param, param_type_of(param), value, object);
}

int param_put(module_state *state, cielo_value *params,
              const cielo_param *param, const param_type *type,
              PyObject *value, int object)
{
    cielo_value *made;

    if (type->may_be_plain(state, value)
        && plain_put(state, params, param->name, value))
        return 1;
    made = make(state, param, type, value, object);
    if (made && cielo_value_set(params, param->name, made) == CIELO_OK)
        return 1;
    if (!PyErr_Occurred())
        PyErr_NoMemory();
    return 0;
}
