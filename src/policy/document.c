/*
 * document.c: readers of the values of a policy document. Each takes one
 * value to where its field says, or records a fault and leaves the member as
 * it was; none throws for what a document can say.
 */
#include "policy/document.h"

#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#define SYNTAX_THRESHOLD "a comparator and a measure such as \">= 90%\""
#define SYNTAX_SUSTAINED "a threshold and for how long it holds such as \"> 1% for 5 min\""
#define SYNTAX_DURATION "a time such as \"24 h\", from 1 us to 3650 d"

/* ---- texts and names ---- */

bool
rg_is_name(const char *str, size_t len)
{
	if (len == 0 || len > RG_MAX_NAME || str[0] < 'a' || str[0] > 'z')
		return false;
	for (size_t i = 1; i < len; i++)
	{
		if (!((str[i] >= 'a' && str[i] <= 'z') ||
			  (str[i] >= '0' && str[i] <= '9') || str[i] == '_'))
			return false;
	}
	return true;
}

static bool
is_plain_text(const char *str, int len, int limit)
{
	if (len == 0 || len > limit)
		return false;
	for (int i = 0; i < len; i++)
	{
		/* a line break would forge lines of a message or a report */
		if ((unsigned char) str[i] < 0x20 || str[i] == 0x7f)
			return false;
	}
	return true;
}

static char *
copy_text(const JsonbValue *value)
{
	return pnstrdup(value->val.string.val, value->val.string.len);
}

static const char *
plain_text(RgReader *reader, const RgPath *path, const JsonbValue *value,
		   int limit)
{
	if (value->type == jbvString &&
		is_plain_text(value->val.string.val, value->val.string.len, limit))
		return copy_text(value);
	rg_policy_fault(reader, path, NULL,
					"expected a text of 1 to %d bytes on one line, found %s",
					limit, rg_found(value));
	return NULL;
}

static const char *
read_a_name(RgReader *reader, const RgPath *path, const JsonbValue *value)
{
	if (value->type == jbvString &&
		rg_is_name(value->val.string.val, value->val.string.len))
		return copy_text(value);
	rg_policy_fault(reader, path, NULL,
					"expected a name of lower-case letters, digits and _ that begins with a letter, "
					"up to %d bytes, found %s", RG_MAX_NAME, rg_found(value));
	return NULL;
}

void
rg_read_text(RgReader *reader, const RgPath *path, const JsonbValue *value,
			 const RgField *field, void *object)
{
	MEMBER(object, const char *, field->offset) =
		plain_text(reader, path, value, field->limit);
}

void
rg_read_name(RgReader *reader, const RgPath *path, const JsonbValue *value,
			 const RgField *field, void *object)
{
	MEMBER(object, const char *, field->offset) =
		read_a_name(reader, path, value);
}

void
rg_read_ignored(RgReader *reader, const RgPath *path, const JsonbValue *value,
				const RgField *field, void *object)
{
	plain_text(reader, path, value, RG_MAX_TEXT);
}

/* ---- numbers, words, measures ---- */

/* A whole number of at most nine digits, else -1. */
static int
whole_number(const JsonbValue *value)
{
	char	   *str;

	if (value->type != jbvNumeric)
		return -1;
	str = numeric_normalize(value->val.numeric);
	if (strlen(str) > 9 || strspn(str, "0123456789") != strlen(str))
		return -1;
	return atoi(str);
}

void
rg_read_version(RgReader *reader, const RgPath *path, const JsonbValue *value,
				const RgField *field, void *object)
{
	if (whole_number(value) != 1)
		rg_policy_fault(reader, path, NULL,
						"expected 1, the version of the document's format, found %s",
						rg_found(value));
}

void
rg_read_count(RgReader *reader, const RgPath *path, const JsonbValue *value,
			  const RgField *field, void *object)
{
	int			count = whole_number(value);

	if (count < 1 || count > field->limit)
	{
		rg_policy_fault(reader, path, NULL,
						"expected a whole number from 1 to %d, found %s",
						field->limit, rg_found(value));
		return;
	}
	MEMBER(object, int, field->offset) = count;
}

void
rg_read_bool(RgReader *reader, const RgPath *path, const JsonbValue *value,
			 const RgField *field, void *object)
{
	if (value->type != jbvBool)
	{
		rg_policy_fault(reader, path, NULL,
						"expected true or false, found %s", rg_found(value));
		return;
	}
	MEMBER(object, bool, field->offset) = value->val.boolean;
}

