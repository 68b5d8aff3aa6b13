from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.crm_sync_merge_mixin import REPOINT

#: So long a reason holds for the same person, customer and document.
HOLDS_FOR = timedelta(hours=1)
_LENGTH = 1000


class CrmSyncContactOverride(models.Model):
    """Somebody contacted a customer although the card asked for a reason, and gave it. Append-only.

    Made by ``res.partner.sync_contact_override`` and by the mail composer, never by hand.
    """

    _name = "crm.sync.contact.override"
    _inherit = ["crm.sync.append.only", "crm.sync.merge.mixin"]
    _description = "Contact Override"
    _order = "at desc, id desc"
    _rec_name = "reason"
    _sync_merge = {"partner_id": REPOINT, "commercial_partner_id": "_sync_merge_entities", "res_id": REPOINT}

    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True, ondelete="restrict")
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Company or Person", store=True, index=True
    )
    user_id = fields.Many2one("res.users", "Person", required=True, index=True, ondelete="restrict")
    department_id = fields.Many2one("crm.sync.department", index="btree_not_null", ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    at = fields.Datetime("Date", required=True, index=True, default=fields.Datetime.now)
    rule_code = fields.Selection(selection="_select_rules", string="Main Finding", required=True)
    rule_codes = fields.Char(required=True, help="All findings the reason was given for.")
    rule_names = fields.Char("All Findings", compute="_compute_rule_names")
    rule_count = fields.Integer("Number of Findings", aggregator="sum")
    reason = fields.Text(required=True)
    channel = fields.Char()
    purpose = fields.Char()
    res_model = fields.Char("Document Model")
    res_id = fields.Many2oneReference("Document", model_field="res_model", index="btree_not_null")

    @api.model
    def _select_rules(self):
        return self.env["crm.sync.contact.policy"]._select_rules()

    @api.depends("rule_codes")
    @api.depends_context("lang")
    def _compute_rule_names(self):
        labels = self.env["crm.sync.contact.card"]._rule_labels()
        for override in self:
            override.rule_names = ", ".join(labels.get(code, code) for code in override._codes())

    def _codes(self):
        return (self.rule_codes or "").split(",")

    # ---------------------------------------------------------------- giving a reason

    @api.model
    def _note(self, context, entity_id, codes, reason):
        """Write down that the current user gives ``reason`` for contacting a customer in spite of ``codes``."""
        reason = (reason or "").replace("\x00", "").strip()
        if len(reason) < 3:
            raise UserError(self.env._("Reason: say in a few words why the customer is contacted all the same."))
        if len(reason) > _LENGTH:
            raise UserError(self.env._("Reason: at most %s characters.", _LENGTH))
        [partner] = context.partners.filtered(lambda p: p.sudo().commercial_partner_id.id == entity_id)[:1]  # sudo: ids
        # sudo: everybody gives his own reason, in his own name; what it is for was found by the card itself.
        return self.sudo().create(
            {
                "partner_id": partner.id,
                "user_id": self.env.uid,
                "department_id": self.env.user.sudo().sync_department_id.id,  # sudo: his own department
                "company_id": context.company.id,
                "rule_code": codes[0],
                "rule_codes": ",".join(codes),
                "rule_count": len(codes),
                "reason": reason,
                "channel": context.channel,
                "purpose": context.purpose,
                "res_model": context.document._name if context.document else False,
                "res_id": context.document.id if context.document else False,
            }
        )

    @api.model
    def _find_valid(self, context, entity_id, codes):
        """The current user's reason that still holds for this customer and document and names all of ``codes``."""
        domain = [
            ("user_id", "=", self.env.uid),
            ("commercial_partner_id", "=", entity_id),
            ("company_id", "=", context.company.id),
            ("at", ">=", context.now - HOLDS_FOR),
            ("res_model", "=", context.document._name if context.document else False),
            ("res_id", "=", context.document.id if context.document else False),
        ]
        # sudo: his own words, whatever role he has.
        given = self.sudo().search(domain)
        return next((override for override in given if set(codes) <= set(override._codes())), self.browse())

    # ---------------------------------------------------------------- actions

    def action_open_document(self):
        """The document it was about, else the customer."""
        self.ensure_one()
        model, res_id = (self.res_model, self.res_id) if self.res_model else ("res.partner", self.partner_id.id)
        return {"type": "ir.actions.act_window", "res_model": model, "res_id": res_id, "views": [[False, "form"]]}
