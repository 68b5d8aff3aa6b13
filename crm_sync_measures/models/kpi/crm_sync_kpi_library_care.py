from odoo import models
from odoo.tools import SQL

from .library_days import local_day
from .library_sql import flush, tier_on
from .measures import Facts, kpi_measure


class CrmSyncKpiLibrary(models.AbstractModel):
    """Who has bought after he was greeted, beside those who were held out by chance.

    Their difference is what care brings. It is no KPI: a difference of two rates is no ratio of sums, and says nothing
    without its interval; the rules of care tell both.
    """

    _inherit = "crm.sync.kpi.library"

    @kpi_measure("care_bought", sequence=790)
    def _measure_care_bought(self, window):
        return self._care_facts(window, ("sent", "done"))

    @kpi_measure("care_control_bought", sequence=791)
    def _measure_care_control_bought(self, window):
        return self._care_facts(window, ("control",))

    def _care_facts(self, window, states):
        """Occasions by the moment at which the rule's days are over; bought is as ``crm.sync.care.result`` has it."""
        flush(self.env, "crm.sync.care.occasion", "crm.sync.care.rule", "crm.sync.tier.membership")
        flush(self.env, "sale.order", "res.partner")
        return Facts(
            select=SQL(
                """SELECT o.company_id, 'crm.sync.care.occasion'::varchar AS res_model, o.id AS res_id, r.department_id,
                          %(tier)s AS tier_id, bought.has::int::float8 AS numerator, 1.0::float8 AS denominator, w.at
                     FROM crm_sync_care_occasion o
                     JOIN crm_sync_care_rule r ON r.id = o.rule_id
                     CROSS JOIN LATERAL (SELECT o.done_at + r.purchase_days * interval '1 day' AS at) w
                     CROSS JOIN LATERAL (SELECT EXISTS (
                           SELECT FROM res_partner own JOIN sale_order s ON s.partner_id = own.id
                            WHERE own.commercial_partner_id = o.commercial_partner_id AND s.state = 'sale'
                              AND s.company_id = o.company_id AND s.date_order >= o.done_at AND s.date_order < w.at) AS has) bought
                    WHERE o.company_id = ANY(%(companies)s) AND o.state IN %(states)s
                      AND o.done_at < %(until)s
                      AND o.done_at >= %(since)s::timestamp
                                       - (SELECT COALESCE(max(purchase_days), 0) FROM crm_sync_care_rule) * interval '1 day'
                      AND w.at >= %(since)s AND w.at < %(until)s AND w.at < %(now)s""",
                tier=tier_on(
                    SQL("o.partner_id"),
                    SQL("o.commercial_partner_id"),
                    SQL("o.company_id"),
                    local_day(window, SQL("o.done_at"), SQL("o.company_id"), counted=SQL("w.at")),
                ),
                companies=list(window.companies),
                states=states,
                since=window.since,
                until=window.until,
                now=window.now,
            ),
            dims=("department_id", "tier_id"),
            borrowed=("department_id",),
        )
