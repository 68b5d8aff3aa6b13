from odoo import fields, models
from odoo.exceptions import UserError


class CrmSyncCaseImprovement(models.Model):
    """A case that shows what should become better for everybody: marked here, taken up by whoever improves things."""

    _inherit = "crm.sync.case"

    improvement_wanted = fields.Boolean(readonly=True, copy=False, tracking=True)
    improvement_note = fields.Text("What Should Become Better", readonly=True, copy=False)
    improvement_user_id = fields.Many2one(
        "res.users", "Wanted by", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    improvement_at = fields.Datetime("Wanted Since", readonly=True, copy=False)

    _improvement_idx = models.Index("(improvement_at) WHERE improvement_wanted IS TRUE")

    def action_make_improvement(self, note):
        """Something should become better for everybody; also of a case that is over. Again with other words: they hold.

        :param str note: what, in words for colleagues
        """
        note = self._text(note, self._label("improvement_note"), is_required=True)
        self._check_begin()
        self._make_improvement(note)
        return True

    def _make_improvement(self, note, at=None):
        at = at or fields.Datetime.now()
        self._record(
            {
                "improvement_wanted": True,
                "improvement_note": note,
                "improvement_user_id": self.env.uid,
                "improvement_at": at,
            }
        )
        self._log("improvement", at=at, note=note)

    def action_undo_improvement(self):
        """Not wanted after all; that it was stays in the history."""
        self._check_begin()
        if not all(self.mapped("improvement_wanted")):
            raise UserError(self.env._("No improvement was wanted here."))
        self._record(
            {
                "improvement_wanted": False,
                "improvement_note": False,
                "improvement_user_id": False,
                "improvement_at": False,
            }
        )
        self._log("no_improvement")
        return True
