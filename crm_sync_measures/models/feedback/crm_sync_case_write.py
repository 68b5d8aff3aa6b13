from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import clean_context, is_html_empty

from ...rules.case_flow import moved_to_kind
from ..core.crm_sync_own_mixin import TEXT_LENGTH

#: What is told when a case is opened.
OPENING = {
    "name",
    "kind",
    "description",
    "remedy",
    "remedy_note",
    "channel",
    "tag_ids",
    "partner_id",
    "email_from",
    "email_cc",
    "partner_name",
    "phone",
    "lang",
    "product_id",
    "lot_name",
    "order_id",
    "invoice_id",
    "lead_id",
    "severity",
    "impact",
    "is_safety",
    "department_id",
    "user_id",
    "company_id",
    "cause_id",
    "related_ids",
}
#: What only private code tells when it opens one.
_OPENING_BY_SYSTEM = {"intake_key", "touch_id", "survey_input_id", "opened_at", "last_customer_at"}
#: What may be put right afterwards by a plain ``write``.
EDITABLE = (OPENING - {"company_id"}) | {"stage_id", "decision", "decision_note", "active"}
#: What may be written to a case that is over.
_AFTERWARDS = {"tag_ids", "related_ids", "cause_id", "stage_id", "active", "partner_id", "user_id", "department_id"}
#: What others have asked to be told in the history when it changes.
_TOLD = {
    "name",
    "kind",
    "partner_id",
    "severity",
    "impact",
    "is_safety",
    "department_id",
    "remedy",
    "product_id",
    "order_id",
    "invoice_id",
    "lead_id",
    "cause_id",
    "decision",
    "decision_note",
}
#: Of the text that a customer wrote, with its markup.
_DESCRIPTION_LENGTH = 200_000


