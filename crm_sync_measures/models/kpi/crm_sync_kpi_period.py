from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...rules.kpi_period import period_label
from .kpi_words import CALENDARS, SOURCES, STATES

_REASON_LENGTH = 500


class CrmSyncKpiPeriod(models.Model):
    """One period of one KPI and company: from when until when, by whose clock, and whether its figures are final.

    Made and closed by ``crm.sync.kpi.snapshot``. Bounds are ``[start, end)`` in UTC, from the two local midnights; a period
    begins when its predecessor ends, so that another time zone or week neither loses nor doubles an hour.
    """

    _name = "crm.sync.kpi.period"
    _inherit = ["crm.sync.append.only"]
    _description = "Period of a KPI"
    _order = "period_start desc, kpi_id, id desc"

    kpi_id = fields.Many2one("crm.sync.kpi", "KPI", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    calendar = fields.Selection(CALENDARS, "Measured", required=True, readonly=True)
    period_start = fields.Date("First Day", required=True, readonly=True)
    period_end = fields.Date("Last Day", required=True, readonly=True)
    tz = fields.Char("Time Zone", required=True, readonly=True, export_string_translation=False)
    at_start = fields.Datetime("From (UTC)", required=True, readonly=True)
    at_end = fields.Datetime("Until (UTC)", required=True, readonly=True, help="The first moment of the next period.")
    state = fields.Selection(
        [(code, label) for code, label in STATES], required=True, readonly=True, default="running", index=True
    )
    source = fields.Selection(SOURCES[:2], "Origin", required=True, readonly=True, default="auto")
    closes_at = fields.Datetime("Final From", required=True, readonly=True)
    closed_at = fields.Datetime("Final Since", readonly=True)
    revision = fields.Integer(
        "Revisions", required=True, readonly=True, default=1, aggregator=None, help="1: as reported first."
    )
    evidence_ids = fields.One2many("crm.sync.kpi.evidence", "period_id")

    _period_uniq = models.UniqueIndex(
        "(kpi_id, company_id, calendar, period_start)", "The KPI has this period already."
    )
    _running_idx = models.Index("(kpi_id) WHERE state = 'running'")

    @api.depends("kpi_id.name", "calendar", "period_start")
    def _compute_display_name(self):
        for period in self:
            label = period.period_start and period_label(period.period_start, period.calendar)
            period.display_name = f"{period.kpi_id.name or ''} {label or ''}".strip()

    def action_open_revise(self):
        """The dialog that asks why."""
        self.ensure_one()
        self._check_reviser()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Revise"),
            "res_model": "crm.sync.kpi.revise",
            "view_mode": "form",
            "target": "new",
            "context": {"default_period_id": self.id},
        }

    def action_revise(self, reason):
        """Measure a final period anew: its figures of now become another revision, and the old ones stay.

        :param str reason: why, in up to 500 characters; kept with the figures
        :return: number of the revision
        """
        self.ensure_one()
        self._check_reviser()
        if not isinstance(reason, str) or not reason.strip():
            raise UserError(self.env._("Say why the period is revised."))
        if len(reason) > _REASON_LENGTH:
            raise UserError(self.env._("A reason has at most %s characters.", _REASON_LENGTH))
        # sudo: only managers come here, see above; figures are written by the addon alone
        period = self.sudo()
        period.lock_for_update(allow_referencing=True)
        if period.state != "closed":
            raise UserError(
                self.env._("The period is still in progress: its figures follow the documents by themselves.")
            )
        if not period.kpi_id._can_look_back():
            raise UserError(
                self.env._("%s is a stand of its day: nobody can measure it afterwards.", period.kpi_id.name)
            )
        if not self.env["crm.sync.kpi.snapshot"]._is_measurable(period.kpi_id):
            # Nothing is written over a final figure where nobody counts: a draft, or a module that is gone.
            raise UserError(self.env._("This is not measured."))
        self.env["crm.sync.kpi.snapshot"]._revise(period, reason.strip(), self.env.user)
        return period.revision

    def _check_reviser(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only managers revise final figures."))

    def action_values(self):
        """All figures of this period, with those that were replaced."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_kpi_value_action")
        return action | {"domain": [("period_id", "=", self.id)], "context": {"search_default_all": 1}}
