# releasegov: build with PGXS. Every object, install module and test is listed,
# so that the order can be read and a half-written file cannot slip in.

EXTENSION = releasegov
EXTVERSION = 0.1.0
MODULE_big = releasegov

OBJS = \
	src/init.o \
	src/types/fault.o \
	src/types/unit.o \
	src/types/measure.o \
	src/types/threshold.o \
	src/types/sustained.o \
	src/types/report.o \
	src/types/measure_sql.o \
	src/types/threshold_sql.o \
	src/types/uuid.o \
	src/calendar/rule.o \
	src/calendar/expand.o \
	src/calendar/decide.o \
	src/calendar/ics.o \
	src/calendar/ics_rules.o \
	src/calendar/calendar_sql.o \
	src/store/scan.o \
	src/store/lock.o \
	src/store/actor.o \
	src/facts/row.o \
	src/facts/guard.o \
	src/policy/document.o \
	src/policy/fault.o \
	src/policy/figures.o \
	src/policy/paths.o \
	src/policy/sections.o \
	src/policy/validate.o \
	src/policy/compile.o \
	src/policy/lookup.o \
	src/policy/cache.o \
	src/policy/diff.o \
	src/policy/policy_guard.o \
	src/policy/policy_sql.o \
	src/facts/release.o \
	src/facts/results.o \
	src/facts/people.o \
	src/facts/records.o \
	src/facts/known.o \
	src/facts/moves.o \
	src/facts/register.o \
	src/facts/migrations.o \
	src/facts/approve.o \
	src/eligibility/load_util.o \
	src/eligibility/load.o \
	src/eligibility/load_deployments.o \
	src/eligibility/load_people.o \
	src/eligibility/load_migrations.o \
	src/eligibility/evaluate.o \
	src/eligibility/evaluate_state.o \
	src/eligibility/evaluate_gates.o \
	src/eligibility/evaluate_parts.o \
	src/eligibility/evaluate_people.o \
	src/eligibility/evaluate_migrations.o \
	src/eligibility/evaluate_checklist.o \
	src/eligibility/evaluate_schedule.o \
	src/eligibility/texts.o \
	src/eligibility/explain.o \
	src/eligibility/eligibility.o \
	src/eligibility/eligibility_sql.o \
	src/deployment/guard.o \
	src/deployment/lookup.o \
	src/deployment/promote.o \
	src/deployment/board.o \
	src/ingest/formats.o \
	src/ingest/read.o \
	src/ingest/recognise.o \
	src/ingest/report.o \
	src/ingest/families.o \
	src/ingest/lines.o \
	src/ingest/load.o \
	src/ingest/xml.o \
	src/ingest/xml_screen.o \
	src/ingest/json.o \
	src/ingest/node.o \
	src/ingest/text.o \
	src/ingest/xml_tests.o \
	src/ingest/junit.o \
	src/ingest/xunit.o \
	src/ingest/nunit.o \
	src/ingest/trx.o \
	src/ingest/tap_line.o \
	src/ingest/tap.o \
	src/ingest/ctrf.o \
	src/ingest/playwright.o \
	src/ingest/jest.o \
	src/ingest/mocha.o \
	src/ingest/cucumber.o \
	src/ingest/go_test.o \
	src/ingest/cobertura.o \
	src/ingest/lcov.o \
	src/ingest/clover.o \
	src/ingest/jacoco.o \
	src/ingest/istanbul.o \
	src/ingest/coverage_py.o \
	src/ingest/gcovr.o \
	src/ingest/go_cover.o \
	src/ingest/sarif.o \
	src/ingest/eslint.o \
	src/ingest/names.o \
	src/ingest/scanner.o \
	src/ingest/checkstyle.o \
	src/ingest/depcruise.o \
	src/ingest/npm_audit.o \
	src/ingest/yarn_audit.o \
	src/ingest/trivy.o \
	src/ingest/grype.o \
	src/ingest/osv.o \
	src/ingest/snyk.o \
	src/ingest/github_alerts.o \
	src/ingest/gitlab.o \
	src/ingest/cyclonedx.o \
	src/ingest/dependency_check.o \
	src/ingest/code_scanners.o \
	src/ingest/autocannon.o \
	src/ingest/k6.o \
	src/ingest/load_testers.o \
	src/ingest/lighthouse.o \
	src/ingest/size_limit.o \
	src/ingest/bundles.o \
	src/ingest/generic.o \
	src/ingest/path.o \
	src/ingest/path_json.o \
	src/ingest/path_xml.o \
	src/ingest/gate_path.o \
	src/ingest/keep.o \
	src/ingest/render.o \
	src/ingest/ingest_sql.o \
	src/ingest/ingest_report.o \
	src/migration/lex.o \
	src/migration/parse.o \
	src/migration/names.o \
	src/migration/catalogue.o \
	src/migration/reach.o \
	src/migration/rules.o \
	src/migration/run.o \
	src/migration/apply.o \
	src/migration/where.o \
	src/migration/conversion.o \
	src/migration/flow.o \
	src/migration/trigger.o \
	src/migration/body.o \
	src/migration/judge.o \
	src/migration/undo.o \
	src/migration/verdict.o \
	src/migration/split.o \
	src/migration/migration_sql.o \
	src/migration/compare.o \
	src/migration/scratch.o \
	src/migration/script.o \
	src/migration/wanted.o \
	src/migration/bench.o \
	src/migration/fill.o \
	src/migration/look.o \
	src/migration/cluster.o \
	src/migration/prove.o \
	src/migration/chain.o \
	src/migration/prove_sql.o \
	src/access/installed.o \
	src/access/grant.o

