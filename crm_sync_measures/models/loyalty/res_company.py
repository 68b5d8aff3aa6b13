from odoo import api, fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_adjust_limit = fields.Float(
        "Adjustments without Approval",
        digits=(16, 2),
        default=500.0,
        help="Points that one person may give or take on a card within 30 days on his own. 0: a second person decides always.",
    )

    _sync_adjust_limit_positive = models.Constraint(
        "CHECK(sync_adjust_limit >= 0)", "Adjustments without approval: enter 0 or more."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_ledger(self):
        # sudo: whether the company stands in the ledger does not depend on who asks.
        for company in self.sudo():
            if (
                self.env["crm.sync.loyalty.entry"].sudo().search_count([("company_id", "=", company.id)], limit=1)
            ):  # sudo: as above
                raise UserError(
                    self.env._(
                        "%s has granted or taken points: the ledger keeps it. Archive the company instead.",
                        company.name,
                    )
                )
