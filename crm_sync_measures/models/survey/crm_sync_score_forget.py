import secrets

from odoo import api, models
from odoo.tools import SQL

from ..core.crm_sync_erasure import ERASED


class CrmSyncScore(models.Model):
    """What stays of a customer who is forgotten or deleted: the number, and that all of his were one customer's."""

    _inherit = "crm.sync.score"

    @api.model
    def _forget(self, partners):
        """Take words and names of ``partners`` from scores and survey answers; callers have checked who asks.

        By SQL, since an answer is otherwise never changed. The pseudonym is drawn by lot: nothing leads back.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE crm_sync_score SET comment = NULL, search_words = NULL WHERE partner_id IN %s", tuple(partners.ids))
        )  # fmt: skip
        names = [secrets.token_hex(8) for _partner in partners]
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_score s SET pseudonym = names.name
                     FROM unnest(%s::int[], %s::text[]) names (id, name)
                    WHERE s.commercial_partner_id = names.id AND s.pseudonym IS NULL""",
                partners.ids,
                names,
            )
        )
        self.invalidate_model(["comment", "search_words", "pseudonym", "verbatim"])
        self._forget_answers(partners)

    @api.model
    def _forget_answers(self, partners):
        """Odoo leaves his name, address and words in what he has answered."""
        # sudo: answers to surveys are not for who may delete a contact, but they go with him
        answers = self.env["survey.user_input"].sudo().search([("partner_id", "in", partners.ids)])
        answers.write({"email": False, "nickname": False})
        for name in ("value_char_box", "value_text_box"):
            answers.user_input_line_ids.filtered(name).write({name: ERASED})
