/*
 * verdict.c: what the statements come to together, and the words for classes
 * and locks.
 */
#include "migration/migration.h"

static const char *const class_names[] = {"A", "B", "C"};
static const char *const reversibility_names[] = {"reversible", "lossy", "irreversible", "opaque"};

const char *
rg_class_name(RgClass class)
{
	return class_names[class];
}

const char *
rg_reversibility_name(RgReversibility reversibility)
{
	return reversibility_names[reversibility];
}

/* What nobody else can do while the lock is held. */
static const struct
{
	const char *name;
	const char *blocks;
}			locks[] = {
	[NoLock] = {NULL, "nothing"},
	[AccessShareLock] = {"ACCESS SHARE", "nothing"},
	[RowShareLock] = {"ROW SHARE", "nothing"},
	[RowExclusiveLock] = {"ROW EXCLUSIVE", "writes of the same rows"},
	[ShareUpdateExclusiveLock] = {"SHARE UPDATE EXCLUSIVE", "schema changes"},
	[ShareLock] = {"SHARE", "writes"},
	[ShareRowExclusiveLock] = {"SHARE ROW EXCLUSIVE", "writes"},
	[ExclusiveLock] = {"EXCLUSIVE", "writes"},
	[AccessExclusiveLock] = {"ACCESS EXCLUSIVE", "reads and writes"},
};

/* The strongest that anybody can wait for. */
const char *
rg_lock_blocks(const RgUnit *unit)
{
	LOCKMODE	mode = NoLock;
	ListCell   *cell;

	foreach(cell, unit->locked)
	{
		RgLocked   *locked = (RgLocked *) lfirst(cell);

		if (!locked->is_new)
			mode = Max(mode, locked->mode);
	}
	return locks[mode].blocks;
}

static bool
is_said(List *said, const RgLocked *locked)
{
	ListCell   *cell;

	foreach(cell, said)
	{
		RgLocked   *other = (RgLocked *) lfirst(cell);

		if (other->mode == locked->mode && strcmp(other->name, locked->name) == 0)
			return true;
	}
	return false;
}

#define MOST_LOCKS 20

/* ACCESS EXCLUSIVE on a, b, SHARE on c; NULL: none. */
char *
rg_lock_written(const RgUnit *unit)
{
	StringInfoData out;
	List	   *said = NIL;
	ListCell   *cell;
	LOCKMODE	last = NoLock;

	initStringInfo(&out);
	foreach(cell, unit->locked)
	{
		RgLocked   *locked = (RgLocked *) lfirst(cell);

		if (locked->mode == NoLock || is_said(said, locked))
			continue;
		if (list_length(said) == MOST_LOCKS)
		{
			appendStringInfoString(&out, " and more");
			break;
		}
		said = lappend(said, locked);
		appendStringInfoString(&out, out.len > 0 ? ", " : "");
		if (locked->mode != last)
			appendStringInfo(&out, "%s on ", locks[locked->mode].name);
		appendStringInfoString(&out, locked->name);
		last = locked->mode;
	}
	return out.len > 0 ? out.data : NULL;
}

/* Longer reasons are cut; check_migration() has them all. */
#define MOST_REASONS 5

static void
add_reason(StringInfo reasons, const RgUnit *unit, int count)
{
	if (count < MOST_REASONS)
		appendStringInfo(reasons, "%s%s (line %d of the %s)", reasons->len > 0 ? "; " : "", unit->loss, unit->line,
						 unit->down ? "down" : "up");
	else if (count == MOST_REASONS)
		appendStringInfoString(reasons, "; and more");
}

/* Statement for statement backwards; NULL unless each has one. */
static const char *
whole_proposal(const RgRun *run)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = list_length(run->units) - 1; i >= 0; i--)
	{
		RgUnit	   *unit = (RgUnit *) list_nth(run->units, i);

		if (unit->down || unit->inner || unit->rule->undo == NULL)
			continue;
		if (unit->proposed_down == NULL)
			return NULL;
		appendStringInfo(&out, "%s;\n", unit->proposed_down);
	}
	return out.len > 0 ? out.data : NULL;
}

