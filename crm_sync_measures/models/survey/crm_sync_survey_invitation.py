import secrets

from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.base.models.res_partner import _lang_get
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.survey_flow import BY_CUSTOMER, MOMENTS, UNSENT, may_follow
from ..core.crm_sync_merge_mixin import REPOINT
from .words import STATE_LABELS


class CrmSyncSurveyInvitation(models.Model):
    """One contact is asked once by one program, about one thing: from the plan to the answer, or to the reason why not.

    Written by the addon alone. Its ``state`` goes by :meth:`_set_state`, which follows ``rules/survey_flow.py`` and notes
    every step in ``event_ids``. Moments are UTC. Never deleted: what was not sent says why.

    ``origin_key`` makes planning idempotent: ``<model>:<id>`` of what happened, with a cycle where it may happen again,
    and ``<wave>:<contact>`` for waves. It is made once and never changed, so that a merge of contacts, which repoints the
    row, neither finds it in its way nor loses it.
    """

    _name = "crm.sync.survey.invitation"
    _inherit = ["mail.thread", "crm.sync.own.mixin", "crm.sync.merge.mixin", "crm.sync.preference.mixin"]
    _description = "Invitation to a Survey"
    _order = "id desc"
    _rec_names_search = ["partner_id", "email"]
    _sync_purpose = "survey"
    _sync_merge = {
        "partner_id": "_sync_merge_partner",
        "commercial_partner_id": "_sync_merge_entities",
        "origin_id": REPOINT,
    }

    program_id = fields.Many2one(
        "crm.sync.survey.program", "Survey Program", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    is_anonymous = fields.Boolean(related="program_id.is_anonymous")
    state = fields.Selection(STATE_LABELS, required=True, readonly=True, default="planned", index=True)
    event_ids = fields.One2many("crm.sync.survey.event", "invitation_id", "State History", readonly=True)

    # ---------------------------------------------------------------- whom

    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null", ondelete="set null")
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, index="btree_not_null"
    )
    email = fields.Char("Sent To", readonly=True, help="The address at the moment of sending.")
    lang = fields.Selection(_lang_get, "Language", readonly=True)

    # ---------------------------------------------------------------- about what

    wave = fields.Integer(readonly=True, aggregator=None, help="Number of the wave; 0 for what follows from an event.")
    origin_model = fields.Char("Document Model", readonly=True)
    origin_id = fields.Many2oneReference("Document", model_field="origin_model", readonly=True)
    origin_key = fields.Char(required=True, readonly=True, export_string_translation=False)

    # ---------------------------------------------------------------- why not

    suppressed_by = fields.Char("Reason Code", readonly=True, index="btree_not_null")
    suppressed_text = fields.Char("Reason", compute="_compute_suppressed_text")

    # ---------------------------------------------------------------- when

    planned_at = fields.Datetime("Planned On", required=True, readonly=True, default=fields.Datetime.now)
    due_at = fields.Datetime("To Be Sent", readonly=True, help="Not before; the customer's quiet hours may add to it.")
    queued_at = fields.Datetime("Queued", readonly=True)
    sent_at = fields.Datetime("Sent", readonly=True)
    bounced_at = fields.Datetime("Came Back", readonly=True)
    opened_at = fields.Datetime("Opened", readonly=True)
    started_at = fields.Datetime("Begun", readonly=True)
    done_at = fields.Datetime("Answered", readonly=True)
    expires_at = fields.Datetime("Expires", readonly=True)
    reminded = fields.Integer("Times Reminded", readonly=True, aggregator=None)
    last_reminder_at = fields.Datetime("Last Reminder", readonly=True)

    # ---------------------------------------------------------------- what came of it

    user_input_id = fields.Many2one(
        "survey.user_input", "Answers", readonly=True, index="btree_not_null", ondelete="set null"
    )
    score_id = fields.Many2one("crm.sync.score", readonly=True, index="btree_not_null", ondelete="restrict")
    mail_message_id = fields.Many2one("mail.message", readonly=True, index="btree_not_null", ondelete="set null")
    nonce = fields.Char(
        required=True,
        readonly=True,
        groups=fields.NO_ACCESS,
        default=lambda self: secrets.token_hex(16),
        export_string_translation=False,
        help="128 random bits. The key of the link is made of it and of the secret of the database.",
    )

    _origin_uniq = models.UniqueIndex("(program_id, origin_key)", "This customer was asked about this already.")
    _due_idx = models.Index("(due_at, id) WHERE state = 'planned'")
    _open_idx = models.Index("(program_id, expires_at) WHERE state IN ('sent', 'opened', 'started')")
    _origin_idx = models.Index("(origin_model, origin_id) WHERE origin_id IS NOT NULL")

    @api.depends("partner_id", "program_id")
    def _compute_display_name(self):
        for invitation in self:
            # sudo: names, for who may read the invitation
            names = [invitation.program_id.sudo().name, invitation.partner_id.sudo().display_name]
            invitation.display_name = ": ".join(name for name in names if name)

    @api.depends("suppressed_by")
    @api.depends_context("lang")
    def _compute_suppressed_text(self):
        sentences = self._suppression_sentences() if any(self.mapped("suppressed_by")) else {}
        for invitation in self:
            code = invitation.suppressed_by
            invitation.suppressed_text = sentences.get(code, code)

    @api.model
    def _suppression_sentences(self):
        """``{code: sentence}`` of why somebody was not asked, in the user's language."""
        return self.env["crm.sync.contact.gate"]._reason_messages() | {
            "open_complaint": self.env._("An open complaint comes first."),
            "asked_recently": self.env._("A survey or a mailing has reached the contact lately."),
            "company_cap": self.env._("The contact got as many messages as the company allows."),
            "quota": self.env._("Not in the sample."),
            "quiet_hours": self.env._("There was no moment outside the contact's quiet hours."),
            "duplicate": self.env._("The same address is asked already."),
            "program_off": self.env._("The survey program was not running any more."),
        }

    # ---------------------------------------------------------------- states

    def _set_state(self, state, at=None, note=None, **values):
        """Go to ``state`` where that may follow, and note it; callers have checked who asks.

        What may not follow is left as it is: a mail that comes back late, or a second click, changes no answer. Two
        transactions that move the same invitation collide, and Odoo repeats the second one.

        :param values: other fields of the invitation that are written with it; not those of an anonymous answer
        :return: the invitations that have moved
        """
        at = at or fields.Datetime.now()
        # sudo: invitations are written by the addon alone
        moving = self.sudo().filtered(lambda invitation: may_follow(invitation.state, state))
        hidden = moving.filtered("is_anonymous") if state in BY_CUSTOMER else moving.browse()
        shown = moving - hidden
        moment = MOMENTS.get(state)
        shown._log(state, at, note)
        shown._record({**values, "state": state, **({moment: at} if moment else {})})
        hidden._record({"state": state})
        hidden._blur()
        return moving

    def _log(self, state, at, note=None):
        # What a customer does on a page is done in nobody's name.
        user_id = SUPERUSER_ID if self.env.user.share else self.env.uid
        # sudo: the history is written by the invitation only
        self.env["crm.sync.survey.event"].sudo().create(
            [
                {
                    "invitation_id": invitation.id,
                    "at": at,
                    "user_id": user_id,
                    "old_state": invitation.state,
                    "new_state": state,
                    "note": note,
                }
                for invitation in self
            ]
        )

    def _record(self, vals):
        """Write what the invitation keeps by itself; ``write`` refuses these fields to everybody."""
        # sudo: see above
        return super(CrmSyncSurveyInvitation, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _blur(self):
        """No moment finer than a day is kept of who answers anonymously: it would tell which answer is his."""
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE %s SET write_date = date_trunc('day', write_date) WHERE id IN %s", SQL.identifier(self._table), tuple(self.ids))
        )  # fmt: skip
        self.invalidate_recordset(["write_date"])

    def _suppress(self, reason, at=None):
        """Drop for good, with the code of the rule that said no."""
        return self._set_state("suppressed", at, suppressed_by=reason)

    # ---------------------------------------------------------------- writing

    @api.model_create_multi
    def create(self, vals_list):
        # A million rows without followers and notes that say that they were made.
        quiet = self.with_context(tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True)
        return super(CrmSyncSurveyInvitation, quiet).create(vals_list).with_env(self.env)

    def write(self, vals):
        self.check_access("write")
        ours = sorted(name for name in vals if self._is_ours(name))
        if ours:
            raise UserError(self.env._("%s: kept by the invitation itself.", self._label(ours[0])))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Invitations are not deleted: they say who was asked, and who was not and why."))

    # ---------------------------------------------------------------- merge

    def _sync_merge_partner(self, sources, target):
        """The survivor is asked once in a wave: what waits beside another invitation of his is dropped."""
        self._sync_merge_repoint("partner_id", sources, target)
        self.invalidate_model(["partner_id"])
        seen = set()
        # Who was asked already comes first, then who waits longest: of who has passed the gate the mail is not made yet.
        own = self.search([("partner_id", "=", target.id), ("wave", ">", 0)], order="id")
        for invitation in own.sorted(lambda invitation: (not invitation.handed_at, invitation.state == "planned")):
            asked = invitation.program_id.id, invitation.wave
            if asked in seen and invitation.state in UNSENT and not invitation.handed_at:
                invitation._suppress("duplicate")
            if invitation.state not in ("suppressed", "cancelled"):
                seen.add(asked)

    # ---------------------------------------------------------------- actions

    def action_open_origin(self):
        """The document that was the reason to ask, with the caller's rights."""
        self.ensure_one()
        self.check_access("read")
        if not self.origin_id or self.origin_model not in self.env:
            raise UserError(self.env._("There is no document behind this invitation."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.origin_model,
            "res_id": self.origin_id,
            "views": [(False, "form")],
        }
