/* The core's maps as Python data: what the stub is generated from. */
#include "state.h"

static const char *const annotations[] = {
#define CIELO_X(name, annotation, policy, takes) annotation,
    CIELO_FIELD_TYPE_MAP(CIELO_X)
#undef CIELO_X
};

static const char *const field_types[] = {
#define CIELO_X(name, annotation, policy, takes) #name,
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

static PyObject *list_words(const cielo_field *field)
{
    PyObject *list = PyList_New(0);
    const char *word;
    size_t i;

    for (i = 0; list && (word = cielo_field_word(field, i)) != NULL; i++)
        if (append(list, PyUnicode_FromString(word)) < 0)
            Py_CLEAR(list);
    return list;
}

static PyObject *as_bool(int flag)
{
    return flag ? Py_True : Py_False;
}

static PyObject *list_fields(void)
{
    PyObject *list = PyList_New(0);
    const cielo_field *field;
    size_t i;

    for (i = 0; list && (field = cielo_field_at(i)) != NULL; i++) {
        PyObject *item = Py_BuildValue(
            "{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:N,s:O,s:O,s:O}", "object",
            cielo_object_name(field->object), "wire", field->wire, "host",
            field->host, "type", field_types[field->type], "annotation",
            annotations[field->type], "child", cielo_object_name(field->child),
            "size", field->size, "takes", cielo_field_takes(field), "words",
            list_words(field), "given", as_bool(cielo_field_is_given(field)),
            "required", as_bool(field->use == CIELO_USE_REQUIRED), "alias",
            as_bool(field->use == CIELO_USE_ALIAS));

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
            "{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:O,s:O}", "name", row->name, "noun",
            row->noun, "verb", row->verb, "params", row->params, "object",
            cielo_object_name(row->object), "fields",
            cielo_object_name(row->fields), "about", row->about, "write",
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

static const char *const param_kinds[] = {
#define CIELO_X(name, type) #name,
    CIELO_PARAM_KIND_MAP(CIELO_X)
#undef CIELO_X
};

static PyObject *list_params(void)
{
    PyObject *list = PyList_New(0);
    const cielo_param *row;
    size_t i;

    for (i = 0; list && (row = cielo_param_at(i)) != NULL; i++)
        if (append(list, Py_BuildValue(
                             "{s:s,s:s,s:s,s:i,s:s}", "name", row->name, "kind",
                             param_kinds[row->kind], "type",
                             cielo_param_type(row->kind), "size", row->size,
                             "about", row->about)) < 0)
            Py_CLEAR(list);
    return list;
}

static const char *const detail_types[] = {
#define CIELO_X(name, type) #name,
    CIELO_DETAIL_TYPE_MAP(CIELO_X)
#undef CIELO_X
};

static const char *const owners[] = {
#define CIELO_X(id, name) name,
    CIELO_DETAIL_OWNER_MAP(CIELO_X)
#undef CIELO_X
};

static PyObject *build_detail(const cielo_detail *row)
{
    return Py_BuildValue("{s:s,s:s,s:s,s:O,s:s}", "owner", owners[row->owner],
                         "name", row->name, "type", detail_types[row->type],
                         "known",
                         detail_is_known(row) ? Py_True : Py_False, "about",
                         row->about);
}

static PyObject *list_details(void)
{
    PyObject *list = PyList_New(0);
    const cielo_detail *row;
    size_t i;

    for (i = 0; list && (row = cielo_detail_at(i)) != NULL; i++)
        if (append(list, build_detail(row)) < 0)
            Py_CLEAR(list);
    return list;
}

/* The kinds of results that have a fact, but for what all have. */
static PyObject *list_kinds(const cielo_detail *fact)
{
    PyObject *list = PyList_New(0);
    int i;

    for (i = CIELO_OBJECT_ANY; list && i < CIELO_OBJECT_COUNT; i++)
        if (is_own_fact(fact, i) &&
            append(list, PyUnicode_FromString(cielo_object_name(i))) < 0)
            Py_CLEAR(list);
    return list;
}

static PyObject *list_facts(void)
{
    PyObject *list = PyList_New(0);
    const cielo_detail *row;
    size_t i;

    for (i = 0; list && (row = cielo_fact_at(i)) != NULL; i++) {
        PyObject *fact = build_detail(row), *kinds = list_kinds(row);
        int status = -1;

        if (fact && kinds)
            status = PyDict_SetItemString(fact, "objects", kinds);
        Py_XDECREF(kinds);
        if (status < 0)
            Py_CLEAR(fact);
        if (append(list, fact) < 0)
            Py_CLEAR(list);
    }
    return list;
}

/* The words of closed lists, by the list's name. */
static PyObject *list_vocabulary(void)
{
    enum { MOST_WORDS = 32 };
    PyObject *lists = PyDict_New();
    size_t i;

#define CIELO_X(id, word) word,
    static const struct {
        const char *name;
        const char *words[MOST_WORDS];
    } rows[] = {
        {"retry", {CIELO_RETRY_MAP(CIELO_X)}},
        {"change", {CIELO_CHANGE_MAP(CIELO_X)}},
        {"category", {CIELO_CATEGORY_MAP(CIELO_X)}},
        {"table", {CIELO_ADVICE_TABLE_MAP(CIELO_X)}},
        {"code_operation", {CIELO_CODE_OPERATION_MAP(CIELO_X)}},
        {"rule", {CIELO_RULE_MAP(CIELO_X)}},
        {"cause", {CIELO_CAUSE_MAP(CIELO_X)}},
        {"notification", {CIELO_NOTIFICATION_MAP(CIELO_X)}},
        {"book", {CIELO_BOOK_MAP(CIELO_X)}},
    };
#undef CIELO_X

    for (i = 0; lists && i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const *word = rows[i].words;
        PyObject *list = PyList_New(0);

        for (; list && *word; word++)
            if (append(list, PyUnicode_FromString(*word)) < 0)
                Py_CLEAR(list);
        if (!list || PyDict_SetItemString(lists, rows[i].name, list) < 0)
            Py_CLEAR(lists);
        Py_XDECREF(list);
    }
    return lists;
}

static PyObject *list_names(int book)
{
    PyObject *list = PyList_New(0);
    const cielo_status *status;
    size_t i;

    for (i = 0; list && (status = cielo_book_at(book, i)) != NULL; i++)
        if (append(list, PyUnicode_FromString(status->name)) < 0)
            Py_CLEAR(list);
    return list;
}

/* The objects that a name may mean, each with CIELO_FIT_... */
PyObject *fits(PyObject *module, PyObject *name)
{
    PyObject *found = PyDict_New();
    Py_ssize_t length;
    const char *text = PyUnicode_AsUTF8AndSize(name, &length);
    int i;

    (void)module;
    if (!text)
        Py_CLEAR(found);
    for (i = 0; found && i < CIELO_OBJECT_COUNT; i++) {
        int fit = (int)cielo_object_fits(i, text, (size_t)length);
        PyObject *number = PyLong_FromLong(fit);

        if (!number
            || (fit && PyDict_SetItemString(found, cielo_object_name(i),
                                            number) < 0))
            Py_CLEAR(found);
        Py_XDECREF(number);
    }
    return found;
}

PyObject *schema(PyObject *module, PyObject *ignored)
{
    (void)module;
    (void)ignored;
    return Py_BuildValue("{s:N,s:N,s:N,s:N,s:N,s:N,s:N,s:N,s:N,s:N,s:N,s:N}",
                         "objects",
                         list_objects(), "fields", list_fields(), "operations",
                         list_operations(), "params", list_params(), "facts",
                         list_facts(), "details", list_details(), "statuses",
                         list_statuses(), "options", list_options(), "books",
                         list_books(), "vocabulary", list_vocabulary(),
                         "sale_status", list_names(CIELO_BOOK_SALE_STATUS),
                         "order_status", list_names(CIELO_BOOK_ORDER_STATUS));
}