# The install script is these, one after the other.
SQL_MODULES = \
	sql/00_preamble.sql \
	sql/05_guards.sql \
	sql/10_types.sql \
	sql/15_calendar.sql \
	sql/20_policy.sql \
	sql/22_policy_views.sql \
	sql/30_facts.sql \
	sql/35_triggers.sql \
	sql/40_functions.sql \
	sql/45_ingest.sql \
	sql/50_eligibility.sql \
	sql/55_deployment.sql \
	sql/57_import.sql \
	sql/60_access.sql \
	sql/62_migration_check.sql \
	sql/64_migration_proof.sql \
	sql/65_installation.sql \
	sql/70_views.sql \
	sql/75_rollback_plan.sql \
	sql/80_comments.sql \
	sql/95_restore.sql

DATA_built = $(EXTENSION)--$(EXTVERSION).sql

# One story a file, in the order of a release's life.
REGRESS = \
	install \
	types \
	types_laws \
	types_uuid \
	calendar \
	calendar_import \
	policy_standard \
	policy \
	policy_faults \
	policy_schema \
	policy_session \
	results_known \
	parts \
	eligibility \
	eligibility_people \
	eligibility_checklist \
	eligibility_time \
	eligibility_replay \
	freeze_import \
	promotion \
	going_live \
	migrations \
	migration_order \
	migration_doubts \
	misplaced \
	views \
	refusals \
	reports \
	reports_hostile \
	reports_findings \
	reports_tests \
	reports_measures \
	ingest \
	reports_paths \
	reports_kept \
	attempts \
	nonsense \
	migration_check \
	migration_traps
REGRESS_OPTS = --inputdir=test --load-extension=releasegov
ISOLATION = \
	policy_races \
	promotion_races \
	proof_races \
	constraint_races \
	bulk_races \
	auto_deploy_races
ISOLATION_OPTS = --inputdir=test --load-extension=releasegov
TAP_TESTS = 1
PROVE_TESTS = test/t/*.pl

# Programs that test the pure cores without a server: test/fuzz/NAME.c prints
# TAP (ok N - what). types includes the C files that it tests; reports is linked
# with the readers, as the fuzzer (readers) is, and with what both need.
CORES = \
	types \
	reports \
	compare
FUZZ = \
	readers \
	answer \
	dynahash \
	server

EXTRA_CLEAN = src/policy/standard_policy.inc src/migration/catalogue.inc src/migration/rows.inc src/migration/fill.inc results output_iso tmp_check coverage .deps $(CORES:%=test/fuzz/%) test/fuzz/readers

PG_CPPFLAGS = -I$(srcdir)/src -DRG_VERSION='"$(EXTVERSION)"' $(shell pkg-config --cflags libxml-2.0 libical libcrypto libpq)
PG_CFLAGS = -Wall -Wextra -Wshadow -Wno-unused-parameter -Wno-missing-field-initializers $(WERROR)
SHLIB_LINK = $(shell pkg-config --libs libxml-2.0 libical libcrypto libpq)

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# PGXS tracks no header; every object depends on all of them (a full build is
# a matter of seconds, and a stale object is a matter of hours).
$(OBJS): $(wildcard $(srcdir)/src/*.h $(srcdir)/src/*/*.h) Makefile

