from odoo import fields, models

from ...rules import case_clock


class CrmSyncCaseClock(models.Model):
    """What a clock looks like on screens."""

    _inherit = "crm.sync.case.clock"

    def _shown(self, hours, now):
        """This clock as it stands now; while it runs, the screen counts on by itself."""
        self.ensure_one()
        seen = case_clock.seen(self._clock(), hours, now)
        runs = bool(seen.since) and not seen.stopped
        starts_in, stops_in = hours.shift(now) if runs else (None, None)
        labels = self._fields["kind"]._description_selection(self.env)
        return {
            "kind": self.kind,
            "label": dict(labels)[self.kind],
            "state": seen.state,
            "consumed": seen.consumed,
            "target": seen.terms.target,
            "due": fields.Datetime.to_string(seen.due) if runs and seen.due else False,
            "stopped": fields.Datetime.to_string(seen.stopped) if seen.stopped else False,
            "starts_in": starts_in,
            "stops_in": stops_in,
        }
