from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import models

from ...rules.brief import SOON, Advice
from .brief_section import Cell, Fact, Section, brief_section

_ROWS = 5
#: How a promise may end that counts for the kept-rate.
_JUDGED = ("kept", "kept_late", "broken")


class CrmSyncBrief(models.AbstractModel):
    """What we owe the customer: promises, and answers."""

    _inherit = "crm.sync.brief"

    def _section_titles(self):
        return {
            **super()._section_titles(),
            "promises": self.env._("What We Promised"),
            "waiting": self.env._("Waiting for Our Answer"),
        }

    # ---------------------------------------------------------------- promises

    @brief_section(70, "promises")
    def _section_promises(self, about):
        """What is still owed, by the dates that the customer agreed to, and how we kept our word within twelve months."""
        domain = [
            ("commercial_partner_id", "=", about.entity.id),
            ("outcome_at", "=", False),
        ]
        owed = self.env["crm.sync.promise"].search(domain, order="binding_due_at, id", limit=_ROWS)
        return Section(
            title=self._section_titles()["promises"],
            facts=self._kept_facts(about),
            rows=tuple(self._promise_row(about, promise) for promise in owed),
            notes=self._hidden_notes("crm.sync.promise", domain),
            empty=self.env._("Nothing is owed."),
            bring_up=tuple(advice for promise in owed if (advice := self._promise_advice(about, promise))),
        )

    def _kept_facts(self, about):
        domain = [
            ("commercial_partner_id", "=", about.entity.id),
            ("state", "in", _JUDGED),
            ("binding_due_at", ">=", about.now - relativedelta(months=12)),
        ]
        counts = dict(self.env["crm.sync.promise"]._read_group(domain, ["state"], ["__count"]))
        if not counts:
            return ()
        text = self.env._("%(kept)s of %(all)s in time", kept=counts.get("kept", 0), all=sum(counts.values()))
        return (Fact(self.env._("Kept within 12 months"), text, "danger" if counts.get("broken") else ""),)

    def _promise_row(self, about, promise):
        is_late = promise.binding_due_at < about.now
        return (
            Cell(self._day(promise.binding_due_at), tone="danger nowrap" if is_late else "muted nowrap"),
            Cell(self._short(promise.name, 55), document=(promise._name, promise.id)),
            # sudo: the name of a colleague, as everywhere in Odoo's own client.
            Cell(self._short(promise.user_id.sudo().name, 24), tone="nowrap"),
        )

    def _promise_advice(self, about, promise):
        values = {
            "promise": self._short(promise.name, 55),
            "day": self._day(promise.binding_due_at),
            "person": promise.user_id.sudo().name,  # sudo: as in _promise_row
        }
        if promise.binding_due_at < about.now:
            text = self.env._(
                "We owe them: “%(promise)s”, promised for %(day)s by %(person)s. Say when it comes.", **values
            )
            return Advice(100, text)
        if promise.binding_due_at <= about.now + timedelta(days=SOON):
            return Advice(60, self.env._("Promised for %(day)s: “%(promise)s”. Say how far we are.", **values))
        return None

    # ---------------------------------------------------------------- answers

    @brief_section(80, "waiting")
    def _section_waiting(self, about):
        """Where the ball is with us, the longest first."""
        domain = [("commercial_partner_id", "=", about.entity.id), ("state", "=", "waiting")]
        waiting = self.env["crm.sync.response"].search(domain, order="started_at, id", limit=_ROWS)
        names = self._document_names(waiting)
        notes = self._hidden_notes("crm.sync.response", domain)
        if not waiting and not notes:
            return None
        return Section(
            title=self._section_titles()["waiting"],
            rows=tuple(self._waiting_row(response, names) for response in waiting),
            notes=notes,
            bring_up=tuple(self._waiting_advice(response, names) for response in waiting[:2]),
        )

    def _waiting_row(self, response, names):
        is_late = response.is_breached or response.is_overdue
        return (
            Cell(self._day(response.started_at), tone="danger nowrap" if is_late else "muted nowrap"),
            Cell(
                self._short(names.get(response) or self.env._("Hidden from you"), 55),
                document=(response.res_model, response.res_id) if response in names else None,
            ),
            # sudo: the name of a colleague, as everywhere in Odoo's own client.
            Cell(self._short(response.user_id.sudo().name, 24), tone="nowrap"),
        )

    def _waiting_advice(self, response, names):
        day = self._day(response.started_at)
        if response not in names:
            return Advice(90, self.env._("They have been waiting for our answer since %s.", day))
        name = self._short(names[response], 55)
        return Advice(
            90, self.env._("They have been waiting for our answer on “%(name)s” since %(day)s.", name=name, day=day)
        )

    def _document_names(self, responses):
        """``{response: name of its document}``, one query for each model; what the reader may not read has none."""
        names = {}
        for model, some in responses.grouped("res_model").items():
            documents = self.env[model].with_context(active_test=False).search([("id", "in", some.mapped("res_id"))])
            known = {document.id: document.display_name for document in documents}
            names |= {response: known[response.res_id] for response in some if response.res_id in known}
        return names

    # ---------------------------------------------------------------- what is hidden

    def _hidden_notes(self, model, domain):
        """That there is more which the reader may not read: how many of which department, as the timeline tells it."""
        readable = self.env[model]._search(domain)
        # sudo: a number and a department, of the companies that the reader has selected.
        groups = (
            self.env[model]
            .sudo()
            ._read_group(
                [*domain, ("company_id", "in", self.env.companies.ids), ("id", "not in", readable)],
                ["department_id"],
                ["__count"],
            )
        )
        return tuple(
            self.env._("%(department)s: %(count)s, hidden from you", department=department.name, count=count)
            if department
            else self.env._("%s more, hidden from you", count)
            for department, count in groups
        )
