from odoo import models
from odoo.tools import SQL

from ..core.crm_sync_erasure import ERASED, erasure_step
from .crm_sync_improvement_sources import NAME_LENGTH, PROBLEM_LENGTH


class CrmSyncErasure(models.AbstractModel):
    """The improvement room's part: an action stays; what it took over from the case of who is forgotten does not."""

    _inherit = "crm.sync.erasure"

    @erasure_step(41)
    def _erase_improvements(self, partners):
        """Before the cases lose their own words: what is the same here goes. By SQL, since an action may be over."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id FROM crm_sync_case c
                    WHERE c.id = ANY(%s)
                      AND EXISTS (SELECT FROM crm_sync_improvement_case_rel r WHERE r.case_id = c.id)
                    ORDER BY length(c.improvement_note) DESC NULLS LAST, c.id""",
                self._cases_of(partners).ids,
            )
        )
        # One by one: PostgreSQL changes an action once in a statement, and it may have words of several of his cases.
        for [case_id] in rows:
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_sync_improvement i
                          SET name = CASE WHEN i.name IN (c.name, left(c.name, %(name)s)) THEN %(erased)s ELSE i.name END,
                              problem = CASE WHEN c.improvement_note <> ''
                                             THEN replace(replace(i.problem, c.improvement_note, %(erased)s),
                                                          rtrim(left(c.improvement_note, %(problem)s), %(blanks)s), %(erased)s)
                                             ELSE i.problem END
                         FROM crm_sync_improvement_case_rel r JOIN crm_sync_case c ON c.id = r.case_id
                        WHERE r.improvement_id = i.id AND c.id = %(case)s""",
                    erased=ERASED,
                    case=case_id,
                    name=NAME_LENGTH,
                    problem=PROBLEM_LENGTH,
                    blanks=" \n\r\t",
                )
            )
        self.env["crm.sync.improvement"].invalidate_model(["name", "problem"], flush=False)
