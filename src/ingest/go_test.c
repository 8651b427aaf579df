/*
 * go_test.c: go test -json, an event a line. A test that has subtests is not
 * counted, they are; one that ran and never ended has failed, and a package
 * that failed without a failed test broke outside its tests.
 */
#include "ingest/ingest.h"

#include "common/hashfn.h"
#include "miscadmin.h"

#define MAX_SLASHES 32			/* of a name, where subtests may begin */
#define MAX_ITEMS 1000000		/* packages, and tests that have not ended */

/* A package, or a test of one (its owner) that has not ended. */
typedef struct Item
{
	struct Item *chain;			/* of the same bucket */
	struct Item *owner;			/* NULL: a package */
	struct Item *next;			/* of the package's tests, or of packages */
	struct Item *previous;
	uint32		hash;
	bool		running;		/* a test: its run was seen */
	bool		has_subtests;
	bool		failed_inside;
	bool		ended;			/* a package */
	struct Item *tests;			/* of a package */
	int64		failures;		/* among these */
	int64		line;
	char	   *location;
	char	   *message;
	int			length;
	char		name[FLEXIBLE_ARRAY_MEMBER];
} Item;

typedef struct GoTest
{
	RgReport   *report;
	RgTests		tests;
	int64		events;
	int64		failed_builds;
	Item	   *packages;
	int64		items;
	uint32		buckets;		/* a power of two */
	Item	  **table;
} GoTest;

/* ---- the table of what is open ------------------------------------------------ */

static uint32
hash_of(const Item *owner, const char *name, int length)
{
	return hash_combine(owner != NULL ? owner->hash : 0,
						hash_bytes((const unsigned char *) name, length));
}

static Item *
find(GoTest *go, Item *owner, const char *name, int length)
{
	uint32		hash = hash_of(owner, name, length);
	Item	   *item;

	for (item = go->table[hash & (go->buckets - 1)]; item; item = item->chain)
	{
		if (item->hash == hash && item->owner == owner &&
			item->length == length && memcmp(item->name, name, length) == 0)
			break;
	}
	return item;
}

static void
make_table(GoTest *go, uint32 buckets)
{
	Item	  **old = go->table;
	uint32		count = go->buckets;

	go->table = MemoryContextAllocHuge(go->report->context,
									   sizeof(Item *) * (Size) buckets);
	memset(go->table, 0, sizeof(Item *) * (Size) buckets);
	go->buckets = buckets;
	for (uint32 i = 0; i < count; i++)
	{
		for (Item *item = old[i], *chain; item != NULL; item = chain)
		{
			Item	  **bucket = &go->table[item->hash & (buckets - 1)];

			chain = item->chain;
			item->chain = *bucket;
			*bucket = item;
		}
	}
	if (old != NULL)
		pfree(old);
}

static Item *
find_or_add(GoTest *go, Item *owner, const char *name, int length)
{
	Item	   *item = find(go, owner, name, length);
	Item	  **list = owner != NULL ? &owner->tests : &go->packages;

	if (item != NULL)
		return item;
	if (go->items >= MAX_ITEMS)
		rg_report_fail(go->report, RG_REPORT_INVALID,
					   "more than %d packages and tests are open at once",
					   MAX_ITEMS);
	if (go->items++ >= go->buckets)
		make_table(go, go->buckets * 2);
	item = MemoryContextAllocZero(go->report->context,
								  offsetof(Item, name) + length + 1);
	memcpy(item->name, name, length);
	item->length = length;
	item->owner = owner;
	item->hash = hash_of(owner, name, length);
	item->chain = go->table[item->hash & (go->buckets - 1)];
	go->table[item->hash & (go->buckets - 1)] = item;
	item->next = *list;
	if (item->next != NULL)
		item->next->previous = item;
	*list = item;
	return item;
}

static void
forget_texts(Item *item)
{
	if (item->location != NULL)
		pfree(item->location);
	if (item->message != NULL)
		pfree(item->message);
	item->location = item->message = NULL;
	item->line = 0;
}

static void
remove_test(GoTest *go, Item *item)
{
	Item	  **link = &go->table[item->hash & (go->buckets - 1)];

	while (*link != item)
		link = &(*link)->chain;
	*link = item->chain;
	if (item->previous != NULL)
		item->previous->next = item->next;
	else
		item->owner->tests = item->next;
	if (item->next != NULL)
		item->next->previous = item->previous;
	go->items--;
	forget_texts(item);
	pfree(item);
}

/* ---- tests ----------------------------------------------------------------------- */

static bool
is_benchmark(const Item *test)
{
	return strncmp(test->name, "Benchmark", 9) == 0;
}

