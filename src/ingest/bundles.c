/*
 * bundles.c: what bundlers write: esbuild's metafile and webpack's stats. All
 * sizes are raw bytes; source maps are not delivered and not counted.
 */
#include "ingest/ingest.h"

#include "ingest/json_lex.h"
#include "ingest/scanner.h"
#include "miscadmin.h"

/* ---- files --------------------------------------------------------------------- */

typedef struct Sizes
{
	int64		files;
	int64		total;
	int64		largest;
	int64		js;
	int64		css;
} Sizes;

static bool
ends_with(const char *name, size_t length, const char *end)
{
	size_t		n = strlen(end);

	return length >= n && memcmp(name + length - n, end, n) == 0;
}

static void
add_file(Sizes *sizes, const char *name, size_t length, int64 bytes)
{
	const char *query = memchr(name, '?', length);

	if (query != NULL)
		length = query - name;
	if (ends_with(name, length, ".map"))
		return;
	sizes->files++;
	sizes->total += bytes;
	sizes->largest = Max(sizes->largest, bytes);
	if (ends_with(name, length, ".js") || ends_with(name, length, ".mjs") ||
		ends_with(name, length, ".cjs"))
		sizes->js += bytes;
	else if (ends_with(name, length, ".css"))
		sizes->css += bytes;
}

/* initial: -1 where that is not known */
static void
finish_sizes(const Sizes *sizes, int64 initial, RgReport *report)
{
	if (sizes->files == 0)
	{
		rg_report_fail(report, RG_REPORT_EMPTY, "no file was written");
		return;
	}
	rg_report_bytes(report, "size.total", sizes->total);
	rg_report_bytes(report, "size.largest", sizes->largest);
	rg_report_bytes(report, "size.raw_total", sizes->total);
	rg_report_bytes(report, "size.raw_largest", sizes->largest);
	rg_report_bytes(report, "size.raw_js", sizes->js);
	rg_report_bytes(report, "size.raw_css", sizes->css);
	if (initial >= 0)
		rg_report_bytes(report, "size.raw_initial", initial);
}

/* ---- esbuild ---------------------------------------------------------------------- */

typedef struct FileName
{
	const char *text;			/* without escapes; outlives its record */
	size_t		length;
} FileName;

typedef struct Output
{
	FileName	name;
	int64		bytes;
	bool		is_entry;
	bool		is_lazy;		/* somebody import()s it */
	int64		first_import;	/* in Esbuild.imports */
	int64		nimports;
	int64		visited;		/* by the walk of that number */
} Output;

typedef struct Import
{
	FileName	name;
	bool		dynamic;
} Import;

typedef struct Esbuild
{
	MemoryContext context;
	const RgInput *input;
	bool		has_outputs;
	bool		vague;			/* nobody knows all that an output imports */
	Sizes		sizes;
	Output	   *outputs;		/* sorted by name at the end */
	int64		noutputs;
	int64		room;
	Import	   *imports;
	int64		nimports;
	int64		imports_room;
} Esbuild;

static void
on_outputs(void *state, RgReport *report, const RgNode *node)
{
	((Esbuild *) state)->has_outputs = node->type == RG_NODE_OBJECT;
}

static void *
make_room(MemoryContext context, void *array, int64 *room, int64 count,
		  size_t size)
{
	if (count < *room)
		return array;
	*room = Max(32, *room * 2);
	return array == NULL ? MemoryContextAlloc(context, *room * size) :
		repalloc_huge(array, *room * size);
}

/* The input stays; a name without its escapes goes with its record. */
static FileName
keep_name(const Esbuild *build, const char *str, size_t length)
{
	const RgInput *input = build->input;
	char	   *copy;

	if (str >= input->data && str < input->data + input->length)
		return (FileName) {str, length};
	copy = MemoryContextAlloc(build->context, length + 1);
	memcpy(copy, str, length);
	return (FileName) {copy, length};
}

static bool
has_escape(const RgNode *string)
{
	return memchr(string->text, '\\', string->text_length) != NULL;
}

static FileName
name_of(const Esbuild *build, const RgNode *string)
{
	char	   *str;

	if (!has_escape(string))
		return keep_name(build, string->text, string->text_length);
	str = rg_json_unescape(string->text, string->text_length);
	return keep_name(build, str, strlen(str));
}

/* A longer path with escapes finds no output: names of outputs are cut. */
static void
add_import(Esbuild *build, const RgNode *path, bool dynamic)
{
	Import	   *import;

	if (!rg_node_has_type(path, RG_NODE_STRING) ||
		(path->text_length > RG_JSON_MAX_ESCAPED && has_escape(path)))
	{
		build->vague = true;
		return;
	}
	build->imports = make_room(build->context, build->imports,
							   &build->imports_room, build->nimports,
							   sizeof(Import));
	import = &build->imports[build->nimports++];
	import->name = name_of(build, path);
	import->dynamic = dynamic;
}

