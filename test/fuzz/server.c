/*
 * server.c: as much of a server as the readers of src/ingest use. Each palloc
 * is a malloc of its own, so that the address sanitizer sees every byte too
 * far; contexts are lists; an error is a fault, unless a round asked for it.
 */
#include "server.h"

#include <libxml/parser.h>
#include <sanitizer/asan_interface.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/memnodes.h"

typedef struct Context Context;

/* Before each palloc'd piece, where the sanitizer lets nobody else look. */
typedef struct Chunk
{
	struct Chunk *next;
	struct Chunk *prev;
	Context    *context;
	size_t		size;
} Chunk;

struct Context
{
	MemoryContextData header;
	Chunk		chunks;			/* the list's head */
};

static struct
{
	char		fill;
	size_t		limit;
	int64		fail_at;
	int64		allocations;
	size_t		held;			/* bytes, of everything */
	ServerUse	use;
	bool		failing;		/* the round's error has been raised */
	char		message[500];
}			server;

MemoryContext CurrentMemoryContext;
MemoryContext TopMemoryContext;
MemoryContext ErrorContext;
sigjmp_buf *PG_exception_stack;
ErrorContextCallback *error_context_stack;
volatile sig_atomic_t InterruptPending;

/* These look at the chunks' heads. */
#define UNCHECKED __attribute__((no_sanitize_address))

static void (*explain_fault) (void);

void
server_at_fault(void (*explain) (void))
{
	explain_fault = explain;
}

void
fault(const char *format,...)
{
	va_list		args;

	fflush(stdout);
	fputs("FAULT: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\n", stderr);
	if (explain_fault != NULL)
		explain_fault();
	abort();
}

/* ---- errors -------------------------------------------------------------- */

/* Before the address sanitizer reports. */
extern void __asan_on_error(void);

void
__asan_on_error(void)
{
	if (explain_fault != NULL)
		explain_fault();
}

bool
errstart(int elevel, const char *domain)
{
	server.message[0] = '\0';
	return elevel >= ERROR;
}

bool
errstart_cold(int elevel, const char *domain)
{
	return errstart(elevel, domain);
}

void
errfinish(const char *filename, int lineno, const char *funcname)
{
	if (!server.failing)
		fault("an error is raised at %s:%d (%s): %s", filename, lineno,
			  funcname, server.message);
	pg_re_throw();
}

void
pg_re_throw(void)
{
	if (PG_exception_stack == NULL)
		fault("an error that nobody catches");
	siglongjmp(*PG_exception_stack, 1);
}

static int
say(const char *format, va_list args)
{
	size_t		length = strlen(server.message);

	vsnprintf(server.message + length, sizeof(server.message) - length,
			  format, args);
	return 0;
}

#define ERROR_PART(name, before) \
int \
name(const char *fmt,...) \
{ \
	va_list		args; \
	strlcat(server.message, before, sizeof(server.message)); \
	va_start(args, fmt); \
	say(fmt, args); \
	va_end(args); \
	return 0; \
} \
extern int	errcode(int sqlerrcode)

ERROR_PART(errmsg, "");
ERROR_PART(errmsg_internal, "");
ERROR_PART(errdetail, "; ");
ERROR_PART(errdetail_internal, "; ");
ERROR_PART(errhint, "; ");

int
errcode(int sqlerrcode)
{
	return 0;
}

/* What Assert() calls; its other arguments differ from server to server. */
extern void failed_assertion(const char *condition) __asm__("ExceptionalCondition");

void
failed_assertion(const char *condition)
{
	fault("an assertion fails: %s", condition);
}

bool
server_try(void (*what) (void *arg), void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	sigjmp_buf	here;
	volatile bool done = false;

	if (sigsetjmp(here, 0) == 0)
	{
		PG_exception_stack = &here;
		what(arg);
		done = true;
	}
	PG_exception_stack = NULL;
	error_context_stack = NULL;
	if (done && CurrentMemoryContext != context)
		fault("the reader leaves another memory context than it found");
	CurrentMemoryContext = context;
	return done;
}

void
ProcessInterrupts(void)
{
}

/* ---- memory --------------------------------------------------------------- */

