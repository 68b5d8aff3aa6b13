-- Deterministic chance: a value depends on the seed, the row's number and what it is for, never on the order of rows.
CREATE SCHEMA bench;

-- Uniform in [0, 1).
CREATE FUNCTION bench.u(i bigint, what text) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (hashint8extended(i, hashtextextended(what, {seed})) & 9007199254740991)::float8 / 9007199254740992.0
$$;

CREATE FUNCTION bench.pick(choices anyarray, u float8) RETURNS anyelement LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT choices[1 + floor(u * cardinality(choices))::int]
$$;

-- Which customer a document belongs to: few have many, many have few; neighbours in size are spread over the ids.
-- The first two are left out: their documents are counted out, not drawn.
CREATE FUNCTION bench.customer(i bigint, what text) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 2 + mod(floor(({customers} - 2) * power(bench.u(i, what), 2.2))::bigint * {prime}, {customers} - 2)::int
$$;

CREATE FUNCTION bench.season(day timestamp) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (ARRAY[.42, .5, .65, .7, .73, .7, .54, .46, .7, .77, .96, 1])[extract(month FROM day)::int]
$$;

-- A moment of office hours in the 36 months before the day of the data, more of them lately and before Christmas.
CREATE FUNCTION bench.moment(i bigint, what text) RETURNS timestamp LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT date_trunc('day', CASE WHEN bench.u(i, what || ' season') < bench.season(a) THEN a ELSE b END)
           + interval '1 second' * (32400 + floor(32400 * bench.u(i, what || ' hour')))
      FROM (SELECT timestamp '{today}' - interval '1 day' * (1 + 1095 * power(bench.u(i, what || ' day'), 1.25)) AS a,
                   timestamp '{today}' - interval '1 day' * (1 + 1095 * power(bench.u(i, what || ' other day'), 1.25)) AS b) days
$$;
