/* The core's maps as Python data: what the stub is generated from. */
#include "state.h"

static const char *const annotations[] = {
#define CIELO_X(name, annotation) annotation,
    CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
};

static const char *const field_types[] = {
#define CIELO_X(name, annotation) #name,
    CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
};

/* Appends what Py_BuildValue made; takes it. */
static int append(PyObject *list, PyObject *item)
{
    int status = item ? PyList_Append(list, item) : -1;

    Py_XDECREF(item);
    return status;
}

static PyObject *list_fields(void)
{
    PyObject *list = PyList_New(0);
    const cielo_field *field;
    size_t i;

    for (i = 0; list && (field = cielo_field_at(i)) != NULL; i++) {
        PyObject *item = Py_BuildValue(
            "{s:s,s:s,s:s,s:s,s:s,s:s,s:O}", "object",
            cielo_object_name(field->object), "wire", field->wire, "host",
            field->host, "type", field_types[field->type], "annotation",
            annotations[field->type], "child", cielo_object_name(field->child),
            "alias", field->use == CIELO_USE_ALIAS ? Py_True : Py_False);

        if (append(list, item) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *list_objects(void)
{
    PyObject *list = PyList_New(0);
    int i;

    for (i = CIELO_OBJECT_ANY; list && i < CIELO_OBJECT_COUNT; i++)
        if (append(list, PyUnicode_FromString(cielo_object_name(i))) < 0)
            Py_CLEAR(list);
    return list;
}

static PyObject *list_operations(void)
{
    PyObject *list = PyList_New(0);
    const cielo_operation *row;
    int i;

    for (i = 0; list && (row = cielo_operation_at(i)) != NULL; i++) {
        PyObject *item = Py_BuildValue(
            "{s:s,s:s,s:s,s:s,s:s,s:s,s:O,s:O}", "name", row->name, "noun",
            row->noun, "verb", row->verb, "params", row->params, "object",
            cielo_object_name(row->object), "fields",
            cielo_object_name(row->fields), "write",
            row->is_write ? Py_True : Py_False, "list",
            row->is_list ? Py_True : Py_False);

        if (append(list, item) < 0)
            Py_CLEAR(list);
    }
    return list;
}

static PyObject *list_statuses(void)
{
    PyObject *list = PyList_New(0);

#define CIELO_X(name, number, kind, type, text)                           \
    if (list && append(list, Py_BuildValue("{s:i,s:s,s:s,s:s}", "number", \
                                           number, "kind", kind, "class", \
                                           type, "text", text)) < 0)      \
        Py_CLEAR(list);
    CIELO_STATUS_MAP(CIELO_X)
#undef CIELO_X
    return list;
}

static PyObject *list_options(void)
{
    PyObject *list = PyList_New(0);

#define CIELO_X(name, kind, shareable)                                     \
    if (list && append(list, Py_BuildValue("{s:s,s:s,s:i}", "name", #name, \
                                           "kind", #kind, "shareable",     \
                                           shareable)) < 0)                \
        Py_CLEAR(list);
    CIELO_OPTION_MAP(CIELO_X)
#undef CIELO_X
    return list;
}

static PyObject *list_books(void)
{
    PyObject *list = PyList_New(0);

#define CIELO_X(id, name)                                          \
    if (list && append(list, PyUnicode_FromString(name)) < 0)      \
        Py_CLEAR(list);
    CIELO_BOOK_MAP(CIELO_X)
#undef CIELO_X
    return list;
}

PyObject *schema(PyObject *module, PyObject *ignored)
{
    (void)module;
    (void)ignored;
    return Py_BuildValue("{s:N,s:N,s:N,s:N,s:N,s:N}", "objects",
                         list_objects(), "fields", list_fields(), "operations",
                         list_operations(), "statuses", list_statuses(),
                         "options", list_options(), "books", list_books());
}
