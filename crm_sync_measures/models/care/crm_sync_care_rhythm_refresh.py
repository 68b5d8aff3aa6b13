from odoo import api, models
from odoo.tools import SQL

#: Columns that the refresh computes; a row is written only where one of them differs.
_COMPUTED = ["company_id", "user_id", "department_id", "days", "tier_id", "due_at"]
#: Customers of one statement of the nightly job; a larger range reads the large tables less often.
_RANGE = 1_000_000


class CrmSyncCareRhythm(models.Model):
    """How the rows come about: the same statement for single customers at once, and for all of them every night."""

    _inherit = "crm.sync.care.rhythm"

    @api.model
    def _cron_refresh(self):
        """Bring the rhythm of every customer up to date with his tier, and with what was left behind."""
        self.env["crm.sync.job.runner"]._run_ranges(
            "refresh_rhythms", "res.partner", self._refresh_range, batch_size=_RANGE, catch_up=False
        )

    def _refresh_range(self, day, lowest, highest):
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        self._refresh(SQL("p.commercial_partner_id BETWEEN %s AND %s", lowest, highest))

    @api.model
    def _refresh_partners(self, partners):
        """Bring the rows of the customers that ``partners`` belong to up to date, now; a contact has none."""
        entities = SQL("SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s)", partners.ids)
        self._refresh(SQL("p.commercial_partner_id = ANY(ARRAY(%s))", entities))

    @api.model
    def _refresh(self, condition):
        """One statement, whatever the number of customers ``p`` in ``condition``; rows that are right are not written.

        Activities follow: those of customers who are not overdue any more go, and those of an owner who has given the
        customer away go along.
        """
        for model in ("res.partner", "crm.sync.customer", "crm.sync.tier", "crm.sync.tier.standing", self._name):
            self.env[model].flush_model()
        followed = self.env.execute_query(
            SQL(
                """WITH fresh AS MATERIALIZED (%(fresh)s),
                   gone AS (
                       DELETE FROM crm_sync_care_rhythm r USING res_partner p
                        WHERE p.id = r.partner_id AND %(condition)s
                          AND NOT EXISTS (SELECT FROM fresh f WHERE f.partner_id = r.partner_id)
                    RETURNING r.activity_id
                   ), changed AS (
                       UPDATE crm_sync_care_rhythm r
                          SET %(assign)s,
                              told_at = CASE WHEN r.told_at > f.due_at THEN r.told_at END,
                              activity_id = CASE WHEN r.told_at > f.due_at THEN r.activity_id END
                         FROM fresh f
                        WHERE r.partner_id = f.partner_id AND (%(old)s) IS DISTINCT FROM (%(new)s)
                    RETURNING f.activity_id, f.owner_id, r.user_id, r.activity_id IS NULL AS is_over
                   ), made AS (
                       INSERT INTO crm_sync_care_rhythm (partner_id, %(columns)s)
                       SELECT partner_id, %(columns)s FROM fresh WHERE rhythm_id IS NULL
                       -- Sorted: all are found before the first is written, else each would look through those written before.
                        ORDER BY partner_id
                       ON CONFLICT (partner_id) DO NOTHING
                   )
                   SELECT activity_id, NULL::int, NULL::int, TRUE FROM gone WHERE activity_id IS NOT NULL
                    UNION ALL
                   SELECT * FROM changed
                    WHERE activity_id IS NOT NULL AND (is_over OR user_id IS DISTINCT FROM owner_id)""",
                fresh=self._fresh(condition),
                condition=condition,
                columns=SQL(", ").join(map(SQL.identifier, _COMPUTED)),
                assign=SQL(", ").join(SQL("%s = %s", SQL.identifier(c), SQL.identifier("f", c)) for c in _COMPUTED),
                old=SQL(", ").join(SQL.identifier("r", c) for c in _COMPUTED),
                new=SQL(", ").join(SQL.identifier("f", c) for c in _COMPUTED),
            )
        )
        self.invalidate_model()
        self._follow(followed)

    def _fresh(self, condition):
        """The rows as they should be, and what the present ones know: whose the activity is.

        Those with a rhythm of their own, by an index, and those with one of a tier: nobody else is read.
        """
        return SQL(
            """SELECT c.partner_id, c.company_id, c.user_id, c.department_id, h.days, h.tier_id,
                      c.quiet_since + make_interval(days => h.days) AS due_at,
                      k.id AS rhythm_id, k.activity_id, k.user_id AS owner_id
                 FROM (SELECT p.id, p.sync_contact_days AS days, NULL::int AS tier_id FROM res_partner p
                        WHERE %(condition)s AND p.sync_contact_days > 0 AND p.sync_is_deceased IS NOT TRUE
                        UNION ALL
                       SELECT t.partner_id, t.days, t.tier_id FROM (%(tiers)s) t (partner_id, tier_id, days)
                        WHERE (SELECT %(condition)s AND COALESCE(p.sync_contact_days, 0) = 0 AND p.sync_is_deceased IS NOT TRUE
                                 FROM res_partner p WHERE p.id = t.partner_id)) h
                 JOIN crm_sync_customer c ON c.partner_id = h.id
                 LEFT JOIN crm_sync_care_rhythm k ON k.partner_id = h.id
                WHERE c.active AND c.quiet_since IS NOT NULL""",
            tiers=self._tiers(condition),
            condition=condition,
        )

    def _tiers(self, condition):
        """Of each customer the shortest rhythm of the tiers that he and his contacts are shown with."""
        return SQL(
            """SELECT DISTINCT ON (p.commercial_partner_id) p.commercial_partner_id, s.tier_id, t.contact_days
                 FROM res_partner p
                 JOIN crm_sync_tier_standing s ON s.partner_id = p.id AND s.is_shown
                 JOIN crm_sync_tier t ON t.id = s.tier_id AND t.contact_days > 0
                WHERE %s
                ORDER BY p.commercial_partner_id, t.contact_days, s.tier_id""",
            condition,
        )

    def _follow(self, followed):
        """``followed``: (activity, owner before, owner now, whether it is not wanted any more). Done ones stay."""
        if not followed:
            return
        # sudo: the activities are ours, whoever has contacted the customer or given him away
        Activity = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        open_activities = Activity.search([("id", "in", [row[0] for row in followed])])
        over = {activity_id for activity_id, _before, _now, is_over in followed if is_over}
        open_activities.filtered(lambda activity: activity.id in over).unlink()
        moved = {}
        for activity_id, before, now, is_over in followed:
            activity = open_activities.browse(activity_id)
            # What was given to somebody else by hand stays with him.
            if not is_over and now and activity in open_activities and activity.user_id.id == before:
                moved[now] = moved.get(now, Activity) | activity
        for user_id, activities in moved.items():
            activities.write({"user_id": user_id})
