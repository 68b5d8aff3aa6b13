from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.periods import local_date, utc_bounds

ACTIVITY = "crm_sync_measures.activity_type_return_visit"
_BATCH = 500


class CrmSyncCareRhythm(models.Model):
    """Who is told that a customer is overdue: his owner, by an activity on the customer, once for each overdue time.

    An owner has so many of them at a time as the company says, those longest overdue first: whose customers are all
    overdue is not helped by a thousand activities. The others stay in the list, and their turn comes. A customer who does
    not want to be cared for, or who has died, is nobody's activity.
    """

    _inherit = "crm.sync.care.rhythm"

    @api.model
    def _cron_tell(self):
        """Give every owner his next activities. Killing it anywhere, or running it twice, changes nothing."""
        self.env["crm.sync.job.runner"]._run_sets(
            "return_visits", partial(self._next_overdue, self._owners()), self._tell_set, _BATCH, self.browse
        )

    @api.model
    def _owners(self):
        """``[(owner, start of his day in UTC, activities at a time)]`` of the colleagues who have customers in the list."""
        self.flush_model()
        owners = self.env["res.users"].browse(
            user_id
            for [user_id] in self.env.execute_query(
                SQL("SELECT DISTINCT user_id FROM crm_sync_care_rhythm WHERE user_id IS NOT NULL")
            )
        )
        # sudo: time zone and company of colleagues
        owners = owners.sudo().filtered(lambda user: user.active and not user.share)
        return [(user.id, self._start_of_day(user), user.company_id.sync_visit_limit) for user in owners]

    @api.model
    def _start_of_day(self, user):
        tz = user.tz or "UTC"
        today = local_date(fields.Datetime.now(), tz)
        return utc_bounds(today, today, tz)[0]

    def _next_overdue(self, owners, after, limit):
        """Ids of the customers whose turn it is, above ``after``: of each owner those longest overdue for whom he has room."""
        if not owners:
            return []
        for model in ("mail.activity", self._name):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT n.id
                     FROM unnest(%(owners)s::int[], %(before)s::timestamp[], %(limits)s::int[]) o (user_id, before, size)
                    CROSS JOIN LATERAL (
                          SELECT count(*) AS count FROM crm_sync_care_rhythm k JOIN mail_activity a ON a.id = k.activity_id
                           WHERE k.user_id = o.user_id AND a.active) had
                    CROSS JOIN LATERAL (
                          SELECT r.id FROM crm_sync_care_rhythm r
                           WHERE r.user_id = o.user_id AND r.told_at IS NULL AND r.due_at < o.before
                           ORDER BY r.due_at, r.id LIMIT GREATEST(0, o.size - had.count)) n
                    WHERE n.id > %(after)s ORDER BY n.id LIMIT %(limit)s""",
                owners=[user_id for user_id, _before, _size in owners],
                before=[before for _user_id, before, _size in owners],
                limits=[size for _user_id, _before, size in owners],
                after=after,
                limit=limit,
            )
        )
        return [row_id for [row_id] in rows]

    def _tell_set(self, ids):
        """One set of the work: (rows done, rows that another transaction holds)."""
        locked = self.browse(ids).try_lock_for_update()
        rows = locked.filtered(
            lambda row: not row.told_at and row.user_id and row.due_at < self._start_of_day(row.user_id)
        )
        self._make_activities(rows.filtered(self._may_be_told(rows)))
        # Of whom nobody may be told, nobody asks again every night; the list shows them.
        rows.write({"told_at": fields.Datetime.now()})
        return len(locked), len(ids) - len(locked)

    def _may_be_told(self, rows):
        """A filter: the customer wants it, and is one that his owner may read; asked once for all, and for each owner."""
        verdicts = self.env["crm.sync.contact.gate"]._may_contact(rows.partner_id, "care", "visit")
        # How he is reached is left to the owner.
        wanted = {
            partner_id for partner_id, verdict in verdicts.items() if verdict.allowed or verdict.reason == "no_address"
        }
        readable = {}
        for user, group in rows.grouped("user_id").items():
            partners = self.env["res.partner"].with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            readable[user] = set(partners.browse(group.partner_id.ids)._filtered_access("read").ids)
        return lambda row: row.partner_id.id in wanted & readable[row.user_id]

    def _make_activities(self, rows):
        kind = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id("res.partner")
        # Told in the client, not by one mail each.
        Activity = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        values = []
        for row in rows:
            texts = row.with_context(lang=row.user_id.lang, tz=row.user_id.tz)
            values.append(
                {
                    "activity_type_id": kind.id,
                    "automated": True,
                    "res_model_id": model,
                    "res_id": row.partner_id.id,
                    "user_id": row.user_id.id,
                    "summary": texts._visit_summary(),
                    "date_deadline": fields.Date.context_today(texts),
                }
            )
        for row, activity in zip(rows, Activity.create(values), strict=True):
            row.activity_id = activity

    def _visit_summary(self):
        """Short: the customer is told by where the activity is."""
        return self.env._("Without contact for more than %s days", self.days)
