from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL

from ..core.contact_facts import CUSTOMER_MOVES
from ..core.registered import registered_methods
from .response_document import ResponseDocument, response_document

#: Where a clock starts or stops, in the order in which things of one second happened.
DOCUMENT, KEPT, MESSAGE, TOUCH, CLOSURE = range(5)
#: Clocks of documents that nobody confirmed start there; they are no part of a conversation.
QUOTATION, REGISTRATION = 10, 11
#: Models read by the clocks; flush them before.
MODELS = (
    "crm.sync.response",
    "crm.sync.touch",
    "mail.message",
    "mail.notification",
    "mail.activity.type",
    "res.users",
    "res.partner",
)
_FAILED = ("bounce", "exception", "canceled")


class CrmSyncResponseClock(models.AbstractModel):
    """When the ball was with us, derived from messages, contacts and documents: one SELECT for one customer or for all.

    In a conversation, what a customer says starts a clock unless one is running; the first genuine answer stops it. An
    answer is what a person of ours did: an e-mail or comment that reached the customer, a call or meeting that was
    done, a logged contact in which somebody spoke with him. Automatic mails and notes are none.
    """

    _name = "crm.sync.response.clock"
    _description = "Response Clocks"

    # ---------------------------------------------------------------- documents

    @api.model
    def _documents(self):
        """``{number: ResponseDocument}`` of all installed models with conversations."""
        found = [method() for _options, method in registered_methods(self, "response_document")]
        return dict(enumerate(document for document in found if document))

    @response_document(10)
    def _document_partner(self):
        return ResponseDocument(
            "res.partner",
            "res_partner",
            partner=SQL("d.id"),
            user=SQL("d.user_id"),
            # A company and its contacts are one customer.
            thread=SQL("d.commercial_partner_id"),
            where=SQL("d.partner_share"),
            is_over=SQL("NOT d.active"),
            touch=SQL("t.lead_id IS NULL AND t.order_id IS NULL AND t.partner_id = d.id"),
        )

    @response_document(20)
    def _document_lead(self):
        website = self.env["ir.model.data"]._xmlid_to_res_id("utm.utm_medium_website", raise_if_not_found=False)
        return ResponseDocument(
            "crm.lead",
            "crm_lead",
            partner=SQL("d.partner_id"),
            user=SQL("d.user_id"),
            priority=SQL("COALESCE(d.priority, '0')"),
            lead=SQL("d.id"),
            is_over=SQL("NOT d.active"),
            # A form on the website is filled by the customer, or by the superuser in his name.
            is_request=SQL(
                "d.create_uid IN (SELECT id FROM res_users WHERE share) OR d.create_uid = %s AND d.medium_id = %s",
                SUPERUSER_ID,
                website or None,
            ),
            touch=SQL("t.lead_id = d.id"),
        )

    @response_document(30)
    def _document_order(self):
        return ResponseDocument(
            "sale.order",
            "sale_order",
            partner=SQL("d.partner_id"),
            user=SQL("d.user_id"),
            lead=SQL("d.opportunity_id"),
            parent=("crm.lead", SQL("d.opportunity_id")),
            is_over=SQL("d.state = 'cancel'"),
            # "Order signed by …", in the words of Odoo.
            is_automatic=SQL("m.date BETWEEN d.signed_on AND d.signed_on + interval '1 minute'"),
            touch=SQL("t.lead_id IS NULL AND t.order_id = d.id"),
        )

    @response_document(40)
    def _document_move(self):
        return ResponseDocument(
            "account.move",
            "account_move",
            partner=SQL("d.partner_id"),
            user=SQL("d.invoice_user_id"),
            where=SQL("d.%s", CUSTOMER_MOVES),
            is_over=SQL("d.state = 'cancel'"),
        )

    @response_document(50)
    def _document_task(self):
        if "project.task" not in self.env:
            return None
        return ResponseDocument(
            "project.task",
            "project_task",
            partner=SQL("d.partner_id"),
            user=SQL("(SELECT min(user_id) FROM project_task_user_rel WHERE task_id = d.id)"),
            priority=SQL("COALESCE(d.priority, '0')"),
            where=SQL("d.partner_id IS NOT NULL"),
            is_over=SQL("d.state IN ('1_done', '1_canceled')"),
        )

    # ---------------------------------------------------------------- clocks

    @api.model
    def _clocks(self, among):
        """SELECT of (thread, thread_id, doc, doc_id, source, start_id, started_at, channel, is_first, ended_at, ended_by,
        end_source, end_id): every time the ball was with us, and how that ended.

        :param among: ``among(document)`` is the SQL condition for the documents ``d`` that are looked at, or None
        """
        numbers = {document.model: number for number, document in self._documents().items()}
        branches = [
            branch
            for number, document in self._documents().items()
            if (condition := among(document)) is not None
            for branch in self._events(document, number, document.thread_number(numbers), condition)
        ]
        # Both windows have one order, so the events are sorted once.
        return SQL(
            """WITH staff AS MATERIALIZED (
                   SELECT partner_id, min(id) AS user_id FROM res_users WHERE NOT share AND id != %s GROUP BY partner_id
               )
               SELECT thread, thread_id, doc, doc_id, source, id AS start_id, at AS started_at, channel,
                      before IS NULL AS is_first, ended_at, ended_by, end_source, end_id
                 FROM (
                   SELECT b.*, lead(at) OVER same AS ended_at, lead(user_id) OVER same AS ended_by,
                          lead(source) OVER same AS end_source, lead(id) OVER same AS end_id
                     FROM (
                       SELECT e.*, lag(is_answer) OVER same AS before
                         FROM (%s) e (thread, thread_id, doc, doc_id, at, source, id, channel, is_answer, user_id)
                       WINDOW same AS (PARTITION BY thread, thread_id ORDER BY at, source, id)
                     ) b WHERE before IS DISTINCT FROM is_answer
                   WINDOW same AS (PARTITION BY thread, thread_id ORDER BY at, source, id)
                 ) c WHERE NOT is_answer""",
            SUPERUSER_ID,
            SQL(" UNION ALL ").join(branches),
        )

    @api.model
    def _changes(self, among):
        """SELECT of the clocks that our rows do not tell as they are (``is_changed``), and of all that are running."""
        return SQL(
            """SELECT c.doc, c.doc_id, c.source, c.start_id, c.started_at, c.channel, c.is_first, c.ended_at, c.ended_by,
                      c.end_source, c.end_id, c.state, r.id AS response_id, r.company_id, r.department_id,
                      (r.state, r.answered_at, r.answered_by_id, r.answer_message_id)
                      IS DISTINCT FROM (c.state, c.answered_at, c.answered_by, c.answer_message_id) AS is_changed
                 FROM (SELECT *, CASE WHEN ended_at IS NULL THEN 'waiting' WHEN end_source = %(closure)s THEN 'closed'
                                      ELSE 'answered' END AS state,
                              CASE WHEN end_source != %(closure)s THEN ended_at END AS answered_at,
                              CASE WHEN end_source != %(closure)s THEN ended_by END AS answered_by,
                              CASE WHEN end_source = %(message)s THEN end_id END AS answer_message_id
                         FROM (%(clocks)s) k) c
                 LEFT JOIN crm_sync_response r ON r.start_source = c.source AND r.start_id = c.start_id
                WHERE c.ended_at IS NULL
                   OR (r.state, r.answered_at, r.answered_by_id, r.answer_message_id)
                      IS DISTINCT FROM (c.state, c.answered_at, c.answered_by, c.answer_message_id)""",
            clocks=self._clocks(among),
            closure=CLOSURE,
            message=MESSAGE,
        )

    def _events(self, document, number, thread, condition):
        """What was said in the conversations of one model, as a list of SELECTs."""
        columns = SQL("%s, %s, %s::smallint, d.id", thread, document.thread_id, number)
        table = SQL.identifier(document.table)
        where = SQL("%s AND (%s)", document.where, condition)
        yield self._messages(document, columns, table, where)
        if document.touch is not None:
            yield self._touches(document, columns, table, where)
        if document.is_request is not None:
            yield SQL(
                """SELECT %s, date_trunc('second', d.create_date), %s::smallint, d.id, 'web'::varchar, FALSE, NULL::int
                     FROM %s d WHERE %s AND (%s)""",
                columns,
                DOCUMENT,
                table,
                where,
                document.is_request,
            )
        yield from self._kept(document, columns, table, where)

    def _messages(self, document, columns, table, where):
        xmlid = self.env["ir.model.data"]._xmlid_to_res_id
        spoken = SQL(
            "m.mail_activity_type_id = ANY(ARRAY(SELECT id FROM mail_activity_type WHERE category IN ('phonecall', 'meeting')))"
        )
        return SQL(
            """SELECT %(columns)s, m.date, %(source)s::smallint, m.id,
                      CASE m.message_type WHEN 'email' THEN 'email' ELSE 'portal' END::varchar,
                      s.user_id IS NOT NULL, s.user_id
                 FROM mail_message m JOIN %(table)s d ON d.id = m.res_id
                 LEFT JOIN staff s ON s.partner_id = m.author_id
                WHERE m.model = %(model)s AND %(where)s
                  AND (m.message_type IN ('email', 'comment') OR m.mail_activity_type_id IS NOT NULL)
                  AND (CASE WHEN %(spoken)s THEN s.user_id IS NOT NULL
                            WHEN m.is_internal IS NOT TRUE AND m.author_id IS DISTINCT FROM %(robot)s
                                 AND (m.message_type = 'email' AND m.subtype_id IS DISTINCT FROM %(note)s
                                      OR m.message_type = 'comment' AND m.subtype_id = %(comment)s)
                            THEN CASE WHEN s.user_id IS NULL THEN (%(automatic)s) IS NOT TRUE ELSE %(reached)s END END)""",
            columns=columns,
            source=MESSAGE,
            table=table,
            model=document.model,
            where=where,
            spoken=spoken,
            robot=xmlid("base.partner_root"),
            note=xmlid("mail.mt_note"),
            comment=xmlid("mail.mt_comment"),
            automatic=document.is_automatic,
            reached=self._reached(),
        )

    def _reached(self):
        """SQL condition: message ``m`` went to somebody outside, and did not come back."""
        return SQL(
            """(m.outgoing_email_to > ''
                OR EXISTS (SELECT FROM mail_notification n LEFT JOIN res_partner r ON r.id = n.res_partner_id
                            WHERE n.mail_message_id = m.id AND n.notification_status NOT IN %(failed)s
                              AND COALESCE(r.partner_share, n.mail_email_address > ''))
                OR EXISTS (SELECT FROM mail_message_res_partner_rel t JOIN res_partner r ON r.id = t.res_partner_id
                            WHERE t.mail_message_id = m.id AND r.partner_share
                              AND NOT EXISTS (SELECT FROM mail_notification n
                                               WHERE n.mail_message_id = m.id AND n.res_partner_id = r.id)))""",
            failed=_FAILED,
        )

    def _touches(self, document, columns, table, where):
        """Logged contacts: a wish to be called back starts, a talk stops, whoever began it."""
        return SQL(
            """SELECT %(columns)s, t.occurred_at, %(source)s::smallint, t.id, t.channel,
                      NOT (t.direction = 'in' AND t.outcome = 'call_back'), t.user_id
                 FROM crm_sync_touch t JOIN %(table)s d ON %(touch)s
                WHERE %(where)s
                  AND (t.direction = 'in' OR t.outcome IS DISTINCT FROM 'not_reached')
                  AND NOT EXISTS (SELECT FROM crm_sync_touch c WHERE c.corrects_id = t.id)""",
            columns=columns,
            source=TOUCH,
            table=table,
            touch=document.touch,
            where=where,
        )

    def _kept(self, document, columns, table, where):
        """What only our own rows know: that somebody closed a clock, and requests of leads that were merged away."""
        for source, moment, key, is_answer, condition in (
            (CLOSURE, SQL("q.closed_at"), SQL("q.id"), True, SQL("q.closed_at IS NOT NULL")),
            (KEPT, SQL("q.started_at"), SQL("q.start_id"), False, SQL("q.start_source = %s", KEPT)),
        ):
            yield SQL(
                """SELECT %(columns)s, %(moment)s, %(source)s::smallint, %(key)s, q.channel, %(is_answer)s, NULL::int
                     FROM crm_sync_response q JOIN %(table)s d ON d.id = q.res_id
                    WHERE q.res_model = %(model)s AND q.kind != 'confirmation' AND %(condition)s AND %(where)s""",
                columns=columns,
                moment=moment,
                source=source,
                key=key,
                is_answer=is_answer,
                table=table,
                model=document.model,
                condition=condition,
                where=where,
            )
