from odoo import models
from odoo.tools import SQL

from ..core.timeline_source import OF_PARTNERS, Source, any_of, timeline_source


class CrmSyncTimeline(models.AbstractModel):
    """Points in the timeline come from the ledger, which knows more than Odoo's history, and is complete."""

    _inherit = "crm.sync.timeline"

    @timeline_source(41, "points")
    def _source_points(self):
        kinds = self.env["crm.sync.loyalty.entry"]._fields["kind"]._description_selection(self.env)
        return Source(
            "crm.sync.loyalty.entry",
            among=any_of(
                SQL("e.card_id"),
                SQL("SELECT id FROM loyalty_card WHERE %s", any_of(SQL("partner_id"), OF_PARTNERS)),
            ),
            # A repayment of arrears moves nothing that the credit beside it does not tell.
            where=SQL("e.quantity != 0"),
            at=SQL("e.effective_at"),
            title=SQL(
                "(SELECT COALESCE(name->>%s, name->>'en_US') FROM loyalty_program WHERE id = e.program_id)",
                self.env.lang or "en_US",
            ),
            preview=SQL(
                "CASE WHEN e.source_model = 'sale.order' THEN (SELECT name FROM sale_order WHERE id = e.source_id) END"
            ),
            kind="points",
            user=SQL("e.user_id"),
            state=SQL(
                "concat(CASE e.kind %s END, ' ', CASE WHEN e.quantity > 0 THEN '+' ELSE '−' END, trim_scale(abs(e.quantity)))::varchar",
                SQL(" ").join(SQL("WHEN %s THEN %s", kind, label) for kind, label in kinds),
            ),
            company=SQL("e.company_id"),
            document="loyalty.card",
            document_id=SQL("e.card_id"),
        )
