# make demo   the main job against the local Cielo, in Python and in Lua
# make test   everything; ends with "N passed, N failed"
# make help   the other targets
PREFIX ?= /usr/local
PYTHON ?= python3
CC ?= cc
BUILD = build
VERSION := $(shell sed -n 's/^.define CIELO_VERSION "\(.*\)"/\1/p' core/include/cielo/cielo.h)
SOVERSION := 0

SOURCES := $(wildcard core/src/*/*.c)
HEADERS := $(wildcard core/include/cielo/*.h)
PRIVATE := $(wildcard core/src/*/*.h)
UNITS := $(patsubst tests/core/%.c,$(BUILD)/test/%,$(wildcard tests/core/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/test/%,$(wildcard tests/fuzz/fuzz_*.c))
SIMULATOR := $(wildcard tests/simulate/*.c)
CHECKS := $(UNITS) $(FUZZERS) $(BUILD)/test/run_cases $(BUILD)/test/fail_alloc $(BUILD)/test/simulate \
	$(BUILD)/test/crash.so $(BUILD)/test/crash_host

PACKAGES = libcurl libcjson
CFLAGS ?= -O2 -g
STRICT = -std=c99 -pedantic -Wall -Wextra -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -fvisibility=hidden -fPIC -DCIELO_BUILD
SANITIZE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
INCLUDES = -Icore/include $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
LIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lpthread

LIBRARY = $(BUILD)/libcielo.so.$(VERSION)
OBJECTS := $(SOURCES:core/src/%.c=$(BUILD)/lib/%.o)
SANE := $(SOURCES:core/src/%.c=$(BUILD)/sane/%.o)

.PHONY: all help deps lib install install-openresty uninstall env demo backoffice test docs packages wheels bench bench-ledger checks mutate simulate plant proof clean
all: lib

help:
	@echo "demo test      the two commands of README.md; they install what is missing (SUITES=\"python lua\")"
	@echo "backoffice     the Backoffice in a browser, over a shop of forty days at a local Cielo"
	@echo "all lib        the C library, under build/: what make alone does"
	@echo "install        the C library, its headers and cielo.pc (PREFIX=$(PREFIX), DESTDIR=)"
	@echo "install-openresty  the Lua modules for nginx, under PREFIX/lualib"
	@echo "uninstall      what both have put there (the same PREFIX and DESTDIR)"
	@echo "deps           the Debian packages that all of this needs"
	@echo "env            .venv/ and .rocks/{5.4,5.3,5.1}/ with the package and the rocks"
	@echo "checks         the programs of the C suites, under build/test"
	@echo "docs           the site in build/site, in Portuguese and English"
	@echo "bench          ours beside its peers: CPU time, instructions, scale (BENCH=--quick)"
	@echo "bench-ledger   10,000,000 sales in SQLite, 2,000,000 in PostgreSQL: what every filter takes"
	@echo "wheels         build/dist: the sdist, and a wheel for each CPython at hand, tried without a compiler"
	@echo "packages       those, and the rocks, tried likewise"
	@echo "mutate         breaks what decides about money, and counts what no test sees"
	@echo "simulate       shops, networks and Cielo on one clock (WRITES=1000000, FROM=1, JOBS=2)"
	@echo "plant          breaks what decides about money, and sees the simulator find it"
	@echo "proof          the long ones: 20,000,000 simulated writes, plant, mutate"
	@echo "clean          what was built, the environments too"

deps:
	@tools/deps.sh

demo: env
	@tools/with-sandbox.sh .venv/bin/python examples/demo.py
	@echo
	@tools/with-sandbox.sh tools/lua.sh 5.4 examples/demo.lua
	@echo
	@tools/with-sandbox.sh examples/openresty/try.sh
	@echo
	@tools/with-sandbox.sh examples/backoffice_demo.sh

# Where and as whom to log in is printed; until Ctrl-C. BACKOFFICE="--lang en --port 9000"
backoffice: env
	@.venv/bin/python examples/backoffice.py $(BACKOFFICE)

test: env
	@$(MAKE) --no-print-directory -s checks lib
	@.venv/bin/python tests/run.py $(SUITES)

env: deps
	@tools/env.sh "$(PYTHON)"

docs: env
	@NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs build --strict
	@echo "build/site/index.html and build/site/pt-BR/index.html; to search, serve them:"
	@echo "python3 -m http.server --directory build/site 8000"

# Some twenty minutes; BENCH="--quick" three, BENCH="--only times,tls" those alone.
bench: env lib
	@.venv/bin/python bench/run.py $(BENCH)
	@.venv/bin/python bench/soak.py

# Some twenty minutes, and 15 GB of the temporary folder meanwhile.
bench-ledger: env
	@.venv/bin/python bench/ledger.py --write $(BENCH)

# Some ten minutes on two cores; PYTHONS="python3.9 python3.13" for these. The rocks are of what is committed.
wheels: env
	@tools/wheels.sh $(PYTHONS)

packages: wheels
	@tools/rocks.sh
	@for lua in 5.4 5.3 5.1 jit; do \
		tools/with-sandbox.sh tests/packages/try_rock.sh $$lua build/dist || exit 1; done

# About an hour on two cores: run for what changes the files that it lists.
mutate: env
	@.venv/bin/python tests/mutation/mutate.py

# As many worlds as give WRITES writes, from seed FROM on; without sanitizers.
WRITES ?= 1000000
FROM ?= 1
JOBS ?= $(shell nproc)
simulate: deps $(BUILD)/simulate
	@$(BUILD)/simulate --writes $(WRITES) --from $(FROM) --jobs $(JOBS) $(SHOW)

# Some minutes on two cores.
plant: env
	@.venv/bin/python tests/simulate/plant.py

# Some hours.
proof:
	@$(MAKE) --no-print-directory simulate WRITES=20000000 SHOW=--table
	@$(MAKE) --no-print-directory plant
	@$(MAKE) --no-print-directory mutate

# ---- the C library ----

lib: $(LIBRARY) $(BUILD)/libcielo.a $(BUILD)/cielo.pc

$(BUILD)/lib/%.o: core/src/%.c $(HEADERS) $(PRIVATE)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(INCLUDES) $(STRICT) $(CFLAGS) -c $< -o $@

$(LIBRARY): $(OBJECTS)
	$(CC) -shared -Wl,-soname,libcielo.so.$(SOVERSION) $(LDFLAGS) $^ -o $@ $(LIBS)
	ln -sf $(@F) $(BUILD)/libcielo.so.$(SOVERSION)
	ln -sf $(@F) $(BUILD)/libcielo.so

$(BUILD)/libcielo.a: $(OBJECTS)
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/cielo.pc: core/cielo.pc.in core/include/cielo/cielo.h Makefile
	@mkdir -p $(@D)
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' $< > $@

install:
	@rm -f $(BUILD)/cielo.pc
	@$(MAKE) --no-print-directory lib
	install -d $(DESTDIR)$(PREFIX)/include/cielo $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 $(HEADERS) $(DESTDIR)$(PREFIX)/include/cielo
	install -m 644 $(BUILD)/libcielo.a $(BUILD)/libcielo.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib
	ln -sf libcielo.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libcielo.so.$(SOVERSION)
	ln -sf libcielo.so.$(SOVERSION) $(DESTDIR)$(PREFIX)/lib/libcielo.so
	install -m 644 $(BUILD)/cielo.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig

# The Lua modules without LuaRocks, under PREFIX/lualib: for OpenResty,
# PREFIX=/usr/local/openresty/site. One module for PUC 5.1, LuaJIT and nginx.
LUA51 = $(shell pkg-config --cflags lua5.1 2>/dev/null || echo -I/usr/include/lua5.1)

$(BUILD)/openresty/core.so: $(SOURCES) $(wildcard bindings/lua/src/*.[ch]) $(HEADERS) $(PRIVATE)
	@mkdir -p $(@D)
	$(CC) -shared $(INCLUDES) $(LUA51) $(STRICT) $(CFLAGS) $(LDFLAGS) $(filter %.c,$^) -o $@ $(LIBS)

install-openresty: $(BUILD)/openresty/core.so
	install -d $(addprefix $(DESTDIR)$(PREFIX)/lualib/,cielo resty/cielo)
	install -m 755 $< $(DESTDIR)$(PREFIX)/lualib/cielo/core.so
	install -m 644 bindings/lua/cielo/*.lua $(DESTDIR)$(PREFIX)/lualib/cielo
	install -m 644 bindings/lua/resty/cielo.lua $(DESTDIR)$(PREFIX)/lualib/resty
	install -m 644 bindings/lua/resty/cielo/*.lua $(DESTDIR)$(PREFIX)/lualib/resty/cielo

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/include/cielo $(DESTDIR)$(PREFIX)/lib/libcielo.* \
		$(DESTDIR)$(PREFIX)/lib/pkgconfig/cielo.pc \
		$(addprefix $(DESTDIR)$(PREFIX)/lualib/,cielo resty/cielo resty/cielo.lua)

# ---- the programs of the C suites, under AddressSanitizer and UBSan ----

checks: $(CHECKS) $(BUILD)/test/headers

$(BUILD)/sane/%.o: core/src/%.c $(HEADERS) $(PRIVATE)
	@mkdir -p $(@D)
	$(CC) $(INCLUDES) $(STRICT) -Werror $(SANITIZE) -c $< -o $@

$(BUILD)/sane/libcielo.a: $(SANE)
	rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/test/%: tests/core/%.c $(BUILD)/sane/libcielo.a $(wildcard tests/core/*.h)
	@mkdir -p $(@D)
	$(CC) $(INCLUDES) -Icore/src -std=c99 -Wall -Wextra -Werror $(SANITIZE) $(TEST_FLAGS) $< -o $@ \
		$(BUILD)/sane/libcielo.a $(LIBS)

$(BUILD)/test/run_cases $(BUILD)/test/test_freed: TEST_FLAGS = -Wl,--wrap=free,--wrap=realloc
$(BUILD)/test/test_file: TEST_FLAGS = -Wl,--wrap=pread
$(BUILD)/test/fail_alloc $(BUILD)/test/test_journal_memory: TEST_FLAGS = -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

$(BUILD)/test/fuzz_%: tests/fuzz/fuzz_%.c $(BUILD)/sane/libcielo.a
	@mkdir -p $(@D)
	$(CC) $(INCLUDES) -Icore/src -std=c99 -Wall -Wextra -Werror $(SANITIZE) $< -o $@ \
		$(BUILD)/sane/libcielo.a $(LIBS)

# The core's own files, but those that the simulator brings in itself or replaces: shared.c,
# clock.c, those of libcurl. It looks on where calls are stepped and told, and where threads wait.
SIMULATE = $(INCLUDES) -Icore/src -std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror \
	-Wl,--wrap=cielo_call_step,--wrap=cielo_call_on_response,--wrap=cielo_call_on_failure \
	-Wl,--wrap=cielo_call_record,--wrap=cielo_call_on_record \
	-Wl,--wrap=cielo_wire_start,--wrap=cielo__lease_wait,--wrap=cielo__client_wait

$(BUILD)/test/simulate: $(SIMULATOR) $(wildcard tests/simulate/*.h) $(BUILD)/sane/libcielo.a
	@mkdir -p $(@D)
	$(CC) $(SIMULATE) $(SANITIZE) $(SIMULATOR) -o $@ $(BUILD)/sane/libcielo.a $(LIBS)

$(BUILD)/simulate: $(SIMULATOR) $(wildcard tests/simulate/*.h) $(BUILD)/libcielo.a
	$(CC) $(SIMULATE) $(CFLAGS) $(SIMULATOR) -o $@ $(BUILD)/libcielo.a $(LIBS)

# What kills processes, and a host for it in C: without sanitizers, which want to be loaded first.
$(BUILD)/test/crash.so: tests/crash/kill.c
	@mkdir -p $(@D)
	$(CC) -std=gnu99 -Wall -Wextra -Werror -O1 -g -fPIC -shared $< -o $@ -ldl

$(BUILD)/test/crash_host: tests/crash/host.c $(BUILD)/libcielo.a
	@mkdir -p $(@D)
	$(CC) $(INCLUDES) -std=c99 -Wall -Wextra -Werror -g $< -o $@ $(BUILD)/libcielo.a $(LIBS)

$(BUILD)/test/headers: tests/core/headers.c $(HEADERS)
	@mkdir -p $(@D)
	$(CC) -Icore/include -std=c89 -pedantic -Wall -Wextra -Werror -fsyntax-only $<
	$(CXX) -x c++ -Icore/include -std=c++11 -pedantic -Wall -Wextra -Werror -fsyntax-only $<
	@touch $@

# The last two: what a luarocks run in the checkout leaves.
clean:
	rm -rf $(BUILD) .venv .rocks dist *.egg-info bindings/python/*.egg-info \
		bindings/python/cielo/*.so .mypy_cache .pytest_cache
	find core bindings -name '*.o' -delete
	if [ -e cielo/core.so ]; then rm cielo/core.so; rmdir --ignore-fail-on-non-empty cielo; fi
