/*
 * xml_tests.h: what reports of tests in XML have in common: tests and suites
 * that nest, a verdict, a message, the errors that are no test's. A format is
 * a table of its elements.
 */
#ifndef RG_XML_TESTS_H
#define RG_XML_TESTS_H

#include "ingest/ingest.h"

/* An element that is open: a test, or a suite, which only sums tests up. */
typedef struct RgXmlRecord
{
	struct RgXmlRecord *outer;
	int			depth;
	bool		suite;
	bool		own;			/* its failure is not one of those in it */
	RgOutcome	outcome;
	bool		excused;		/* its failure was expected: it is a skip */
	bool		flaky;
	int64		tests_before;	/* counted when it was opened */
	int64		failures_before;
	int64		line;
	bool		kept;			/* the texts below are wanted */
	char		name[RG_TEXT_MAX + 4];
	char		location[RG_TEXT_MAX + 4];
	char		message[RG_TEXT_MAX + 4];
} RgXmlRecord;

/* An element that is open and declares failures: one has to show in it. */
typedef struct RgXmlSummary
{
	struct RgXmlSummary *outer;
	int			depth;
	int64		failed;
	int64		shown_before;	/* when it was opened */
	char		name[RG_TEXT_MAX + 4];
} RgXmlSummary;

/* Where an attribute of the summary stood first. */
typedef struct RgXmlDeclared
{
	const char *attribute;
	int			depth;
} RgXmlDeclared;

#define RG_XML_MAX_DECLARED 8

typedef struct RgXmlTests
{
	RgXml	   *xml;
	RgReport   *report;
	RgTests		tests;
	RgXmlRecord *record;		/* the innermost that is open; NULL: none */
	RgXmlRecord *spare;			/* closed ones, to be used again */
	int64		excused;		/* failures that were expected */
	RgXmlSummary *summary;		/* the innermost that is open; NULL: none */
	int			ndeclared;
	RgXmlDeclared declared[RG_XML_MAX_DECLARED];
	bool		apart;			/* the summary holds no test */
	void	   *state;			/* the format's own */
} RgXmlTests;

/* What a format does where an element of that name begins and ends. */
typedef struct RgXmlTag
{
	const char *name;
	void		(*begin) (RgXmlTests *tests);
	void		(*end) (RgXmlTests *tests);
	bool		any_case;		/* of the name: who spells it so fails, too */
} RgXmlTag;

typedef struct RgXmlDialect
{
	const char *title;			/* "JUnit" */
	const char *roots;			/* apart by blanks */
	const RgXmlTag *tags;		/* the last one's name is NULL */
	void		(*comment) (RgXmlTests *tests);
	bool		apart;			/* the summary stands beside the tests */
} RgXmlDialect;

/* Reads it all; false when the report is invalid. rg_tests_finish is still to
 * be called. */
extern bool rg_xml_tests_read(const RgXmlDialect *dialect,
							  const RgInput *input, void *state,
							  RgXmlTests *tests, RgReport *report);

/*
 * The element that begins is a test or a suite. It closes by itself: a test
 * that holds no other is counted; a suite, or a test that holds others, is an
 * error outside any test if it failed and nothing in it did, or by its own.
 */
extern RgXmlRecord *rg_xml_open_record(RgXmlTests *tests, bool suite,
									   RgOutcome outcome, const char *name,
									   const char *location);

/* Of START: its fullname, or its name; NULL if it has neither. */
extern const char *rg_xml_fullname(const RgXml *xml);

/* For the end of an element that holds the message of what is open. */
extern void rg_xml_take_message(RgXmlTests *tests);
extern void rg_xml_keep(char *to, const char *from);

/*
 * Attributes of a summary, for where an element begins. They are added up when
 * they stand at the depth of the first one of that name (the total says
 * whether it was). Failures are looked for at any depth, too: where none shows
 * in the element, the report is incomplete.
 */
extern bool rg_xml_declared_total(RgXmlTests *tests, const char *attribute);
extern void rg_xml_declared_failed(RgXmlTests *tests, const char *attribute);

/* Only looks for them, and adds nothing up; returns how many, or -1. */
extern int64 rg_xml_expect_failed(RgXmlTests *tests, const char *attribute);

#endif							/* RG_XML_TESTS_H */
