/*
 * readers.c: the readers under libFuzzer, one at a time: `readers FORMAT ...`,
 * where FORMAT is a name of formats.c or "auto", then libFuzzer's arguments or
 * files to read once. What must hold of an answer is in answer.c.
 */
#include "answer.h"
#include "server.h"

/* One input in so many is read again with an allocation that fails. */
#define FAILURES 8

static const RgFormat *format;	/* NULL: auto */

extern int	LLVMFuzzerInitialize(int *argc, char ***argv);
extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

static const char *const syntaxes[] = {
	[RG_SYNTAX_XML] = "xml",
	[RG_SYNTAX_JSON] = "json",
	[RG_SYNTAX_TEXT] = "text",
};

/* ---- what the script asks for -------------------------------------------------- */

/* name, syntax and marks of each format */
static void
print_formats(void)
{
	for (int i = 0; i < rg_nformats; i++)
		printf("%s\t%s\t%s\n", rg_formats[i].name,
			   syntaxes[rg_formats[i].syntax], rg_formats[i].marks);
}

static RgInput recognising;
static RgReport recognised;

static void
recognise(void *arg)
{
	rg_report_read(NULL, recognising.data, recognising.length, NULL,
				   &recognised);
}

/* The format of each file ("-" for none) and what its reader says, unjudged. */
static void
print_recognised(int count, char **files)
{
	size_t		room = RG_REPORT_MAX_BYTES;
	char	   *data = malloc(room);

	for (int i = 0; i < count; i++)
	{
		FILE	   *file = fopen(files[i], "rb");

		if (file == NULL || data == NULL)
			fault("%s cannot be read", files[i]);
		recognising = (RgInput) {data, fread(data, 1, room, file)};
		(void) server_try(recognise, NULL);
		printf("%s\t%s\t%s\t%s\n",
			   recognised.format ? recognised.format->name : "-", files[i],
			   rg_report_status_name(recognised.status),
			   recognised.message ? recognised.message : "");
		fclose(file);
	}
	free(data);
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *name = *argc > 1 ? (*argv)[1] : "";
	Answer		answer;

	server_start();
	/* libxml2 makes its tables with the first report, and a bad one */
	answer_read(&answer, rg_format_find("junit"), "<a b='&x;'>", 11,
				LIE_EXACT, NULL, 0);
	answer_forget(&answer);
	if (strcmp(name, "--formats") == 0)
	{
		print_formats();
		exit(0);
	}
	if (strcmp(name, "--recognise") == 0)
	{
		print_recognised(*argc - 2, *argv + 2);
		exit(0);
	}
	format = rg_format_find(name);
	if (format == NULL && strcmp(name, "auto") != 0)
	{
		fprintf(stderr, "usage: readers FORMAT [FILE ...], FORMAT being auto or one of these:\n");
		print_formats();
		exit(2);
	}
	/* libFuzzer need not see it */
	memmove(*argv + 1, *argv + 2, (*argc - 1) * sizeof(char *));
	(*argc)--;
	return 0;
}

/* ---- what must hold of one input -------------------------------------------------- */

/* The tool's exit code makes an answer worse, or leaves it as it is. */
static void
read_after_failure(const Answer *answer, const char *data, size_t length)
{
	static const int failed = 1;
	Answer		other;
	const char *difference;

	answer_read(&other, answer->report.format ? answer->report.format : format,
				data, length, LIE_AT_WALL, &failed, 0);
	if (answer->report.status == RG_REPORT_OK)
	{
		if (other.report.status == RG_REPORT_OK &&
			!rg_report_shows_failure(&other.report))
			fault("it is ok although the tool failed");
		if (other.report.status == RG_REPORT_INCOMPLETE)
		{
			other.report.status = RG_REPORT_OK;
			other.report.message = NULL;
		}
	}
	difference = answer_difference(answer, &other);
	if (difference != NULL)
		fault("read twice, not the same: %s", difference);
	answer_forget(&other);
}

static void
must_not_be_ok(const char *data, size_t length, const char *what)
{
	Answer		answer;

	answer_read(&answer, format, data, length, LIE_EXACT, NULL, 0);
	if (answer.report.status == RG_REPORT_OK)
		fault("%s is ok", what);
	answer_forget(&answer);
}

/* A report that is ok is not without its end, and not twice. */
static void
spoil(const Answer *answer, const char *data, size_t length)
{
	size_t		cut = answer_cut(answer, data, length);
	char	   *twice;

	if (cut > 0)
		must_not_be_ok(data, cut, "the report without its last byte");
	if (answer->by_lines || answer->report.format->syntax == RG_SYNTAX_TEXT)
		return;
	twice = malloc(2 * length);
	memcpy(twice, data, length);
	memcpy(twice + length, data, length);
	must_not_be_ok(twice, 2 * length, "the report twice in one");
	free(twice);
}

/* FNV-1a: which allocation fails is the input's to say, always the same. */
static uint64
hash(const char *data, size_t length)
{
	uint64		value = UINT64CONST(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		value = (value ^ (unsigned char) data[i]) * UINT64CONST(0x100000001b3);
	return value ^ value >> 32;
}

static void
read_without_memory(int64 allocations, const char *data, size_t length)
{
	uint64		value = hash(data, length);
	Answer		answer;

	if (value % FAILURES != 0 || allocations == 0)
		return;
	answer_read(&answer, format, data, length, LIE_EXACT, NULL,
				1 + (int64) (value / FAILURES % (uint64) allocations));
	if (answer.context != NULL)
		fault("an allocation failed, and there is an answer");
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *data = (const char *) bytes;
	ServerUse	before = server_use();
	ServerUse	after;
	Answer		answer;

	answer_read(&answer, format, data, length, LIE_EXACT, NULL, 0);
	read_after_failure(&answer, data, length);
	if (answer.report.status == RG_REPORT_OK)
		spoil(&answer, data, length);
	answer_forget(&answer);
	read_without_memory(answer.allocations, data, length);

	after = server_use();
	if (memcmp(&before, &after, sizeof(before)) != 0)
		fault("not given back: " INT64_FORMAT " chunks, " INT64_FORMAT
			  " contexts, " INT64_FORMAT " blocks of malloc",
			  after.chunks - before.chunks, after.contexts - before.contexts,
			  after.blocks - before.blocks);
	return 0;
}
