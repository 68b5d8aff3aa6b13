from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .words import ACTIONS, STATES


class CrmSyncCareOccasion(models.Model):
    """One customer has one occasion of one rule: what was done for him, or why not.

    Written by the addon alone, and never deleted. ``occasion_key`` is ``<rule>:<contact>:<occasion>``: whatever runs twice,
    or at once, makes one row. It is made once and keeps the contact's number of then, so that a merge of contacts, which
    repoints the row, neither finds it in its way nor loses it; only of what was cancelled before anything was done it is
    given free, since there is another day then.
    """

    _name = "crm.sync.care.occasion"
    _inherit = ["crm.sync.merge.mixin", "crm.sync.preference.mixin"]
    _description = "Occasion of Care"
    _order = "due_at desc, id desc"
    _rec_name = "partner_id"
    # Who wants no more of it means care, whatever else a rule may serve.
    _sync_purpose = "care"
    _sync_merge = {"partner_id": "_sync_merge_partner", "commercial_partner_id": "_sync_merge_entities"}

    rule_id = fields.Many2one("crm.sync.care.rule", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="rule_id.company_id", store=True, index=True)
    occasion = fields.Selection(related="rule_id.occasion")
    action = fields.Selection(ACTIONS, required=True, readonly=True, help="What the rule said when it was decided.")
    state = fields.Selection(STATES, required=True, readonly=True, default="planned", index=True)
    reason = fields.Char("Reason Code", readonly=True, index="btree_not_null")
    reason_text = fields.Char("Reason", compute="_compute_reason_text")
    occasion_key = fields.Char(required=True, readonly=True, export_string_translation=False)

    # ---------------------------------------------------------------- whom

    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null", ondelete="set null")
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Customer", store=True, index="btree_not_null"
    )
    user_id = fields.Many2one(related="commercial_partner_id.user_id", string="Owner")
    phone = fields.Char(related="partner_id.phone")
    note = fields.Char(related="rule_id.note", string="What to Do")
    email = fields.Char("Sent To", readonly=True, help="The address at the moment it was decided.")

    # ---------------------------------------------------------------- when

    day = fields.Date("Day of the Occasion", required=True, readonly=True)
    due_on = fields.Date("Due", required=True, readonly=True)
    due_at = fields.Datetime(required=True, readonly=True, help="That hour of that day of the customer's own clock.")
    put_off_until = fields.Datetime(readonly=True, help="It is night at the customer's place.")
    handed_at = fields.Datetime(readonly=True, help="From then on there is a mail, and never another one.")
    done_at = fields.Datetime(readonly=True)

    # ---------------------------------------------------------------- what came of it

    mail_mail_id = fields.Many2one("mail.mail", "Mail", readonly=True, index="btree_not_null", ondelete="set null")
    mail_message_id = fields.Many2one("mail.message", readonly=True, index="btree_not_null", ondelete="set null")
    activity_id = fields.Many2one("mail.activity", readonly=True, index="btree_not_null", ondelete="set null")
    adjustment_id = fields.Many2one(
        "crm.sync.loyalty.adjustment", "Points Given By", readonly=True, index="btree_not_null", ondelete="set null"
    )
    card_id = fields.Many2one("loyalty.card", "Coupon", readonly=True, index="btree_not_null", ondelete="set null")
    called_at = fields.Datetime("Called On", readonly=True)
    called_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")

    _key_uniq = models.UniqueIndex("(occasion_key)", "This customer has had this occasion already.")
    _partner_day_idx = models.Index("(rule_id, partner_id, day)")
    _waiting_idx = models.Index("(id, due_at) WHERE state = 'planned' AND handed_at IS NULL")
    _email_idx = models.Index("(email, rule_id, day) WHERE email IS NOT NULL")

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        sentences = self._reason_sentences()
        for occasion in self:
            occasion.reason_text = sentences.get(occasion.reason, occasion.reason)

    @api.model
    def _reason_sentences(self):
        """``{code: sentence}`` of why nothing was done, in the user's language."""
        return self.env["crm.sync.contact.gate"]._reason_messages() | {
            "gone": self.env._("It is not so any more."),
            "duplicate": self.env._("Another contact with the same address has it."),
            "merged": self.env._("Another contact was merged into this one, and has had it."),
            "no_owner": self.env._("Nobody is in charge of the customer."),
            "too_late": self.env._("It could not be done in time."),
            "control": self.env._("Held out, to be compared with those who have got it."),
            "night": self.env._("It is night at the customer's place."),
        }

    # ---------------------------------------------------------------- states; callers have locked them

    @api.model
    def _lock(self, ids):
        """Those that still wait and that nobody else has, in the order of their ids, as they stand now."""
        # sudo: the work of all companies
        occasions = self.sudo()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_sync_care_occasion WHERE id = ANY(%s) AND state = 'planned' AND handed_at IS NULL
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
                list(ids),
            )
        )
        occasions = occasions.browse(occasion_id for [occasion_id] in rows)
        occasions.invalidate_recordset(flush=False)
        # Somebody may have paused or changed it since the last set.
        self.env["crm.sync.care.rule"].invalidate_model(flush=False)
        return occasions

    def _move(self, state, now, reason=None):
        """Decide so; what becomes of a mail is told by the outbox."""
        if self:
            self._record_all({"state": state, "reason": reason or False, "done_at": now})

    def _cancel_gone(self, now):
        """There is no reason any more. On another day there may be one, so the key is given free."""
        for occasion in self:
            occasion._record({"occasion_key": f"{occasion.occasion_key}:{occasion.id}"})
        self._move("cancelled", now, "gone")

    def _record(self, vals):
        """Write what occasions keep by themselves; ``write`` refuses everything to everybody."""
        # sudo: occasions are written by the addon alone
        return super(CrmSyncCareOccasion, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _record_all(self, vals):
        """The same for a whole set: one statement, however many there are. For fields that nothing stored is computed from."""
        self.flush_recordset()
        values = vals | {"write_uid": self.env.uid, "write_date": self.env.cr.now()}
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_care_occasion SET %s WHERE id = ANY(%s)",
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), self._fields[name].convert_to_column(value, self))
                    for name, value in values.items()
                ),
                self.ids,
            )
        )
        self.invalidate_recordset(values, flush=False)

    def write(self, vals):
        if vals:
            raise UserError(
                self.env._("Occasions of care are kept by the system: they say what was done, and why not.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Occasions of care are not deleted: they say what was done, and why not."))

    # ---------------------------------------------------------------- merge

    @api.model
    def _sync_merge_partner(self, sources, target):
        """The survivor has each occasion once: what waits beside another row of the same day is dropped."""
        self._sync_merge_repoint("partner_id", sources, target)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_care_occasion o SET state = 'cancelled', reason = 'merged'
                    WHERE o.partner_id = %s AND o.state = 'planned' AND o.handed_at IS NULL AND EXISTS (
                          SELECT FROM crm_sync_care_occasion before
                           WHERE before.partner_id = o.partner_id AND before.rule_id = o.rule_id AND before.day = o.day
                             AND before.id != o.id AND before.state != 'cancelled'
                             AND (before.state != 'planned' OR before.handed_at IS NOT NULL OR before.id < o.id))""",
                target.id,
            )
        )
        self.invalidate_model(flush=False)

    # ---------------------------------------------------------------- call list

    def action_called(self):
        """The customer was called: it leaves the list, and the contact is logged in the name of who called."""
        self.check_access("read")
        waiting = self.sudo()._waiting_calls()  # sudo: occasions are written by the addon alone
        if not waiting:
            raise UserError(self.env._("They were called already, or are not on a call list."))
        self.env["crm.sync.touch"].create(
            [
                {
                    "partner_id": one.partner_id.id,
                    "channel": "call",
                    "direction": "out",
                    "subject": one.rule_id.note or one.rule_id.name,
                    "company_id": one.company_id.id,
                }
                for one in waiting
            ]
        )
        waiting._record({"called_at": fields.Datetime.now(), "called_by_id": self.env.uid})
        return True

    def _waiting_calls(self):
        rows = self.try_lock_for_update()
        return rows.filtered(
            lambda one: one.action == "call_list" and one.state == "done" and not one.called_at and one.partner_id
        )

    def action_open_customer(self):
        """The customer's page."""
        self.ensure_one()
        return self.partner_id.action_open_sync_customer()
