from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..core.crm_sync_erasure import ERASED, erasure_step


class CrmSyncErasure(models.AbstractModel):
    """The feedback room's part: what customers complained of stays countable; who it was, and in what words, is forgotten."""

    _inherit = "crm.sync.erasure"

    @erasure_step(41)
    def _erase_scores(self, partners):
        """The number stays; by SQL, since an answer is otherwise never changed. While his cases still tell his address."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_score SET %s WHERE partner_id = ANY(%s) OR case_id = ANY(%s)",
                SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in self._words_of_scores()),
                partners.ids,
                self._cases_of(partners).ids,
            )
        )
        self.env["crm.sync.score"].invalidate_model(self._words_of_scores())

    def _words_of_scores(self):
        """Fields of a score that keep what the customer has said, in whatever form."""
        return ["comment"]

    @erasure_step(42)
    def _erase_cases(self, partners):
        """By SQL, since a case that is over and its history are otherwise never changed."""
        cases = self._cases_of(partners)
        if not cases:
            return
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE crm_sync_case SET %s WHERE id IN %s", self._erased_case(), tuple(cases.ids)))
        self.env.cr.execute(SQL("UPDATE crm_sync_case_event SET note = NULL WHERE case_id IN %s", tuple(cases.ids)))
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_case_compensation SET note = NULL, answer = NULL WHERE case_id IN %s", tuple(cases.ids)
            )
        )
        self.env.invalidate_all()
        # The link of a person who is forgotten opens nothing any more.
        cases.message_unsubscribe(partners.ids)
        self._erase_chatter(cases)

    def _cases_of(self, partners):
        """His cases, and those that came from his address and were never linked to him."""
        addresses = {address for address in partners.mapped("email_normalized") if address}
        unlinked = Domain("partner_id", "=", False) & Domain.OR(Domain("email_from", "ilike", one) for one in addresses)
        found = self.env["crm.sync.case"].search(Domain("partner_id", "in", partners.ids) | unlinked)
        # One address may be a part of another one.
        return found.filtered(lambda case: case.partner_id or email_normalize(case.email_from) in addresses)

    def _erased_case(self):
        """Every text of a case that somebody has entered; number, dates and what was chosen from lists stay."""
        fields = self.env["crm.sync.case"]._fields.values()
        texts = [
            field.name
            for field in fields
            if field.store and field.column_type and field.type in ("char", "text", "html")
            if field.name not in ("name", "number")
        ]
        return SQL(", ").join([SQL("name = %s", ERASED), *(SQL("%s = NULL", SQL.identifier(name)) for name in texts)])
