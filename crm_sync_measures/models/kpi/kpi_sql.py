"""From the documents of a measure to figures: one statement for all periods, companies and scopes of a KPI.

bound → placed → scoped → keyed → measured; each function gives relations of a WITH. ``sync_kpi_window`` is the temporary
table of the periods that are asked for (``crm_sync_kpi_snapshot.py``).
"""

from odoo.tools import SQL

from .measures import SCOPE_COLUMNS

WINDOW = SQL("sync_kpi_window")
#: Decimals of sums. Adding up floats gives other last digits in another order; with these the same documents give the same.
_DECIMALS = 6
_SCOPE_TYPES = {"channel": SQL("varchar")}
#: Whether there still is what a scope ``k`` is about.
_ALIVE = {
    "department": SQL("SELECT FROM crm_sync_department WHERE id = k.scope_id AND active"),
    "team": SQL("SELECT FROM crm_team WHERE id = k.scope_id AND active"),
    "person": SQL("SELECT FROM res_users WHERE id = k.scope_id AND active"),
    "tier": SQL("SELECT FROM crm_sync_tier WHERE id = k.scope_id"),
    "category": SQL("SELECT FROM product_category WHERE id = k.scope_id"),
    "source": SQL("SELECT FROM utm_source WHERE id = k.scope_id"),
}
#: What the scope of a row ``m`` is called in the language of its company, ``w.lang``.
_TRANSLATED = "SELECT COALESCE(name->>w.lang, name->>'en_US') FROM %s WHERE id = m.scope_id"
_NAMES = {
    "department": SQL(_TRANSLATED, SQL("crm_sync_department")),
    "team": SQL(_TRANSLATED, SQL("crm_team")),
    "person": SQL("SELECT p.name FROM res_users u JOIN res_partner p ON p.id = u.partner_id WHERE u.id = m.scope_id"),
    "tier": SQL(_TRANSLATED, SQL("crm_sync_tier")),
    "category": SQL("SELECT complete_name FROM product_category WHERE id = m.scope_id"),
    "source": SQL("SELECT name FROM utm_source WHERE id = m.scope_id"),
}


def scope_sources(facts, scopes):
    """``{kind of scope: expression}`` over the documents ``s`` and their users ``u``, of those kinds that can be told."""
    sources = {}
    for kind, column in SCOPE_COLUMNS.items():
        if kind not in scopes:
            continue
        if column in facts.dims:
            sources[kind] = SQL("s.%s::%s", SQL.identifier(column), _SCOPE_TYPES.get(kind, SQL("int")))
        elif kind == "department" and "user_id" in facts.dims:
            sources[kind] = SQL("u.sync_department_id")
    return sources


def placed(facts, sources):
    """Each document with the period that it counts for.

    The bounds of a company's periods are one array; which of them a moment lies in is told by a search of halves.
    """
    columns = [
        SQL("s.company_id"),
        # Compared and never shown: by its bytes.
        SQL('s.res_model::varchar COLLATE "C" AS res_model'),
        SQL("s.res_id::int AS res_id"),
        SQL("s.numerator::float8 AS numerator"),
        SQL("s.denominator::float8 AS denominator"),
        SQL("s.subject_id::int AS subject_id") if facts.subject else SQL("NULL::int AS subject_id"),
        *(SQL("%s AS %s", source, SQL.identifier(SCOPE_COLUMNS[kind])) for kind, source in sources.items()),
    ]
    is_derived = "department" in sources and "department_id" not in facts.dims
    words = {
        "columns": SQL(", ").join(columns),
        "names": SQL(", ").join(SQL("f.%s", SQL.identifier(name)) for name in _names(sources)),
        "facts": facts.select,
        "window": WINDOW,
        "users": SQL("LEFT JOIN res_users u ON u.id = s.user_id") if is_derived else SQL(),
    }
    if facts.timing == "stand":
        return SQL(
            """placed AS (
                   SELECT w.id AS period_id, %(columns)s FROM (%(facts)s) s
                     JOIN %(window)s w ON w.id = s.period_id AND w.company_id = s.company_id %(users)s)""",
            **words,
        )
    if facts.timing not in ("moment", "day"):
        raise ValueError(f"unknown timing {facts.timing!r}")
    is_day = facts.timing == "day"
    words |= {
        "moment": SQL("s.day::date") if is_day else SQL("s.at::timestamp"),
        "start": SQL("day_start") if is_day else SQL("at_start"),
        "end": SQL("day_end") if is_day else SQL("at_end"),
    }
    return SQL(
        """bound AS MATERIALIZED (
               SELECT company_id, array_agg(id ORDER BY %(start)s, %(end)s) AS ids, array_agg(%(start)s ORDER BY %(start)s, %(end)s) AS starts,
                      array_agg(%(end)s ORDER BY %(start)s, %(end)s) AS ends
                 FROM %(window)s GROUP BY company_id, calendar
           ), placed AS (
               SELECT f.ids[f.number] AS period_id, %(names)s FROM (
                      -- OFFSET 0: the search is made once for each document.
                      SELECT %(columns)s, %(moment)s AS moment, b.ids, b.ends, width_bucket(%(moment)s, b.starts) AS number
                        FROM (%(facts)s) s JOIN bound b ON b.company_id = s.company_id %(users)s OFFSET 0) f
                WHERE f.number > 0 AND f.moment < f.ends[f.number])""",
        **words,
    )


