/*
 * gate_path.c: which reports a gate with a path is for: those in the syntax of
 * its language, whatever else they are.
 */
#include "ingest/gate_path.h"

#include "catalog/pg_type_d.h"
#include "utils/builtins.h"

bool
rg_path_suits(const RgGate *gate, const RgFormat *format)
{
	RgSyntax	syntax;

	return gate->query.path != NULL &&
		rg_path_syntax(gate->query.path, &syntax) && syntax == format->syntax;
}

const RgFormat *
rg_format_for_paths(const RgPolicy *policy, ArrayType *gates)
{
	const RgFormat *format = NULL;
	Datum	   *names;
	bool	   *nulls;
	int			count;

	deconstruct_array(gates, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls,
					  &count);
	for (int i = 0; i < count; i++)
	{
		int			number = nulls[i] ? -1 :
			rg_policy_gate(policy, TextDatumGetCString(names[i]));
		RgSyntax	syntax;

		if (number < 0 || policy->gates[number].query.path == NULL ||
			!rg_path_syntax(policy->gates[number].query.path, &syntax))
			return NULL;
		if (format != NULL && format->syntax != syntax)
			return NULL;
		format = rg_format_find(syntax == RG_SYNTAX_JSON ? "json" : "xml");
	}
	return format;
}
