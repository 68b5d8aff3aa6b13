from dataclasses import asdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.score import RANGES
from ...rules.survey_loop import HIGH, LOW, OUTCOMES, compared


class CrmSyncSurveyProgram(models.Model):
    """What follows from answers: which are low and which are high, and how it went with those who were unhappy."""

    _inherit = "crm.sync.survey.program"

    low_to = fields.Integer(
        "Low Up To",
        compute="_compute_borders",
        store=True,
        readonly=False,
        precompute=True,
        help="Answers up to this number are low: NPS 6, satisfaction 2, ease 3, unless you say otherwise.",
    )
    high_from = fields.Integer(
        compute="_compute_borders",
        store=True,
        readonly=False,
        precompute=True,
        help="Answers from this number on are high: NPS 9, satisfaction 5, ease 6, unless you say otherwise.",
    )
    contact_hours = fields.Integer(
        "Contacted Within (Hours)",
        default=48,
        help="So long after a low answer, or the wish to be called, the customer has been contacted.",
    )
    follow_up_days = fields.Integer(
        "Second Question After (Days)",
        default=30,
        help="So long after a low answer the customer is asked the same question once more. 0: he is not.",
    )
    follow_up_template_id = fields.Many2one(
        "mail.template",
        "Second Question",
        ondelete="restrict",
        domain="[('model', '=', 'crm.sync.survey.invitation')]",
        default=lambda self: self._default_template("mail_template_survey_follow_up"),
    )

    _contact_hours_range = models.Constraint(
        "CHECK(contact_hours BETWEEN 1 AND 8760)", "Contacted within: enter 1 to 8760 hours."
    )
    _follow_up_days_range = models.Constraint(
        "CHECK(follow_up_days BETWEEN 0 AND 365)", "Asked again after: enter 0 to 365 days."
    )

    @api.depends("metric")
    def _compute_borders(self):
        for program in self:
            program.low_to, program.high_from = LOW.get(program.metric, 0), HIGH.get(program.metric, 0)

    @api.onchange("promoter_action")
    def _onchange_promoter_action(self):
        """The mail that belongs to it."""
        if self.promoter_action in ("thanks", "referral"):
            self.thanks_template_id = self._default_template(f"mail_template_survey_{self.promoter_action}")

    @api.constrains("low_to", "high_from", "metric")
    def _check_borders(self):
        for program in self:
            lowest, highest = RANGES[program.metric]
            if not lowest <= program.low_to < program.high_from <= highest:
                raise ValidationError(
                    self.env._(
                        "“%(program)s”: low and high are numbers from %(lowest)s to %(highest)s, and low ends before high begins.",
                        program=program.name,
                        lowest=lowest,
                        highest=highest,
                    )
                )

    @api.constrains("follow_up_template_id")
    def _check_follow_up_template(self):
        for template in self.follow_up_template_id:
            if template.model != "crm.sync.survey.invitation":
                raise ValidationError(self.env._("“%s” is not a template of survey invitations.", template.name))

    def _check_startable(self):
        result = super()._check_startable()
        if self.promoter_action == "referral" and not self.thanks_template_id:
            raise UserError(self.env._("“%s”: choose the mail that asks to be recommended.", self.name))
        # sudo: the company's limit
        limit = self.company_id.sudo().sync_adjust_limit
        if self.promoter_action == "points" and self.promoter_points > limit:
            raise UserError(
                self.env._(
                    "“%(program)s”: at most %(points)s points can be given without a second person.",
                    program=self.name,
                    points=f"{limit:g}",
                )
            )
        return result

    # ---------------------------------------------------------------- figures

    @api.readonly
    def loop_figures(self):
        """How it goes with those who were unhappy, by the answers that the caller may read.

        ::

            POST /json/2/crm.sync.survey.program/loop_figures   {"ids": [3]}

            {"low": 41, "opened": 38, "contacted": 30, "contacted_in_time": 26, "late": 7, "waiting": 3,
             "outcomes": {"recovered": 12, "not_recovered": 5, "not_reachable": 4, "open": 17},
             "follow_up": {"contacted": {"n": 20, "recovered": 13, "rate": None},
                           "not_contacted": {"n": 6, "recovered": 2, "rate": None}, "enough": False},
             "domains": {"low": [["program_id", "=", 3], …], "opened": […], "outcome_open": […], …}}

        ``low`` are the answers of customers whom we had asked; follow-ups are none of them. ``late`` is what was done too late, or is
        overdue; ``waiting`` still has time. Of who was contacted before his follow-up it is compared how many are not unhappy any
        more with the others; a rate is in per cent, and None where fewer than the program's fewest answers have answered in
        either group. Each domain is one of ``crm.sync.score`` and finds what its number counts.

        :raise AccessError: for a program the caller may not read; anonymous programs have no loop, and zeros
        """
        self.ensure_one()
        self.check_access("read")
        scores = self.env["crm.sync.score"]
        scores.check_access("read")
        domains = self._loop_domains(fields.Datetime.now())
        counts = self._count_domains(scores, domains)
        contacted, others, is_enough = compared(
            (counts["asked_contacted"], counts["recovered_contacted"]),
            (counts["asked_not_contacted"], counts["recovered_not_contacted"]),
            self.min_answers,
        )
        return {
            **{name: counts[name] for name in ("low", "opened", "contacted", "contacted_in_time", "late", "waiting")},
            "outcomes": {name: counts[f"outcome_{name}"] for name in (*OUTCOMES, "open")},
            "follow_up": {"contacted": asdict(contacted), "not_contacted": asdict(others), "enough": is_enough},
            "domains": {name: list(domain) for name, domain in domains.items()},
        }

    def _loop_domains(self, now):
        """``{name: domain of scores}`` of everything that is counted."""
        self.ensure_one()
        low = Domain(
            [
                ("program_id", "=", self.id),
                ("value", "<=", self.low_to),
                ("invitation_id", "!=", False),
                ("is_follow_up", "=", False),
            ]
        )
        opened = low & Domain("loop_ids.is_low", "=", True)
        done = opened & Domain("loop_ids.is_in_time", "!=", False)
        undone = opened & Domain("loop_ids.is_in_time", "=", False)
        told = opened & Domain("loop_ids.follow_up_at", "!=", False)
        before = told & Domain("loop_ids.was_contacted_before", "=", True)
        others = told & Domain("loop_ids.was_contacted_before", "=", False)
        content = Domain("loop_ids.is_still_low", "=", False)
        contacted = opened & Domain("loop_ids.contacted_at", "!=", False)
        return {
            "low": low,
            "opened": opened,
            "contacted": contacted,
            "contacted_in_time": contacted & Domain("loop_ids.is_in_time", "=", "yes"),
            "late": (done & Domain("loop_ids.is_in_time", "=", "no"))
            | (undone & Domain("loop_ids.contact_due_at", "<", now)),
            "waiting": undone & Domain("loop_ids.contact_due_at", ">=", now),
            **{f"outcome_{name}": opened & Domain("loop_ids.outcome", "=", name) for name in OUTCOMES},
            "outcome_open": opened & Domain("loop_ids.outcome", "=", False),
            "asked_contacted": before,
            "recovered_contacted": before & content,
            "asked_not_contacted": others,
            "recovered_not_contacted": others & content,
        }

    @api.model
    def _count_domains(self, records, domains):
        """``{name: how many records}`` in one statement, by what the caller may read."""
        queries = [
            records._search(domain).select(SQL("%s AS name", name), SQL("COUNT(*) AS number"))
            for name, domain in domains.items()
        ]
        return dict(self.env.execute_query(SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)))