def _names(sources):
    """Columns of ``placed`` beside ``period_id``."""
    own = ("company_id", "res_model", "res_id", "numerator", "denominator", "subject_id")
    return [*own, *(SCOPE_COLUMNS[kind] for kind in sources)]


def scoped(sources, is_distinct):
    """Sums of each period, and of each scope in it: one pass over the documents."""
    columns = {kind: SQL.identifier(SCOPE_COLUMNS[kind]) for kind in sources}
    sets = [SQL("(period_id)"), *(SQL("(period_id, %s)", column) for column in columns.values())]
    kinds = [SQL("WHEN GROUPING(%s) = 0 THEN %s", column, kind) for kind, column in columns.items()]
    keys = [SQL("WHEN GROUPING(%s) = 0 THEN %s || %s::varchar", col, f"{kind}:", col) for kind, col in columns.items()]
    ids = [column for kind, column in columns.items() if kind != "channel"]
    known = [SQL("NOT (GROUPING(%(column)s) = 0 AND %(column)s IS NULL)", column=column) for column in columns.values()]
    return SQL(
        """scoped AS (
               SELECT period_id, %(kind)s::varchar AS scope_kind, %(key)s::varchar AS scope_key, %(id)s AS scope_id,
                      %(numerator)s AS numerator, sum(denominator) AS denominator, count(*) AS count
                 FROM placed GROUP BY GROUPING SETS (%(sets)s) %(having)s)""",
        kind=SQL("CASE %s ELSE 'company' END", SQL(" ").join(kinds)) if kinds else SQL("'company'"),
        key=SQL("CASE %s ELSE 'company' END", SQL(" ").join(keys)) if keys else SQL("'company'"),
        id=SQL("COALESCE(%s)", SQL(", ").join(ids)) if ids else SQL("NULL::int"),
        numerator=SQL("count(DISTINCT subject_id)::float8") if is_distinct else SQL("sum(numerator)"),
        sets=SQL(", ").join(sets),
        having=SQL("HAVING %s", SQL(" AND ").join(known)) if known else SQL(),
    )


def keyed(kpi, scopes, others):
    """The figures there have to be: those of documents, the company's always, and ``others``.

    "carried": of the scopes that were there before. A team that sold something in October and nothing in November has 0 in
    November, for as long as there is the team; an absent ratio stays absent. "kept": of all scopes that these very periods
    have had in the revision before.
    """
    parts = [
        SQL("SELECT period_id, scope_kind, scope_key, scope_id FROM scoped"),
        SQL("SELECT id, 'company', 'company', NULL FROM %s", WINDOW),
    ]
    if others == "kept":
        parts.append(
            SQL(
                """SELECT v.period_id, v.scope_kind, v.scope_key, v.scope_id FROM crm_sync_kpi_value v
                     JOIN %s w ON w.id = v.period_id AND v.revision = w.revision - 1""",
                WINDOW,
            )
        )
    elif others == "carried" and scopes and kpi.additivity in ("sum", "distinct"):
        parts.append(
            SQL(
                """SELECT w.id, k.scope_kind, k.scope_key, k.scope_id
                     FROM (SELECT company_id, calendar, scope_kind, scope_key, scope_id, min(period_start) AS since
                             FROM (SELECT w.company_id, w.calendar, w.period_start, s.scope_kind, s.scope_key, s.scope_id
                                     FROM scoped s JOIN %(window)s w ON w.id = s.period_id
                                    UNION ALL
                                   SELECT v.company_id, v.calendar, v.period_start, v.scope_kind, v.scope_key, v.scope_id
                                     FROM (SELECT company_id, calendar, min(period_start) AS since FROM %(window)s GROUP BY 1, 2) first
                                     JOIN crm_sync_kpi_period p ON p.kpi_id = %(kpi)s AND p.company_id = first.company_id
                                                               AND p.calendar = first.calendar AND p.period_end = first.since - 1
                                     JOIN crm_sync_kpi_value v ON v.period_id = p.id AND v.is_current AND v.scope_kind = ANY(%(scopes)s)) seen
                            WHERE scope_kind != 'company' GROUP BY 1, 2, 3, 4, 5) k
                     JOIN %(window)s w ON w.company_id = k.company_id AND w.calendar = k.calendar AND w.period_start > k.since
                    WHERE CASE k.scope_kind WHEN 'channel' THEN TRUE %(alive)s END""",
                window=WINDOW,
                kpi=kpi.id,
                scopes=list(scopes),
                alive=SQL(" ").join(
                    SQL("WHEN %s THEN EXISTS (%s)", kind, _ALIVE[kind]) for kind in scopes if kind in _ALIVE
                ),
            )
        )
    return SQL("keyed AS (%s)", SQL(" UNION ").join(parts))


