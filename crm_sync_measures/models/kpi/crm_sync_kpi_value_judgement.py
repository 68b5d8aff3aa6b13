from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.kpi_target import pace

PACES = [("ahead", "Ahead"), ("on_track", "On Track"), ("behind", "Behind")]


class CrmSyncKpiValue(models.Model):
    """What was wanted of a figure, and whether a period in progress keeps pace with it."""

    _inherit = "crm.sync.kpi.value"

    has_target = fields.Boolean("With Target", readonly=True)
    has_attainment = fields.Boolean("With Attainment", readonly=True)
    is_judged = fields.Boolean("Judged Finally", readonly=True)
    target_low = fields.Float("Target From", readonly=True, aggregator=None)
    target_high = fields.Float("Target To", readonly=True, aggregator=None)
    target_text = fields.Char("Target", compute="_compute_target_text")
    attainment_text = fields.Char("Attained", compute="_compute_target_text")
    expected = fields.Float(
        "Expected by Now",
        compute="_compute_pace",
        help="Of the target of a period in progress, the part of the days that are over. Today does not count yet.",
    )
    pace = fields.Selection(PACES, compute="_compute_pace")

    @api.depends("has_target", "has_attainment", "target", "target_low", "target_high", "attainment", "unit")
    @api.depends_context("lang")
    def _compute_target_text(self):
        for value in self:
            kpi, currency = value.kpi_id, value.currency_id
            if not value.has_target:
                value.target_text = False
            elif kpi.direction == "range":
                low, high = (kpi._format(bound, currency) for bound in (value.target_low, value.target_high))
                value.target_text = f"{low} – {high}"
            else:
                value.target_text = kpi._format(value.target, currency)
            value.attainment_text = f"{value.attainment:.0f} %" if value.has_attainment else False

    @api.depends("value", "is_empty", "state", "has_target", "target", "target_low", "target_high", "period_id.curve")
    def _compute_pace(self):
        running = self.filtered(lambda value: value.state == "running" and value.has_target)
        rest = self - running
        rest.expected = 0.0
        rest.pace = False
        if not running:
            return
        # sudo: days of the period, and working days, of figures that the reader reads
        shares = running.period_id.sudo()._expected_shares(fields.Datetime.now())
        for value in running:
            share = shares[value.period_id.id]
            direction = value.kpi_id.direction
            target = (value.target_low, value.target_high) if direction == "range" else value.target
            grows = value.additivity in ("sum", "distinct")
            value.expected = (value.target_low if direction == "range" else value.target) * (share if grows else 1.0)
            value.pace = pace(None if value.is_empty else value.value, target, share, direction, value.additivity)

    @api.model
    def _record_verdicts(self, rows):
        """Write down how figures compare with what was wanted: part of the snapshot that has measured them.

        A figure in progress is judged whenever it is measured, a final one once, and not again when somebody sets other
        targets.

        :param rows: ``[(id, whether there is a target, target, low, high, attainment in per cent, level)]``, None where empty
        """
        if not rows:
            return
        columns = list(map(list, zip(*rows, strict=True)))
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_kpi_value v
                      SET has_target = j.has_target, target = j.target, target_low = j.low, target_high = j.high,
                          attainment = j.attainment, has_attainment = j.attainment IS NOT NULL, level = j.level,
                          is_judged = v.state = 'closed'
                     FROM unnest(%s::int[], %s::bool[], %s::float8[], %s::float8[], %s::float8[], %s::float8[], %s::varchar[])
                          AS j (id, has_target, target, low, high, attainment, level)
                    WHERE v.id = j.id AND v.is_judged IS NOT TRUE
                      AND (v.has_target, v.target, v.target_low, v.target_high, v.attainment, v.level, v.is_judged)
                          IS DISTINCT FROM (j.has_target, j.target, j.low, j.high, j.attainment, j.level, v.state = 'closed')""",
                *columns,
            )
        )
        self.browse(columns[0]).invalidate_recordset(flush=False)
