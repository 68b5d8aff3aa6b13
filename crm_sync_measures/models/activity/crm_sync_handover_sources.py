from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..core.contact_facts import MEETING_PRIVACY
from .handover_source import HandoverSource, handover_source


class CrmSyncHandoverSources(models.Model):
    """What a colleague may hold: one method for each kind."""

    _inherit = "crm.sync.handover"

    @api.model
    def _get_kind_labels(self):
        return {
            **super()._get_kind_labels(),
            "customer": self.env._("Customer"),
            "lead": self.env._("Opportunity"),
            "quotation": self.env._("Quotation"),
            "promise": self.env._("Promise"),
            "response": self.env._("Waiting for an Answer"),
            "activity": self.env._("Activity"),
            "meeting": self.env._("Meeting to Come"),
            "followed": self.env._("Followed Customer"),
        }

    @handover_source(10, "customer")
    def _source_customer(self, holder):
        """His portfolio, contact persons included."""
        return HandoverSource("res.partner", Domain("user_id", "=", holder.id), customer="id")

    @handover_source(20, "lead")
    def _source_lead(self, holder):
        return HandoverSource(
            "crm.lead",
            Domain("user_id", "=", holder.id) & Domain("won_status", "=", "pending"),
            due="date_deadline",
            give="_give_leads",
        )

    @handover_source(30, "quotation")
    def _source_quotation(self, holder):
        return HandoverSource(
            "sale.order",
            Domain("user_id", "=", holder.id) & Domain("state", "in", ("draft", "sent")),
            due="validity_date",
        )

    @handover_source(35, "activity")
    def _source_activity(self, holder):
        """Before promises and meetings, which take their own activities along."""
        return HandoverSource(
            "mail.activity",
            Domain("user_id", "=", holder.id),
            customer=None,
            company=None,
            facts=self._facts_of_activities,
            give="_give_activities",
            take_back="_take_back_activities",
            is_over=Domain("active", "=", False),
        )

    @handover_source(40, "promise")
    def _source_promise(self, holder):
        """What he still owes, broken promises too."""
        return HandoverSource(
            "crm.sync.promise",
            Domain("user_id", "=", holder.id) & Domain("outcome_at", "=", False),
            facts=lambda promises: {
                promise.id: (promise.partner_id.id, self._day(promise.due_at, holder), promise.company_id.id)
                for promise in promises
            },
            give="_give_by_itself",
            take_back="_take_back_promises",
            restored=("user_id", "department_id"),
            is_over=Domain("outcome_at", "!=", False),
        )

    @handover_source(50, "response")
    def _source_response(self, holder):
        return HandoverSource(
            "crm.sync.response",
            Domain("user_id", "=", holder.id) & Domain("state", "=", "waiting"),
            facts=lambda responses: {
                response.id: (response.partner_id.id, self._day(response.started_at, holder), response.company_id.id)
                for response in responses
            },
            give="_give_by_itself",
            is_over=Domain("state", "!=", "waiting"),
        )

    @handover_source(70, "meeting")
    def _source_meeting(self, holder):
        """Those he called, and those where he alone of us meets a customer. Private ones are nobody's business."""
        to_come = Domain("stop", ">", fields.Datetime.now())
        mine = Domain("user_id", "=", holder.id) | (
            Domain("partner_ids", "in", holder.partner_id.ids) & Domain("partner_ids.partner_share", "=", True)
        )
        return HandoverSource(
            "calendar.event",
            to_come & mine & Domain("id", "not in", self._private_meetings(holder)),
            customer=None,
            company=None,
            facts=lambda meetings: self._facts_of_meetings(meetings, holder),
            give="_give_meetings",
            take_back="_take_back_meetings",
            is_over=Domain("stop", "<=", fields.Datetime.now()),
        )

    @handover_source(90, "followed")
    def _source_followed(self, holder):
        """Customers that he follows and that are not his."""
        return HandoverSource(
            "res.partner",
            Domain("message_partner_ids", "in", holder.partner_id.ids)
            & Domain("partner_share", "=", True)
            & (Domain("user_id", "!=", holder.id)),
            owner=None,
            customer="id",
            give="_give_following",
            take_back="_take_back_following",
        )

    # ---------------------------------------------------------------- facts

    def _day(self, moment, holder):
        """The day of ``moment`` where the holder lives."""
        return fields.Datetime.context_timestamp(self.with_context(tz=holder.tz or "UTC"), moment).date()

    def _private_meetings(self, holder):
        """Ids of the meetings to come that are private, by their own setting or the organiser's."""
        for model in ("calendar.event", "res.users.settings"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT e.id FROM calendar_event e
                    WHERE e.stop > %(now)s AND %(privacy)s = 'private' AND (e.user_id = %(user)s OR EXISTS (
                          SELECT FROM calendar_event_res_partner_rel r
                           WHERE r.calendar_event_id = e.id AND r.res_partner_id = %(partner)s))""",
                now=fields.Datetime.now(),
                privacy=MEETING_PRIVACY,
                user=holder.id,
                partner=holder.partner_id.id,
            )
        )
        return [event_id for [event_id] in rows]

    def _facts_of_meetings(self, meetings, holder):
        """The first customer among those who attend."""
        facts = {}
        for meeting in meetings:
            customers = meeting.partner_ids.filtered("partner_share")
            facts[meeting.id] = (
                customers[:1].id,
                meeting.start_date if meeting.allday else self._day(meeting.start, holder),
                customers[:1].company_id.id,
            )
        return facts

    def _facts_of_activities(self, activities):
        """Customer and company of the record that the activity is about."""
        facts = {}
        for model, group in activities.grouped("res_model").items():
            documents = self.env[model].browse(group.mapped("res_id")).exists() if model in self.env else ()
            known = {document.id: self._document_facts(document) for document in documents}
            for activity in group:
                partner_id, company_id = known.get(activity.res_id, (False, False))
                facts[activity.id] = (partner_id, activity.date_deadline, company_id)
        return facts

    @api.model
    def _document_facts(self, document):
        """(customer, company) of any record."""
        if document._name == "res.partner":
            return document.id, document.company_id.id
        partner = document["partner_id"] if "partner_id" in document._fields else None
        company = document["company_id"] if "company_id" in document._fields else None
        return (
            partner.id if partner is not None and partner._name == "res.partner" else False,
            company.id if company is not None and company._name == "res.company" else False,
        )
