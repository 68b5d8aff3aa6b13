from odoo import fields, models


class CrmSyncCareHolidayDay(models.Model):
    """A day on which a holiday is that follows no rule."""

    _name = "crm.sync.care.holiday.day"
    _description = "Day of a Holiday"
    _order = "day desc, id"
    _rec_name = "day"

    holiday_id = fields.Many2one("crm.sync.care.holiday", required=True, index=True, ondelete="cascade")
    day = fields.Date(required=True)

    _day_uniq = models.UniqueIndex("(holiday_id, day)", "This day is in the list already.")
