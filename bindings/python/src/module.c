/* The module: its slots, its state, and what it exports. */
#include "state.h"

#include <string.h>

void free_object(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    type->tp_free(self);
    Py_DECREF(type);
}

#ifndef Py_TPFLAGS_DISALLOW_INSTANTIATION
PyObject *refuse_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    (void)args;
    (void)kwargs;
    PyErr_Format(PyExc_TypeError, "cannot create '%.100s' instances",
                 type->tp_name);
    return NULL;
}
#endif

module_state *state_of(PyTypeObject *type)
{
#if PY_VERSION_HEX >= 0x030B0000
    PyObject *module = PyType_GetModuleByDef(type, &core_module);

    return module ? PyModule_GetState(module) : NULL;
#else
    PyObject *mro = type->tp_mro;
    Py_ssize_t i;

    for (i = 0; i < PyTuple_GET_SIZE(mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(mro, i);
        PyObject *module;

        if (!(base->tp_flags & Py_TPFLAGS_HEAPTYPE))
            continue;
        module = PyType_GetModule(base);
        if (!module)
            PyErr_Clear();
        else if (PyModule_GetDef(module) == &core_module)
            return PyModule_GetState(module);
    }
    PyErr_SetString(PyExc_TypeError, "not a type of cielo's");
    return NULL;
#endif
}

#if PY_VERSION_HEX < 0x030A0000
/* There a type made from a spec loses the signature that its doc begins with. */
static int keep_signature(PyTypeObject *type, const PyType_Spec *spec)
{
    const PyType_Slot *at;
    size_t size;
    char *doc;

    for (at = spec->slots; at->slot; at++) {
        if (at->slot != Py_tp_doc)
            continue;
        size = strlen(at->pfunc) + 1;
        doc = PyObject_Malloc(size);
        if (!doc) {
            PyErr_NoMemory();
            return -1;
        }
        memcpy(doc, at->pfunc, size);
        PyObject_Free((void *)type->tp_doc);
        type->tp_doc = doc;
    }
    return 0;
}
#else
#define keep_signature(type, spec) 0
#endif

int add_type(PyObject *module, PyType_Spec *spec, PyObject *bases,
             PyTypeObject **slot)
{
    *slot = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, bases);
    if (!*slot || keep_signature(*slot, spec) < 0)
        return -1;
    return PyModule_AddType(module, *slot);
}

int add_object(PyObject *module, const char *name, PyObject *object)
{
    if (PyModule_AddObject(module, name, Py_NewRef(object)) == 0)
        return 0;
    Py_DECREF(object);
    return -1;
}

static PyObject *import_name(const char *module_name, const char *name)
{
    PyObject *module = PyImport_ImportModule(module_name), *value;

    if (!module)
        return NULL;
    value = PyObject_GetAttrString(module, name);
    Py_DECREF(module);
    return value;
}

static int import_into(PyObject **slot, const char *module, const char *name)
{
    PyObject *value;

    if (*slot)
        return 0;
    value = import_name(module, name);
    if (!value)
        return -1;
    *slot = value;
    return 0;
}

static int import_utc(module_state *state)
{
    PyObject *timezone = import_name("datetime", "timezone");

    if (!timezone)
        return -1;
    Py_XSETREF(state->utc, PyObject_GetAttrString(timezone, "utc"));
    Py_DECREF(timezone);
    return state->utc ? 0 : -1;
}

/* Looked for when a value is of none of the common types. */
int import_values(module_state *state)
{
    if (state->uuid_class)
        return 0;
    if (import_into(&state->mapping_abc, "collections.abc", "Mapping") < 0 ||
        import_into(&state->sequence_abc, "collections.abc", "Sequence") < 0 ||
        import_into(&state->date_class, "datetime", "date") < 0 ||
        import_into(&state->datetime_class, "datetime", "datetime") < 0 ||
        import_into(&state->timedelta_class, "datetime", "timedelta") < 0 ||
        import_into(&state->decimal_class, "decimal", "Decimal") < 0 ||
        import_into(&state->json_dumps, "json", "dumps") < 0 ||
        import_utc(state) < 0 ||
        import_into(&state->uuid_class, "uuid", "UUID") < 0)
        return -1;
    return 0;
}

static int add_names(module_state *state)
{
    size_t i;

#define NAME(slot, text)                                  \
    if (!(state->slot = PyUnicode_InternFromString(text))) \
        return -1
    NAME(str_run, "_run");
    NAME(str_adopt, "_adopt");
    NAME(str_timeout, "timeout");
    NAME(str_request_id, "request_id");
    NAME(str_is_enabled_for, "isEnabledFor");
    NAME(str_debug, "debug");
    NAME(str_isoformat, "isoformat");
    NAME(str_dict, "__dict__");
    NAME(log_format, "%s %s -> %s in %s ms (request %s)");
    for (i = 0; i < CIELO_FACT_COUNT; i++)
        NAME(fact_names[i], cielo_fact_at(i)->name);
#undef NAME
    state->log_level = PyLong_FromLong(10); /* logging.DEBUG */
    return state->log_level ? 0 : -1;
}

