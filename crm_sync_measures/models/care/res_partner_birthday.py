from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.birthday import Birthday, birthday_problem, kept_days, next_birthday

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"
_MANAGERS = "crm_sync_measures.group_manager"
#: What a birthday is made of; it is kept, moved and forgotten as a whole.
BIRTHDAY = ("sync_birth_day", "sync_birth_month", "sync_birth_calendar", "sync_birth_is_leap", "sync_birth_year")
#: Everybody who has a birthday has one within so many days: a lunar year with a leap month has 385.
_WITHIN = timedelta(days=400)


class ResPartner(models.Model):
    """The birthday of a contact: for greetings, and used by nothing else. The year is never needed."""

    _inherit = "res.partner"

    sync_birth_day = fields.Integer(
        "Birthday", copy=False, groups=_READERS, aggregator=None, help="Day and month suffice."
    )
    sync_birth_month = fields.Integer("Month of Birth", copy=False, groups=_READERS, aggregator=None)
    sync_birth_year = fields.Integer(
        "Year of Birth",
        copy=False,
        groups=_MANAGERS,
        aggregator=None,
        help="Not needed, read by managers only, and used by nothing.",
    )
    sync_birth_calendar = fields.Selection(
        [("solar", "Solar Calendar"), ("lunar", "Chinese Lunar Calendar")],
        "Calendar of the Birthday",
        copy=False,
        groups=_READERS,
        help="By which day and month are meant, and the birthday is kept. Empty: solar.",
    )
    sync_birth_is_leap = fields.Boolean(
        "Leap Month",
        copy=False,
        groups=_READERS,
        help="Born in the second of two months of the same number. In years without it, the birthday is in the ordinary month.",
    )
    sync_next_birthday = fields.Date(
        "Next Birthday", compute="_compute_sync_next_birthday", search="_search_sync_next_birthday", groups=_READERS
    )
    sync_is_deceased = fields.Boolean(
        "Deceased",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Gets nothing any more but answers to what somebody asks in his name: no greetings, no marketing, no surveys.",
    )

    # Care looks for those who have their birthday on a few days among all contacts.
    _sync_birthday_idx = models.Index("(sync_birth_month, sync_birth_day) WHERE sync_birth_month IS NOT NULL")

    # ---------------------------------------------------------------- checks

    @api.constrains(*BIRTHDAY)
    def _check_sync_birthday(self):
        today = fields.Date.context_today(self)
        # Who may not read the year is not told by an error what it is. Odoo checks as superuser, whoever writes.
        knows_year = self.env.uid == SUPERUSER_ID or self.env.user.has_group(_MANAGERS)
        for partner in self.sudo():  # sudo: a check of what was just written
            birthday = partner._sync_birthday(with_year=knows_year)
            problem = birthday and birthday_problem(birthday, today)
            if problem:
                raise ValidationError(self._sync_birthday_messages()[problem])

    @api.model
    def _sync_birthday_messages(self):
        """``{code of rules/birthday.py: sentence}``"""
        return {
            "incomplete": self.env._("Birthday: enter day and month, or neither."),
            "month": self.env._("Birthday: the month is a number from 1 to 12."),
            "day": self.env._("Birthday: this month has no such day."),
            "year": self.env._("Birthday: enter a year from 1900 on, or none."),
            "leap_month": self.env._("Birthday: there was no such leap month."),
            "no_such_day": self.env._("Birthday: there was no such day in that year."),
            "future": self.env._("Birthday: the day of birth is not in the future."),
        }

    @api.onchange("sync_birth_calendar")
    def _onchange_sync_birth_calendar(self):
        if self.sync_birth_calendar != "lunar":
            self.sync_birth_is_leap = False

    # ---------------------------------------------------------------- reading

    def _sync_birthday(self, with_year=False):
        """What is entered, as ``rules/birthday.py`` wants it, right or wrong; None: nothing."""
        self.ensure_one()
        month, day = self.sync_birth_month, self.sync_birth_day
        year = (self.sync_birth_year or None) if with_year else None
        if not (month or day or year):
            return None
        return Birthday(month, day, self.sync_birth_calendar or "solar", self.sync_birth_is_leap, year)

    @api.depends(*(name for name in BIRTHDAY if name != "sync_birth_year"))
    def _compute_sync_next_birthday(self):
        today = fields.Date.context_today(self)
        for partner in self:
            birthday = partner._sync_birthday()
            is_right = birthday and not birthday_problem(birthday, today)
            partner.sync_next_birthday = is_right and next_birthday(birthday, today)

    def _search_sync_next_birthday(self, operator, value):
        """By the table of days on which birthdays are kept: one statement, however many customers there are."""
        # Odoo asks for the groups of a field by whose search method it is found nowhere.
        self._check_field_access(self._fields["sync_next_birthday"], "read")
        today = fields.Date.context_today(self)
        first = {}
        for kept in kept_days(today, today + _WITHIN):
            first.setdefault((kept.calendar, kept.month, kept.day, kept.is_leap), kept.solar_day)
        if operator == "in":
            days = {fields.Date.to_date(day) for day in value if day}
            ways = [way for way, day in first.items() if day in days]
            born = self._sync_born(ways)
            return born | ~self._sync_born(list(first)) if False in value else born
        compare = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}.get(operator)
        if not compare:
            return NotImplemented
        day = fields.Date.to_date(value)
        return self._sync_born([way for way, next_day in first.items() if getattr(next_day, compare)(day)])

    @api.model
    def _sync_born(self, ways):
        """Domain of those whose birthday is entered in one of ``ways``: (calendar, month, day, is_leap)."""
        if not ways:
            return Domain.FALSE

        def is_born(model, alias, query):
            month, day, calendar, is_leap = (
                SQL.identifier("b", name, to_flush=model._fields[name])
                for name in ("sync_birth_month", "sync_birth_day", "sync_birth_calendar", "sync_birth_is_leap")
            )
            return SQL(
                """%(id)s IN (SELECT b.id FROM (VALUES %(ways)s) w (calendar, month, number, is_leap)
                                JOIN res_partner b ON %(month)s = w.month AND %(day)s = w.number
                                 AND COALESCE(%(calendar)s, 'solar') = w.calendar
                                 AND COALESCE(%(is_leap)s, FALSE) = w.is_leap)""",
                id=SQL.identifier(alias, "id"),
                ways=SQL(", ").join(SQL("%s", way) for way in ways),
                month=month,
                day=day,
                calendar=calendar,
                is_leap=is_leap,
            )

        known = set(ways)
        return Domain.custom(to_sql=is_born, predicate=lambda partner: partner._sync_birthday_way() in known)

    def _sync_birthday_way(self):
        birthday = self._sync_birthday()
        return birthday and (birthday.calendar, birthday.month, birthday.day, birthday.is_leap)
