/*
 * migration_sql.c: check_migration(), migration_verdict(), split_migration().
 * Nothing here reads a table; all memory of a call goes when it ends.
 */
#include "migration/migration.h"

#include "access/detoast.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "migration/check.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

static const char *const sides[] = {"up", "down"};

/* Trees take some fifty times the memory of their text. */
#define LARGEST_FILE (16 * 1024 * 1024)

/* ---- reading ---- */

static void
refuse(const RgFileFault *fault, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNREADABLE_MIGRATION),
			 errmsg("the migration cannot be read: %s", fault->message),
			 what ? errdetail("Line %d, column %d of the %s file.", fault->line, fault->column, what) :
			 errdetail("Line %d, column %d.", fault->line, fault->column),
			 errhint("%s", fault->hint)));
}

/*
 * A tree that is too deep for the stack is refused as one more thing that
 * cannot be read. Caught without a subtransaction, for the reasons in parse.c.
 */
static void
run_files(RgRun *run)
{
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		rg_migration_run(run);
	}
	PG_CATCH();
	{
		RgFileFault fault = {Max(run->line, 1), 1, "a statement is nested too deeply", "Take it apart."};
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_STATEMENT_TOO_COMPLEX)
			PG_RE_THROW();
		FlushErrorState();
		refuse(&fault, sides[run->down]);
	}
	PG_END_TRY();
}

/* Earlier files that cannot be read tell nothing; they are not what is asked about. */
static List *
read_past(ArrayType *array)
{
	List	   *past = NIL;
	Datum	   *values;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		RgFile	   *file = palloc0(sizeof(RgFile));
		RgFileFault fault;

		if (nulls[i])
			continue;
		file->text = TextDatumGetCString(values[i]);
		file->length = (int) strlen(file->text);
		if (rg_migration_parse(file, &fault))
			past = lappend(past, file);
	}
	return past;
}

/* Run as one, its down would undo its up at once. */
static void
refuse_marked(const char *content)
{
	RgSplit		split;

	rg_migration_split(content, &split);
	if (split.text[0] == NULL || split.text[1] == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNREADABLE_MIGRATION),
			 errmsg("the file holds both directions, up and down"),
			 errdetail("Line %d marks the up and line %d the down, in the format of %s.",
					   split.line[0] - 1, split.line[1] - 1, split.format),
			 errhint("split_migration() takes it apart; pass each direction by itself.")));
}

static void
check_size(Size size, int side)
{
	const RgFileFault fault = {1, 1, "it is larger than 16 MB", "Load rows apart from the migration, or take it apart."};

	if (size > LARGEST_FILE)
		refuse(&fault, sides[side]);
}

static bool
parse_side(RgRun *run, int side, char *content, RgFileFault *fault)
{
	run->files[side].down = side == 1;
	run->files[side].text = content;
	run->files[side].length = (int) strlen(content);
	return rg_migration_parse(&run->files[side], fault);
}

static void
read_file(RgRun *run, int side, char *content)
{
	RgFileFault fault;

	if (!parse_side(run, side, content, &fault))
		refuse(&fault, sides[side]);
	if (side == 0)
		refuse_marked(content);
}

static void
refuse_null(FunctionCallInfo fcinfo, const char *what, const char *why, const char *hint)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", what),
				 errdetail("%s", why),
				 errhint("%s", hint)));
}

static void
read_files(FunctionCallInfo fcinfo, RgRun *run)
{
	memset(run, 0, sizeof(*run));
	refuse_null(fcinfo, "up", "A migration has an up file; its down file may be missing.",
				"Pass an empty text for a file without statements.");
	for (int side = 0; side < 2; side++)
	{
		if (PG_NARGS() <= side || PG_ARGISNULL(side))
			continue;
		/* before it is decompressed */
		check_size(toast_raw_datum_size(PG_GETARG_DATUM(side)) - VARHDRSZ, side);
		read_file(run, side, text_to_cstring(PG_GETARG_TEXT_PP(side)));
	}
	if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		run->past = read_past(PG_GETARG_ARRAYTYPE_P(2));
	run_files(run);
}

static MemoryContext
begin_work(MemoryContext *caller)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "releasegov migration", ALLOCSET_DEFAULT_SIZES);

	*caller = MemoryContextSwitchTo(work);
	return work;
}

/* ---- for the facts ---- */

/*
 * A history may have downs that nobody can run; what cannot be undone is no
 * reason not to know of it. NULL, or why it cannot be read.
 */
