from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.birthday import kept_days
from ...rules.care import moment, origins
from ...rules.periods import utc_bounds
from ..core.registered import registered_methods
from .care_source import CareSource, care_source

#: Of yearly occasions there is one in so many days, whatever was corrected or merged meanwhile.
_YEARLY = 180
#: Of birthdays that bring something: customers say themselves when theirs is. By either calendar a year has at least 353 days.
_GIFT = 330
#: Of one holiday there is one in so many days.
_HOLIDAY = 20


class CrmSyncCareSelection(models.AbstractModel):
    """Which customers have an occasion on which day: one statement for each rule, however many customers there are.

    A source is one method marked ``@care_source`` (``care_source.py``). Here the audience, the tiers and the department of
    the rule are added, and the moment at the customer's place.
    """

    _name = "crm.sync.care.selection"
    _description = "Who Has an Occasion"

    # ---------------------------------------------------------------- asked by planner, dispatch and preview

    @api.model
    def _source(self, rule, span):
        """The :class:`CareSource` of a rule for greetings that are due in ``span``; None where nobody can have one."""
        for options, method in registered_methods(self, "care_source"):
            if options["code"] == rule.occasion:
                return method(rule, span.shifted(-rule.days))
        return None

    @api.model
    def _select(self, rule, span, source, condition, zones=()):
        """SELECT of (partner_id, commercial_partner_id, day, name, due_on, due_at), once for each occasion.

        :param span: days on which it is due
        :param condition: ``condition(id)`` is SQL of which contacts are looked at. It is asked of every table of contacts that is
            read: PostgreSQL carries no range of ids from one to the other.
        :param zones: :meth:`_zones`; without them ``due_at`` is that of no place
        """
        self.env.flush_all()
        return SQL(
            """SELECT DISTINCT ON (p.id, e.name) p.id AS partner_id, p.commercial_partner_id, e.day, e.name,
                      e.day + %(days)s AS due_on, COALESCE(z.at, e.day + %(days)s + %(hour)s * INTERVAL '1 hour') AS due_at
                 FROM %(source)s
                 LEFT JOIN res_partner entity ON entity.id = p.commercial_partner_id
                 LEFT JOIN (%(clocks)s) z (tz, day, at)
                        ON z.day = e.day + %(days)s AND z.tz = COALESCE(p.tz, entity.tz, %(tz)s)
                WHERE %(condition)s AND %(customers)s
                ORDER BY p.id, e.name, e.day""",
            days=rule.days,
            hour=rule.send_hour,
            source=self._joined(source),
            clocks=self._clocks_sql(rule, span, zones),
            tz=rule._timezone(),
            condition=condition(SQL.identifier("p", "id")),
            customers=self._customers_sql(rule, condition),
        )

    def _joined(self, source):
        """The occasions ``e`` with their contacts ``p``."""
        if source.is_audience:
            return SQL(
                "res_partner p JOIN (%s) e (day, name) ON COALESCE(p.type, 'contact') = 'contact'", source.select
            )
        return SQL("(%s) e (partner_id, day, name) JOIN res_partner p ON p.id = e.partner_id", source.select)

    @api.model
    def _select_new(self, rule, span, source, condition, zones):
        """Of :meth:`_select` those that are not known yet, neither by their key nor as those of a merged contact."""
        return SQL(
            """SELECT f.*, %(prefix)s || f.partner_id || ':' || f.name AS occasion_key FROM (%(found)s) f
                WHERE NOT EXISTS (SELECT FROM crm_sync_care_occasion o
                                   WHERE o.rule_id = %(rule)s AND o.partner_id = f.partner_id AND o.state != 'cancelled'
                                     AND o.day BETWEEN f.day - %(same)s AND f.day + %(same)s)
                  AND NOT EXISTS (SELECT FROM crm_sync_care_occasion o
                                   WHERE o.occasion_key = %(prefix)s || f.partner_id || ':' || f.name)""",
            prefix=f"{rule.id}:",
            found=self._select(rule, span, source, condition, zones),
            rule=rule.id,
            same=source.same_days,
        )

    @api.model
    def _still(self, rule, span, partner_ids):
        """``{(contact, day)}`` of those of these contacts who have the occasion now."""
        source = self._source(rule, span)
        if not source or not partner_ids:
            return set()
        found = self._select(rule, span, source, lambda column: SQL("%s = ANY(%s)", column, list(partner_ids)))
        return {(partner_id, day) for partner_id, _entity, day, *_rest in self.env.execute_query(found)}

    @api.model
    def _again(self, rule, span, occasions):
        """Those of these whose contact has had the occasion already: of two contacts that were merged since the plan."""
        source = self._source(rule, span)
        rows = self.env.execute_query(
            SQL(
                """SELECT o.id FROM crm_sync_care_occasion o
                    WHERE o.id = ANY(%(ids)s) AND EXISTS (
                          SELECT FROM crm_sync_care_occasion before
                           WHERE before.rule_id = o.rule_id AND before.partner_id = o.partner_id AND before.id != o.id
                             AND before.day BETWEEN o.day - %(same)s AND o.day + %(same)s AND before.state != 'cancelled'
                             AND (before.state != 'planned' OR before.handed_at IS NOT NULL OR before.id < o.id))""",
                ids=occasions.ids,
                same=source.same_days if source else 0,
            )
        )
        return occasions.browse(occasion_id for [occasion_id] in rows)

    # ---------------------------------------------------------------- whom

    def _customers_sql(self, rule, condition):
        """Which partners ``p`` the rule is for; colleagues and own companies never are, archived contacts neither."""
        # sudo: what the rule says, for whoever looks at the preview; as its company sees its customers
        partners = self.env["res.partner"].sudo().with_company(rule.company_id)._search(rule._audience())
        partners.add_where(condition(SQL.identifier("res_partner", "id")))
        conditions = [
            SQL("p.active AND p.id IN %s", partners.subselect()),
            SQL("NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = p.commercial_partner_id)"),
        ]
        if rule.tier_ids:
            conditions.append(
                SQL(
                    """EXISTS (SELECT FROM crm_sync_tier_standing s
                                WHERE s.partner_id IN (p.id, p.commercial_partner_id) AND s.tier_id = ANY(%s))""",
                    rule.tier_ids.ids,
                )
            )
        if rule.department_id:
            conditions.append(
                SQL(
                    """EXISTS (SELECT FROM crm_sync_customer c
                                WHERE c.partner_id = p.commercial_partner_id AND c.department_id = %s)""",
                    rule.department_id.id,
                )
            )
        return SQL(" AND ").join(conditions)

    @api.model
    def _zones(self):
        """The clocks of all customers; it reads all of them, and is asked once for many."""
        self.env["res.partner"].flush_model(["tz"])
        rows = self.env.execute_query(SQL("SELECT DISTINCT tz FROM res_partner WHERE tz IS NOT NULL"))
        return frozenset(zone for [zone] in rows)

    def _clocks_sql(self, rule, span, zones):
        """SELECT of (tz, day, at): when the hour of the rule is, at every place where a customer is."""
        rows = [
            SQL("(%s, %s::date, %s::timestamp)", zone, day, moment(day, rule.send_hour, zone))
            for zone in sorted({*zones, rule._timezone()})
            for day in span
        ]
        return SQL("VALUES %s", SQL(", ").join(rows))

    # ---------------------------------------------------------------- birthdays, holidays

    @care_source("birthday")
    def _source_birthday(self, rule, span):
        """By the calendar in which it was entered; the year of birth is not asked for."""
        ways = [
            SQL(
                "(%s, %s, %s, %s, %s::date, %s)",
                kept.calendar,
                kept.month,
                kept.day,
                kept.is_leap,
                kept.solar_day,
                f"{kept.calendar} {kept.year}",
            )
            for kept in kept_days(span.first, span.last)
        ]
        return CareSource(
            SQL(
                """SELECT b.id, w.day, w.name
                     FROM (VALUES %s) w (calendar, month, number, is_leap, day, name)
                     JOIN res_partner b ON b.sync_birth_month = w.month AND b.sync_birth_day = w.number
                      AND COALESCE(b.sync_birth_calendar, 'solar') = w.calendar
                      AND COALESCE(b.sync_birth_is_leap, FALSE) = w.is_leap""",
                SQL(", ").join(ways),
            ),
            same_days=_GIFT if rule.action in ("points", "coupon") else _YEARLY,
        )

    @care_source("holiday")
    def _source_holiday(self, rule, span):
        """Everybody of the audience; addresses of a contact are not greeted beside him."""
        # A lunar one belongs to the lunar year, which ends in the next one of ours.
        years = range(span.first.year - 2, span.last.year + 2)
        days = sorted({day for year in years for day in rule.holiday_id._days(year) if span.first <= day <= span.last})
        if not days:
            return None
        return CareSource(
            SQL(
                "VALUES %s",
                SQL(", ").join(SQL("(%s::date, %s)", day, fields.Date.to_string(day)) for day in days),
            ),
            # A day that was corrected is the same holiday; days given by hand may be close to each other.
            same_days=0 if rule.holiday_id.kind == "table" else _HOLIDAY,
            is_audience=True,
        )

    # ---------------------------------------------------------------- orders

    @care_source("first_order_day")
    def _source_first_order_day(self, rule, span):
        """The day on which the customer, the company with all its contacts, has ordered for the first time."""
        return CareSource(
            SQL(
                """SELECT buyer.commercial_partner_id, w.day, w.name
                     FROM (%(windows)s) w (day, name, since, until)
                     JOIN sale_order o ON o.date_order >= w.since AND o.date_order < w.until
                     JOIN res_partner buyer ON buyer.id = o.partner_id
                    WHERE o.state = 'sale' AND o.company_id = %(company)s
                      AND NOT EXISTS (SELECT FROM res_partner own JOIN sale_order before ON before.partner_id = own.id
                                       WHERE own.commercial_partner_id = buyer.commercial_partner_id
                                         AND before.state = 'sale' AND before.company_id = o.company_id
                                         AND before.date_order < w.since)""",
                windows=self._windows_sql(
                    rule, [(day, str(day.year), origin) for day in span for origin, _years in origins(day)]
                ),
                company=rule.company_id.id,
            ),
            same_days=_YEARLY,
        )

    @care_source("after_purchase")
    def _source_after_purchase(self, rule, span):
        """Who has ordered one of the products; several orders of a day are one occasion."""
        return CareSource(
            SQL(
                """SELECT o.partner_id, w.day, w.name
                     FROM (%(windows)s) w (day, name, since, until)
                     JOIN sale_order o ON o.date_order >= w.since AND o.date_order < w.until
                    WHERE o.state = 'sale' AND o.company_id = %(company)s AND %(products)s""",
                windows=self._days_sql(rule, span),
                company=rule.company_id.id,
                products=self._products_sql(rule, "o"),
            )
        )

    @care_source("no_purchase")
    def _source_no_purchase(self, rule, span):
        """Whose last order was on that day, of the company with all its contacts."""
        return CareSource(
            SQL(
                """SELECT buyer.commercial_partner_id, w.day, w.name
                     FROM (%(windows)s) w (day, name, since, until)
                     JOIN sale_order o ON o.date_order >= w.since AND o.date_order < w.until
                     JOIN res_partner buyer ON buyer.id = o.partner_id
                    WHERE o.state = 'sale' AND o.company_id = %(company)s AND %(products)s
                      AND NOT EXISTS (SELECT FROM res_partner own JOIN sale_order later ON later.partner_id = own.id
                                       WHERE own.commercial_partner_id = buyer.commercial_partner_id
                                         AND later.state = 'sale' AND later.company_id = o.company_id
                                         AND later.date_order >= w.until AND %(later_products)s)""",
                windows=self._days_sql(rule, span),
                company=rule.company_id.id,
                products=self._products_sql(rule, "o"),
                later_products=self._products_sql(rule, "later"),
            )
        )

    def _products_sql(self, rule, alias):
        """Whether order ``alias`` has one of the rule's products, where it names any."""
        if not rule.product_ids and not rule.categ_ids:
            return SQL("TRUE")
        # sudo: what the rule says, for whoever looks at the preview
        categories = self.env["product.category"].sudo().search([("id", "child_of", rule.categ_ids.ids)])
        return SQL(
            """EXISTS (SELECT FROM sale_order_line l JOIN product_product v ON v.id = l.product_id
                         JOIN product_template t ON t.id = v.product_tmpl_id
                        WHERE l.order_id = %(order)s AND l.product_uom_qty > 0
                          AND (v.id = ANY(%(products)s) OR t.categ_id = ANY(%(categories)s)))""",
            order=SQL.identifier(alias, "id"),
            products=rule.product_ids.ids,
            categories=categories.ids if rule.categ_ids else [],
        )

    # ---------------------------------------------------------------- contacts

    @care_source("no_contact")
    def _source_no_contact(self, rule, span):
        """With whom nobody has spoken since that day; who was never spoken to, since he is known."""
        return CareSource(
            SQL(
                """SELECT c.partner_id, w.day, w.name FROM (%s) w (day, name, since, until)
                     JOIN crm_sync_customer c ON c.quiet_since >= w.since AND c.quiet_since < w.until""",
                self._days_sql(rule, span),
            )
        )

    # ---------------------------------------------------------------- points and tiers

    @care_source("membership_day")
    def _source_membership_day(self, rule, span):
        """The day on which he has become a member; where he has no tier, that of his card."""
        windows = [
            SQL("(%s::date, %s, %s::date)", day, str(day.year), origin)
            for day in span
            for origin, _years in origins(day)
        ]
        return CareSource(
            SQL(
                """SELECT c.partner_id, w.day, w.name
                     FROM loyalty_card c
                     LEFT JOIN crm_sync_tier_standing s ON s.card_id = c.id
                     JOIN (VALUES %(windows)s) w (day, name, origin)
                       ON w.origin = COALESCE(s.joined_on, (c.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s)::date)
                    WHERE c.program_id = %(program)s AND c.active AND c.partner_id IS NOT NULL""",
                windows=SQL(", ").join(windows),
                tz=rule.program_id._sync_timezone(),
                program=rule.program_id.id,
            ),
            same_days=_YEARLY,
        )

    @care_source("points_expire")
    def _source_points_expire(self, rule, span):
        """Whose points can be used through that day for the last time."""
        return CareSource(
            SQL(
                """SELECT c.partner_id, l.expires_on, to_char(l.expires_on, 'YYYY-MM-DD')
                     FROM crm_sync_loyalty_lot l JOIN loyalty_card c ON c.id = l.card_id
                    WHERE l.remaining > 0 AND l.expires_on BETWEEN %(first)s AND %(last)s AND l.program_id = %(program)s
                      AND c.active AND c.partner_id IS NOT NULL""",
                first=span.first,
                last=span.last,
                program=rule.program_id.id,
            )
        )

    @care_source("tier_falls")
    def _source_tier_falls(self, rule, span):
        """Whose tier is certain through that day only, and who has not yet done enough to keep it."""
        return CareSource(
            SQL(
                """SELECT s.partner_id, m.valid_through, to_char(m.valid_through, 'YYYY-MM-DD')
                     FROM crm_sync_tier_membership m JOIN crm_sync_tier_standing s ON s.membership_id = m.id
                    WHERE m.program_id = %(program)s AND m.valid_through BETWEEN %(first)s AND %(last)s
                      AND s.keep_missing > 0 AND s.partner_id IS NOT NULL AND m.date_to IS NULL
                      AND NOT (COALESCE(m.is_locked, FALSE) AND COALESCE(m.lock_until, 'infinity') >= m.valid_through)""",
                first=span.first,
                last=span.last,
                program=rule.program_id.id,
            )
        )

    # ---------------------------------------------------------------- days as moments

    def _days_sql(self, rule, span):
        """SELECT of (day, name, since, until) of each day, by the company's clock."""
        return self._windows_sql(rule, [(day, fields.Date.to_string(day), day) for day in span])

    def _windows_sql(self, rule, windows):
        """The same, of what happened on ``origin``: ``[(day of the occasion, its name, origin)]``."""
        tz = rule._timezone()
        rows = [
            SQL("(%s::date, %s, %s::timestamp, %s::timestamp)", day, name, *utc_bounds(origin, origin, tz))
            for day, name, origin in windows
        ]
        return SQL("VALUES %s", SQL(", ").join(rows))
