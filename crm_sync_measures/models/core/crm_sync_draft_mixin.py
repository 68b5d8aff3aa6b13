from odoo import api, models
from odoo.exceptions import AccessError, UserError


class CrmSyncDraftMixin(models.AbstractModel):
    """What managers bring into force: born a draft, moved by named actions alone, and of fixed meaning from then on.

    A model that inherits this has a ``state`` that begins with ``draft``, and says in words of its own what it refuses.
    """

    _name = "crm.sync.draft.mixin"
    _inherit = ["crm.sync.own.mixin"]
    _description = "Draft"

    #: Fields that say what it means: another meaning is another record.
    _sync_fixed = frozenset()

    @api.model
    def _own_fields(self):
        """Fields that the actions and jobs of the record write, and nobody else."""
        return {"state"}

    def _check_manager(self):
        self.check_access("write")
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self._words_managers_only())

    @api.model_create_multi
    def create(self, vals_list):
        """A record is born a draft; nobody says otherwise by defaults of his own either."""
        for vals in vals_list:
            self._refuse_own(vals)
        forged = {f"default_{name}" for name in self._own_fields()}
        context = {name: value for name, value in self.env.context.items() if name not in forged}
        plain = self.with_env(self.env(context=context))
        return super(CrmSyncDraftMixin, plain).create(vals_list).with_env(self.env)

    def write(self, vals):
        self._refuse_own(vals)
        for name in sorted(self._sync_fixed & vals.keys()):
            for record in self.filtered(lambda record: record.state != "draft"):
                if record._would_change(name, vals[name]):
                    raise UserError(record._words_fixed(self._label(name)))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if used := self.filtered(lambda record: record.state != "draft")[:1]:
            raise UserError(used._words_used())

    def _record(self, vals):
        """Write what only the record's own actions write; callers have checked who asks."""
        return super().write(vals)  # pylint: disable=super-method-mismatch

    @api.model
    def _refuse_own(self, vals):
        if own := sorted(self._own_fields() & vals.keys()):
            raise UserError(self._words_own(self._label(own[0])))

    def _would_change(self, name, value):
        """Whether writing ``value`` changes a fixed field; a form may send what it shows."""
        return self._fields[name].convert_to_write(self[name], self) != (value or False)

    # ---------------------------------------------------------------- the sentences of a model

    def _words_managers_only(self):
        """To who is no manager."""
        raise NotImplementedError

    def _words_own(self, label):
        """To who writes one of :meth:`_own_fields`."""
        raise NotImplementedError

    def _words_fixed(self, label):
        """To who changes one of ``_sync_fixed``."""
        raise NotImplementedError

    def _words_used(self):
        """To who deletes what is no draft."""
        raise NotImplementedError
