/*
 * compile.c: from a document to an RgPolicy. First the names of all parts are
 * collected, so that parts may refer to one another in any order; then the
 * sections are read; then what they say together is judged.
 */
#include "policy/document.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

/* Which section defines the names of a list, and how. */
typedef enum NameSource
{
	NAMES_OF_OBJECTS,			/* an array of objects with "name" */
	NAMES_OF_KEYS,				/* an object's keys */
	NAMES_OF_TEXTS				/* an array of texts */
} NameSource;

static const struct
{
	const char *section;
	NameSource	source;
	int			limit;
}			name_sections[RG_LIST_COUNT] = {
	[RG_LIST_ROLES] = {"roles", NAMES_OF_KEYS, RG_MAX_ROLES},
	[RG_LIST_ENVIRONMENTS] = {"environments", NAMES_OF_OBJECTS, RG_MAX_ENVIRONMENTS},
	[RG_LIST_GATES] = {"gates", NAMES_OF_OBJECTS, RG_MAX_ELEMENTS},
	[RG_LIST_REVIEWS] = {"reviews", NAMES_OF_OBJECTS, RG_MAX_ELEMENTS},
	[RG_LIST_CATEGORIES] = {"change_categories", NAMES_OF_TEXTS, RG_MAX_ELEMENTS},
	[RG_LIST_ENDPOINTS] = {"communication", NAMES_OF_TEXTS, RG_MAX_ELEMENTS}
	/* RG_LIST_KINDS is no section */
};

static const char *
name_in(const JsonbValue *value)
{
	return value && value->type == jbvString &&
		value->val.string.len <= RG_MAX_NAME ?
		pnstrdup(value->val.string.val, value->val.string.len) : NULL;
}

static const char *
name_of_element(const JsonbValue *element, NameSource source)
{
	JsonbValue	buffer;

	if (source != NAMES_OF_OBJECTS)
		return name_in(element);
	if (element->type != jbvBinary ||
		!JsonContainerIsObject(element->val.binary.data))
		return NULL;
	return name_in(getKeyJsonValueFromContainer(element->val.binary.data,
												"name", 4, &buffer));
}

static void
collect_names(RgNames *names, JsonbContainer *root, int list)
{
	NameSource	source = name_sections[list].source;
	int			limit = name_sections[list].limit;
	const char *section = name_sections[list].section;
	JsonbIteratorToken wanted = source == NAMES_OF_KEYS ? WJB_KEY : WJB_ELEM;
	JsonbIteratorToken token;
	JsonbIterator *it;
	JsonbValue	buffer;
	JsonbValue *value;

	value = getKeyJsonValueFromContainer(root, section, strlen(section), &buffer);
	if (value == NULL || value->type != jbvBinary ||
		JsonContainerIsObject(value->val.binary.data) != (source == NAMES_OF_KEYS))
		return;
	limit = Min(limit, (int) JsonContainerSize(value->val.binary.data));
	names->names = palloc0(Max(limit, 1) * sizeof(char *));
	it = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &buffer, true)) != WJB_DONE)
	{
		if (token == wanted && names->n < limit)
			names->names[names->n++] = name_of_element(&buffer, source);
	}
}

static void
collect_all_names(RgReader *reader, JsonbContainer *root)
{
	for (int i = 0; i < RG_LIST_COUNT; i++)
	{
		RgNames    *names = &reader->lists[i];

		if (i == RG_LIST_KINDS)
		{
			names->names = (const char **) rg_kind_names;
			names->n = RG_KIND_COUNT;
		}
		else
			collect_names(names, root, i);
		rg_name_index_build(&names->sorted, names->names, names->n);
	}
}

/* Approvals and checks are no other section's business: from the structs. */
static void
index_approvals_and_checks(RgPolicy *policy)
{
	const char **names = palloc((Max(policy->napprovals, policy->nchecks) + 1) *
								sizeof(char *));

	for (int i = 0; i < policy->napprovals; i++)
		names[i] = policy->approvals[i].name;
	rg_name_index_build(&policy->approval_index, names, policy->napprovals);
	for (int i = 0; i < policy->nchecks; i++)
		names[i] = policy->checks[i].name;
	rg_name_index_build(&policy->check_index, names, policy->nchecks);
	pfree(names);
}

/* Where each gate's results stand among those of all. */
static void
number_results(RgPolicy *policy)
{
	for (int i = 0; i < policy->ngates; i++)
	{
		policy->gates[i].first_result = policy->nresults;
		policy->nresults += Max(policy->gates[i].nparts, 1);
	}
}

static RgPolicy *
read_document(RgReader *reader, Jsonb *document)
{
	RgPolicy   *policy = palloc0(sizeof(RgPolicy));
	RgField		whole = {"", rg_read_object, true, 0, 0, 0, &rg_document_object};
	JsonbValue	value;

	reader->policy = policy;
	if (VARSIZE(document) > RG_MAX_DOCUMENT)
	{
		rg_policy_fault(reader, NULL, NULL,
						"expected a document of at most %d bytes, found one of %d",
						RG_MAX_DOCUMENT, (int) VARSIZE(document));
		return policy;
	}
	value.type = jbvBinary;
	value.val.binary.data = &document->root;
	value.val.binary.len = VARSIZE(document) - VARHDRSZ;
	if (JB_ROOT_IS_OBJECT(document))
		collect_all_names(reader, &document->root);
	else if (JB_ROOT_IS_SCALAR(document))
		value = *getIthJsonbValueFromContainer(&document->root, 0);
	rg_read_object(reader, NULL, &value, &whole, policy);
	if (!JB_ROOT_IS_OBJECT(document))
		return policy;
	policy->environment_index = reader->lists[RG_LIST_ENVIRONMENTS].sorted;
	policy->gate_index = reader->lists[RG_LIST_GATES].sorted;
	policy->review_index = reader->lists[RG_LIST_REVIEWS].sorted;
	index_approvals_and_checks(policy);
	number_results(policy);
	if (policy->title == NULL)
		policy->title = "";
	rg_policy_validate(reader);
	return policy;
}

RgPolicy *
rg_policy_compile(Jsonb *document, MemoryContext context, bool stored,
				  List **faults)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	RgReader	reader = {.stored = stored};
	RgPolicy   *policy = read_document(&reader, document);

	policy->context = context;
	*faults = reader.faults;
	MemoryContextSwitchTo(old);
	return reader.faults == NIL ? policy : NULL;
}
