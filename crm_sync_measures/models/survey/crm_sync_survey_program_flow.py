import base64
import io

import qrcode
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

from .crm_sync_survey_invitation_link import parse_token

#: Models that a trigger reads, where not every database has them.
_NEEDED = {"delivered": "stock.picking"}
#: Invitations that are dropped at once when a program ends.
_AT_ONCE = 1000


class CrmSyncSurveyProgram(models.Model):
    """What managers do with a program: start, pause and end it, look at the results, and hand out its link."""

    _inherit = "crm.sync.survey.program"
    _sync_follows = {
        "draft": {"running"},
        "running": {"paused", "ended"},
        "paused": {"running", "ended"},
        "ended": set(),
    }
    #: What scores mean.
    _sync_fixed = frozenset({"metric", "survey_id", "question_id", "trigger", "is_anonymous", "company_id"})
    _sync_needed = frozenset(
        {
            "active",
            "reminder_count",
            "reminder_template_id",
            "promoter_action",
            "promoter_points",
            "thanks_template_id",
        }
    )

    public_url = fields.Char("Link", compute="_compute_public_url", help="For paper, counters and web pages.")

    public_code = fields.Binary("QR Code", compute="_compute_public_code", help="The link as a picture, to print.")

    def _compute_public_url(self):
        for program in self:
            program.public_url = program._public_url() if isinstance(program.id, int) else False

    def _compute_public_code(self):
        for program in self:
            # Odoo's own pictures of codes need a library that not every server has.
            picture = io.BytesIO()
            qrcode.make(program._public_url(), box_size=12).save(picture, format="PNG")
            program.public_code = base64.b64encode(picture.getvalue())

    # ---------------------------------------------------------------- states

    def action_start(self):
        """Ask from now on, or again; what happened before the start is not asked about."""
        self._check_manager()
        for program in self:
            program._check_startable()
        return self._go("running")

    def action_end(self):
        """Ask nobody any more. Who was asked may answer; what was only planned is dropped.

        What is more than can be dropped at once, the jobs drop when its time comes.
        """
        self._check_manager()
        self._go("ended")
        # sudo: invitations are written by the addon alone
        planned = self.env["crm.sync.survey.invitation"].sudo()
        planned = planned.search([("program_id", "in", self.ids), ("state", "=", "planned")], limit=_AT_ONCE)
        planned._set_state("cancelled", note=self.env._("The program was ended."))
        return True

    def _check_startable(self):
        self.ensure_one()
        needed = _NEEDED.get(self.trigger)
        if needed and needed not in self.env:
            raise UserError(self.env._("“%s”: deliveries are only known where Inventory is installed.", self.name))
        if not self.active or not self.survey_id.sudo().active:  # sudo: whether the questionnaire is in use
            raise UserError(self.env._("“%s”: the program or its questionnaire is archived.", self.name))
        if self.reminder_count and not self.reminder_template_id:
            raise UserError(self.env._("“%s”: choose the mail of the reminder, or send none.", self.name))
        if self.promoter_action == "thanks" and not self.thanks_template_id:
            raise UserError(self.env._("“%s”: choose the mail that says thanks.", self.name))

    @api.model
    def _own_fields(self):
        return super()._own_fields() | {"wave", "kind_of_score"}

    # ---------------------------------------------------------------- what is refused

    def _words_managers_only(self):
        return self.env._("Only a Customer Sync manager decides whom we ask.")

    def _words_own(self, label):
        return self.env._("%s: kept by the program itself.", label)

    def _words_fixed(self, label):
        return self.env._(
            "%s: stays as it is, since scores of before would be mixed with others. Copy the program.", label
        )

    def _words_used(self):
        return self.env._("A program that has asked customers is not deleted. End it, or archive it.")

    def _words_audience(self, error):
        return self.env._("“%(program)s”: the audience cannot be understood: %(error)s", program=self.name, error=error)

    # ---------------------------------------------------------------- looking

    def action_results(self):
        """The page of results; its address is a link for colleagues."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("crm_sync_measures.crm_sync_survey_results_action")
        return {**action, "params": {"program_id": self.id}}

    def action_open_invitations(self):
        self.ensure_one()
        return self._open_invitations([])

    def action_open_suppressed(self):
        self.ensure_one()
        return {**self._open_invitations([("state", "=", "suppressed")]), "context": {"search_default_group_reason": 1}}

    def action_open_survey(self):
        """The questionnaire, for who may edit it in Odoo's Surveys."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.survey",
            "res_id": self.survey_id.id,
            "views": [(False, "form")],
        }

    def _open_invitations(self, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_survey_invitation_action")
        return {**action, "domain": [("program_id", "=", self.id), *domain], "context": {}}

    # ---------------------------------------------------------------- the link for everybody

    def action_copy_link(self):
        """Show the link for everybody, to be copied."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "sticky": True, "title": self.name, "message": self._public_url()},
        }

    def action_qr(self):
        """The link as a picture to print."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/web/image/{self._name}/{self.id}/public_code", "target": "new"}

    def _public_url(self):
        self.ensure_one()
        return f"{self.company_id.get_base_url()}/s/q/{self._public_token()}"

    def _public_token(self):
        """The key of the link for everybody: nobody finds another program by counting."""
        self.ensure_one()
        return f"{self.id}-{self._public_signature()}"

    def _public_signature(self):
        # sudo: the secret of the database never leaves this method
        return hmac(self.env(su=True), "crm_sync_survey_program", self.id)[:32]

    @api.model
    def _by_public_token(self, token):
        """The program of a link for everybody as superuser, whatever its state; empty for a wrong one."""
        programs = self.sudo()  # sudo: whoever has the link may answer
        program_id, signature = parse_token(token)
        program = programs.browse(program_id).exists() if program_id else programs.browse()
        if program and consteq(program._public_signature(), signature):
            return program
        return programs.browse()