$(EXTENSION)--$(EXTVERSION).sql: $(SQL_MODULES) Makefile
	cat $(SQL_MODULES) > $@

# The standard policy as a C string.
src/policy/standard_policy.inc: src/policy/standard_policy.json
	sed -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@
src/policy/policy_sql.o: src/policy/standard_policy.inc

# ... and so is what a proof says to the scratch server, without its comments.
src/migration/%.inc: src/migration/%.sql
	sed -e '/^ *--/d' -e 's/[\\"]/\\&/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@
src/migration/look.o: src/migration/catalogue.inc src/migration/rows.inc
src/migration/fill.o: src/migration/fill.inc

# What was compiled otherwise (for another server, without -Werror, with
# coverage) is compiled again.
BUILD_FLAGS = $(PGXS) $(CC) $(COPT) $(WERROR)
.deps/flags: FORCE
	@mkdir -p .deps
	@echo '$(BUILD_FLAGS)' | cmp -s - $@ || echo '$(BUILD_FLAGS)' > $@
$(OBJS): .deps/flags
FORCE:

# The cores run under the address and undefined-behaviour sanitizers, which
# make an error a failure; palloc and the like come from libpgcommon.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
CORE_LIBS = -L$(libdir) -L$(pkglibdir) -lpgcommon -lpgport $(SHLIB_LINK) -lm
HEADERS = $(wildcard $(srcdir)/src/*.h $(srcdir)/src/*/*.h $(srcdir)/test/fuzz/*.h)
test/fuzz/%: test/fuzz/%.c $(wildcard src/*.[ch] src/*/*.[ch]) .deps/flags
	$(CC) $(CPPFLAGS) $(CFLAGS) -g $(SANITIZE) -fno-wrapv -o $@ $< $(CORE_LIBS)

# What of src/ingest speaks neither SQL nor JSONPath, and what that uses of
# src/types.
SPEAKS_SQL = ingest/path\.h|executor/spi\.h|funcapi\.h|utils/builtins\.h|PG_FUNCTION_INFO_V1
PURE = $(patsubst %.c,%.o,$(shell grep -LE '$(SPEAKS_SQL)' $(patsubst %.o,%.c,$(filter src/ingest/%,$(OBJS))))) \
	src/types/fault.o src/types/unit.o src/types/measure.o \
	test/fuzz/answer.o test/fuzz/dynahash.o test/fuzz/server.o
WRAPPED = -Wl,--wrap=rg_json_read_lines

.deps/cores/%.o: %.c $(HEADERS) .deps/flags Makefile
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -g -DUSE_ASSERT_CHECKING $(SANITIZE) -fno-wrapv -c -o $@ $<
test/fuzz/reports: $(PURE:%=.deps/cores/%) .deps/cores/test/fuzz/reports.o
	$(CC) $(COPT) $(SANITIZE) $(WRAPPED) -o $@ $^ $(CORE_LIBS)

# libFuzzer is clang's.
FUZZ_CC = clang
COVERED = -fsanitize=fuzzer-no-link
.deps/fuzz/test/%: COVERED =
.deps/fuzz/%.o: %.c $(HEADERS) .deps/flags Makefile
	@mkdir -p $(@D)
	$(FUZZ_CC) $(CPPFLAGS) -O1 -g -fno-omit-frame-pointer -DUSE_ASSERT_CHECKING -Wno-ignored-attributes $(SANITIZE) $(COVERED) -c -o $@ $<
test/fuzz/readers: $(PURE:%=.deps/fuzz/%) .deps/fuzz/test/fuzz/readers.o
	$(FUZZ_CC) $(SANITIZE) -fsanitize=fuzzer $(WRAPPED) -o $@ $^ $(CORE_LIBS)

check-cores: $(CORES:%=test/fuzz/%)
	@rc=0; for core in $(CORES); do echo "# $$core"; test/fuzz/$$core || rc=1; done; exit $$rc

lint:
	test/run lint
coverage:
	test/coverage
bench:
	test/bench/run
	test/bench/reports

# what is listed above, for test/run and test/lint: make -s list-REGRESS
list-%:
	@echo $($*)

.PHONY: FORCE check-cores lint coverage bench
