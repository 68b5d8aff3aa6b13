from odoo import models


class CrmSyncSurveyResults(models.Model):
    """What became of those who were unhappy, as the page of results tells it."""

    _inherit = "crm.sync.survey.program"

    def _results_loop(self):
        """Of all times, whatever is looked at: who answers late would be missing. False where nobody was unhappy."""
        told = self.loop_figures()
        if not told["low"]:
            return False
        domains, labels = told["domains"], self._results_loop_labels()

        def number(code, value, name=None):
            return {"code": code, "label": labels[code], "value": value, "domain": domains[name or code]}

        follow_up = told["follow_up"]
        return {
            "numbers": [
                number(code, told[code])
                for code in ("low", "opened", "contacted", "contacted_in_time", "late", "waiting")
            ],
            "outcomes": [number(code, value, f"outcome_{code}") for code, value in told["outcomes"].items()],
            "is_enough": follow_up["enough"],
            "follow_up": [
                {
                    "code": side,
                    "label": labels[f"asked_{side}"],
                    "asked": follow_up[side]["n"],
                    "recovered": follow_up[side]["recovered"],
                    "rate": follow_up[side]["rate"] if follow_up["enough"] else False,
                    "domain": domains[f"asked_{side}"],
                    "recovered_domain": domains[f"recovered_{side}"],
                }
                for side in ("contacted", "not_contacted")
                if follow_up["contacted"]["n"] or follow_up["not_contacted"]["n"]
            ],
        }

    def _results_loop_labels(self):
        Loop = self.env["crm.sync.survey.loop"]

        def words(name):
            return dict(Loop._fields[name]._description_selection(self.env))

        env = self.env
        return {
            **words("outcome"),
            "low": env._("Low Scores"),
            "opened": env._("Cases"),
            "contacted": Loop._fields["contacted_at"].get_description(self.env, ["string"])["string"],
            "contacted_in_time": words("is_in_time")["yes"],
            "late": words("is_in_time")["no"],
            "waiting": env._("To Be Contacted"),
            "open": env._("No Outcome Yet"),
            "asked_contacted": env._("Contacted before"),
            "asked_not_contacted": env._("Not contacted before"),
        }