/* "TestA/b/c" may be c of TestA/b, or b/c of TestA. */
static void
tell_parents(GoTest *go, Item *package, const char *name, bool failed)
{
	int			length = (int) strlen(name);
	int			nearest = -1;
	bool		found = false;

	for (int i = length - 1, slashes = 0; i > 0 && slashes < MAX_SLASHES; i--)
	{
		Item	   *parent;

		if (name[i] != '/')
			continue;
		slashes++;
		nearest = nearest < 0 ? i : nearest;
		parent = find(go, package, name, i);
		if (parent == NULL)
			continue;
		found = true;
		parent->has_subtests = true;
		parent->failed_inside |= failed;
	}
	if (nearest > 0 && !found)
	{
		/* streams that leave out who ran: its end is still to come */
		Item	   *parent = find_or_add(go, package, name, nearest);

		parent->has_subtests = true;
		parent->failed_inside = failed;
	}
}

static void
keep_failure(GoTest *go, const Item *test)
{
	const char *what = test->message;

	if (what == NULL && test->running)
		what = "it did not end";
	rg_report_finding(go->report, test->name, NULL,
					  test->location ? test->location : test->owner->name,
					  test->line, what);
}

static void
count_test(GoTest *go, Item *test, RgOutcome outcome)
{
	bool		failed = outcome == RG_OUTCOME_FAILED;

	test->owner->failures += failed ? 1 : 0;
	if (failed || !is_benchmark(test))
	{
		if (!test->has_subtests)
			(void) rg_tests_add(&go->tests, outcome);
		else if (failed && !test->failed_inside)
			go->tests.outside++;
		else
			failed = false;
		if (failed)
			keep_failure(go, test);
	}
}

static void
on_run(GoTest *go, Item *package, const char *name)
{
	Item	   *test = find_or_add(go, package, name, (int) strlen(name));

	if (test->running)
	{
		tell_parents(go, package, name, true);
		count_test(go, test, RG_OUTCOME_FAILED);
		forget_texts(test);
	}
	test->running = true;
	test->has_subtests = test->failed_inside = false;
	tell_parents(go, package, name, false);
}

static void
on_test_end(GoTest *go, Item *package, const char *name, RgOutcome outcome)
{
	Item	   *test = find_or_add(go, package, name, (int) strlen(name));

	tell_parents(go, package, name, outcome == RG_OUTCOME_FAILED);
	test->running = false;
	count_test(go, test, outcome);
	remove_test(go, test);
}

/* Those that ran and did not end; who is only known by subtests is none. */
static void
close_tests(GoTest *go, Item *package)
{
	for (Item *test = package->tests; test != NULL; test = test->next)
	{
		if (test->running && !is_benchmark(test))
			tell_parents(go, package, test->name, true);
	}
	while (package->tests != NULL)
	{
		Item	   *test = package->tests;

		if (test->running && !is_benchmark(test))
			count_test(go, test, RG_OUTCOME_FAILED);
		remove_test(go, test);
	}
}

/* ---- packages ---------------------------------------------------------------------- */

static void
on_package_end(GoTest *go, Item *package, RgOutcome outcome,
			   const RgNode *event)
{
	const char *build = rg_node_text(rg_node_get(event, "FailedBuild"));
	const char *message = package->message;

	close_tests(go, package);
	if (outcome == RG_OUTCOME_FAILED && package->failures == 0)
	{
		if (build != NULL)
			message = "it does not build";
		rg_tests_outside(&go->tests, go->report, package->name, NULL,
						 message);
	}
	package->failures = 0;
	package->ended = true;
	forget_texts(package);
}

/* ---- what is printed ------------------------------------------------------------------ */

/* "    basket_test.go:7: want 1, got 2" */
static const char *
split_location(Item *item, MemoryContext context, char *line)
{
	char	   *number = strstr(line, ".go:");
	char	   *end;
	int64		value;

	if (number == NULL || strcspn(line, " \t") < (size_t) (number - line))
		return line;
	number += 4;
	end = number + strspn(number, "0123456789");
	if (end[0] != ':' || !rg_parse_count(number, end - number, &value))
		return line;
	number[-1] = '\0';
	item->location = MemoryContextStrdup(context, line);
	item->line = value;
	return end + 1 + strspn(end + 1, " ");
}

static bool
explains_package(const char *line)
{
	static const char *const words[] = {"panic:", "fatal error:", "signal:",
	"exit status", "FAIL\t", "WARNING: DATA RACE"};

	for (int i = 0; i < (int) lengthof(words); i++)
	{
		if (strncmp(line, words[i], strlen(words[i])) == 0)
			return true;
	}
	return false;
}

