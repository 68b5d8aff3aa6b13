import json
from urllib.parse import quote

from markupsafe import escape
from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_sync_erasure import ERASED, erasure_step

#: What was written there belongs to the books, which must be kept as they were.
_BOOKS = ("sale.order", "account.move", "account.payment")


class CrmSyncErasure(models.AbstractModel):
    """Where somebody is named in passing: on his opportunities and meetings, in what he wrote, and in what the server keeps
    for a while. Before he loses his own name (step 90), by which it is found."""

    _inherit = "crm.sync.erasure"

    # ---------------------------------------------------------------- steps

    @erasure_step(29)
    def _erase_leads(self, partners):
        """What was written on his opportunities goes, and their titles name him no more."""
        leads = self._leads_of(partners)
        self._forget_words(partners, "crm_lead", ("name",), leads.ids)
        # Afterwards: activities repeat the title.
        self._erase_chatter(leads)

    @erasure_step(32)
    def _erase_meetings(self, partners):
        """Others took part as well: only what names him is replaced."""
        meetings = self.env["calendar.event"].search([("partner_ids", "in", partners.ids)])
        self._forget_words(partners, "calendar_event", ("name", "description", "location"), meetings.ids)
        about = [("model", "=", "calendar.event"), ("res_id", "in", meetings.ids)]
        self._forget_words(partners, "mail_message", ("body", "subject"), self.env["mail.message"].search(about).ids)

    @erasure_step(33)
    def _erase_written(self, partners):
        """What he wrote himself, wherever it stands, but in the books."""
        own = Domain("author_id", "in", partners.ids)
        self.env["mail.message"].search(own & Domain("model", "not in", _BOOKS)).write({"body": "", "subject": False})

    @erasure_step(34)
    def _erase_optional(self, partners):
        """Registrations for events and text messages, where Odoo has them."""
        for model in ("event.registration", "sms.sms"):
            if model in self.env:
                self._blank(self.env[model].search([("partner_id", "in", partners.ids)]), set())

    @erasure_step(70)
    def _erase_passing(self, partners):
        """What the server tells its clients, from where he logged in, and what a job could not do."""
        self.env.flush_all()
        users = tuple(partners.user_ids.ids) or (0,)
        self.env.cr.execute(SQL("DELETE FROM res_device_log WHERE user_id IN %s", users))
        for word in self._words_of(partners):
            self.env.cr.execute(SQL("DELETE FROM bus_bus WHERE strpos(message, %s) > 0", self._in_json(word)))
            # The kind of the failure is told before the first colon.
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_sync_job_failure SET subject = %s, error = split_part(error, ':', 1)
                        WHERE strpos(concat(subject, ' ', error), %s) > 0""",
                    ERASED,
                    word,
                )
            )
        self.env["crm.sync.job.failure"].invalidate_model(["subject", "error"])

    # ---------------------------------------------------------------- tools

    def _leads_of(self, partners):
        """His opportunities, and those that came from his address and were never linked to him."""
        addresses = [address for address in partners.mapped("email_normalized") if address]
        domain = Domain("partner_id", "in", partners.ids)
        if addresses:
            domain |= Domain("partner_id", "=", False) & Domain("email_normalized", "in", addresses)
        return self.env["crm.lead"].search(domain)

    def _words_of(self, partners):
        """Names, addresses and numbers that tell who ``partners`` are, the longest first; none that are parts of others' words."""
        words = set()
        for partner in partners:
            words |= {partner.name, partner.email, partner.email_normalized, partner.phone, partner.phone_sanitized}
            words |= {partner.street, partner.street2}
        return sorted((word for word in words if word and len(word.encode()) > 4), key=len, reverse=True)

    def _forget_words(self, partners, table, columns, ids):
        """Replace what tells who ``partners`` are in texts of some rows."""
        if not ids:
            return
        self.env.flush_all()
        for word in self._words_of(partners):
            for spelling in {word, str(escape(word)), quote(word, safe="+@")}:
                for column in map(SQL.identifier, columns):
                    self.env.cr.execute(
                        SQL(
                            "UPDATE %(table)s SET %(column)s = replace(%(column)s, %(word)s, %(erased)s)"
                            " WHERE id = ANY(%(ids)s) AND strpos(%(column)s, %(word)s) > 0",
                            table=SQL.identifier(table),
                            column=column,
                            word=spelling,
                            erased=ERASED,
                            ids=list(ids),
                        )
                    )
        self.env.invalidate_all(flush=False)

    def _forget_words_in_json(self, partners, table, column):
        """The same in facts that were kept as they were told; in all rows, since they may be told of somebody else's."""
        self.env.flush_all()
        column = SQL.identifier(column)
        for word in map(self._in_json, self._words_of(partners)):
            self.env.cr.execute(
                SQL(
                    "UPDATE %(table)s SET %(column)s = replace(%(column)s::text, %(word)s, %(erased)s)::jsonb"
                    " WHERE strpos(%(column)s::text, %(word)s) > 0",
                    table=SQL.identifier(table),
                    column=column,
                    word=word,
                    erased=ERASED,
                )
            )
        self.env.invalidate_all(flush=False)

    @staticmethod
    def _in_json(word):
        return json.dumps(word, ensure_ascii=False)[1:-1]
