from odoo import SUPERUSER_ID, api, fields, models

from ..core.crm_sync_contact_gate import Verdict


class CrmSyncSurveyPromoter(models.AbstractModel):
    """What a program does for customers who give a high score: a mail that says thanks or asks to be recommended, or points.

    Called once for each answer, when it cannot be put right any more, and in the transaction that notes that it was done.
    """

    _name = "crm.sync.survey.promoter"
    _description = "What Follows From High Scores"

    @api.model
    def _reward(self, program, invitations):
        action = program.promoter_action
        if action != "none":
            invitations = self._not_yet(program, invitations)
        if not invitations or action == "none":
            return
        if action == "points":
            for invitation in invitations:
                self._give_points(program, invitation)
        else:
            # Who wishes to be called is called, and not asked for anything.
            self._write_to(program, invitations.filtered(lambda one: not one.wants_call), action)

    @api.model
    def _not_yet(self, program, invitations):
        """Without those who were as content in the same wave before, by the link of a contact that was merged into them."""
        scores = self.env["crm.sync.score"].with_context(active_test=False)
        before = scores.search_fetch(
            [
                ("program_id", "=", program.id),
                ("wave", "in", [wave for wave in invitations.mapped("wave") if wave]),
                ("partner_id", "in", invitations.partner_id.ids),
                ("value", ">=", program.high_from),
                ("is_follow_up", "=", False),
            ],
            ["wave", "partner_id", "invitation_id"],
        )
        first = {}
        for score in before.sorted("id"):
            # What was put right by the same link was never what he has said.
            if score.replaced_by_id.invitation_id != score.invitation_id:
                first.setdefault((score.wave, score.partner_id), score.invitation_id)
        return invitations.filtered(lambda one: first.get((one.wave, one.partner_id), one) == one)

    # ---------------------------------------------------------------- mails

    def _write_to(self, program, invitations, action):
        """One mail for each whom it may be sent to; to be recommended is asked for as advertising is."""
        purpose = "marketing" if action == "referral" else "service"
        # sudo: whether customers may be written to, and what becomes of their answers
        gate = self.env["crm.sync.contact.gate"].sudo().with_company(program.company_id)
        gate = gate.with_context(lang=program.company_id.partner_id.lang)
        verdicts = gate._may_contact(invitations.partner_id.with_env(gate.env), purpose, "email")
        # It comes with his answer: who wants no mails about surveys wants none of it.
        unwanted = self.env["crm.sync.contact.preference"]._refused_ids(invitations.partner_id, "survey")
        for partner_id in unwanted:
            verdicts[partner_id] = Verdict(False, "preference", gate._reason_messages()["preference"])
        allowed = invitations.filtered(lambda one: verdicts[one.partner_id.id].allowed)
        for one in invitations - allowed:
            one._log("done", fields.Datetime.now(), verdicts[one.partner_id.id].message)
        if not allowed:
            return
        template = program.thanks_template_id
        allowed._mail(template)
        allowed._log("done", fields.Datetime.now(), template.with_context(lang=gate.env.lang).name)
        if purpose == "marketing":
            name = program.with_context(lang=gate.env.lang).name
            self.env["crm.sync.contact.sent"]._note(allowed.partner_id, "email", "marketing", program.company_id, name)

    # ---------------------------------------------------------------- points

    def _give_points(self, program, invitation):
        """By the loyalty room's own door, once for each answer; its limit holds here too, and above it a person decides."""
        card = self._card_of(invitation.partner_id, program.promoter_program_id)
        name = program.with_context(lang=program.company_id.partner_id.lang).name
        explanation = f"{name}: {invitation.score_id.display_name}"
        key = f"sync.{invitation._answer_key()}"
        booked = card.sync_adjust(program.promoter_points, "promotion", explanation, key)
        invitation._log("done", fields.Datetime.now(), booked["number"])

    def _card_of(self, partner, loyalty_program):
        """His oldest card of that program, or his first one."""
        # The system gives them, by the rule of a manager.
        cards = self.env["loyalty.card"].with_user(SUPERUSER_ID)
        own = [("partner_id", "=", partner.id), ("program_id", "=", loyalty_program.id)]
        if card := cards.search(own, order="id", limit=1):
            return card
        # It comes with no points, and nobody is mailed about it.
        first = {"program_id": loyalty_program.id, "partner_id": partner.id, "points": 0}
        return cards.with_context(loyalty_no_mail=True).create(first).with_env(cards.env)
