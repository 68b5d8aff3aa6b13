"""SQL of the drift: the documents of the evidence against the same documents of now."""

from odoo.tools import SQL

from .measures import SCOPE_COLUMNS

#: Figures are the same up to this share of them.
_TINY = 1e-6


def changes(periods, relations, kinds):
    """SELECT of the documents that came, went, count otherwise, or belong to others than when their period became final.

    ``scopes_then`` and ``scopes_now`` are the keys of the scopes that a document has left and come to, of one that counted
    and still counts. Of a kind of scope that the evidence has not kept nothing is told.

    :param list periods: ids of final periods, all of them of the window
    :param SQL relations: those of ``kpi_sql.figures``; ``placed`` has the documents of now with the columns of ``kinds``
    :param list kinds: kinds of scopes in which documents are compared
    """
    columns = {kind: SQL.identifier(SCOPE_COLUMNS[kind]) for kind in kinds}
    kept = {kind: SQL("evidence.%s", SQL.identifier(f"{SCOPE_COLUMNS[kind]}s")) for kind in kinds}
    moved = [SQL("held.%(column)s != live.%(column)s", column=column) for column in columns.values()]
    return SQL(
        """WITH %(relations)s, held AS (
               SELECT period.id AS period_id, evidence.res_model, document.res_id,
                      sum(document.numerator) AS numerator, sum(document.denominator) AS denominator,
                      array_agg(document.subject_id ORDER BY document.subject_id) AS subjects %(held)s
                 FROM crm_sync_kpi_period period
                 JOIN crm_sync_kpi_evidence evidence
                   ON evidence.period_id = period.id AND evidence.revision = period.revision
                CROSS JOIN LATERAL unnest(evidence.res_ids, evidence.numerators, evidence.denominators, evidence.subject_ids %(kept)s)
                           AS document (res_id, numerator, denominator, subject_id %(names)s)
                WHERE period.id = ANY(%(periods)s)
                GROUP BY 1, 2, 3
           ), live AS (
               SELECT period_id, res_model, res_id, sum(numerator) AS numerator, sum(denominator) AS denominator,
                      array_agg(subject_id ORDER BY subject_id) AS subjects %(live)s
                 FROM placed GROUP BY 1, 2, 3
           )
           SELECT period_id, res_model, res_id,
                  CASE WHEN held.subjects IS NULL THEN 'added' WHEN live.subjects IS NULL THEN 'gone'
                       WHEN differs.figure THEN 'changed' ELSE 'moved' END AS change,
                  COALESCE(held.numerator, 0) AS numerator_then, COALESCE(held.denominator, 0) AS denominator_then,
                  COALESCE(live.numerator, 0) AS numerator_now, COALESCE(live.denominator, 0) AS denominator_now,
                  %(scopes_then)s AS scopes_then, %(scopes_now)s AS scopes_now
             FROM held FULL JOIN live USING (period_id, res_model, res_id)
            CROSS JOIN LATERAL (
                  SELECT held.subjects IS DISTINCT FROM live.subjects
                         OR abs(COALESCE(held.numerator, 0) - COALESCE(live.numerator, 0)) > %(tiny)s * greatest(1, abs(held.numerator))
                         OR abs(COALESCE(held.denominator, 0) - COALESCE(live.denominator, 0)) > %(tiny)s * greatest(1, abs(held.denominator))
                         AS figure) differs
            WHERE differs.figure %(moved)s""",
        relations=relations,
        # A document may be several rows: the first and the last of what it belongs to.
        held=_listed(
            SQL(
                "CASE WHEN bool_or(%(kept)s IS NOT NULL) THEN ARRAY[min(document.%(column)s), max(document.%(column)s)] END AS %(column)s",
                kept=kept[kind],
                column=column,
            )
            for kind, column in columns.items()
        ),
        kept=_listed(kept.values()),
        names=_listed(columns.values()),
        periods=periods,
        live=_listed(
            SQL("ARRAY[min(%(column)s), max(%(column)s)] AS %(column)s", column=column) for column in columns.values()
        ),
        scopes_then=_keys("held", columns),
        scopes_now=_keys("live", columns),
        tiny=_TINY,
        moved=SQL().join(SQL(" OR %s", condition) for condition in moved),
    )


def _listed(parts):
    """What follows in a list of columns."""
    return SQL().join(SQL(", %s", part) for part in parts)


def _keys(side, columns):
    """JSON list of the scopes of one side, of the kinds in which it differs from the other."""
    keys = [
        SQL(
            """CASE WHEN held.%(column)s != live.%(column)s THEN ARRAY(
                    SELECT DISTINCT %(kind)s || ':' || scope FROM unnest(%(side)s.%(column)s) scope WHERE scope IS NOT NULL ORDER BY 1)
                    ELSE '{}' END""",
            column=column,
            kind=kind,
            side=SQL.identifier(side),
        )
        for kind, column in columns.items()
    ]
    return SQL("to_jsonb('{}'::text[] %s)", SQL().join(SQL(" || %s", key) for key in keys))