/* Why a text was refused, in brackets; nothing for what is no text. */
static const char *
because(const char *why)
{
	return why ? psprintf(" (%s)", why) : "";
}

static void
bad_syntax(RgReader *reader, const RgPath *path, const JsonbValue *value,
		   const char *syntax, const char *why)
{
	rg_policy_fault(reader, path, NULL, "expected %s, found %s%s",
					syntax, rg_found(value), because(why));
}

void
rg_read_duration(RgReader *reader, const RgPath *path, const JsonbValue *value,
				 const RgField *field, void *object)
{
	RgSustained held = {0};
	const char *why = NULL;

	if (value->type != jbvString ||
		!rg_measure_parse(value->val.string.val, value->val.string.len,
						  &held.hold, &why) ||
		rg_measure_family(&held.hold) != RG_FAMILY_TIME ||
		!rg_sustained_is_valid(&held))
	{
		bad_syntax(reader, path, value, SYNTAX_DURATION, why);
		return;
	}
	MEMBER(object, int64, field->offset) = rg_sustained_usecs(&held);
}

void
rg_read_percent(RgReader *reader, const RgPath *path, const JsonbValue *value,
				const RgField *field, void *object)
{
	RgMeasure	measure;
	const char *why = NULL;

	if (value->type != jbvString ||
		!rg_measure_parse(value->val.string.val, value->val.string.len,
						  &measure, &why) ||
		rg_measure_family(&measure) != RG_FAMILY_PERCENT)
	{
		bad_syntax(reader, path, value, "a percentage such as \"10%\"", why);
		return;
	}
	MEMBER(object, RgMeasure, field->offset) = measure;
}

void
rg_read_threshold(RgReader *reader, const RgPath *path,
				  const JsonbValue *value, const RgField *field, void *object)
{
	const char *why = NULL;

	if (value->type != jbvString ||
		!rg_threshold_parse(value->val.string.val, value->val.string.len,
							&MEMBER(object, RgThreshold, field->offset), &why))
	{
		bad_syntax(reader, path, value, SYNTAX_THRESHOLD, why);
		return;
	}
	if (field->also)
		MEMBER(object, bool, field->also) = true;
}

void
rg_read_sustained(RgReader *reader, const RgPath *path,
				  const JsonbValue *value, const RgField *field, void *object)
{
	const char *why = NULL;

	if (value->type != jbvString ||
		!rg_sustained_parse(value->val.string.val, value->val.string.len,
							&MEMBER(object, RgSustained, field->offset), &why))
		bad_syntax(reader, path, value, SYNTAX_SUSTAINED, why);
}

static bool
is_word(const JsonbValue *value, const char *word)
{
	return value->type == jbvString &&
		value->val.string.len == (int) strlen(word) &&
		memcmp(value->val.string.val, word, value->val.string.len) == 0;
}

/* The word among those of the field, or NULL with a fault. */
static const RgWord *
one_word(RgReader *reader, const RgPath *path, const JsonbValue *value,
		 const RgWord *words)
{
	StringInfoData all;

	for (const RgWord *w = words; w->word; w++)
	{
		if (is_word(value, w->word))
			return w;
	}
	initStringInfo(&all);
	for (const RgWord *w = words; w->word; w++)
		appendStringInfo(&all, "%s\"%s\"",
						 w == words ? "" : w[1].word ? ", " : " or ", w->word);
	rg_policy_fault(reader, path, NULL, "expected %s, found %s",
					all.data, rg_found(value));
	return NULL;
}

void
rg_read_word(RgReader *reader, const RgPath *path, const JsonbValue *value,
			 const RgField *field, void *object)
{
	const RgWord *word = one_word(reader, path, value, field->arg);

	if (word)
		MEMBER(object, int, field->offset) = word->value;
}

void
rg_read_switch(RgReader *reader, const RgPath *path, const JsonbValue *value,
			   const RgField *field, void *object)
{
	const RgWord *word = one_word(reader, path, value, field->arg);

	if (word)
		MEMBER(object, bool, field->offset) = word->value != 0;
}

/* ---- walking over arrays and objects ---- */

typedef void (*RgReadElement) (RgReader *reader, const RgPath *path,
							   const JsonbValue *value, int index,
							   const RgField *field, void *object);

