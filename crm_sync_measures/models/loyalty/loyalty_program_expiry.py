from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.expiry import ACTIVITY, ROUNDINGS

#: Fields whose change gives the open lots of a program another expiry.
_POLICY = {"sync_expiry", "sync_expiry_months", "sync_expiry_rounding"}
#: Up to so many lots are re-dated while the policy is saved; more are left to the job, which starts at once.
_AT_ONCE = 20_000


class LoyaltyProgram(models.Model):
    """What a change of the expiry policy does to the points that customers have already."""

    _inherit = "loyalty.program"

    sync_redate_since = fields.Datetime(
        "Policy Changed",
        copy=False,
        readonly=True,
        help="Set while the expiry of existing points is brought in line with a changed policy. Until that is done no "
        "points of this program expire.",
    )
    sync_expiry_preview = fields.Text("Effect on Existing Points", compute="_compute_sync_expiry_preview")

    def write(self, vals):
        if not _POLICY & vals.keys():
            return super().write(vals)
        before = {program.id: program._sync_expiry_policy() for program in self}
        result = super().write(vals)
        self.filtered(lambda program: program._sync_expiry_policy() != before[program.id])._sync_redate()
        return result

    # ---------------------------------------------------------------- re-dating

    def _sync_redate(self):
        """Bring the open lots of these programs in line with the policy, never sooner than one notice period.

        The job goes over them once more: a booking that is under way still knows the old policy.
        """
        if not self:
            return
        # sudo: lots follow the policy, and whoever may set the policy set it.
        self.sudo().sync_redate_since = fields.Datetime.now()
        for program in self:
            if program._sync_count_open_lots(_AT_ONCE + 1) <= _AT_ONCE:
                program._sync_redate_lots(SQL("l.program_id = %s", program.id))
        self.env.ref("crm_sync_measures.cron_expire_points").sudo()._trigger()  # sudo: our own scheduled work

    def _sync_count_open_lots(self, limit):
        self.env["crm.sync.loyalty.lot"].flush_model()
        [[count]] = self.env.execute_query(
            SQL(
                """SELECT count(*) FROM (SELECT FROM crm_sync_loyalty_lot l
                                          WHERE l.program_id = ANY(%s) AND (l.remaining > 0 OR l.held > 0) LIMIT %s) some_lots""",
                self.ids,
                limit,
            )
        )
        return count

    def _sync_redate_lots(self, condition):
        """Re-date the open lots ``l`` of these programs in ``condition``; as :func:`rules.expiry.redated` has it.

        One statement. A lot whose expiry moves is reminded anew.
        """
        self.env["crm.sync.loyalty.lot"].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_loyalty_lot l
                      SET expires_on = n.expires_on, reminded_on = NULL, last_chance_on = NULL
                     FROM (%s) n WHERE n.id = l.id AND n.expires_on IS DISTINCT FROM l.expires_on""",
                self._sync_redated_sql(condition),
            )
        )
        self.env["crm.sync.loyalty.lot"].invalidate_model(["expires_on", "reminded_on", "last_chance_on"], flush=False)

    def _sync_redated_sql(self, condition):
        """Rows (id, remaining, expires_on) of the open lots in ``condition``, with the expiry they should have."""
        policies = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s::date, %s)",
                program._origin.id,
                program.sync_expiry,
                program.sync_expiry_months,
                program.sync_expiry_rounding,
                program._sync_today(),
                program.sync_notice_days,
            )
            for program in self
        )
        return SQL(
            """SELECT id, remaining,
                      CASE WHEN due IS NULL OR due >= expires_on THEN due
                           WHEN expires_on IS NULL THEN GREATEST(due, earliest)
                           ELSE LEAST(GREATEST(due, earliest), expires_on) END AS expires_on
                 FROM (SELECT l.id, l.remaining, l.expires_on, p.today + p.notice AS earliest,
                              CASE p.mode WHEN 'none' THEN NULL ELSE %(end_of)s END AS due
                         FROM crm_sync_loyalty_lot l
                         JOIN (VALUES %(policies)s) p (id, mode, months, rounding, today, notice) ON p.id = l.program_id
                        CROSS JOIN LATERAL (SELECT CASE p.mode WHEN 'inactivity' THEN
                                  GREATEST(l.earned_on, (SELECT max(e.business_date) FROM crm_sync_loyalty_entry e
                                                          WHERE e.card_id = l.card_id AND e.kind = ANY(%(activity)s)))
                                  ELSE l.earned_on END AS since) counted
                        WHERE (l.remaining > 0 OR l.held > 0) AND %(condition)s) lots""",
            end_of=self._sync_end_of_sql(),
            policies=policies,
            activity=list(ACTIVITY),
            condition=condition,
        )

    def _sync_end_of_sql(self):
        """Last day on which points can be used whose life counts from ``since``, by the policy ``p``."""
        day = SQL("(since + make_interval(months => p.months))")
        ends = [
            SQL(
                "WHEN %(unit)s THEN (date_trunc(%(unit)s, %(day)s) + %(length)s::interval - interval '1 day')::date",
                unit=unit,
                day=day,
                length="3 months" if unit == "quarter" else f"1 {unit}",
            )
            for unit in ROUNDINGS
            if unit != "day"
        ]
        return SQL("CASE p.rounding %s ELSE %s::date END", SQL(" ").join(ends), day)

    def _sync_note_activity(self, card, kinds):
        """Where points expire by inactivity, who earns or redeems keeps what he has for one more life.

        Part of the booking, and not of the nightly job, so that no customer is told, or held to, a day that his
        own purchase has moved. Points whose last day is over are not revived.
        """
        if self.sync_expiry != "inactivity" or not set(ACTIVITY) & kinds:
            return
        today = self._sync_today()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_loyalty_lot SET expires_on = %(until)s, reminded_on = NULL, last_chance_on = NULL
                    WHERE card_id = %(card)s AND (remaining > 0 OR held > 0)
                      AND expires_on >= %(today)s AND expires_on < %(until)s""",
                until=self._sync_expires_on(today),
                card=card.id,
                today=today,
            )
        )

    # ---------------------------------------------------------------- preview

    @api.depends("sync_expiry", "sync_expiry_months", "sync_expiry_rounding", "sync_notice_days")
    def _compute_sync_expiry_preview(self):
        """What saving the policy as it is now in the form does to the points that customers have."""
        for program in self:
            old, new = program._origin, program._sync_expiry_policy()
            if not old.id or old._sync_expiry_policy() == new:
                program.sync_expiry_preview = False
                continue
            program.sync_expiry_preview = program._sync_preview(program._sync_redate_effect())

    def _sync_redate_effect(self):
        """(lots, points, first day, points on it, points within a year) of what gets an expiry, or another one."""
        self.env["crm.sync.loyalty.lot"].flush_model()
        [row] = self.env.execute_query(
            SQL(
                """WITH lots AS MATERIALIZED (%(redated)s), dated AS (
                       SELECT n.*, l.expires_on AS old FROM lots n JOIN crm_sync_loyalty_lot l USING (id)
                        WHERE n.expires_on IS DISTINCT FROM l.expires_on)
                   SELECT count(*), COALESCE(sum(remaining), 0), min(expires_on),
                          COALESCE(sum(remaining) FILTER (WHERE expires_on = (SELECT min(expires_on) FROM dated)), 0),
                          COALESCE(sum(remaining) FILTER (WHERE expires_on < %(today)s::date + 365), 0)
                     FROM dated""",
                redated=self._sync_redated_sql(SQL("l.program_id = %s", self._origin.id)),
                today=self._sync_today(),
            )
        )
        return row

    def _sync_preview(self, effect):
        lots, points, first, on_first, within_year = effect
        if not lots:
            return self.env._("Points that customers have already keep their expiry.")
        numbers = {
            "lots": f"{lots:,}",
            "points": f"{points:,.0f}",
            "first": fields.Date.to_string(first) if first else "",
            "on_first": f"{on_first:,.0f}",
            "within_year": f"{within_year:,.0f}",
        }
        if not first:
            return self.env._("%(lots)s lots with %(points)s points will not expire any more.", **numbers)
        return self.env._(
            "%(lots)s lots with %(points)s points get another expiry: %(on_first)s points on %(first)s, the first day, "
            "and %(within_year)s points within a year. Nothing expires sooner than one notice period from today.",
            **numbers,
        )
