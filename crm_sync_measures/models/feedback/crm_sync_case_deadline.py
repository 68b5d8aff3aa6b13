from odoo import api, fields, models
from odoo.fields import Domain

from ...rules.case_clock import outlook

_SHOWN = ("deadline", "clock_state", "is_breached")


class CrmSyncCaseDeadline(models.Model):
    """What a case shows of its clocks. Stored, so that a board of a million cases is sorted and coloured by it."""

    _inherit = "crm.sync.case"

    clock_ids = fields.One2many("crm.sync.case.clock", "case_id", "Clocks", readonly=True)
    is_breached = fields.Boolean(
        "Was Late",
        compute="_compute_clock",
        store=True,
        help="A deadline was missed, in this cycle or in one before; stays so.",
    )
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue", help="Its deadline is over, this very moment."
    )

    _breached_idx = models.Index("(department_id) WHERE is_breached IS TRUE AND is_open IS TRUE AND active IS TRUE")

    def _compute_clock(self):
        clocks = self.env["crm.sync.case.clock"].search([("case_id", "in", self._origin.ids)]).grouped("case_id")
        for case in self:
            own = clocks.get(case._origin) or self.env["crm.sync.case.clock"]
            cycle = max(own.mapped("cycle"), default=0)
            deadline, state = outlook(clock._clock() for clock in own if clock.cycle == cycle)
            case.deadline = deadline or False
            case.clock_state = state or False
            case.is_breached = any(own.mapped("is_breached"))

    def _show_clocks(self):
        """The clocks have moved: compute what is shown of them anew, with the next flush."""
        for name in _SHOWN:
            self.env.add_to_compute(self._fields[name], self)

    @api.depends("deadline")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for case in self:
            case.is_overdue = bool(case.deadline and case.deadline < now)

    def _search_is_overdue(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return Domain("deadline", "<", fields.Datetime.now())

    def _record(self, vals):
        result = super()._record(vals)
        if "department_id" in vals:
            # Whoever moved it there: the hours and targets of that department hold.
            self._clock_event("replanned")
        return result