/* What a browser loads with it: static imports and its style sheet. */
static void
add_imports(Esbuild *build, const RgNode *node)
{
	const RgNode *imports = rg_node_get(node, "imports");
	const RgNode *css = rg_node_get(node, "cssBundle");

	if (css != NULL)
		add_import(build, css, false);
	if (imports == NULL)
		return;
	build->vague |= imports->type != RG_NODE_ARRAY;
	for (const RgNode *i = imports->child; i != NULL; i = i->next)
	{
		const RgNode *kind = rg_node_get(i, "kind");

		if (rg_node_is(kind, "dynamic-import"))
			add_import(build, rg_node_get(i, "path"), true);
		else if (rg_node_is(kind, "import-statement") ||
				 rg_node_is(kind, "require-call"))
			add_import(build, rg_node_get(i, "path"), false);
	}
}

static void
on_output(void *state, RgReport *report, const RgNode *node)
{
	Esbuild    *build = state;
	Output	   *output;
	int64		bytes;

	if (!rg_node_count(rg_node_get(node, "bytes"), &bytes))
	{
		if (report->status < RG_REPORT_INCOMPLETE)
			rg_report_fail(report, RG_REPORT_INCOMPLETE, "%s has no size",
						   rg_report_text(report, node->key, node->key_length));
		return;
	}
	add_file(&build->sizes, node->key, node->key_length, bytes);
	build->outputs = make_room(build->context, build->outputs, &build->room,
							   build->noutputs, sizeof(Output));
	output = &build->outputs[build->noutputs++];
	memset(output, 0, sizeof(Output));
	output->name = keep_name(build, node->key, node->key_length);
	output->bytes = bytes;
	output->is_entry = rg_node_get(node, "entryPoint") != NULL;
	output->first_import = build->nimports;
	add_imports(build, node);
	output->nimports = build->nimports - output->first_import;
}

static int
compare_names(FileName a, FileName b)
{
	int			order = memcmp(a.text, b.text, Min(a.length, b.length));

	return order != 0 ? order : a.length < b.length ? -1 : a.length > b.length;
}

static int
compare_outputs(const void *a, const void *b)
{
	return compare_names(((const Output *) a)->name,
						 ((const Output *) b)->name);
}

static Output *
find_output(const Esbuild *build, FileName name)
{
	Output		wanted = {.name = name};

	return bsearch(&wanted, build->outputs, build->noutputs, sizeof(Output),
				   compare_outputs);
}

static void
mark_lazy_outputs(Esbuild *build)
{
	for (int64 i = 0; i < build->nimports; i++)
	{
		Output	   *output = build->imports[i].dynamic ?
			find_output(build, build->imports[i].name) : NULL;

		if (output != NULL)
			output->is_lazy = true;
	}
}

/* The bytes of an entry point and all that it imports statically. */
static int64
initial_load(Esbuild *build, Output *entry, int64 walk, Output **waiting)
{
	int64		nwaiting = 1;
	int64		bytes = 0;

	waiting[0] = entry;
	entry->visited = walk;
	while (nwaiting > 0)
	{
		Output	   *output = waiting[--nwaiting];

		CHECK_FOR_INTERRUPTS();
		bytes += output->bytes;
		for (int64 i = 0; i < output->nimports; i++)
		{
			const Import *import = &build->imports[output->first_import + i];
			Output	   *target = import->dynamic ? NULL :
				find_output(build, import->name);

			if (target == NULL || target->visited == walk)
				continue;		/* external, or counted already */
			target->visited = walk;
			waiting[nwaiting++] = target;
		}
	}
	return bytes;
}

/*
 * The largest load of an entry point; esbuild marks what is import()ed as one,
 * too. So many entry points that each walk would be long are not walked.
 */
#define MAX_WALKS 200

static int64
largest_initial_load(Esbuild *build, RgReport *report)
{
	Output	  **waiting;
	int64		largest = -1;
	int64		walks = 0;

	if (build->noutputs == 0)
		return -1;
	if (build->vague)
	{
		rg_report_warn(report, "not all that an output imports can be read: there is no size.raw_initial");
		return -1;
	}
	qsort(build->outputs, build->noutputs, sizeof(Output), compare_outputs);
	mark_lazy_outputs(build);
	waiting = palloc(build->noutputs * sizeof(Output *));
	for (int64 i = 0; i < build->noutputs; i++)
	{
		Output	   *output = &build->outputs[i];
		int64		bytes;

		if (!output->is_entry || output->is_lazy)
			continue;
		if (++walks > MAX_WALKS)
			return -1;
		bytes = initial_load(build, output, walks, waiting);
		largest = Max(largest, bytes);
	}
	return largest;
}

