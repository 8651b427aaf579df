/*
 * path_xml.c: XPath 1.0 by libxml2, over a tree of the screened report. The
 * steps of an evaluation are limited, no callback raises an error, and tree,
 * path and matches are freed with the memory context whatever happens.
 */
#include "ingest/path.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <math.h>

#include "common/shortest_dec.h"
#include "ingest/xml_screen.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#define TREE_OPTIONS (XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT | \
					  XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)

/* Steps of one evaluation, in which nothing can be interrupted. */
#define MAX_STEPS 20000000
#if LIBXML_VERSION >= 20911
#define RG_XPATH_LIMITS
#endif

struct RgXmlTree
{
	xmlDocPtr	document;
	xmlXPathContextPtr context;
	xmlXPathCompExprPtr compiled;
	xmlXPathObjectPtr result;
	MemoryContextCallback callback;
};

static void
forget_answer(RgXmlTree *tree)
{
	if (tree->result != NULL)
		xmlXPathFreeObject(tree->result);
	if (tree->compiled != NULL)
		xmlXPathFreeCompExpr(tree->compiled);
	tree->result = NULL;
	tree->compiled = NULL;
}

static void
free_tree(void *arg)
{
	RgXmlTree  *tree = arg;

	forget_answer(tree);
	if (tree->context != NULL)
		xmlXPathFreeContext(tree->context);
	if (tree->document != NULL)
		xmlFreeDoc(tree->document);
	tree->context = NULL;
	tree->document = NULL;
}

/* libxml2 would print it; what happened is read off the context. */
static void
ignore_error(void *arg, RgXmlErrorPtr error)
{
}

/* ---- the tree ------------------------------------------------------------------- */

/* Tags and attributes, more or less: what takes memory. */
static bool
is_small(const RgInput *input)
{
	int64		marks = 0;

	for (size_t i = 0; i < input->length; i++)
		marks += input->data[i] == '<' || input->data[i] == '=';
	return marks <= RG_PATH_MAX_VALUES;
}

static bool
read_tree(RgXmlTree *tree, const RgInput *input)
{
	xmlParserCtxtPtr parser = xmlNewParserCtxt();

	if (parser == NULL)
		return false;
	tree->document = xmlCtxtReadMemory(parser, input->data,
									   (int) input->length, NULL, "UTF-8",
									   TREE_OPTIONS);
	if (!parser->wellFormed && tree->document != NULL)
	{
		xmlFreeDoc(tree->document);
		tree->document = NULL;
	}
	xmlFreeParserCtxt(parser);
	if (tree->document == NULL)
		return false;
	tree->context = xmlXPathNewContext(tree->document);
	return tree->context != NULL;
}

RgXmlTree *
rg_xml_tree_open(const RgInput *input, char **why)
{
	RgReport   *scratch = palloc0(sizeof(RgReport));
	RgXmlTree  *tree = palloc0(sizeof(RgXmlTree));
	RgInput		screened;

	scratch->context = CurrentMemoryContext;
	if (!rg_xml_screen(input, &screened, scratch))
	{
		*why = psprintf("no path can be followed in the report: %s",
						scratch->message);
		return NULL;
	}
	if (!is_small(&screened))
	{
		*why = psprintf("no path can be followed in the report: it holds more than %d tags and attributes",
						RG_PATH_MAX_VALUES);
		return NULL;
	}
	tree->callback.func = free_tree;
	tree->callback.arg = tree;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &tree->callback);
	if (!read_tree(tree, &screened))
	{
		*why = pstrdup("no path can be followed in the report: not well-formed XML");
		return NULL;
	}
	tree->context->error = ignore_error;
	tree->context->flags |= XML_XPATH_NOVAR | XML_XPATH_CHECKNS;
	tree->context->node = (xmlNodePtr) tree->document;
	return tree;
}

/* ---- following a path --------------------------------------------------------------- */

static const struct
{
	int			code;
	const char *words;
}			path_errors[] =
{
	{XPATH_UNFINISHED_LITERAL_ERROR, "a text in it does not end"},
	{XPATH_UNDEF_VARIABLE_ERROR, "it has a variable, which nobody sets"},
	{XPATH_FORBID_VARIABLE_ERROR, "it has a variable, which nobody sets"},
	{XPATH_INVALID_PREDICATE_ERROR, "a predicate in it is wrong"},
	{XPATH_UNCLOSED_ERROR, "a bracket in it is not closed"},
	{XPATH_UNKNOWN_FUNC_ERROR, "it has a function that XPath 1.0 has not"},
	{XPATH_INVALID_TYPE, "a value in it is of the wrong type"},
	{XPATH_INVALID_ARITY, "a function in it has too many arguments or too few"},
	{XPATH_UNDEF_PREFIX_ERROR, "it has a prefix that \"namespaces\" has not"},
#ifdef RG_XPATH_LIMITS
	{XPATH_OP_LIMIT_EXCEEDED, "it takes too many steps"},
	{XPATH_RECURSION_LIMIT_EXCEEDED, "it is nested too deeply"},
#endif
	{XPATH_MEMORY_ERROR, "it takes too much memory"},
	{XPATH_EXPR_ERROR, "its syntax is wrong"},
};

static const char *
what_went_wrong(const xmlXPathContext *context)
{
	int			code = context->lastError.code - XML_XPATH_EXPRESSION_OK;

	for (int i = 0; i < (int) lengthof(path_errors); i++)
	{
		if (path_errors[i].code == code)
			return path_errors[i].words;
	}
	return code > 0 ? "its syntax is wrong" : "libxml2 refuses it";
}

