from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_sync_contact_gate import CHANNELS, PURPOSES
from .crm_sync_merge_mixin import REPOINT


class CrmSyncContactSent(models.Model):
    """A contact got a bulk message: the ground on which the contact budget is reckoned. Append-only.

    Whatever sends to many writes here with :meth:`_note`, in the transaction that queues the messages. What a customer
    asked for or is owed, a quotation or a notice about his points say, is not noted.
    """

    _name = "crm.sync.contact.sent"
    _inherit = ["crm.sync.append.only", "crm.sync.merge.mixin"]
    _description = "Bulk Message Sent"
    _order = "at desc, id desc"
    _rec_name = "source"
    _sync_merge = {"partner_id": REPOINT}

    partner_id = fields.Many2one("res.partner", "Contact", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, index=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", "Sent By", index=True, ondelete="set null")
    at = fields.Datetime("Date", required=True, index=True, default=fields.Datetime.now)
    channel = fields.Selection(
        [("email", "E-mail"), ("phone", "Phone"), ("sms", "SMS"), ("letter", "Letter"), ("visit", "Visit")],
        required=True,
    )
    purpose = fields.Selection(
        [
            ("transactional", "Asked for by the Customer"),
            ("service", "Customer Service"),
            ("survey", "Survey"),
            ("loyalty", "Loyalty"),
            ("care", "Greetings and Care"),
            ("marketing", "Advertising"),
        ],
        required=True,
    )
    source = fields.Char("Subject")

    _budget_idx = models.Index("(partner_id, channel, at)")

    @api.model
    def _note(self, partners, channel, purpose, company, source=None):
        """Write down that ``partners`` are sent something for ``purpose`` by ``channel`` now, each once.

        :param source: its subject; the first 200 characters are kept
        :raise UserError: for a channel or purpose that the contact gate does not know
        """
        if channel not in CHANNELS or purpose not in PURPOSES:
            raise UserError(self.env._("channel, purpose: choose words of the contact gate."))
        # sudo: a fact about a message that was queued; whoever queued it was allowed to.
        return self.sudo().create(
            [
                {
                    "partner_id": partner_id,
                    "company_id": company.id,
                    "user_id": self.env.uid,
                    "channel": channel,
                    "purpose": purpose,
                    "source": (source or "")[:200] or False,
                }
                for partner_id in dict.fromkeys(partners.ids)
            ]
        )

    @api.model
    def _count_sql(self, partners, channel, company, since):
        """SELECT of (partner_id, count) of the bulk messages since then."""
        return SQL(
            """SELECT partner_id, count(*) FROM crm_sync_contact_sent
                WHERE partner_id = ANY(%s) AND channel = %s AND company_id = %s AND at >= %s GROUP BY partner_id""",
            partners.ids,
            channel,
            company.id,
            since,
        )
