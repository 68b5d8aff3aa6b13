from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.registered import registered_methods

REASONS = [
    ("leaving", "Leaves the Company"),
    ("ill", "Ill or Away"),
    ("transfer", "Changes Position"),
    ("archived", "User Was Archived"),
]
#: What the one who prepares a handover fills in; everything else is kept by the document itself.
_ENTERED = {"user_id", "company_id", "reason", "note", "send_letter", "template_id"}
_NOTE_LENGTH = 2000
#: Who learns why somebody hands over: it may be an illness. Those who take over do not.
_LEADERS = "crm_sync_measures.group_department_manager,crm_sync_measures.group_auditor"


class CrmSyncHandover(models.Model):
    """Everything that a colleague holds goes to others: collected, suggested, executed at once, and undone.

    ``pending`` is a list of matters that nobody has taken over yet. ``done`` was one transaction: all lines with a
    new owner, or none. An undo restores every field of each record on which the new owner has not acted.

    What it does is in ``crm_sync_handover_gather.py``, ``_suggest``, ``_execute`` and ``_undo``; what archiving a
    user does in ``crm_sync_handover_safety.py``.
    """

    _name = "crm.sync.handover"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Handover"
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Hands Over",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('active', 'in', (True, False))]",
        tracking=True,
    )
    department_id = fields.Many2one(
        "crm.sync.department",
        compute="_compute_department_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The department at the time of the handover.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    reason = fields.Selection(REASONS, required=True, default="leaving", tracking=True, groups=_LEADERS)
    note = fields.Text(
        "Word to the Successors", help="Stands in the note on every record. The customer does not see it."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("pending", "To Hand Over"), ("done", "Done"), ("undone", "Undone")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many("crm.sync.handover.line", "handover_id", "Matters")
    letter_ids = fields.One2many("crm.sync.handover.letter", "handover_id", "Letters", readonly=True)
    send_letter = fields.Boolean(
        "Tell the Customers", help="Sends each customer one letter that names the new contact."
    )
    template_id = fields.Many2one(
        "mail.template",
        "Letter",
        domain="[('model', '=', 'crm.sync.handover.letter')]",
        ondelete="set null",
        default=lambda self: self.env.ref("crm_sync_measures.mail_template_handover", raise_if_not_found=False),
    )
    executed_at = fields.Datetime("Executed on", readonly=True, copy=False)
    executed_by_id = fields.Many2one("res.users", "Executed by", readonly=True, copy=False, ondelete="restrict")
    undone_at = fields.Datetime("Undone on", readonly=True, copy=False)
    undone_by_id = fields.Many2one("res.users", "Undone by", readonly=True, copy=False, ondelete="restrict")
    #: Highest ids when it was executed: what is above them happened afterwards.
    marks = fields.Json(readonly=True, copy=False)

    line_count = fields.Integer("Number of Matters", compute="_compute_counts")
    ownerless_count = fields.Integer(
        "Ownerless", compute="_compute_counts", help="Matters for which no new owner was chosen yet."
    )
    done_count = fields.Integer("Matters Done", compute="_compute_counts")
    kept_count = fields.Integer("Kept by New Owners", compute="_compute_counts")
    progress = fields.Float("Handed Over (%)", compute="_compute_counts")
    can_lead = fields.Boolean(compute="_compute_can_lead")
    preview = fields.Html(compute="_compute_preview")

    # ---------------------------------------------------------------- compute

    @api.depends("user_id")
    def _compute_department_id(self):
        for handover in self:
            # sudo: a colleague's department is no secret.
            handover.department_id = handover.user_id.sudo().sync_department_id

    @api.depends("line_ids.state", "line_ids.user_id")
    def _compute_counts(self):
        counts = {}
        for handover, state, user, count in self.env["crm.sync.handover.line"]._read_group(
            [("handover_id", "in", self.ids)], ["handover_id", "state", "user_id"], ["__count"]
        ):
            mine = counts.setdefault(handover.id, {})
            mine[state] = mine.get(state, 0) + count
            if not user:
                mine["ownerless"] = mine.get("ownerless", 0) + count
        for handover in self:
            mine = counts.get(handover._origin.id, {})
            ownerless = mine.pop("ownerless", 0)
            total = sum(mine.values())
            handover.line_count = total
            handover.ownerless_count = ownerless
            handover.kept_count = mine.get("kept", 0)
            handover.done_count = mine.get("done", 0) + handover.kept_count
            handover.progress = 100 * handover.done_count / total if total else 0

    @api.depends_context("uid")
    @api.depends("department_id")
    def _compute_can_lead(self):
        for handover in self:
            handover.can_lead = handover._may_lead()

    @api.depends("line_ids.user_id", "line_ids.state")
    def _compute_preview(self):
        for handover in self:
            rows = handover._get_preview()
            handover.preview = (
                self.env["ir.qweb"]._render("crm_sync_measures.handover_preview", {"rows": rows}) if rows else False
            )

    def _get_preview(self):
        """Who gets how much of what: ``[{"user", "count", "customers", "words"}]``, the ownerless last."""
        labels = self._get_kind_labels()
        rows = {}
        for user, kind, count, customers in self.env["crm.sync.handover.line"]._read_group(
            [("handover_id", "=", self._origin.id), ("state", "in", ("pending", "done", "kept"))],
            ["user_id", "kind"],
            ["__count", "partner_id:array_agg"],
        ):
            row = rows.setdefault(user, {"user": user.name or False, "count": 0, "customers": set(), "words": []})
            row["count"] += count
            row["customers"] |= set(filter(None, customers))
            row["words"].append(self.env._("%(label)s: %(text)s", label=labels.get(kind, kind), text=count))
        ranked = sorted(rows.values(), key=lambda row: (not row["user"], -row["count"]))
        return [{**row, "customers": len(row["customers"])} for row in ranked]

    # ---------------------------------------------------------------- sources

    def _sources(self, holder):
        """``{code: HandoverSource}`` of all that the holder may have, in their order."""
        sources = {}
        for options, method in registered_methods(self, "handover_source"):
            if source := method(holder):
                sources[options["code"]] = source
        return sources

    @api.model
    def _get_kind_labels(self):
        """``{source code: word}`` in the user's language; a room adds the words of its sources."""
        return {}

    # ---------------------------------------------------------------- who may do it

    @api.model
    def get_empty_list_help(self, help_message):
        """Who leads no handovers is not told to begin one."""
        if not self.env.user.has_groups(_LEADERS):
            title = self.env._("Nothing was handed over")
            text = self.env._("What was handed over by you or to you appears here once it is done.")
            help_message = Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>') % (title, text)
        return super().get_empty_list_help(help_message)

    def _may_lead(self):
        """Managers, and the manager of the department for his own people."""
        self.ensure_one()
        user = self.env.user
        if self.env.su or user.has_group("crm_sync_measures.group_manager"):
            return True
        return self.department_id._is_led_by(user)

    def _check_lead(self):
        self.check_access("write")
        if not all(handover._may_lead() for handover in self):
            raise AccessError(
                self.env._("A handover is led by the manager of the department, or by a Customer Sync manager.")
            )

    def _check_state(self, *states):
        if any(handover.state not in states for handover in self):
            labels = dict(self._fields["state"]._description_selection(self.env))
            words = ", ".join(labels[state] for state in states)
            raise UserError(self.env._("Status: this can only be done with a handover that is “%s”. Reload.", words))

    # ---------------------------------------------------------------- what a client may write

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_caller(vals)
        # Given here, they cannot come in by the defaults of a context.
        kept = {} if self.env.su else dict.fromkeys(("executed_at", "executed_by_id", "undone_at", "marks"), False)
        state = {} if self.env.su else {"state": "draft"}
        handovers = super().create([{**vals, **kept, **state} for vals in vals_list])
        handovers._check_people()
        if not self.env.su:
            handovers._check_lead()
        return handovers

    def write(self, vals):
        self._check_caller(vals)
        if not self.env.su:
            if {"user_id", "company_id"} & vals.keys():
                self._check_state("draft")
            elif _ENTERED & vals.keys():
                self._check_state("draft", "pending")
        result = super().write(vals)
        if {"user_id", "company_id", "note", "template_id"} & vals.keys():
            self._check_people()
        if "company_id" in vals:
            # Odoo looks before the change only: it would lie in a company that the caller is not in.
            self.check_access("write")
        return result

    def _check_caller(self, vals):
        """Who calls from outside writes what is entered; private code is superuser."""
        if self.env.su:
            return
        for name in vals:
            field = self._fields.get(name)
            if field and field._module == "crm_sync_measures" and name not in _ENTERED | {"line_ids"}:
                label = field.get_description(self.env, ["string"])["string"]
                raise AccessError(self.env._("%s: kept by the handover itself. Use its buttons.", label))

    def _check_people(self):
        for handover in self:
            # sudo: whether a user is a colleague does not depend on who asks.
            holder = handover.user_id.sudo()
            if not self.env.su and holder.share:
                raise UserError(self.env._("Hands Over: choose a colleague."))
            if len(handover.note or "") > _NOTE_LENGTH:
                raise UserError(self.env._("Word to the Successors: at most %s characters.", _NOTE_LENGTH))
            if handover.template_id and not handover._letter_template():
                raise UserError(self.env._("Letter: choose a template, or do not tell the customers."))

    def _letter_template(self):
        """The template, as superuser, if it is one for letters: another would be rendered for unrelated records."""
        # sudo: who leads a handover need not be its author.
        return self.template_id.sudo().filtered(lambda template: template.model == "crm.sync.handover.letter")

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        if any(handover.state not in ("draft", "pending") for handover in self):
            raise UserError(self.env._("A handover that was executed is not deleted: it tells who had what before."))
        # sudo: also matters that the caller may not read would be lost with it.
        if self.sudo().line_ids.filtered(lambda line: line.is_detained and line.state == "pending"):
            raise UserError(
                self.env._("It keeps the activities of an archived user. Hand them over, or activate the user again.")
            )
        if not self.env.su:
            self._check_lead()

    # ---------------------------------------------------------------- actions

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_handover_line_action")
        action["domain"] = [("handover_id", "=", self.id)]
        action["context"] = {"search_default_group_kind": 1}
        return action
