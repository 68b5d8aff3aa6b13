from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .own_facts import documents, timing
from .own_preview import last_complete, preview
from .own_words import OF_FIELD

#: Kept by the definition's own actions.
_OWN = frozenset({"is_started", "started_at", "definition_version"})
#: Kept by the addon: whoever asks writes none of it.
_KEPT = frozenset({"definition_hash", "drift_watched_at"})
#: Beside the definition itself: what a figure means.
_FIXED = frozenset({"unit", "calendar", "additivity"})


class CrmSyncKpi(models.Model):
    """A definition of one's own is a draft, is tried, and is started; changed, it is another version from then on.

    What is final keeps the definition that it was measured by (``definition_hash``): nothing is ever measured anew by
    another definition unless somebody revises the period, with a reason.
    """

    _inherit = "crm.sync.kpi"

    is_started = fields.Boolean("Is Measured", readonly=True, copy=False)
    started_at = fields.Datetime("Defined This Way Since", readonly=True, copy=False)
    definition_version = fields.Integer("Version of the Definition", readonly=True, copy=False, aggregator=None)

    @api.depends("is_started")
    def _compute_is_measurable(self):
        """A draft is not measured."""
        return super()._compute_is_measurable()

    # ---------------------------------------------------------------- actions

    def action_start_measuring(self):
        """Measure by the definition as it is now: this period, those that are not final yet, and at the first start the
        months before."""
        self._check_definer()
        now = fields.Datetime.now()
        for kpi in self:
            if kpi.kind != "custom" or kpi.is_started:
                raise UserError(self.env._("“%s” is measured already. Reload the page.", kpi.name))
            kpi._check_own_whole()
            kpi._record_own({"is_started": True, "started_at": now, "definition_version": kpi.definition_version + 1})
            kpi._message_log(
                body=self.env._(
                    "Version %(version)s of the definition is measured from now on: %(definition)s",
                    version=kpi.definition_version,
                    definition=kpi._own_sentence(),
                )
            )
        # sudo: the right was checked; when the work is done is the scheduler's affair
        job = self.sudo().env["crm.sync.job"].search([("code", "=", "kpi_snapshot")], limit=1)
        if job:
            job.cron_id._trigger()
        return True

    def action_redefine(self):
        """Open the definition for a new version. Until it is started nothing is measured; final figures stay."""
        self._check_definer()
        for kpi in self:
            if kpi.kind != "custom" or not kpi.is_started:
                raise UserError(self.env._("“%s”: there is no definition to change. Reload the page.", kpi.name))
        return self._record_own({"is_started": False})

    def action_preview(self):
        """Tell what the definition would have counted in the last complete period."""
        found = self.kpi_preview()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info" if found["count"] else "warning",
                "title": self.name,
                "message": found["text"],
                "sticky": True,
            },
        }

    def action_preview_documents(self):
        """The documents that the definition counts in the last complete period, as far as the reader may read them."""
        self._check_definer()
        self._check_own_whole()
        period = last_complete(self)
        side = self._own_sides()[0]
        by_day = timing(self.env[side.model], side.date) == "day"
        bounds = (period.day_since, period.day_until) if by_day else (period.since, period.until)
        domain = documents(self.env, side, *(str(bound) for bound in bounds))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(kpi)s, %(period)s", kpi=self.name, period=period.label),
            "res_model": side.model,
            "view_mode": "list,form",
            "domain": list(domain),
            "context": {"active_test": False},
        }

    @api.readonly
    def kpi_preview(self):
        """What the definition, started or not, counts in the last complete period of the company: the KPI's own, else the
        caller's current one. For managers.

        :return: ``{period, first_day, last_day, count, numerator, denominator, value, text}``; ``value`` is None where there
            is nothing to divide by; days are those of the company's calendar, money is in its currency
        """
        self._check_definer("read")
        self._check_own_whole()
        # sudo: the caller may define it, and what may be counted was checked when he did
        return preview(self.sudo())

    def _check_definer(self, operation="write"):
        self.check_access(operation)
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only a Customer Sync manager defines KPIs."))

    def _check_own_whole(self):
        """Raise, and name the field, where something is missing without which nothing can be measured."""
        self.ensure_one()
        if self.kind != "custom":
            raise UserError(self.env._("“%s” is built in: its definition comes with the system.", self.name))
        for side in self._own_sides():
            needed = {"model_id": side.model, "date_field_id": side.date}
            if side.measure in OF_FIELD:
                needed["measure_field_id"] = side.field
            for name, value in needed.items():
                if not value:
                    raise UserError(
                        self.env._(
                            "“%(kpi)s”: fill in “%(field)s”.",
                            kpi=self.name,
                            field=self._label(f"{side.prefix}_{name}"),
                        )
                    )
            self._check_own_side(side)
            self._check_own_scope(side)

    def _own_company(self):
        """The company that a preview is about."""
        return self.company_id or self.env.company

    def _own_sentence(self):
        """The definition on one line."""
        sides = []
        for side in self._own_sides():
            measures = dict(self._fields["custom_measure"]._description_selection(self.env))
            parts = [self._own_model_name(side.model), measures[side.measure], side.field, side.date, side.domain]
            sides.append(" · ".join(part for part in parts if part and part != "[]"))
        return " ÷ ".join(sides)

    # ---------------------------------------------------------------- changes

    @api.model_create_multi
    def create(self, vals_list):
        """A KPI of one's own is born a draft; nobody says otherwise by defaults of his own either."""
        for vals in vals_list:
            self._refuse_own(vals)
        forged = {f"default_{name}" for name in (*_OWN, *_KEPT, "kind")}
        context = {name: value for name, value in self.env.context.items() if name not in forged}
        plain = self.with_env(self.env(context=context))
        kpis = super(CrmSyncKpi, plain).create(vals_list).with_env(self.env)
        kpis._settle_additivity()
        return kpis

    def write(self, vals):
        self._refuse_own(vals)
        for name in sorted((_FIXED | set(self._own_definition_fields())) & vals.keys()):
            for kpi in self.filtered(lambda kpi: kpi.kind == "custom" and kpi.is_started):
                if kpi._fields[name].convert_to_write(kpi[name], kpi) != (vals[name] or False):
                    raise UserError(
                        self.env._(
                            "“%(kpi)s” is measured by its definition. To change “%(field)s”, choose “Change the"
                            " Definition”: final figures stay as they are.",
                            kpi=kpi.name,
                            field=kpi._label(name),
                        )
                    )
        result = super().write(vals)
        if {"additivity", "is_ratio", "custom_measure", "custom_model_id"} & vals.keys():
            self._settle_additivity()
        return result

    def _record_own(self, vals):
        """Write what only the definition's own actions write; callers have checked who asks."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    def _settle_additivity(self):
        """How documents become one figure follows from what is measured."""
        for kpi in self.filtered(lambda kpi: kpi.kind == "custom" and kpi.custom_model_id):
            if kpi.additivity != kpi._own_additivity():
                kpi._record_own({"additivity": kpi._own_additivity()})

    @api.model
    def _refuse_own(self, vals):
        if own := sorted((_OWN if self.env.su else _OWN | _KEPT) & vals.keys()):
            raise UserError(self.env._("%s: kept by the KPI itself.", self._label(own[0])))