/* Marks what undoes something: that takes away no more than the up brought. */
static void
mark_undoing(const RgRun *run)
{
	ListCell   *cell;
	ListCell   *by;

	foreach(cell, run->units)
	{
		foreach(by, ((RgUnit *) lfirst(cell))->undone_by)
			((RgUnit *) lfirst(by))->undoes = true;
	}
}

/* Of the down, what destroys or exposes on its own account. */
static bool
counts_for_class(const RgUnit *unit)
{
	if (!unit->down)
		return true;
	return unit->class == RG_CLASS_C && !unit->undoes &&
		(unit->rule->reversibility != RG_LOSSY || unit->data_loss);
}

void
rg_migration_verdict(const RgRun *run, RgVerdict *verdict)
{
	StringInfoData reasons;
	ListCell   *cell;
	int			losses = 0;
	int			undoable = 0;
	int			downs = 0;

	memset(verdict, 0, sizeof(*verdict));
	initStringInfo(&reasons);
	verdict->in_transaction = verdict->compatible = true;
	mark_undoing(run);
	foreach(cell, run->units)
	{
		RgUnit	   *unit = (RgUnit *) lfirst(cell);

		if (unit->inner)
			continue;
		verdict->statements++;
		verdict->in_transaction = verdict->in_transaction && unit->in_transaction;
		if (unit->data_loss)
			add_reason(&reasons, unit, losses++);
		if (counts_for_class(unit))
			verdict->class = Max(verdict->class, unit->class);
		if (unit->down)
		{
			downs += unit->rule->undo != NULL;
			continue;
		}
		undoable += unit->rule->undo != NULL;
		verdict->reversibility = Max(verdict->reversibility, unit->reversibility);
		verdict->compatible = verdict->compatible && unit->compatible;
	}
	/* a file that was cut off is no pass: somebody has to look at it */
	verdict->blank = run->files[0].text[strspn(run->files[0].text, " \t\r\n\f\v")] == '\0';
	if (verdict->blank)
		verdict->class = Max(verdict->class, RG_CLASS_B);
	verdict->data_loss = losses > 0;
	verdict->data_loss_reason = losses > 0 ? reasons.data : NULL;
	verdict->down_missing = run->files[1].text == NULL && undoable > 0;
	verdict->down_empty = run->files[1].text != NULL && downs == 0 && undoable > 0;
	verdict->controls_transaction = run->controlled > 0;
	verdict->opaque = run->opaque;
	verdict->proposed_down = whole_proposal(run);
}

/* Statements that are named in words, and losses. */
#define NAMED_STATEMENTS 3

static bool
was_lost(const List *said, const char *loss)
{
	ListCell   *cell;

	foreach(cell, said)
	{
		if (strcmp((const char *) lfirst(cell), loss) == 0)
			return true;
	}
	return false;
}

/* Each loss once, whichever statements have a part in it. */
static void
say_losses(const RgRun *run, StringInfo words)
{
	List	   *said = NIL;
	ListCell   *cell;

	foreach(cell, run->units)
	{
		RgUnit	   *unit = (RgUnit *) lfirst(cell);

		if (list_length(said) > MOST_REASONS)
			break;
		if (unit->inner || !unit->data_loss || was_lost(said, unit->loss))
			continue;
		add_reason(words, unit, list_length(said));
		said = lappend(said, (void *) unit->loss);
	}
}

char *
rg_verdict_words(const RgRun *run, const RgVerdict *verdict)
{
	StringInfoData words;
	ListCell   *cell;
	int			named = 0;

	initStringInfo(&words);
	if (verdict->blank)
		appendStringInfoString(&words, "the up is blank, as a file that was cut off is");
	say_losses(run, &words);
	foreach(cell, run->units)
	{
		const RgUnit *unit = (const RgUnit *) lfirst(cell);

		if (unit->inner || !counts_for_class(unit) || unit->class == RG_CLASS_A ||
			unit->class != verdict->class || named == NAMED_STATEMENTS)
			continue;
		named++;
		appendStringInfo(&words, "%s%s%s", words.len > 0 ? "; " : "", unit->down ? "the down, " : "", unit->kind);
		if (unit->written != NULL)
			appendStringInfo(&words, " %s", unit->written);
		if (unit->detail != NULL)
			appendStringInfo(&words, ": %s", unit->detail);
	}
	return words.data;
}
