from odoo import models
from odoo.tools import SQL

from ...rules.case_flow import ENDING
from .library_days import day_in, local_day
from .library_sql import flush, tier_on
from .measures import Facts, kpi_measure

#: What a customer waits for an answer to: praise and suggestions go at a pace of their own.
_WAITED_FOR = ("complaint", "question")
_NOTHING, _ONE = SQL(""), SQL("1.0")
_PRODUCT = SQL(
    """LEFT JOIN product_product product ON product.id = c.product_id
       LEFT JOIN product_template t ON t.id = product.product_tmpl_id"""
)
_MODELS = (
    "crm.sync.case",
    "crm.sync.case.clock",
    "crm.sync.case.event",
    "crm.sync.tier.membership",
    "product.product",
    "product.template",
)
_DIMS = ("user_id", "department_id", "category_id", "tier_id", "channel")


class CrmSyncKpiLibrary(models.AbstractModel):
    """How complaints and questions are dealt with: how many come, how long they take, whether they stay settled.

    Hours are working hours, as the clocks of cases counted them while it was our turn.
    """

    _inherit = "crm.sync.kpi.library"

    @kpi_measure("complaints", sequence=500)
    def _measure_complaints(self, window):
        """By the moment they were opened. A case that was merged into one of the same customer is not told twice."""
        return self._case_facts(
            window,
            at=SQL("c.first_opened_at"),
            where=SQL(
                """c.kind = 'complaint' AND NOT EXISTS (
                     SELECT FROM crm_sync_case same
                      WHERE same.id = c.master_id AND same.commercial_partner_id = c.commercial_partner_id)"""
            ),
        )

    @kpi_measure("time_to_resolve", sequence=510)
    def _measure_time_to_resolve(self, window):
        """Over all cycles, as the case analysis has it; by the moment at which it was solved for good."""
        return self._case_facts(
            window,
            at=SQL("c.resolved_at"),
            join=SQL(
                """JOIN LATERAL (
                        SELECT sum(k.consumed_seconds) / 3600.0 AS hours FROM crm_sync_case_clock k
                         WHERE k.case_id = c.id AND k.kind = 'resolve' AND k.state != 'cancelled'
                        HAVING bool_and(k.stopped_at IS NOT NULL)) taken ON taken.hours IS NOT NULL"""
            ),
            where=SQL("c.kind IN %s", _WAITED_FOR),
            numerator=SQL("taken.hours"),
        )

    @kpi_measure("case_first_answer_hours", sequence=520)
    def _measure_case_first_answer_hours(self, window):
        """By the moment of the first real answer."""
        return self._case_facts(
            window,
            at=SQL("k.stopped_at"),
            join=SQL("JOIN crm_sync_case_clock k ON k.case_id = c.id"),
            where=SQL("k.kind = 'answer' AND k.state != 'cancelled' AND c.kind IN %s", _WAITED_FOR),
            numerator=SQL("k.consumed_seconds / 3600.0"),
        )

    @kpi_measure("case_in_target", sequence=530)
    def _measure_case_in_target(self, window):
        """Deadlines of solutions, each judged once: when it was kept, or when it was missed, solved by now or not."""
        return self._case_facts(
            window,
            at=SQL("j.at"),
            join=SQL(
                """JOIN (SELECT case_id, stopped_at AS at, 1 AS kept FROM crm_sync_case_clock
                          WHERE kind = 'resolve' AND state = 'met'
                            AND stopped_at >= %(since)s AND stopped_at < %(until)s
                         UNION ALL
                         SELECT case_id, breached_at, 0 FROM crm_sync_case_clock
                          WHERE kind = 'resolve' AND state != 'cancelled'
                            AND breached_at >= %(since)s AND breached_at < %(until)s
                         UNION ALL
                         -- Late, and the job that looks at clocks has not seen it yet.
                         SELECT case_id, due_at, 0 FROM crm_sync_case_clock
                          WHERE kind = 'resolve' AND stopped_at IS NULL AND breached_at IS NULL
                            AND running_since IS NOT NULL AND due_at < %(now)s
                            AND due_at >= %(since)s AND due_at < %(until)s
                        ) j ON j.case_id = c.id""",
                since=window.since,
                until=window.until,
                now=window.now,
            ),
            where=SQL("c.kind IN %s", _WAITED_FOR),
            numerator=SQL("j.kept"),
        )

    @kpi_measure("reopened_rate", sequence=540)
    def _measure_reopened_rate(self, window):
        """Of the times that a case came to its end, those that were not its first: it had not been settled before."""
        return self._case_facts(
            window,
            at=SQL("e.at"),
            join=SQL("JOIN crm_sync_case_event e ON e.case_id = c.id"),
            where=SQL("e.new_step IN %s AND e.kind != 'merged' AND c.kind IN %s", tuple(sorted(ENDING)), _WAITED_FOR),
            numerator=SQL("(e.cycle > 1)::int"),
        )

    @kpi_measure("open_cases", sequence=550)
    def _measure_open_cases(self, window):
        """As of a moment, by the history of each case; whose it is, is told of now."""
        flush(self.env, *_MODELS)
        return Facts(
            select=SQL(
                """SELECT p.id AS period_id, %(columns)s, 1.0::float8 AS numerator, 1.0::float8 AS denominator
                     FROM %(periods)s p
                     CROSS JOIN LATERAL (SELECT LEAST(p.at_end, %(now)s::timestamp) AS at) i
                     JOIN crm_sync_case c ON c.company_id = p.company_id AND c.first_opened_at < i.at
                     %(product)s
                    WHERE c.kind IN %(kinds)s AND (c.closed_at IS NULL OR c.closed_at >= i.at OR c.cycle > 1)
                      AND (c.cycle = 1 OR (
                           SELECT e.new_step FROM crm_sync_case_event e
                            WHERE e.case_id = c.id AND e.new_step IS NOT NULL AND e.at < i.at
                            ORDER BY e.at DESC, e.id DESC LIMIT 1) NOT IN %(ending)s)""",
                columns=self._case_columns(day_in(SQL("i.at - interval '1 second'"), SQL("p.tz"))),
                product=_PRODUCT,
                periods=window.periods,
                now=window.now,
                kinds=_WAITED_FOR,
                ending=tuple(sorted(ENDING)),
            ),
            timing="stand",
            dims=_DIMS,
        )

    # ---------------------------------------------------------------- what rows of cases have in common

    def _case_columns(self, day):
        """Columns of the case ``c``, with its product ``t``; ``day`` is SQL of the day of which the tier is told."""
        return SQL(
            """c.company_id, 'crm.sync.case'::varchar AS res_model, c.id AS res_id, c.user_id, c.department_id, c.channel,
               t.categ_id AS category_id, %s AS tier_id""",
            tier_on(
                SQL("c.partner_id"),
                SQL("c.commercial_partner_id"),
                SQL("c.company_id"),
                day,
            ),
        )

    def _case_facts(self, window, at, where, join=_NOTHING, numerator=_ONE):
        """Facts of cases ``c`` at the moment ``at``; a ratio has one in its denominator for each row."""
        flush(self.env, *_MODELS)
        return Facts(
            select=SQL(
                """SELECT %(columns)s, %(numerator)s::float8 AS numerator, 1.0::float8 AS denominator, %(at)s AS at
                     FROM crm_sync_case c %(join)s %(product)s
                    WHERE c.company_id = ANY(%(companies)s) AND %(at)s >= %(since)s AND %(at)s < %(until)s AND %(where)s""",
                columns=self._case_columns(local_day(window, at, SQL("c.company_id"))),
                numerator=numerator,
                at=at,
                join=join,
                product=_PRODUCT,
                companies=list(window.companies),
                since=window.since,
                until=window.until,
                where=where,
            ),
            dims=_DIMS,
        )