static JsonbContainer *
array_of(RgReader *reader, const RgPath *path, const JsonbValue *value,
		 int least, int limit)
{
	JsonbContainer *array;

	if (value->type != jbvBinary ||
		!JsonContainerIsArray(value->val.binary.data))
	{
		rg_policy_fault(reader, path, NULL, "expected an array, found %s",
						rg_found(value));
		return NULL;
	}
	array = value->val.binary.data;
	if ((int) JsonContainerSize(array) < least ||
		(int) JsonContainerSize(array) > limit)
	{
		rg_policy_fault(reader, path, NULL,
						"expected an array of %d to %d elements, found one of %d",
						least, limit, (int) JsonContainerSize(array));
		return NULL;
	}
	return array;
}

/* Calls the reader for each element; returns how many there are. */
static int
each_element(RgReader *reader, const RgPath *path, JsonbContainer *array,
			 RgReadElement read, const RgField *field, void *object)
{
	JsonbIterator *it = JsonbIteratorInit(array);
	JsonbValue	value;
	JsonbIteratorToken token;
	RgPath		here = {path, NULL, 0};

	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		read(reader, &here, &value, here.index, field, object);
		here.index++;
	}
	return here.index;
}

/* ---- names of other parts ---- */

static const char *const list_members[RG_LIST_COUNT] = {
	[RG_LIST_ROLES] = "a role of this policy",
	[RG_LIST_ENVIRONMENTS] = "an environment of this policy",
	[RG_LIST_GATES] = "a gate of this policy",
	[RG_LIST_REVIEWS] = "a review of this policy",
	[RG_LIST_CATEGORIES] = "one of this policy's change_categories",
	[RG_LIST_ENDPOINTS] = "one of this policy's communication endpoints",
	[RG_LIST_KINDS] = "a kind of release"
};

static int
resolve_text(RgReader *reader, const RgPath *path, const char *key,
			 const char *str, RgNameList list)
{
	RgNames    *names = &reader->lists[list];
	int			index = rg_name_index_find(&names->sorted, str);

	if (index < 0)
		rg_policy_fault(reader, path, key, "expected %s, found %s%s",
						list_members[list], rg_found_text(str),
						rg_suggestion(reader, str, names->names, names->n));
	return index;
}

static int
resolve(RgReader *reader, const RgPath *path, const JsonbValue *value,
		RgNameList list)
{
	if (value->type == jbvString)
		return resolve_text(reader, path, NULL, copy_text(value), list);
	rg_policy_fault(reader, path, NULL, "expected %s, found %s",
					list_members[list], rg_found(value));
	return -1;
}

void
rg_read_reference(RgReader *reader, const RgPath *path,
				  const JsonbValue *value, const RgField *field, void *object)
{
	MEMBER(object, int, field->offset) =
		resolve(reader, path, value, field->limit);
}

static void
read_member(RgReader *reader, const RgPath *path, const JsonbValue *value,
			int index, const RgField *field, void *object)
{
	int			bit = resolve(reader, path, value, field->limit);
	uint64	   *set = object;

	if (bit < 0)
		return;
	if (*set & (UINT64CONST(1) << bit))
		rg_policy_fault(reader, path, NULL,
						"expected each name once, found %s again",
						rg_found(value));
	*set |= UINT64CONST(1) << bit;
}

void
rg_read_set(RgReader *reader, const RgPath *path, const JsonbValue *value,
			const RgField *field, void *object)
{
	JsonbContainer *array = array_of(reader, path, value, 1, RG_MAX_ROLES);
	uint64		set = 0;

	if (array)
		each_element(reader, path, array, read_member, field, &set);
	if (field->also == sizeof(uint64))
		MEMBER(object, uint64, field->offset) = set;
	else
		MEMBER(object, uint32, field->offset) = (uint32) set;
}

/* {"production": "staging"}: both names are of the list. */
void
rg_read_map(RgReader *reader, const RgPath *path, const JsonbValue *value,
			const RgField *field, void *object)
{
	int		   *map = &MEMBER(object, int, field->offset);
	JsonbIterator *it;
	JsonbValue	element;
	JsonbIteratorToken token;
	RgPath		here = {path, NULL, 0};

	if (value->type != jbvBinary ||
		!JsonContainerIsObject(value->val.binary.data))
	{
		rg_policy_fault(reader, path, NULL,
						"expected an object such as {\"production\": \"staging\"}, found %s",
						rg_found(value));
		return;
	}
	it = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &element, true)) != WJB_DONE)
	{
		int			from;
		int			to;

		if (token == WJB_KEY)
			here.key = copy_text(&element);
		if (token != WJB_VALUE)
			continue;
		from = resolve_text(reader, path, here.key, here.key, field->limit);
		to = resolve(reader, &here, &element, field->limit);
		if (from >= 0)
			map[from] = to;
	}
}

