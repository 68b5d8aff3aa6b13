from odoo import fields, models

from ...rules.survey_loop import follows_at


class CrmSyncSurveyInvitation(models.Model):
    """What is still to follow from an answer, and the invitation that asks once more because of a low one."""

    _inherit = "crm.sync.survey.invitation"

    follow_at = fields.Datetime(
        "What Follows Is Done On", readonly=True, help="Then the answer cannot be put right any more. Empty: done."
    )
    wants_call = fields.Boolean("Wishes to Be Called", readonly=True)
    call_phone = fields.Char("Number to Call", readonly=True)
    follow_up_of_id = fields.Many2one(
        "crm.sync.survey.invitation",
        "Follow-Up Of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="This one asks once more how it is, because the first answer was low.",
    )

    _follow_idx = models.Index("(id, follow_at) WHERE follow_at IS NOT NULL")

    def _answer(self, value, comment, at):
        score = super()._answer(value, comment, at)
        if score and not self.is_anonymous:
            # Whatever the first answer was, the last one counts; and who answers anonymously is not known to anybody.
            self._record({"follow_at": follows_at(self.done_at)})
        return score

    def _begin_native(self, value, comment):
        """A follow-up is one question, however many the questionnaire has."""
        if self.follow_up_of_id:
            return self.env["survey.user_input"]
        return super()._begin_native(value, comment)

    def _asking_template(self):
        if self.follow_up_of_id and self.program_id.follow_up_template_id:
            return self.program_id.follow_up_template_id
        return super()._asking_template()

    def _wish_call(self, phone):
        """Whoever answers wishes to be called; once said it stands, however he puts his number right."""
        self._record({"wants_call": True, "call_phone": phone or self.call_phone})

    def _plan_follow_ups(self):
        """``{invitation: the one that will ask once more}``; twice is as once. Callers know that these answers were low."""
        # sudo: invitations are written by the addon alone
        first = self.sudo()
        known = {
            follow_up.follow_up_of_id.id: follow_up for follow_up in first.search([("follow_up_of_id", "in", self.ids)])
        }
        wanted = first.filtered(lambda one: one.id not in known and one.partner_id and one.program_id.follow_up_days)
        planned = first.create(
            [
                {
                    "program_id": one.program_id.id,
                    "partner_id": one.partner_id.id,
                    "lang": one.lang,
                    "origin_key": f"follow-up:{one.id}",
                    "follow_up_of_id": one.id,
                    "due_at": fields.Datetime.add(one.done_at, days=one.program_id.follow_up_days),
                }
                for one in wanted
            ]
        )
        return known | {follow_up.follow_up_of_id.id: follow_up for follow_up in planned}
