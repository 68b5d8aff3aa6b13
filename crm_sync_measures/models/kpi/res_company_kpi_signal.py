from odoo import api, fields, models
from odoo.tools.misc import formatLang

from ...rules.control_chart import FEWEST, MOST, RULES, false_alarm_rate
from .signal_words import WATCHED, WATCHED_SCOPES


class ResCompany(models.Model):
    """By which rules the company's figures are judged, and whose."""

    _inherit = "res.company"

    sync_kpi_rule_beyond = fields.Boolean("Signal Beyond a Control Limit", default=True)
    sync_kpi_rule_run8 = fields.Boolean("Signal on a Run of Eight", default=True)
    sync_kpi_rule_trend6 = fields.Boolean("Signal on a Trend of Six")
    sync_kpi_rule_two_of_three = fields.Boolean("Signal on Two of Three Far Away")
    sync_kpi_rule_four_of_five = fields.Boolean("Signal on Four of Five on One Side")
    sync_kpi_watched = fields.Selection(
        WATCHED_SCOPES,
        "Watched for Signals",
        required=True,
        default="unit",
        help="For whom signals are looked for. The more series are watched, the more false alarms there will be.",
    )

    def _sync_kpi_rules(self):
        """Codes of the rules in use, in the order of ``rules/control_chart.py``."""
        self.ensure_one()
        return tuple(rule for rule in RULES if self[f"sync_kpi_rule_{rule}"])

    def _sync_kpi_watched_kinds(self):
        """Kinds of scopes of which signals are looked for."""
        self.ensure_one()
        return WATCHED[self.sync_kpi_watched or "unit"]

    def _sync_kpi_alarm_sentence(self, charts=0):
        """What the rules cost: how often a KPI that is steady gives a false alarm.

        :param int charts: how many baselines are watched, where it is known
        """
        return self._sync_kpi_alarm_words(self._sync_kpi_rules(), charts)

    @api.model
    def _sync_kpi_alarm_words(self, rules, charts=0):
        if not rules:
            return self.env._("Without a rule no control chart gives a signal; thresholds and targets still do.")
        most, fewest = (false_alarm_rate(rules, 12, baseline) for baseline in (MOST, FEWEST))
        sentence = self.env._(
            "A KPI that is steady gives a false alarm within twelve periods with a probability of %(most)s %% when its"
            " baseline has 24 figures, and of %(fewest)s %% when it has 12.",
            most=round(100 * most),
            fewest=round(100 * fewest),
        )
        if charts:
            expected = self.env._(
                "Of %(charts)s charts that are watched now, expect about %(alarms)s false alarms in twelve periods.",
                charts=charts,
                alarms=formatLang(self.env, charts * most, digits=0 if charts * most >= 1 else 1),
            )
            sentence = f"{sentence} {expected}"
        return sentence

    def _sync_kpi_chart_count(self):
        """How many control charts of the company are watched now."""
        # sudo: a number that says nothing of anybody
        return (
            self.env["crm.sync.kpi.baseline"]
            .sudo()
            .search_count(
                [
                    ("company_id", "=", self.id),
                    ("state", "=", "active"),
                    ("scope_kind", "in", self._sync_kpi_watched_kinds()),
                    ("kpi_id.active", "=", True),
                ]
            )
        )