static UNCHECKED void *
allocate(MemoryContext context, size_t size)
{
	Context    *owner = (Context *) context;
	Chunk	   *chunk;

	server.allocations++;
	if (server.allocations == server.fail_at)
	{
		server.failing = true;
		ereport(ERROR, (errmsg_internal("out of memory")));
	}
	chunk = malloc(sizeof(Chunk) + size);
	if (chunk == NULL)
		fault("malloc has no %zu bytes", size);
	chunk->context = owner;
	chunk->size = size;
	chunk->prev = &owner->chunks;
	chunk->next = owner->chunks.next;
	chunk->next->prev = chunk->prev->next = chunk;
	memset(chunk + 1, server.fill, size);
	ASAN_POISON_MEMORY_REGION(chunk, sizeof(Chunk));
	server.use.chunks++;
	return chunk + 1;
}

static UNCHECKED void
release(Chunk *chunk)
{
	chunk->prev->next = chunk->next;
	chunk->next->prev = chunk->prev;
	server.use.chunks--;
	free(chunk);
}

static UNCHECKED void *
reallocate(void *pointer, size_t size)
{
	Chunk	   *chunk = (Chunk *) pointer - 1;
	void	   *moved = allocate((MemoryContext) chunk->context, size);

	memcpy(moved, pointer, Min(size, chunk->size));
	release(chunk);
	return moved;
}

static UNCHECKED void
release_all(Context *context)
{
	while (context->chunks.next != &context->chunks)
		release(context->chunks.next);
}

void *
MemoryContextAllocExtended(MemoryContext context, Size size, int flags)
{
	void	   *pointer;

	if (!((flags & MCXT_ALLOC_HUGE) ? AllocHugeSizeIsValid(size) : AllocSizeIsValid(size)))
		fault("invalid memory alloc request size %zu", size);
	pointer = allocate(context, size);
	if (flags & MCXT_ALLOC_ZERO)
		memset(pointer, 0, size);
	return pointer;
}

void *
MemoryContextAlloc(MemoryContext context, Size size)
{
	return MemoryContextAllocExtended(context, size, 0);
}

void *
MemoryContextAllocZero(MemoryContext context, Size size)
{
	return MemoryContextAllocExtended(context, size, MCXT_ALLOC_ZERO);
}

void *
MemoryContextAllocHuge(MemoryContext context, Size size)
{
	return MemoryContextAllocExtended(context, size, MCXT_ALLOC_HUGE);
}

void *
palloc_extended(Size size, int flags)
{
	return MemoryContextAllocExtended(CurrentMemoryContext, size, flags);
}

void *
palloc(Size size)
{
	return palloc_extended(size, 0);
}

void *
palloc0(Size size)
{
	return palloc_extended(size, MCXT_ALLOC_ZERO);
}

void *
repalloc_huge(void *pointer, Size size)
{
	if (!AllocHugeSizeIsValid(size))
		fault("invalid memory alloc request size %zu", size);
	return reallocate(pointer, size);
}

void *
repalloc(void *pointer, Size size)
{
	if (!AllocSizeIsValid(size))
		fault("invalid memory alloc request size %zu", size);
	return reallocate(pointer, size);
}

void
pfree(void *pointer)
{
	release((Chunk *) pointer - 1);
}

char *
MemoryContextStrdup(MemoryContext context, const char *string)
{
	size_t		size = strlen(string) + 1;

	return memcpy(MemoryContextAlloc(context, size), string, size);
}

char *
pstrdup(const char *in)
{
	return MemoryContextStrdup(CurrentMemoryContext, in);
}

char *
pnstrdup(const char *in, Size len)
{
	size_t		length = strnlen(in, len);
	char	   *out = palloc(length + 1);

	memcpy(out, in, length);
	out[length] = '\0';
	return out;
}

/* ---- memory contexts ------------------------------------------------------- */

MemoryContext
AllocSetContextCreateInternal(MemoryContext parent, const char *name,
							  Size minContextSize, Size initBlockSize,
							  Size maxBlockSize)
{
	Context    *context = calloc(1, sizeof(Context));

	if (context == NULL)
		fault("malloc has no context");
	context->header.type = T_AllocSetContext;
	context->header.name = name;
	context->header.parent = parent;
	context->chunks.next = context->chunks.prev = &context->chunks;
	if (parent != NULL)
	{
		context->header.nextchild = parent->firstchild;
		if (parent->firstchild != NULL)
			parent->firstchild->prevchild = &context->header;
		parent->firstchild = &context->header;
	}
	server.use.contexts++;
	return &context->header;
}

