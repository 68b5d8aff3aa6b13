from odoo import api, models
from odoo.tools import SQL

from ...rules.case_flow import ENDING
from ...rules.score import asks_how_it_went
from ..core.contact_facts import MEETING_PRIVACY
from ..core.registered import registered_methods
from ..feedback.crm_sync_case import KINDS
from .survey_trigger import SurveyTrigger, survey_trigger


class CrmSyncSurveyTrigger(models.AbstractModel):
    """What makes a program ask. A trigger is one method marked ``@survey_trigger``, see ``survey_trigger.py``."""

    _name = "crm.sync.survey.trigger"
    _description = "Triggers of Surveys"

    @api.model
    def _get_trigger(self, program, window):
        """The :class:`SurveyTrigger` of ``program``; None where there is nothing to look for."""
        for options, method in registered_methods(self, "survey_trigger"):
            if options["code"] == program.trigger:
                return method(program, window)
        return None

    # ---------------------------------------------------------------- orders

    @survey_trigger("order_confirmed")
    def _trigger_order_confirmed(self, program, window):
        return SurveyTrigger(
            "sale.order",
            "sale_order",
            partner=SQL("d.partner_id"),
            at=SQL("d.date_order"),
            holds=SQL("d.state = 'sale'"),
        )

    @survey_trigger("onboarding_day")
    def _trigger_onboarding_day(self, program, window):
        """So many days after the first order of a customer, that is of the company with all its contacts."""
        return SurveyTrigger(
            "sale.order",
            "sale_order",
            partner=SQL("d.partner_id"),
            at=SQL("d.date_order + %s * INTERVAL '1 day'", program.trigger_day),
            holds=SQL(
                """d.state = 'sale' AND NOT EXISTS (
                       SELECT FROM sale_order earlier JOIN res_partner buyer ON buyer.id = earlier.partner_id
                         JOIN res_partner own ON own.commercial_partner_id = buyer.commercial_partner_id
                        WHERE own.id = d.partner_id AND earlier.state = 'sale' AND earlier.company_id = d.company_id
                          AND (earlier.date_order, earlier.id) < (d.date_order, d.id))"""
            ),
        )

    @survey_trigger("delivered")
    def _trigger_delivered(self, program, window):
        """The last delivery of an order; without an order each delivery. None that came back."""
        if "stock.picking" not in self.env:
            return None
        has_orders = "sale_id" in self.env["stock.picking"]._fields
        order = SQL("d.sale_id") if has_orders else SQL("NULL::int")
        holds = SQL(
            """d.state = 'done'
               AND EXISTS (SELECT FROM stock_location l WHERE l.id = d.location_dest_id AND l.usage = 'customer')
               AND NOT EXISTS (SELECT FROM stock_picking b WHERE b.return_id = d.id AND b.state = 'done')"""
        )
        if has_orders:
            holds = SQL(
                """%s AND NOT EXISTS (
                       SELECT FROM stock_picking o JOIN stock_location l ON l.id = o.location_dest_id AND l.usage = 'customer'
                        WHERE o.sale_id = d.sale_id AND o.state NOT IN ('done', 'cancel'))""",
                holds,
            )
        return SurveyTrigger(
            "stock.picking",
            "stock_picking",
            partner=SQL("COALESCE((SELECT s.partner_id FROM sale_order s WHERE s.id = %s), d.partner_id)", order),
            at=SQL("d.date_done"),
            holds=holds,
            key=SQL("COALESCE('sale.order:' || %s, 'stock.picking:' || d.id)", order),
        )

    @survey_trigger("invoice_paid")
    def _trigger_invoice_paid(self, program, window):
        """When the last payment of an invoice was matched with it."""
        return SurveyTrigger(
            "account.move",
            "account_move",
            partner=SQL("d.partner_id"),
            at=SQL("paid.at"),
            joins=SQL(
                """JOIN (SELECT l.move_id, max(r.create_date) AS at FROM account_partial_reconcile r
                           JOIN account_move_line l ON l.id = r.debit_move_id
                          WHERE r.create_date > %s GROUP BY l.move_id) paid ON paid.move_id = d.id""",
                window.since,
            ),
            holds=SQL(
                "d.move_type = 'out_invoice' AND d.state = 'posted' AND d.payment_state IN ('paid', 'in_payment')"
            ),
        )

    # ---------------------------------------------------------------- opportunities, cases, meetings

    @survey_trigger("lead_won")
    def _trigger_lead_won(self, program, window):
        return self._lead_trigger("won")

    @survey_trigger("lead_lost")
    def _trigger_lead_lost(self, program, window):
        return self._lead_trigger("lost")

    def _lead_trigger(self, status):
        return SurveyTrigger(
            "crm.lead",
            "crm_lead",
            partner=SQL("d.partner_id"),
            at=SQL("d.date_closed"),
            holds=SQL("d.type = 'opportunity' AND d.won_status = %s", status),
        )

    @survey_trigger("case_closed")
    def _trigger_case_closed(self, program, window):
        """A case that is over, once in each of its cycles; not a duplicate, whose customer is asked about nothing."""
        asked = [
            SQL("(%s, %s)", kind, step)
            for kind, _label in KINDS
            for step in sorted(ENDING)
            if asks_how_it_went(kind, step)
        ]
        key = SQL("'crm.sync.case:' || d.id || ':' || d.cycle")
        return SurveyTrigger(
            "crm.sync.case",
            "crm_sync_case",
            partner=SQL("d.partner_id"),
            at=SQL("d.closed_at"),
            # Who has said it on the page of the case is not asked for it again.
            holds=SQL(
                """d.master_id IS NULL AND (d.kind, d.step) IN (%s)
                   AND NOT EXISTS (SELECT FROM crm_sync_score s
                                    WHERE s.case_id = d.id AND s.cycle = d.cycle AND s.metric = %s AND s.active)""",
                SQL(", ").join(asked),
                program.metric,
            ),
            key=key,
            # Reopened and closed again, it is asked about by the invitation of that cycle.
            still=SQL("i.origin_key = %s", key),
        )

    @survey_trigger("meeting_held")
    def _trigger_meeting_held(self, program, window):
        """Each customer who did not decline a meeting that is over and is not private."""
        return SurveyTrigger(
            "calendar.event",
            "calendar_event",
            partner=SQL("a.partner_id"),
            at=SQL("d.stop"),
            joins=SQL("JOIN calendar_attendee a ON a.event_id = d.id AND a.state != 'declined'"),
            holds=SQL(
                """d.active AND d.stop <= %s
                   AND (SELECT %s FROM calendar_event e WHERE e.id = d.id) != 'private'""",
                window.until,
                MEETING_PRIVACY,
            ),
            key=SQL("'calendar.event:' || d.id || ':' || a.partner_id"),
            company=SQL("(SELECT u.company_id FROM res_users u WHERE u.id = d.user_id)"),
        )

    # ---------------------------------------------------------------- waves

    @survey_trigger("wave")
    def _trigger_wave(self, program, window):
        return self._wave_trigger(program)

    @survey_trigger("manual")
    def _trigger_manual(self, program, window):
        return self._wave_trigger(program)

    def _wave_trigger(self, program):
        """Everybody of the audience, while a wave is open; spread evenly over its days, always in the same way."""
        if not program.wave_since:
            return None
        return self._audience_trigger(program, program.wave, program.wave_since)

    def _audience_trigger(self, program, wave, since):
        key = SQL("%s || ':' || d.id", str(wave))
        at = SQL("%s::timestamp", since)
        if program.wave_spread_days > 1:
            at = SQL(
                "%s + (%s) * INTERVAL '1 day'",
                at,
                SQL(
                    "mod(('x' || left(md5('spread:' || %s || ':' || %s), 8))::bit(32)::bigint, %s)",
                    str(program.id),
                    key,
                    program.wave_spread_days,
                ),
            )
        return SurveyTrigger(
            "res.partner",
            "res_partner",
            partner=SQL("d.id"),
            at=at,
            holds=SQL("TRUE"),
            key=key,
            company=SQL("d.company_id"),
            is_audience=True,
        )
