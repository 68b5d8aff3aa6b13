from odoo import api, models
from odoo.exceptions import UserError

#: Characters of a text that somebody says with an action.
TEXT_LENGTH = 10_000


class CrmSyncOwnMixin(models.AbstractModel):
    """What records that are changed by named actions ask of their own fields, and of the words they are given."""

    _name = "crm.sync.own.mixin"
    _description = "Fields of Our Own"

    @api.model
    def _is_ours(self, name):
        """Whether a field is one of the record itself, and not of the chatter or another addon."""
        field = self._fields.get(name)
        return bool(field) and field._module == "crm_sync_measures"

    @api.model
    def _label(self, name):
        """The label of a field in the reader's language."""
        return self._fields[name].get_description(self.env, ["string"])["string"]

    @api.model
    def _text(self, text, label, is_required=False):
        """``text`` as it may be kept, False without any; refused where it is none, missing or too long."""
        if text and not isinstance(text, str):
            raise UserError(self.env._("%s: enter a text.", label))
        text = (text or "").replace("\x00", "").strip()
        if is_required and not text:
            raise UserError(self.env._("%s: say in a few words why.", label))
        if len(text) > TEXT_LENGTH:
            raise UserError(self.env._("%(field)s: at most %(count)s characters.", field=label, count=TEXT_LENGTH))
        return text or False
