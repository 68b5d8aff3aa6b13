from odoo import models
from odoo.tools import SQL

from .library_days import FIRST_COMPANY
from .library_sql import flush
from .measures import Facts, kpi_measure


class CrmSyncKpiLibrary(models.AbstractModel):
    """Who rises and who falls, from the history of tiers, which says of each day which tier an account had."""

    _inherit = "crm.sync.kpi.library"

    @kpi_measure("tier_up", sequence=780)
    def _measure_tier_up(self, window):
        """Accounts that reached a higher tier than the one before; the first one is no rise."""
        return self._movement_facts(window, SQL("level.sequence > earlier.sequence"))

    @kpi_measure("tier_down", sequence=781)
    def _measure_tier_down(self, window):
        """Accounts that fell to a lower tier; who has none any more has left, and has not fallen."""
        return self._movement_facts(window, SQL("level.sequence < earlier.sequence"))

    def _movement_facts(self, window, direction):
        """Memberships by their first day, told by the tier they are of."""
        flush(self.env, "crm.sync.tier.membership", "crm.sync.tier", "res.partner")
        return Facts(
            select=SQL(
                """SELECT COALESCE(m.company_id, owner.company_id, %(first)s) AS company_id,
                          'crm.sync.tier.membership'::varchar AS res_model, m.id AS res_id, m.tier_id,
                          1.0::float8 AS numerator, 1.0::float8 AS denominator, m.date_from AS day
                     FROM crm_sync_tier_membership m
                     JOIN crm_sync_tier_membership before ON before.card_id = m.card_id AND before.date_to = m.date_from
                     JOIN crm_sync_tier level ON level.id = m.tier_id
                     JOIN crm_sync_tier earlier ON earlier.id = before.tier_id
                     LEFT JOIN res_partner owner ON owner.id = m.partner_id
                    WHERE m.date_from >= %(since)s AND m.date_from < %(until)s AND %(direction)s""",
                first=FIRST_COMPANY,
                since=window.day_since,
                until=window.day_until,
                direction=direction,
            ),
            timing="day",
            dims=("tier_id",),
        )
