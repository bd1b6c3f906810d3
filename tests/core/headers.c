/* The public headers alone: compiled, not run, as strict C89 and as C++. */
#include <cielo/alloc.h>
#include <cielo/api.h>
#include <cielo/call.h>
#include <cielo/cielo.h>
#include <cielo/client.h>
#include <cielo/codes.h>
#include <cielo/datetime.h>
#include <cielo/error.h>
#include <cielo/fields.h>
#include <cielo/journal.h>
#include <cielo/many.h>
#include <cielo/notification.h>
#include <cielo/operations.h>
#include <cielo/perform.h>
#include <cielo/value.h>
#include <cielo/wire.h>

int cielo_headers_are_usable(void);

int cielo_headers_are_usable(void)
{
    const cielo_options options = CIELO_OPTIONS_INIT;

    return options.struct_size == sizeof(options) && options.timeout_ms == -1
        && options.validate == -1 && options.allocator == NULL
        && CIELO_OP_SALE_CREATE == 0 && CIELO_STEP_SEND == 0;
}
