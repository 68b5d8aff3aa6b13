from odoo import models

from ...rules.brief import Advice
from .brief_section import Cell, Section, brief_section

#: The same, where the reader may read them.
_TOLD_IF_READ = {"others", "leads"}
_TONES = {"red": "danger", "yellow": "warning", "info": ""}
_FINDINGS = 6


class CrmSyncBrief(models.AbstractModel):
    """What else the card *Before You Contact* finds: colleagues, prices, dealers, and what other rooms add to it."""

    _inherit = "crm.sync.brief"

    def _section_titles(self):
        return {**super()._section_titles(), "card": self.env._("Before You Contact")}

    def _told_elsewhere(self):
        """What the card finds too, and has a section of its own. A room that adds both says so."""
        return {"unhappy", "promise", "promise_broken", "waiting", "overdue", "consent"}

    @brief_section(55, "card")
    def _section_card(self, about):
        told_elsewhere = self._told_elsewhere()
        found = [
            finding
            for finding in about.entity.sync_contact_card()["findings"]
            if finding["code"] not in told_elsewhere and (finding["masked"] or finding["code"] not in _TOLD_IF_READ)
        ]
        if not found:
            return None
        return Section(
            title=self._section_titles()["card"],
            rows=tuple(
                (
                    Cell(finding["label"], tone=_TONES[finding["level"]]),
                    Cell(self._short(finding["text"], 110), document=self._first_link(finding)),
                )
                for finding in found[:_FINDINGS]
            ),
            avoid=tuple(
                Advice(
                    85,
                    self.env._("%(label)s: %(text)s", label=finding["label"], text=self._short(finding["text"], 130)),
                )
                for finding in found
                if finding["level"] == "red"
            ),
        )

    def _first_link(self, finding):
        return next(((link["model"], link["res_id"]) for link in finding["links"]), None)
