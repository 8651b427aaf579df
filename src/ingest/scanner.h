/*
 * scanner.h: scanners that write a list of findings. Where the parts of a
 * finding stand and what its state means are tables; what else a format has
 * is a handler of its own beside these.
 */
#ifndef RG_SCANNER_H
#define RG_SCANNER_H

#include "ingest/ingest.h"

/* A tool's word, in any case, and what it means; the last word is NULL. */
typedef struct RgWord
{
	const char *word;
	int			value;
} RgWord;

/* The value of the node's text, or otherwise if that is none of the words. */
extern int	rg_word_value(const RgWord *words, const RgNode *node,
						  int otherwise);

/*
 * Where the parts of a finding stand: paths of rg_node_path apart by blanks.
 * The first that has a text counts, for the severity the first that is known.
 */
typedef struct RgShape
{
	const char *severity;
	const RgWord *severities;	/* words beside the usual; may be NULL */
	const char *name;
	const char *location;
	const char *line;
	const char *message;
	const char *justification;
} RgShape;

/* A text or a number as it is written, palloc'd; NULL if there is none. */
extern char *rg_shape_text(const RgNode *node, const char *paths);

extern RgSeverity rg_shape_severity(const RgShape *shape,
									const RgNode *finding);

/* ---- a format --------------------------------------------------------- */

/* What a judge says beside RgSetAside: it is none, or none any more. */
#define RG_NO_FINDING RG_ASIDE_COUNT

typedef struct RgScanner
{
	const char *tool;
	const char *list;			/* how the list of findings is called */
	RgShape		shape;

	/* What the handlers below make of a finding; NULL: it counts, with the
	 * severity of the shape. */
	int			(*judge) (const RgNode *finding);
	RgSeverity	(*rate) (const RgNode *finding);
	const RgJsonRule *rules;
	int			nrules;
} RgScanner;

/* The state of the handlers, and the first member of a format's own. */
typedef struct RgScanning
{
	const RgScanner *scanner;
	RgFindings	findings;
	bool		has_list;		/* of findings */
	int64		listed;			/* in it */
	int64		examined;		/* files, packages: -1, it does not say */
	int64		errors;			/* of the tool's own */
	int64		warnings;
	char		place[RG_TEXT_MAX + 1]; /* that the next findings are in */
} RgScanning;

/* Handlers: of the list when it opens, of a finding as a tree; of a list of
 * things that were examined and of its elements, or of their count, when they
 * open. */
extern void rg_scanner_list(void *state, RgReport *report,
							const RgNode *node);
extern void rg_scanner_finding(void *state, RgReport *report,
							   const RgNode *node);
extern void rg_scanner_examined(void *state, RgReport *report,
								const RgNode *node);
extern void rg_scanner_examined_count(void *state, RgReport *report,
									  const RgNode *node);

/* Of a list that may be missing or null, but nothing else, when it opens. */
extern void rg_scanner_optional(void *state, RgReport *report,
								const RgNode *node);

/* Of the place of the next findings, and of the tool's name and version, when
 * they open. */
extern void rg_scanner_place(void *state, RgReport *report,
							 const RgNode *node);
extern void rg_scanner_tool(void *state, RgReport *report,
							const RgNode *node);
extern void rg_scanner_version(void *state, RgReport *report,
							   const RgNode *node);

/* For handlers: a text cut to RG_TEXT_MAX bytes, "" if there is none. */
extern void rg_scanner_copy(char *to, const RgNode *node);

/* For handlers: a member that must be a count; if not, nobody knows what it
 * would have said, and the report is incomplete. */
extern bool rg_scanner_count(RgReport *report, const RgNode *node,
							 int64 *count);

/* For handlers: a finding of which that is said, like by a judge. */
extern void rg_scanner_add(RgScanning *scanning, RgReport *report,
						   const RgNode *node, int verdict);

/* An error of the tool's own makes the report incomplete, a warning does not;
 * of each the first is repeated. */
extern void rg_scanner_error(RgScanning *scanning, RgReport *report,
							 const char *message);
extern void rg_scanner_warning(RgScanning *scanning, RgReport *report,
							   const char *message);

/*
 * Reads with the scanner's rules and settles the figures; the state begins
 * with an RgScanning. False when the report is invalid.
 */
extern bool rg_scanner_read(const RgScanner *scanner, RgScanning *scanning,
							const RgInput *input, RgReport *report);

/* The same without a state of its own, where the format always says what was
 * examined: nothing, or no word of it, is empty. */
extern void rg_scanner_read_list(const RgScanner *scanner,
								 const RgInput *input, RgReport *report);

#endif							/* RG_SCANNER_H */
