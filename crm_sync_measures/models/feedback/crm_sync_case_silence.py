from odoo import api, fields, models
from odoo.tools import format_date

from ...rules.case_policy import policy_for
from ...rules.case_silence import AWAITED, next_step, quiet_since


class CrmSyncCaseSilence(models.Model):
    """A case that waits for the customer does not wait for ever: he is told, and then it is closed."""

    _inherit = "crm.sync.case"

    silence_told_at = fields.Datetime(
        readonly=True, copy=False, help="When the customer was told that the case will be closed without his reply."
    )
    silence_refused_at = fields.Datetime(
        readonly=True, copy=False, help="When he was to be told so, and could not be written to."
    )
    silence_at = fields.Datetime(
        "Closed or Told So On",
        compute="_compute_silence_at",
        store=True,
        index="btree_not_null",
        help="When the customer is told that the case will be closed, and then when it is.",
    )

    @api.depends(
        "step",
        "stage_since",
        "last_customer_at",
        "silence_told_at",
        "silence_refused_at",
        "kind",
        "priority",
        "tier_weight",
        "department_id",
    )
    def _compute_silence_at(self):
        for case in self:
            case.silence_at = case._next_silence()[1] or False

    def _next_silence(self):
        """``(tell, close or None, when)``"""
        self.ensure_one()
        if self.step not in AWAITED or not self.stage_since:
            return None, None
        policies = self.env["crm.sync.case.policy"]._get_policies()
        policy = policy_for(policies, self.env["crm.sync.case.clock"]._facts_of(self))
        return next_step(
            quiet_since(self.stage_since, self.last_customer_at or None),
            policy.autoclose_days,
            self.company_id.sudo().sync_case_notice_days,  # sudo: the company's settings hold for whoever reads
            self.silence_told_at or None,
            self.silence_refused_at or None,
        )

    @api.model
    def _recheck_silence(self):
        """Policies or settings have changed: few cases wait for their customers, whatever the number of cases."""
        # sudo: computed, whoever changed the setting.
        waiting = self.sudo().search([("step", "in", AWAITED)])
        self.env.add_to_compute(self._fields["silence_at"], waiting)

    # ---------------------------------------------------------------- job

    @api.model
    def _cron_silence(self):
        """Tell and close what is due. Killing it anywhere, or running it twice, changes nothing."""
        domain = [("silence_at", "<=", fields.Datetime.now())]
        self.env["crm.sync.job.runner"]._run_records("case_silence", self._name, domain, "_end_silence")

    def _end_silence(self):
        """Do what is due for one case."""
        self.ensure_one()
        now = fields.Datetime.now()
        what, at = self._next_silence()
        if not at or at > now:
            return
        words = self.with_context(lang=self.lang or self.company_id.partner_id.lang).env
        if what == "close":
            text = words._("We have heard nothing from you and close this case. A reply is enough to open it again.")
            self._begin()
            self._end(self._stage_for(self.kind, "closed"), "closed", told=text)
        elif self._may_write_to_customer():
            self._record({"silence_told_at": now})
            until = self._next_silence()[1]
            text = words._(
                "We are waiting for your reply. If we hear nothing until %s, we close this case; a reply is enough to go on.",
                format_date(words, until),
            )
            self._post_to_customer(text, is_automatic=True)
        else:
            self._record({"silence_refused_at": now})
            for user in self.user_id.filtered("active") or self._in_charge():
                words = self.with_context(lang=user.lang).env
                self._remind(
                    user, words._("The customer does not reply and cannot be written to: close the case by hand.")
                )
