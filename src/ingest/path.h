/*
 * path.h: a figure of one's own: a JSONPath or an XPath of the policy, asked
 * of a report in that syntax. Pure: bytes and a path in, a measure or the
 * reason why there is none out. What cannot be taken as asked is no measure.
 */
#ifndef RG_PATH_H
#define RG_PATH_H

#include "ingest/ingest.h"
#include "ingest/path_query.h"

/* Larger documents have no tree built of them. */
#define RG_PATH_MAX_BYTES	(32 * 1024 * 1024)
#define RG_PATH_MAX_VALUES	2000000
#define RG_PATH_MAX_MATCHES	1000000

/* ---- path.c: what both languages share ------------------------------------ */

/*
 * Which language: a JSONPath begins with $, strict or lax, an XPath with a
 * slash, a bracket or a function. False for neither.
 */
extern bool rg_path_syntax(const char *path, RgSyntax *syntax);

/* What is wrong with a query, for who writes the policy. */
typedef struct RgPathFault
{
	const char *member;			/* "path", "within" or "take" */
	const char *expected;
	const char *why;			/* in the words of the parser, or NULL */
} RgPathFault;

/*
 * Can the query be asked at all, and can its answer be trusted? The member
 * "within" is asked for where a misspelt path would be told as zero.
 */
extern bool rg_path_check(const RgPathQuery *query, RgPathFault *fault);

/* A report that was opened once for all the paths asked of it. */
typedef struct RgPathDocument RgPathDocument;

/* NULL when no path can be asked of it: *said is why. Closed at the end of the
 * current memory context. */
extern RgPathDocument *rg_path_open(RgSyntax syntax, const RgInput *input,
									char **said);

/* The figure, and in words what was taken; or false, and why there is none. */
extern bool rg_path_measure(RgPathDocument *document, const RgPathQuery *query,
							RgMeasure *out, char **said);

/* The values of a path, one after the other, as they come in. */
typedef struct RgTaking
{
	const RgPathQuery *query;
	const char *path;			/* the one that is followed now */
	MemoryContext context;		/* of why */
	int64		matches;
	RgMeasure	value;
	char	   *why;			/* why there is no figure, NULL so far */
} RgTaking;

/* A number, or a text that should be a measure; false when nothing that
 * follows can change the answer any more. */
extern bool rg_taking_add(RgTaking *taking, const char *str, size_t length);

/* The path matches what is no figure ("an object"). */
extern bool rg_taking_refuse(RgTaking *taking, const char *what);

/* There is no figure, in words that come after the path's. */
extern bool rg_taking_fail(RgTaking *taking, const char *format,...) pg_attribute_printf(2, 3);

/* ---- path_json.c, path_xml.c ----------------------------------------------- */

typedef struct RgJsonTree RgJsonTree;
typedef struct RgXmlTree RgXmlTree;

extern bool rg_jsonpath_check(const RgPathQuery *query, RgPathFault *fault);
extern bool rg_xpath_check(const RgPathQuery *query, RgPathFault *fault);
extern RgJsonTree *rg_json_tree_open(const RgInput *input, char **why);
extern RgXmlTree *rg_xml_tree_open(const RgInput *input, char **why);

/* Gives taking->path's values to it; one that cannot be followed has none. */
extern void rg_json_tree_ask(RgJsonTree *tree, RgTaking *taking);
extern void rg_xml_tree_ask(RgXmlTree *tree, RgTaking *taking);

#endif							/* RG_PATH_H */