void
rg_read_esbuild(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"outputs", RG_JSON_OPEN, on_outputs},
		{"outputs.*", RG_JSON_TREE, on_output},
	};
	Esbuild		build = {.context = report->context,.input = input};

	report->tool = "esbuild";
	if (!rg_json_read(input, rules, lengthof(rules), &build, report))
		return;
	if (!build.has_outputs)
		rg_report_fail(report, RG_REPORT_INVALID, "it has no outputs");
	else
		finish_sizes(&build.sizes, largest_initial_load(&build, report),
					 report);
}

/* ---- webpack ------------------------------------------------------------------------ */

typedef struct Webpack
{
	bool		has_assets;		/* else those of the compilations below */
	Sizes		sizes;
	Sizes		children;
	int64		initial;		/* the largest of the entry points; -1 */
	int64		left_out;
	int64		errors;
} Webpack;

static void
add_asset(Sizes *sizes, RgReport *report, const RgNode *node)
{
	const RgNode *name = rg_node_get(node, "name");
	int64		bytes;

	if (!rg_node_has_type(name, RG_NODE_STRING) ||
		!rg_node_count(rg_node_get(node, "size"), &bytes))
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "an asset has no name or size");
	else if (has_escape(name))
	{
		char	   *str = rg_json_unescape(name->text, name->text_length);

		add_file(sizes, str, strlen(str), bytes);
	}
	else
		add_file(sizes, name->text, name->text_length, bytes);
}

static void
on_assets(void *state, RgReport *report, const RgNode *node)
{
	((Webpack *) state)->has_assets = node->type == RG_NODE_ARRAY;
}

static void
on_asset(void *state, RgReport *report, const RgNode *node)
{
	add_asset(&((Webpack *) state)->sizes, report, node);
}

static void
on_child_asset(void *state, RgReport *report, const RgNode *node)
{
	add_asset(&((Webpack *) state)->children, report, node);
}

static void
on_entry_size(void *state, RgReport *report, const RgNode *node)
{
	Webpack    *webpack = state;
	int64		bytes;

	if (rg_node_count(node, &bytes))
		webpack->initial = Max(webpack->initial, bytes);
	else
		rg_report_fail(report, RG_REPORT_INVALID, "assetsSize is no count");
}

static void
on_left_out(void *state, RgReport *report, const RgNode *node)
{
	int64		count = 0;

	if (!rg_node_count(node, &count) && node->type != RG_NODE_NULL)
		rg_report_fail(report, RG_REPORT_INVALID, "filteredAssets is no count");
	((Webpack *) state)->left_out += count;
}

static void
on_error(void *state, RgReport *report, const RgNode *node)
{
	char	   *message = rg_node_text(node->type == RG_NODE_OBJECT ?
									   rg_node_get(node, "message") : node);

	((Webpack *) state)->errors++;
	rg_report_finding(report, "error", NULL,
					  rg_node_text(rg_node_get(node, "moduleName")), 0,
					  message);
}

static void
on_error_count(void *state, RgReport *report, const RgNode *node)
{
	Webpack    *webpack = state;
	int64		count = 0;

	if (!rg_node_count(node, &count) && node->type != RG_NODE_NULL)
		rg_report_fail(report, RG_REPORT_INVALID, "errorsCount is no count");
	webpack->errors = Max(webpack->errors, count);
}

void
rg_read_webpack(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"version", RG_JSON_OPEN, rg_scanner_version},
		{"assets", RG_JSON_OPEN, on_assets},
		{"assets[]", RG_JSON_TREE, on_asset},
		{"children[].assets[]", RG_JSON_TREE, on_child_asset},
		{"entrypoints.*.assetsSize", RG_JSON_OPEN, on_entry_size},
		{"children[].entrypoints.*.assetsSize", RG_JSON_OPEN, on_entry_size},
		{"filteredAssets", RG_JSON_OPEN, on_left_out},
		{"children[].filteredAssets", RG_JSON_OPEN, on_left_out},
		{"errors[]", RG_JSON_TREE, on_error},
		{"children[].errors[]", RG_JSON_TREE, on_error},
		{"errorsCount", RG_JSON_OPEN, on_error_count},
		{"children[].errorsCount", RG_JSON_OPEN, on_error_count},
	};
	Webpack		webpack = {.initial = -1};

	report->tool = "webpack";
	if (!rg_json_read(input, rules, lengthof(rules), &webpack, report))
		return;
	if (webpack.errors > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the build ended with " INT64_FORMAT " errors",
					   webpack.errors);
	if (webpack.left_out > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the stats leave " INT64_FORMAT " assets out",
					   webpack.left_out);
	finish_sizes(webpack.has_assets ? &webpack.sizes : &webpack.children,
				 webpack.initial, report);
}
