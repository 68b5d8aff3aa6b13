from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.kpi_target import pace

PACES = [("ahead", "Ahead"), ("on_track", "On Track"), ("behind", "Behind")]


class CrmSyncKpiValue(models.Model):
    """What was wanted of a figure, and whether a period in progress keeps pace with it."""

    _inherit = "crm.sync.kpi.value"

    has_target = fields.Boolean("With Target", readonly=True)
    has_attainment = fields.Boolean("With Attainment", readonly=True)
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
    def _record_targets(self, rows):
        """Write down what was wanted, beside :meth:`_record_judgement` and of the same figures.

        :param rows: ``[(id, whether there is a target, whether there is an attainment, low or None, high or None)]``
        """
        if not rows:
            return
        ids, has_targets, has_attainments, lows, highs = map(list, zip(*rows, strict=True))
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_kpi_value v
                      SET has_target = j.has_target, has_attainment = j.has_attainment, target_low = j.low, target_high = j.high
                     FROM unnest(%(ids)s::int[], %(targets)s::bool[], %(attainments)s::bool[], %(lows)s::float8[], %(highs)s::float8[])
                          AS j (id, has_target, has_attainment, low, high)
                    WHERE v.id = j.id AND (v.state = 'running' OR v.closed_at = %(now)s)
                      AND (v.has_target, v.has_attainment, v.target_low, v.target_high)
                          IS DISTINCT FROM (j.has_target, j.has_attainment, j.low, j.high)""",
                ids=ids,
                targets=has_targets,
                attainments=has_attainments,
                lows=lows,
                highs=highs,
                now=self.env["crm.sync.kpi.snapshot"]._moment(),
            )
        )
        names = ["has_target", "has_attainment", "target_low", "target_high", "target_text", "attainment_text", "expected", "pace"]
        self.browse(ids).invalidate_recordset(names, flush=False)
