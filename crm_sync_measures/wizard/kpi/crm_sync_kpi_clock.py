from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import AccessError


class CrmSyncKpiClock(models.TransientModel):
    """By which clock the periods of a company's KPIs are cut, and another one from the next period on. For managers."""

    _name = "crm.sync.kpi.clock"
    _description = "Time Zone of KPIs"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    tz = fields.Selection(_tz_get, "Time Zone", required=True, default=lambda self: self._default_tz())
    sentence = fields.Char("Periods Are Cut In", compute="_compute_sentence")

    @api.model
    def _default_tz(self):
        """The company's own time zone; of a company without, that of who is asked."""
        company = self.env.company
        # sudo: the time zone of a company is no secret
        return company.sudo().partner_id.tz or self.env.user.tz or company._sync_tz()

    @api.depends("company_id")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for dialog in self:
            dialog.sentence = dialog.company_id._sync_kpi_clock_sentence()

    def action_apply(self):
        """Set the time zone of the company's contact.

        :raise AccessError: for who is no manager, or does not work for the company
        """
        self.ensure_one()
        user = self.env.user
        if not user.has_group("crm_sync_measures.group_manager") or self.company_id not in user.company_ids:
            raise AccessError(self.env._("Only managers of the company say by which clock its periods are cut."))
        # sudo: a manager of the company, see above; of its contact nothing but the time zone is written
        self.sudo().company_id.partner_id.tz = self.tz
        return {"type": "ir.actions.act_window_close"}
