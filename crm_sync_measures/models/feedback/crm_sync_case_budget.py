from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...rules.case_budget import overlap


class CrmSyncCaseBudget(models.Model):
    """What a department may give to customers in a period without asking: points, and money in the company's currency.

    What was given is summed up from the compensations, never counted along. What goes beyond it is not refused: a
    second person decides.
    """

    _name = "crm.sync.case.budget"
    _description = "Budget for Compensations"
    _order = "date_from desc, id desc"
    _check_company_auto = True

    department_id = fields.Many2one(
        "crm.sync.department", required=True, index=True, ondelete="restrict", check_company=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("First Day", required=True, default=lambda self: self._default_day("start"))
    date_to = fields.Date("Last Day", required=True, default=lambda self: self._default_day("end"))
    limit_points = fields.Float(
        "Points That May Be Given",
        digits=(16, 2),
        default=0.0,
        help="By the whole department, from the first day to the last one. What goes beyond it needs approval.",
    )
    limit_amount = fields.Monetary("Money That May Be Given", currency_field="currency_id")
    used_points = fields.Float("Points Given", compute="_compute_used", digits=(16, 2))
    used_amount = fields.Monetary("Money Given", compute="_compute_used", currency_field="currency_id")
    asked_count = fields.Integer("Compensations to Approve", compute="_compute_used")
    compensation_ids = fields.One2many("crm.sync.case.compensation", "budget_id", "Compensations", readonly=True)

    _limits_positive = models.Constraint(
        "CHECK(limit_points >= 0 AND limit_amount >= 0)",
        "Budget: enter 0 or more. With 0, everything has to be approved.",
    )
    _period_ordered = models.Constraint(
        "CHECK(date_from <= date_to)", "Last Day: choose one that is not before the first."
    )

    @api.model
    def _default_day(self, side):
        today = fields.Date.context_today(self)
        return fields.Date.start_of(today, "month") if side == "start" else fields.Date.end_of(today, "month")

    @api.depends("department_id", "date_from", "date_to")
    def _compute_display_name(self):
        for budget in self:
            budget.display_name = f"{budget.department_id.name or ''} {budget.date_from or ''} – {budget.date_to or ''}"

    @api.depends("compensation_ids.state", "compensation_ids.budget_amount")
    def _compute_used(self):
        sums = self._sums()
        for budget in self:
            budget.used_points, budget.used_amount, budget.asked_count = sums.get(budget._origin.id, (0.0, 0.0, 0))

    def _sums(self):
        """``{id: (points given, money given, compensations asked for)}``, whoever gave them: one query."""
        ids = self._origin.ids
        if not ids:
            return {}
        self.env["crm.sync.case.compensation"].flush_model(["budget_id", "kind", "state", "budget_amount", "card_id"])
        # What lies in a wallet is money.
        is_points = SQL("g.kind = 'points' AND p.program_type IS DISTINCT FROM 'ewallet'")
        rows = self.env.execute_query(
            SQL(
                """SELECT g.budget_id,
                          COALESCE(sum(g.budget_amount) FILTER (WHERE g.state = 'granted' AND %(is_points)s), 0),
                          COALESCE(sum(g.budget_amount) FILTER (WHERE g.state = 'granted' AND NOT (%(is_points)s)), 0),
                          count(*) FILTER (WHERE g.state = 'to_approve')
                     FROM crm_sync_case_compensation g
                     LEFT JOIN loyalty_card k ON k.id = g.card_id
                     LEFT JOIN loyalty_program p ON p.id = k.program_id
                    WHERE g.budget_id = ANY(%(ids)s) GROUP BY g.budget_id""",
                is_points=is_points,
                ids=ids,
            )
        )
        return {budget_id: (float(points), float(money), asked) for budget_id, points, money, asked in rows}

    @api.constrains("department_id", "company_id", "date_from", "date_to")
    def _check_overlap(self):
        """One day has one budget; else nobody could say which one was used."""
        others = self.search(
            [("department_id", "in", self.department_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        for budget in self:
            for other in others - budget:
                if ((other.department_id, other.company_id) == (budget.department_id, budget.company_id)) and overlap(
                    (budget.date_from, budget.date_to), (other.date_from, other.date_to)
                ):
                    raise ValidationError(
                        self.env._("There is a budget for these days already: %s. Change that one.", other.display_name)
                    )

    def write(self, vals):
        if {"department_id", "company_id"} & vals.keys() and self.compensation_ids:
            raise UserError(self.env._("Something was given from this budget already. Make a new budget instead."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self.compensation_ids:
            raise UserError(self.env._("Something was given from this budget already, so it is not deleted."))

    @api.model
    def _find(self, department, company, day):
        """The budget of a department on a day, as superuser; none where nobody made one."""
        # sudo: what may be given without asking does not depend on who asks.
        return self.sudo().search(
            [
                ("department_id", "=", department.id),
                ("company_id", "=", company.id),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
            ],
            limit=1,
        )

    def _touch(self):
        """Two who give from the same budget at once: the second one is repeated by Odoo, and sees what the first has given."""
        if self.ids:
            self.env.cr.execute(
                SQL("UPDATE crm_sync_case_budget SET write_date = write_date WHERE id IN %s", tuple(self.ids))
            )