static void
call_callbacks(MemoryContext context)
{
	MemoryContextCallback *callback;

	while ((callback = context->reset_cbs) != NULL)
	{
		context->reset_cbs = callback->next;
		callback->func(callback->arg);
	}
}

void
MemoryContextRegisterResetCallback(MemoryContext context,
								   MemoryContextCallback *cb)
{
	cb->next = context->reset_cbs;
	context->reset_cbs = cb;
}

void
MemoryContextReset(MemoryContext context)
{
	MemoryContextDeleteChildren(context);
	call_callbacks(context);
	release_all((Context *) context);
}

void
MemoryContextDeleteChildren(MemoryContext context)
{
	while (context->firstchild != NULL)
		MemoryContextDelete(context->firstchild);
}

void
MemoryContextDelete(MemoryContext context)
{
	if (context == CurrentMemoryContext || context == TopMemoryContext)
		fault("a memory context is deleted in use: %s", context->name);
	MemoryContextReset(context);
	if (context->prevchild != NULL)
		context->prevchild->nextchild = context->nextchild;
	else
		context->parent->firstchild = context->nextchild;
	if (context->nextchild != NULL)
		context->nextchild->prevchild = context->prevchild;
	server.use.contexts--;
	free(context);
}

/* ---- all memory: what malloc gives to the readers, to libxml2 and to palloc ---- */

/* GCC brings them, and not the header. */
extern int	__sanitizer_install_malloc_and_free_hooks(void (*malloc_hook) (const volatile void *, size_t),
													  void (*free_hook) (const volatile void *));
extern size_t __sanitizer_get_allocated_size(const volatile void *pointer);

/* libFuzzer has a thread of its own, whose memory is none of a reader's. */
static __thread bool in_reader = false;

static void
on_malloc(const volatile void *pointer, size_t size)
{
	if (!in_reader)
		return;
	server.held += size;
	server.use.blocks++;
	if (server.limit > 0 && server.held > server.limit)
		fault("more than %zu bytes of memory are held", server.limit);
}

static void
on_free(const volatile void *pointer)
{
	if (pointer == NULL || !in_reader)
		return;
	server.held -= __sanitizer_get_allocated_size(pointer);
	server.use.blocks--;
}

/*
 * Chunks whose heads are hidden look lost to the leak sanitizer, which cannot
 * run everywhere either; server_use() is exact. The runtime asks for this.
 */
extern const char *__asan_default_options(void);

const char *
__asan_default_options(void)
{
	return "detect_leaks=0:quarantine_size_mb=32";
}

/* ---- rounds -------------------------------------------------------------------- */

void
server_start(void)
{
	if (__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) == 0)
		fault("the sanitizer takes no hooks");
	in_reader = true;
	xmlInitParser();
	TopMemoryContext = AllocSetContextCreate(NULL, "top",
											 ALLOCSET_DEFAULT_SIZES);
	ErrorContext = CurrentMemoryContext = TopMemoryContext;
}

void
server_begin_round(char fill, size_t limit, int64 fail_at)
{
	server.fill = fill;
	server.limit = server.held + limit;
	server.fail_at = fail_at;
	server.failing = false;
	server.allocations = 0;
}

void
server_end_round(void)
{
	server.limit = 0;
	server.fail_at = 0;
}

int64
server_allocations(void)
{
	return server.allocations;
}

/* libxml2 keeps the last error: that is no leak. */
ServerUse
server_use(void)
{
	xmlResetLastError();
	return server.use;
}

/* ---- what libpgcommon has for the server only ------------------------------------ */

int
GetDatabaseEncoding(void)
{
	return PG_UTF8;
}

int
pg_encoding_mbcliplen(int encoding, const char *mbstr, int len, int limit)
{
	int			kept = 0;

	while (len > 0 && *mbstr)
	{
		int			size = pg_encoding_mblen(encoding, mbstr);

		if (kept + size > limit)
			break;
		kept += size;
		mbstr += size;
		len -= size;
	}
	return kept;
}
