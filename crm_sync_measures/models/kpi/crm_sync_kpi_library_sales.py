from odoo import models
from odoo.tools import SQL

from .library_sql import LEAD_DIMS, LEAD_MODELS, flush
from .measures import Facts, company_of, kpi_measure


class CrmSyncKpiLibrary(models.AbstractModel):
    """What became of leads and opportunities, and how fast customers were answered."""

    _inherit = "crm.sync.kpi.library"

    # ---------------------------------------------------------------- leads

    @kpi_measure("win_rate", sequence=10)
    def _measure_win_rate(self, window):
        """Won of those that were won or lost in the period, by the moment at which that was decided.

        Archived without being lost, a lead is undecided. Leads are never left out for having no company.
        """
        return self._lead_facts(
            window,
            numerator=SQL("(l.won_status = 'won')::int"),
            at=SQL("l.date_closed"),
            condition=SQL("l.won_status IN ('won', 'lost')"),
        )

    @kpi_measure("won_leads", sequence=20)
    def _measure_won_leads(self, window):
        """Opportunities won in the period, by the moment they were."""
        return self._lead_facts(window, SQL("1"), SQL("l.date_closed"), SQL("l.won_status = 'won'"))

    @kpi_measure("sales_cycle", sequence=30)
    def _measure_sales_cycle(self, window):
        """Days of 24 hours from the creation of a lead until it was won: the mean of those won in the period."""
        days = SQL("GREATEST(EXTRACT(epoch FROM l.date_closed - l.create_date), 0) / 86400.0")
        return self._lead_facts(window, days, SQL("l.date_closed"), SQL("l.won_status = 'won'"))

    @kpi_measure("won_revenue", sequence=40)
    def _measure_won_revenue(self, window):
        """Expected revenue of the opportunities won in the period. Odoo keeps it in the currency of the company."""
        revenue = SQL("COALESCE(l.expected_revenue, 0)")
        return self._lead_facts(window, revenue, SQL("l.date_closed"), SQL("l.won_status = 'won'"))

    def _lead_facts(self, window, numerator, at, condition):
        """One row for each lead ``l``, archived ones too, that happened ``at`` a moment of the window.

        :param SQL at: a moment of the lead; what has none does not count
        """
        flush(self.env, *LEAD_MODELS)
        return Facts(
            SQL(
                """SELECT %(company)s AS company_id, 'crm.lead' AS res_model, l.id AS res_id, %(at)s AS at,
                          (%(numerator)s)::float8 AS numerator, 1::float8 AS denominator,
                          l.user_id, l.team_id, l.source_id
                     FROM crm_lead l
                    WHERE %(at)s >= %(since)s AND %(at)s < %(until)s AND %(condition)s""",
                company=company_of("l"),
                at=at,
                numerator=numerator,
                since=window.since,
                until=window.until,
                condition=condition,
            ),
            timing="moment",
            dims=LEAD_DIMS,
        )

    # ---------------------------------------------------------------- answers

    @kpi_measure("first_response_hours", sequence=90)
    def _measure_first_response_hours(self, window):
        """Working hours until a customer was answered for the first time: the mean of the answers given in the period."""
        flush(self.env, "crm.sync.response")
        return Facts(
            SQL(
                """SELECT r.company_id, 'crm.sync.response' AS res_model, r.id AS res_id, r.answered_at AS at,
                          r.worked_seconds / 3600.0::float8 AS numerator, 1::float8 AS denominator,
                          r.user_id, r.department_id, r.channel
                     FROM crm_sync_response r
                    WHERE r.kind = 'first' AND r.state = 'answered'
                      AND r.answered_at >= %(since)s AND r.answered_at < %(until)s""",
                since=window.since,
                until=window.until,
            ),
            timing="moment",
            dims=("user_id", "department_id", "channel"),
        )

    @kpi_measure("answered_within_target", sequence=100)
    def _measure_answered_within_target(self, window):
        """In time of all answers that were due in the period. What still waits after that moment was not in time.

        Clocks that were closed because nobody waited for an answer do not count, nor those without a target.
        """
        flush(self.env, "crm.sync.response")
        return Facts(
            SQL(
                """SELECT r.company_id, 'crm.sync.response' AS res_model, r.id AS res_id, r.due_at AS at,
                          (r.state = 'answered' AND r.is_breached IS NOT TRUE)::int::float8 AS numerator,
                          1::float8 AS denominator, r.user_id, r.department_id, r.channel
                     FROM crm_sync_response r
                    WHERE r.due_at >= %(since)s AND r.due_at < %(until)s AND r.state != 'closed'
                      AND (r.state = 'answered' OR r.due_at < %(now)s)""",
                since=window.since,
                until=window.until,
                now=window.now,
            ),
            timing="moment",
            dims=("user_id", "department_id", "channel"),
        )
