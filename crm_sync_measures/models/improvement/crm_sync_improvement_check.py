from datetime import timedelta

from odoo import models

from ...rules.improvement import after_window, change, difference_in_differences, verdict

#: Rules of the control chart that tell that a process has changed; thresholds and targets do not.
_PROOFS = ("beyond", "run8")
#: What a check writes when nothing can be said yet.
_NOTHING = {
    "value_before": 0.0,
    "value_after": 0.0,
    "effect": 0.0,
    "low": 0.0,
    "high": 0.0,
    "has_interval": False,
    "did": 0.0,
    "did_low": 0.0,
    "did_high": 0.0,
}


class CrmSyncImprovementCheck(models.Model):
    """The Check: the same KPI, a window of equal length, and what the rules say of both. See ``rules/improvement.py``."""

    _inherit = "crm.sync.improvement"

    def _window(self, done_on):
        """When it will be measured whether it has helped: whole periods from the day on which the change was in place."""
        self.ensure_one()
        calendar = self._kpi().calendar
        week_start = self.baseline_first.isoweekday() if calendar == "week" else 1
        first, last = after_window(done_on, calendar, self.window_count, week_start)
        return {
            "after_first": first,
            "after_last": last,
            "check_on": last + timedelta(days=1 + self._kpi().closing_days),
            "is_reminded": False,
        }

    def _check(self):
        """What the final values say, as fields to be written."""
        self.ensure_one()
        periods = self._periods(
            [("period_start", ">=", self.after_first), ("period_start", "<=", self.after_last)],
        )
        after = self._figures(self.scope_key, periods)
        compared = self._figures(self.compare_scope_key, periods) if self.compare_scope_key else False
        kept = {"after_values": after, "compare_after_values": compared}
        facts = {"closed": len(periods), "of": self.window_count, "signal": self._signal(periods)}
        if len(periods) < self.window_count or periods[-1:].period_end < self.after_last:
            return {**_NOTHING, **kept, "outcome": "no_data", "verdict_facts": {**facts, "why": "waiting"}}
        if self._has_another_definition(after):
            return {**_NOTHING, **kept, "outcome": "no_data", "verdict_facts": {**facts, "why": "definition"}}
        return {**kept, **self._compare(after, compared, facts)}

    def _compare(self, after, compared, facts):
        is_ratio, scale = self._are_shares(self.baseline_values, after, self.compare_values, compared), self._scale()
        before, now = self._points(self.baseline_values), self._points(after)
        own = change(before, now, is_ratio, scale)
        if not own:
            return {**_NOTHING, "outcome": "no_data", "verdict_facts": {**facts, "why": "empty"}}
        others = self._points(self.compare_values), self._points(compared)
        beyond = self.compare_scope_key and difference_in_differences(before, now, *others, is_ratio, scale)
        if self.compare_scope_key and not beyond:
            return {**_NOTHING, "outcome": "no_data", "verdict_facts": {**facts, "why": "comparison"}}
        theirs = self.compare_scope_key and change(*others, is_ratio, scale)
        decisive = beyond or own
        facts |= {
            "method": decisive.method,
            "is_sure": decisive.low is not None,
            "others": [theirs.before, theirs.after] if theirs else False,
            "is_by_signal": self._is_by_signal(decisive, facts["signal"]),
            "had_signal": self._baseline_has_signal(),
        }
        # With others to compare with, only what goes beyond them counts.
        signal = 0 if beyond else facts["signal"]
        return {
            "value_before": own.before,
            "value_after": own.after,
            "effect": own.effect,
            "low": own.low or 0.0,
            "high": own.high or 0.0,
            "has_interval": own.low is not None,
            "did": beyond.effect if beyond else 0.0,
            "did_low": beyond.low or 0.0 if beyond else 0.0,
            "did_high": beyond.high or 0.0 if beyond else 0.0,
            "outcome": verdict(decisive, self._good(), self.expected_change, signal),
            "verdict_facts": facts,
        }

    def _are_shares(self, *windows):
        """Whether the KPI is a share of documents that were counted, so that its periods may be added up.

        Margins in per cent are not, and neither are stands: the same customers are in each of them.
        """
        kpi = self._kpi()
        return (kpi.additivity, kpi.unit) == ("ratio", "percent") and all(
            one["denominator"] <= one["count"] for values in windows for one in values or ()
        )

    def _good(self):
        """1 where more is better, -1 where less is; of a range it is what was hoped for."""
        direction = self._kpi().direction
        if direction == "range":
            return -1 if self.expected_change < 0 else 1
        return 1 if direction == "higher" else -1

    def _is_by_signal(self, found, signal):
        """Whether only the control chart proves it."""
        without = verdict(found, self._good(), self.expected_change)
        return not self.compare_scope_key and without != verdict(found, self._good(), self.expected_change, signal)

    def _signal(self, periods):
        """1 where the control chart tells a favourable change in these periods, -1 an unfavourable one, 0 none or both."""
        # sudo: signals of figures that the readers of the action read
        rows = (
            self.env["crm.sync.kpi.signal"]
            .sudo()
            .search_fetch(
                [
                    ("kpi_id", "=", self.kpi_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("scope_key", "=", self.scope_key),
                    ("rule", "in", _PROOFS),
                    ("period_start", "in", periods.mapped("period_start")),
                ],
                ["is_favourable"],
            )
        )
        kinds = set(rows.mapped("is_favourable"))
        return 0 if len(kinds) != 1 else 1 if True in kinds else -1

    def _baseline_has_signal(self):
        """Whether what has given rise to it is in the baseline: then some of what gets better is a return to normal."""
        start = self.signal_id.sudo().period_start  # sudo: a day
        return bool(start and self.baseline_first <= start <= self.baseline_last)

    def _has_another_definition(self, after):
        """Whether the KPI was computed otherwise then: such values are not compared."""
        hashes = {one["hash"] for one in (*self.baseline_values, *after) if one["hash"]}
        return len(hashes) > 1

    def _period_words(self):
        """How the periods of the KPI are called, for sentences."""
        words = {
            "day": self.env._("days"),
            "week": self.env._("weeks"),
            "month": self.env._("months"),
            "quarter": self.env._("quarters"),
        }
        return words[self._kpi().calendar]
