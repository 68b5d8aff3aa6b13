from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_amount
from odoo.tools.misc import formatLang

from ...rules.kpi_period import period_label
from ...rules.kpi_scope import scope_of

_LIMIT = 1000


class CrmSyncKpi(models.Model):
    """How KPIs are read, by people and by other systems; everybody reads the figures that he may see."""

    _inherit = "crm.sync.kpi"

    def kpi_series(self, scope_key="company", company_id=None, known="now", limit=36):
        """The last figures of one KPI, oldest first.

        :param str scope_key: "company", "department:3", "team:5", "person:7", "tier:2", "category:9",
            "source:12" (of ``utm.source``) or "channel:web"
        :param int company_id: the company of the reader by default
        :param str known: "now" for what is known now, "reported" for what was reported first
        :param int limit: so many periods at most, up to 1000
        :return: list of dicts with the id of the figure, ``period_start`` and ``period_end`` (dates of the company's calendar,
            the last day included), ``label``, ``value`` (None where it is empty) and ``text`` (with unit, in the reader's
            language), ``numerator``, ``denominator``, ``count``, ``state``, ``source``, ``revision``, ``target``,
            ``attainment`` (per cent), ``level`` and ``scope_name``
        """
        self.ensure_one()
        self.check_access("read")
        self._scope(scope_key)
        if known not in ("now", "reported"):
            raise UserError(self.env._("Figures are known “now”, or as “reported”."))
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _LIMIT:
            raise UserError(self.env._("Ask for 1 to %s periods.", _LIMIT))
        if company_id is not None and (isinstance(company_id, bool) or not isinstance(company_id, int)):
            raise UserError(self.env._("A company is told by its number."))
        values = self.env["crm.sync.kpi.value"].search(
            [
                ("kpi_id", "=", self.id),
                ("company_id", "=", company_id or self.env.company.id),
                ("scope_key", "=", scope_key),
                ("calendar", "=", self.calendar),
                ("is_current" if known == "now" else "is_first", "=", True),
            ],
            order="period_start desc",
            limit=limit,
        )
        return [self._series_point(value) for value in reversed(values)]

    @api.model
    def _scope(self, key):
        """What the key of a scope says, as :class:`Scope`; what is no key is refused."""
        if not (scope := scope_of(key)):
            raise ValidationError(
                self.env._("“%s” is no scope. Scopes look like company, team:5, source:12 or channel:web.", key)
            )
        return scope

    def _series_point(self, value):
        return {
            "id": value.id,
            "period_start": value.period_start,
            "period_end": value.period_end,
            "label": period_label(value.period_start, value.calendar),
            "value": None if value.is_empty else value.value,
            "text": value.value_text,
            "numerator": value.numerator,
            "denominator": value.denominator,
            "count": value.count,
            "state": value.state,
            "source": value.source,
            "revision": value.revision,
            "target": value.target if value.has_target else None,
            "attainment": value.attainment if value.has_attainment else None,
            "level": value.level or None,
            "scope_name": value.scope_name,
        }

    def _format(self, value, currency=None, finer=0):
        """A figure in words of the reader: "12.5 %", "3.2 h", "$ 1,200.00"; a dash where it is empty.

        :param value: in the KPI's unit, or None
        :param currency: of money; the reader's company's by default
        :param int finer: so many digits more than figures of the KPI have
        """
        if value is None:
            return "–"
        digits = min(max(self.digits, 0) + finer, 4)
        if self.unit == "money":
            return format_amount(self.env, value, currency or self.env.company.currency_id)
        number = formatLang(self.env, value, digits=digits)
        if self.unit == "percent":
            return self.env._("%s %%", number)
        if self.unit == "hours":
            return self.env._("%s h", number)
        if self.unit == "days":
            return self.env._("%s days", number)
        return number

    # ---------------------------------------------------------------- buttons

    def action_values(self):
        """All figures of this KPI."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_kpi_value_action")
        return action | {
            "name": self.name,
            "domain": [("kpi_id", "=", self.id)],
            "context": {"search_default_current": 1},
            # Figures of one KPI make a picture, those of all do not.
            "views": [(False, kind) for kind in ("list", "kanban", "graph", "pivot", "form")],
        }

    def action_periods(self):
        """The periods of this KPI."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_kpi_period_action")
        return action | {"name": self.name, "domain": [("kpi_id", "=", self.id)], "context": {}}

    def action_refresh(self):
        """Measure now instead of within the hour."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only managers have KPIs measured out of turn."))
        # sudo: only managers come here; figures of all companies are written by the addon alone
        kpis = self.sudo()
        held = kpis - kpis.try_lock_for_update(allow_referencing=True)
        if held:
            raise UserError(self.env._("%s is being measured right now. Look again in a minute.", held[0].name))
        self.env["crm.sync.kpi.snapshot"]._refresh(kpis)
        return True

    @api.depends("code", "kind")
    def _compute_is_measurable(self):
        Snapshot = self.env["crm.sync.kpi.snapshot"]
        for kpi in self:
            # sudo: whether there is a measure, whoever looks
            kpi.is_measurable = bool(kpi.code) and Snapshot._is_measurable(kpi.sudo())
