from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ...rules.occasions import Holiday, holiday_days, holiday_problem, next_of

#: Fields that say when a holiday is.
_WHEN = ("kind", "month", "day", "weekday", "nth", "offset")
#: Years in which the next days are looked for.
_YEARS = 4


class CrmSyncCareHoliday(models.Model):
    """A holiday on which customers are greeted: on a fixed day, on one that moves by a rule, or on days given by hand.

    One for all companies: which of them greets whom on which holiday, care rules say.
    """

    _name = "crm.sync.care.holiday"
    _description = "Holiday"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("solar", "Every Year on This Day"),
            ("lunar", "On a Day of the Chinese Lunar Calendar"),
            ("weekday", "On a Weekday of a Month"),
            ("easter", "By Easter"),
            ("table", "On Days Given by Hand"),
        ],
        "When",
        required=True,
        default="solar",
    )
    month = fields.Integer(aggregator=None)
    day = fields.Integer(aggregator=None)
    weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        default="6",
    )
    nth = fields.Selection(
        [("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth"), ("5", "Fifth"), ("-1", "Last")],
        "Which One",
        default="1",
    )
    offset = fields.Integer(
        "Days Later",
        aggregator=None,
        help="So many days after that day; negative: before it. New Year's Eve is -1 day from New Year.",
    )
    day_ids = fields.One2many("crm.sync.care.holiday.day", "holiday_id", "Days", copy=True)
    next_day = fields.Date("Next", compute="_compute_next_day")
    next_days = fields.Char(compute="_compute_next_day")

    @api.constrains(*_WHEN)
    def _check_when(self):
        messages = {
            "month": self.env._("The month is a number from 1 to 12."),
            "day": self.env._("This month has no such day."),
            "nth": self.env._("Choose the first to the fifth of these weekdays, or the last."),
            "offset": self.env._("A holiday is at most 200 days before or after the day it is counted from."),
        }
        for holiday in self:
            if problem := holiday_problem(holiday._holiday()):
                raise ValidationError(
                    self.env._("%(holiday)s: %(problem)s", holiday=holiday.name, problem=messages.get(problem, problem))
                )

    @api.depends(*_WHEN, "day_ids.day")
    def _compute_next_day(self):
        today = fields.Date.context_today(self)
        for holiday in self:
            days = []
            if not holiday_problem(holiday._holiday()):
                years = range(today.year - 1, today.year + _YEARS)
                days = [day for year in years for day in holiday._days(year) if day >= today]
            holiday.next_day = next_of(days, today) or False
            holiday.next_days = ", ".join(format_date(self.env, day) for day in sorted(days)[:3])

    # ---------------------------------------------------------------- when it is

    def _holiday(self):
        """As ``rules/occasions.py`` wants it."""
        self.ensure_one()
        return Holiday(
            self.kind,
            self.month,
            self.day,
            int(self.weekday or 0),
            int(self.nth or 0),
            self.offset,
            tuple(day for day in self.day_ids.mapped("day") if day),
        )

    def _days(self, year):
        """The days of this holiday that belong to ``year``, which for a lunar one is the lunar year: mostly one."""
        return holiday_days(self._holiday(), year)
