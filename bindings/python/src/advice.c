/* How an advice prints: repr() on one line, str() with a line for each table
 * that says something. */
#include "state.h"

static PyObject *item_of(PyObject *tuple, Py_ssize_t place)
{
    return PyStructSequence_GetItem(tuple, place);
}

/* "limited, at most 4 in 16 days" of a cielo.Retry. */
static PyObject *tell_retry(PyObject *retry)
{
    PyObject *kind = item_of(retry, 0), *most = item_of(retry, 1);
    PyObject *days = item_of(retry, 2), *hours = item_of(retry, 3);

    if (most != Py_None)
        return PyUnicode_FromFormat("%U, at most %S in %S days", kind, most,
                                    days);
    return hours == Py_None ? Py_NewRef(kind)
                            : PyUnicode_FromFormat("%U %S hours", kind, hours);
}

/* "visa limited" of a cielo.AdviceSource; whole: "visa: limited, at most 15 in
 * 30 days; change card". */
static PyObject *tell_source(PyObject *source, int whole)
{
    PyObject *table = item_of(source, 0), *retry = item_of(source, 1);
    PyObject *rule, *text;

    if (!whole)
        return PyUnicode_FromFormat("%U %U", table, item_of(retry, 0));
    rule = tell_retry(retry);
    text = rule ? PyUnicode_FromFormat("%U: %U; change %U", table, rule,
                                       item_of(source, 2))
                : NULL;
    Py_XDECREF(rule);
    return text;
}

static PyObject *tell_sources(PyObject *sources, const char *between, int whole)
{
    PyObject *parts = PyList_New(0), *comma = PyUnicode_FromString(between);
    PyObject *joined = NULL;
    Py_ssize_t i;

    for (i = 0; parts && i < PyTuple_GET_SIZE(sources); i++) {
        PyObject *part = tell_source(PyTuple_GET_ITEM(sources, i), whole);

        if (!part || PyList_Append(parts, part) < 0)
            Py_CLEAR(parts);
        Py_XDECREF(part);
    }
    if (parts && comma)
        joined = PyUnicode_Join(comma, parts);
    Py_XDECREF(parts);
    Py_XDECREF(comma);
    return joined;
}

/* "limited, at most 4 in 16 days, not before 24 hours; change nothing" */
static PyObject *tell_rule(PyObject *advice)
{
    PyObject *rule = tell_retry(item_of(advice, 1)), *wait = item_of(advice, 2);
    PyObject *change = item_of(advice, 3), *text = NULL;

    if (rule && wait == Py_None)
        text = PyUnicode_FromFormat("%U; change %U", rule, change);
    else if (rule)
        text = PyUnicode_FromFormat("%U, not before %S hours; change %U", rule,
                                    wait, change);
    Py_XDECREF(rule);
    return text;
}

/* "cielo.Advice 05": of the return code where there is an entry. */
static PyObject *tell_subject(PyObject *advice)
{
    PyObject *entry = item_of(advice, 0), *code, *text;

    if (entry == Py_None)
        return PyUnicode_FromString("cielo.Advice");
    code = PyObject_GetAttrString(entry, "code");
    text = code ? PyUnicode_FromFormat("cielo.Advice %S", code) : NULL;
    Py_XDECREF(code);
    return text;
}

/* `lone` is the form where no table says anything. */
static PyObject *tell(PyObject *advice, const char *between, int whole,
                      const char *format, const char *lone)
{
    PyObject *subject = tell_subject(advice), *rule = tell_rule(advice);
    PyObject *sources = tell_sources(item_of(advice, 4), between, whole);
    PyObject *text = NULL;

    if (subject && rule && sources)
        text = PyUnicode_FromFormat(
            PyUnicode_GetLength(sources) > 0 ? format : lone, subject, rule,
            sources);
    Py_XDECREF(subject);
    Py_XDECREF(rule);
    Py_XDECREF(sources);
    return text;
}

static PyObject *advice_repr(PyObject *self, PyObject *unused)
{
    (void)unused;
    return tell(self, ", ", 0, "<%U: %U; %U>", "<%U: %U>");
}

static PyObject *advice_str(PyObject *self, PyObject *unused)
{
    (void)unused;
    return tell(self, "\n  ", 1, "%U: %U\n  %U", "%U: %U");
}

static PyMethodDef methods[] = {
    {"__repr__", advice_repr, METH_NOARGS, NULL},
    {"__str__", advice_str, METH_NOARGS, NULL},
};

int advice_prints(PyTypeObject *type)
{
    size_t i;
    int status = 0;

    for (i = 0; status == 0 && i < sizeof(methods) / sizeof(*methods); i++) {
        PyObject *method = PyDescr_NewMethod(type, &methods[i]);

        status = method ? PyObject_SetAttrString((PyObject *)type,
                                                 methods[i].ml_name, method)
                        : -1;
        Py_XDECREF(method);
    }
    return status;
}
