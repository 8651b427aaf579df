/*
 * reports.c: small reports (test/fuzz/seeds) spoilt in every place: cut, with
 * bytes of another kind, twice in one, out of memory. Whatever was done to a
 * report, no reader breaks, and none takes half of one for a whole.
 */
#include "answer.h"

#include <dirent.h>

#include "server.h"

#define SEEDS		"test/fuzz/seeds"
#define MAX_SEEDS	500
#define MAX_LENGTH	(256 * 1024)
#define MAX_COMPLAINTS 10

typedef struct Seed
{
	char		name[100];
	char	   *data;
	size_t		length;
	Answer		answer;			/* of auto */
} Seed;

static Seed seeds[MAX_SEEDS];
static int	nseeds = 0;
static int	tests = 0;
static int	failures = 0;
static int	complaints = 0;		/* of the test that runs */
static int64 readings = 0;

static void
complain(const char *format,...)
{
	va_list		args;

	if (++complaints > MAX_COMPLAINTS)
		return;
	fputs("# ", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fputs("\n", stdout);
}

static void
end_test(const char *what)
{
	printf("%sok %d - %s\n", complaints > 0 ? "not " : "", ++tests, what);
	failures += complaints > 0;
	complaints = 0;
}

/* ---- the seeds -------------------------------------------------------------- */

static void
load(Seed *seed, const char *name)
{
	char		path[300];
	FILE	   *file;

	snprintf(path, sizeof(path), "%s/%s", SEEDS, name);
	strlcpy(seed->name, name, sizeof(seed->name));
	seed->data = malloc(MAX_LENGTH);
	file = fopen(path, "rb");
	if (file == NULL || seed->data == NULL)
		fault("%s cannot be read", path);
	seed->length = fread(seed->data, 1, MAX_LENGTH, file);
	fclose(file);
	answer_read(&seed->answer, NULL, seed->data, seed->length, LIE_EXACT,
				NULL, 0);
}

static void
load_all(void)
{
	struct dirent **entries;
	int			count = scandir(SEEDS, &entries, NULL, alphasort);

	if (count < 0)
		fault("there is no %s: run it where the Makefile is", SEEDS);
	for (int i = 0; i < count; i++)
	{
		if (nseeds == MAX_SEEDS)
			fault("there are more than %d reports", MAX_SEEDS);
		if (entries[i]->d_name[0] != '.')
			load(&seeds[nseeds++], entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

/* All of it is given back: the heads of chunks are hidden from the leak checker. */
static void
forget_all(void)
{
	for (int i = 0; i < nseeds; i++)
	{
		answer_forget(&seeds[i].answer);
		free(seeds[i].data);
	}
}

static bool
is_good(const Seed *seed)
{
	return seed->answer.report.status == RG_REPORT_OK;
}

/* ---- reading ------------------------------------------------------------------- */

/* What is read, for faults. */
static const char *spoiling;
static RgInput spoilt;

static void
read_as(Answer *answer, const RgFormat *format, const char *data,
		size_t length, int64 fail_at)
{
	readings++;
	spoilt = (RgInput) {data, length};
	answer_read(answer, format, data, length,
				readings % 2 == 0 ? LIE_EXACT : LIE_AT_WALL, NULL, fail_at);
}

static RgReportStatus
status_of(const Seed *seed, const char *data, size_t length)
{
	Answer		answer;

	read_as(&answer, seed->answer.report.format, data, length, 0);
	answer_forget(&answer);
	return answer.report.status;
}

static void
must_be_the_same(const Seed *seed, const RgFormat *format, const char *data,
				 size_t length, const char *what)
{
	Answer		answer;
	const char *difference;

	read_as(&answer, format, data, length, 0);
	difference = answer_difference(&seed->answer, &answer);
	if (difference != NULL)
		complain("%s, %s: another answer: %s", seed->name, what, difference);
	answer_forget(&answer);
}

/* ---- the tests ------------------------------------------------------------------ */

static void
test_all_have_one(void)
{
	for (int f = 0; f < rg_nformats; f++)
	{
		bool		found;

		/* what has no figures is no format of its own, or there to be refused */
		found = rg_formats[f].figures[0] == '\0';
		for (int i = 0; i < nseeds; i++)
			found |= is_good(&seeds[i]) && seeds[i].answer.report.format == &rg_formats[f];
		if (!found)
			complain("%s: none", rg_formats[f].name);
	}
	end_test("each format has a small report in " SEEDS " that is ok");
}

/* Reports of all kinds, those that once broke a reader among them. */
static void
test_every_reader(void)
{
	Answer		answer;

	for (int i = 0; i < nseeds; i++)
	{
		for (int f = 0; f < rg_nformats; f++)
		{
			spoiling = seeds[i].name;
			read_as(&answer, &rg_formats[f], seeds[i].data, seeds[i].length, 0);
			answer_forget(&answer);
		}
	}
	end_test("every reader reads every one of them");
}

static void
test_by_name(const Seed *seed)
{
	must_be_the_same(seed, seed->answer.report.format, seed->data,
					 seed->length, "by its format's name");
}

/* These say nowhere how many records they have: less of them is a report, too. */
static bool
may_end(const Seed *seed, size_t at)
{
	static const char *const formats[] = {"lcov", "go-cover", "jacoco-csv"};

	if (at > 0 && seed->data[at] != '\n' && seed->data[at - 1] != '\n')
		return false;
	for (int i = 0; i < (int) lengthof(formats); i++)
	{
		if (strcmp(seed->answer.report.format->name, formats[i]) == 0)
			return true;
	}
	return false;
}

static void
test_cut(const Seed *seed)
{
	size_t		length = seed->length;

	/* blanks at its end are no part of it */
	while (length > 0 && strchr(" \r\n\t", seed->data[length - 1]) != NULL)
		length--;
	while (length-- > 0)
	{
		if (!may_end(seed, length) &&
			status_of(seed, seed->data, length) == RG_REPORT_OK)
			complain("%s is ok cut at %zu", seed->name, length);
	}
}

static void
test_bytes(const Seed *seed)
{
	static const char hostile[] = {'\0', '"', '\\', '<', '&', ']', '9', '\n', '\xff', '\xc3'};
	char	   *data = malloc(seed->length);

	for (size_t at = 0; at < seed->length; at++)
	{
		for (int i = 0; i < (int) lengthof(hostile); i++)
		{
			memcpy(data, seed->data, seed->length);
			data[at] = hostile[i];
			(void) status_of(seed, data, seed->length);
		}
	}
	free(data);
}

/* Lines of text, and documents a line, can go on. */
static void
test_twice(const Seed *seed)
{
	static const char *const tails[] = {"x", "{}", "<a/>", "]", "\xff", "\x01"};
	char	   *data;

	if (seed->answer.by_lines || seed->answer.report.format->syntax == RG_SYNTAX_TEXT)
		return;
	data = malloc(2 * seed->length + 10);
	memcpy(data, seed->data, seed->length);
	memcpy(data + seed->length, seed->data, seed->length);
	if (status_of(seed, data, 2 * seed->length) == RG_REPORT_OK)
		complain("%s is ok twice in one", seed->name);
	for (int i = 0; i < (int) lengthof(tails); i++)
	{
		size_t		length = strlen(tails[i]);

		memcpy(data + seed->length, tails[i], length);
		if (status_of(seed, data, seed->length + length) == RG_REPORT_OK)
			complain("%s is ok before %s", seed->name, tails[i]);
	}
	free(data);
}

static void
test_written_otherwise(const Seed *seed)
{
	const RgFormat *format = seed->answer.report.format;
	char	   *data = malloc(2 * seed->length + 10);
	size_t		length = 0;

	memcpy(data, "\xef\xbb\xbf", 3);
	memcpy(data + 3, seed->data, seed->length);
	must_be_the_same(seed, format, data, seed->length + 3, "with a BOM");
	memcpy(data, " \r\n", 3);
	memcpy(data + 3 + seed->length, "\r\n\r\n", 4);
	must_be_the_same(seed, format, data, seed->length + 7, "between blanks");
	for (size_t i = 0; i < seed->length; i++)
	{
		if (seed->data[i] == '\n')
			data[length++] = '\r';
		data[length++] = seed->data[i];
	}
	must_be_the_same(seed, format, data, length, "with CRLF");
	free(data);
}

/* Wherever memory ends, what was allocated before is given back. */
static void
test_memory(const Seed *seed)
{
	ServerUse	before = server_use();

	for (int64 at = 1; at <= seed->answer.allocations; at++)
	{
		ServerUse	after;
		Answer		answer;

		read_as(&answer, NULL, seed->data, seed->length, at);
		if (answer.context != NULL)
			complain("%s is read although an allocation fails", seed->name);
		answer_forget(&answer);
		after = server_use();
		if (memcmp(&before, &after, sizeof(before)) != 0)
		{
			complain("%s, allocation " INT64_FORMAT " fails: not all is given back",
					 seed->name, at);
			break;
		}
	}
}

static void
for_each_good(void (*test) (const Seed *seed), const char *what)
{
	for (int i = 0; i < nseeds; i++)
	{
		if (!is_good(&seeds[i]))
			continue;
		spoiling = seeds[i].name;
		test(&seeds[i]);
	}
	end_test(what);
}

/* What was done to the seed, as C has it. */
static void
show_report(void)
{
	if (spoiling == NULL)
		return;
	fprintf(stderr, "while reading %s/%s as this:\n", SEEDS, spoiling);
	for (size_t i = 0; i < spoilt.length; i++)
	{
		char		c = spoilt.data[i];

		if (c == '\n' || (c >= ' ' && c < 0x7f && c != '\\'))
			fputc(c, stderr);
		else
			fprintf(stderr, "\\x%02x", (unsigned char) c);
	}
	fputs("\n", stderr);
}

int
main(void)
{
	server_start();
	server_at_fault(show_report);
	load_all();
	test_all_have_one();
	test_every_reader();
	for_each_good(test_by_name, "auto reads them as their format does");
	for_each_good(test_cut, "cut at any byte, none is ok");
	for_each_good(test_bytes, "a byte of another kind breaks no reader");
	for_each_good(test_twice, "with something behind it, none is ok");
	for_each_good(test_written_otherwise, "a BOM, blanks around it and CRLF change no answer");
	for_each_good(test_memory, "without memory, all that was allocated is given back");
	forget_all();
	printf("# %d reports, " INT64_FORMAT " readings\n", nseeds, readings);
	printf("1..%d\n", tests);
	return failures > 0;
}
