from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..kpi.crm_sync_kpi_library_loyalty import ISSUED


class DigestDigest(models.Model):
    """Five lines of the periodic mail. Each reader gets the figures that he may read; who has no role gets none of them."""

    _inherit = "digest.digest"

    kpi_sync_complaints = fields.Boolean("Complaints Outstanding")
    kpi_sync_complaints_value = fields.Integer(compute="_compute_kpi_sync_complaints_value")
    kpi_sync_promises_broken = fields.Boolean("Broken Promises")
    kpi_sync_promises_broken_value = fields.Integer(compute="_compute_kpi_sync_promises_broken_value")
    kpi_sync_nps = fields.Boolean("Net Promoter Score (Last Final Month)")
    kpi_sync_nps_value = fields.Float(compute="_compute_kpi_sync_nps_value")
    kpi_sync_points_issued = fields.Boolean("Loyalty Points Issued")
    kpi_sync_points_issued_value = fields.Float(compute="_compute_kpi_sync_points_issued_value")
    kpi_sync_signals = fields.Boolean("Unconfirmed KPI Signals")
    kpi_sync_signals_value = fields.Integer(compute="_compute_kpi_sync_signals_value")

    def _compute_kpi_sync_complaints_value(self):
        """Complaints that stood open at the end of the time told of."""
        self._sync_check_reader()
        _start, end, companies = self._get_kpi_compute_parameters()
        closed_later = Domain("closed_at", "=", False) | Domain("closed_at", ">=", end)
        stood_open = (
            Domain("kind", "=", "complaint") & Domain("master_id", "=", False) & Domain("opened_at", "<", end)
        ) & closed_later
        self._sync_count("crm.sync.case", "kpi_sync_complaints_value", stood_open, companies)

    def _compute_kpi_sync_promises_broken_value(self):
        """Promises that were broken in that time, however they ended."""
        self._sync_check_reader()
        start, end, companies = self._get_kpi_compute_parameters()
        broken = Domain("broken_at", ">=", start) & Domain("broken_at", "<", end)
        self._sync_count("crm.sync.promise", "kpi_sync_promises_broken_value", broken, companies)

    def _compute_kpi_sync_nps_value(self):
        """The last final month that was over by then, as it is known now. Without one there is no line: 0 would be a score.

        A first score is compared with itself: before it there is none, and no change to tell.
        """
        self._sync_check_reader()
        _start, end, companies = self._get_kpi_compute_parameters()
        told = {}
        for value in self.env["crm.sync.kpi.value"].search(
            [
                ("kpi_id.code", "=", "nps"),
                ("company_id", "in", companies.ids),
                ("scope_key", "=", "company"),
                ("is_current", "=", True),
                ("is_empty", "=", False),
                ("state", "=", "closed"),
            ],
            order="company_id, period_start",
        ):
            if value.company_id not in told or fields.Datetime.to_string(value.at_end) <= end:
                told[value.company_id] = value.value
        for digest in self:
            company = digest.company_id or self.env.company
            if company not in told:
                # Digest leaves out what raises this, and nothing else.
                raise AccessError(self.env._("No final Net Promoter Score yet."))
            digest.kpi_sync_nps_value = told[company]

    def _compute_kpi_sync_points_issued_value(self):
        """Points that were earned and given in that time, less what was taken back."""
        self._sync_check_reader()
        self._calculate_company_based_kpi(
            "crm.sync.loyalty.entry",
            "kpi_sync_points_issued_value",
            date_field="effective_at",
            additional_domain=[("kind", "in", ISSUED)],
            sum_field="quantity",
        )

    def _compute_kpi_sync_signals_value(self):
        """Signals that had been seen by then, that nobody had confirmed, and that were not over."""
        self._sync_check_reader()
        _start, end, companies = self._get_kpi_compute_parameters()
        waiting = Domain("found_at", "<", end)
        for name in ("acknowledged_at", "ended_at"):
            waiting &= Domain(name, "=", False) | Domain(name, ">=", end)
        self._sync_count("crm.sync.kpi.signal", "kpi_sync_signals_value", waiting, companies)

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("crm_sync_measures.menu_root").id
        return super()._compute_kpis_actions(company, user) | {
            name: f"crm_sync_measures.{action}?menu_id={menu}"
            for name, action in {
                "kpi_sync_complaints": "crm_sync_case_action",
                "kpi_sync_promises_broken": "crm_sync_promise_action",
                "kpi_sync_nps": "crm_sync_kpi_value_action",
                "kpi_sync_points_issued": "crm_sync_loyalty_entry_action",
                "kpi_sync_signals": "crm_sync_kpi_signal_action",
            }.items()
        }

    # ---------------------------------------------------------------- common

    def _sync_check_reader(self):
        """A line that its reader may not read is left out of his mail."""
        if not self.env["res.users"]._sync_is_reader():
            raise AccessError(self.env._("Do not have access, skip this data for user's digest email"))

    def _sync_count(self, model, field, domain, companies):
        counts = dict(
            self.env[model]._read_group(Domain("company_id", "in", companies.ids) & domain, ["company_id"], ["__count"])
        )
        for digest in self:
            digest[field] = counts.get(digest.company_id or self.env.company, 0)
