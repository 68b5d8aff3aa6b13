import re

from odoo import api, models
from odoo.tools import consteq, hmac

_TOKEN = re.compile(r"([1-9][0-9]{0,9})-([0-9a-f]{32})", re.ASCII)
_LARGEST = 2**31 - 1
_DEAD = "0" * 32


def parse_token(token):
    """The id and the signature that a key names; ``(None, None)`` for what is no key."""
    match = _TOKEN.fullmatch(token) if isinstance(token, str) else None
    if not match or int(match[1]) > _LARGEST:
        return None, None
    return int(match[1]), match[2]


class CrmSyncSurveyInvitation(models.Model):
    """The customer's link. Its key is in what is mailed to him, and nowhere else.

    It is made anew whenever it is needed, of the id, 128 random bits of the row and the secret of the database: who reads
    or copies this table cannot answer for anybody. No colleague reads it, and no field shows it.
    """

    _inherit = "crm.sync.survey.invitation"

    def _token(self):
        """The key of this invitation; it changes when ``nonce`` does.

        Only who works as superuser gets it. A colleague, who may look at a mail before it is sent, gets one that opens
        nothing.
        """
        self.ensure_one()
        return f"{self.id}-{self._signature() if self.env.su else _DEAD}"

    def _signature(self):
        # sudo: the secret of the database and the random bits never leave this method
        return hmac(self.env(su=True), "crm_sync_survey_invitation", (self.id, self.sudo().nonce))[:32]

    @api.model
    def _by_token(self, token):
        """The invitation of a key as superuser, whatever its state; empty for a key that is malformed or guessed."""
        invitations = self.sudo()  # sudo: who has the key may answer; nothing else is told
        invitation_id, signature = parse_token(token)
        invitation = invitations.browse(invitation_id).exists() if invitation_id else invitations.browse()
        if invitation and consteq(invitation._signature(), signature):
            return invitation
        return invitations.browse()

    def _answer_url(self, score=None):
        """The page on which the customer answers; a score is chosen there already, and nothing is stored until he sends it."""
        self.ensure_one()
        query = "" if score is None else f"?score={score}"
        return f"{self.company_id.get_base_url()}/s/{self._token()}{query}"