/* ---- arrays of texts ---- */

typedef const char *(*RgReadOne) (RgReader *reader, const RgPath *path,
								  const JsonbValue *value,
								  const RgField *field);

/* Distinct texts, each as the callback reads it. */
static void
read_distinct(RgReader *reader, const RgPath *path, const JsonbValue *value,
			  const RgField *field, void *object, RgReadOne one)
{
	JsonbContainer *array = array_of(reader, path, value, 0, RG_MAX_ELEMENTS);
	const char **texts;
	int			n;
	RgNameIndex index;
	RgPath		here = {path, NULL, 0};

	if (array == NULL)
		return;
	n = JsonContainerSize(array);
	texts = palloc0(n * sizeof(char *));
	for (here.index = 0; here.index < n; here.index++)
		texts[here.index] = one(reader, &here,
								getIthJsonbValueFromContainer(array, here.index),
								field);
	rg_name_index_build(&index, texts, n);
	for (int i = 1; i < index.n; i++)
	{
		if (strcmp(index.entries[i - 1].name, index.entries[i].name) != 0)
			continue;
		here.index = index.entries[i].index;
		rg_policy_fault(reader, &here, NULL,
						"expected each entry once, found %s again",
						rg_found_text(index.entries[i].name));
	}
	MEMBER(object, const char **, field->offset) = texts;
	MEMBER(object, int, field->also) = n;
}

static const char *
one_text(RgReader *reader, const RgPath *path, const JsonbValue *value,
		 const RgField *field)
{
	return plain_text(reader, path, value, field->limit);
}

static const char *
one_name(RgReader *reader, const RgPath *path, const JsonbValue *value,
		 const RgField *field)
{
	return read_a_name(reader, path, value);
}

static const char *
one_reference(RgReader *reader, const RgPath *path, const JsonbValue *value,
			  const RgField *field)
{
	int			index = resolve(reader, path, value, field->limit);

	return index < 0 ? NULL : reader->lists[field->limit].names[index];
}

static const char *
one_figure(RgReader *reader, const RgPath *path, const JsonbValue *value,
		   const RgField *field)
{
	const char *figure = plain_text(reader, path, value, RG_MAX_NAME);
	RgFamily	family;

	if (figure == NULL || rg_figure_family(figure, &family))
		return figure;
	rg_policy_fault(reader, path, NULL,
					"expected a figure that reports have, such as tests.pass_rate or coverage.lines, found %s",
					rg_found_text(figure));
	return NULL;
}

void
rg_read_texts(RgReader *reader, const RgPath *path, const JsonbValue *value,
			  const RgField *field, void *object)
{
	read_distinct(reader, path, value, field, object, one_text);
}

void
rg_read_names(RgReader *reader, const RgPath *path, const JsonbValue *value,
			  const RgField *field, void *object)
{
	read_distinct(reader, path, value, field, object, one_name);
}

void
rg_read_references(RgReader *reader, const RgPath *path,
				   const JsonbValue *value, const RgField *field, void *object)
{
	read_distinct(reader, path, value, field, object, one_reference);
}

void
rg_read_figures(RgReader *reader, const RgPath *path, const JsonbValue *value,
				const RgField *field, void *object)
{
	read_distinct(reader, path, value, field, object, one_figure);
}

/* ["api", "web"], or 8 for eight shards by their numbers. */
void
rg_read_parts(RgReader *reader, const RgPath *path, const JsonbValue *value,
			  const RgField *field, void *object)
{
	int			count = whole_number(value);
	const char **parts;

	if (value->type != jbvNumeric)
	{
		if (array_of(reader, path, value, 1, RG_MAX_ELEMENTS) != NULL)
			read_distinct(reader, path, value, field, object, one_text);
		return;
	}
	if (count < 1 || count > RG_MAX_ELEMENTS)
	{
		rg_policy_fault(reader, path, NULL,
						"expected an array of names, or a number of shards from 1 to %d, found %s",
						RG_MAX_ELEMENTS, rg_found(value));
		return;
	}
	parts = palloc(count * sizeof(char *));
	for (int i = 0; i < count; i++)
		parts[i] = psprintf("%d", i + 1);
	MEMBER(object, const char **, field->offset) = parts;
	MEMBER(object, int, field->also) = count;
}