static int add_logger(module_state *state)
{
    PyObject *get = import_name("logging", "getLogger");

    if (!get)
        return -1;
    state->logger = PyObject_CallFunction(get, "s", "cielo");
    Py_DECREF(get);
    return state->logger ? 0 : -1;
}

/* __all__ is what does not begin with an underscore. */
static int add_all(PyObject *module)
{
    PyObject *names = PyDict_Keys(PyModule_GetDict(module));
    PyObject *all = PyList_New(0);
    Py_ssize_t i;
    int status = -1;

    if (!names || !all)
        goto done;
    for (i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = PyList_GET_ITEM(names, i);

        if (PyUnicode_READ_CHAR(name, 0) == '_')
            continue;
        if (PyList_Append(all, name) < 0)
            goto done;
    }
    if (PyList_Sort(all) < 0)
        goto done;
    status = add_object(module, "__all__", all);
done:
    Py_XDECREF(names);
    Py_XDECREF(all);
    return status;
}

static int core_exec(PyObject *module)
{
    module_state *state = PyModule_GetState(module);

    if (add_names(state) < 0 || add_logger(state) < 0 ||
        add_type(module, &secret_spec, NULL, &state->secret_type) < 0 ||
        add_type(module, &call_spec, NULL, &state->call_type) < 0 ||
        add_type(module, &multi_spec, NULL, &state->multi_type) < 0 ||
        result_types_add(module, state) < 0 || errors_add(module, state) < 0 ||
        nouns_add(module, state) < 0 || client_types_add(module, state) < 0 ||
        codes_add(module, state) < 0)
        return -1;
    state->restore = PyObject_GetAttrString(module, "_restore");
    state->restore_row = PyObject_GetAttrString(module, "_restore_row");
    if (!state->restore || !state->restore_row ||
        PyModule_AddStringConstant(module, "__version__", cielo_version()) < 0)
        return -1;
    return add_all(module);
}

/* Every object of the state, in one place for the three that need it. */
#define EACH_OBJECT(state, DO)                                        \
    do {                                                              \
        int n;                                                        \
        size_t f;                                                     \
        DO((state)->secret_type);                                     \
        DO((state)->client_type);                                     \
        DO((state)->async_type);                                      \
        DO((state)->call_type);                                       \
        DO((state)->multi_type);                                      \
        DO((state)->problem_type);                                    \
        DO((state)->answer_type);                                     \
        DO((state)->attempt_type);                                    \
        DO((state)->retry_type);                                      \
        DO((state)->source_type);                                     \
        DO((state)->advice_type);                                     \
        DO((state)->error);                                           \
        DO((state)->api_error);                                       \
        DO((state)->field_warning);                                   \
        DO((state)->restore);                                         \
        DO((state)->restore_row);                                     \
        DO((state)->str_run);                                         \
        DO((state)->str_adopt);                                       \
        DO((state)->str_timeout);                                     \
        DO((state)->str_request_id);                                  \
        DO((state)->str_is_enabled_for);                              \
        DO((state)->str_debug);                                       \
        DO((state)->str_isoformat);                                   \
        DO((state)->str_dict);                                        \
        DO((state)->logger);                                          \
        DO((state)->log_level);                                       \
        DO((state)->log_format);                                      \
        DO((state)->mapping_abc);                                     \
        DO((state)->sequence_abc);                                    \
        DO((state)->date_class);                                      \
        DO((state)->datetime_class);                                  \
        DO((state)->timedelta_class);                                 \
        DO((state)->utc);                                             \
        DO((state)->decimal_class);                                   \
        DO((state)->uuid_class);                                      \
        DO((state)->json_dumps);                                      \
        for (n = 0; n < 4; n++)                                       \
            DO((state)->code_types[n]);                               \
        for (n = 0; n < 32; n++)                                      \
            DO((state)->status_errors[n]);                            \
        for (n = 0; n < CIELO_OBJECT_COUNT; n++) {                    \
            DO((state)->result_types[n]);                             \
            DO((state)->by_host[n]);                                  \
        }                                                             \
        for (n = 0; n < MAX_NOUNS; n++) {                             \
            DO((state)->nouns[n].types[0]);                           \
            DO((state)->nouns[n].types[1]);                           \
        }                                                             \
        for (n = 0; n < CIELO_FACT_COUNT; n++)                        \
            DO((state)->fact_names[n]);                               \
        for (f = 0; (state)->fields && f < (state)->field_room; f++)  \
            DO((state)->fields[f].wire);                              \
    } while (0)

static int core_traverse(PyObject *module, visitproc visit, void *arg)
{
    module_state *state = PyModule_GetState(module);

    if (state)
        EACH_OBJECT(state, Py_VISIT);
    return 0;
}

