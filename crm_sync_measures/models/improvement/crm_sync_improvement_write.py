import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, clean_context

from ..core.crm_sync_own_mixin import TEXT_LENGTH
from .crm_sync_improvement_scope import SCOPE_MODELS
from .words import AFTERWARDS, EDITABLE, FIXED

_REF = re.compile(rf"({'|'.join(map(re.escape, SCOPE_MODELS.values()))}),[1-9][0-9]{{0,8}}")


class CrmSyncImprovementWrite(models.Model):
    """What may be written from outside, superuser included: words and plans. Phases, figures and verdicts are the actions'."""

    _inherit = "crm.sync.improvement"

    # ---------------------------------------------------------------- changing

    @api.model_create_multi
    def create(self, vals_list):
        """Born in the Plan phase; defaults of the client's context preset what a person would enter, and nothing else."""
        prepared = []
        for vals in vals_list:
            self._refuse_own({name: value for name, value in vals.items() if value})
            given = {name: value for name, value in vals.items() if name in EDITABLE or not self._is_ours(name)}
            missing = [name for name in EDITABLE if name not in given]
            prepared.append(self._cleaned({**self.default_get(missing), **given}))
            self._check_cases(prepared[-1].get("case_ids"))
        plain = self.with_context(clean_context(self.env.context))
        actions = super(CrmSyncImprovementWrite, plain).create(prepared).with_env(self.env)
        actions._check_entered()
        return actions

    def write(self, vals):
        self._refuse_own(vals)
        ours = {name for name in vals if self._is_ours(name)}
        if not ours:
            return super().write(vals)
        vals = self._cleaned(vals)
        self._refuse_late(vals)
        self._check_cases(vals.get("case_ids"))
        result = super().write(vals)
        if "company_id" in vals:
            # Odoo looks before the change only: nobody moves an action into a company that he is not in.
            self.check_access("write")
        self._check_entered(ours)
        return result

    def _record(self, vals):
        """Write what the actions write; callers have checked who asks.

        No key of a context and no user lets a request do the same: ``write`` refuses these fields to everybody.
        """
        # sudo: see above
        return super(CrmSyncImprovementWrite, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    @api.ondelete(at_uninstall=False)
    def _unlink_plans_only(self):
        if any(action.phase != "plan" for action in self):
            raise UserError(
                self.env._("An action that has begun is not deleted: what did not work is a lesson too. Abandon it.")
            )

    def copy_data(self, default=None):
        default = dict(default or {})
        return [
            {**vals, "name": default.get("name") or self.env._("%s (copy)", action.name)}
            for action, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # ---------------------------------------------------------------- what is refused

    @api.model
    def _refuse_own(self, vals):
        for name in vals:
            if self._is_ours(name) and name not in EDITABLE:
                raise UserError(self.env._("%s: kept by the action itself. Use its buttons.", self._label(name)))

    def _refuse_late(self, vals):
        """Once the baseline is frozen nobody changes what is compared, and what is over stays as it was."""
        self.check_access("write")
        for action in self:
            if action.phase == "plan":
                continue
            is_over = action.phase == "over"
            for name in vals:
                is_fixed = name not in AFTERWARDS if is_over else name in FIXED | {"scope_ref", "compare_ref"}
                if not (is_fixed and self._is_ours(name) and action._would_change(name, vals[name])):
                    continue
                if is_over:
                    raise UserError(self.env._("“%s” is over and does not change any more.", action.name))
                raise UserError(self.env._("%s: stays as it was when the baseline was frozen.", self._label(name)))

    def _would_change(self, name, value):
        """Whether writing ``value`` changes a field; a form may send what it shows."""
        field = self._fields[name]
        return field.convert_to_cache(value, self) != field.convert_to_cache(self[name], self)

    # ---------------------------------------------------------------- checks of what was entered

    def _check_entered(self, names=None):
        """``names``: of the fields that were written; None: of a new action."""
        touches = lambda *some: names is None or bool(names & set(some))  # noqa: E731
        for action in self:
            action._check_texts()
            if touches("owner_id", "company_id"):
                action._check_owner()
            if action.phase == "plan":
                action._check_expected()
            if touches("kpi_id") and action.kpi_id and not self.env.su:
                action.kpi_id.check_access("read")
        if touches("scope_key", "compare_scope_key", "kpi_id", "company_id"):
            self._check_scopes()

    def _check_texts(self):
        if not (self.name or "").strip():
            raise UserError(self.env._("What is improved: say it in a few words."))
        for name in ("problem", "cause_text", "lesson"):
            if len(self[name] or "") > TEXT_LENGTH:
                raise UserError(
                    self.env._("%(field)s: at most %(count)s characters.", field=self._label(name), count=TEXT_LENGTH)
                )

    def _check_owner(self):
        owner = self.owner_id.sudo()  # sudo: which companies a colleague works for
        if owner.share or not owner.active:
            raise UserError(self.env._("Owner: choose a colleague who works here."))
        if self.company_id not in owner.company_ids:
            raise UserError(
                self.env._("%(user)s does not work for %(company)s.", user=owner.name, company=self.company_id.name)
            )

    def _check_expected(self):
        """The sign of what is hoped for is that of a KPI that gets better."""
        wrong = {"higher": -1, "lower": 1}.get(self.kpi_id.direction, 0)
        if wrong * self.expected_change > 0:
            raise UserError(
                self.env._(
                    "Expected change: of %(kpi)s less is better, so enter it with a minus.", kpi=self.kpi_id.name
                )
                if wrong > 0
                else self.env._("Expected change: of %(kpi)s more is better.", kpi=self.kpi_id.name)
            )

    @api.model
    def _check_cases(self, commands):
        """Who links a case may read it. Odoo refuses it as well, but its words would not say what was wrong.

        What a colleague has linked stays linked: Odoo changes only what the caller sees.
        """
        if self.env.su or not commands:
            return
        linked = self._fields["case_ids"].convert_to_cache(commands, self.browse())
        cases = self.env["crm.sync.case"].browse(filter(None, linked))
        if len(cases._filtered_access("read")) < len(cases):
            raise AccessError(self.env._("You may not see one of these cases, so you cannot link it."))

    @api.model
    def _cleaned(self, vals):
        """Without control characters, which no database takes, and one line where one line is meant."""
        cleaned = dict(vals)
        for name in ("name", "scope_key", "compare_scope_key"):
            if isinstance(vals.get(name), str):
                cleaned[name] = " ".join(vals[name].replace("\x00", "").split())
        for name in ("problem", "cause_text", "lesson"):
            if isinstance(vals.get(name), str):
                cleaned[name] = vals[name].replace("\x00", "").strip()
        for name in ("scope_ref", "compare_ref"):
            if vals.get(name) and not _REF.fullmatch(str(vals[name])):
                raise UserError(
                    self.env._(
                        "%s: choose a department, a team, a colleague, a tier, a category or a source.",
                        self._label(name),
                    )
                )
        if "scope_key" in cleaned and not cleaned["scope_key"]:
            cleaned["scope_key"] = "company"
        return cleaned

    # ---------------------------------------------------------------- tools of the actions

    def _begin(self):
        """Two who act at once wait in line; the second one sees what the first has done."""
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM crm_sync_improvement WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    tuple(self.ids),
                )
            )
            self.invalidate_recordset()

    def _check_work(self):
        """Owners do it and have it checked; who may change it does so too."""
        self.check_access("read")
        for action in self:
            if not action.can_work:
                raise AccessError(
                    self.env._("“%s”: only its owner and the manager of the department go on with it.", action.name)
                )
        self._begin()

    def _check_decide(self):
        self.check_access("write")
        self._begin()

    def _day(self, day):
        """A day of the company's calendar, by default today."""
        self.ensure_one()
        if not day:
            return self._today()
        try:
            return fields.Date.to_date(day)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise UserError(self.env._("Give a day like 2026-03-31.")) from None
