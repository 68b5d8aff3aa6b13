from odoo import api, fields, models


class CrmSyncCase(models.Model):
    """Cases that show what should become better are taken up by improvement actions."""

    _inherit = "crm.sync.case"

    improvement_ids = fields.Many2many(
        "crm.sync.improvement",
        "crm_sync_improvement_case_rel",
        "case_id",
        "improvement_id",
        "Improvement Actions",
        readonly=True,
        copy=False,
    )
    improvement_count = fields.Integer("Number of Improvement Actions", compute="_compute_improvement_count")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("improvement_ids")
    def _compute_improvement_count(self):
        """Those that the reader may read."""
        for case in self:
            case.improvement_count = len(case.improvement_ids)

    def action_improve(self):
        """Plan an improvement action for these cases, or open the one that is planned already.

        :return: an action that opens it
        """
        Improvement = self.env["crm.sync.improvement"]
        self.check_access("read")
        running = self.improvement_ids.filtered(lambda action: action.phase != "over")
        if len(self) == 1 and running:
            return Improvement._open(running[:1])
        Improvement.check_access("create")
        planned = Improvement._from_cases(
            self,
            self[:1].name,
            Improvement._problem_of(self),
            kpi_id=Improvement._kpi_of_complaints(self).id,
        )
        return Improvement._open(planned)

    def action_open_improvements(self):
        """The improvement actions of this case."""
        self.ensure_one()
        return self.env["crm.sync.improvement"]._open(self.improvement_ids)
