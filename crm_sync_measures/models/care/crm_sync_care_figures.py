from odoo import api, fields, models
from odoo.tools import formatLang

from ...rules.care import Effect, is_beyond_chance, uplift


class CrmSyncCareRule(models.Model):
    """What a rule has brought: those it was for, against those who were held out by chance."""

    _inherit = "crm.sync.care.rule"

    result_text = fields.Char(
        "What It Brought",
        compute="_compute_result_text",
        groups="crm_sync_measures.group_department_manager,crm_sync_measures.group_auditor",
    )

    @api.depends_context("uid", "lang")
    def _compute_result_text(self):
        figures = {one["rule_id"]: one for one in self._origin.care_figures()}
        for rule in self:
            own = figures.get(rule._origin.id)
            rule.result_text = " ".join(rule._result_sentences(own)) if own and own["cared_over"] else False

    def _result_sentences(self, figures):
        """What the figures say, and what they do not: a difference is told with its interval, or not at all."""
        facts = {
            name: formatLang(self.env, figures[name] or 0, digits=1)
            for name in ("cared_rate", "control_rate", "uplift", "low", "high")
        }
        facts |= {name: figures[name] for name in ("cared_over", "control_over", "purchase_days")}
        yield self.env._(
            "%(cared_rate)s %% of %(cared_over)s customers have bought within %(purchase_days)s days.", **facts
        )
        if figures["control_over"]:
            yield self.env._("Of %(control_over)s who were held out: %(control_rate)s %%.", **facts)
            if figures["uplift"] is None:
                yield self.env._("These are too few to be compared.")
            else:
                yield self.env._("Difference: %(uplift)s percentage points (%(low)s to %(high)s).", **facts)

    def care_figures(self):
        """What each of these rules has done and brought, by what the caller may read; in a constant number of queries.

        :return: ``[{"rule_id", "name", "cared", "held", "late", "failed", "control", "reasons": {code: count},
            "purchase_days", "cared_rate", "control_rate", "uplift", "low", "high", "is_enough", "is_signal", "domains"}]``.
            Rates are per cent of those whose days are over; ``uplift`` and its bounds are percentage points, and None where
            either group is too small to be compared. Each number is a list: ``domains`` has its domain of
            ``crm.sync.care.result``.
        """
        self.check_access("read")
        results = self.env["crm.sync.care.result"]
        own = [("rule_id", "in", self.ids)]
        counts, over, reasons = {}, {}, {}
        for rule, outcome, count in results._read_group(own, ["rule_id", "outcome"], ["__count"]):
            counts[rule, outcome] = count
        compared = [*own, ("is_over", "=", True)]
        for rule, outcome, has_bought, count in results._read_group(
            compared, ["rule_id", "outcome", "has_bought"], ["__count"]
        ):
            number, bought = over.get((rule, outcome), (0, 0))
            over[rule, outcome] = number + count, bought + (count if has_bought else 0)
        held = [*own, ("outcome", "=", "held")]
        for rule, reason, count in results._read_group(held, ["rule_id", "reason"], ["__count"]):
            reasons.setdefault(rule, {})[reason or ""] = count
        return [rule._figures(counts, over, reasons.get(rule, {})) for rule in self]

    def _figures(self, counts, over, reasons):
        self.ensure_one()
        effect = Effect(*over.get((self, "cared"), (0, 0)), *over.get((self, "control"), (0, 0)))
        difference = uplift(effect)
        outcomes = ("cared", "control", "held", "late", "failed")
        return {
            "rule_id": self.id,
            "name": self.display_name,
            **{outcome: counts.get((self, outcome), 0) for outcome in outcomes},
            "reasons": reasons,
            "purchase_days": self.purchase_days,
            "cared_over": effect.cared,
            "control_over": effect.control,
            "cared_rate": _percent(effect.cared_rate),
            "control_rate": _percent(effect.control_rate),
            "uplift": _percent(difference and difference[0]),
            "low": _percent(difference and difference[1]),
            "high": _percent(difference and difference[2]),
            "is_enough": effect.is_enough,
            "is_signal": bool(difference) and is_beyond_chance(difference[1], difference[2]),
            "domains": {outcome: [("rule_id", "=", self.id), ("outcome", "=", outcome)] for outcome in outcomes},
        }

    def action_results(self):
        """What became of the occasions of this rule."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_care_result_action")
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}


def _percent(share):
    return None if share is None else round(100.0 * share, 1)
