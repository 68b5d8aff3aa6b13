from datetime import timedelta

from odoo import api, fields, models

from ...rules.advice import Point, load_value
from ..core.registered import registered_methods
from .advice_request import advice_criterion, load_source, people_of

#: Activities due up to so many days ahead are work that is on the table now.
_SOON = timedelta(days=7)


class CrmSyncAdvisorLoad(models.AbstractModel):
    """What people have open already."""

    _inherit = "crm.sync.advisor"

    @advice_criterion(30, "load", weight=20)
    def _advise_load(self, requests):
        """Against the average of those who are in question for the same."""
        loads = self._loads(people_of(requests))
        told = {}
        for request in requests:
            if request.people not in told:
                told[request.people] = self._load_points({user_id: loads[user_id] for user_id in request.people})
        return {request.key: told[request.people] for request in requests}

    def _load_points(self, loads):
        totals = {user_id: sum(parts.values()) for user_id, parts in loads.items()}
        mean = sum(totals.values()) / len(totals) if totals else 0
        return {
            user_id: Point(load_value(total, mean), self._load_sentence(loads[user_id], total, mean), figure=total)
            for user_id, total in totals.items()
        }

    def _load_sentence(self, parts, total, mean):
        if not total:
            return self.env._("Nothing open")
        labels = self._load_labels()
        told = ", ".join(f"{labels.get(code, code)} {number}" for code, number in parts.items() if number)
        if total <= mean:
            return self.env._("Less open work than the others (%s)", told) if total < mean else ""
        return self.env._("More open work than the others (%s)", told)

    @api.model
    def _load_labels(self):
        """``{code: label}`` in the user's language; a room adds those of its sources."""
        return {
            "leads": self.env._("opportunities"),
            "activities": self.env._("activities due"),
            "quotations": self.env._("quotations"),
            "promises": self.env._("promises"),
            "responses": self.env._("customers waiting"),
        }

    @api.model
    def _loads(self, user_ids):
        """``{user id: {code: number}}`` of what each has open, in one query for each kind."""
        users = self.env["res.users"].browse(user_ids)
        loads = {user_id: {} for user_id in user_ids}
        for options, source in registered_methods(self, "load_source"):
            for user_id, number in source(users).items():
                loads[user_id][options["code"]] = number
        return loads

    # ---------------------------------------------------------------- sources

    @load_source(10, "leads")
    def _load_leads(self, users):
        return self._count("crm.lead", [("user_id", "in", users.ids), ("won_status", "=", "pending")])

    @load_source(20, "activities")
    def _load_activities(self, users):
        latest = fields.Date.today() + _SOON
        return self._count("mail.activity", [("user_id", "in", users.ids), ("date_deadline", "<=", latest)])

    @load_source(30, "quotations")
    def _load_quotations(self, users):
        """Without those of an opportunity, which is counted itself."""
        domain = [("user_id", "in", users.ids), ("state", "in", ("draft", "sent")), ("opportunity_id", "=", False)]
        return self._count("sale.order", domain)

    @load_source(40, "promises")
    def _load_promises(self, users):
        return self._count("crm.sync.promise", [("user_id", "in", users.ids), ("outcome_at", "=", False)])

    @load_source(50, "responses")
    def _load_responses(self, users):
        return self._count("crm.sync.response", [("user_id", "in", users.ids), ("state", "=", "waiting")])

    def _count(self, model, domain):
        # sudo: how much a colleague has open is a number, whatever the company; nothing of it is shown.
        groups = self.env[model].sudo()._read_group(domain, ["user_id"], ["__count"])
        return {user.id: number for user, number in groups}
