/*
 * path_query.h: what a gate of the policy asks of a report by a path; apart from
 * path.h, so that the policy need not know of reports.
 */
#ifndef RG_PATH_QUERY_H
#define RG_PATH_QUERY_H

#include "types/types.h"

/* What is made of the values that a path matches. */
typedef enum RgTake
{
	RG_TAKE_ONLY,				/* there is one, and it is the figure */
	RG_TAKE_MAX,
	RG_TAKE_MIN,
	RG_TAKE_SUM,
	RG_TAKE_COUNT				/* how many match, none included */
} RgTake;

typedef struct RgPathNamespace
{
	const char *prefix;
	const char *uri;
} RgPathNamespace;

/* Texts are in the database's encoding. */
typedef struct RgPathQuery
{
	const char *path;			/* NULL: there is no query */
	const char *within;			/* must match something, too; or NULL */
	RgTake		take;
	RgUnit		unit;			/* of a number that brings none; or none */
	RgFamily	family;			/* what is taken must be of it */
	int			nnamespaces;
	RgPathNamespace *namespaces;	/* of an XPath's prefixes */
} RgPathQuery;

#endif							/* RG_PATH_QUERY_H */
