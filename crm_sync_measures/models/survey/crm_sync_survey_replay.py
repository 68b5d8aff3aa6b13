from datetime import timedelta

from odoo import api, fields, models

from ...rules.survey_answer import digest

_KEPT = timedelta(days=90)


class CrmSyncSurveyReplay(models.Model):
    """A post to a link that was answered already: by a machine that repeats what it saw, or by somebody else.

    It changed nothing. What it said is not kept, only a keyed digest that tells whether it said the same twice; of an
    anonymous survey not even that, and no finer moment than the day.
    """

    _name = "crm.sync.survey.replay"
    _description = "Repeated Answer"
    _log_access = False
    _order = "at desc, id desc"
    _rec_name = "at"

    at = fields.Datetime("Date", required=True, readonly=True, index=True)
    program_id = fields.Many2one(
        "crm.sync.survey.program", "Survey Program", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="program_id.company_id", store=True, index=True)
    invitation_id = fields.Many2one(
        "crm.sync.survey.invitation", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    what = fields.Char("Digest", readonly=True, help="The same for posts that say the same.")

    @api.model
    def _note(self, program, invitation, secret, sent):
        """Write down that something came again; ``sent`` is what it said."""
        now = fields.Datetime.now()
        values = {"program_id": program.id}
        if program.is_anonymous:
            values["at"] = now.replace(hour=0, minute=0, second=0)
        else:
            values |= {
                "at": now,
                "invitation_id": invitation.id,
                "what": digest(secret, program.id, invitation.id, *sent)[:16],
            }
        # sudo: made by nobody else
        return self.sudo().create(values)

    @api.autovacuum
    def _clean(self):
        """Forget what nobody looks into any more."""
        old = self.sudo().search([("at", "<", fields.Datetime.now() - _KEPT)], limit=10_000)  # sudo: scheduled work
        old.unlink()
        return len(old), len(old) == 10_000
