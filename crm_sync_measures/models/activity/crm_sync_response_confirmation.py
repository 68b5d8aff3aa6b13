from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL

from .crm_sync_response_clock import QUOTATION, REGISTRATION
from .response_document import ResponseDocument

#: Rows made in one go; the rest follows with the next run.
_LIMIT = 1000


@dataclass(frozen=True)
class Confirmation:
    """Documents that a customer made and one of us is to confirm. SQL is about the document ``d``."""

    source: int
    document: ResponseDocument
    is_open: SQL
    is_confirmed: SQL


class CrmSyncResponseClock(models.AbstractModel):
    """Registrations and requests for a quotation that nobody has confirmed: the customer waits there too."""

    _inherit = "crm.sync.response.clock"

    @api.model
    def _confirmations(self):
        """All installed kinds of :class:`Confirmation`."""
        # A cart of the web shop is no request: its customer is still choosing.
        cart = SQL("AND d.website_id IS NULL") if "website_id" in self.env["sale.order"]._fields else SQL()
        found = [
            Confirmation(
                QUOTATION,
                self._document_order(),
                SQL("d.state = 'draft' AND d.create_uid IN (SELECT id FROM res_users WHERE share) %s", cart),
                SQL("d.state IN ('sent', 'sale')"),
            )
        ]
        if "event.registration" in self.env:
            registration = ResponseDocument(
                "event.registration",
                "event_registration",
                partner=SQL("d.partner_id"),
                user=SQL("(SELECT user_id FROM event_event WHERE id = d.event_id)"),
                is_over=SQL("d.state = 'cancel' OR NOT d.active"),
            )
            found.append(
                Confirmation(
                    REGISTRATION,
                    registration,
                    SQL("d.state = 'draft' AND d.active"),
                    SQL("d.state IN ('open', 'done') AND d.active"),
                )
            )
        return found

    @api.model
    def _refresh_confirmations(self):
        """Start and stop the clocks of all documents."""
        self._start_confirmations()
        self._end_confirmations()

    def _of_noted(self, noted):
        """``[(confirmation, condition)]`` of ``{model: ids}``, or of all documents."""
        found = []
        for confirmation in self._confirmations():
            model = confirmation.document.model
            if noted is None or model in noted:
                self.env[model].flush_model()
                found.append((confirmation, SQL("TRUE") if noted is None else SQL("d.id IN %s", tuple(noted[model]))))
        self.env["crm.sync.response"].flush_model()
        return found

    @api.model
    def _start_confirmations(self, noted=None):
        for confirmation, among in self._of_noted(noted):
            self._start_confirmations_of(confirmation, among)

    @api.model
    def _end_confirmations(self, noted=None):
        for confirmation, among in self._of_noted(noted):
            self._end_confirmations_of(confirmation, among)

    def _start_confirmations_of(self, confirmation, among):
        document = confirmation.document
        columns, joins = self._facts(document)
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT d.id, date_trunc('second', d.create_date) AS started_at, %s FROM %s d %s
                    WHERE %s AND %s
                      AND NOT EXISTS (SELECT FROM crm_sync_response r WHERE r.start_id = d.id AND r.start_source = %s)
                    ORDER BY d.id LIMIT %s""",
                columns,
                SQL.identifier(document.table),
                joins,
                among,
                confirmation.is_open,
                confirmation.source,
                _LIMIT,
            )
        )
        values = self._values_of([(self._waiting_change(confirmation, row), document, row) for row in rows])
        self.env["crm.sync.response"].create([{**row, "kind": "confirmation"} for row in values])

    def _waiting_change(self, confirmation, row):
        return {
            "doc_id": row["id"],
            "source": confirmation.source,
            "start_id": row["id"],
            "started_at": row["started_at"],
            "channel": "web",
            "is_first": True,
            "state": "waiting",
            "ended_at": None,
            "end_source": None,
        }

    def _end_confirmations_of(self, confirmation, among):
        """Odoo keeps no moment of a confirmation: it is that of the document's last change."""
        document = confirmation.document
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT r.id AS response_id, r.company_id, r.department_id, r.started_at, r.start_source AS source,
                          date_trunc('second', d.write_date) AS ended_at,
                          (SELECT id FROM res_users u WHERE u.id = d.write_uid AND NOT u.share) AS ended_by,
                          (%(confirmed)s) IS TRUE AS is_confirmed
                     FROM crm_sync_response r LEFT JOIN %(table)s d ON d.id = r.res_id
                    WHERE r.state = 'waiting' AND r.kind = 'confirmation' AND r.res_model = %(model)s
                      AND (d.id IS NULL OR %(among)s AND ((%(confirmed)s) OR (%(is_over)s)))""",
                table=SQL.identifier(document.table),
                model=document.model,
                confirmed=confirmation.is_confirmed,
                is_over=document.is_over,
                among=among,
            )
        )
        self._update(
            [{**row, "state": "answered", "end_source": confirmation.source} for row in rows if row["is_confirmed"]]
        )
        over = [row["response_id"] for row in rows if not row["is_confirmed"]]
        self.env["crm.sync.response"].browse(over)._close("over")
