from odoo import fields, models
from odoo.tools import SQL


class CrmSyncKpiSignal(models.Model):
    """What was told of a period in progress ends with it: the final figure says what has become of it."""

    _inherit = "crm.sync.kpi.signal"

    ended_at = fields.Datetime(
        "Over Since", readonly=True, help="The period is final: what was told of it in progress holds no more."
    )

    def _end_with_periods(self, kpis):
        """End new signals of ``kpis`` whose period has become final: every pace, and thresholds that it has not passed after all.

        A threshold that the final figure has passed stays, since nobody is told of it a second time. The reminders of what ends
        go, and nobody has to confirm it; what was confirmed before stays as it is.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT s.id FROM crm_sync_kpi_signal s
                     JOIN crm_sync_kpi_period p ON p.kpi_id = s.kpi_id AND p.company_id = s.company_id
                                               AND p.calendar = s.calendar AND p.period_start = s.period_start
                     LEFT JOIN crm_sync_kpi_value v ON v.period_id = p.id AND v.scope_key = s.scope_key AND v.is_first
                    WHERE s.state = 'new' AND s.kpi_id = ANY(%s) AND p.state = 'closed'
                      AND (s.rule = 'pace' OR s.rule = 'critical' AND v.level IS DISTINCT FROM 'critical'
                           OR s.rule = 'warning' AND COALESCE(v.level, 'ok') = 'ok')
                    ORDER BY s.id""",
                list(kpis.ids),
            )
        )
        signals = self.browse([signal_id for [signal_id] in rows])
        if signals:
            signals._record({"state": "ended", "ended_at": fields.Datetime.now()})
            signals.sudo().activity_id.filtered("active").unlink()  # sudo: reminders of the system, whosever they are
