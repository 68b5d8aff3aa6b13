from odoo import api, fields, models
from odoo.tools import format_date


class CrmSyncImprovementVerdict(models.Model):
    """The sentence of the verdict, in the reader's language, of what was found when it was checked; nobody writes it."""

    _inherit = "crm.sync.improvement"

    effect_text = fields.Char("Effect in Words", compute="_compute_verdict_text")
    baseline_text = fields.Char("Before That", compute="_compute_verdict_text")

    @api.depends_context("lang")
    @api.depends("outcome", "verdict_facts", "baseline_values", "kpi_id")
    def _compute_verdict_text(self):
        for action in self:
            action.effect_text = action._effect_words() if action._is_measured() else False
            action.baseline_text = action._baseline_words()
            action.verdict_text = action._verdict_words()

    def _is_measured(self):
        return bool(self.outcome) and self.outcome != "no_data"

    def _verdict_words(self):
        self.ensure_one()
        if not self.outcome:
            return False
        facts = self.verdict_facts or {}
        if self.outcome == "no_data":
            return self._words_without_data(facts)
        return " ".join(
            filter(
                None,
                (
                    self._words_of_outcome(),
                    self._words_of_change(),
                    self._words_of_comparison(facts),
                    self._words_of_proof(facts),
                    self._words_of_hope(),
                    self._words_of_caution(facts),
                ),
            )
        )

    def _words_without_data(self, facts):
        why = facts.get("why")
        if why == "waiting":
            return self.env._(
                "Nothing can be said yet: %(closed)s of %(of)s %(periods)s after the change are final. All of them are on"
                " %(day)s.",
                closed=facts.get("closed", 0),
                of=facts.get("of", self.window_count),
                periods=self._period_words(),
                day=format_date(self.env, self.check_on),
            )
        if why == "definition":
            return self.env._(
                "Nothing can be said: the KPI is computed otherwise than it was then, so before and afterwards cannot be"
                " compared."
            )
        if why == "comparison":
            return self.env._(
                "Nothing can be said: of %s too few values are known to compare with.", self.compare_scope_name
            )
        return self.env._("Nothing can be said: after the change there was too little to measure.")

    def _words_of_outcome(self):
        return {
            "effective": self.env._("It has helped."),
            "not_effective": self.env._("It has not done what was hoped for."),
            "inconclusive": self.env._("Whether it has helped cannot be told: chance alone may explain the change."),
            "harmful": self.env._("It has become worse."),
        }[self.outcome]

    def _words_of_change(self):
        words = {
            "kpi": self._kpi().name,
            "scope": self.scope_name,
            "before": self._value_words(self.value_before),
            "after": self._value_words(self.value_after),
            "count": self.window_count,
            "periods": self._period_words(),
            "effect": self._effect_words(),
        }
        return self.env._(
            "%(kpi)s (%(scope)s) went from %(before)s to %(after)s, in %(count)s %(periods)s each: %(effect)s.", **words
        )

    def _effect_words(self):
        return self._interval_words(self.effect, self.low, self.high, self.has_interval)

    def _interval_words(self, effect, low, high, is_sure):
        if not is_sure:
            return self._change_words(effect)
        return self.env._(
            "%(effect)s (with 95 %% between %(low)s and %(high)s)",
            effect=self._change_words(effect),
            low=self._change_words(low),
            high=self._change_words(high),
        )

    def _words_of_comparison(self, facts):
        if not facts.get("others"):
            return False
        before, after = facts["others"]
        return self.env._(
            "For %(scope)s, without it, it went from %(before)s to %(after)s. Beyond that it is %(did)s.",
            scope=self.compare_scope_name,
            before=self._value_words(before),
            after=self._value_words(after),
            did=self._interval_words(self.did, self.did_low, self.did_high, facts.get("is_sure")),
        )

    def _words_of_proof(self, facts):
        if not facts.get("is_by_signal"):
            return False
        return self.env._(
            "The interval alone would not prove it; the control chart does, by a signal after the change."
        )

    def _words_of_hope(self):
        if not self.expected_change or self.outcome == "harmful":
            return False
        effect = self.did if self.compare_scope_key else self.effect
        if self.outcome != "effective" or abs(effect) >= abs(self.expected_change):
            return self.env._("Hoped for was %s.", self._change_words(self.expected_change))
        return self.env._("That is less than the %s hoped for.", self._change_words(self.expected_change))

    def _words_of_caution(self, facts):
        if not facts.get("had_signal") or self.outcome != "effective":
            return False
        return self.env._(
            "The signal that gave rise to it is in the baseline: some of the change may be a return to normal."
        )

    def _baseline_words(self):
        if not self.baseline_values:
            return False
        known = [one["value"] for one in self.baseline_values if one["value"] is not None]
        return self.env._(
            "%(count)s %(periods)s, %(first)s to %(last)s, from %(low)s to %(high)s",
            count=len(self.baseline_values),
            periods=self._period_words(),
            first=format_date(self.env, self.baseline_first),
            last=format_date(self.env, self.baseline_last),
            low=self._value_words(min(known)),
            high=self._value_words(max(known)),
        )
