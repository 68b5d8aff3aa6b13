from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...rules.kpi_scope import scope_of
from .kpi_sql import sums_of, value_of
from .measures import SCOPE_COLUMNS

#: So many documents at most are opened as a list.
_LIST = 10_000


class CrmSyncKpiValue(models.Model):
    """What a figure was made of: its documents, and the figure had again from them."""

    _inherit = "crm.sync.kpi.value"

    def _documents_sql(self):
        """The documents behind a final figure as a relation: res_model, res_id, numerator, denominator, subject_id."""
        self.ensure_one()
        arrays = ["res_ids", "numerators", "denominators", "subject_ids"]
        scope = SQL("TRUE")
        if self.scope_kind != "company":
            arrays.append(f"{SCOPE_COLUMNS[self.scope_kind]}s")
            scope = SQL("d.scope = %s", scope_of(self.scope_key).which)
        names = ["res_id", "numerator", "denominator", "subject_id", "scope"][: len(arrays)]
        return SQL(
            """SELECT e.res_model, d.res_id, d.numerator, d.denominator, d.subject_id
                 FROM crm_sync_kpi_evidence e
                CROSS JOIN LATERAL unnest(%s) AS d (%s)
                WHERE e.period_id = %s AND e.revision = %s AND %s""",
            SQL(", ").join(SQL("e.%s", SQL.identifier(name)) for name in arrays),
            SQL(", ").join(map(SQL.identifier, names)),
            self.period_id.id,
            self.revision,
            scope,
        )

    def _reproduce(self):
        """A final figure once more, from its evidence alone: ``(numerator, denominator, documents, value or None)``."""
        numerator = SQL("count(DISTINCT subject_id)") if self.additivity == "distinct" else SQL("sum(numerator)")
        [row] = self.env.execute_query(
            SQL(
                """SELECT numerator, denominator, count, %s FROM (
                          SELECT %s, count(*)::int AS count FROM (%s) document) summed""",
                value_of(self.additivity, self.unit),
                sums_of(self.additivity, self.unit, numerator, SQL("sum(denominator)")),
                self._documents_sql(),
            )
        )
        return row

    def action_reproduce(self):
        """Have a final figure again from its evidence, and say whether it is the same."""
        self.ensure_one()
        self.check_access("read")
        value = self.sudo()  # sudo: may be read, see above; evidence is read by the addon alone
        if value.state != "closed":
            raise UserError(self.env._("The period is still in progress: there is no evidence yet."))
        numerator, denominator, count, again = value._reproduce()
        figure = None if value.is_empty else value.value
        is_same = (numerator, denominator, count, again) == (value.numerator, value.denominator, value.count, figure)
        words = {
            "figure": self.kpi_id._format(figure, self.currency_id),
            "again": self.kpi_id._format(again, self.currency_id),
            "count": count,
            "hash": (value.definition_hash or "")[:12],
        }
        if value._was_never_measured():
            is_same = True
            message = self.env._("Nobody could measure this day afterwards: it has no figure and no evidence.")
        elif is_same:
            message = self.env._(
                "%(count)s documents of the evidence give %(again)s, as written. Definition %(hash)s.", **words
            )
        else:
            message = self.env._(
                "%(count)s documents of the evidence give %(again)s, and %(figure)s is written. Definition %(hash)s.",
                **words,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.display_name,
                "message": message,
                "type": "success" if is_same else "danger",
                "sticky": True,
            },
        }

    def _was_never_measured(self):
        """Whether a figure is empty although it would be 0 without documents: see ``_close_missed``."""
        return self.is_empty and not self.count and self.numerator == 0 and self.denominator == 1

    # ---------------------------------------------------------------- documents

    def _documents(self):
        """``{model: [ids]}`` of what was counted: by the evidence when final, otherwise as it is now."""
        self.ensure_one()
        value = self.sudo()  # sudo: callers may read the figure; the documents are opened with the reader's own rights
        if value.state == "closed":
            rows = self.env.execute_query(
                SQL(
                    "SELECT res_model, array_agg(DISTINCT res_id) FROM (%s) document GROUP BY res_model ORDER BY count(*) DESC",
                    value._documents_sql(),
                )
            )
            return dict(rows)
        key = None if value.scope_kind == "company" else value.scope_key.partition(":")[2]
        found = {}
        for model, res_id, *_sums, scopes in self.env["crm.sync.kpi.snapshot"]._live_documents(
            value.kpi_id, value.period_id
        ):
            if key is None or scopes.get(value.scope_kind) == key:
                found.setdefault(model, set()).add(res_id)
        return {model: sorted(ids) for model, ids in sorted(found.items(), key=lambda item: -len(item[1]))}

    def action_documents(self):
        """The documents that were counted, as their own list; of several kinds, a dialog asks which."""
        self.ensure_one()
        self.check_access("read")
        documents = self._documents()
        if not documents:
            raise UserError(self.env._("No document was counted."))
        if len(documents) > 1:
            dialog = self.env["crm.sync.kpi.documents"]._for_value(self, documents)
            return {
                "type": "ir.actions.act_window",
                "name": self.display_name,
                "res_model": dialog._name,
                "res_id": dialog.id,
                "view_mode": "form",
                "target": "new",
            }
        [(model, ids)] = documents.items()
        return self._action_list(model, ids)

    def _action_list(self, model, ids):
        """The list of these documents, with the rights of whoever opens it."""
        if model not in self.env or not self.env[model].has_access("read"):
            raise AccessError(self.env._("You may not read the documents behind this figure."))
        if model == "res.users" and not (ids := self._known_persons(ids)):
            raise AccessError(self.env._("You may not read the documents behind this figure."))
        name = self.env["ir.model"]._get(model).name
        if len(ids) > _LIST:
            name = self.env._("%(documents)s: the first %(count)s", documents=name, count=_LIST)
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("id", "in", list(ids)[:_LIST])],
            "context": {"active_test": False, "create": False},
        }

    def _known_persons(self, ids):
        """Of colleagues who were counted, those whose own figures the reader may read: see the rules of this model."""
        user = self.env.user
        if self.env.su or user.has_groups("crm_sync_measures.group_manager,crm_sync_measures.group_auditor"):
            return ids
        # sudo: which departments are colleagues' is no secret.
        persons = self.env["res.users"].sudo().browse(ids).exists()
        return persons.filtered(lambda one: one == user or one.sync_department_id._is_led_by(user)).ids

    def action_open_revise(self):
        """Measure the period anew: the dialog asks why."""
        self.ensure_one()
        return self.period_id.action_open_revise()
