/*
 * uuid.c: keys that are unique across servers and sort by time: UUIDs of
 * version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds, 12 bits
 * of the fraction (section 6.2, method 3), 62 bits of randomness.
 */
#include "types/sql.h"

#include "datatype/timestamp.h"
#include "port/pg_bswap.h"

/* The clock in the UUID counts 4096ths of a millisecond since 1970. */
#define TICKS_PER_MSEC		4096
#define USECS_PER_MSEC		1000
#define MAX_MSEC			((INT64CONST(1) << 48) - 1)
#define MAX_TICK			((MAX_MSEC + 1) * TICKS_PER_MSEC - 1)
#define UNIX_EPOCH_USECS \
	((int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY)

#define VERSION_7			(UINT64CONST(7) << 12)
#define VARIANT_RFC			(UINT64CONST(2) << 62)
#define TAIL_MASK			((UINT64CONST(1) << 62) - 1)

/* Drawing bytes one call at a time would cost more than all the rest. */
static unsigned char pool[1024];
static size_t pool_used = sizeof(pool);

static uint64
random_bits(size_t bytes)
{
	uint64		bits = 0;

	if (pool_used + bytes > sizeof(pool))
	{
		if (!pg_strong_random(pool, sizeof(pool)))
			ereport(ERROR,
					(errcode(ERRCODE_INTERNAL_ERROR),
					 errmsg("could not generate random values"),
					 errdetail("The system's source of randomness gave none."),
					 errhint("Check that the server can read the system's source of randomness.")));
		pool_used = 0;
	}
	memcpy(&bits, pool + pool_used, bytes);
	/* whoever reads this memory later shall not find the bits of a key */
	memset(pool + pool_used, 0, bytes);
	pool_used += bytes;
	return bits;
}

/* Times before 1970 or after the year 10889 count as the nearest within. */
static int64
tick_of(TimestampTz at)
{
	int64		usecs;

	if (at <= -UNIX_EPOCH_USECS)
		return 0;
	if (at >= (MAX_MSEC + 1) * USECS_PER_MSEC - UNIX_EPOCH_USECS)
		return MAX_TICK;
	usecs = at + UNIX_EPOCH_USECS;
	return usecs / USECS_PER_MSEC * TICKS_PER_MSEC +
		usecs % USECS_PER_MSEC * TICKS_PER_MSEC / USECS_PER_MSEC;
}

/* The last microsecond whose tick is not later: tick_of() turned round. */
static TimestampTz
time_of(int64 tick)
{
	int64		fraction = tick % TICKS_PER_MSEC;

	return tick / TICKS_PER_MSEC * USECS_PER_MSEC +
		((fraction + 1) * USECS_PER_MSEC - 1) / TICKS_PER_MSEC -
		UNIX_EPOCH_USECS;
}

static void
assemble(int64 tick, uint64 tail, pg_uuid_t *out)
{
	uint64		high = (uint64) (tick / TICKS_PER_MSEC) << 16 | VERSION_7 |
		(uint64) (tick % TICKS_PER_MSEC);
	uint64		low = VARIANT_RFC | tail;

	high = pg_hton64(high);
	low = pg_hton64(low);
	memcpy(out->data, &high, sizeof(high));
	memcpy(out->data + sizeof(high), &low, sizeof(low));
}

/*
 * Within one tick the random tail grows by a random step (RFC 9562, section
 * 6.2, method 2) rather than the clock running ahead: a million rows of one
 * statement carry the statement's time. A fresh tail begins in the lower half
 * of its range, so that some 10^9 steps fit before a tick must be borrowed.
 */
TimestampTz
rg_uuid_v7(pg_uuid_t *out, TimestampTz at)
{
	static int64 last_tick = -1;
	static uint64 tail;
	int64		tick = tick_of(at);

	if (tick > last_tick)
	{
		tail = random_bits(sizeof(uint64)) & (TAIL_MASK >> 1);
		last_tick = tick;
	}
	else
	{
		tail += random_bits(sizeof(uint32)) + 1;
		if (tail > TAIL_MASK)
		{
			tail = random_bits(sizeof(uint64)) & (TAIL_MASK >> 1);
			last_tick++;
		}
	}
	assemble(last_tick, tail, out);
	return time_of(last_tick);
}

static int64
tick_in(const pg_uuid_t *uuid)
{
	uint64		high;

	memcpy(&high, uuid->data, sizeof(high));
	high = pg_ntoh64(high);
	return (int64) (high >> 16) * TICKS_PER_MSEC + (int64) (high & 0xFFF);
}

TimestampTz
rg_uuid_v7_time(const pg_uuid_t *uuid)
{
	return time_of(tick_in(uuid));
}

/* Up to the tick before the next microsecond's, as other makers fill those. */
void
rg_uuid_v7_bound(TimestampTz at, pg_uuid_t *out)
{
	int64		tick = tick_of(at);

	if (tick < MAX_TICK && !TIMESTAMP_NOT_FINITE(at))
		tick = Max(tick, tick_of(at + 1) - 1);
	assemble(tick, TAIL_MASK, out);
}

PG_FUNCTION_INFO_V1(rg_uuid_v7_sql);
Datum
rg_uuid_v7_sql(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *result = palloc(sizeof(pg_uuid_t));

	rg_uuid_v7(result, GetCurrentTimestamp());
	PG_RETURN_UUID_P(result);
}

PG_FUNCTION_INFO_V1(rg_uuid_v7_time_sql);
Datum
rg_uuid_v7_time_sql(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *uuid = PG_GETARG_UUID_P(0);

	/* version 7 and the variant of the RFC, or there is no time in it */
	if (uuid->data[6] >> 4 != 7 || uuid->data[8] >> 6 != 2)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(rg_uuid_v7_time(uuid));
}

PG_FUNCTION_INFO_V1(rg_uuid_v7_bound_sql);
Datum
rg_uuid_v7_bound_sql(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *result = palloc(sizeof(pg_uuid_t));

	rg_uuid_v7_bound(PG_GETARG_TIMESTAMPTZ(0), result);
	PG_RETURN_UUID_P(result);
}
