from ast import literal_eval

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.date_utils import parse_iso_date
from psycopg2 import DataError, ProgrammingError

from .own_facts import has_company
from .own_money import has_currency
from .own_words import FIELD_TYPES, OF_FIELD, is_refused, is_secret

_DOMAIN_LENGTH = 5000
#: What a condition that cannot be used raises, here or in the database.
_UNUSABLE = (
    DataError,
    KeyError,
    MemoryError,
    ProgrammingError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
_PREFIXES = ("custom", "den")
_PARTS = (
    "model_id",
    "domain",
    "date_field_id",
    "measure",
    "measure_field_id",
    "user_field_id",
    "team_field_id",
)
_OF_SIDES = tuple(f"{prefix}_{part}" for prefix in _PREFIXES for part in _PARTS)


class CrmSyncKpi(models.Model):
    """What a definition may say: asked with the rights of who writes it, as figures are measured with all rights later."""

    _inherit = "crm.sync.kpi"

    @api.constrains("kind", "is_ratio", *_OF_SIDES)
    def _check_own_sides(self):
        for kpi in self.filtered(lambda kpi: kpi.kind == "custom"):
            for side in kpi._own_sides():
                if side.model:
                    kpi._check_own_side(side)

    @api.constrains("kind", "unit", "is_ratio", "custom_model_id", "custom_measure", "den_measure")
    def _check_own_measure(self):
        for kpi in self.filtered(lambda kpi: kpi.kind == "custom" and kpi.custom_model_id):
            if kpi.is_ratio and kpi.custom_measure not in ("count", "sum"):
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s”, %(field)s: a ratio divides numbers or sums. Choose one of these, or do not divide.",
                        kpi=kpi.name,
                        field=kpi._label("custom_measure"),
                    )
                )
            if kpi.unit == "percent" and not kpi.is_ratio:
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s”, %(field)s: only a ratio is in per cent. Tick “%(ratio)s”, or choose another unit.",
                        kpi=kpi.name,
                        field=kpi._label("unit"),
                        ratio=kpi._label("is_ratio"),
                    )
                )

    @api.constrains(
        "kind",
        "is_ratio",
        "company_id",
        "scope_department",
        "scope_team",
        "scope_person",
        "scope_tier",
        "scope_category",
        "scope_source",
        "scope_channel",
        *_OF_SIDES,
    )
    def _check_own_scopes(self):
        for kpi in self.filtered(lambda kpi: kpi.kind == "custom" and kpi.custom_model_id):
            for name in ("scope_tier", "scope_category", "scope_source", "scope_channel"):
                if kpi[name]:
                    raise ValidationError(
                        self.env._(
                            "“%(kpi)s”, %(field)s: a KPI of your own is measured for departments, sales teams and persons."
                            " Untick it.",
                            kpi=kpi.name,
                            field=kpi._label(name),
                        )
                    )
            for side in kpi._own_sides():
                if side.model:
                    kpi._check_own_scope(side)

    def _check_own_scope(self, side):
        for names, given, wanted in (
            (("scope_person", "scope_department"), side.user, "user_field_id"),
            (("scope_team",), side.team, "team_field_id"),
        ):
            if not given and (scope := next((name for name in names if self[name]), None)):
                raise ValidationError(
                    self.env._(
                        "“%(kpi)s”, %(field)s: choose it under “%(wanted)s”, or untick “%(field)s”.",
                        kpi=self.name,
                        field=self._label(scope),
                        wanted=self._label(f"{side.prefix}_{wanted}"),
                    )
                )
        model = self.env.get(side.model)
        if model is not None and not self.company_id and model._name != "crm.lead" and not has_company(model):
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”, %(field)s: %(model)s belong to no company. Choose the company that they count for.",
                    kpi=self.name,
                    field=self._label("company_id"),
                    model=self._own_model_name(side.model),
                )
            )

    # ---------------------------------------------------------------- one side

    def _check_own_side(self, side):
        if reason := self._why_not_counted(side.model):
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”, %(field)s: %(reason)s",
                    kpi=self.name,
                    field=self._label(f"{side.prefix}_model_id"),
                    reason=reason,
                )
            )
        model = self.env[side.model]
        self._check_own_field(side, model, "date", ("date", "datetime"))
        if side.measure in OF_FIELD:
            self._check_own_field(side, model, "field", FIELD_TYPES[side.measure])
            if side.field and not has_currency(model, side.field):
                self._refuse_field(side, "field", self.env._("nobody can tell its currency. Choose another field."))
        self._check_own_field(side, model, "user", ("many2one",), "res.users")
        self._check_own_field(side, model, "team", ("many2one",), "crm.team")
        self._check_own_domain(side, model)

    @api.model
    def _why_not_counted(self, model_name):
        """Why documents of a model cannot be counted by who asks, as a sentence; empty where they can."""
        model = self.env.get(model_name)
        if model is None:
            return self.env._("these documents are not there any more. Choose others.")
        if model._abstract or model._transient or not model._auto or is_refused(model_name):
            return self.env._("%s are not counted by KPIs. Choose other documents.", self._own_model_name(model_name))
        # sudo(False): Odoo runs checks as superuser, and what counts here is what the person may do
        if not model.sudo(False).has_access("read"):
            return self.env._(
                "you may not read %s. Choose other documents, or ask who may.", self._own_model_name(model_name)
            )
        return ""

    def _check_own_field(self, side, model, part, types, comodel=None):
        name = getattr(side, part)
        if not name:
            return
        field = model._fields.get(name)
        if field is None:
            self._refuse_field(side, part, self.env._("these documents have no such field. Choose it anew."))
        if field.type not in types or not field.store or field.company_dependent or is_secret(name):
            self._refuse_field(side, part, self.env._("this cannot be told from it. Choose another field."))
        if comodel and field.comodel_name != comodel:
            self._refuse_field(side, part, self.env._("this cannot be told from it. Choose another field."))
        # sudo(False): as above
        if not model.sudo(False)._has_field_access(field, "read"):
            self._refuse_field(side, part, self.env._("you may not read it. Choose another field."))

    def _refuse_field(self, side, part, reason):
        names = {"date": "date_field_id", "field": "measure_field_id", "user": "user_field_id", "team": "team_field_id"}
        raise ValidationError(
            self.env._(
                "“%(kpi)s”, %(field)s: %(reason)s",
                kpi=self.name,
                field=self._label(f"{side.prefix}_{names[part]}"),
                reason=reason,
            )
        )

    # ---------------------------------------------------------------- conditions

    def _check_own_domain(self, side, model):
        """A domain of plain values, over fields that who writes it may read, and that means the same tomorrow."""
        try:
            if len(side.domain) > _DOMAIN_LENGTH:
                raise ValueError(self.env._("it is longer than %s characters.", _DOMAIN_LENGTH))
            domain = Domain(literal_eval(side.domain))
            self._check_own_conditions(model, domain)
            with self.env.cr.savepoint():
                # sudo(False): as above; an AccessError names what may not be read
                model.sudo(False).with_context(active_test=False).search_count(domain, limit=1)
        except _UNUSABLE as error:
            raise ValidationError(
                self.env._(
                    "“%(kpi)s”, %(field)s: this condition cannot be used: %(error)s",
                    kpi=self.name,
                    field=self._label(f"{side.prefix}_domain"),
                    error=error,
                )
            ) from error

    def _check_own_conditions(self, model, domain):
        for condition in domain.iter_conditions():
            reached, field = self._walk(model, condition.field_expr)
            if condition.operator in ("any", "not any"):
                self._check_own_conditions(self._look_into(reached, field), Domain(condition.value))
            else:
                self._check_fixed(field, condition)

    def _walk(self, model, path):
        """(model, field) at the end of a path of fields."""
        *names, last = path.split(".")
        for name in names:
            model = self._look_into(model, self._readable_field(model, name))
        return model, self._readable_field(model, last)

    def _readable_field(self, model, name):
        field = model._fields.get(name)
        if field is None:
            raise ValueError(self.env._("there is no field “%s”.", name))
        if is_secret(name):
            raise ValueError(self.env._("“%s” is not looked at.", name))
        if name != "id" and not field.store and not field.related:
            raise ValueError(self.env._("“%s” is computed anew whenever somebody looks. Choose another field.", name))
        # sudo(False): as above
        if not model.sudo(False)._has_field_access(field, "read"):
            raise ValueError(self.env._("you may not read “%s”.", name))
        return field

    def _look_into(self, model, field):
        if field.name == "id":
            return model
        if not field.relational:
            raise ValueError(self.env._("“%s” has no parts.", field.name))
        if is_refused(field.comodel_name, looked_into=True):
            raise ValueError(self.env._("“%s” is not looked into.", field.name))
        return self.env[field.comodel_name]

    def _check_fixed(self, field, condition):
        """Days that move with the calendar, and words of one language, would count otherwise tomorrow or for others."""
        values = [condition.value] if isinstance(condition.value, str) else condition.value
        words = [value for value in values if isinstance(value, str)] if isinstance(values, (list, tuple, set)) else []
        if field.type in ("date", "datetime"):
            for word in words:
                try:
                    parse_iso_date(word)
                except ValueError as error:
                    raise ValueError(
                        self.env._("“%s” is another day tomorrow. Enter a fixed one, as 2026-03-31.", word)
                    ) from error
        elif words and (field.translate or self._is_called_by_translation(field)):
            raise ValueError(
                self.env._("“%s” is called otherwise in other languages. Choose it from the list.", words[0])
            )

    def _is_called_by_translation(self, field):
        if not field.relational:
            return False
        comodel = self.env[field.comodel_name]
        return bool(comodel._rec_name and comodel._fields[comodel._rec_name].translate)

    # ---------------------------------------------------------------- words

    @api.model
    def _own_model_name(self, model_name):
        return self.env["ir.model"]._get(model_name).name or model_name