class CrmSyncCase(models.Model):
    """What may be written from outside, superuser included: how a case is opened, and its words while it is open."""

    _inherit = "crm.sync.case"

    # ---------------------------------------------------------------- opening

    @api.model_create_multi
    def create(self, vals_list):
        # Defaults of the client's context are taken from it here, and no further.
        prepared = [self._prepared(vals) for vals in vals_list]
        routings = self._routed(prepared)
        clean = self.with_context(clean_context(self.env.context))
        cases = super(CrmSyncCase, clean).create(prepared).with_env(self.env)
        cases._check_texts()
        cases._check_references()
        cases._mirror_related()
        cases._weigh()
        cases._log("opened", lambda case: {"at": case.opened_at, "note": case.name, "new_step": case.step})
        cases._note_routings(routings)
        cases._clock_event("opened", by_case="opened_at")
        return cases

    @api.model
    def _prepared(self, vals):
        """``vals`` with their defaults, and as every case begins. What is kept by the case itself is not accepted."""
        accepted = OPENING | _OPENING_BY_SYSTEM if self.env.su else OPENING
        given = {name: value for name, value in vals.items() if name in accepted or not self._is_ours(name)}
        # A form sends the stage it shows; a case begins where all of its kind begin.
        refused = [name for name in vals if name not in given and name not in ("stage_id", "active") and vals[name]]
        if refused:
            raise self._kept_by_itself(refused[0])
        # The client's own context presets what a person would enter, and nothing else.
        values = {**self.default_get([name for name in OPENING if name not in given]), **given}
        values = self._cleaned(values)
        company = self.env["res.company"].browse(values.get("company_id") or self.env.company.id)
        kind = self._kind(values.get("kind") or "complaint")
        now = fields.Datetime.now()
        opened_at = fields.Datetime.to_datetime(values.get("opened_at")) or now
        return {
            "email_cc": False,
            **values,
            "company_id": company.id,
            "number": self._next_number(company),
            "stage_id": self._stage_to_begin(kind).id,
            "cycle": 1,
            "opened_at": opened_at,
            "first_opened_at": opened_at,
            "stage_since": opened_at,
            "active": True,
            "tier_weight": 0,
            "raised_to": False,
            "master_id": False,
        }

    @api.model
    def _stage_to_begin(self, kind):
        stage = self.env["crm.sync.case.stage"]._first_of(kind, ("new",))
        if not stage:
            raise UserError(self.env._("There is no stage for new cases of this kind. Ask a manager to make one."))
        return stage

    @api.model
    def _next_number(self, company):
        # sudo: the numbers are drawn by whoever may open a case.
        sequence = self.env["ir.sequence"].sudo().with_company(company)
        number = sequence.next_by_code("crm.sync.case")
        if not number:
            raise UserError(self.env._("There is no sequence for the numbers of cases. Ask an administrator."))
        return number

    # ---------------------------------------------------------------- changing

    def write(self, vals):
        self.check_access("write")
        ours = [name for name in vals if self._is_ours(name)]
        for name in ours:
            if name not in EDITABLE:
                raise self._kept_by_itself(name)
        if not ours:
            return super().write(vals)
        self._check_editable(ours)
        vals = self._cleaned(vals)
        moved = {name: vals.pop(name) for name in ("stage_id", "user_id", "active") if name in vals}
        before = {case: case._words_of(_TOLD & vals.keys()) for case in self}
        targets = {case: case._targets() for case in self}
        related = self.related_ids if "related_ids" in vals else None
        if "kind" in vals:
            self._change_kind(vals.pop("kind"))
        result = super().write(vals) if vals else True
        if "partner_id" in vals:
            self.filtered("is_open")._weigh()
        self._check_texts()
        self._check_references(vals.keys())
        if related is not None:
            self._mirror_related(related)
        self._log_changes(before)
        self._apply_moves(moved)
        self.filtered(lambda case: case.is_open and targets[case] != case._targets())._clock_event("replanned")
        return result

    def _targets(self):
        """What the targets of the clocks depend on."""
        self.ensure_one()
        return self.priority, self.kind, self.department_id, self.tier_weight

    def _weigh(self):
        """Ask anew how much more a case of this customer weighs."""
        for case in self:
            weight = case._tier_weight()
            if weight != case.tier_weight:
                case._record({"tier_weight": weight})

    def _apply_moves(self, moved):
        """What is entered like a value and happens like an action."""
        if "user_id" in moved:
            self._assign(self.env["res.users"].browse(moved["user_id"] or False))
        if "stage_id" in moved:
            self.action_move(moved["stage_id"])
        if "active" in moved:
            self._archive(bool(moved["active"]))

    def _check_editable(self, names):
        locked = [name for name in names if name not in _AFTERWARDS]
        if locked and not all(self.mapped("is_open")):
            raise UserError(
                self.env._("A case that is over is not changed any more. Reopen it, or write a note below.")
            )

    def _record(self, vals):
        """Write what is kept by the case itself; callers have checked who asks.

        No key of a context and no user lets a request do the same: ``write`` refuses these fields to everybody.
        """
        # sudo: see above
        return super(CrmSyncCase, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _change_kind(self, kind):
        """It turns out to be something else: it keeps its number and goes on in the flow of that kind.

        What is resolved is reopened first: its clocks have stopped for good in this cycle.
        """
        kind = self._kind(kind)
        Stage = self.env["crm.sync.case.stage"]
        changing = self.filtered(lambda case: case.kind != kind)
        changing._check_open()
        for case in changing:
            step = moved_to_kind(case.step, kind)
            stage = case.stage_id if step == case.step and kind in case.stage_id._kinds() else None
            stage = stage or Stage._first_of(kind, (step, "new"))
            case._record({"kind": kind})
            case._go(stage)

    @api.model
    def _kind(self, kind):
        if kind not in [code for code, _label in self._fields["kind"].selection]:
            raise UserError(self.env._("Kind: choose one of the list."))
        return kind

    # ---------------------------------------------------------------- archiving, deleting, copying

    def _archive(self, active):
        for case in self.filtered(lambda case: case.active != active):
            if not active and case.is_open:
                raise UserError(self.env._("A case that is still open is not archived. Close or reject it first."))
            case._record({"active": active})
            case._log("restored" if active else "archived")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A case is not deleted. Reject it and say why, or merge it into another one."))

    # ---------------------------------------------------------------- related cases

    def _mirror_related(self, before=None):
        """Relations hold both ways."""
        for case in self:
            others = case.related_ids - case
            for other in others:
                if case not in other.related_ids:
                    # sudo: the other end of a relation that the caller may make.
                    other._record({"related_ids": [(4, case.id)]})
            if case in case.related_ids:
                case._record({"related_ids": [(3, case.id)]})
            for other in (before or self.browse()) - others:
                if case in other.related_ids:
                    other._record({"related_ids": [(3, case.id)]})

    # ---------------------------------------------------------------- checks

    def _check_texts(self):
        for case in self:
            if not (case.name or "").strip():
                raise UserError(self.env._("Subject: say in a few words what it is about."))
            if len(case.decision_note or "") > TEXT_LENGTH:
                raise UserError(self.env._("What Was Decided: at most %s characters.", TEXT_LENGTH))
            if len(case.description or "") > _DESCRIPTION_LENGTH:
                raise UserError(
                    self.env._(
                        "What the Customer Says: at most %s characters. Attach a longer text.", _DESCRIPTION_LENGTH
                    )
                )

    def _check_references(self, names=None):
        """Who names a document may read it; who names an owner names a colleague who works there."""
        for name in ("partner_id", "order_id", "invoice_id", "lead_id", "related_ids"):
            if self.env.su or (names is not None and name not in names):
                continue
            for document in self.mapped(name):
                try:
                    document.check_access("read")
                except AccessError:
                    raise AccessError(
                        self.env._("%s: you may not see this document, so you cannot name it.", self._label(name))
                    ) from None
        if names is None:
            for case in self:
                case._check_owner(case.user_id)

    def _check_owner(self, user):
        if not user:
            return
        self.ensure_one()
        if user.share or not user.active:
            raise UserError(self.env._("Owner: choose a colleague who works here."))
        if self.company_id not in user.sudo().company_ids:  # sudo: which companies a colleague works for
            raise UserError(
                self.env._("%(user)s does not work for %(company)s.", user=user.name, company=self.company_id.name)
            )

    @api.model
    def _cleaned(self, vals):
        """Without control characters, which no database takes, and one line where one line is meant."""
        cleaned = dict(vals)
        for name in ("name", "remedy_note", "lot_name", "partner_name", "phone", "email_from"):
            if isinstance(vals.get(name), str):
                cleaned[name] = " ".join(vals[name].replace("\x00", "").split())
        for name in ("description", "decision_note"):
            if isinstance(vals.get(name), str):
                cleaned[name] = vals[name].replace("\x00", "")
        if isinstance(cleaned.get("description"), str) and is_html_empty(cleaned["description"]):
            cleaned["description"] = False
        return cleaned

    # ---------------------------------------------------------------- history

    def _log(self, kind, details=None, at=None, user=None, **values):
        """One entry in the history of each case; ``details(case)`` are the values that differ."""
        # sudo: the history is written by the case only; callers have checked who asks.
        return (
            self.env["crm.sync.case.event"]
            .sudo()
            .create(
                [
                    {
                        "case_id": case.id,
                        "kind": kind,
                        "cycle": case.cycle,
                        "at": at or fields.Datetime.now(),
                        "user_id": (user or self.env.user).id,
                        **values,
                        **(details(case) if details else {}),
                    }
                    for case in self
                ]
            )
        )

    def _log_changes(self, before):
        for case, words in before.items():
            now = case._words_of([name for name, _label, _value in words])
            changes = [
                f"{label}: {old or '—'} → {new or '—'}"
                for (_name, label, old), (_same, _label, new) in zip(words, now, strict=True)
                if old != new
            ]
            if changes:
                case._log("changed", note="\n".join(changes))

    def _words_of(self, names):
        """``[(name, label, value in words)]`` of some fields."""
        self.ensure_one()
        words = []
        for name in sorted(names):
            field, value = self._fields[name], self[name]
            if field.type == "many2one":
                value = value.sudo().display_name  # sudo: a name in a history that only readers of the case see
            elif field.type == "selection":
                value = dict(field._description_selection(self.env)).get(value)
            elif field.type == "boolean":
                value = self.env._("Yes") if value else self.env._("No")
            words.append((name, self._label(name), value))
        return words

    # ---------------------------------------------------------------- clocks

    def _clock_event(self, event, at=None, by_case=None):
        """Tell the clocks what happened; ``by_case`` names a field with a moment of each case's own."""
        if not self:
            return
        clock = self.env["crm.sync.case.clock"]
        if not by_case:
            clock._on_event(self, event, at or fields.Datetime.now())
            return
        for moment, cases in self.grouped(by_case).items():
            clock._on_event(cases, event, moment)

    # ---------------------------------------------------------------- tools

    def _kept_by_itself(self, name):
        return UserError(self.env._("%s: kept by the case itself. Use its buttons.", self._label(name)))
