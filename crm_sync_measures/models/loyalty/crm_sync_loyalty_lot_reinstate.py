from decimal import Decimal

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ...rules.ledger import Part, exact


class CrmSyncLoyaltyLot(models.Model):
    """Expired points come back by an explicit decision only, never by themselves."""

    _inherit = "crm.sync.loyalty.lot"

    def action_reinstate(self):
        """Ask a manager how many of the expired points come back, until when, and why."""
        self.ensure_one()
        self._sync_check_reinstater()
        expired = self._sync_expired()
        if expired <= 0:
            raise UserError(self.env._("Nothing of these points has expired that was not given back already."))
        today = self.program_id.sudo()._sync_today()  # sudo: the day in the program's time zone is no secret
        until = self.program_id.sudo()._sync_expires_on(today)  # sudo: as above
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give Expired Points Back"),
            "res_model": "crm.sync.loyalty.reinstate",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_lot_id": self.id,
                "default_points": float(expired),
                "default_expires_on": until or False,
            },
        }

    def _sync_check_reinstater(self):
        if not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only a Customer Sync manager gives expired points back."))
        self.check_access("read")

    def _sync_expired(self):
        """How much of this lot has expired and was not given back since, an exact decimal."""
        self.ensure_one()
        self.env["crm.sync.loyalty.entry"].flush_model()
        [[expired]] = self.env.execute_query(
            SQL(
                """SELECT COALESCE((SELECT sum(a.quantity) FROM crm_sync_loyalty_allocation a
                                      JOIN crm_sync_loyalty_entry e ON e.id = a.debit_id
                                     WHERE a.lot_id = %(lot)s AND e.kind = 'expire'), 0)
                        - COALESCE((SELECT sum(quantity) FROM crm_sync_loyalty_entry
                                     WHERE source_model = %(model)s AND source_id = %(lot)s), 0)""",
                lot=self.id,
                model=self._name,
            )
        )
        return exact(Decimal(expired))

    def _sync_reinstate(self, points, expires_on, reason):
        """Credit ``points`` of what expired anew, as goodwill with this lot as its source.

        :raise AccessError: for everybody but managers
        :raise UserError: for more than expired, and for a day that is over
        """
        self._sync_check_reinstater()
        # The card first: two managers at once, or a purchase, and the second counts what the first left.
        card = self.card_id._sync_account()
        card._sync_touch()
        points, expired = exact(points), self._sync_expired()
        if not 0 < points <= expired:
            raise UserError(
                self.env._("Points to Give Back: enter more than 0, and at most %s.", f"{expired.normalize():f}")
            )
        if not expires_on or expires_on < self.program_id.sudo()._sync_today():  # sudo: as in action_reinstate
            raise UserError(self.env._("Usable Through: choose today or a later day."))
        if not (reason or "").strip():
            raise UserError(self.env._("Reason: say why the points come back."))
        part = Part("goodwill", points, expires_on=expires_on)
        card._sync_move(
            "reinstate", [part], self, company_id=self.company_id.id, reason=f"reinstated: {reason.strip()[:200]}"
        )
