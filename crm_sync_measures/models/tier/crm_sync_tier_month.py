from odoo import fields, models
from odoo.tools import SQL

#: Months that are told, the running one included.
_MONTHS = 36


class CrmSyncTierMonth(models.Model):
    """Who was in which tier at the end of each month, and today: one row for each account and month.

    A view over the history, so that it tells of a month in the past what was true then, by the tiers held then.
    The last 36 months are told. The running month is told as of today.
    """

    _name = "crm.sync.tier.month"
    _description = "Members by Tier"
    _auto = False
    _order = "day desc, tier_id desc, id"
    _rec_name = "partner_id"

    day = fields.Date("Month", readonly=True, help="The last day of the month; of the running month, today.")
    is_today = fields.Boolean("Is Now", readonly=True)
    card_id = fields.Many2one("loyalty.card", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    program_id = fields.Many2one("loyalty.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    tier_id = fields.Many2one("crm.sync.tier", readonly=True)
    membership_id = fields.Many2one("crm.sync.tier.membership", "Tier Membership", readonly=True)
    since = fields.Date("In This Tier Since", readonly=True)

    @property
    def _table_query(self):
        self.env["crm.sync.tier.membership"].flush_model()
        self.env["loyalty.card"].flush_model(["partner_id"])
        # The owner is that of today: who took over a card took over its history.
        return SQL(
            """SELECT m.id::bigint * %(months)s + d.number AS id, d.day, d.number = 0 AS is_today, m.card_id, c.partner_id,
                      m.program_id, m.company_id, m.tier_id, m.id AS membership_id, m.date_from AS since
                 FROM (SELECT number, LEAST(%(today)s::date,
                              (date_trunc('month', %(today)s::date) - make_interval(months => number - 1) - interval '1 day')::date) AS day
                         FROM generate_series(0, %(last)s) number) d
                 JOIN crm_sync_tier_membership m ON m.date_from <= d.day AND (m.date_to IS NULL OR m.date_to > d.day)
                 JOIN loyalty_card c ON c.id = m.card_id""",
            months=_MONTHS,
            last=_MONTHS - 1,
            today=fields.Date.context_today(self),
        )

    def action_open_card(self):
        """The card behind this row."""
        self.ensure_one()
        return self.card_id._get_records_action()
