from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from .library_sql import ORDER_MODELS, flush, is_customer, purchase, purchases_of, tier_on
from .measures import Facts, kpi_measure

#: What is only known of now is told of a period that ended so short a while ago, and of none before.
_STILL_NOW = timedelta(days=2)
_CUSTOMER_MODELS = ("crm.sync.customer", *ORDER_MODELS)


class CrmSyncKpiLibrary(models.AbstractModel):
    """How things stand with customers at the end of a period.

    Customers are those of ``crm.sync.customer``: commercial entities, colleagues and our own companies left out. One that
    belongs to no company counts in each of them, since each of them sees him.
    """

    _inherit = "crm.sync.kpi.library"

    # ---------------------------------------------------------------- told by documents, of any moment

    @kpi_measure("retention", sequence=10)
    def _measure_retention(self, window):
        """Bought again in the 12 months before the end of the period, of the customers of the 12 months before those.

        A customer counts for the salesperson, team and source of his last purchase in the first twelve months, which is
        known of any moment in the past; who is in charge of him today is not.
        """
        flush(self.env, *ORDER_MODELS)
        again = purchases_of(
            SQL("b.entity_id"),
            SQL("p.company_id"),
            SQL("n.date_order >= t.at - INTERVAL '12 months' AND n.date_order < t.at"),
        )
        return Facts(
            SQL(
                """SELECT p.company_id, 'res.partner' AS res_model, b.entity_id AS res_id, p.id AS period_id,
                          EXISTS (SELECT %(again)s)::int::float8 AS numerator, 1::float8 AS denominator,
                          b.user_id, b.team_id, %(tier)s AS tier_id
                     FROM %(periods)s p
                    CROSS JOIN LATERAL (SELECT LEAST(p.at_end, %(now)s) AS at) t
                    CROSS JOIN LATERAL (
                          SELECT DISTINCT ON (e.commercial_partner_id)
                                 e.commercial_partner_id AS entity_id, o.user_id, o.team_id
                            FROM sale_order o JOIN res_partner e ON e.id = o.partner_id
                           WHERE o.company_id = p.company_id AND %(purchase)s AND %(is_customer)s
                             AND o.date_order >= t.at - INTERVAL '24 months'
                             AND o.date_order < t.at - INTERVAL '12 months'
                           ORDER BY e.commercial_partner_id, o.date_order DESC, o.id DESC) b""",
                again=again,
                tier=self._tier_at_end(SQL("b.entity_id"), window),
                periods=window.periods,
                now=window.now,
                purchase=purchase("o"),
                is_customer=is_customer("e"),
            ),
            timing="stand",
            dims=("user_id", "team_id", "tier_id"),
        )

    # ---------------------------------------------------------------- known of now only

    @kpi_measure("neglected_customers", sequence=20, backfill=False)
    def _measure_neglected_customers(self, window):
        """Neglected of all customers: nobody has contacted them for longer than the company allows.

        By days of the company's time zone, as the list of neglected customers has it. When a customer was contacted
        last is known of now only, so no period of the past is told.
        """
        return self._customer_facts(
            window,
            numerator=SQL(
                """((c.quiet_since AT TIME ZONE 'UTC' AT TIME ZONE p.tz)::date
                    < (LEAST(p.at_end - INTERVAL '1 second', %s) AT TIME ZONE 'UTC' AT TIME ZONE p.tz)::date
                      - (SELECT own.sync_neglect_days FROM res_company own WHERE own.id = p.company_id))::int""",
                window.now,
            ),
        )

    @kpi_measure("data_completeness", sequence=30, backfill=False)
    def _measure_data_completeness(self, window):
        """Customers who can be reached and are looked after, of all: e-mail or phone, street and city, and an owner.

        The past is not known: Odoo keeps no earlier state of a contact.
        """
        return self._customer_facts(
            window,
            numerator=SQL(
                """((COALESCE(q.email, '') != '' OR COALESCE(q.phone, '') != '')
                    AND COALESCE(q.street, '') != '' AND COALESCE(q.city, '') != '' AND q.user_id IS NOT NULL)::int"""
            ),
        )

    @kpi_measure("bounced_addresses", sequence=70, backfill=False)
    def _measure_bounced_addresses(self, window):
        """Addresses to which mails could not be delivered, of all e-mail addresses of customers and their contacts.

        Odoo counts bounces on the contact, and forgets them when a mail comes from that address. The past is not known.
        """
        return self._customer_facts(
            window,
            numerator=SQL("(q.message_bounce > 0)::int"),
            contacts=SQL("q.commercial_partner_id = c.partner_id AND q.active AND q.email_normalized IS NOT NULL"),
        )

    def _customer_facts(self, window, numerator, contacts=None):
        """One row for each active customer ``c``, or each of his contacts ``q``, as of now, for periods ``p`` that have just ended.

        :param SQL contacts: which partners are counted; the customers themselves where none are said
        """
        flush(self.env, *_CUSTOMER_MODELS)
        return Facts(
            SQL(
                """SELECT p.company_id, 'res.partner' AS res_model, q.id AS res_id, p.id AS period_id,
                          (%(numerator)s)::float8 AS numerator, 1::float8 AS denominator,
                          c.user_id, c.department_id, %(tier)s AS tier_id
                     FROM %(periods)s p
                     JOIN crm_sync_customer c ON c.active AND (c.company_id IS NULL OR c.company_id = p.company_id)
                     JOIN res_partner q ON %(contacts)s
                    WHERE p.at_end > %(known)s""",
                numerator=numerator,
                tier=self._tier_at_end(SQL("c.partner_id"), window),
                periods=window.periods,
                contacts=contacts or SQL("q.id = c.partner_id"),
                known=window.now - _STILL_NOW,
            ),
            timing="stand",
            dims=("user_id", "department_id", "tier_id"),
        )

    def _tier_at_end(self, partner, window):
        """The tier of a customer on the last day of period ``p``, or today."""
        last = SQL("(LEAST(p.at_end - INTERVAL '1 second', %s) AT TIME ZONE 'UTC' AT TIME ZONE p.tz)::date", window.now)
        return tier_on(partner, partner, SQL("p.company_id"), last)
