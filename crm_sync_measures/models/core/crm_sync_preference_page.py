from dataclasses import dataclass

from odoo import api, models

from ...rules.attempt import network
from ...rules.preference import ONE_CLICK, PURPOSES, chosen, is_form


@dataclass(frozen=True)
class Outcome:
    """What became of what was sent: ``stored``, ``invalid``, or ``often`` with the seconds to ``wait``."""

    kind: str
    sentence: str = ""
    wait: int = 0


class CrmSyncPreferencePage(models.AbstractModel):
    """What customers choose to be written to for: shown, and kept. Private; controllers find out who it is, parse and call.

    Nothing here is written by looking.
    """

    _name = "crm.sync.preference.page"
    _description = "Preferences as Customers See Them"

    @api.model
    def _page(self, partner, refused=None):
        """What the page shows to ``partner``, in the language of the context; with ``refused`` already not ticked."""
        current = self.env["crm.sync.contact.preference"]._current(partner)
        words = self._words()
        return [
            {
                "purpose": purpose,
                "title": words[purpose][0],
                "help": words[purpose][1],
                "is_allowed": current[purpose] and purpose != refused,
            }
            for purpose in PURPOSES
        ]

    @api.model
    def _words(self):
        """``{purpose: (what it is called by customers, what it is)}``"""
        return {
            "loyalty": (
                self.env._("Your points and your membership"),
                self.env._("Statements, and a word before points or your level are lost."),
            ),
            "care": (
                self.env._("Greetings and care"),
                self.env._("On your birthday and on holidays, and how we can help."),
            ),
            "survey": (self.env._("Surveys"), self.env._("Now and then, whether you are content with us.")),
            "marketing": (self.env._("Offers and news"), self.env._("What is new, and what we think you may like.")),
        }

    @api.model
    def _submit(self, partner, values, source, address=""):
        """The form was sent.

        :param partner: known by login (``portal``) or by the key of his link (``link``)
        :param address: that of the network, for what comes without a login
        """
        if not is_form(values):
            return Outcome("invalid", self.env._("This was not understood. Open the page once more."))
        return self._keep(partner, chosen(values), source, address)

    @api.model
    def _stop(self, partner, purpose, values):
        """The button of a mail program was pressed. It comes from the servers of mail providers, many customers from one
        address: only what comes for one customer is limited."""
        name, value = ONE_CLICK
        if purpose not in PURPOSES or values.get(name) != value:
            return Outcome("invalid")
        return self._keep(partner, {purpose: False}, "link", "")

    def _keep(self, partner, wanted, source, address):
        refused = self._limited(partner, address)
        if refused:
            return refused
        self.env["crm.sync.contact.preference"]._said(partner, wanted, source)
        return Outcome("stored")

    @api.model
    def _limited(self, partner, address=""):
        """None, and it is written down that something came for ``partner``; or that too much did."""
        Attempt = self.env["crm.sync.attempt"]
        who = {"preference_customer": str(partner.id)}
        if address:
            who["preference_address"] = network(address)
        if seconds := Attempt._wait(**who):
            minutes = max(1, -(-seconds // 60))
            sentence = self.env._("This was changed too often. Please try again in %s minutes.", minutes)
            return Outcome("often", sentence, seconds)
        Attempt._note(**who)
        return None
