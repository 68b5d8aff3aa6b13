from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.feedback.crm_sync_case import CHANNELS, KINDS, REMEDIES


class CrmSyncCaseOpen(models.TransientModel):
    """The dialog in which a colleague opens a case of a customer: prefilled from where he stands, opened by one click."""

    _name = "crm.sync.case.open"
    _description = "Open a Case"

    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    kind = fields.Selection(KINDS, required=True, default="complaint")
    name = fields.Char("Subject", size=200)
    text = fields.Text("What the Customer Says")
    channel = fields.Selection(CHANNELS, required=True, default="call")
    remedy = fields.Selection(REMEDIES, "What the Customer Wants")
    is_safety = fields.Boolean("Somebody May Be Harmed")
    severity = fields.Selection(
        [("0", "Nuisance"), ("1", "Noticeable"), ("2", "Serious"), ("3", "Critical")], required=True, default="1"
    )
    product_id = fields.Many2one("product.product")
    department_id = fields.Many2one("crm.sync.department", help="Empty: by the rules.")
    acknowledge = fields.Boolean("Send the Customer the Number", default=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    invoice_id = fields.Many2one("account.move", readonly=True)
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    touch_id = fields.Many2one("crm.sync.touch", "Logged Contact", readonly=True)
    message_id = fields.Many2one("mail.message", readonly=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)

    def action_open(self):
        """Open the case and show it."""
        self.ensure_one()
        if not (self.name or self.text):
            raise UserError(self.env._("Say in a few words what the customer says."))
        facts = {
            "subject": self.name,
            "text": self.text,
            "acknowledge": self.acknowledge,
            **{name: self[name] for name in ("kind", "channel", "remedy", "severity", "is_safety")},
            **{
                name: self[name].id
                for name in (
                    "partner_id", "product_id", "department_id", "order_id", "invoice_id", "lead_id", "touch_id", "company_id",
                )
            },
        }  # fmt: skip
        facts = {name: value for name, value in facts.items() if value or name == "acknowledge"}
        Case = self.env["crm.sync.case"]
        Case.check_access("create")
        Case._check_facts(facts)
        # Clicked twice, or opened from the same message by two colleagues, it is one case.
        key = f"message:{self.message_id.id}" if self.message_id else f"dialog:{self.id}"
        known = Case._by_intake_key(self.company_id, key)
        case = known.with_env(self.env) or Case._open_case({**facts, "key": key})
        if self.message_id and not known:
            self._link_message(case)
        return {"type": "ir.actions.act_window", "res_model": case._name, "res_id": case.id, "views": [[False, "form"]]}

    def _link_message(self, case):
        """Say on the case which message it began with."""
        message = self.message_id
        if not case.has_access("write") or not message.has_access("read"):
            return
        case.message_post(
            body=self.env._("Opened from a message on %s.", message.record_name or message.model or ""),
            subtype_xmlid="mail.mt_note",
        )

    @api.model
    def _action(self, partner, text="", **values):
        """The dialog, filled with what is known. Whether the user may open a case is checked when he does."""
        defaults = {"partner_id": partner.id, "text": text, **values}
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a Case"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                f"default_{name}": value.id if isinstance(value, models.BaseModel) else value
                for name, value in defaults.items()
                if value
            },
        }
