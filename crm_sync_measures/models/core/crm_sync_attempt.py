import hashlib
import hmac
from datetime import timedelta

from odoo import api, fields, models

from ...rules.attempt import longest, wait
from ...rules.preference import PER_PREFERENCE_ADDRESS, PER_PREFERENCE_CUSTOMER


class CrmSyncAttempt(models.Model):
    """Who sent something from outside lately, so that nobody sends without end. Nobody can be read from it: who is a keyed digest.

    Only what was taken is written down; a flood that is refused leaves nothing here. Requests at the very same moment do
    not see each other, so a few more than the limit may pass.
    """

    _name = "crm.sync.attempt"
    _description = "Message From Outside"
    _log_access = False
    _order = "at desc, id desc"

    who = fields.Char("Digest", required=True, readonly=True)
    at = fields.Datetime("Date", required=True, readonly=True, index=True)

    _who_idx = models.Index("(who, at)")

    @api.model
    def _limits(self):
        """``{kind: limits}``; each room adds the kinds it knows."""
        return {
            "preference_address": PER_PREFERENCE_ADDRESS,
            "preference_customer": PER_PREFERENCE_CUSTOMER,
        }

    @api.model
    def _wait(self, **who):
        """Seconds until one more of each is allowed, 0 for now. ``who`` are kinds of limits with the value they hold for."""
        limits = self._limits()
        return max((wait(self._ages(kind, value), limits[kind]) for kind, value in who.items() if value), default=0)

    @api.model
    def _ages(self, kind, value):
        """Seconds since each that was taken from ``value``, youngest first."""
        now = fields.Datetime.now()
        limits = self._limits()[kind]
        since = now - timedelta(seconds=longest(limits))
        # sudo: how often, told to nobody
        found = self.sudo().search(
            [("who", "=", self._digest(kind, value)), ("at", ">", since)], limit=max(one.count for one in limits)
        )
        return [(now - attempt.at).total_seconds() for attempt in found]

    @api.model
    def _note(self, **who):
        """Write down that something was taken."""
        now = fields.Datetime.now()
        # sudo: rows about who asks, made by nobody else
        self.sudo().create([{"who": self._digest(kind, value), "at": now} for kind, value in who.items() if value])

    @api.model
    def _digest(self, kind, value):
        # sudo: the key never leaves this method
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret") or ""
        return hmac.new(secret.encode(), f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()

    @api.autovacuum
    def _clean(self):
        """Forget what no limit looks at any more."""
        kept = timedelta(seconds=max((longest(limits) for limits in self._limits().values()), default=0))
        old = self.sudo().search([("at", "<", fields.Datetime.now() - kept)], limit=10_000)  # sudo: scheduled work
        old.unlink()
        return len(old), len(old) == 10_000
