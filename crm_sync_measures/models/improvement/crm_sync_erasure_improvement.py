from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_erasure import ERASED, erasure_step


class CrmSyncErasure(models.AbstractModel):
    """The improvement room's part: an action stays; what it took over from the case of who is forgotten does not."""

    _inherit = "crm.sync.erasure"

    @erasure_step(41)
    def _erase_improvements(self, partners):
        """Before the cases lose their own words: what is the same here goes. By SQL, since an action may be over."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_improvement i
                      SET name = CASE WHEN i.name = c.name THEN %(erased)s ELSE i.name END,
                          problem = CASE WHEN c.improvement_note <> ''
                                         THEN replace(i.problem, c.improvement_note, %(erased)s) ELSE i.problem END
                     FROM crm_sync_improvement_case_rel r JOIN crm_sync_case c ON c.id = r.case_id
                    WHERE r.improvement_id = i.id AND c.partner_id IN %(partners)s""",
                erased=ERASED,
                partners=tuple(partners.ids),
            )
        )
        self.env["crm.sync.improvement"].invalidate_model(["name", "problem"], flush=False)
