from odoo import models

from ...rules.brief import Advice
from ...rules.case_priority import complaint_level
from ..activity.brief_section import Cell, Section, brief_section

#: Open complaints that are told, the most urgent first.
_ROWS = 5


class CrmSyncBrief(models.AbstractModel):
    """What the customer complains of, and how the last complaint ended."""

    _inherit = "crm.sync.brief"

    def _section_titles(self):
        return {**super()._section_titles(), "complaints": self.env._("Complaints")}

    @brief_section(75, "complaints")
    def _section_complaints(self, about):
        """Complaints that are open, and the last one that was solved, with the customer's verdict."""
        of_customer = [("commercial_partner_id", "=", about.entity.id), ("kind", "=", "complaint")]
        domain = [*of_customer, ("is_open", "=", True)]
        Case = self.env["crm.sync.case"]
        complaints = Case.search(domain, order="priority desc, opened_at, id", limit=_ROWS)
        solved = Case.search(
            [*of_customer, ("step", "=", "closed"), ("master_id", "=", False)], order="closed_at desc, id desc", limit=1
        )
        return Section(
            title=self._section_titles()["complaints"],
            rows=tuple(map(self._complaint_row, complaints)) + tuple(map(self._solved_row, solved)),
            notes=self._hidden_notes("crm.sync.case", domain),
            empty=self.env._("None."),
            bring_up=tuple(map(self._complaint_advice, complaints[:2])),
            avoid=self._complaint_avoid(complaints),
        )

    # ---------------------------------------------------------------- rows

    def _complaint_row(self, case):
        is_red = complaint_level(case.priority, case.step == "escalated", case.clock_state == "breached") == "red"
        return (
            Cell(self._day(case.opened_at), tone="danger nowrap" if is_red else "warning nowrap"),
            Cell(self._short(case.display_name, 55), document=(case._name, case.id)),
            # sudo: the name of a colleague, as everywhere in Odoo's own client.
            Cell(self._short(case.user_id.sudo().name or self.env._("Nobody yet"), 24), tone="nowrap"),
        )

    def _solved_row(self, case):
        """How it ended; what an unhappy customer said of it is to be seen at once."""
        verdicts = dict(case._fields["verdict"]._description_selection(self.env))
        verdict = verdicts.get(case.verdict)
        return (
            Cell(self._day(case.closed_at), tone="muted nowrap"),
            Cell(self._short(case.display_name, 55), document=(case._name, case.id)),
            Cell(
                self.env._("Solved; customer: %s", verdict) if verdict else self.env._("Solved"),
                tone="danger nowrap" if case.verdict in ("1", "2") else "muted nowrap",
            ),
        )

    # ---------------------------------------------------------------- advice

    def _complaint_advice(self, case):
        text = self.env._(
            "Their complaint “%(name)s” is open since %(day)s: say how far we are.",
            name=self._short(case.name, 55),
            day=self._day(case.opened_at),
        )
        return Advice(95, text)

    def _complaint_avoid(self, complaints):
        if not complaints:
            return ()
        return (Advice(85, self.env._("Do not offer anything new before their complaint is settled.")),)
