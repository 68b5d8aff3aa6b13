from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from .library_days import FIRST_COMPANY, converted, day_in, tier_of_card_on
from .library_sql import flush
from .measures import Facts, kpi_measure

#: Kinds of ledger entries: what the company gave, less what it took back; what customers spent, less what they got back.
ISSUED = ("earn", "reverse_earn", "bonus", "goodwill", "adjust")
REDEEMED = ("redeem", "reverse_redeem")
EXPIRED = ("expire",)
_ONE = SQL("1")
_LEDGER = (
    "crm.sync.loyalty.entry",
    "crm.sync.loyalty.lot",
    "crm.sync.loyalty.allocation",
    "loyalty.program",
)


class CrmSyncKpiLibrary(models.AbstractModel):
    """Points of loyalty programs, from the ledger: its entries never change, so neither do these figures.

    Days are those of the programs. Opening balances, transfers, points on hold and what an anonymised customer lost are no
    movement here. Money on gift cards and in wallets is no points; the liability has it, as its report does.
    """

    _inherit = "crm.sync.kpi.library"

    # ---------------------------------------------------------------- movements

    @kpi_measure("points_issued", sequence=700)
    def _measure_points_issued(self, window):
        """Earned, given and adjusted by hand, less what was taken back."""
        return self._point_facts(window, ISSUED, SQL("e.quantity"))

    @kpi_measure("points_redeemed", sequence=710)
    def _measure_points_redeemed(self, window):
        """Spent, less what was given back."""
        return self._point_facts(window, REDEEMED, SQL("-e.quantity"))

    @kpi_measure("points_expired", sequence=720)
    def _measure_points_expired(self, window):
        return self._point_facts(window, EXPIRED, SQL("-e.quantity"))

    @kpi_measure("redemption_rate", sequence=730)
    def _measure_redemption_rate(self, window):
        """Points redeemed for points issued in the same time."""
        return self._point_facts(
            window,
            ISSUED + REDEEMED,
            SQL("CASE WHEN e.kind IN %s THEN -e.quantity ELSE 0 END", REDEEMED),
            SQL("CASE WHEN e.kind IN %s THEN e.quantity ELSE 0 END", ISSUED),
        )

    @kpi_measure("breakage_rate", sequence=740)
    def _measure_breakage_rate(self, window):
        """Of the points whose life ended, by expiry or by redemption, those that expired."""
        return self._point_facts(
            window,
            EXPIRED + REDEEMED,
            SQL("CASE WHEN e.kind IN %s THEN -e.quantity ELSE 0 END", EXPIRED),
            SQL("-e.quantity"),
        )

    def _point_facts(self, window, kinds, numerator, denominator=_ONE):
        """Entries of these kinds by their day, told by the tier that the account had on it."""
        flush(self.env, *_LEDGER, "crm.sync.tier.membership")
        return Facts(
            select=SQL(
                """SELECT COALESCE(e.company_id, program.company_id, %(first)s) AS company_id,
                          'crm.sync.loyalty.entry'::varchar AS res_model, e.id AS res_id, %(tier)s AS tier_id,
                          (%(numerator)s)::float8 AS numerator, (%(denominator)s)::float8 AS denominator,
                          e.business_date AS day
                     FROM crm_sync_loyalty_entry e
                     JOIN loyalty_program program ON program.id = e.program_id AND program.program_type = 'loyalty'
                    WHERE e.business_date >= %(since)s AND e.business_date < %(until)s AND e.kind IN %(kinds)s
                      AND e.reason IS DISTINCT FROM 'erasure'""",
                first=FIRST_COMPANY,
                tier=tier_of_card_on(SQL("e.card_id"), SQL("e.business_date")),
                numerator=numerator,
                denominator=denominator,
                since=window.day_since,
                until=window.day_until,
                kinds=kinds,
            ),
            timing="day",
            dims=("tier_id",),
        )

    # ---------------------------------------------------------------- stands

    @kpi_measure("points_outstanding", sequence=750)
    def _measure_points_outstanding(self, window):
        """Points that customers held at a moment, pending ones included: exact for any moment of the ledger."""
        return self._owed_facts(window, SQL("v.points"), SQL("program.program_type = 'loyalty'"))

    @kpi_measure("points_liability", sequence=760)
    def _measure_points_liability(self, window):
        """What they were worth: at the rate of that day, and at the value that a point has now, of which no history is kept."""
        worth = converted(
            SQL("v.points * COALESCE(program.sync_point_value, 0)::numeric"),
            SQL("program.currency_id"),
            SQL("v.company_id"),
            day_in(SQL("v.at - interval '1 second'"), SQL("v.tz")),
        )
        return self._owed_facts(window, worth, SQL("TRUE"))

    def _owed_facts(self, window, numerator, which):
        """What each program owed at the end of each period: what lots had brought by then, less what was drawn from them.

        One row for each program: a document for each lot that was open then would be millions. Points on hold are owed, so
        that what put them there and took them away draws nothing. Each movement is read once, whatever number of periods
        there is: it falls into the slot between two of their ends, and the slots are added up.
        """
        flush(self.env, *_LEDGER, "res.company", "res.currency.rate")
        return Facts(
            select=SQL(
                """WITH ends AS (SELECT p.id, p.company_id, p.tz, LEAST(p.at_end, %(now)s::timestamp) AS at FROM %(periods)s p),
                        bounds AS (SELECT array_agg(at ORDER BY at) AS at FROM (SELECT DISTINCT at FROM ends) moments),
                        moved AS (
                        SELECT program_id, company_id, effective_at AS at, quantity FROM (
                               SELECT l.program_id, l.company_id, e.effective_at, l.quantity
                                 FROM crm_sync_loyalty_lot l JOIN crm_sync_loyalty_entry e ON e.id = l.entry_id
                               UNION ALL
                               SELECT l.program_id, l.company_id, e.effective_at, -a.quantity
                                 FROM crm_sync_loyalty_allocation a
                                 JOIN crm_sync_loyalty_entry e ON e.id = a.entry_id
                                 JOIN crm_sync_loyalty_lot l ON l.id = a.lot_id
                                WHERE e.kind NOT IN ('hold', 'release')) movements
                         WHERE effective_at < %(until)s),
                        slots AS (
                        SELECT m.program_id, m.company_id, width_bucket(m.at, bounds.at) AS slot, sum(m.quantity) AS points
                          FROM moved m CROSS JOIN bounds GROUP BY 1, 2, 3),
                        v AS (
                        SELECT ends.id AS period_id, ends.at, ends.tz, ends.company_id, s.program_id, sum(s.points) AS points
                          FROM ends CROSS JOIN bounds
                          JOIN slots s ON s.slot < array_position(bounds.at, ends.at)
                          JOIN loyalty_program own ON own.id = s.program_id
                         WHERE ends.company_id = COALESCE(s.company_id, own.company_id, %(first)s)
                         GROUP BY 1, 2, 3, 4, 5)
                   SELECT v.period_id, v.company_id, 'loyalty.program'::varchar AS res_model, v.program_id AS res_id,
                          (%(numerator)s)::float8 AS numerator, 1.0::float8 AS denominator
                     FROM v JOIN loyalty_program program ON program.id = v.program_id
                    WHERE v.points != 0 AND %(which)s""",
                # What has just happened is part of the state of now.
                now=window.now + timedelta(seconds=1),
                periods=window.periods,
                until=window.until,
                first=FIRST_COMPANY,
                numerator=numerator,
                which=which,
            ),
            timing="stand",
        )

    @kpi_measure("members", sequence=770, backfill=False)
    def _measure_members(self, window):
        """Accounts in use: since when one is, is known, and not until when those were that are archived by now."""
        flush(self.env, "loyalty.card", "loyalty.program", "res.partner", "crm.sync.tier.membership")
        return Facts(
            select=SQL(
                """SELECT p.id AS period_id, p.company_id, 'loyalty.card'::varchar AS res_model, c.id AS res_id,
                          %(tier)s AS tier_id, 1.0::float8 AS numerator, 1.0::float8 AS denominator
                     FROM %(periods)s p
                     JOIN loyalty_card c ON c.active AND c.create_date < LEAST(p.at_end, %(now)s::timestamp)
                     JOIN res_partner owner ON owner.id = c.partner_id
                     JOIN loyalty_program program ON program.id = c.program_id AND program.program_type = 'loyalty'
                    WHERE c.sync_merged_into_id IS NULL
                      AND p.company_id = COALESCE(program.company_id, owner.company_id, %(first)s)
                      -- The card of a contact is a key to the wallet of his company.
                      AND NOT (COALESCE(program.sync_is_pooled, FALSE) AND owner.commercial_partner_id != owner.id)""",
                tier=tier_of_card_on(SQL("c.id"), SQL("(p.day_end - 1)")),
                periods=window.periods,
                now=window.now,
                first=FIRST_COMPANY,
            ),
            timing="stand",
            dims=("tier_id",),
        )
