/* The module's state, from the making of the module to its end. */
#include "state.h"

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
        DO((state)->watch_type);                                      \
        DO((state)->journal_type);                                    \
        DO((state)->records_type);                                    \
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
        DO((state)->str_route);                                       \
        DO((state)->str_create_future);                               \
        DO((state)->str_done);                                        \
        DO((state)->str_set_result);                                  \
        DO((state)->str_set_exception);                               \
        DO((state)->str_is_closed);                                   \
        DO((state)->str_call_soon_threadsafe);                        \
        DO((state)->str_call_later);                                  \
        DO((state)->str_cancel);                                      \
        DO((state)->str_add_reader);                                  \
        DO((state)->str_add_writer);                                  \
        DO((state)->str_remove_reader);                               \
        DO((state)->str_remove_writer);                               \
        DO((state)->str_blocking);                                    \
        DO((state)->str_adopt);                                       \
        DO((state)->str_is_enabled_for);                              \
        DO((state)->str_logging);                                     \
        DO((state)->str_level);                                       \
        DO((state)->str_parent);                                      \
        DO((state)->str_debug);                                       \
        DO((state)->str_warning);                                     \
        DO((state)->str_found);                                       \
        DO((state)->str_sent);                                        \
        DO((state)->str_message);                                     \
        DO((state)->str_operation);                                   \
        DO((state)->str_merchant_order_id);                           \
        DO((state)->str_maybe);                                       \
        DO((state)->str_yes);                                         \
        DO((state)->logger);                                          \
        DO((state)->log_level);                                       \
        DO((state)->log_format);                                      \
        DO((state)->outcome_format);                                  \
        DO((state)->unlogged);                                        \
        DO((state)->mapping_abc);                                     \
        DO((state)->sequence_abc);                                    \
        DO((state)->date_class);                                      \
        DO((state)->datetime_class);                                  \
        DO((state)->timedelta_class);                                 \
        DO((state)->utc);                                             \
        DO((state)->decimal_class);                                   \
        DO((state)->uuid_class);                                      \
        DO((state)->json_dumps);                                      \
        DO((state)->running_loop);                                    \
        DO((state)->copy);                                            \
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
        for (n = 0; n < CIELO_OP_COUNT; n++)                          \
            DO((state)->operations[n].name);                          \
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

/* What module.c adds to it stands there: it knows all other files. */
struct PyModuleDef core_module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "cielo._core",
    .m_doc = "The extension behind the package cielo: import that.",
    .m_size = sizeof(module_state),
    .m_traverse = core_traverse,
    .m_clear = core_clear,
    .m_free = core_free,
};

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