static void
on_output(GoTest *go, Item *package, const char *name, const RgNode *event)
{
	MemoryContext context = go->report->context;
	char	   *line = rg_node_text(rg_node_get(event, "Output"));
	Item	   *item = name != NULL ?
		find(go, package, name, (int) strlen(name)) : package;

	if (line == NULL || item == NULL || item->message != NULL ||
		!rg_report_wants_finding(go->report))
		return;
	line += strspn(line, " \t");
	line[strcspn(line, "\r\n")] = '\0';
	if (name == NULL ? !explains_package(line) :
		*line == '\0' || strncmp(line, "=== ", 4) == 0 ||
		strncmp(line, "--- ", 4) == 0)
		return;
	if (strlen(line) > RG_TEXT_MAX + 100)
		line[RG_TEXT_MAX + 100] = '\0';
	item->message = MemoryContextStrdup(context,
										split_location(item, context, line));
}

/* ---- events --------------------------------------------------------------------------- */

static const RgOutcomeWord end_words[] = {
	{"pass", RG_OUTCOME_PASSED},
	{"fail", RG_OUTCOME_FAILED},
	{"skip", RG_OUTCOME_SKIPPED},
	{NULL}
};

static void
on_event(void *state, RgReport *report, const RgNode *event)
{
	GoTest	   *go = state;
	const char *action = rg_node_text(rg_node_get(event, "Action"));
	const char *name = rg_node_text(rg_node_get(event, "Package"));
	const char *test = rg_node_text(rg_node_get(event, "Test"));
	RgOutcome	outcome = rg_outcome(end_words, action);
	Item	   *package;

	go->events++;
	if (action == NULL)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "an event has no Action");
		return;
	}
	if (strncmp(action, "build-", 6) == 0)
	{
		go->failed_builds += strcmp(action, "build-fail") == 0 ? 1 : 0;
		return;
	}
	name = name != NULL ? name : "";
	package = find_or_add(go, NULL, name, (int) strlen(name));
	if (test != NULL && *test == '\0')
		test = NULL;
	if (strcmp(action, "output") == 0)
	{
		on_output(go, package, test, event);
		return;
	}
	package->ended = false;
	if (test == NULL && outcome != RG_OUTCOME_UNKNOWN)
		on_package_end(go, package, outcome, event);
	else if (test != NULL && outcome != RG_OUTCOME_UNKNOWN)
		on_test_end(go, package, test, outcome);
	else if (test != NULL && strcmp(action, "run") == 0)
		on_run(go, package, test);
}

/* Go before 1.24 writes of a package that does not build between the events. */
static void
on_plain_line(GoTest *go, const RgInput *line)
{
	const char *name = NULL;

	if (!rg_input_starts(line, "FAIL\t"))
		return;
	if (rg_report_wants_finding(go->report))
		name = rg_report_text(go->report, line->data + 5, line->length - 5);
	rg_tests_outside(&go->tests, go->report, name, NULL, NULL);
}

/* An indented event is one, too: passed over, it could be a failure. */
static bool
is_event(const RgInput *line)
{
	size_t		blank = rg_blank_length(line);

	return blank < line->length && line->data[blank] == '{';
}

/* Events in a row, and a line between them that is none. */
static bool
read_stream(GoTest *go, const RgInput *input)
{
	static const RgJsonRule rules[] = {{"", RG_JSON_TREE, on_event}};
	RgInput		rest = *input;
	RgInput		line;
	RgInput		events = {input->data, 0};
	int			before = 0;
	int			lines = 0;

	for (;;)
	{
		bool		more = rg_next_line(&rest, &line);

		CHECK_FOR_INTERRUPTS();
		if (more && is_event(&line))
		{
			events.length = rest.data - events.data;
			lines++;
			continue;
		}
		if (events.length > 0 &&
			!rg_json_read_lines(&events, rules, lengthof(rules), go,
								go->report))
		{
			go->report->line += before;
			return false;
		}
		if (!more)
			return true;
		on_plain_line(go, &line);
		before += lines + 1;
		lines = 0;
		events.data = rest.data;
		events.length = 0;
	}
}

static void
finish(GoTest *go)
{
	RgReport   *report = go->report;
	int64		open = 0;

	for (Item *package = go->packages; package; package = package->next)
	{
		close_tests(go, package);
		open += package->ended ? 0 : 1;
		if (open == 1 && !package->ended)
			rg_report_fail(report, RG_REPORT_INCOMPLETE,
						   "package %s has no end",
						   rg_report_text(report, package->name,
										  package->length));
	}
	if (go->events == 0)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it holds no event of go test -json%s%s",
					   report->nfindings > 0 ? ", but that this failed: " : "",
					   report->nfindings > 0 ? report->findings[0].name : "");
	if (go->failed_builds > 0 && go->tests.failed + go->tests.outside == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "a build failed, and no package says so");
	rg_tests_finish(&go->tests, report);
}

void
rg_read_go_test(const RgInput *input, RgReport *report)
{
	GoTest		go = {.report = report};

	rg_report_tool(report, "go test", NULL);
	rg_tests_init(&go.tests);
	make_table(&go, 256);
	if (read_stream(&go, input))
		finish(&go);
}
