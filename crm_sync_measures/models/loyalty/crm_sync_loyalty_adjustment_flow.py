from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.adjustment import WINDOW_DAYS, why_approval
from ...rules.ledger import Part, exact

_ACTIVITY = "crm_sync_measures.activity_type_adjustment"
#: Where nobody in particular decides, so many managers are asked.
_ASKED = 5


class CrmSyncLoyaltyAdjustmentFlow(models.Model):
    """What an adjustment does: submit, approve, refuse, post, reverse. Buttons take no arguments."""

    _inherit = "crm.sync.loyalty.adjustment"

    # ---------------------------------------------------------------- buttons

    def action_submit(self):
        """Post what the requester may decide alone; ask a second person for the rest."""
        self.check_access("write")
        self._check_state("draft")
        if self.requester_id - self.env.user:
            raise AccessError(self.env._("Only the requester submits his adjustment."))
        self._submit()
        return True

    def action_withdraw(self):
        """Back to draft, as long as nobody has decided."""
        self.check_access("write")
        self._check_state("to_approve")
        if self.requester_id - self.env.user:
            raise AccessError(self.env._("Only the requester withdraws his adjustment."))
        # sudo: the state is kept by the document; requester and state were checked.
        self.sudo().write({"state": "draft", "cause": False})
        self.sudo().activity_unlink([_ACTIVITY])  # sudo: the approvers' activities, as above
        return True

    def action_approve(self):
        self._check_decider()
        self._begin()
        self._check_state("to_approve")
        for adjustment in self:
            if adjustment._overdraws(adjustment._account()):
                adjustment._check_may_overdraw()
        # sudo: the state is kept by the document; the approver was checked.
        self.sudo().write({"approver_id": self.env.uid})
        self._post()
        self._close_activities(self.env._("Approved"))
        return True

    def action_refuse(self):
        self._check_decider()
        # sudo: the state is kept by the document; the approver was checked.
        self.sudo().write({"state": "refused", "approver_id": self.env.uid, "decided_at": fields.Datetime.now()})
        self._close_activities(self.env._("Refused"))
        for adjustment in self:
            adjustment._tell_requester(self.env._("Refused. %s", adjustment.decision or ""))
        return True

    def action_reverse(self):
        """Book the opposite, once. What was spent meanwhile becomes arrears."""
        self.check_access("write")
        self._begin()
        self._check_state("posted")
        if not all(adjustment.can_reverse for adjustment in self):
            raise AccessError(
                self.env._("An adjustment is reversed by an approver, or by the requester who had posted it alone.")
            )
        for adjustment in self:
            adjustment._book(-adjustment._points(), "reversal")
            # sudo: the state is kept by the document; rights were checked.
            adjustment.sudo().write(
                {"state": "reversed", "reversed_by_id": self.env.uid, "reversed_at": fields.Datetime.now()}
            )
            adjustment._tell_requester(self.env._("Reversed."))
        return True

    # ---------------------------------------------------------------- who decides

    def _check_state(self, state):
        if any(adjustment.state != state for adjustment in self):
            label = dict(self._fields["state"]._description_selection(self.env))[state]
            raise UserError(
                self.env._("Status: this can only be done with adjustments that are in “%s”. Reload.", label)
            )

    def _is_second_person(self):
        """Whether the current user may decide: an approver, and neither the requester nor the one who would gain."""
        self.ensure_one()
        user = self.env.user
        if user == self.requester_id or not user.has_group("crm_sync_measures.group_department_manager"):
            return False
        # sudo: whose card it is does not depend on who asks.
        entity = self.card_id.sudo().partner_id.commercial_partner_id
        return not entity or entity != user.sudo().partner_id.commercial_partner_id  # sudo: the user's own partner

    def _check_decider(self):
        self.check_access("write")
        self._check_state("to_approve")
        if not all(adjustment._is_second_person() for adjustment in self):
            raise AccessError(
                self.env._(
                    "Approval: a department manager or manager decides, who is neither the requester nor the owner of the card."
                )
            )

    def _check_may_overdraw(self):
        """A card goes into arrears by a person's hand only for a correction, by a manager."""
        self.ensure_one()
        if self.reason != "correction":
            raise UserError(
                self.env._(
                    "Points: the card %(card)s holds %(points)s. Less cannot be taken from it than is there; a manager can "
                    "do so with the reason “Correction”.",
                    card=self.card_id.display_name,
                    points=self.card_id._format_points(self._account().points),
                )
            )
        if not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Points: a correction that leaves arrears is approved by a manager."))

    # ---------------------------------------------------------------- submitting

    def _submit(self, cause=None):
        """Post, or ask for approval: for each its own reason, or ``cause`` for all."""
        self._begin()
        self._check_state("draft")
        now = fields.Datetime.now()
        asked = self.browse()
        for adjustment in self:
            account = adjustment._account()
            # sudo: kept by the document; who is in charge of the customer may have changed since it was written.
            document = adjustment.sudo()
            document._compute_flags()
            overdraws = adjustment._overdraws(account)
            if overdraws and adjustment.reason != "correction":
                adjustment._check_may_overdraw()
            may_overdraw = self.env.user.has_group("crm_sync_measures.group_manager")
            why = cause or why_approval(
                adjustment._points(),
                exact(document.company_id.sync_adjust_limit),
                adjustment._before(account),
                own_card=document.is_self_award,
                overdraws=overdraws and not may_overdraw,
            )
            document.write({"submitted_at": now, "cause": why, "balance": account.points})
            if why:
                document.write({"state": "to_approve"})
                asked += adjustment
            else:
                adjustment._post()
        asked._ask_approvers()

    def _ask_approvers(self):
        """One activity for a set of adjustments that were asked for together, for each who may decide."""
        for department, adjustments in self.grouped("department_id").items():
            first = adjustments[0]
            note = self.env._("%(name)s asks for %(points)s.", name=first.requester_id.name, points=first._label())
            if len(adjustments) > 1:
                note = self.env._(
                    "%(name)s asks for %(count)s adjustments, %(first)s to %(last)s.",
                    name=first.requester_id.name,
                    count=len(adjustments),
                    first=adjustments[0].number,
                    last=adjustments[-1].number,
                )
            for user in first._approvers(department):
                # sudo: the requester assigns an activity to those who decide.
                first.sudo().activity_schedule(_ACTIVITY, user_id=user.id, note=note)

    def _approvers(self, department):
        """The manager of the requester's department, else managers; nobody decides on his own request or card."""
        # sudo: who decides is no secret.
        manager = department.sudo().manager_id
        managers = self.env.ref("crm_sync_measures.group_manager").sudo().all_user_ids  # sudo: as above
        for users in (manager, managers.sorted("id")):
            able = users.filtered(
                lambda user: user.active and not user.share and self.with_user(user)._is_second_person()
            )
            if able:
                return able[:_ASKED]
        return self.env["res.users"]

    # ---------------------------------------------------------------- posting

    def _account(self):
        """The card that holds the points, as superuser: the document's rights were checked."""
        self.ensure_one()
        # sudo: see above.
        return self.card_id.sudo()._sync_account()

    def _begin(self):
        """Take the cards' rows first: what is read of them afterwards is what will be booked on."""
        self._sync_accounts()._sync_touch()

    def _sync_accounts(self):
        """The cards that a button of these adjustments moves points on; requests for the same card wait in line."""
        # sudo: only to touch them.
        return self.card_id.sudo()._sync_accounts()

    def _points(self):
        return exact(self.quantity)

    def _overdraws(self, account):
        return self._points() < 0 and exact(account.points) + self._points() < min(Decimal(0), exact(account.points))

    def _window_start(self):
        return fields.Datetime.now() - timedelta(days=WINDOW_DAYS)

    def _post(self):
        for adjustment in self:
            balance = adjustment._book(adjustment._points())
            # sudo: the state is kept by the document; rights were checked by who calls this.
            adjustment.sudo().write({"state": "posted", "decided_at": fields.Datetime.now(), "balance": float(balance)})
            adjustment._tell_requester(self.env._("Posted: %s", adjustment._label()))

    def _book(self, points, step=None):
        """Move ``points`` on the card, and keep Odoo's history in step."""
        self.ensure_one()
        account = self._account()
        key = f"adjustment:{self.id}:{step}" if step else f"adjustment:{self.id}"
        balance = account._sync_move(
            "adjust",
            [self._part(points, is_reversal=bool(step))],
            self,
            key=key,
            company_id=self.company_id.id,
            reason=self.reason,
            no_mail=bool(step) or self.reason == "migration",
        )
        account._sync_note(points, self._told_to_customer(is_reversal=bool(step)))
        return balance

    def _part(self, points, is_reversal):
        if is_reversal:
            # First what this very adjustment has brought, or back to where it was drawn from.
            return Part("adjust", points, own_first=True, undoes="adjust" if points > 0 else None)
        kind = "goodwill" if points > 0 and self.reason in ("goodwill", "complaint") else "adjust"
        return Part(kind, points, expires_on=self.expires_on or None)

    # ---------------------------------------------------------------- telling

    def _label(self):
        # sudo: the unit of the points on the card.
        return f"{self.quantity:+.10g} {self.card_id.sudo().point_name or ''}".strip()

    def _told_to_customer(self, is_reversal=False):
        text = self.customer_text or dict(self._fields["reason"]._description_selection(self.env))[self.reason]
        return self.env._("Reversed: %s", text) if is_reversal else text

    def _tell_requester(self, text):
        """Say it in the chatter, and to the requester where somebody else acted."""
        self.ensure_one()
        other = self.requester_id.partner_id if self.requester_id != self.env.user else self.env["res.partner"]
        # sudo: the document tells its own story, whoever acted.
        self.sudo().message_post(body=text, partner_ids=other.ids, subtype_xmlid="mail.mt_note")

    def _sync_notification(self):
        """What a wizard tells who has asked: booked, or waiting for a second person."""
        self.ensure_one()
        if self.state == "posted":
            text = self.env._("%(number)s: %(points)s booked.", number=self.number, points=self._label())
        else:
            text = self.env._("%(number)s: %(points)s must be approved.", number=self.number, points=self._label())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": text,
                "type": "success" if self.state == "posted" else "warning",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _close_activities(self, feedback):
        # sudo: the activities of all who were asked, once one has decided.
        self.sudo().activity_feedback([_ACTIVITY], user_id=self.env.uid, feedback=feedback)
        self.sudo().activity_unlink([_ACTIVITY])  # sudo: as above
