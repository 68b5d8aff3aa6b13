from odoo import models
from odoo.fields import Domain

from ...rules.report_matrix import Column, ListRow
from .report_section import report_listing

_MOST = 50


class CrmSyncReport(models.AbstractModel):
    """What the improvement report lists beside its KPIs: signals, what is being done, what was learned."""

    _inherit = "crm.sync.report"

    def _listing_titles(self):
        return super()._listing_titles() | {
            "signals": self.env._("Signals of the period"),
            "actions": self.env._("Improvement actions that are not over"),
            "lessons": self.env._("What was learned"),
        }

    def _improved_kpis(self, about):
        """KPIs that improvement actions are measured by, which were not over before the period."""
        return self.env["crm.sync.improvement"].search(self._improvements(about)).kpi_id

    def _improvements(self, about):
        domain = Domain("company_id", "=", about.company.id)
        domain &= Domain("closed_at", "=", False) | Domain("closed_at", ">=", about.since)
        return domain if about.scope_key == "company" else domain & Domain("scope_key", "=", about.scope_key)

    @report_listing("improvement", 10, "signals")
    def _listing_signals(self, about):
        env = self.env
        Signal = env["crm.sync.kpi.signal"]
        domain = (
            Domain("company_id", "=", about.company.id)
            & Domain("period_start", ">=", about.span.first)
            & Domain("period_start", "<=", about.span.last)
        )
        if about.scope_key != "company":
            domain &= Domain("scope_key", "=", about.scope_key)
        signals = Signal.search(domain, order="period_start desc, id desc", limit=_MOST)
        states = dict(Signal._fields["state"]._description_selection(env))
        return self._listing(
            "signals",
            (
                Column(env._("KPI")),
                Column(env._("Measured For")),
                Column(env._("First Day"), "date"),
                Column(env._("What Was Seen")),
                Column(env._("State")),
            ),
            (
                ListRow(
                    (
                        signal.kpi_id.name,
                        signal.scope_name or "",
                        signal.period_start,
                        signal.text or "",
                        states.get(signal.state, ""),
                    ),
                    document=("crm.sync.kpi.signal", signal.id),
                )
                for signal in signals
            ),
            empty=env._("Nothing has changed more than by chance."),
        )

    @report_listing("improvement", 20, "actions")
    def _listing_actions(self, about):
        env = self.env
        Action = env["crm.sync.improvement"]
        actions = Action.search(
            self._improvements(about) & Domain("phase", "!=", "over"), order="due_on, id", limit=_MOST
        )
        phases = dict(Action._fields["phase"]._description_selection(env))
        return self._listing(
            "actions",
            (
                Column(env._("What Is Improved")),
                Column(env._("Phase")),
                Column(env._("Owner")),
                Column(env._("KPI")),
                Column(env._("In Place By"), "date"),
            ),
            (
                ListRow(
                    (
                        action.name,
                        phases.get(action.phase, ""),
                        # sudo: the name of a colleague who is in charge
                        action.owner_id.sudo().name or "",
                        action.kpi_id.name or "",
                        action.due_on,
                    ),
                    document=("crm.sync.improvement", action.id),
                )
                for action in actions
            ),
            note=self._as_of(about),
            empty=env._("No improvement action is on the way."),
        )

    @report_listing("improvement", 30, "lessons")
    def _listing_lessons(self, about):
        env = self.env
        Action = env["crm.sync.improvement"]
        actions = Action.search(
            self._improvements(about) & Domain("closed_at", "<", about.until) & Domain("phase", "=", "over"),
            order="closed_at desc, id desc",
            limit=_MOST,
        )
        outcomes = dict(Action._fields["outcome"]._description_selection(env))
        return self._listing(
            "lessons",
            (
                Column(env._("What Is Improved")),
                Column(env._("How It Turned Out")),
                Column(env._("What the System Says")),
                Column(env._("What We Have Learned")),
            ),
            (
                ListRow(
                    (action.name, outcomes.get(action.outcome, ""), action.verdict_text or "", action.lesson or ""),
                    document=("crm.sync.improvement", action.id),
                )
                for action in actions
            ),
            empty=env._("No improvement action was finished in this period."),
        )
