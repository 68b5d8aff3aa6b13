from odoo import models
from odoo.tools import SQL

from .library_days import local_day
from .library_sql import flush, tier_on
from .measures import Facts, kpi_measure

_RELATIONAL, _AFTER_EVENT = SQL("s.is_relational IS TRUE"), SQL("s.is_relational IS NOT TRUE")
_VOTE, _POINTS = SQL("s.vote"), SQL("s.figure")


class CrmSyncKpiLibrary(models.AbstractModel):
    """What customers say, by the votes of ``crm.sync.score``: each active answer is one.

    As there, answers that were promised to stay unknown are told by their program only, second questions are no part of any
    figure, and what was asked about the relationship is never put together with what was asked after an event.
    """

    _inherit = "crm.sync.kpi.library"

    # ---------------------------------------------------------------- scores

    @kpi_measure("nps", sequence=600)
    def _measure_nps(self, window):
        """Of the relationship: the mean of 100 for 9 and 10, -100 for 0 to 6, and 0 in between."""
        return self._score_facts(window, "nps", _RELATIONAL, _POINTS)

    @kpi_measure("nps_event", sequence=601)
    def _measure_nps_event(self, window):
        """The same, asked after something that happened."""
        return self._score_facts(window, "nps", _AFTER_EVENT, _POINTS)

    @kpi_measure("csat", sequence=610)
    def _measure_csat(self, window):
        """Share of 4 and 5 of 5 after something that happened, stars of cases included."""
        return self._score_facts(window, "csat", _AFTER_EVENT, _VOTE)

    @kpi_measure("csat_relationship", sequence=611)
    def _measure_csat_relationship(self, window):
        """The same of the relationship."""
        return self._score_facts(window, "csat", _RELATIONAL, _VOTE)

    @kpi_measure("case_csat", sequence=612)
    def _measure_case_csat(self, window):
        """Share of 4 and 5 stars of those who have said how their case went."""
        return self._score_facts(window, "csat", SQL("s.case_id IS NOT NULL"), _VOTE)

    @kpi_measure("ces", sequence=620)
    def _measure_ces(self, window):
        """Share of 5 to 7 of 7 after something that happened: who found it easy."""
        return self._score_facts(window, "ces", _AFTER_EVENT, _VOTE)

    def _score_facts(self, window, metric, asked, numerator):
        """Answers by the moment they were given."""
        flush(self.env, "crm.sync.score", "crm.sync.tier.membership", "product.product", "product.template")
        return Facts(
            select=SQL(
                """SELECT s.company_id, 'crm.sync.score'::varchar AS res_model, s.id AS res_id, s.user_id, s.team_id,
                          s.department_id, t.categ_id AS category_id, %(tier)s AS tier_id,
                          %(numerator)s::float8 AS numerator, 1.0::float8 AS denominator, s.answered_at AS at
                     FROM crm_sync_score s
                     LEFT JOIN product_product product ON product.id = s.product_id
                     LEFT JOIN product_template t ON t.id = product.product_tmpl_id
                    WHERE s.company_id = ANY(%(companies)s) AND s.metric = %(metric)s AND s.active
                      AND s.is_anonymous IS NOT TRUE AND s.is_follow_up IS NOT TRUE AND %(asked)s
                      AND s.answered_at >= %(since)s AND s.answered_at < %(until)s""",
                tier=tier_on(
                    SQL("s.partner_id"),
                    SQL("s.commercial_partner_id"),
                    SQL("s.company_id"),
                    local_day(window, SQL("s.answered_at"), SQL("s.company_id")),
                ),
                numerator=numerator,
                companies=list(window.companies),
                metric=metric,
                asked=asked,
                since=window.since,
                until=window.until,
            ),
            dims=("user_id", "team_id", "department_id", "category_id", "tier_id"),
        )

    # ---------------------------------------------------------------- who answers

    @kpi_measure("response_rate", sequence=630)
    def _measure_response_rate(self, window):
        """Invitations by the moment they were sent, without those that came back, and those that were sent once more.

        Who was promised to stay unknown is told of the whole company only.
        """
        flush(
            self.env, "crm.sync.survey.invitation", "crm.sync.survey.program", "crm.sync.tier.membership", "res.partner"
        )
        return Facts(
            select=SQL(
                """SELECT i.company_id, 'crm.sync.survey.invitation'::varchar AS res_model, i.id AS res_id,
                          CASE WHEN p.is_anonymous IS NOT TRUE THEN entity.user_id END AS user_id,
                          p.department_id, CASE WHEN p.is_anonymous IS NOT TRUE THEN %(tier)s END AS tier_id,
                          (i.state = 'done')::int::float8 AS numerator, 1.0::float8 AS denominator, i.sent_at AS at
                     FROM crm_sync_survey_invitation i
                     JOIN crm_sync_survey_program p ON p.id = i.program_id
                     LEFT JOIN res_partner entity ON entity.id = i.commercial_partner_id
                    WHERE i.company_id = ANY(%(companies)s) AND i.sent_at >= %(since)s AND i.sent_at < %(until)s
                      AND i.follow_up_of_id IS NULL AND (i.bounced_at IS NULL OR i.state = 'done')""",
                tier=tier_on(
                    SQL("i.partner_id"),
                    SQL("i.commercial_partner_id"),
                    SQL("i.company_id"),
                    local_day(window, SQL("i.sent_at"), SQL("i.company_id")),
                ),
                companies=list(window.companies),
                since=window.since,
                until=window.until,
            ),
            dims=("user_id", "department_id", "tier_id"),
            borrowed=("user_id", "department_id"),
        )

    # ---------------------------------------------------------------- who was unhappy

    @kpi_measure("recovery_rate", sequence=640)
    def _measure_recovery_rate(self, window):
        """Low answers by the moment at which it was first known what came of them.

        What the customer says when he is asked again counts; until he does, what whoever spoke with him says.
        """
        flush(self.env, "crm.sync.survey.loop", "crm.sync.case", "crm.sync.score", "crm.sync.tier.membership")
        known = SQL("LEAST(l.outcome_at, l.follow_up_at)")
        return Facts(
            select=SQL(
                """SELECT l.company_id, 'crm.sync.survey.loop'::varchar AS res_model, l.id AS res_id, c.user_id,
                          c.department_id, %(tier)s AS tier_id, COALESCE(l.is_recovered, FALSE)::int::float8 AS numerator,
                          1.0::float8 AS denominator, %(known)s AS at
                     FROM crm_sync_survey_loop l
                     JOIN crm_sync_case c ON c.id = l.case_id
                     JOIN crm_sync_score s ON s.id = l.score_id
                    WHERE l.company_id = ANY(%(companies)s) AND l.is_low
                      AND %(known)s >= %(since)s AND %(known)s < %(until)s""",
                tier=tier_on(
                    SQL("s.partner_id"),
                    SQL("s.commercial_partner_id"),
                    SQL("l.company_id"),
                    local_day(window, known, SQL("l.company_id")),
                ),
                known=known,
                companies=list(window.companies),
                since=window.since,
                until=window.until,
            ),
            dims=("user_id", "department_id", "tier_id"),
        )
