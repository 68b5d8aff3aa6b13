from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...rules.case_flow import ENDING, KINDS, steps_of

#: What a step is called where it has to be named.
STEP_LABELS = [
    ("new", "New"),
    ("acknowledged", "Acknowledged"),
    ("assessed", "Assessed"),
    ("investigating", "Investigating"),
    ("waiting_customer", "Waiting for the Customer"),
    ("waiting_third", "Waiting for a Third Party"),
    ("proposed", "Solution Proposed"),
    ("accepted", "Solution Accepted"),
    ("escalated", "Case Escalated"),
    ("closed", "Case Closed"),
    ("rejected", "Case Rejected"),
    ("triaged", "Triaged"),
    ("planned", "Planned"),
    ("declined", "Not Planned"),
    ("done", "Done"),
    ("told", "Customer Told"),
]


class CrmSyncCaseStage(models.Model):
    """A column of the board, in a company's own words. What it means is its step; several stages may share one.

    Each kind of case keeps a stage to begin in and one to end in, and a step is not changed while cases are in it:
    rules, clocks and figures go by the step.
    """

    _name = "crm.sync.case.stage"
    _description = "Stage of Cases"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    step = fields.Selection(
        STEP_LABELS,
        "Meaning",
        required=True,
        default="investigating",
        help="What the stage means to clocks, figures and the customer's own page, whatever it is called.",
    )
    fold = fields.Boolean("Folded", help="Shown as a narrow column on the board.")
    is_for_complaint = fields.Boolean("Complaints", default=True)
    is_for_question = fields.Boolean("Questions", default=True)
    is_for_praise = fields.Boolean("Praise", default=True)
    is_for_suggestion = fields.Boolean("Customer Suggestions")
    kinds = fields.Char(compute="_compute_kinds", store=True, export_string_translation=False)
    template_id = fields.Many2one(
        "mail.template",
        "Mail to the Customer",
        domain="[('model', '=', 'crm.sync.case')]",
        ondelete="set null",
        help="Sent once when a case comes into this stage, if the customer may be written to.",
    )
    description = fields.Text(translate=True, help="For colleagues: what is done in this stage.")

    @api.depends(*(f"is_for_{kind}" for kind in KINDS))
    def _compute_kinds(self):
        """The kinds as one word each, for domains."""
        for stage in self:
            stage.kinds = ",".join(stage._kinds())

    def _kinds(self):
        self.ensure_one()
        return [kind for kind in KINDS if self[f"is_for_{kind}"]]

    # ---------------------------------------------------------------- which stage

    @api.model
    def _get_stages(self, kind, step=None):
        """Stages that cases of ``kind`` may be in, in their order; those of ``step`` only where one is given."""
        domain = [(f"is_for_{kind}", "=", True)]
        if step:
            domain.append(("step", "=", step))
        return self.search(domain)

    @api.model
    def _first_of(self, kind, steps):
        """The first stage for the first of ``steps`` that has one."""
        stages = self._get_stages(kind)
        for step in steps:
            found = stages.filtered(lambda stage, step=step: stage.step == step)[:1]
            if found:
                return found
        return self.browse()

    # ---------------------------------------------------------------- checks

    @api.constrains("step", *(f"is_for_{kind}" for kind in KINDS))
    def _check_steps(self):
        labels = dict(self._fields["step"]._description_selection(self.env))
        for stage in self:
            if not stage._kinds():
                raise ValidationError(self.env._("%s: choose at least one kind of case.", stage.name))
            for kind in stage._kinds():
                if stage.step not in steps_of(kind):
                    raise ValidationError(
                        self.env._(
                            "%(stage)s: “%(step)s” has no meaning for some of the kinds that were chosen.",
                            stage=stage.name,
                            step=labels[stage.step],
                        )
                    )

    def write(self, vals):
        if "step" in vals and self._in_use(self.filtered(lambda stage: stage.step != vals["step"])):
            raise UserError(
                self.env._("Meaning: there are cases in this stage. Make a new stage, and move the cases first.")
            )
        left = [kind for kind in KINDS if vals.get(f"is_for_{kind}") is False]
        for kind in left:
            if self._in_use(self, [("kind", "=", kind)]):
                raise UserError(self.env._("There are cases of this kind in this stage. Move them first."))
        result = super().write(vals)
        if {"step", "active", *(f"is_for_{kind}" for kind in KINDS)} & vals.keys():
            self._check_complete()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if self._in_use(self):
            raise UserError(self.env._("There are cases in this stage. Archive it instead."))
        self._check_complete(without=self)

    @api.model
    def _in_use(self, stages, domain=()):
        # sudo: cases that the caller may not see are in the stage as well.
        cases = self.env["crm.sync.case"].sudo().with_context(active_test=False)
        return bool(stages and cases.search_count([("stage_id", "in", stages.ids), *domain], limit=1))

    @api.model
    def _check_complete(self, without=None):
        """Every kind keeps a stage to begin in, and one to end in."""
        for kind in KINDS:
            stages = self._get_stages(kind) - (without or self.browse())
            steps = set(stages.mapped("step"))
            if "new" not in steps or not steps & ENDING:
                label = dict(self.env["crm.sync.case"]._fields["kind"]._description_selection(self.env))[kind]
                raise UserError(
                    self.env._("%s: there must be a stage for new cases and one for those that are over.", label)
                )
