from odoo import models

from ...rules.brief import Advice
from .brief_section import Cell, Fact, Section, brief_section

_PERSONS = 5


class CrmSyncBrief(models.AbstractModel):
    """Who the customer is, and whom one meets there."""

    _inherit = "crm.sync.brief"

    def _section_titles(self):
        return {
            **super()._section_titles(),
            "who": self.env._("Who They Are"),
            "persons": self.env._("Contact Persons"),
        }

    @brief_section(10, "who", side="left")
    def _section_who(self, about):
        entity = about.entity
        place = ", ".join(part for part in (entity.street, entity.zip, entity.city, entity.country_id.name) if part)
        facts = [
            (self.env._("Kind"), self._kind(entity)),
            (self.env._("Address"), place),
            (self.env._("Phone"), entity.phone),
            (self.env._("E-mail"), entity.email),
            (self.env._("Website"), entity.website),
            (self.env._("Tags"), ", ".join(entity.category_id.mapped("name"))),
            (self.env._("Language"), self._foreign_language(entity)),
        ]
        return Section(
            title=self._section_titles()["who"],
            facts=tuple(Fact(label, self._short(value)) for label, value in facts if value),
            bring_up=self._neglect_advice(about),
            avoid=self._opt_out_advice(about),
        )

    def _foreign_language(self, entity):
        """The customer's language where it is not the reader's."""
        return entity.lang != self.env.lang and dict(self.env["res.lang"].get_installed()).get(entity.lang)

    def _kind(self, entity):
        kind = self.env._("Company") if entity.is_company else self.env._("Person")
        return ", ".join(part for part in (kind, entity.industry_id.name, entity.function) if part)

    def _neglect_advice(self, about):
        if not about.page["neglected"] or not about.page["last_contact"]:
            return ()
        days = about.page["last_contact"]["days"]
        return (Advice(30, self.env._("Nobody spoke with them for %s days: ask how they are doing.", days)),)

    def _opt_out_advice(self, about):
        """Who wants no mailings, by the rule that the contact gate follows."""
        active = about.contacts.filtered("active")
        verdicts = self.env["crm.sync.contact.gate"]._may_contact(active, "marketing", "email")
        refused = ("opted_out", "preference")
        names = [contact.name for contact in active if verdicts[contact.id].reason in refused and contact.name]
        if not names:
            return ()
        text = self.env._("Do not promise a newsletter or mailing: %s wants none.", ", ".join(names[:3]))
        return (Advice(20, text),)

    @brief_section(15, "persons", side="left")
    def _section_persons(self, about):
        persons = about.contacts.filtered(lambda c: c.active and c.type == "contact" and c != about.entity)
        if not persons:
            return None
        more = len(persons) - _PERSONS
        return Section(
            title=self._section_titles()["persons"],
            rows=tuple(
                (self._person_cell(person), self._short(person.function, 40), person.phone or person.email or "")
                for person in persons[:_PERSONS]
            ),
            notes=(self.env._("%s more contacts", more),) if more > 0 else (),
        )

    def _person_cell(self, person):
        return Cell(person.name or person.display_name, tone="nowrap", document=("res.partner", person.id))