/* ["requester", "author"]: each word sets a bool of the object. */
static void
read_flag(RgReader *reader, const RgPath *path, const JsonbValue *value,
		  int index, const RgField *field, void *object)
{
	const RgWord *word = one_word(reader, path, value, field->arg);

	if (word)
		MEMBER(object, bool, word->value) = true;
}

void
rg_read_flags(RgReader *reader, const RgPath *path, const JsonbValue *value,
			  const RgField *field, void *object)
{
	JsonbContainer *array = array_of(reader, path, value, 1, RG_MAX_ELEMENTS);

	if (array)
		each_element(reader, path, array, read_flag, field, object);
}

/* ---- "soak", "gate:unit_tests", ... ---- */

static const RgWord computed_words[] = {
	{"soak", RG_CHECK_SOAK},
	{"feature_flags", RG_CHECK_FEATURE_FLAGS},
	{"monitoring", RG_CHECK_MONITORING},
	{"migrations", RG_CHECK_MIGRATIONS},
	{"gate:NAME", RG_CHECK_GATE},
	{NULL}
};

static void
read_one_computed(RgReader *reader, const RgPath *path,
				  const JsonbValue *value, int index, const RgField *field,
				  void *object)
{
	RgCheckComputed *computed = (RgCheckComputed *) object + index;
	const char *str;
	const RgWord *word;

	computed->gate = -1;
	if (value->type == jbvString && value->val.string.len > 5 &&
		strncmp(value->val.string.val, "gate:", 5) == 0)
	{
		str = copy_text(value) + 5;
		computed->source = RG_CHECK_GATE;
		computed->gate = resolve_text(reader, path, NULL, str, RG_LIST_GATES);
		return;
	}
	word = one_word(reader, path, value, computed_words);
	if (word)
		computed->source = (RgCheckSource) word->value;
}

void
rg_read_computed(RgReader *reader, const RgPath *path, const JsonbValue *value,
				 const RgField *field, void *object)
{
	JsonbContainer *array = array_of(reader, path, value, 1, RG_MAX_ELEMENTS);
	RgCheckComputed *computed;

	if (array == NULL)
		return;
	computed = palloc0(JsonContainerSize(array) * sizeof(RgCheckComputed));
	MEMBER(object, int, field->also) =
		each_element(reader, path, array, read_one_computed, field, computed);
	MEMBER(object, RgCheckComputed *, field->offset) = computed;
}

/* ---- objects by their tables ---- */

static void
unknown_key(RgReader *reader, const RgPath *path, const JsonbValue *key,
			const RgObject *type)
{
	char	   *str = copy_text(key);
	const char **known = palloc(type->nfields * sizeof(char *));

	for (int i = 0; i < type->nfields; i++)
		known[i] = type->fields[i].key;
	rg_policy_fault(reader, path, str, "expected a key that a %s can have, found another%s",
					type->what,
					rg_suggestion(reader, str, known, type->nfields));
	pfree(known);
}

static const RgField *
field_of(const RgObject *type, const JsonbValue *key)
{
	for (int i = 0; i < type->nfields; i++)
	{
		const RgField *field = &type->fields[i];

		if (is_word(key, field->key))
			return field;
	}
	return NULL;
}

/* In the order of the table, so that faults are told in a reader's order. */
static void
read_fields(RgReader *reader, const RgPath *path, JsonbContainer *container,
			const RgObject *type, void *object)
{
	for (int i = 0; i < type->nfields; i++)
	{
		const RgField *field = &type->fields[i];
		RgPath		here = {path, field->key, 0};
		JsonbValue	buffer;
		JsonbValue *value;

		value = getKeyJsonValueFromContainer(container, field->key,
											 strlen(field->key), &buffer);
		if (value)
			field->read(reader, &here, value, field, object);
		else if (field->required)
			rg_policy_fault(reader, &here, NULL,
							"expected here, as each %s has it, found nothing",
							type->what);
	}
}

static void
find_unknown_keys(RgReader *reader, const RgPath *path,
				  JsonbContainer *container, const RgObject *type)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue	value;
	JsonbIteratorToken token;

	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY && field_of(type, &value) == NULL)
			unknown_key(reader, path, &value, type);
	}
}

