from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...rules.preference import PURPOSES, changes
from .crm_sync_merge_mixin import REPOINT


class CrmSyncContactPreference(models.Model):
    """What a customer said he wants to be written to for. Append-only: his latest word counts, by its date.

    Who has said nothing is written to. What he said holds for himself, and for mail also for his address, whatever other
    contacts have it: who presses the button of his mail program means the mailbox.
    """

    _name = "crm.sync.contact.preference"
    _inherit = ["crm.sync.append.only", "crm.sync.merge.mixin"]
    _description = "Contact Preference"
    _order = "at desc, id desc"
    _rec_name = "purpose"
    _sync_merge = {"partner_id": REPOINT}

    partner_id = fields.Many2one("res.partner", "Contact", required=True, index=True, ondelete="cascade")
    purpose = fields.Selection(
        [
            ("marketing", "Advertising"),
            ("survey", "Surveys"),
            ("loyalty", "Loyalty"),
            ("care", "Greetings and Care"),
        ],
        required=True,
    )
    is_allowed = fields.Boolean("Wanted")
    # Not readonly, or Odoo's import would leave it out; what comes of it is decided by create().
    at = fields.Datetime("Date", required=True, default=fields.Datetime.now)
    source = fields.Selection(
        [("portal", "Portal"), ("link", "Link in a Mail"), ("staff", "Colleague"), ("import", "Import")],
        required=True,
        readonly=True,
        default="staff",
    )
    user_id = fields.Many2one(
        "res.users", "Person", readonly=True, index="btree_not_null", ondelete="set null", default=lambda self: self.env.user
    )  # fmt: skip
    email = fields.Char("Address", readonly=True, help="The address he had then.")

    _last_idx = models.Index("(partner_id, purpose, at DESC, id DESC)")
    _last_by_email_idx = models.Index("(email, purpose, at DESC, id DESC) WHERE email IS NOT NULL")

    # ---------------------------------------------------------------- said to a colleague

    @api.model_create_multi
    def create(self, vals_list):
        """A colleague notes what a customer told him, now and in his own name; a manager imports what was said before."""
        if not self.env.su:
            source = "import" if self.env.context.get("import_file") else "staff"
            # Anybody may say by the API that this is an import.
            if source == "import" and any(vals.get("at") for vals in vals_list):
                self._check_may_date()
            partners = self.env["res.partner"].browse(
                {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
            )
            partners.check_access("read")
            for vals in vals_list:
                at = vals.get("at") if source == "import" else None
                if at and fields.Datetime.to_datetime(at) > fields.Datetime.now():
                    raise UserError(self.env._("Date: enter a date that is not in the future."))
                vals.update(source=source, user_id=self.env.uid, at=at or fields.Datetime.now())
        # sudo: the address of who is named
        partners = self.env["res.partner"].sudo()
        named = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
        for vals in vals_list:
            partner = partners.browse(vals.get("partner_id")).with_prefetch(named)
            is_own = vals.get("source") in ("portal", "link")
            vals["email"] = partner._sync_own_email() if is_own else partner.email_normalized
        return super().create(vals_list)

    def _check_may_date(self):
        if not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(
                self.env._("Only a Customer Sync manager can import what customers said on earlier days.")
            )

    # ---------------------------------------------------------------- asked by the gate, jobs and pages

    @api.model
    def _refused_ids(self, partners, purpose, channel="email"):
        """Ids among ``partners`` of those who do not want to be contacted for ``purpose``: one statement for the whole set."""
        if purpose not in PURPOSES or not partners:
            return set()
        self.flush_model()
        self.env["res.partner"].flush_model(["email_normalized"])
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM res_partner p CROSS JOIN LATERAL (
                       SELECT said.is_allowed FROM (
                           (SELECT c.is_allowed, c.at, c.id FROM crm_sync_contact_preference c
                             WHERE c.partner_id = p.id AND c.purpose = %(purpose)s ORDER BY c.at DESC, c.id DESC LIMIT 1)
                           UNION ALL
                           (SELECT c.is_allowed, c.at, c.id FROM crm_sync_contact_preference c
                             WHERE %(by_address)s AND c.email = p.email_normalized AND c.purpose = %(purpose)s
                             ORDER BY c.at DESC, c.id DESC LIMIT 1)) said
                        ORDER BY said.at DESC, said.id DESC LIMIT 1) last
                    WHERE p.id = ANY(%(ids)s) AND last.is_allowed IS NOT TRUE""",
                purpose=purpose,
                by_address=channel == "email",
                ids=partners.ids,
            )
        )
        return {partner_id for [partner_id] in rows}

    @api.model
    def _current(self, partner):
        """``{purpose: whether he wants it}``, as the gate would answer for a mail."""
        return {purpose: partner.id not in self._refused_ids(partner, purpose) for purpose in PURPOSES}

    @api.model
    def _said(self, partner, wanted, source):
        """Write down what ``partner`` says he wants: only what differs from what he said before.

        :param dict wanted: ``{purpose: whether}``
        :param source: ``portal`` or ``link``
        """
        now = fields.Datetime.now()
        changed = changes(self._current(partner), wanted)
        # sudo: the customer himself, known by his login or by the key of his link
        return self.sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "purpose": purpose,
                    "is_allowed": is_allowed,
                    "at": now,
                    "source": source,
                    "user_id": self.env.uid if source == "portal" else False,
                }
                for purpose, is_allowed in changed.items()
            ]
        )
