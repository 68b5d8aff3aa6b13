from odoo import models
from odoo.tools import SQL

from .timeline_source import OF_PARTNERS, Source, any_of, timeline_source


class CrmSyncTimelineOptional(models.AbstractModel):
    """Sources of modules that this addon serves where they are installed and never requires."""

    _inherit = "crm.sync.timeline"

    @timeline_source(50, "mailing")
    def _source_mailing(self):
        if "mailing.trace" not in self.env:
            return None
        return Source(
            "mailing.trace",
            among=SQL(
                "(e.model = 'res.partner' AND %s OR e.model = 'crm.lead' AND %s)",
                any_of(SQL("e.res_id"), OF_PARTNERS),
                any_of(SQL("e.res_id"), SQL("SELECT id FROM leads")),
            ),
            where=SQL("e.sent_datetime IS NOT NULL AND e.mass_mailing_id IS NOT NULL"),
            at=SQL("e.sent_datetime"),
            title=SQL("(SELECT subject FROM mailing_mailing WHERE id = e.mass_mailing_id)"),
            kind="mailing",
            user=SQL("(SELECT user_id FROM mailing_mailing WHERE id = e.mass_mailing_id)"),
            channel="email",
            direction="out",
            state=SQL("e.trace_status"),
            document="mailing.mailing",
            document_id=SQL("e.mass_mailing_id"),
        )

    @timeline_source(51, "event")
    def _source_event(self):
        if "event.registration" not in self.env:
            return None
        return Source(
            "event.registration",
            where=SQL("e.active"),
            at=SQL("e.create_date"),
            title=SQL(
                "(SELECT COALESCE(name->>%s, name->>'en_US') FROM event_event WHERE id = e.event_id)",
                self.env.lang or "en_US",
            ),
            kind="event",
            author=SQL("e.partner_id"),
            direction="in",
            state=SQL("CASE e.state WHEN 'open' THEN 'registered' ELSE e.state END"),
            company=SQL("e.company_id"),
        )

    @timeline_source(52, "pos")
    def _source_pos(self):
        if "pos.order" not in self.env:
            return None
        return Source(
            "pos.order",
            where=SQL("e.state IN ('paid', 'done', 'invoiced')"),
            at=SQL("e.date_order"),
            title=SQL("COALESCE(e.pos_reference, e.name)"),
            kind="pos",
            user=SQL("e.user_id"),
            channel="shop",
            amount=SQL("e.amount_total"),
            currency=SQL(
                "(SELECT COALESCE(j.currency_id, c.currency_id) FROM res_company c LEFT JOIN account_journal j"
                " ON j.id = e.sale_journal WHERE c.id = e.company_id)"
            ),
            company=SQL("e.company_id"),
        )