static const xmlChar *
utf8(const char *str)
{
	return (const xmlChar *) pg_server_to_any(str, (int) strlen(str), PG_UTF8);
}

/* Leaves what the path gives in tree->result; NULL, or why there is nothing. */
static const char *
evaluate(RgXmlTree *tree, const RgPathQuery *query, const char *path)
{
	xmlXPathContextPtr context = tree->context;

	forget_answer(tree);
	xmlXPathRegisteredNsCleanup(context);
	for (int i = 0; i < query->nnamespaces; i++)
	{
		if (xmlXPathRegisterNs(context, utf8(query->namespaces[i].prefix),
							   utf8(query->namespaces[i].uri)) != 0)
			return "a namespace cannot be used";
	}
	xmlResetError(&context->lastError);
#ifdef RG_XPATH_LIMITS
	context->opLimit = MAX_STEPS;
	context->opCount = 0;
#endif
	tree->compiled = xmlXPathCtxtCompile(context, utf8(path));
	if (tree->compiled != NULL)
		tree->result = xmlXPathCompiledEval(tree->compiled, context);
	return tree->result == NULL ? what_went_wrong(context) : NULL;
}

static bool
take_number(RgTaking *taking, double number)
{
	char		str[DOUBLE_SHORTEST_DECIMAL_LEN];

	if (isnan(number) || isinf(number))
		return rg_taking_refuse(taking, isnan(number) ? "NaN" : "infinity");
	double_to_shortest_decimal_buf(number, str);
	return rg_taking_add(taking, str, strlen(str));
}

/* A copy, so that nothing of libxml2's is left behind by an error. */
static bool
take_node(RgTaking *taking, xmlNodePtr node)
{
	xmlChar    *value = xmlXPathCastNodeToString(node);
	size_t		length = value != NULL ? strlen((char *) value) : 0;
	char		str[RG_INPUT_MAXLEN + 2];

	/* one byte more than is read makes it too long */
	length = Min(length, sizeof(str) - 1);
	if (length > 0)
		memcpy(str, value, length);
	str[length] = '\0';
	if (value != NULL)
		xmlFree(value);
	return rg_taking_add(taking, str, length);
}

static void
take_nodes(RgTaking *taking, const xmlNodeSet *nodes)
{
	for (int i = 0; nodes != NULL && i < nodes->nodeNr; i++)
	{
		if ((i & 1023) == 0)
			CHECK_FOR_INTERRUPTS();
		if (taking->query->take == RG_TAKE_COUNT ?
			!rg_taking_add(taking, NULL, 0) :
			!take_node(taking, nodes->nodeTab[i]))
			return;
	}
}

void
rg_xml_tree_ask(RgXmlTree *tree, RgTaking *taking)
{
	const char *why = evaluate(tree, taking->query, taking->path);

	CHECK_FOR_INTERRUPTS();
	if (why != NULL)
		rg_taking_fail(taking, "cannot be followed: %s", why);
	else if (tree->result->type == XPATH_NODESET)
		take_nodes(taking, tree->result->nodesetval);
	else if (tree->result->type == XPATH_NUMBER)
		take_number(taking, tree->result->floatval);
	else if (tree->result->type == XPATH_STRING)
		rg_taking_add(taking, (const char *) tree->result->stringval,
					  strlen((const char *) tree->result->stringval));
	else
		rg_taking_refuse(taking, tree->result->type == XPATH_BOOLEAN &&
						 tree->result->boolval ? "true" : "false");
	forget_answer(tree);
}

/* ---- what a policy may ask -------------------------------------------------------------- */

/* The type of an XPath is the same in every document; and one without anything
 * in it shows what is found in any. */
static bool
check_path(const RgPathQuery *query, const char *path, xmlXPathObjectType *type,
		   bool *everywhere, RgPathFault *fault)
{
	static const char nothing[] = "<nothing/>";
	RgInput		input = {nothing, strlen(nothing)};
	char	   *why = NULL;
	RgXmlTree  *tree = rg_xml_tree_open(&input, &why);

	if (tree == NULL)
		elog(ERROR, "could not try an XPath: %s", why);
	fault->why = evaluate(tree, query, path);
	if (fault->why == NULL)
	{
		*type = tree->result->type;
		*everywhere = *type == XPATH_NODESET &&
			tree->result->nodesetval != NULL &&
			tree->result->nodesetval->nodeNr > 0;
	}
	else
		fault->expected = "an XPath 1.0";
	free_tree(tree);
	return fault->why == NULL;
}

bool
rg_xpath_check(const RgPathQuery *query, RgPathFault *fault)
{
	xmlXPathObjectType type;
	bool		everywhere;

	fault->member = "path";
	if (!check_path(query, query->path, &type, &everywhere, fault))
		return false;
	if (type != XPATH_NODESET && type != XPATH_NUMBER && type != XPATH_STRING)
	{
		fault->expected = "an XPath to values, not a condition";
		return false;
	}
	if (type != XPATH_NODESET && query->take != RG_TAKE_ONLY)
	{
		fault->member = "take";
		fault->expected = "nothing, as the XPath computes one value itself";
		return false;
	}
	fault->member = "within";
	if (query->within == NULL)
	{
		/* count() and sum() of nothing are 0, and every path may be misspelt */
		if (query->take == RG_TAKE_COUNT || type == XPATH_NUMBER)
			fault->expected = "here a path to what is examined, as a misspelt \"path\" would be told as zero";
	}
	else if (check_path(query, query->within, &type, &everywhere, fault) &&
			 (type != XPATH_NODESET || everywhere))
		fault->expected = "a path to what only the right report has";
	return fault->expected == NULL;
}
