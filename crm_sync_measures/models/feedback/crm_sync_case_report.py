from dataclasses import asdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.pareto import MARK, pareto
from .crm_sync_case import DECISIONS, KINDS, PRIORITIES

#: What the bars of a Pareto chart may stand for.
_BARS = ("cause_group_id", "cause_id", "product_id", "category_id", "department_id", "user_id", "kind")


class CrmSyncCaseReport(models.Model):
    """Every case with what it took and cost, for analysis; the id is that of the case, and so are the rules.

    Hours are working hours that the clocks counted while it was our turn: up to the first acknowledgement and the first
    real answer, and over all cycles for the solution; empty as long as a clock runs. A merged case has the cause of its
    master where it has none of its own: they are about the same.

    What a column costs is paid only where it is shown: each is a subquery of its own.
    """

    _name = "crm.sync.case.report"
    _description = "Case Analysis"
    _auto = False
    _order = "opened_at desc, id desc"
    _rec_name = "number"

    number = fields.Char(readonly=True)
    name = fields.Char("Subject", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    is_open = fields.Boolean("Still Open", readonly=True)
    opened_at = fields.Datetime("Case Opened On", readonly=True)
    closed_at = fields.Datetime("Closed On", readonly=True)
    cause_id = fields.Many2one("crm.sync.case.cause", readonly=True)
    cause_group_id = fields.Many2one("crm.sync.case.cause", "Group of Causes", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    category_id = fields.Many2one("product.category", "Product Category", readonly=True)
    department_id = fields.Many2one("crm.sync.department", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    creator_id = fields.Many2one("res.users", "Opened by", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    decision = fields.Selection(DECISIONS, readonly=True)
    improvement_wanted = fields.Boolean(readonly=True)
    breached = fields.Integer("Late", readonly=True, help="A deadline was missed.")
    reopened = fields.Integer(readonly=True, help="Cases that were not settled the first time.")
    acknowledge_hours = fields.Float("Hours to Acknowledge", readonly=True, aggregator="avg")
    answer_hours = fields.Float("Hours to the First Answer", readonly=True, aggregator="avg")
    resolve_hours = fields.Float("Hours to the Solution", readonly=True, aggregator="avg")
    stars = fields.Float("Customer's Verdict", readonly=True, aggregator="avg", help="1 to 5, of those who gave one.")
    cost = fields.Monetary(
        "Cost of Compensations", readonly=True, help="What was given, points at their value and today's rate."
    )

    @property
    def _table_query(self):
        for model in ("crm.sync.case", "crm.sync.case.clock", "crm.sync.case.compensation", "crm.sync.case.cause",
                      "loyalty.card", "loyalty.program", "product.template", "product.product", "res.company"):  # fmt: skip
            self.env[model].flush_model()
        return SQL(
            """SELECT c.id, c.number, c.name, c.kind, c.priority, c.is_open, c.first_opened_at AS opened_at, c.closed_at,
                      u.id AS cause_id, split_part(u.parent_path, '/', 1)::int AS cause_group_id, c.product_id,
                      t.categ_id AS category_id, c.department_id, c.user_id, c.create_uid AS creator_id,
                      c.commercial_partner_id, c.company_id, o.currency_id, c.decision, c.improvement_wanted,
                      COALESCE(c.is_breached, FALSE)::int AS breached, (c.cycle > 1)::int AS reopened,
                      %(acknowledge)s AS acknowledge_hours, %(answer)s AS answer_hours, %(resolve)s AS resolve_hours,
                      c.verdict::int AS stars, %(cost)s AS cost
                 FROM crm_sync_case c
                 JOIN res_company o ON o.id = c.company_id
                 LEFT JOIN crm_sync_case_cause u ON u.id = COALESCE(
                      c.cause_id, (SELECT cause_id FROM crm_sync_case m WHERE m.id = c.master_id))
                 LEFT JOIN product_product p ON p.id = c.product_id
                 LEFT JOIN product_template t ON t.id = p.product_tmpl_id""",
            acknowledge=self._hours_sql("acknowledge"),
            answer=self._hours_sql("answer"),
            resolve=self._hours_sql("resolve"),
            cost=self._cost_sql(),
        )

    @api.model
    def _hours_sql(self, kind):
        return SQL(
            """(SELECT sum(k.consumed_seconds) / 3600.0 FROM crm_sync_case_clock k
                 WHERE k.case_id = c.id AND k.kind = %s AND k.state != 'cancelled'
                HAVING bool_and(k.stopped_at IS NOT NULL))""",
            kind,
        )

    @api.model
    def _cost_sql(self):
        """In the currency of the case's company; what counts in the budget is money of the company already, or points."""
        return SQL(
            """(SELECT sum(CASE WHEN g.kind = 'points' THEN g.amount * COALESCE(pr.sync_point_value, 0) * r.rate
                                ELSE g.budget_amount END)
                  FROM crm_sync_case_compensation g
                  LEFT JOIN loyalty_card ca ON ca.id = g.card_id
                  LEFT JOIN loyalty_program pr ON pr.id = ca.program_id
                  LEFT JOIN (VALUES %s) r (currency_id, company_id, rate)
                         ON r.currency_id = pr.currency_id AND r.company_id = c.company_id
                 WHERE g.case_id = c.id AND g.state = 'granted')""",
            self._rates_sql(),
        )

    @api.model
    def _rates_sql(self):
        """Today's rates of the programs' currencies into those of the reader's companies, as rows."""
        today = fields.Date.context_today(self)
        rows = [
            SQL(
                "(%s, %s, %s::float8)",
                currency.id,
                company.id,
                currency._get_conversion_rate(currency, company.currency_id, company, today),
            )
            for company in self.env.companies
            # sudo: currencies of all programs; what they were given for is shown by the rules of this model.
            for currency in self.env["loyalty.program"].sudo().with_context(active_test=False).search([]).currency_id
        ]
        return SQL(", ").join(rows or [SQL("(0, 0, 0::float8)")])

    def action_open_case(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.sync.case",
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # ---------------------------------------------------------------- Pareto

    @api.model
    def pareto(self, domain=None, by=None):
        """Which few causes make most of the cases that the caller may read.

        :param list domain: which cases, by fields of this model
        :param str by: what the bars stand for: cause_group_id (by default), cause_id, product_id, category_id,
            department_id, user_id or kind
        :return: ``{"by", "label", "total", "mark", "satisfaction", "bars"}``; of each bar key, name, count, cumulated (% of
            what is known; False for what is not), is_vital (up to the mark) and the domain of its cases
        """
        by = by or _BARS[0]
        if by not in _BARS:
            raise UserError(self.env._("by: give one of %s.", ", ".join(_BARS)))
        domain = Domain(domain or Domain.TRUE)
        groups = self._read_group(domain, [by], ["__count"])
        bars = pareto((*self._key_and_name(by, value), count) for value, count in groups)
        # By the caller's rights on scores; those on cases are in the query.
        answers = Domain("case_id", "in", self._search(domain))
        return {
            "by": by,
            "label": self._fields[by].get_description(self.env, ["string"])["string"],
            "total": sum(bar.count for bar in bars),
            "mark": MARK,
            "satisfaction": self.env["crm.sync.score"].csat_figures(answers)["text"],
            "bars": [
                {
                    **{name: value for name, value in asdict(bar).items() if name != "others"},
                    "name": bar.name or self.env._("%s smaller ones", len(bar.others)),
                    "cumulated": bar.cumulated or False,
                    "domain": list(domain & self._domain_of(by, bar)),
                }
                for bar in bars
            ],
        }

    @api.model
    def _key_and_name(self, by, value):
        if not value:
            return None, self.env._("Not known yet")
        if isinstance(value, models.BaseModel):
            return value.id, value.sudo().display_name  # sudo: the name of what cases that the caller reads are about
        return value, dict(self._fields[by]._description_selection(self.env))[value]

    @api.model
    def _domain_of(self, by, bar):
        if bar.others:
            return Domain(by, "in", bar.others)
        return Domain(by, "=", bar.key or False)
