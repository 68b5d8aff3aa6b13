from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.crm_sync_merge_mixin import REPOINT

#: People of the ranked list that are kept.
_KEPT = 10


class CrmSyncAssignment(models.Model):
    """Somebody was assigned after advice was given: who was proposed, who was chosen and why. Append-only.

    Written by ``crm.sync.advisor`` alone. How it ended is told by ``crm.sync.assignment.report``, from the document
    itself.
    """

    _name = "crm.sync.assignment"
    _inherit = ["crm.sync.append.only", "crm.sync.merge.mixin"]
    _description = "Assignment"
    _order = "decided_at desc, id desc"
    _sync_merge = {"partner_id": REPOINT, "lead_id": REPOINT, "res_id": REPOINT}

    name = fields.Char(string="Document", readonly=True, required=True)
    res_model = fields.Char(string="Model", readonly=True, required=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True, required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", readonly=True, required=True, index=True, ondelete="cascade")
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", readonly=True, index="btree_not_null", ondelete="set null"
    )
    department_id = fields.Many2one(
        "crm.sync.department",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The department of the chosen person at that time.",
    )
    decided_at = fields.Datetime(string="Date", readonly=True, required=True, default=fields.Datetime.now)
    decided_by_id = fields.Many2one("res.users", readonly=True, required=True, ondelete="restrict")
    previous_id = fields.Many2one("res.users", string="Before", readonly=True, ondelete="restrict")
    proposed_id = fields.Many2one("res.users", readonly=True, required=True, ondelete="restrict")
    chosen_id = fields.Many2one("res.users", readonly=True, required=True, index=True, ondelete="restrict")
    chosen_place = fields.Integer(string="Place", readonly=True, aggregator="avg", help="1 is who was proposed.")
    is_overridden = fields.Boolean(string="Other Than Proposed", readonly=True)
    override_reason = fields.Selection(
        [
            ("customer", "The customer asked for this person"),
            ("knows", "I know something that the advice does not"),
            ("declined", "The proposed person cannot take it"),
            ("learn", "To learn, or to share the work"),
            ("other", "Another reason"),
        ],
        string="Why Somebody Else",
        readonly=True,
    )
    note = fields.Char(string="In Words", readonly=True)
    advice = fields.Json(
        "Advice Data",
        readonly=True,
        groups="crm_sync_measures.group_department_manager,crm_sync_measures.group_auditor",
    )
    advice_text = fields.Text(
        string="Advice",
        compute="_compute_advice_text",
        groups="crm_sync_measures.group_department_manager,crm_sync_measures.group_auditor",
    )

    _document_idx = models.Index("(res_model, res_id)")

    # ---------------------------------------------------------------- compute

    @api.depends("advice")
    def _compute_advice_text(self):
        for assignment in self:
            assignment.advice_text = "\n".join(
                f"{place}. {one['name']} ({one['score']}): {'; '.join(one['reasons'])}"
                for place, one in enumerate(assignment.advice or [], start=1)
            )

    # ---------------------------------------------------------------- journal

    @api.model
    def _journal(self, record, ranking, chosen, reason=None, note=None):
        """Record that ``chosen`` was taken for ``record``; the rights were checked by the caller.

        :param ranking: what ``crm.sync.advisor`` said of ``record``
        """
        advisor = self.env["crm.sync.advisor"]
        [facts] = advisor._facts_of(record)
        proposed_id = ranking[0]["user_id"]
        place = [one["user_id"] for one in ranking].index(chosen.id) + 1
        # sudo: nobody may write in the journal by himself; the department is that of a colleague.
        return self.sudo().create(
            {
                "name": self._title(record),
                "res_model": record._name,
                "res_id": record.id,
                "partner_id": facts.get("partner_id"),
                "lead_id": facts.get("lead_id"),
                "company_id": facts.get("company_id") or self.env.company.id,
                "team_id": facts.get("team_id"),
                "department_id": chosen.sudo().sync_department_id.id,  # sudo: as above
                "decided_by_id": self.env.uid,
                "previous_id": record.sudo().user_id.id,  # sudo: as above
                "proposed_id": proposed_id,
                "chosen_id": chosen.id,
                "chosen_place": place,
                "is_overridden": chosen.id != proposed_id,
                "override_reason": reason,
                "note": note,
                "advice": [
                    {name: one[name] for name in ("user_id", "name", "score", "available", "load", "reasons")}
                    for one in ranking[: max(_KEPT, place)]
                ],
            }
        )

    @api.model
    def _title(self, record):
        """The document's name; not of a private meeting, since its guests are not those who read the journal."""
        if record._name == "calendar.event" and record.effective_privacy == "private":
            return self.env["ir.model"]._get(record._name).name
        return record.display_name

    def _refuse_change(self):
        raise UserError(
            self.env._("An assignment that was made is not changed or deleted. Assign the document anew instead.")
        )

    # ---------------------------------------------------------------- actions

    def action_open_document(self):
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id)
        if not record.exists():
            raise UserError(self.env._("This document does not exist any more."))
        return record.get_formview_action()
