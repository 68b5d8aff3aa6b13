from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmSyncCaseLinks(models.Model):
    """Where a case leads to, and from where one comes to it."""

    _inherit = "crm.sync.case"

    customer_case_count = fields.Integer("Other Cases of the Customer", compute="_compute_customer_case_count")
    merged_count = fields.Integer(compute="_compute_merged_count")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("commercial_partner_id")
    def _compute_customer_case_count(self):
        """Whether this customer has told us more, as far as the reader may know."""
        groups = self._read_group(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)], ["commercial_partner_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in groups}
        for case in self:
            case.customer_case_count = max(counts.get(case.commercial_partner_id.id, 0) - 1, 0)

    @api.depends("merged_ids")
    def _compute_merged_count(self):
        for case in self:
            case.merged_count = len(case.merged_ids)

    def action_open_customer_cases(self):
        """All that this customer has told us."""
        self.ensure_one()
        return self._action_list([("commercial_partner_id", "=", self.commercial_partner_id.id)], search_default_open=0)

    def action_open_merged(self):
        """The cases that were merged into this one."""
        self.ensure_one()
        return self._action_list([("master_id", "=", self.id)], search_default_open=0)

    def action_open_sync_customer(self):
        """Open the Customer 360 page of the customer."""
        self.ensure_one()
        if not self.partner_id:
            raise UserError(self.env._("Customer: choose one first, then there is a history to show."))
        return self.partner_id.action_open_sync_customer()

    @api.model
    def _action_list(self, domain, **context):
        """The list of some cases of any kind, those that are open first."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_case_action")
        return {**action, "domain": domain, "context": {"search_default_open": 1, **context}}

    @api.model
    def _count_open(self, field_name, records):
        """``{record id: open cases}`` as far as the user may read them: one query."""
        domain = [(field_name, "in", records.ids), ("is_open", "=", True)]
        return {owner.id: count for owner, count in self._read_group(domain, [field_name], ["__count"])}
