from odoo import api, fields, models

from ...rules.birthday import CALENDARS, Birthday, birthday_problem
from ..core.crm_sync_preference_page import Outcome


class CrmSyncTierPortal(models.AbstractModel):
    """The birthday on the customer's own page: day and month suffice. The year is neither asked for nor shown."""

    _inherit = "crm.sync.tier.portal"

    @api.model
    def _page(self, partner):
        partner = partner.sudo()  # sudo: his own birthday
        birthday = {
            "month": partner.sync_birth_month,
            "day": partner.sync_birth_day,
            "calendar": partner.sync_birth_calendar or "solar",
            "is_leap": partner.sync_birth_is_leap,
        }
        return {**super()._page(partner), "birthday": birthday}

    @api.model
    def _submit_birthday(self, partner, values, address=""):
        """The customer says when his birthday is, or that nobody needs to know.

        :param partner: known by his login or by the key of his link
        :param dict values: texts as they were sent
        :return: :class:`Outcome`
        """
        given = self._birthday_of(values)
        if given is None:
            return Outcome("invalid", self.env._("This was not understood. Open the page once more."))
        is_given = bool(given.month or given.day)
        if is_given and (problem := birthday_problem(given, fields.Date.context_today(partner))):
            return Outcome("invalid", partner._sync_birthday_messages()[problem])
        if refused := self.env["crm.sync.preference.page"]._limited(partner, address):
            return refused
        self._keep_birthday(partner.sudo(), given, is_given)  # sudo: his own birthday
        return Outcome("stored")

    def _birthday_of(self, values):
        """What was sent; None for what is none of our form."""
        if values.get("birthday") != "1" or values.get("calendar") not in CALENDARS:
            return None
        numbers = [values.get(name, "") for name in ("month", "day")]
        if any(number and not (number.isascii() and number.isdigit() and len(number) < 3) for number in numbers):
            return None
        month, day = (int(number or 0) for number in numbers)
        # The solar calendar has no leap months; the box may have been ticked before the calendar was changed.
        is_leap = values["calendar"] == "lunar" and values.get("is_leap") == "1"
        return Birthday(month, day, values["calendar"], is_leap)

    def _keep_birthday(self, partner, given, is_given):
        """Another day makes the year doubtful, and of nobody whose day is forgotten the year is kept."""
        if is_given and partner._sync_birthday() == given:
            return
        partner.write(
            {
                "sync_birth_month": given.month,
                "sync_birth_day": given.day,
                "sync_birth_calendar": given.calendar if is_given else False,
                "sync_birth_is_leap": given.is_leap and is_given,
                "sync_birth_year": False,
            }
        )