def measured(additivity, unit):
    """What the sums are in the KPI's unit."""
    return SQL(
        """measured AS (
               SELECT x.*, %s AS value FROM (
                      SELECT k.period_id, k.scope_kind, k.scope_key, k.scope_id, %s, COALESCE(s.count, 0)::int AS count
                        FROM keyed k LEFT JOIN scoped s ON s.period_id = k.period_id AND s.scope_key = k.scope_key) x)""",
        value_of(additivity, unit),
        sums_of(additivity, unit, SQL("s.numerator"), SQL("s.denominator")),
    )


def is_quotient(additivity, unit):
    """Whether a figure is a numerator through a denominator; otherwise the numerator is the figure."""
    return additivity == "ratio" or (additivity == "last" and unit == "percent")


def sums_of(additivity, unit, numerator, denominator):
    """The columns ``numerator`` and ``denominator`` of a figure."""
    rounded = SQL("COALESCE(round((%s)::numeric, %s), 0)::float8", numerator, _DECIMALS)
    if is_quotient(additivity, unit):
        below = SQL("COALESCE(round((%s)::numeric, %s), 0)::float8", denominator, _DECIMALS)
    else:
        below = SQL("1::float8")
    return SQL("%s AS numerator, %s AS denominator", rounded, below)


def value_of(additivity, unit):
    """The figure of the columns ``numerator`` and ``denominator``; NULL where there is nothing to divide by.

    Of less than nothing there is no percentage either: more points were taken back than issued, say.
    """
    if not is_quotient(additivity, unit):
        return SQL("numerator")
    if unit == "percent":
        whole, factor = SQL("CASE WHEN denominator > 0 THEN denominator END"), 100
    else:
        whole, factor = SQL("NULLIF(denominator, 0)"), 1
    return SQL("round((numerator / %s * %s)::numeric, %s)::float8", whole, factor, _DECIMALS)


def name_of(scopes, labels, is_kept):
    """What the scope of a row ``m`` is called.

    :param str labels: JSON {language: {channel: label}}
    :param bool is_kept: whether what is gone has the name of the revision before
    """
    kinds = [SQL("WHEN %s THEN (%s)", kind, _NAMES[kind]) for kind in (_NAMES if is_kept else scopes) if kind in _NAMES]
    before = SQL(
        """(SELECT v.scope_name FROM crm_sync_kpi_value v
             WHERE v.period_id = m.period_id AND v.scope_key = m.scope_key ORDER BY v.revision DESC LIMIT 1),"""
    )
    return SQL(
        """COALESCE(CASE m.scope_kind WHEN 'company' THEN w.company_name
                                      WHEN 'channel' THEN %s::jsonb #>> ARRAY[w.lang, substr(m.scope_key, 9)] %s END,
                    %s CASE m.scope_kind WHEN 'channel' THEN substr(m.scope_key, 9) ELSE m.scope_key END)::varchar""",
        labels,
        SQL(" ").join(kinds),
        before if is_kept else SQL(),
    )


def names_of(kind, ids, lang):
    """SELECT of (id, name): what scopes of a kind that is a record are called in a language, as far as they still exist."""
    return SQL(
        """SELECT m.scope_id, (%s) FROM unnest(%s::int[]) AS m (scope_id) CROSS JOIN (SELECT %s::varchar AS lang) w""",
        _NAMES[kind],
        list(ids),
        lang,
    )


def figures(kpi, facts, scopes, others=None):
    """The relations ``placed`` to ``measured`` of the WITH of one KPI, and the kinds of scopes that it can tell."""
    sources = scope_sources(facts, scopes)
    relations = [
        placed(facts, sources),
        scoped(sources, kpi.additivity == "distinct"),
        keyed(kpi, [*sources], others),
        measured(kpi.additivity, kpi.unit),
    ]
    return SQL(", ").join(relations), sources
