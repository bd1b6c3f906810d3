/* libcielo: a client of Cielo's payment APIs. This header includes the rest. */
#ifndef CIELO_CIELO_H
#define CIELO_CIELO_H

#define CIELO_VERSION_MAJOR 0
#define CIELO_VERSION_MINOR 1
#define CIELO_VERSION_PATCH 0
#define CIELO_VERSION "0.1.0"

#include <cielo/alloc.h>
#include <cielo/api.h>
#include <cielo/call.h>
#include <cielo/charge.h>
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
#include <cielo/results.h>
#include <cielo/shown.h>
#include <cielo/value.h>
#include <cielo/wire.h>

CIELO_BEGIN

/* The version of the library that runs, such as "0.1.0"; static. */
CIELO_API const char *cielo_version(void);

CIELO_END

#endif
