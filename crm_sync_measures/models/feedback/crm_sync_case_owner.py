from odoo import fields, models


class CrmSyncCaseOwner(models.Model):
    """A case that is open never has an owner who has left: it goes back into the queue of its department."""

    _inherit = "crm.sync.case"

    left_by_id = fields.Many2one(
        "res.users",
        "Owner Who Left",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Was archived. Gets the case back when activated again, unless somebody has taken it meanwhile.",
    )

    def _record(self, vals):
        if "user_id" in vals:
            vals = {"left_by_id": False, **vals}
        return super()._record(vals)

    def _lose_owner(self):
        """The owner has left. Nobody's case is seen by the whole department, a former colleague's by nobody."""
        for user, cases in self.grouped("user_id").items():
            cases._log("assigned", old_user_id=user.id)
            cases._record({"user_id": False, "left_by_id": user.id})

    def _reopen(self, reason, at=None):
        """What an archived colleague had closed is opened again by others, and becomes theirs."""
        # sudo: whether a colleague still works here.
        left = self.filtered(lambda case: case.user_id and not case.sudo().user_id.active)
        left._lose_owner()
        result = super()._reopen(reason, at)
        for case in left:
            for user in case._in_charge():
                case._remind(user, self.env._("Reopened: %s", reason))
        return result
