from odoo import api, models
from odoo.fields import Domain

from ...rules.score_statistics import may_tell
from ...rules.survey_results import Heard, heard_less

_SENT = Domain("sent_at", "!=", False)
#: Who answers has got it, whatever his mail server has said.
_BACK = _SENT & Domain("bounced_at", "!=", False) & Domain("state", "!=", "done")
_DELIVERED = _SENT & (Domain("bounced_at", "=", False) | Domain("state", "=", "done"))
_DONE = _SENT & Domain("state", "=", "done")
#: Where the department of a customer is written: his own, else his owner's.
_OWN, _OWNERS = "commercial_partner_id.sync_department_id", "commercial_partner_id.user_id.sync_department_id"


class CrmSyncSurveyResults(models.Model):
    """Who was asked, whom it has reached, who has answered, and of whom the score therefore says less."""

    _inherit = "crm.sync.survey.program"

    # ---------------------------------------------------------------- how many

    @api.model
    def _results_response(self, invitations):
        rows = self.env["crm.sync.survey.invitation"].response_figures(list(invitations))
        row = rows[0] if rows else {}
        labels = self._results_response_labels()
        domains = {
            "suppressed": Domain("state", "=", "suppressed"),
            "sent": _SENT,
            "bounced": _BACK,
            "delivered": _DELIVERED,
            "done": _DONE,
        }
        return {
            "rate": row.get("rate", False),
            "low": row.get("low", 0.0),
            "high": row.get("high", 0.0),
            "invited": row.get("invited", 0),
            "numbers": [
                {
                    "code": code,
                    "label": labels[code],
                    "value": row.get(code, 0),
                    "domain": list(invitations & domain),
                }
                for code, domain in domains.items()
            ],
        }

    @api.model
    def _results_response_labels(self):
        states = dict(self.env["crm.sync.survey.invitation"]._fields["state"]._description_selection(self.env))
        return {
            "suppressed": states["suppressed"],
            "sent": states["sent"],
            "bounced": states["bounced"],
            "delivered": self.env._("Arrived"),
            "done": states["done"],
        }

    # ---------------------------------------------------------------- who did not answer

    def _results_silent(self, invitations):
        """How many of each department's customers, and of each tier, have answered, and who has answered less than the others."""
        delivered = invitations & _DELIVERED
        sides = [self._results_silent_departments(delivered)]
        tier = self._results_tier_field()
        if tier:
            sides.append(self._results_silent_tiers(delivered, f"commercial_partner_id.{tier}"))
        return [side for side in sides if side["rows"]]

    def _results_silent_departments(self, delivered):
        heard = {}
        for own, owners, state, count in self._results_silent_counts(delivered, [_OWN, _OWNERS]):
            self._results_add(heard, own or owners, state, count)

        def domain(department):
            of_owner = self._results_is(_OWN, False) & self._results_is(_OWNERS, department)
            return self._results_is(_OWN, department) | of_owner if department else of_owner

        return self._results_side("department_id", heard, delivered, domain)

    def _results_silent_tiers(self, delivered, path):
        heard = {}
        for tier, state, count in self._results_silent_counts(delivered, [path]):
            self._results_add(heard, tier, state, count)

        return self._results_side("tier", heard, delivered, lambda tier: self._results_is(path, tier))

    @api.model
    def _results_silent_counts(self, delivered, paths):
        return self.env["crm.sync.survey.invitation"]._read_group(delivered, [*paths, "state"], ["__count"])

    @api.model
    def _results_add(self, heard, segment, state, count):
        heard[segment] = heard.get(segment, Heard()) + Heard(count, count if state == "done" else 0)

    def _results_side(self, code, heard, delivered, domain):
        whole = sum(heard.values(), Heard())
        told = self._results_may_tell(heard)
        rows = [
            {
                "label": self._results_segment_name(segment),
                "delivered": found.delivered,
                "done": found.done,
                "rate": found.rate,
                "bias": heard_less(found, whole),
                "others": (whole - found).rate or 0.0,
                "domain": not self.is_anonymous and list(delivered & domain(segment)),
                "done_domain": not self.is_anonymous and list(delivered & domain(segment) & _DONE),
            }
            for segment, found in heard.items()
            if segment in told
        ]
        rows.sort(key=lambda row: (row["rate"], row["label"]))
        return {"code": code, "label": self._results_segment_label(code), "rows": rows}

    def _results_may_tell(self, heard):
        """All segments; where answers are anonymous, those in which nobody is alone."""
        if not self.is_anonymous:
            return heard.keys()
        return may_tell({segment: found.delivered for segment, found in heard.items()})

    @api.model
    def _results_segment_name(self, segment):
        # sudo: what it is called that the invitations one may read are about
        name = segment.sudo().display_name if isinstance(segment, models.BaseModel) else segment
        return name or self.env._("Not known")

    # ---------------------------------------------------------------- who was not asked

    @api.model
    def _results_suppressed(self, invitations):
        dropped = invitations & Domain("state", "=", "suppressed")
        Invitation = self.env["crm.sync.survey.invitation"]
        counts = Invitation._read_group(dropped, ["suppressed_by"], ["__count"])
        sentences = Invitation._suppression_sentences() if counts else {}
        rows = [
            {
                "code": code,
                "label": sentences.get(code, code or self.env._("Not known")),
                "count": count,
                "domain": list(dropped & Domain("suppressed_by", "=", code)),
            }
            for code, count in counts
        ]
        return sorted(rows, key=lambda row: (-row["count"], row["label"]))
