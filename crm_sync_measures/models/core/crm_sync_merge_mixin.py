from odoo import api, models
from odoo.tools import SQL

#: What may happen to a row when the partner or lead it points to is merged into another one.
REPOINT = "repoint"


class CrmSyncMergeMixin(models.AbstractModel):
    """What happens to our rows when Odoo merges partners or leads.

    Odoo's partner merge moves foreign keys by SQL, but *deletes* every row of the source partner
    as soon as one of them hits a UNIQUE or CHECK constraint with the partner in it, and fails on a
    unique index. Its lead merge moves no child at all: they die with the merged leads.

    Every model of this addon that points to ``res.partner`` or ``crm.lead``, by a many2one or by model
    and id, says in ``_sync_merge`` what happens to its rows, per field: ``REPOINT`` (the row follows to
    the surviving record), or the name of a method ``(sources, target)`` that is called before Odoo
    touches anything, where a row points to one of ``sources``. A test walks the registry and fails for a
    field that is not declared.
    """

    _name = "crm.sync.merge.mixin"
    _description = "Behaviour on Merge"

    #: {field name: REPOINT or method name}
    _sync_merge = {}

    @api.model
    def _sync_merge_records(self, sources, target):
        """Carry what points to ``sources`` over to ``target`` in all declared models."""
        for model, field_name in self._sync_merge_concerned(sources):
            policy = model._sync_merge[field_name]
            if policy == REPOINT:
                model._sync_merge_repoint(field_name, sources, target)
            else:
                getattr(model, policy)(sources, target)
            model.invalidate_model([field_name])

    @api.model
    def _sync_merge_concerned(self, sources):
        """Those of :meth:`_sync_merge_fields` in which a row points to one of ``sources``, in one query.

        Odoo merges leads by the hundred when it assigns them: most have no row of ours.
        """
        fields = self._sync_merge_fields(sources._name)
        selects = []
        for number, (model, field_name) in enumerate(fields):
            model.flush_model()
            where = model._sync_merge_where(field_name, sources)
            selects.append(
                SQL("SELECT %s WHERE EXISTS (SELECT FROM %s WHERE %s)", number, SQL.identifier(model._table), where)
            )
        rows = self.env.execute_query(SQL(" UNION ALL ").join(selects)) if selects else []
        return [fields[number] for [number] in sorted(rows)]

    @api.model
    def _sync_merge_fields(self, comodel_name):
        """``[(model, field name)]`` of the declared fields that point, or may point, to ``comodel_name``.

        As superuser: a merge concerns every row, whoever may read it.
        """
        return [
            # sudo: the merge itself was allowed by Odoo; leaving rows behind would lose them.
            (self.env[name].sudo(), field_name)
            for name, cls in self.env.registry.items()
            for field_name in getattr(cls, "_sync_merge", ())
            if not cls._abstract
            and (
                cls._fields[field_name].type == "many2one_reference"
                or cls._fields[field_name].comodel_name == comodel_name
            )
        ]

    def _sync_merge_where(self, field_name, sources):
        """SQL: the row points to one of ``sources`` by this field."""
        field = self._fields[field_name]
        where = SQL("%s IN %s", SQL.identifier(field_name), tuple(sources.ids))
        if field.type == "many2one_reference":
            where = SQL("%s AND %s = %s", where, SQL.identifier(field.model_field), sources._name)
        return where

    def _sync_merge_repoint(self, field_name, sources, target):
        """By SQL, as Odoo does it: journals refuse ``write``, and a merge is not a change of fact."""
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(target)s WHERE %(where)s",
                table=SQL.identifier(self._table),
                column=SQL.identifier(field_name),
                target=target.id,
                where=self._sync_merge_where(field_name, sources),
            )
        )

    def _sync_merge_entities(self, sources, target):
        """For a stored ``commercial_partner_id``: SQL does not compute it anew, and the target may be a contact."""
        self._sync_merge_repoint("commercial_partner_id", sources, target.commercial_partner_id)

    @api.model
    def _sync_merge_done_activities(self, sources, target):
        """Move the *done* activities of ``sources``.

        Odoo keeps done activities archived and moves only the active ones, so a merge loses the
        proof of what was done.
        """
        # sudo: done activities of colleagues belong to the history as much as one's own.
        done = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            .search([("res_model", "=", target._name), ("res_id", "in", sources.ids), ("active", "=", False)])
        )
        done.write({"res_id": target.id})
