from dataclasses import dataclass

from odoo import api, fields, models, tools

from ..core.cached import kept


@dataclass(frozen=True)
class Cap:
    limit: int
    days: int


class CrmSyncContactCap(models.Model):
    """How many bulk messages a contact may get by one channel within a rolling window.

    No line for a channel: no cap. 0: never. What the customer asked for or is owed is neither capped nor counted.
    """

    _name = "crm.sync.contact.cap"
    _inherit = ["crm.sync.company.decision"]
    _description = "Contact Budget"
    _order = "company_id, channel"
    _rec_name = "channel"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    channel = fields.Selection(
        [("email", "E-mail"), ("phone", "Phone"), ("sms", "SMS"), ("letter", "Letter"), ("visit", "Visit")],
        required=True,
        default="email",
    )
    limit = fields.Integer("At Most", required=True, default=4, help="Bulk messages to one contact. 0: never.")
    days = fields.Integer("In Days", required=True, default=30)

    _channel_company_uniq = models.UniqueIndex(
        "(company_id, channel)", "There is a contact budget for this channel already. Change that one."
    )
    _limit_positive = models.Constraint('CHECK("limit" >= 0)', "At most: enter 0 or more.")
    _days_range = models.Constraint("CHECK(days BETWEEN 1 AND 3650)", "In days: enter 1 to 3650.")

    @api.model
    def _get_caps(self, company):
        """``{channel: Cap}`` of ``company``."""
        return self._cached_caps(company.id)

    @api.model
    @kept
    def _cached_caps(self, company_id):
        # sudo: what the company wants holds for everybody who contacts its customers.
        rows = self.sudo().search([("company_id", "=", company_id)])
        return tools.frozendict({row.channel: Cap(row.limit, row.days) for row in rows})
