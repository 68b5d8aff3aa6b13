from odoo import api, fields, models
from odoo.tools import SQL


class CrmSyncLoyaltyMembership(models.Model):
    """A customer takes part in a program: one row each, whatever number of cards there is.

    It is also the row on which two transactions collide that both make the customer's first card. An
    advisory lock would not do: under Odoo's isolation level the one that waited still reads its old
    snapshot, and makes a second card.
    """

    _name = "crm.sync.loyalty.membership"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Membership in a Loyalty Program"
    _log_access = False
    _sync_merge = {"partner_id": "_merge_memberships"}

    partner_id = fields.Many2one("res.partner", "Customer", required=True, readonly=True, ondelete="cascade")
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="program_id.company_id")
    version = fields.Integer(required=True, default=1, readonly=True)

    _partner_program_uniq = models.UniqueIndex("(partner_id, program_id)", "This customer is a member already.")

    @api.model
    def _guard(self, pairs):
        """Collide with every other transaction that does the same for one of ``pairs`` (partner id, program id)."""
        if pairs:
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_sync_loyalty_membership (partner_id, program_id, version) VALUES %s
                       ON CONFLICT (partner_id, program_id)
                       DO UPDATE SET version = crm_sync_loyalty_membership.version + 1""",
                    SQL(", ").join(SQL("(%s, %s, 1)", *pair) for pair in sorted(pairs)),
                )
            )
            self.invalidate_model(flush=False)

    @api.model
    def _merge_memberships(self, sources, target):
        """One membership per program is left; Odoo would delete them all."""
        self.env.cr.execute(
            SQL(
                """WITH ranked AS (
                       SELECT id, row_number() OVER (PARTITION BY program_id ORDER BY partner_id != %(target)s, id) AS rank
                         FROM crm_sync_loyalty_membership WHERE partner_id IN %(all)s
                   ), gone AS (
                       DELETE FROM crm_sync_loyalty_membership WHERE id IN (SELECT id FROM ranked WHERE rank > 1)
                   )
                   UPDATE crm_sync_loyalty_membership SET partner_id = %(target)s
                    WHERE id IN (SELECT id FROM ranked WHERE rank = 1)""",
                target=target.id,
                all=tuple((sources | target).ids),
            )
        )
