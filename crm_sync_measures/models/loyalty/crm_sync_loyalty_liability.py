from odoo import api, fields, models
from odoo.tools import SQL

AGES = [
    ("0-3", "0 to 3 Months"),
    ("3-6", "3 to 6 Months"),
    ("6-12", "6 to 12 Months"),
    ("12-24", "1 to 2 Years"),
    ("24+", "Over 2 Years"),
]
EXPIRIES = [
    ("overdue", "Past Their Last Day"),
    ("30", "Within 30 Days"),
    ("60", "31 to 60 Days"),
    ("90", "61 to 90 Days"),
    ("later", "Later"),
    ("never", "Never"),
]


class CrmSyncLoyaltyLiability(models.Model):
    """What the company owes its customers in points: one row for each lot that is not used up.

    ``value`` is in the program's currency, at the program's value of a point. ``value_company`` is that
    value in the reader's current company's currency at today's rate. Points in arrears are no part of it:
    they are owed to the company. A view: what it shows is always what the ledger says now.
    """

    _name = "crm.sync.loyalty.liability"
    _description = "Liability in Points"
    _auto = False
    _order = "earned_on desc, id desc"
    _rec_name = "card_id"

    card_id = fields.Many2one("loyalty.card", readonly=True)
    lot_id = fields.Many2one("crm.sync.loyalty.lot", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    program_id = fields.Many2one("loyalty.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, help="The company that granted the points.")
    currency_id = fields.Many2one("res.currency", "Program's Currency", readonly=True)
    company_currency_id = fields.Many2one("res.currency", "Currency", readonly=True)
    points = fields.Float("Points Owed", digits=(16, 2), readonly=True, help="Those pending included.")
    pending_points = fields.Float("of Which Pending", digits=(16, 2), readonly=True)
    value = fields.Monetary("Value in the Program's Currency", currency_field="currency_id", readonly=True)
    value_company = fields.Monetary(
        "Value at Today's Rate",
        currency_field="company_currency_id",
        readonly=True,
        help="In the currency of the company you work in, converted at today's rate.",
    )
    earned_on = fields.Date("Earned", readonly=True)
    expires_on = fields.Date("Usable Through", readonly=True)
    age = fields.Selection(AGES, readonly=True)
    expiry = fields.Selection(EXPIRIES, "Expires", readonly=True)

    @property
    def _table_query(self):
        for model in ("loyalty.card", "loyalty.program", "crm.sync.loyalty.lot"):
            self.env[model].flush_model()
        return SQL(
            """WITH today (program_id, day) AS (VALUES %(today)s), rate (currency_id, rate) AS (VALUES %(rates)s)
               SELECT l.id, l.id AS lot_id, l.card_id, c.partner_id, l.program_id, l.company_id,
                      p.currency_id, %(currency)s::int AS company_currency_id,
                      l.remaining + COALESCE(l.held, 0) AS points, COALESCE(l.held, 0) AS pending_points,
                      (l.remaining + COALESCE(l.held, 0)) * COALESCE(p.sync_point_value, 0)::numeric AS value,
                      (l.remaining + COALESCE(l.held, 0)) * COALESCE(p.sync_point_value, 0)::numeric * r.rate AS value_company,
                      l.earned_on, l.expires_on,
                      CASE WHEN l.earned_on > t.day - interval '3 months' THEN '0-3'
                           WHEN l.earned_on > t.day - interval '6 months' THEN '3-6'
                           WHEN l.earned_on > t.day - interval '12 months' THEN '6-12'
                           WHEN l.earned_on > t.day - interval '24 months' THEN '12-24' ELSE '24+' END AS age,
                      CASE WHEN l.expires_on IS NULL THEN 'never'
                           WHEN l.expires_on < t.day THEN 'overdue'
                           WHEN l.expires_on <= t.day + 30 THEN '30'
                           WHEN l.expires_on <= t.day + 60 THEN '60'
                           WHEN l.expires_on <= t.day + 90 THEN '90' ELSE 'later' END AS expiry
                 FROM crm_sync_loyalty_lot l
                 JOIN loyalty_card c ON c.id = l.card_id
                 JOIN loyalty_program p ON p.id = l.program_id
                 JOIN today t ON t.program_id = p.id
                 JOIN rate r ON r.currency_id = p.currency_id
                WHERE l.remaining > 0 OR l.held > 0""",
            today=self.env["loyalty.program"]._sync_all()._sync_today_sql(),
            rates=self._rates_sql(),
            currency=self.env.company.currency_id.id,
        )

    @api.model
    def _rates_sql(self):
        """Today's rates of the programs' currencies into that of the reader's company, as rows."""
        # Of all companies; rows are shown by the rules of this model.
        currencies = self.env["loyalty.program"]._sync_all().currency_id
        company, today = self.env.company, fields.Date.context_today(self)
        rows = [
            SQL(
                "(%s, %s::numeric)",
                currency.id,
                currency._get_conversion_rate(currency, company.currency_id, company, today),
            )
            for currency in currencies
        ]
        return SQL(", ").join(rows or [SQL("(0, 0::numeric)")])

    def action_open_card(self):
        """The card that these points are on."""
        self.ensure_one()
        return self.card_id._get_records_action()
