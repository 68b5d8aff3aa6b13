from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CrmSyncKpiTarget(models.Model):
    """Where a KPI is wanted to be, for one company and scope, in every period that begins within some days.

    The value is one period's, in the KPI's unit, money in the company's currency: 50 from January to December of a monthly
    KPI is 50 in each month. What was wanted stays with a value when it is closed; another target changes no closed value.
    """

    _name = "crm.sync.kpi.target"
    _inherit = ["crm.sync.kpi.scope.mixin"]
    _description = "Target of a KPI"
    _order = "kpi_id, scope_key, date_from desc, id"
    _rec_name = "scope_name"
    _check_company_auto = True

    kpi_id = fields.Many2one("crm.sync.kpi", "KPI", required=True, index=True, ondelete="cascade")
    direction = fields.Selection(related="kpi_id.direction")
    unit = fields.Selection(related="kpi_id.unit")
    date_from = fields.Date(
        "From Day", required=True, help="It holds for the periods that begin between these days, both included."
    )
    date_to = fields.Date("To Day", required=True)
    value = fields.Float("Target Value", aggregator=None, help="Of each period.")
    value_low = fields.Float(
        "Lowest", aggregator=None, help="Figures from here up to the highest value are as they should be."
    )
    value_high = fields.Float("Highest", aggregator=None, help="Figures above this are no longer as they should be.")
    has_base = fields.Boolean(
        "From a Starting Value", help="Attainment is then the share of the way from there to the target."
    )
    base = fields.Float(
        "Starting Value",
        aggregator=None,
        help="Where it began: attainment is the share of the way from here to the target.",
    )
    value_text = fields.Char("Target", compute="_compute_value_text")
    note = fields.Char("Reason for It")

    # Ranges instead of equalities, which would need an extension of the database.
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (int4range(kpi_id, kpi_id, '[]') WITH &&, int4range(company_id, company_id, '[]') WITH &&,
            int8range(hashtextextended(scope_key::text, 0), hashtextextended(scope_key::text, 0), '[]') WITH &&,
            daterange(date_from, date_to, '[]') WITH &&)""",
        "Another target of this KPI holds for the same on one of these days. End it before, or change that one.",
    )
    _days_order = models.Constraint("CHECK(date_from <= date_to)", "To Day: enter a day that is not before From Day.")
    _range_order = models.Constraint("CHECK(value_low <= value_high)", "Highest: enter no less than Lowest.")

    @api.depends("kpi_id.direction", "kpi_id.unit", "kpi_id.digits", "company_id", "value", "value_low", "value_high")
    @api.depends_context("lang")
    def _compute_value_text(self):
        for target in self:
            currency = target.company_id.currency_id
            if target.direction == "range":
                low, high = (target.kpi_id._format(bound, currency) for bound in (target.value_low, target.value_high))
                target.value_text = f"{low} – {high}"
            else:
                target.value_text = target.kpi_id._format(target.value, currency)

    @api.depends("kpi_id.name", "scope_name", "date_from")
    def _compute_display_name(self):
        for target in self:
            day = fields.Date.to_string(target.date_from) if target.date_from else None
            target.display_name = " · ".join(filter(None, (target.kpi_id.name, target.scope_name, day)))

    @api.constrains("kpi_id", "company_id", "scope_kind")
    def _check_kpi(self):
        for target in self:
            kpi = target.kpi_id
            if kpi.company_id and kpi.company_id != target.company_id:
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s” is measured for %(company)s only. Choose this company.",
                        kpi=kpi.name,
                        company=kpi.company_id.sudo().name,  # sudo: the name alone
                    )
                )
            if target.scope_kind not in kpi._scopes():
                kinds = dict(target._fields["scope_kind"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s” is not measured for “%(kind)s”. Tick it on the KPI first.",
                        kpi=kpi.name,
                        kind=kinds[target.scope_kind],
                    )
                )

    # ---------------------------------------------------------------- read by the rest of the room

    @api.model
    def _for_values(self, values):
        """What is wanted of each of these figures that is not judged finally: its own target, else, of a quotient, that of its company.

        A win rate of 30 % may be asked of every team at once; a turnover may not.

        :return: rows of (id of the value, KPI, figure or None, kind of scope, additivity, unit, state, target's id or None,
            value, low, high, base or None)
        """
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT v.id, v.kpi_id, CASE WHEN NOT COALESCE(v.is_empty, FALSE) THEN v.value END, v.scope_kind, v.additivity,
                          v.unit, v.state, t.id, t.value, t.value_low, t.value_high, CASE WHEN t.has_base THEN t.base END
                     FROM crm_sync_kpi_value v
                     LEFT JOIN LATERAL (
                          SELECT * FROM crm_sync_kpi_target t
                           WHERE t.kpi_id = v.kpi_id AND t.company_id = v.company_id
                             AND v.period_start BETWEEN t.date_from AND t.date_to
                             AND (t.scope_key = v.scope_key OR t.scope_key = 'company'
                                  AND (v.additivity = 'ratio' OR v.additivity = 'last' AND v.unit = 'percent'))
                           ORDER BY t.scope_key = v.scope_key DESC LIMIT 1) t ON TRUE
                    WHERE v.id = ANY(%s) AND v.is_judged IS NOT TRUE""",
                list(values.ids),
            )
        )

    # ---------------------------------------------------------------- changes

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._tell(self.env._("Target set"))
        targets.kpi_id._judge_running()
        return targets

    def write(self, vals):
        kpis = self.kpi_id
        result = super().write(vals)
        # Odoo looks before the change only: nobody moves a target into a company that he is not in.
        self.check_access("write")
        self._tell(self.env._("Target changed"))
        (kpis | self.kpi_id)._judge_running()
        return result

    def unlink(self):
        kpis = self.kpi_id
        self._tell(self.env._("Target taken away"))
        result = super().unlink()
        kpis._judge_running()
        return result

    def _tell(self, what):
        """In the KPI's history, one message for all targets of the same change.

        Of targets that not everybody reads who reads the KPI, only the days are told.
        """
        for kpi, targets in self.grouped("kpi_id").items():
            lines = [what]
            is_told = {kind: kpi._is_told_to_all(kind) for kind in set(targets.mapped("scope_kind"))}
            for target in targets.sorted("date_from"):
                told = [f"{target.date_from} – {target.date_to}"]
                if is_told[target.scope_kind]:
                    told = [target.scope_name, *told, target.value_text, target.note]
                lines.append(" · ".join(filter(None, told)))
            # sudo: who changes the target may say so
            kpi.sudo()._message_log(body=Markup("<br/>").join(lines))
