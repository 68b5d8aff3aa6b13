from odoo import fields, models

from .advice_request import advice_subject


class CrmSyncAdvisorSubjects(models.AbstractModel):
    """What is known of the documents that somebody is sought for."""

    _inherit = "crm.sync.advisor"

    @advice_subject("crm.lead")
    def _facts_of_leads(self, leads):
        return [
            {
                "lead_id": lead.id,
                "partner_id": lead.partner_id.id,
                "company_id": lead.company_id.id,
                "team_id": lead.team_id.id,
                "source_id": lead.source_id.id,
                "tag_ids": tuple(lead.tag_ids.ids),
                "lang": lead.lang_id.code,
                "dealer_ids": tuple(lead.sync_dealer_id.ids),
            }
            for lead in leads
        ]

    @advice_subject("sale.order")
    def _facts_of_orders(self, orders):
        return [
            {
                "order_id": order.id,
                "partner_id": order.partner_id.id,
                "company_id": order.company_id.id,
                "team_id": order.team_id.id,
                "source_id": order.source_id.id,
                "tag_ids": tuple(order.tag_ids.ids),
            }
            for order in orders
        ]

    @advice_subject("calendar.event")
    def _facts_of_meetings(self, meetings):
        """A visit: the customer is the first attendee who is no colleague, or the opportunity's."""
        now = fields.Datetime.now()
        facts = []
        for meeting in meetings:
            lead = meeting.opportunity_id
            customer = meeting.partner_ids.filtered("partner_share")[:1] or lead.partner_id
            is_past = meeting.stop <= now
            facts.append(
                {
                    "event_id": meeting.id,
                    "at": now if is_past else meeting.start,
                    "until": None if is_past else meeting.stop,
                    "partner_id": customer.id,
                    "lead_id": lead.id,
                    "company_id": lead.company_id.id,
                    "team_id": lead.team_id.id,
                    "source_id": lead.source_id.id,
                    "tag_ids": tuple(lead.tag_ids.ids),
                    "dealer_ids": tuple(lead.sync_dealer_id.ids),
                }
            )
        return facts

    @advice_subject("res.partner")
    def _facts_of_customers(self, partners):
        return [{"partner_id": partner.id, "company_id": partner.company_id.id} for partner in partners]
