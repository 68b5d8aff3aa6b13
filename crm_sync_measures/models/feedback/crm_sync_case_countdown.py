from odoo import api, fields, models

from ...rules.case_flow import RESOLVED, WAITING
from .crm_sync_case_clock import KINDS


class CrmSyncCaseCountdown(models.Model):
    """The clocks of a case as screens show them, which count on by themselves."""

    _inherit = "crm.sync.case"

    countdown = fields.Json(
        compute="_compute_countdown",
        string="Time Left",
        help="Working time left until the next deadline, and in how many seconds the department's hours begin and end.",
    )
    clock_board = fields.Json(compute="_compute_clock_board", export_string_translation=False)

    @api.depends("deadline", "step", "department_id", "company_id")
    def _compute_countdown(self):
        now = fields.Datetime.now()
        hours = self.env["crm.sync.case.clock"]._hours(self.filtered("deadline"))
        for case in self:
            case.countdown = case._countdown_of(hours, now)

    def _countdown_of(self, hours, now):
        self.ensure_one()
        if self.step in RESOLVED or not self._origin:
            return False
        if not self.deadline:
            return {"state": "paused" if self.step in WAITING else "none"}
        clock = hours[self.department_id.id, self.company_id.id]
        is_late = self.deadline < now
        starts_in, stops_in = clock.shift(now)
        return {
            "state": "running",
            "left": -clock.seconds(self.deadline, now) if is_late else clock.seconds(now, self.deadline),
            "late": is_late,
            "due": fields.Datetime.to_string(self.deadline),
            "starts_in": starts_in,
            "stops_in": stops_in,
        }

    @api.depends("clock_ids", "clock_state", "deadline", "cycle")
    @api.depends_context("lang")
    def _compute_clock_board(self):
        now = fields.Datetime.now()
        # sudo: what the rules need of a clock's row, for who may read its case
        rows = self.env["crm.sync.case.clock"].sudo().search([("case_id", "in", self._origin.ids)])
        rows = rows.filtered(lambda row: row.cycle == row.case_id.cycle)
        hours, boards = rows._hours(clocks=rows), rows.grouped("case_id")
        order = [kind for kind, _label in KINDS]
        for case in self:
            own = boards.get(case._origin.sudo(), rows.browse())  # sudo: as above
            own = own.sorted(lambda row: order.index(row.kind))
            case.clock_board = [row._shown(hours[row.department_id.id, row.company_id.id], now) for row in own] or False
