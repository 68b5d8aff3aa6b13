from decimal import Decimal

from markupsafe import Markup, escape
from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...rules.case_budget import IN_POINTS, Budget, coupon_worth, why_approval

_APPROVE = "crm_sync_measures.activity_type_case_compensation"
_CREDIT_NOTE = "crm_sync_measures.activity_type_case_credit_note"
#: Where nobody in particular decides or books, so many are asked.
_ASKED = 3
_TEXT_LENGTH = 2000


class CrmSyncCaseCompensationFlow(models.Model):
    """What a compensation does: ask, approve, refuse, give."""

    _inherit = "crm.sync.case.compensation"

    # ---------------------------------------------------------------- buttons

    def action_request(self):
        """Give it where the budget allows; ask a second person for the rest."""
        self.case_id.check_access("write")
        self._begin()
        self._check_state("draft")
        if self.requester_id - self.env.user:
            raise AccessError(self.env._("Only the requester asks for it."))
        for compensation in self:
            compensation._check_complete()
            compensation._decide()
        return True

    def action_approve(self):
        """A second person agrees: it is given now."""
        self._check_decider()
        self._begin()
        self._check_state("to_approve")
        # The customer of a case may have become another one since it was asked for.
        self._check_whose()
        for compensation in self:
            compensation._record({"approver_id": self.env.uid})
            compensation._grant()
        self._close_activities()
        return True

    def action_refuse(self, answer):
        """It is not given.

        :param str answer: why; the requester reads it
        """
        self._check_decider()
        self._begin()
        self._check_state("to_approve")
        if not isinstance(answer, str) or not answer.strip() or len(answer) > _TEXT_LENGTH:
            raise UserError(self.env._("Answer: say why, in at most %s characters.", _TEXT_LENGTH))
        waiting = self.adjustment_id.filtered(lambda adjustment: adjustment.state == "to_approve")
        self._refuse(answer)
        if waiting:
            waiting.action_refuse()
        return True

    # ---------------------------------------------------------------- who decides

    def _is_second_person(self, user):
        """Whether ``user`` may decide: the manager of the department, or a manager; never for his own request or case."""
        self.ensure_one()
        # sudo: whose case it is does not depend on who asks.
        case = self.sudo().case_id
        entity = user.sudo().partner_id.commercial_partner_id  # sudo: his own partner
        if user == self.requester_id or user.share or entity == case.commercial_partner_id:
            return False
        if user.has_group("crm_sync_measures.group_manager"):
            return True
        # sudo: which department it is charged to is no secret.
        return self.sudo().department_id._is_led_by(user)

    def _check_decider(self):
        self.check_access("read")
        self._check_state("to_approve")
        if not all(compensation._is_second_person(self.env.user) for compensation in self):
            raise AccessError(
                self.env._("The manager of the department or a manager decides, who has not asked for it himself.")
            )

    def _check_state(self, state):
        if any(compensation.state != state for compensation in self):
            label = dict(self._fields["state"]._description_selection(self.env))[state]
            raise UserError(self.env._("This can only be done with compensations that are in “%s”. Reload.", label))

    def _approvers(self):
        self.ensure_one()
        # sudo: who decides is no secret.
        manager = self.sudo().department_id.manager_id
        managers = self.env.ref("crm_sync_measures.group_manager").sudo().all_user_ids  # sudo: as above
        for users in (manager, managers.sorted("id")):
            able = users.filtered(
                lambda user: user.active and self.company_id in user.company_ids and self._is_second_person(user)
            )
            if able:
                return able[:_ASKED]
        return self.env["res.users"]

    # ---------------------------------------------------------------- asking

    def _begin(self):
        """Two who decide at once wait in line; the second one sees what the first has done."""
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(
                SQL("UPDATE crm_sync_case_compensation SET write_date = write_date WHERE id IN %s", tuple(self.ids))
            )

    def _check_complete(self):
        self.ensure_one()
        if self.kind == "points" and not self.card_id:
            raise UserError(
                self.env._("Card: choose the card that gets the points. Give the customer one first if he has none.")
            )
        if self.kind == "coupon" and not self.program_id:
            raise UserError(self.env._("Program of the Coupon: choose one."))
        if not self.case_id.partner_id:
            raise UserError(self.env._("Customer: say who he is before something is given to him."))
        self._check_whose()

    def _decide(self):
        """Give it, or ask; what counts is what is left when it is asked for."""
        self.ensure_one()
        now = fields.Datetime.now()
        # sudo: the department of a colleague
        department = self.case_id.department_id or self.requester_id.sudo().sync_department_id
        budget = self.env["crm.sync.case.budget"]._find(department, self.company_id, fields.Date.context_today(self))
        budget._touch()
        amount = self._in_budget()
        self._record(
            {
                "department_id": department.id,
                "budget_id": budget.id,
                "budget_amount": float(amount),
                "requested_at": now,
            }
        )
        why = why_approval(amount, self._left(budget) if self._may_use(department) else None, self._is_own())
        if why:
            self._ask(why)
        else:
            self._grant()

    def _may_use(self, department):
        """Whose budget it is: else who may move a case would choose the department that has most left."""
        requester = self.requester_id
        # sudo: to which department a colleague belongs, and who manages one
        return (
            requester.sudo().sync_department_id == department
            or department.sudo().manager_id == requester
            or requester.has_group("crm_sync_measures.group_manager")
        )

    def _in_points(self):
        """Whether it is counted in points; what lies in a wallet is money."""
        # sudo: the kind of a program
        return self.kind in IN_POINTS and self.card_id.sudo().program_type != "ewallet"

    def _in_budget(self):
        """Points as they are; money in the company's currency, at today's rate; a coupon at what it is worth at least."""
        if self._in_points():
            return Decimal(str(self.amount))
        currency = self.company_id.currency_id
        if self.kind in IN_POINTS:
            # sudo: the currency of a wallet
            return self._converted(self.amount, self.card_id.sudo().currency_id, currency)
        asked = self._converted(self.amount, self.currency_id, currency)
        return max(asked, self._worth_of_coupon(currency)) if self.kind == "coupon" else asked

    def _converted(self, amount, currency, wanted):
        today = fields.Date.context_today(self)
        return Decimal(str(currency._convert(amount, wanted, self.company_id, today)))

    def _worth_of_coupon(self, currency):
        """What is known of the worth of a coupon of this program, whatever its requester says."""
        program = self.program_id.sudo()  # sudo: the rewards of a program
        rewards = [
            (
                reward.reward_type,
                reward.discount_mode,
                reward.discount,
                reward.discount_max_amount,
                min(reward.reward_product_ids.mapped("lst_price"), default=0.0) * reward.reward_product_qty,
            )
            for reward in program.reward_ids
        ]
        return self._converted(coupon_worth(program.program_type, rewards), program.currency_id or currency, currency)

    def _left(self, budget):
        if not budget:
            return None
        points, money, _asked = budget._sums().get(budget.id, (0.0, 0.0, 0))
        if self._in_points():
            return Budget(Decimal(str(budget.limit_points)), Decimal(str(points)))
        return Budget(Decimal(str(budget.limit_amount)), Decimal(str(money)))

    def _is_own(self):
        """The customer is a colleague, or the requester himself."""
        # sudo: whether a customer is a colleague, or a contact of one, does not depend on who asks.
        entity = self.sudo().case_id.commercial_partner_id
        own = [("share", "=", False), ("partner_id.commercial_partner_id", "=", entity.id)]
        # sudo: as above
        return bool(self.env["res.users"].sudo().with_context(active_test=False).search_count(own, limit=1))

    def _ask(self, why):
        self._record({"state": "to_approve", "cause": why})
        note = self.env._("%(name)s asks for: %(what)s", name=self.requester_id.name, what=self.display_name)
        for user in self._approvers():
            # sudo: the requester assigns an activity to those who decide.
            self.case_id.sudo().activity_schedule(_APPROVE, user_id=user.id, note=escape(note))

    # ---------------------------------------------------------------- giving

    def _grant(self):
        self.ensure_one()
        getattr(self, f"_grant_{self.kind}")()

    def _granted(self):
        given = self.filtered(lambda compensation: compensation.state != "granted")
        given._record({"state": "granted", "decided_at": fields.Datetime.now()})
        for compensation in given:
            compensation.case_id._log("compensated", note=compensation.display_name)

    def _refuse(self, answer=None):
        self._record(
            {
                "state": "refused",
                "answer": answer,
                "decided_at": fields.Datetime.now(),
                "approver_id": self.env.uid,
            }
        )
        for compensation in self:
            refused = self.env._("Refused. %s", answer or "")
            compensation.case_id._log("compensated", note=f"{compensation.display_name}\n{refused}".strip())
            compensation.case_id._remind(compensation.requester_id, f"{compensation.display_name}: {refused}")
        self._close_activities()

    def _grant_points(self):
        """By the loyalty room's own door: once, in the name of who asked. Its limit for one person holds there too."""
        if not self.adjustment_id:
            card = self.card_id.with_user(self.requester_id)
            explanation = f"{self.case_id.number}: {self.note or self.case_id.name}"[:_TEXT_LENGTH]
            booked = card.sync_adjust(self.amount, "complaint", explanation, f"case-compensation:{self.id}")
            self._record({"adjustment_id": booked["id"]})
        if self.adjustment_id.sudo().state == "to_approve" and self.approver_id:  # sudo: only its state
            # Who agrees to the compensation agrees to the points; where he may not, the loyalty room says why.
            self.adjustment_id.with_user(self.approver_id).action_approve()
        if self.adjustment_id.sudo().state == "posted":  # sudo: only its state
            self._granted()
        elif self.state != "to_approve":
            self._ask("points")

    def _grant_coupon(self):
        """By Odoo's own generation of coupons, for this one customer."""
        case = self.case_id
        # sudo: what the budget or a second person allows needs no rights on programs. The loyalty room books it as usual.
        wizard = (
            self.env["loyalty.generate.wizard"]
            .sudo()
            .with_context(loyalty_no_mail=not case.sudo()._may_write_to_customer())
            .create(
                {
                    "program_id": self.program_id.id,
                    "mode": "selected",
                    "customer_ids": [(6, 0, case.partner_id.ids)],
                    "points_granted": self._points_of_coupon(),
                    "description": case.number,
                }
            )
        )
        coupon = wizard.generate_coupons()
        self._record({"card_id": coupon.id})
        self._granted()

    def _points_of_coupon(self):
        """What is on a gift card is money of its program."""
        program = self.program_id.sudo()  # sudo: as above
        if program.program_type != "gift_card":
            return 1
        return float(self._converted(self.amount, self.currency_id, program.currency_id or self.currency_id))

    def _grant_credit_note(self):
        """Asked for, not booked: accounting decides how."""
        case = self.case_id
        # sudo: a link that only those who may see the invoice can follow
        invoice = case.sudo().invoice_id
        note = Markup("<p>%s</p>") % self.env._(
            "%(case)s: a credit note of %(amount)s was agreed to.", case=case.number, amount=self._label()
        )
        if invoice:
            note += Markup("<p>%s</p>") % invoice._get_html_link()
        if self.note:
            note += Markup("<p>%s</p>") % self.note
        for user in self._accountants():
            # sudo: an activity for those who book it
            case.sudo().activity_schedule(_CREDIT_NOTE, user_id=user.id, note=note)
        self._granted()

    def _accountants(self):
        """Who books invoices in this company and may see the case; else who is in charge of it."""
        # sudo: who books is no secret.
        users = (
            self.env.ref("account.group_account_invoice")
            .sudo()
            .all_user_ids.filtered(lambda user: user.active and not user.share and self.company_id in user.company_ids)
        )
        able = users.filtered(lambda user: self.case_id.with_user(user).has_access("read")).sorted("id")
        return able[:1] or self.case_id._in_charge()

    def _grant_gift(self):
        self._hand_out()

    def _grant_discount(self):
        self._hand_out()

    def _hand_out(self):
        """A person does it: the owner of the case, else who asked."""
        case = self.case_id
        case._remind(case.user_id or self.requester_id, f"{self.display_name} {self.note or ''}".strip())
        self._granted()

    def _close_activities(self):
        """Those who were asked, once nothing of their case waits for them."""
        for case in self.case_id:
            # sudo: whether others are still asked
            waiting = self.sudo().search_count([("case_id", "=", case.id), ("state", "=", "to_approve")], limit=1)
            if not waiting:
                case.sudo().activity_unlink([_APPROVE])  # sudo: the activities of all who were asked