static int core_clear(PyObject *module)
{
    module_state *state = PyModule_GetState(module);

    if (state)
        EACH_OBJECT(state, Py_CLEAR);
    return 0;
}

static void core_free(void *module)
{
    module_state *state = PyModule_GetState((PyObject *)module);
    int i;

    if (!state)
        return;
    core_clear((PyObject *)module);
    PyMem_Free(state->fields);
    PyMem_Free(state->client_getset);
    for (i = 0; i < MAX_NOUNS; i++)
        PyMem_Free(state->nouns[i].methods);
    for (i = 0; i < CIELO_OP_COUNT; i++)
        PyMem_Free(state->operations[i].doc);
}

static PyMethodDef core_methods[] = {
    {"return_code", METHOD(codes_return_code), METH_FASTCALL | METH_KEYWORDS,
     "return_code(code, operation='sale')\n--\n\n"
     "What a return code of Cielo's means, or None when no book holds it.\n\n"
     "The text is exact: '4' is a success and '04' a blocked card. operation\n"
     "is 'sale', 'capture' or 'void': each has a book of its own."},
    {"abecs", METHOD(codes_abecs), METH_FASTCALL | METH_KEYWORDS,
     "abecs(brand, code)\n--\n\n"
     "A brand's denial code in the table of ABECS, or None."},
    {"merchant_advice", METHOD(codes_merchant_advice),
     METH_FASTCALL | METH_KEYWORDS,
     "merchant_advice(code)\n--\n\n"
     "What Mastercard advises the merchant to do, or None."},
#define BOOK(name, text)                                                  \
    {#name, METHOD(codes_##name), METH_FASTCALL | METH_KEYWORDS,          \
     #name "(value)\n--\n\n" text " by its number or its word, or None."}
    BOOK(sale_status, "The status of a sale (API 3.0)"),
    BOOK(order_status, "The status of a Checkout order"),
    BOOK(recurrence_status, "The status of a recurrence (API 3.0)"),
    BOOK(order_recurrence_status, "The status of a Checkout recurrence"),
    BOOK(antifraud_status, "The status of a fraud analysis (API 3.0)"),
    BOOK(order_antifraud_status, "The status of a Checkout fraud analysis"),
    BOOK(reason_code, "The reason of an answer (API 3.0)"),
    BOOK(api_error, "An error of API 3.0"),
#undef BOOK
    {"retry_plan", METHOD(codes_retry_plan), METH_FASTCALL | METH_KEYWORDS,
     "retry_plan(sale, attempts, now=None)\n--\n\n"
     "When a sale may be tried again, or None when it may not.\n\n"
     "sale: a result with advice, an Advice, a Retry, or an entry of a code\n"
     "book that has one: ReturnCode, MerchantAdvice\n"
     "attempts: the times of those made so far, the first among them\n"
     "now: the caller's clock; when left out, the system's\n\n"
     "Times are datetime.datetime with a zone or seconds since 1970; the answer\n"
     "is a datetime in UTC, never before now. Raises ValueError for a datetime\n"
     "without a zone, which parse_time gives: Cielo's clock is Brasilia's, three\n"
     "hours behind UTC. Raises TypeError for anything else."},
    {"parse_time", METHOD(parse_time), METH_FASTCALL | METH_KEYWORDS,
     "parse_time(text)\n--\n\n"
     "A date or moment of a result or a notification, as a datetime.\n\n"
     "text: in any of Cielo's styles, such as '2026-11-22 12:00:05',\n"
     "'2026-11-22T12:00:05.42', '2026-11-22' or '22/11/2026 12:00:05'\n\n"
     "The datetime has no zone, since Cielo gives none. None for None and for\n"
     "Cielo's '" CIELO_NEVER "'. Raises DecodeError for other texts."},
    {"parse_notification", METHOD(parse_notification),
     METH_FASTCALL | METH_KEYWORDS,
     "parse_notification(body, content_type=None)\n--\n\n"
     "Reads what Cielo posted, bytes or text of any shape.\n\n"
     "Raises DecodeError for what is no notification. Nothing in it is\n"
     "proof: client.confirm() asks Cielo."},
    {"_restore", METHOD(result_restore), METH_FASTCALL, NULL},
    {"_restore_row", METHOD(codes_restore), METH_FASTCALL, NULL},
    {"_schema", schema, METH_NOARGS,
     "_schema($module)\n--\n\nThe maps of the core, for the stub's generator."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef_Slot core_slots[] = {
    {Py_mod_exec, core_exec},
#ifdef Py_mod_multiple_interpreters
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#ifdef Py_mod_gil
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

struct PyModuleDef core_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "cielo._core",
    .m_doc = "The extension behind the package cielo: import that.",
    .m_size = sizeof(module_state),
    .m_methods = core_methods,
    .m_slots = core_slots,
    .m_traverse = core_traverse,
    .m_clear = core_clear,
    .m_free = core_free,
};

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&core_module);
}
