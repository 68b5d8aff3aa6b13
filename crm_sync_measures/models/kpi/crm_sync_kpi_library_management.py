from odoo import SUPERUSER_ID, models
from odoo.tools import SQL

from ..core.contact_facts import DOCUMENTS, is_contact
from .library_sql import flush
from .measures import Facts, kpi_measure


class CrmSyncKpiLibrary(models.AbstractModel):
    """Whether we do what we said, and in time."""

    _inherit = "crm.sync.kpi.library"

    @kpi_measure("promises_kept", sequence=40)
    def _measure_promises_kept(self, window):
        """Kept of the promises whose agreed date was in the period: not kept late, and not broken.

        What nobody has fulfilled by then is broken, also where the job has not seen it yet. Released ones do not count.
        """
        flush(self.env, "crm.sync.promise")
        return Facts(
            SQL(
                """SELECT q.company_id, 'crm.sync.promise' AS res_model, q.id AS res_id, q.binding_due_at AS at,
                          (q.state = 'kept')::int::float8 AS numerator, 1::float8 AS denominator,
                          q.user_id, q.department_id, q.channel
                     FROM crm_sync_promise q
                    WHERE q.binding_due_at >= %(since)s AND q.binding_due_at < %(until)s
                      AND (q.state IN ('kept', 'kept_late', 'broken')
                           OR q.state = 'open' AND q.binding_due_at < %(now)s)""",
                since=window.since,
                until=window.until,
                now=window.now,
            ),
            timing="moment",
            dims=("user_id", "department_id", "channel"),
        )

    @kpi_measure("activities_on_time", sequence=50)
    def _measure_activities_on_time(self, window):
        """Done by their due date, of the activities that were due in the period.

        What is not done yet is late as soon as its day is over at the place of whom it is assigned to; counting done ones
        only would make the figure better with everything that is never done. Odoo keeps the day of completion in UTC.
        An activity counts for the company of the person.
        """
        flush(self.env, "mail.activity", "res.users")
        return Facts(
            SQL(
                """SELECT u.company_id, 'mail.activity' AS res_model, a.id AS res_id, a.date_deadline AS day,
                          (a.active IS FALSE AND a.date_done <= a.date_deadline)::int::float8 AS numerator,
                          1::float8 AS denominator, a.user_id
                     FROM mail_activity a JOIN res_users u ON u.id = a.user_id
                    WHERE a.date_deadline >= %(since)s AND a.date_deadline < %(until)s
                      AND (a.active IS FALSE OR a.date_deadline < (
                           %(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(NULLIF(a.user_tz, ''), 'UTC'))::date)""",
                since=window.day_since,
                until=window.day_until,
                now=window.now,
            ),
            timing="day",
            dims=("user_id",),
        )

    @kpi_measure("override_rate", sequence=60)
    def _measure_override_rate(self, window):
        """How often somebody gave a reason and contacted a customer in spite of a warning, for each 100 contacts of ours.

        Contacts are logged ones and messages to customers, written by colleagues. Warnings that kept somebody from
        contacting leave no trace, so there is no share of all warnings that were shown.
        """
        flush(
            self.env, "crm.sync.contact.override", "crm.sync.touch", "mail.message", "mail.activity.type", "res.users"
        )
        return Facts(
            SQL(
                """SELECT v.company_id, 'crm.sync.contact.override' AS res_model, v.id AS res_id, v.at,
                          1::float8 AS numerator, 0::float8 AS denominator, v.user_id
                     FROM crm_sync_contact_override v WHERE v.at >= %(since)s AND v.at < %(until)s
                    UNION ALL
                   SELECT t.company_id, 'crm.sync.touch', t.id, t.occurred_at, 0, 1, t.user_id
                     FROM crm_sync_touch t
                    WHERE t.direction = 'out' AND t.occurred_at >= %(since)s AND t.occurred_at < %(until)s
                      AND NOT EXISTS (SELECT FROM crm_sync_touch c WHERE c.corrects_id = t.id)
                    UNION ALL
                   SELECT COALESCE(m.record_company_id, u.company_id), 'mail.message', m.id, m.date, 0, 1, u.id
                     FROM mail_message m
                     JOIN %(staff)s u ON u.partner_id = m.author_id
                     LEFT JOIN mail_activity_type a ON a.id = m.mail_activity_type_id
                    WHERE m.date >= %(since)s AND m.date < %(until)s AND m.model = ANY(%(models)s) AND %(is_contact)s""",
                staff=self._staff(),
                since=window.since,
                until=window.until,
                models=[model for model, _table, _column in DOCUMENTS],
                is_contact=is_contact(self.env),
            ),
            timing="moment",
            dims=("user_id",),
        )

    def _staff(self):
        """Relation (partner_id, id, company_id) of all colleagues, archived ones too, and of no robot."""
        return SQL(
            """(SELECT DISTINCT ON (s.partner_id) s.partner_id, s.id, s.company_id
                  FROM res_users s WHERE NOT s.share AND s.id != %s ORDER BY s.partner_id, s.id)""",
            SUPERUSER_ID,
        )