static const char *
try_down(RgRun *run, char *content)
{
	RgFileFault fault;

	if (parse_side(run, 1, content, &fault))
		return NULL;
	run->files[1].text = NULL;
	ereport(WARNING,
			(errcode(ERRCODE_RG_UNREADABLE_MIGRATION),
			 errmsg("the down cannot be read: %s", fault.message),
			 errdetail("Line %d, column %d of the down file. The migration is registered as one that cannot be undone; a corrected one needs a new version.",
					   fault.line, fault.column),
			 errhint("%s", fault.hint)));
	return psprintf("the down cannot be read (line %d, column %d): %s", fault.line, fault.column, fault.message);
}

void
rg_migration_check(const char *up, const char *down, RgMigrationCheck *out)
{
	MemoryContext caller;
	MemoryContext work = begin_work(&caller);
	RgRun		run;
	RgVerdict	verdict;
	const char *unread = NULL;
	char	   *words;

	memset(&run, 0, sizeof(run));
	check_size(strlen(up), 0);
	read_file(&run, 0, pstrdup(up));
	if (down != NULL)
	{
		check_size(strlen(down), 1);
		unread = try_down(&run, pstrdup(down));
	}
	run_files(&run);
	rg_migration_verdict(&run, &verdict);
	words = rg_verdict_words(&run, &verdict);
	if (unread != NULL)
	{
		verdict.reversibility = Max(verdict.reversibility, RG_IRREVERSIBLE);
		verdict.data_loss = true;
		words = psprintf("%s%s%s", unread, words[0] ? "; " : "", words);
	}
	MemoryContextSwitchTo(caller);
	out->class = rg_class_name(verdict.class);
	out->reversibility = rg_reversibility_name(verdict.reversibility);
	out->data_loss = verdict.data_loss;
	out->blank = verdict.blank;
	out->words = pstrdup(words);
	MemoryContextDelete(work);
}

/* ---- check_migration ---- */

static char *
joined(List *strings, const char *separator)
{
	StringInfoData out;
	ListCell   *cell;

	initStringInfo(&out);
	foreach(cell, strings)
		appendStringInfo(&out, "%s%s", out.len > 0 ? separator : "", (char *) lfirst(cell));
	return out.data;
}

/* Parts of one statement are that statement once. */
static char *
undone_text(const RgUnit *unit)
{
	List	   *texts = NIL;
	int			last = -1;
	ListCell   *cell;

	foreach(cell, unit->undone_by)
	{
		RgUnit	   *by = (RgUnit *) lfirst(cell);

		if (by->start != last)
			texts = lappend(texts, (char *) rg_statement_text(by));
		last = by->start;
	}
	return texts == NIL ? NULL : joined(texts, ";\n");
}

static char *
flag(bool value)
{
	return value ? "t" : "f";
}

enum
{
	OUT_DIRECTION,
	OUT_POSITION,
	OUT_LINE,
	OUT_KIND,
	OUT_OBJECT,
	OUT_CLASS,
	OUT_REVERSIBILITY,
	OUT_LOCK,
	OUT_BLOCKS,
	OUT_REWRITES,
	OUT_SCANS,
	OUT_COMPATIBLE,
	OUT_IN_TRANSACTION,
	OUT_UNDONE_BY,
	OUT_PROPOSED_DOWN,
	OUT_DATA_LOSS,
	OUT_DETAIL,
	OUT_REMEDY,
	OUT_COUNT
};

static void
fill_row(const RgUnit *unit, char **row)
{
	row[OUT_DIRECTION] = (char *) sides[unit->down];
	row[OUT_POSITION] = psprintf("%d", unit->position);
	row[OUT_LINE] = psprintf("%d", unit->line);
	row[OUT_KIND] = (char *) unit->kind;
	row[OUT_OBJECT] = (char *) unit->written;
	row[OUT_CLASS] = (char *) rg_class_name(unit->class);
	row[OUT_REVERSIBILITY] = (char *) rg_reversibility_name(unit->reversibility);
	row[OUT_LOCK] = rg_lock_written(unit);
	row[OUT_BLOCKS] = (char *) rg_lock_blocks(unit);
	row[OUT_REWRITES] = flag(unit->rewrites);
	row[OUT_SCANS] = flag(unit->scans);
	row[OUT_COMPATIBLE] = flag(unit->compatible);
	row[OUT_IN_TRANSACTION] = flag(unit->in_transaction);
	row[OUT_UNDONE_BY] = undone_text(unit);
	row[OUT_PROPOSED_DOWN] = (char *) unit->proposed_down;
	row[OUT_DATA_LOSS] = flag(unit->data_loss);
	row[OUT_DETAIL] = !unit->data_loss ? (char *) unit->detail :
		psprintf("%s%sData is lost: %s.", unit->detail ? unit->detail : "", unit->detail ? " " : "", unit->loss);
	row[OUT_REMEDY] = (char *) unit->remedy;
}

