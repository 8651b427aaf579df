/*
 * catalogue.c: what there is at this point of the files, as far as they speak
 * of it. A name that is used before it is made was there before. Objects keep
 * their identity when they are renamed, and the one that was dropped is known
 * to the one that is made under its name.
 */
#include "migration/migration.h"

#include "common/hashfn.h"
#include "utils/hsearch.h"

typedef struct Entry
{
	const char *key;
	RgObject   *live;
	RgObject   *dead;			/* the last one under this name */
} Entry;

static uint32
hash_key(const void *key, Size size)
{
	const char *name = *(const char *const *) key;

	return hash_bytes((const unsigned char *) name, (int) strlen(name));
}

static int
compare_keys(const void *a, const void *b, Size size)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

void
rg_catalogue_begin(RgRun *run)
{
	HASHCTL		control = {
		.keysize = sizeof(char *),
		.entrysize = sizeof(Entry),
		.hash = hash_key,
		.match = compare_keys,
		.hcxt = CurrentMemoryContext,
	};

	run->catalogue = hash_create("releasegov migration", 64, &control,
								 HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

/* public and no schema at all are the same, unless the file sets a path. */
static char *
key_of(RgRun *run, int space, const char *schema, const char *name, const RgObject *parent)
{
	if (parent != NULL)
		return psprintf("%d:%d:%s", space, parent->number, name);
	if (schema == NULL)
		schema = run->schema;
	if (schema == NULL || strcmp(schema, "public") == 0)
		schema = "";
	return psprintf("%d:%s.%s", space, schema, name);
}

static Entry *
entry_of(RgRun *run, const char *key)
{
	bool		found;
	Entry	   *entry = hash_search(run->catalogue, &key, HASH_ENTER, &found);

	if (!found)
		entry->live = entry->dead = NULL;
	return entry;
}

static RgObject *
new_object(RgRun *run, int space, const char *schema, const char *name, char *key, RgObject *parent)
{
	RgObject   *object = palloc0(sizeof(RgObject));

	object->space = space;
	object->schema = schema;
	object->name = name;
	object->key = key;
	object->parent = parent;
	object->number = ++run->nobjects;
	object->alive = true;
	object->first_key = key;
	object->first_name = name;
	object->first_written = rg_object_written(object);
	run->objects = lappend(run->objects, object);
	if (parent != NULL)
		parent->children = lappend(parent->children, object);
	if (parent != NULL && space == RG_TRIGGER)
		parent->triggers = lappend(parent->triggers, object);
	return object;
}

static RgObject *
find(RgRun *run, int space, const char *schema, const char *name, RgObject *parent)
{
	return rg_live_under(run, key_of(run, space, schema, name, parent));
}

/* Catalogs hold no rows of the application. */
bool
rg_is_of_the_system(const char *schema, const char *name)
{
	if (schema == NULL)
		return strncmp(name, "pg_", 3) == 0;
	return strcmp(schema, "pg_catalog") == 0 || strcmp(schema, "information_schema") == 0;
}

/*
 * What is used without having been made was there before: all of it in a
 * relation that was, nothing in one that the files make. What was dropped and
 * is used all the same is a guess at best, and was not.
 */
static RgObject *
refer(RgRun *run, int space, const char *schema, const char *name, RgObject *parent)
{
	char	   *key = key_of(run, space, schema, name, parent);
	Entry	   *entry = entry_of(run, key);

	if (entry->live == NULL)
	{
		entry->live = new_object(run, space, schema, name, key, parent);
		if (entry->dead == NULL && (parent == NULL ? !rg_is_of_the_system(schema, name) : parent->before))
		{
			entry->live->before = true;
			entry->live->rows_of = entry->live->value_of = entry->live;
		}
	}
	return entry->live;
}

static RgObject *
create(RgRun *run, int space, const char *schema, const char *name, RgObject *parent, RgUnit *unit)
{
	char	   *key = key_of(run, space, schema, name, parent);
	Entry	   *entry = entry_of(run, key);
	RgObject   *object = new_object(run, space, schema, name, key, parent);

	object->created_by = unit;
	object->earlier = entry->live ? entry->live : entry->dead;
	if (object->earlier != NULL && entry->live == NULL)
		object->earlier->revived_by = unit;
	entry->live = object;
	return object;
}

RgObject *
rg_object_find(RgRun *run, const RgName *name)
{
	RgObject   *object;

	if (name->space == RG_NOTHING)
		return NULL;
	object = find(run, name->space, name->schema, name->name, NULL);
	if (object != NULL && name->child != NULL)
		object = find(run, name->child_space, NULL, name->child, object);
	return object;
}

RgObject *
rg_object_refer(RgRun *run, const RgName *name)
{
	RgObject   *object;

	if (name->space == RG_NOTHING)
		return NULL;
	object = refer(run, name->space, name->schema, name->name, NULL);
	return name->child ? refer(run, name->child_space, NULL, name->child, object) : object;
}

RgObject *
rg_relation_refer(RgRun *run, const RangeVar *range)
{
	RgName		name = rg_name_of_range(range);

	return rg_object_refer(run, &name);
}

RgObject *
rg_child_refer(RgRun *run, RgObject *parent, int space, const char *name)
{
	return refer(run, space, NULL, name, parent);
}

RgObject *
rg_child_find(RgRun *run, RgObject *parent, int space, const char *name)
{
	return find(run, space, NULL, name, parent);
}

RgObject *
rg_object_create(RgRun *run, const RgName *name, RgUnit *unit)
{
	if (name->child != NULL)
	{
		RgObject   *parent = refer(run, name->space, name->schema, name->name, NULL);

		return create(run, name->child_space, NULL, name->child, parent, unit);
	}
	return create(run, name->space, name->schema, name->name, NULL, unit);
}

RgObject *
rg_child_create(RgRun *run, RgObject *parent, int space, const char *name, RgUnit *unit)
{
	return create(run, space, NULL, name, parent, unit);
}

/* Indexes and constraints go with a column that they are about. */
static void
drop_dependents(RgRun *run, RgObject *column, RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, column->parent->dependents)
	{
		RgObject   *other = (RgObject *) lfirst(cell);
		ListCell   *name;

		if (!other->alive)
			continue;
		foreach(name, other->columns)
		{
			if (strcmp(strVal(lfirst(name)), column->name) == 0)
			{
				rg_object_drop(run, other, unit);
				break;
			}
		}
	}
}

void
rg_object_drop(RgRun *run, RgObject *object, RgUnit *unit)
{
	Entry	   *entry = entry_of(run, object->key);

	if (!object->alive)
		return;
	object->alive = false;
	object->dropped_by = unit;
	entry->dead = object;
	if (entry->live == object)
		entry->live = NULL;
	if (object->space == RG_COLUMN && object->parent != NULL)
		drop_dependents(run, object, unit);
}

void
rg_object_rename(RgRun *run, RgObject *object, const char *schema, const char *name)
{
	Entry	   *entry = entry_of(run, object->key);

	if (entry->live == object)
		entry->live = NULL;
	object->schema = schema;
	object->name = name;
	object->key = key_of(run, object->space, schema, name, object->parent);
	entry = entry_of(run, object->key);
	object->earlier = entry->live ? entry->live : entry->dead;
	entry->live = object;
}

/*
 * Where earlier migrations have been walked: what they left is what was there
 * before the up, and nothing is owed for it. What they dropped is known to be
 * gone.
 */
void
rg_catalogue_settle(RgRun *run)
{
	ListCell   *cell;

	foreach(cell, run->objects)
	{
		RgObject   *object = (RgObject *) lfirst(cell);

		object->before = object->alive;
		object->created_by = object->dropped_by = object->renamed_by = object->revived_by = NULL;
		object->earlier = NULL;
		object->lost = object->added = object->changed = object->conversions = NIL;
		object->filled = object->may_be_null = false;
		object->copy_of = NULL;
		object->first_key = object->key;
		object->first_name = object->name;
		object->first_written = rg_object_written(object);
		object->first_type = object->type;
		object->rows_of = object->value_of = object->alive ? object : NULL;
	}
}

RgObject *
rg_live_under(RgRun *run, const char *key)
{
	Entry	   *entry = hash_search(run->catalogue, &key, HASH_FIND, NULL);

	return entry ? entry->live : NULL;
}

/* By the file that the unit is of: then nobody else uses it yet. */
bool
rg_made_in_file(const RgObject *object, const RgUnit *unit)
{
	for (; object != NULL; object = object->parent)
	{
		if (object->created_by != NULL && object->created_by->down == unit->down)
			return true;
	}
	return false;
}
