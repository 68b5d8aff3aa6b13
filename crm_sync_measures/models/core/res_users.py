from odoo import api, fields, models

from .cached import forget


class ResUsers(models.Model):
    _inherit = "res.users"

    sync_department_id = fields.Many2one(
        "crm.sync.department",
        string="Customer Department",
        index="btree_not_null",
        help="The department this user speaks for when dealing with customers.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "sync_department_id" in vals:
            # The record rules of our models look at the user's department, and rules are cached.
            forget(self.env)
            self.env["crm.sync.customer"]._refresh_owned_by(self)
        return result

    @api.model
    def _sync_is_reader(self):
        """Whether the current user has any role of this addon."""
        return self.env.su or self.env.user.has_groups("crm_sync_measures.group_user,crm_sync_measures.group_auditor")