static bool
fill_object(RgReader *reader, const RgPath *path, const JsonbValue *value,
			const RgObject *type, void *object)
{
	if (value->type != jbvBinary ||
		!JsonContainerIsObject(value->val.binary.data))
	{
		rg_policy_fault(reader, path, NULL,
						"expected an object, the %s, found %s",
						type->what, rg_found(value));
		return false;
	}
	find_unknown_keys(reader, path, value->val.binary.data, type);
	read_fields(reader, path, value->val.binary.data, type, object);
	if (type->finish)
		type->finish(reader, path, object);
	return true;
}

void
rg_read_object(RgReader *reader, const RgPath *path, const JsonbValue *value,
			   const RgField *field, void *object)
{
	const RgObject *type = field->arg;
	void	   *member = (char *) object + field->offset;

	if (type->prepare)
		type->prepare(member);
	fill_object(reader, path, value, type, member);
}

/* The first member of every struct of an array is what it is named by. */
static void
find_duplicates(RgReader *reader, const RgPath *path, const char *objects,
				int n, const RgObject *type)
{
	const char **names = palloc(n * sizeof(char *));
	RgNameIndex index;
	RgPath		here = {path, NULL, 0};

	for (int i = 0; i < n; i++)
		names[i] = *(const char *const *) (objects + i * type->size);
	rg_name_index_build(&index, names, n);
	for (int i = 1; i < index.n; i++)
	{
		if (strcmp(index.entries[i - 1].name, index.entries[i].name) != 0)
			continue;
		here.index = index.entries[i].index;
		rg_policy_fault(reader, &here, type->fields[0].key,
						"expected a name of its own, found %s, which element %d has",
						rg_found_text(index.entries[i].name),
						index.entries[i - 1].index);
	}
	pfree(names);
}

void
rg_read_objects(RgReader *reader, const RgPath *path, const JsonbValue *value,
				const RgField *field, void *object)
{
	const RgObject *type = field->arg;
	JsonbContainer *array = array_of(reader, path, value, 0, field->limit);
	RgPath		here = {path, NULL, 0};
	char	   *objects;
	int			n;

	if (array == NULL)
		return;
	n = JsonContainerSize(array);
	objects = palloc0(n * type->size);
	/* set first: what finishes an object may look at its siblings */
	MEMBER(object, void *, field->offset) = objects;
	MEMBER(object, int, field->also) = n;
	for (here.index = 0; here.index < n; here.index++)
	{
		char	   *one = objects + here.index * type->size;

		if (type->prepare)
			type->prepare(one);
		fill_object(reader, &here,
					getIthJsonbValueFromContainer(array, here.index),
					type, one);
	}
	find_duplicates(reader, path, objects, n, type);
}

/* An object whose keys are the names: {"tech_lead": {...}}. */
void
rg_read_keyed(RgReader *reader, const RgPath *path, const JsonbValue *value,
			  const RgField *field, void *object)
{
	const RgObject *type = field->arg;
	JsonbContainer *container;
	JsonbIterator *it;
	JsonbValue	element;
	JsonbIteratorToken token;
	RgPath		here = {path, NULL, 0};
	char	   *objects;

	if (value->type != jbvBinary ||
		!JsonContainerIsObject(value->val.binary.data))
	{
		rg_policy_fault(reader, path, NULL, "expected an object, found %s",
						rg_found(value));
		return;
	}
	container = value->val.binary.data;
	if ((int) JsonContainerSize(container) > field->limit)
	{
		rg_policy_fault(reader, path, NULL,
						"expected an object of at most %d keys, found one of %d",
						field->limit, (int) JsonContainerSize(container));
		return;
	}
	objects = palloc0(Max(JsonContainerSize(container), 1) * type->size);
	MEMBER(object, void *, field->offset) = objects;
	it = JsonbIteratorInit(container);
	while ((token = JsonbIteratorNext(&it, &element, true)) != WJB_DONE)
	{
		char	   *one = objects + here.index * type->size;

		if (token == WJB_KEY)
		{
			here.key = copy_text(&element);
			*(const char **) one = here.key;
			if (!rg_is_name(here.key, strlen(here.key)))
				read_a_name(reader, &here, &element);
		}
		if (token != WJB_VALUE)
			continue;
		fill_object(reader, &here, &element, type, one);
		here.index++;
	}
	MEMBER(object, int, field->also) = here.index;
}
