from datetime import timedelta

from odoo import api, fields, models

from ...rules.score import asks_how_it_went


class CrmSyncCaseSurvey(models.Model):
    """A customer whose case is over is asked how it went: by one mail for each cycle, where he may be asked.

    The mail is queued in the transaction that notes it in the history, which takes one such entry for each cycle.
    """

    _inherit = "crm.sync.case"

    survey_at = fields.Datetime(
        "Customer Is Asked On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When he is asked how it went; empty once that was done, or was found to be out of place.",
    )

    # ---------------------------------------------------------------- when

    def _after_step(self, step):
        result = super()._after_step(step)
        over = self.filtered(lambda case: asks_how_it_went(case.kind, step))
        for case in over - over._asked_in_cycle():
            company = case.company_id.sudo()  # sudo: the company's settings hold for whoever closes a case
            if company.sync_case_survey:
                delay = timedelta(hours=company.sync_case_survey_hours)
                case._record({"survey_at": case.closed_at + delay})
        return result

    def _asked_in_cycle(self):
        """Those of which the question of this cycle is over, sent or not."""
        # sudo: the history of cases that the caller changes
        events = self.env["crm.sync.case.event"].sudo().search([("case_id", "in", self.ids), ("kind", "=", "survey")])
        done = {(event.case_id.id, event.cycle) for event in events}
        return self.filtered(lambda case: (case.id, case.cycle) in done)

    def _reopen(self, reason, at=None):
        self._record({"survey_at": False})
        return super()._reopen(reason, at)

    # ---------------------------------------------------------------- job

    @api.model
    def _cron_survey(self):
        """Ask whom it is time to ask. Killing it anywhere, or running it twice, changes nothing."""
        domain = [("survey_at", "<=", fields.Datetime.now())]
        self.env["crm.sync.job.runner"]._run_records("case_survey", self._name, domain, "_ask_verdict")

    def _ask_verdict(self):
        """Ask for one case, or note why not."""
        self.ensure_one()
        words = self.with_context(lang=self.company_id.partner_id.lang).env
        reason = self._reason_not_to_ask(words)
        if not reason:
            # sudo: the key of the link is told to the customer alone
            link = self.env["crm.sync.contact.link"].sudo()
            headers = link._unsubscribe_headers(self.partner_id, "survey")
            address = self.partner_id.email_normalized
            self._post_template("crm_sync_measures.mail_template_case_survey", address, headers)
            self.env["crm.sync.contact.sent"]._note(self.partner_id, "email", "survey", self.company_id, self.number)
        self._record({"survey_at": False})
        self._log("survey", note=words._("Not asked: %s", reason) if reason else words._("Asked by e-mail."))

    def _reason_not_to_ask(self, words):
        """Why this customer is not asked now, in a sentence; ``None`` where nothing speaks against it."""
        self.ensure_one()
        if not self.company_id.sync_case_survey:
            return words._("The survey of cases is switched off.")
        if self._score():
            return words._("The customer has told us already.")
        if not self.partner_id:
            return words._("The customer is no contact of ours.")
        gate = self.env["crm.sync.contact.gate"].with_context(lang=words.lang).with_company(self.company_id)
        verdict = gate._may_contact(self.partner_id, "survey", "email")[self.partner_id.id]
        return None if verdict.allowed else verdict.message

    # ---------------------------------------------------------------- read by the mail

    def _refuse_url(self):
        """The page on which the customer says that he wants no questions of this kind."""
        self.ensure_one()
        return self.env["crm.sync.contact.link"]._preference_url(self.partner_id, "survey")

    def _verdict_url(self, stars):
        """The page on which so many stars are chosen already; it stores nothing until he sends it."""
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_portal_url(query_string=f'&stars={stars}', anchor='verdict')}"