PG_FUNCTION_INFO_V1(check_migration);
Datum
check_migration(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext caller;
	MemoryContext work;
	AttInMetadata *meta;
	RgRun		run;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	work = begin_work(&caller);
	read_files(fcinfo, &run);
	meta = TupleDescGetAttInMetadata(result->setDesc);
	foreach(cell, run.units)
	{
		RgUnit	   *unit = (RgUnit *) lfirst(cell);
		char	   *row[OUT_COUNT];

		CHECK_FOR_INTERRUPTS();
		if (unit->inner)
			continue;
		fill_row(unit, row);
		tuplestore_puttuple(result->setResult, BuildTupleFromCStrings(meta, row));
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(work);
	PG_RETURN_NULL();
}

/* ---- migration_verdict ---- */

enum
{
	VERDICT_CLASS,
	VERDICT_REVERSIBILITY,
	VERDICT_DATA_LOSS,
	VERDICT_DATA_LOSS_REASON,
	VERDICT_DOWN_MISSING,
	VERDICT_DOWN_EMPTY,
	VERDICT_IN_TRANSACTION,
	VERDICT_CONTROLS_TRANSACTION,
	VERDICT_COMPATIBLE,
	VERDICT_OPAQUE,
	VERDICT_STATEMENTS,
	VERDICT_PROPOSED_DOWN,
	VERDICT_COUNT
};

PG_FUNCTION_INFO_V1(migration_verdict);
Datum
migration_verdict(PG_FUNCTION_ARGS)
{
	MemoryContext caller;
	MemoryContext work;
	TupleDesc	desc;
	HeapTuple	tuple;
	RgRun		run;
	RgVerdict	verdict;
	char	   *row[VERDICT_COUNT];

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	work = begin_work(&caller);
	read_files(fcinfo, &run);
	rg_migration_verdict(&run, &verdict);
	row[VERDICT_CLASS] = (char *) rg_class_name(verdict.class);
	row[VERDICT_REVERSIBILITY] = (char *) rg_reversibility_name(verdict.reversibility);
	row[VERDICT_DATA_LOSS] = flag(verdict.data_loss);
	row[VERDICT_DATA_LOSS_REASON] = (char *) verdict.data_loss_reason;
	row[VERDICT_DOWN_MISSING] = flag(verdict.down_missing);
	row[VERDICT_DOWN_EMPTY] = flag(verdict.down_empty);
	row[VERDICT_IN_TRANSACTION] = flag(verdict.in_transaction);
	row[VERDICT_CONTROLS_TRANSACTION] = flag(verdict.controls_transaction);
	row[VERDICT_COMPATIBLE] = flag(verdict.compatible);
	row[VERDICT_OPAQUE] = psprintf("%d", verdict.opaque);
	row[VERDICT_STATEMENTS] = psprintf("%d", verdict.statements);
	row[VERDICT_PROPOSED_DOWN] = (char *) verdict.proposed_down;
	MemoryContextSwitchTo(caller);
	tuple = BuildTupleFromCStrings(TupleDescGetAttInMetadata(BlessTupleDesc(desc)), row);
	MemoryContextDelete(work);
	PG_RETURN_DATUM(HeapTupleGetDatum(tuple));
}

/* ---- split_migration ---- */

static void
refuse_split(const RgSplit *split)
{
	if (split->fault.line != 0)
		refuse(&split->fault, NULL);
	if (split->format == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNREADABLE_MIGRATION),
				 errmsg("the file has no marker of a direction"),
				 errdetail("Looked for were \"-- +goose Up\", \"-- +migrate Up\" and \"-- migrate:up\", and the same with Down, each on a line of its own."),
				 errhint("Pass the whole text as the up, and the down from a file of its own.")));
	if (split->text[0] == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNREADABLE_MIGRATION),
				 errmsg("the file has a down section and no up section"),
				 errdetail("The format is %s.", split->format),
				 errhint("Mark where the up begins.")));
}

PG_FUNCTION_INFO_V1(split_migration);
Datum
split_migration(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext caller;
	MemoryContext work;
	RgSplit		split;

	refuse_null(fcinfo, "content", "It is a file that holds both directions.",
				"Pass the text of the file.");
	InitMaterializedSRF(fcinfo, 0);
	work = begin_work(&caller);
	rg_migration_split(text_to_cstring(PG_GETARG_TEXT_PP(0)), &split);
	refuse_split(&split);
	for (int side = 0; side < 2; side++)
	{
		Datum		values[5];
		bool		nulls[5] = {false};

		if (split.text[side] == NULL)
			continue;
		values[0] = CStringGetTextDatum(sides[side]);
		values[1] = CStringGetTextDatum(split.text[side]);
		values[2] = Int32GetDatum(split.line[side]);
		values[3] = BoolGetDatum(split.in_transaction[side]);
		values[4] = CStringGetTextDatum(split.format);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(work);
	PG_RETURN_NULL();
}
