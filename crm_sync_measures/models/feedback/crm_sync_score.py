from dataclasses import asdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...rules.score import SATISFIED, csat, in_range
from ..core.crm_sync_merge_mixin import REPOINT

METRICS = [("nps", "Would Recommend Us (0–10)"), ("csat", "Satisfaction (1–5)"), ("ces", "Ease (1–7)")]


class CrmSyncScore(models.Model):
    """One answer of a customer to one question about us: a number on the scale of its ``metric``.

    Append-only. Who puts his answer right gives another one: the first is archived and names what ``replaced`` it, so
    that what counts is what is active. Scores of different metrics are never added up.
    """

    _name = "crm.sync.score"
    _inherit = ["crm.sync.append.only", "crm.sync.merge.mixin"]
    _description = "Customer's Score"
    _order = "answered_at desc, id desc"
    _sync_merge = {
        "partner_id": REPOINT,
        "commercial_partner_id": "_sync_merge_entities",
        "lead_id": REPOINT,
    }

    metric = fields.Selection(METRICS, "Kind of Score", required=True, readonly=True)
    value = fields.Integer("Score", required=True, readonly=True, aggregator="avg")
    is_satisfied = fields.Boolean("Satisfied", compute="_compute_satisfied", store=True, help="4 or 5 of 5.")
    satisfied = fields.Float(
        "Satisfied (%)",
        compute="_compute_satisfied",
        store=True,
        aggregator="avg",
        help="Share of those who gave 4 or 5 of 5.",
    )
    answered_at = fields.Datetime("Answered On", required=True, readonly=True, index=True)
    comment = fields.Text("In the Customer's Words", readonly=True)
    lang = fields.Char("Language", readonly=True)

    # ---------------------------------------------------------------- whose, and about what

    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null")
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", string="Company or Person", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    department_id = fields.Many2one("crm.sync.department", readonly=True, index="btree_not_null", ondelete="restrict")
    user_id = fields.Many2one("res.users", "Owner", readonly=True, index="btree_not_null", ondelete="restrict")
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True, ondelete="set null")
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null", ondelete="restrict")
    case_id = fields.Many2one("crm.sync.case", readonly=True, index="btree_not_null", ondelete="restrict")
    cycle = fields.Integer(readonly=True, aggregator=None, help="Of the case: 1 for the first time.")
    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True, index="btree_not_null", ondelete="set null")
    order_id = fields.Many2one("sale.order", readonly=True, index="btree_not_null", ondelete="set null")

    active = fields.Boolean("Counts", default=True, readonly=True, help="The customer has not put it right since.")
    replaced_by_id = fields.Many2one("crm.sync.score", "Put Right by", readonly=True, ondelete="restrict")

    _case_uniq = models.UniqueIndex(
        "(case_id, cycle, metric) WHERE active AND case_id IS NOT NULL", "This was answered already."
    )

    @api.depends("metric", "value")
    def _compute_satisfied(self):
        for score in self:
            score.is_satisfied = score.metric == "csat" and score.value >= SATISFIED
            score.satisfied = 100.0 * score.is_satisfied

    @api.depends("metric", "value")
    def _compute_display_name(self):
        metrics = dict(self._fields["metric"]._description_selection(self.env))
        for score in self:
            score.display_name = f"{metrics.get(score.metric, '')}: {score.value}"

    # ---------------------------------------------------------------- writing; callers have checked who answers

    @api.model
    def _give(self, values, replaced=None):
        """Keep an answer; ``replaced`` is the one that it puts right.

        :raise UserError: for a number that is not on the scale
        """
        if not in_range(values["metric"], values["value"]):
            raise UserError(self.env._("This number is not on the scale."))
        # sudo: an answer of the customer, kept for who may read it
        scores = self.sudo()
        if replaced:
            replaced._put_right({"active": False})
        score = scores.create(values)
        if replaced:
            replaced._put_right({"replaced_by_id": score.id})
        return score

    def _put_right(self, vals):
        # sudo: as above; no other value of an answer is ever written. Past the guard, which refuses everybody.
        models.BaseModel.write(self.sudo(), vals)
        self.flush_recordset()

    # ---------------------------------------------------------------- figures

    @api.model
    def csat_figures(self, domain=None):
        """How satisfied customers are, by what the caller may read.

        :param list domain: which answers, by default all
        :return: ``{"answers", "minimum", "is_enough", "average", "satisfied", "text"}``; average and satisfied are
            False where there are too few answers to say
        """
        domain = Domain(domain or Domain.TRUE) & Domain("metric", "=", "csat")
        counts = dict(self._read_group(domain, ["value"], ["__count"]))
        figures = csat(counts, self.env.company.sudo().sync_score_minimum)  # sudo: a setting
        return {
            **{name: value or False for name, value in asdict(figures).items()},
            "answers": figures.answers,
            "minimum": figures.minimum,
            "is_enough": figures.is_enough,
            "text": self._figures_text(figures),
        }

    @api.model
    def _figures_text(self, figures):
        if not figures.is_enough:
            return self.env._(
                "Not enough answers: %(count)s of %(minimum)s", count=figures.answers, minimum=max(figures.minimum, 1)
            )
        return self.env._("%(average)s of 5, %(satisfied)s %% satisfied, %(count)s answers",
            average=figures.average, satisfied=figures.satisfied, count=figures.answers)  # fmt: skip
