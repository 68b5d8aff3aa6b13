from odoo import SUPERUSER_ID, fields, models
from odoo.tools import format_date

from ..loyalty.movement import moving


class CrmSyncCareOccasion(models.Model):
    """What is done for customers. Callers have locked the occasions, asked the gate, and marked them as handed."""

    _inherit = "crm.sync.care.occasion"

    # ---------------------------------------------------------------- mail

    def _do_mail(self, rule, now):
        """One mail for each, which counts in the contact budget. It is sent when the outbox says so."""
        self._record({"done_at": now})
        self._mail(rule)

    def _mail(self, rule):
        """Mails in the outbox. Their messages stay, but without words: the customer's own link is in what is mailed to
        him, and nowhere else."""
        # sudo: the job mails what the rule says, in the name of its sender
        mails = rule.mail_template_id.sudo().send_mail_batch(
            self.ids, force_send=False, email_values={"is_notification": True, "auto_delete": True}
        )
        for mail in mails:
            self.browse(mail.res_id)._record({"mail_mail_id": mail.id, "mail_message_id": mail.mail_message_id.id})
        mails.mail_message_id.write({"body": False})
        name = rule.with_context(lang=rule.company_id.partner_id.lang).name
        self.env["crm.sync.contact.sent"]._note(self.partner_id, "email", rule.purpose, rule.company_id, name)

    def _note_sent(self, failure_type, failure_reason):
        """The outbox has sent it, or could not; a later attempt that succeeds counts."""
        mailed = self.filtered(lambda one: one.action == "mail" and one.state in ("planned", "sent", "failed"))
        mailed._record({"state": "failed" if failure_type else "sent"})
        # Points and coupons were given, whether the mail that tells of them has arrived or not.
        self._record({"reason": failure_type or False})

    # ---------------------------------------------------------------- activity, call list

    def _do_activity(self, rule, now):
        """The owner has something to do, in his own language, due in some days."""
        owners = {one: one._owner() for one in self}
        missing = self.filtered(lambda one: not owners[one])
        missing._move("held", now, "no_owner")
        left = self - missing
        # sudo: an activity for who is in charge of the customer
        activities = self.env["mail.activity"].sudo()
        activities = activities.with_context(mail_activity_quick_update=True).create(
            [one._activity_values(rule, owners[one]) for one in left]
        )
        for one, activity in zip(left, activities, strict=True):
            one._record({"activity_id": activity.id})
        left._move("done", now)

    def _owner(self):
        """Who is in charge of the customer and still with us: his owner, else the manager of his or the rule's department."""
        self.ensure_one()
        entity = self.commercial_partner_id
        found = (
            self.partner_id.user_id,
            entity.user_id,
            entity.sync_department_id.manager_id,
            self.rule_id.department_id.manager_id,
        )
        return next((user for user in found if user.active and not user.share), self.env["res.users"])

    def _activity_values(self, rule, owner):
        words = self.with_context(lang=owner.lang)
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.partner_id.id,
            "activity_type_id": rule.activity_type_id.id,
            "summary": words._summary(),
            "user_id": owner.id,
            "date_deadline": fields.Date.add(
                fields.Date.context_today(self.with_context(tz=owner.tz or rule._timezone())), days=rule.activity_days
            ),
        }

    def _summary(self):
        """What the colleague reads, in the language of the context."""
        self.ensure_one()
        rule = self.rule_id.with_context(lang=self.env.context.get("lang"))
        return self.env._("%(what)s (%(day)s)", what=rule.note or rule.name, day=format_date(self.env, self.day))

    def _do_call_list(self, rule, now):
        """It stands in the list of calls until somebody has called."""
        self._move("done", now)

    # ---------------------------------------------------------------- points, coupon

    def _do_points(self, rule, now):
        """By the loyalty room's own door, once for each occasion; its limit holds here too, and above it a person decides."""
        name = rule.with_context(lang=rule.company_id.partner_id.lang).name
        for one in self:
            card = one._card_of(rule.program_id)
            booked = card.sync_adjust(
                rule.points, "promotion", f"{name}: {one.partner_id.display_name}", f"sync.care:{one.id}"
            )
            one._record({"adjustment_id": booked["id"]})
        if rule.mail_template_id:
            self._mail(rule)
        self._move("done", now)

    def _card_of(self, program):
        """His oldest card of the program, or his first one."""
        self.ensure_one()
        # The system gives them, by the rule of a manager.
        cards = self.env["loyalty.card"].with_user(SUPERUSER_ID)
        own = [("partner_id", "=", self.partner_id.id), ("program_id", "=", program.id)]
        if card := cards.search(own, order="id", limit=1):
            return card
        # It comes with no points, and nobody is mailed about it.
        first = {"program_id": program.id, "partner_id": self.partner_id.id, "points": 0}
        return cards.with_context(loyalty_no_mail=True).create(first).with_env(cards.env)

    def _do_coupon(self, rule, now):
        """A coupon of Odoo's own, for this customer alone, and the mail that has its code."""
        # sudo: the system gives them, by the rule of a manager; the mail of the rule tells of it, and no other
        cards = moving(self.env["loyalty.card"].sudo(), "generate", rule.coupon_program_id)
        cards = cards.with_context(loyalty_no_mail=True)
        until = (
            fields.Date.add(rule.coupon_program_id._sync_today(), days=rule.coupon_days) if rule.coupon_days else False
        )
        worth = min(rule.coupon_program_id.reward_ids.mapped("required_points"), default=1.0)
        made = cards.create(
            [
                {
                    "program_id": rule.coupon_program_id.id,
                    "partner_id": one.partner_id.id,
                    "points": worth,
                    "expiration_date": until,
                }
                for one in self
            ]
        )
        for one, card in zip(self, made, strict=True):
            one._record({"card_id": card.id})
        self.env["loyalty.history"].sudo().create(  # sudo: as above
            [{"description": rule.name, "card_id": card.id, "issued": worth} for card in made]
        )
        self._mail(rule)
        self._move("done", now)
