from odoo import models
from odoo.tools import SQL

from .contact_facts import MEETING_PRIVACY
from .crm_sync_touch import CHANNELS
from .timeline_source import OF_PARTNERS, Source, any_of, timeline_source

#: Accounting days have no time: noon keeps them on their day in nearly every time zone.
_NOON = SQL("time '12:00'")


class CrmSyncTimelineNative(models.AbstractModel):
    """The sources that are always there: our journal and the modules this addon depends on."""

    _inherit = "crm.sync.timeline"

    # ---------------------------------------------------------------- contacts

    @timeline_source(10, "touch")
    def _source_touch(self):
        return Source(
            "crm.sync.touch",
            at=SQL("e.occurred_at"),
            title=SQL("e.subject"),
            preview=SQL("e.note"),
            kind="contact",
            user=SQL("e.user_id"),
            department=SQL("e.department_id"),
            channel=SQL("e.channel"),
            channels=tuple(dict(CHANNELS)),
            direction=SQL("e.direction"),
            state=SQL(
                "CASE WHEN EXISTS (SELECT FROM crm_sync_touch c WHERE c.corrects_id = e.id) THEN 'replaced' END::varchar"
            ),
            company=SQL("e.company_id"),
        )

    @timeline_source(11, "partner_message")
    def _source_partner_message(self):
        return self._message_source("res.partner", "partners")

    @timeline_source(12, "lead_message")
    def _source_lead_message(self):
        return self._message_source("crm.lead", "leads")

    @timeline_source(13, "order_message")
    def _source_order_message(self):
        return self._message_source("sale.order", "orders")

    @timeline_source(14, "move_message")
    def _source_move_message(self):
        return self._message_source("account.move", "moves")

    def _message_source(self, model, documents):
        """E-mails, comments, notes and done activities on the documents of one model.

        A done activity is known by its message in the chatter: that has the exact time, and unlike
        the archived activity it survives every merge.
        """
        category = SQL("(SELECT category FROM mail_activity_type WHERE id = e.mail_activity_type_id)")
        by_staff = SQL("EXISTS (SELECT FROM res_users s WHERE s.partner_id = e.author_id AND NOT s.share)")
        is_mail = SQL(
            "(e.message_type = 'email' OR e.subtype_id = %s AND e.is_internal IS NOT TRUE)",
            self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
        )
        return Source(
            "mail.message",
            among=SQL(
                "e.model = %s AND %s",
                model,
                any_of(SQL("e.res_id"), SQL("SELECT id FROM %s", SQL.identifier(documents))),
            ),
            where=SQL("(e.message_type IN ('email', 'comment') OR e.mail_activity_type_id IS NOT NULL)"),
            at=SQL("e.date"),
            title=SQL(
                """COALESCE(NULLIF(e.subject, ''), (SELECT COALESCE(name->>%s, name->>'en_US')
                   FROM mail_activity_type WHERE id = e.mail_activity_type_id))""",
                self.env.lang or "en_US",
            ),
            preview=SQL("e.body"),
            kind=SQL(
                "CASE WHEN e.mail_activity_type_id IS NOT NULL THEN 'activity' WHEN %s THEN 'message' ELSE 'note' END",
                is_mail,
            ),
            kinds=("activity", "message", "note"),
            author=SQL("e.author_id"),
            channel=SQL(
                "CASE WHEN %(category)s = 'phonecall' THEN 'call' WHEN %(category)s = 'meeting' THEN 'meeting'"
                " WHEN %(is_mail)s THEN 'email' END",
                category=category,
                is_mail=is_mail,
            ),
            channels=("call", "meeting", "email"),
            direction=SQL("CASE WHEN NOT %s THEN NULL WHEN %s THEN 'out' ELSE 'in' END", is_mail, by_staff),
            document=model,
            document_id=SQL("e.res_id"),
        )

    @timeline_source(15, "meeting")
    def _source_meeting(self):
        return Source(
            "calendar.event",
            among=any_of(
                SQL("e.id"),
                SQL(
                    "SELECT calendar_event_id FROM calendar_event_res_partner_rel WHERE %s"
                    " UNION SELECT id FROM calendar_event WHERE %s",
                    any_of(SQL("res_partner_id"), OF_PARTNERS),
                    any_of(SQL("opportunity_id"), SQL("SELECT id FROM leads")),
                ),
            ),
            where=SQL("e.active"),
            at=SQL("e.start"),
            title=SQL("e.name"),
            preview=SQL("COALESCE(e.location, '')"),
            kind="meeting",
            user=SQL("e.user_id"),
            channel="meeting",
            hidden=self._meeting_is_private(),
        )

    def _meeting_is_private(self):
        """Odoo shows a private meeting of somebody else as "Busy"; so do we."""
        return SQL(
            """e.user_id IS DISTINCT FROM %(uid)s
               AND %(privacy)s = 'private'
               AND NOT EXISTS (SELECT FROM calendar_event_res_partner_rel r
                                WHERE r.calendar_event_id = e.id AND r.res_partner_id = (SELECT partner_id FROM res_users WHERE id = %(uid)s))""",
            uid=self.env.uid,
            privacy=MEETING_PRIVACY,
        )

    # ---------------------------------------------------------------- sales

    @timeline_source(20, "lead")
    def _source_lead(self):
        return Source(
            "crm.lead",
            table="leads",
            at=SQL("e.create_date"),
            title=SQL("e.name"),
            kind="lead",
            user=SQL("e.user_id"),
            amount=SQL("NULLIF(e.expected_revenue, 0)"),
            currency=self._company_currency(),
        )

    @timeline_source(21, "lead_closed")
    def _source_lead_closed(self):
        reason = "(SELECT COALESCE(name->>%s, name->>'en_US') FROM crm_lost_reason WHERE id = e.lost_reason_id)"
        return Source(
            "crm.lead",
            table="leads",
            where=SQL("e.won_status IN ('won', 'lost')"),
            at=SQL("e.date_closed"),
            title=SQL("e.name"),
            preview=SQL(reason, self.env.lang or "en_US"),
            kind=SQL("e.won_status"),
            kinds=("won", "lost"),
            user=SQL("e.user_id"),
            amount=SQL("NULLIF(e.expected_revenue, 0)"),
            currency=self._company_currency(),
        )

    @timeline_source(22, "quotation")
    def _source_quotation(self):
        return self._order_source("quotation", at=SQL("e.create_date"))

    @timeline_source(23, "order")
    def _source_order(self):
        return self._order_source("order", at=SQL("e.date_order"), where=SQL("e.state = 'sale'"))

    def _order_source(self, kind, at, where=SQL("TRUE")):  # noqa: B008 - an SQL object never changes
        is_shop = "website_id" in self.env["sale.order"]._fields
        return Source(
            "sale.order",
            table="orders",
            where=where,
            at=at,
            title=SQL("e.name"),
            kind=kind,
            user=SQL("e.user_id"),
            channel=SQL("CASE WHEN e.website_id IS NOT NULL THEN 'web' END") if is_shop else None,
            channels=("web",) if is_shop else (),
            amount=SQL("e.amount_total"),
            currency=SQL("e.currency_id"),
            state=SQL("e.state"),
        )

    # ---------------------------------------------------------------- accounting

    @timeline_source(30, "invoice")
    def _source_invoice(self):
        return Source(
            "account.move",
            table="moves",
            where=SQL("e.state = 'posted'"),
            at=SQL("(e.invoice_date + %s)", _NOON),
            title=SQL("e.name"),
            kind=SQL("CASE e.move_type WHEN 'out_refund' THEN 'refund' ELSE 'invoice' END"),
            kinds=("invoice", "refund"),
            user=SQL("e.invoice_user_id"),
            amount=SQL("e.amount_total"),
            currency=SQL("e.currency_id"),
            state=SQL(
                "CASE WHEN e.payment_state IN ('not_paid', 'partial') AND e.invoice_date_due < current_date"
                " THEN 'overdue' ELSE e.payment_state END"
            ),
        )

    @timeline_source(31, "payment")
    def _source_payment(self):
        return Source(
            "account.payment",
            where=SQL("e.state IN ('in_process', 'paid') AND e.partner_type = 'customer'"),
            at=SQL("(e.date + %s)", _NOON),
            title=SQL("e.name"),
            preview=SQL("e.memo"),
            kind="payment",
            direction=SQL("CASE e.payment_type WHEN 'inbound' THEN 'in' ELSE 'out' END"),
            user=SQL("e.create_uid"),
            amount=SQL("e.amount"),
            currency=SQL("e.currency_id"),
            company=SQL("e.company_id"),
        )

    # ---------------------------------------------------------------- feedback

    @timeline_source(40, "survey")
    def _source_survey(self):
        return Source(
            "survey.user_input",
            where=SQL("e.state = 'done' AND e.test_entry IS NOT TRUE"),
            at=SQL("COALESCE(e.end_datetime, e.create_date)"),
            title=SQL(
                "(SELECT COALESCE(title->>%s, title->>'en_US') FROM survey_survey WHERE id = e.survey_id)",
                self.env.lang or "en_US",
            ),
            kind="survey",
            author=SQL("e.partner_id"),
            direction="in",
        )

    def _company_currency(self):
        """Currency of a lead's revenue: that of its company, or of the reader's when it has none."""
        return SQL("(SELECT currency_id FROM res_company WHERE id = COALESCE(e.company_id, %s))", self.env.company.id)
