from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ...rules.survey_flow import is_relational
from ..feedback.crm_sync_score import METRICS
from .words import TRIGGERS


class CrmSyncSurveyProgram(models.Model):
    """Who is asked what, when, how often and in whose name; and what follows from the answers.

    The questionnaire is Odoo's own (``survey.survey``); one of its questions is the score. A program asks while it is
    running (``crm_sync_survey_program_flow.py``). What its scores mean is fixed once it has run: metric, question,
    trigger, anonymity and company.
    """

    _name = "crm.sync.survey.program"
    _inherit = ["crm.sync.program.mixin", "mail.activity.mixin"]
    _description = "Survey Program"

    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("paused", "Paused"), ("ended", "Has Ended")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    department_id = fields.Many2one(
        help="Looks after unhappy answers that have no owner, and reads this program's invitations."
    )
    team_id = fields.Many2one("crm.team", "Sales Team", ondelete="set null", check_company=True)

    # ---------------------------------------------------------------- what is asked

    metric = fields.Selection(
        METRICS,
        "Score",
        required=True,
        default="csat",
        tracking=True,
        help="NPS: would you recommend us, 0 to 10. CSAT: were you content, 1 to 5. CES: was it easy, 1 to 7.",
    )
    survey_id = fields.Many2one(
        "survey.survey", "Questionnaire", required=True, index=True, ondelete="restrict", tracking=True
    )
    question_id = fields.Many2one(
        "survey.question",
        "Score Question",
        compute="_compute_question",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
        ondelete="restrict",
        domain="[('survey_id', '=', survey_id), ('sync_metric', '=', metric)]",
        help="The question of the questionnaire whose answer is the score.",
    )
    is_anonymous = fields.Boolean(
        "Anonymous",
        tracking=True,
        help="Nobody can tell who gave which answer, and figures are only shown of five answers and more.",
    )

    # ---------------------------------------------------------------- when, and whom

    trigger = fields.Selection(
        TRIGGERS,
        "Asked After",
        required=True,
        default="manual",
        tracking=True,
        help="What has to happen so that a customer is asked.",
    )
    kind_of_score = fields.Selection(
        [("relational", "Relation as a Whole"), ("transactional", "One Experience")],
        compute="_compute_kind_of_score",
        store=True,
        help="The two are never put into one figure.",
    )
    trigger_day = fields.Integer(
        "Days After the First Order", default=30, help="So many days after his first order a customer is asked, once."
    )
    wave = fields.Integer("Last Wave", readonly=True, copy=False, aggregator=None)
    wave_months = fields.Integer(
        "Months Between Waves", default=6, help="So long after the beginning of a wave the next one begins."
    )
    wave_spread_days = fields.Integer(
        "Spread Over Days", default=5, help="The invitations of a wave leave over so many working days."
    )
    delay_hours = fields.Integer("Delay (Hours)", default=24, help="So long after it happened the customer is asked.")
    audience_domain = fields.Char(help="Only contacts that fit are asked.")
    sample_percent = fields.Integer(
        "Sample (%)", default=100, help="So many per cent of those who could be asked are asked; chance decides."
    )
    cap_per_day = fields.Integer("Invitations a Day", help="At most so many leave on a day. 0: no limit.")
    cooldown_days = fields.Integer(
        "Asked Again After (Days)",
        help="A contact whom any survey or mailing has reached within these days is not asked. 0: what the company says.",
    )
    sender_id = fields.Many2one(help="In whose name the customer is asked. Empty: the company.")

    # ---------------------------------------------------------------- mails

    mail_template_id = fields.Many2one(
        "mail.template",
        "Invitation",
        required=True,
        ondelete="restrict",
        domain="[('model', '=', 'crm.sync.survey.invitation')]",
        default=lambda self: self._default_template("mail_template_survey_invitation"),
    )
    reminder_template_id = fields.Many2one(
        "mail.template",
        "Reminding Mail",
        ondelete="restrict",
        domain="[('model', '=', 'crm.sync.survey.invitation')]",
        default=lambda self: self._default_template("mail_template_survey_reminder"),
    )
    thanks_template_id = fields.Many2one(
        "mail.template",
        "Thanks",
        ondelete="restrict",
        domain="[('model', '=', 'crm.sync.survey.invitation')]",
        default=lambda self: self._default_template("mail_template_survey_thanks"),
    )
    reminder_count = fields.Integer("Reminders at Most", default=1, help="0 to 2, only to who has not answered.")
    reminder_days = fields.Integer(
        "Reminder After (Days)", default=5, help="So many days after the invitation, and again after each reminder."
    )
    deadline_days = fields.Integer(
        "May Be Answered for (Days)", default=30, help="Later the link says that the survey is over."
    )

    # ---------------------------------------------------------------- what follows

    min_answers = fields.Integer(
        "Fewest Answers", default=30, help="Of fewer answers no figure is told: it would mislead."
    )
    low_score_opens_case = fields.Boolean(
        "Low Score Opens a Case",
        default=True,
        help="Somebody calls the unhappy customer, and the case says what came of it.",
    )
    promoter_action = fields.Selection(
        [("none", "Nothing"), ("thanks", "Thanks"), ("referral", "Referral"), ("points", "Points")],
        "For High Scores",
        required=True,
        default="none",
        help="What follows once the answer cannot be changed any more.",
    )
    promoter_program_id = fields.Many2one(
        "loyalty.program",
        "Loyalty Program",
        ondelete="restrict",
        check_company=True,
        domain="[('program_type', '=', 'loyalty')]",
    )
    promoter_points = fields.Float(
        "Points", digits=(16, 4), help="So many points each customer gets who would recommend us."
    )

    # ---------------------------------------------------------------- figures

    invited_count = fields.Integer("Invited", compute="_compute_counts", help="Sent, whether they arrived or not.")
    delivered_count = fields.Integer("Arrived", compute="_compute_counts", help="Sent, and not come back.")
    suppressed_count = fields.Integer("Not Sent", compute="_compute_counts")
    done_count = fields.Integer("Answered", compute="_compute_counts")
    response_rate = fields.Float(
        "Response Rate (%)", compute="_compute_counts", help="Share of those that arrived that were answered."
    )

    _sample_range = models.Constraint("CHECK(sample_percent BETWEEN 1 AND 100)", "Sample: enter 1 to 100 per cent.")
    _reminder_count_range = models.Constraint("CHECK(reminder_count BETWEEN 0 AND 2)", "Reminders: at most two.")
    _reminder_days_range = models.Constraint(
        "CHECK(reminder_days BETWEEN 1 AND 365)", "Reminder after: enter 1 to 365 days."
    )
    _deadline_range = models.Constraint(
        "CHECK(deadline_days BETWEEN 1 AND 365)", "May be answered for: enter 1 to 365 days."
    )
    _delay_range = models.Constraint("CHECK(delay_hours BETWEEN 0 AND 8760)", "Delay: enter 0 to 8760 hours.")
    _cap_range = models.Constraint("CHECK(cap_per_day >= 0)", "Invitations a day: enter 0 or more.")
    _cooldown_range = models.Constraint(
        "CHECK(cooldown_days BETWEEN 0 AND 3650)", "Asked again after: enter 0 to 3650 days."
    )
    _trigger_day_range = models.Constraint(
        "CHECK(trigger_day BETWEEN 1 AND 3650)", "Days after the first order: enter 1 to 3650."
    )
    _wave_months_range = models.Constraint(
        "CHECK(wave_months BETWEEN 1 AND 60)", "Months between waves: enter 1 to 60."
    )
    _wave_spread_range = models.Constraint(
        "CHECK(wave_spread_days BETWEEN 1 AND 90)", "Spread over days: enter 1 to 90."
    )
    _min_answers_range = models.Constraint(
        "CHECK(min_answers BETWEEN 1 AND 100000 AND (NOT is_anonymous OR min_answers >= 5))",
        "Fewest answers: enter 1 or more, and at least 5 where answers are anonymous.",
    )
    _running_idx = models.Index("(company_id, trigger) WHERE state = 'running'")

    @api.model
    def _default_template(self, name):
        return self.env.ref(f"crm_sync_measures.{name}", raise_if_not_found=False)

    # ---------------------------------------------------------------- compute

    @api.depends("trigger")
    def _compute_kind_of_score(self):
        for program in self:
            program.kind_of_score = "relational" if is_relational(program.trigger) else "transactional"

    @api.depends("survey_id", "metric")
    def _compute_question(self):
        """The first question of the questionnaire that asks for this score, unless another one was chosen."""
        for program in self:
            survey = program.survey_id
            fitting = survey.question_and_page_ids.filtered(
                lambda question, metric=program.metric: question.sync_metric == metric
            )
            if program.question_id not in fitting:
                program.question_id = fitting[:1]

    def _compute_counts(self):
        counts = {program.id: {} for program in self}
        rows = self.env["crm.sync.survey.invitation"]._read_group(
            [("program_id", "in", self.ids), ("follow_up_of_id", "=", False)],
            ["program_id", "state"],
            ["__count", "sent_at:count", "bounced_at:count"],
        )
        for program, state, *numbers in rows:
            counts[program.id][state] = numbers
        for program in self:
            states = counts.get(program.id, {})
            sent = sum(sent for _count, sent, _bounced in states.values())
            # Who answers has got it, whatever his server said.
            done = states.get("done", (0, 0, 0))
            bounced = sum(bounced for state, (_count, _sent, bounced) in states.items() if state != "done")
            program.invited_count = sent
            program.delivered_count = sent - bounced
            program.suppressed_count = states.get("suppressed", (0,))[0]
            program.done_count = done[0]
            # Answers that came by the public link were not asked for by mail.
            program.response_rate = 100.0 * done[1] / program.delivered_count if program.delivered_count else 0.0

    @api.onchange("is_anonymous")
    def _onchange_anonymous(self):
        """Nothing that needs to know who it was."""
        if self.is_anonymous:
            self.low_score_opens_case = False
            self.promoter_action = "none"

    # ---------------------------------------------------------------- checks

    @api.constrains("question_id", "survey_id", "metric")
    def _check_question(self):
        for program in self:
            question = program.question_id.sudo()  # sudo: whoever may make programs need not edit questionnaires
            if question.survey_id != program.survey_id or question.sync_metric != program.metric:
                raise ValidationError(
                    self.env._(
                        "“%s”: choose a question of the questionnaire that is marked with this score.", program.name
                    )
                )

    @api.constrains("is_anonymous", "trigger", "low_score_opens_case", "promoter_action")
    def _check_anonymous(self):
        for program in self.filtered("is_anonymous"):
            if program.kind_of_score != "relational":
                raise ValidationError(
                    self.env._("Only waves, and who is chosen by hand, can be asked anonymously: an event tells who it was.")
                )  # fmt: skip
            if program.low_score_opens_case or program.promoter_action != "none":
                raise ValidationError(
                    self.env._("Who answers anonymously is neither called nor given points. Switch both off.")
                )

    @api.constrains("promoter_action", "promoter_program_id", "promoter_points")
    def _check_promoter(self):
        for program in self.filtered(lambda program: program.promoter_action == "points"):
            # Vouchers and electronic money are given by nobody's rule.
            if program.promoter_program_id.program_type != "loyalty" or program.promoter_points <= 0:
                raise ValidationError(self.env._("“%s”: say how many points of which program.", program.name))

    @api.constrains("mail_template_id", "reminder_template_id", "thanks_template_id")
    def _check_templates(self):
        for program in self:
            templates = program.mail_template_id | program.reminder_template_id | program.thanks_template_id
            wrong = templates.filtered(lambda template: template.model != "crm.sync.survey.invitation")
            if wrong:
                raise ValidationError(self.env._("“%s” is not a template of survey invitations.", wrong[0].name))

    # ---------------------------------------------------------------- read by the rest of the room

    def _cooldown(self):
        """Days in which nothing must have reached the contact."""
        self.ensure_one()
        return self.cooldown_days or self.company_id.sync_survey_cooldown_days

    @api.model
    def _running(self, triggers, company=None):
        """Programs that ask now, as superuser: by one of ``triggers``, of ``company`` or of all."""
        domain = Domain([("state", "=", "running"), ("trigger", "in", triggers)])
        if company:
            domain &= Domain("company_id", "=", company.id)
        return self.sudo().search(domain)  # sudo: what is asked of customers does not depend on who closes a case

    @api.model
    def _asks_about_cases(self, company):
        """Whether a program of ``company`` asks how cases went, so that nobody else must."""
        return bool(self._running(["case_closed"], company))
