from datetime import datetime, time, timedelta

from odoo import api, fields, models

#: Periods before and after a change of the demo.
_WINDOW = 3
#: KPIs by which the actions of the demo may be measured, the best ones first.
_KPIS = (
    "time_to_resolve",
    "case_first_answer_hours",
    "first_response_hours",
    "case_in_target",
    "complaints",
    "win_rate",
    "new_leads",
    "orders_revenue",
)
_LESSON = "Whoever answers first has to know the product. Ask who that is before asking who has time."
_REASON = "What changed is less than what changes by itself from month to month; the next try begins with the product."


class CrmSyncDemo(models.AbstractModel):
    """What the demo company tries to do better: an action in each phase, with the verdict that its figures give."""

    _inherit = "crm.sync.demo"

    @api.model
    def _play_improvement(self):
        """Play it, once per database. Nobody is mailed."""
        quiet = self.with_context(
            tracking_disable=True, mail_auto_subscribe_no_notify=True, mail_activity_quick_update=True
        )
        if quiet.env["crm.sync.improvement"].search_count([], limit=1):
            return
        kpis = quiet._measured_kpis()
        stories = (
            ("over", "Two colleagues who know the lenses answer questions about them", "wei", "service"),
            ("act", "Offers are called about within two days", "dora", "sales"),
            ("check", "The fitting is shown in the box, as a drawing", "wei", "service"),
            ("do", "Every complaint has one owner from the first day on", "ben", "service"),
            ("plan", "The shop asks for an address at every sale", "max", "store"),
        )
        for number, (phase, name, owner, department) in enumerate(stories):
            kpi = kpis[number % len(kpis)] if kpis else quiet.env["crm.sync.kpi"]
            quiet._play_action(phase, name, quiet._demo(f"user_{owner}"), department, kpi)

    def _measured_kpis(self):
        """KPIs with final values of the last months, in the order of what they tell."""
        Kpi = self.env["crm.sync.kpi"]
        found = Kpi.search([("code", "in", _KPIS)]).sorted(lambda kpi: _KPIS.index(kpi.code))
        if found and not self.env["crm.sync.kpi.period"].search_count([("kpi_id", "in", found.ids)], limit=1):
            self.env["crm.sync.kpi.snapshot"]._refresh(found)
        return [kpi for kpi in found if self._has_figures(kpi)]

    def _has_figures(self, kpi):
        """Whether there were figures in each of the periods that the demo compares."""
        action = self.env["crm.sync.improvement"].new({"kpi_id": kpi.id, "company_id": self.env.company.id})
        periods = action._periods([], limit=2 * _WINDOW)
        known = [one for one in action._figures("company", periods) if one["value"] is not None]
        return len(known) == 2 * _WINDOW

    def _play_action(self, phase, name, owner, department, kpi):
        cases = self.env["crm.sync.case"].search([("improvement_wanted", "=", True)], order="id", limit=2)
        action = self.env["crm.sync.improvement"].create(
            {
                "name": name,
                "problem": "It takes longer than customers expect, and they say so.",
                "cause_text": "Nobody in particular is in charge at first.",
                "owner_id": owner.id,
                "department_id": self.env.ref(f"crm_sync_measures.department_{department}").id,
                "kpi_id": kpi.id,
                "window_count": _WINDOW,
                "due_on": fields.Date.today() + timedelta(days=20),
                "case_ids": [(6, 0, cases.ids if phase in ("plan", "over") else [])],
            }
        )
        if phase == "plan" or not kpi:
            return
        periods = action._periods([], limit=2 * _WINDOW)
        after = periods[_WINDOW:]
        if phase == "do":
            action._start(fields.Datetime.now())
        elif phase == "check":
            self._play_start(action, after[-1:].period_start)
            action._done(max(fields.Date.today() - timedelta(days=5), action.baseline_last + timedelta(days=1)))
        else:
            self._play_start(action, after[:1].period_start)
            action._done(after[:1].period_start)
            action._take_check(fields.Datetime.now())
        if phase == "over" and action.phase == "act":
            self._play_end(action)

    def _play_start(self, action, day):
        """Begun when the periods before that day were the last ones that were known."""
        action.has_usual_tasks = False
        action._start(datetime.combine(day, time(8)), today=day)

    def _play_end(self, action):
        if action.outcome == "effective":
            action._close("adopt", False, _LESSON)
            action._rebase()
        else:
            action._close("abandon", _REASON, _LESSON)
