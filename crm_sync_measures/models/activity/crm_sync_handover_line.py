from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.crm_sync_merge_mixin import REPOINT

STATES = [
    ("pending", "To Hand Over"),
    ("done", "Handed Over"),
    ("skipped", "Left as It Was"),
    ("undone", "Undone"),
    ("kept", "Kept by the New Owner"),
]


class CrmSyncHandoverLine(models.Model):
    """One matter of a handover: a record, its customer, who could take it and why, who takes it, and what became of it.

    It names no record and no words of it: ``name`` is read with the reader's rights when it is shown, so that who
    leads a handover learns of no document that he may not read. ``old_values`` are columns as they were before.
    """

    _name = "crm.sync.handover.line"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Matter of a Handover"
    _order = "handover_id desc, partner_id, kind, id"
    _sync_merge = {"partner_id": REPOINT, "res_id": "_follow_merge"}

    handover_id = fields.Many2one("crm.sync.handover", required=True, readonly=True, index=True, ondelete="cascade")
    holder_id = fields.Many2one(related="handover_id.user_id", string="Hands Over")
    company_id = fields.Many2one(related="handover_id.company_id")
    kind = fields.Selection(selection="_selection_kind", required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", required=True, readonly=True, index=True)
    name = fields.Char(compute="_compute_name")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null")
    due_on = fields.Date("Due", readonly=True)
    is_detained = fields.Boolean(
        "Detained", readonly=True, help="An activity that has nobody until it is handed over: its user was archived."
    )
    keeper_id = fields.Many2one(
        "res.users",
        "Kept by",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Has the detained activity meanwhile, because it belongs to no record where others would see it.",
    )
    suggested_user_id = fields.Many2one(
        "res.users", "Suggested", readonly=True, index="btree_not_null", ondelete="set null"
    )
    suggestion = fields.Json(readonly=True)
    suggestion_text = fields.Char("Because", compute="_compute_suggestion_text")
    suggestion_main = fields.Char("Main Reason", compute="_compute_suggestion_text")
    user_id = fields.Many2one(
        "res.users", "New Owner", index="btree_not_null", ondelete="restrict", domain="[('share', '=', False)]"
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="pending", index=True)
    outcome = fields.Selection(
        [
            ("taken", "Somebody else took it meanwhile"),
            ("deleted", "The record does not exist any more"),
            ("acted", "The new owner has worked on it"),
            ("moved", "Somebody else has it by now"),
            ("over", "It is settled"),
        ],
        "What Happened",
        readonly=True,
    )
    #: Columns before, and who followed: for the undo alone, since they may hold what the reader may not know.
    old_values = fields.Json(readonly=True, groups="base.group_system")

    _document_idx = models.Index("(res_model, res_id)")

    # ---------------------------------------------------------------- compute

    @api.model
    def _selection_kind(self):
        return list(self.env["crm.sync.handover"]._get_kind_labels().items())

    @api.depends_context("uid", "lang", "allowed_company_ids")
    @api.depends("res_model", "res_id")
    def _compute_name(self):
        for model, lines in self.grouped("res_model").items():
            names = self._names(model, lines.mapped("res_id")) if model in self.env else {}
            for line in lines:
                line.name = names.get(line.res_id, self.env._("(not shown to you)"))

    def _names(self, model, ids):
        """``{id: name}`` of the records that the reader may read."""
        Model = self.env[model].with_context(active_test=False)
        if not Model.has_access("read"):
            return {}
        found = Model.search([("id", "in", ids)])
        return {record.id: record.display_name for record in found}

    @api.depends_context("uid", "lang")
    @api.depends("suggestion")
    def _compute_suggestion_text(self):
        for line in self:
            reasons = self.env["crm.sync.handover"]._suggestion_words(line.suggestion)
            line.suggestion_text = "; ".join(reasons)
            line.suggestion_main = next(iter(reasons), False)

    # ---------------------------------------------------------------- what a client may write

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Matters are collected by the handover. Use its buttons."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"user_id"}:
                raise AccessError(self.env._("Of a matter only the new owner can be changed."))
            self.handover_id._check_lead()
            if any(line.state != "pending" or line.handover_id.state not in ("draft", "pending") for line in self):
                raise UserError(self.env._("New Owner: this was handed over already. Undo the handover first."))
        result = super().write(vals)
        if "user_id" in vals:
            self._check_new_owner()
        return result

    def _check_new_owner(self):
        # sudo: whether a user is a colleague in the company does not depend on who asks.
        for line in self.sudo().filtered("user_id"):
            if line.user_id.share or not line.user_id.active:
                raise UserError(self.env._("New Owner: choose an active colleague."))
            if line.user_id == line.handover_id.user_id:
                raise UserError(self.env._("New Owner: choose somebody else than %s.", line.user_id.name))
            if line.company_id not in line.user_id.company_ids:
                raise UserError(
                    self.env._(
                        "New Owner: %(name)s does not work in %(company)s.",
                        name=line.user_id.name,
                        company=line.company_id.name,
                    )
                )

    @api.model
    def _follow_merge(self, sources, target):
        """What was handed over already stays with the record that it was: its old values are not the survivor's."""
        lines = self.search(
            [("res_model", "=", target._name), ("res_id", "in", sources.ids), ("state", "=", "pending")]
        )
        lines.res_id = target.id

    def _take(self, user_id, code, reasons=()):
        """Note the suggestion, and choose whom it names."""
        suggestion = {"code": code, "reasons": list(reasons)}
        self.write({"suggested_user_id": user_id, "suggestion": suggestion, "user_id": user_id})

    # ---------------------------------------------------------------- actions

    def action_open(self):
        """Open the record, with the caller's own rights."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_take_suggestion(self):
        """Choose, for each of these matters, who was suggested."""
        for user, lines in self.filtered("suggested_user_id").grouped("suggested_user_id").items():
            lines.write({"user_id": user.id})
        return True
