from odoo import api, fields, models
from odoo.fields import Domain


class CrmSyncPromisePortal(models.AbstractModel):
    """What a customer may know of the promises made to him: to his own company or person, where the company tells it.

    Facts for the pages only: no notes, no reasons, nothing of what colleagues did among themselves. Private.
    """

    _name = "crm.sync.promise.portal"
    _description = "Promises in the Portal"

    @api.model
    def _is_shown(self):
        """Whether any company tells its customers."""
        # sudo: whether there is such a company
        return bool(self.env["res.company"].sudo().search_count([("sync_promise_portal", "=", True)], limit=1))

    @api.model
    def _domain(self, user):
        return Domain("commercial_partner_id", "=", user.partner_id.commercial_partner_id.id) & Domain(
            "company_id.sync_promise_portal", "=", True
        )

    @api.model
    def _count(self, user, domain=Domain.TRUE):
        # sudo: within the customer's own promises, by the domain
        return self.env["crm.sync.promise"].sudo().search_count(self._domain(user) & domain)

    @api.model
    def _page(self, user, domain, limit, offset, order):
        """Facts of one page."""
        # sudo: as above
        promises = (
            self.env["crm.sync.promise"]
            .sudo()
            .search(self._domain(user) & domain, limit=limit, offset=offset, order=order)
        )
        return [self._facts(promise) for promise in promises]

    @api.model
    def _one(self, user, promise_id):
        """Facts of one promise, or None when it is not the customer's."""
        if promise_id >= 2**31:
            return None
        # sudo: as above
        promise = self.env["crm.sync.promise"].sudo().search(self._domain(user) & Domain("id", "=", promise_id))
        return self._facts(promise) if promise else None

    def _facts(self, promise):
        # Late is by the date the customer agreed to, at this moment, whatever the scheduled work has seen.
        is_late = not promise.outcome_at and promise.binding_due_at < fields.Datetime.now()
        if promise.outcome_at:
            # A promise that is kept after it broke is kept late; only a release leaves it broken.
            is_released = promise.state in ("released", "broken")
            state, tone = (
                (self.env._("You released us from it"), "secondary") if is_released else (self.env._("Done"), "success")
            )
        elif is_late:
            state, tone = self.env._("Overdue"), "danger"
        else:
            state, tone = self.env._("Under way"), "info"
        return {
            "id": promise.id,
            "name": promise.name,
            "person": promise.user_id.name,
            "contact": promise.partner_id.name,
            "company": promise.company_id.name,
            "promised_on": promise._told(promise.promised_at),
            "due": promise._told(promise.binding_due_at),
            "planned": promise._told(promise.due_at) if promise.due_at != promise.binding_due_at else False,
            "original": promise._told(promise.original_due_at)
            if promise.original_due_at != promise.binding_due_at
            else False,
            "done_on": promise._told(promise.outcome_at) if promise.outcome_at else False,
            "state": state,
            "tone": tone,
        }
