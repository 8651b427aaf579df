/*
 * paths.c: the keys of a policy that speak of reports as such: a gate's path
 * into any report, and which reports are kept whole.
 */
#include "policy/document.h"

#include "ingest/path.h"
#include "utils/builtins.h"

#define MAX_NAMESPACES 20

/* ---- gates ---- */

const RgWord rg_take_words[] = {
	{"only", RG_TAKE_ONLY}, {"max", RG_TAKE_MAX}, {"min", RG_TAKE_MIN},
	{"sum", RG_TAKE_SUM}, {"count", RG_TAKE_COUNT}, {NULL}
};

void
rg_read_unit(RgReader *reader, const RgPath *path, const JsonbValue *value,
			 const RgField *field, void *object)
{
	RgPathQuery *query = &MEMBER(object, RgPathQuery, field->offset);

	if (value->type != jbvString || value->val.string.len == 0 ||
		!rg_unit_parse(value->val.string.val, value->val.string.len,
					   &query->unit) ||
		query->unit == RG_UNIT_NONE)
		rg_policy_fault(reader, path, NULL,
						"expected a unit such as \"%%\", \"ms\" or \"kB\", found %s",
						rg_found(value));
}

static bool
is_prefix(const char *str)
{
	size_t		length = strlen(str);

	return length > 0 && length <= RG_MAX_NAME &&
		strchr("0123456789.-", str[0]) == NULL &&
		strspn(str, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == length;
}

/* {"c": "http://example.org/coverage"} */
void
rg_read_namespaces(RgReader *reader, const RgPath *path, const JsonbValue *value,
				   const RgField *field, void *object)
{
	RgPathQuery *query = &MEMBER(object, RgPathQuery, field->offset);
	RgField		uri = {.offset = offsetof(RgPathNamespace, uri),.limit = RG_MAX_TEXT};
	RgPath		here = {path, NULL, 0};
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	item;
	int			n = 0;

	if (value->type != jbvBinary ||
		!JsonContainerIsObject(value->val.binary.data) ||
		JsonContainerSize(value->val.binary.data) < 1 ||
		JsonContainerSize(value->val.binary.data) > MAX_NAMESPACES)
	{
		rg_policy_fault(reader, path, NULL,
						"expected an object of 1 to %d prefixes such as {\"p\": \"http://example.org/ns\"}, found %s",
						MAX_NAMESPACES, rg_found(value));
		return;
	}
	query->namespaces = palloc0(JsonContainerSize(value->val.binary.data) *
								sizeof(RgPathNamespace));
	it = JsonbIteratorInit(value->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &item, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
		{
			here.key = pnstrdup(item.val.string.val, item.val.string.len);
			if (!is_prefix(here.key))
				rg_policy_fault(reader, path, here.key,
								"expected a prefix of letters, digits, _, . and -, found %s",
								rg_found_text(here.key));
		}
		if (token != WJB_VALUE)
			continue;
		query->namespaces[n].prefix = here.key;
		rg_read_text(reader, &here, &item, &uri, &query->namespaces[n]);
		query->nnamespaces = ++n;
	}
}

/* The members that mean nothing without a path. */
static void
check_without_path(RgReader *reader, const RgPath *path, const RgPathQuery *query)
{
	const struct
	{
		bool		there;
		const char *key;
	}			members[] = {
		{query->within != NULL, "within"},
		{query->take != RG_TAKE_ONLY, "take"},
		{query->unit != RG_UNIT_NONE, "unit"},
		{query->nnamespaces > 0, "namespaces"},
	};

	for (int i = 0; i < (int) lengthof(members); i++)
	{
		if (members[i].there)
			rg_policy_fault(reader, path, members[i].key,
							"expected \"path\" with it, found nothing");
	}
}

/* What is taken must be of the threshold's family. */
static void
check_unit(RgReader *reader, const RgPath *path, const RgGate *gate)
{
	const RgPathQuery *query = &gate->query;
	const char *asked = rg_family_name(query->family);

	if (query->take == RG_TAKE_COUNT && query->family != RG_FAMILY_COUNT)
		rg_policy_fault(reader, path, "take",
						"expected another, as the threshold is in %s, found \"count\"",
						asked);
	else if (query->take == RG_TAKE_SUM && !rg_family_adds(query->family))
		rg_policy_fault(reader, path, "take",
						"expected another, as only counts, bytes and times can be added up, found \"sum\"");
	else if (query->take == RG_TAKE_COUNT && query->unit != RG_UNIT_NONE)
		rg_policy_fault(reader, path, "unit",
						"expected nothing, as matches are counted, found \"%s\"",
						rg_unit_name(query->unit));
	else if (query->unit != RG_UNIT_NONE && rg_unit_family(query->unit) != query->family)
		rg_policy_fault(reader, path, "unit",
						"expected %s%s, as the threshold is, found \"%s\"",
						query->family == RG_FAMILY_COUNT ? "nothing but a " : "a unit of ",
						asked, rg_unit_name(query->unit));
}

static void
check_query(RgReader *reader, const RgPath *path, const RgPathQuery *query)
{
	RgPathFault fault;
	RgSyntax	syntax;
	const char *found;

	if (rg_path_syntax(query->path, &syntax) && syntax == RG_SYNTAX_JSON &&
		query->nnamespaces > 0)
		rg_policy_fault(reader, path, "namespaces",
						"expected only with an XPath, found with a JSONPath");
	/* what was accepted once is asked as it is, and fails its gate if it must */
	if (reader->stored || reader->bad_paths == RG_MAX_BAD_PATHS ||
		rg_path_check(query, &fault))
		return;
	reader->bad_paths++;
	if (strcmp(fault.member, "take") == 0)
		found = psprintf("\"%s\"", rg_take_words[query->take].word);
	else if (strcmp(fault.member, "within") == 0)
		found = query->within ? rg_found_text(query->within) : "nothing";
	else
		found = rg_found_text(query->path);
	rg_policy_fault(reader, path, fault.member, "expected %s, found %s%s%s%s",
					fault.expected, found, fault.why ? " (" : "",
					fault.why ? fault.why : "", fault.why ? ")" : "");
}

void
rg_check_gate_path(RgReader *reader, const RgPath *path, RgGate *gate)
{
	RgPathQuery *query = &gate->query;

	if (query->path == NULL)
	{
		if (rg_policy_clean(reader, path, "path"))
			check_without_path(reader, path, query);
		return;
	}
	if (gate->nfigures > 0)
		rg_policy_fault(reader, path, "path",
						"expected either \"figures\" or \"path\", found both");
	if (gate->has_threshold)
	{
		query->family = rg_measure_family(&gate->threshold.measure);
		check_unit(reader, path, gate);
	}
	else if (rg_policy_clean(reader, path, "threshold"))
		rg_policy_fault(reader, path, "threshold",
						"expected here, as what the path finds is judged by it, found nothing");
	if (rg_policy_clean(reader, path, "within") &&
		rg_policy_clean(reader, path, "take") &&
		rg_policy_clean(reader, path, "namespaces"))
		check_query(reader, path, query);
}

/* ---- reports that are kept ---- */

void
rg_read_keep_below(RgReader *reader, const RgPath *path, const JsonbValue *value,
				   const RgField *field, void *object)
{
	RgMeasure	measure;
	const char *why = NULL;
	int64		bytes = 0;

	if (value->type == jbvString &&
		rg_measure_parse(value->val.string.val, value->val.string.len,
						 &measure, &why) &&
		rg_measure_family(&measure) == RG_FAMILY_BYTES &&
		rg_measure_whole(&measure, &bytes) &&
		bytes >= 1 && bytes <= RG_KEEP_MOST)
		MEMBER(object, int64, field->offset) = bytes;
	else
		rg_policy_fault(reader, path, NULL,
						"expected a size such as \"1 MB\", from 1 B to %d MB, found %s",
						RG_KEEP_MOST / 1000000, rg_found(value));
}

static const RgWord keep_words[] = {
	{"none", RG_KEEP_NONE}, {"failed", RG_KEEP_FAILED}, {"all", RG_KEEP_ALL}, {NULL}
};

static const RgField reports_fields[] = {
	{"keep", rg_read_word, true, offsetof(RgPolicy, keep), 0, 0, keep_words},
	{"keep_below", rg_read_keep_below, false, offsetof(RgPolicy, keep_below)}
};
const RgObject rg_reports_object = {
	"reports section", sizeof(RgPolicy), reports_fields,
	lengthof(reports_fields), NULL, NULL
};
