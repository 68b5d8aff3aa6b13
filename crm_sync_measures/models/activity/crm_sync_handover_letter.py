from odoo import api, fields, models

from ..core.crm_sync_merge_mixin import REPOINT


class CrmSyncHandoverLetter(models.Model):
    """One letter that tells a customer who looks after him from now on, or why there is none.

    Made by the handover alone: first as a preview, and anew when it is executed. ``state`` follows the mail.
    """

    _name = "crm.sync.handover.letter"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Letter about a Handover"
    _order = "handover_id desc, state, id"
    _rec_name = "partner_id"
    _sync_merge = {"partner_id": REPOINT}

    handover_id = fields.Many2one("crm.sync.handover", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="handover_id.company_id")
    holder_id = fields.Many2one(related="handover_id.user_id", string="Until Now")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", "New Contact", required=True, readonly=True, index=True, ondelete="cascade")
    state = fields.Selection(
        [("planned", "To Send"), ("queued", "Queued"), ("suppressed", "Not Sent"), ("recalled", "Called Back")],
        required=True,
        readonly=True,
        default="planned",
    )
    reason = fields.Char("Reason Code", readonly=True)
    reason_text = fields.Char("Reason", compute="_compute_reason_text")
    mail_mail_id = fields.Many2one("mail.mail", "Mail", readonly=True, index="btree_not_null", ondelete="set null")
    body = fields.Html("Letter", compute="_compute_body")

    @api.depends_context("lang")
    @api.depends("reason")
    def _compute_reason_text(self):
        messages = self.env["crm.sync.contact.gate"]._reason_messages()
        for letter in self:
            letter.reason_text = messages.get(letter.reason) or letter.reason

    @api.depends("handover_id.template_id")
    def _compute_body(self):
        """As the customer will read it, in his language."""
        for letter in self:
            # Rendered for whoever may read the letter; the template's author was allowed to write it.
            template = letter.handover_id._letter_template()
            bodies = template._render_field("body_html", letter.ids, compute_lang=True) if template else {}
            letter.body = bodies.get(letter.id, False)

    def action_preview(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letter"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("crm_sync_measures.crm_sync_handover_letter_view_form").id, "form")],
            "target": "new",
        }
