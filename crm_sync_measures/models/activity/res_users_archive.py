from odoo import api, models
from odoo.exceptions import UserError


class ResUsers(models.Model):
    _inherit = "res.users"

    def action_archive(self):
        """What the users hold becomes a pending handover, before Odoo deletes their activities."""
        self._sync_detain()
        return super().action_archive()

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self._sync_detain()
        returning = self.filtered(lambda user: not user.active) if vals.get("active") else None
        result = super().write(vals)
        if returning:
            # sudo: who may activate a user gives him back what is his.
            self.env["crm.sync.handover"].sudo()._release(returning)
        return result

    def _sync_detain(self):
        active = self.filtered("active")
        if active:
            active.check_access("write")
            # sudo: who may archive a user need not be allowed to see what he has.
            self.env["crm.sync.handover"].sudo()._detain(active.sudo())

    def action_sync_hand_over(self):
        """Open the user's open handover, or begin one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_handover_action")
        handover = self.env["crm.sync.handover"].search(
            [("user_id", "=", self.id), ("state", "in", ("draft", "pending"))], limit=1
        )
        action.update(views=[(False, "form")], res_id=handover.id, context={"default_user_id": self.id})
        return action

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_activities(self):
        """Odoo would delete them with the user, the done ones too, which tell what was done."""
        # sudo: whether a user has activities does not depend on who asks.
        Activity = self.env["mail.activity"].sudo().with_context(active_test=False)
        groups = Activity._read_group([("user_id", "in", self.ids)], ["user_id"], ["__count"])
        if groups:
            raise UserError(
                self.env._(
                    "%s: their activities would be deleted with them. Archive the user instead; open activities then "
                    "become a handover.",
                    ", ".join(f"{user.name} ({count})" for user, count in groups),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_handovers(self):
        # sudo: as above.
        handovers = self.env["crm.sync.handover"].sudo().search([("user_id", "in", self.ids)])
        if handovers:
            raise UserError(
                self.env._(
                    "%s: handovers tell who had what before. Archive the user instead.",
                    ", ".join(handovers.user_id.mapped("name")),
                )
            )
