from odoo import api, fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    sync_adjust_limit = fields.Float(
        "Adjustments without Approval",
        digits=(16, 2),
        default=500.0,
        help="Points that one person may give or take on a customer's cards of one program within 30 days on his own. "
        "0: a second person decides always.",
    )

    _sync_adjust_limit_positive = models.Constraint(
        "CHECK(sync_adjust_limit >= 0)", "Adjustments without approval: enter 0 or more."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_ledger(self):
        # sudo: whether a company stands in the ledger does not depend on who asks.
        groups = self.env["crm.sync.loyalty.entry"].sudo()._read_group([("company_id", "in", self.ids)], ["company_id"])
        if groups:
            names = ", ".join(company.name for [company] in groups)
            raise UserError(
                self.env._("%s has granted or taken points: the ledger keeps it. Archive the company instead.", names)
            )
