from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from .library_sql import flush
from .measures import Facts, kpi_measure

#: Power users as Microsoft has them for its assistants: 15 actions a week on average over 12 weeks, and any in 9 of these.
#: (Viva Insights, Copilot usage segments)
POWER_WEEKS, POWER_ACTIONS, POWER_HABIT = 12, 15, 9


class CrmSyncKpiLibrary(models.AbstractModel):
    """Who works with it, and how much.

    An action is a contact that somebody logged, an activity he marked as done, or a message that he wrote on a document;
    chats are none. It counts when it was entered, for the company of whom entered it. Reading leaves no trace.
    """

    _inherit = "crm.sync.kpi.library"

    @kpi_measure("active_users", sequence=70)
    def _measure_active_users(self, window):
        """Colleagues with at least one action in the period; each is one, however much he did."""
        return self._user_facts(window)

    @kpi_measure("actions_per_user", sequence=80)
    def _measure_actions_per_user(self, window):
        """Actions in the period for each colleague who had any."""
        return self._user_facts(window)

    def _user_facts(self, window):
        """One row for each period and colleague with an action in it, with their number."""
        return Facts(
            SQL(
                """SELECT a.company_id, 'res.users' AS res_model, a.user_id AS res_id, p.id AS period_id,
                          count(*)::float8 AS numerator, 1::float8 AS denominator, a.user_id, a.user_id AS subject_id
                     FROM (%(actions)s) a
                     JOIN %(periods)s p ON p.company_id = a.company_id AND a.at >= p.at_start AND a.at < p.at_end
                    GROUP BY p.id, a.company_id, a.user_id""",
                actions=self._actions(window.since, window.until),
                periods=window.periods,
            ),
            timing="stand",
            dims=("user_id",),
            subject=True,
        )

    @kpi_measure("power_users", sequence=90)
    def _measure_power_users(self, window):
        """Colleagues with 15 actions a week on average in the 12 weeks before the end of the period, and any in 9 of them.

        Weeks are counted back from that moment. Told by entries that Odoo keeps, so also of the past.
        """
        span = timedelta(weeks=POWER_WEEKS)
        return Facts(
            SQL(
                """SELECT a.company_id, 'res.users' AS res_model, a.user_id AS res_id, p.id AS period_id,
                          1::float8 AS numerator, 1::float8 AS denominator, a.user_id
                     FROM (%(actions)s) a
                     JOIN %(periods)s p ON p.company_id = a.company_id
                      AND a.at >= LEAST(p.at_end, %(now)s) - %(span)s AND a.at < LEAST(p.at_end, %(now)s)
                    GROUP BY p.id, a.company_id, a.user_id
                   HAVING count(*) >= %(actions_needed)s
                      AND count(DISTINCT floor(EXTRACT(epoch FROM a.at - (LEAST(p.at_end, %(now)s) - %(span)s)) / 604800))
                          >= %(weeks_needed)s""",
                actions=self._actions(window.since - span, window.until),
                periods=window.periods,
                now=window.now,
                span=span,
                actions_needed=POWER_WEEKS * POWER_ACTIONS,
                weeks_needed=POWER_HABIT,
            ),
            timing="stand",
            dims=("user_id",),
        )

    def _actions(self, since, until):
        """SELECT of (user_id, company_id, at) of what colleagues did from ``since`` until ``until``."""
        flush(self.env, "crm.sync.touch", "mail.message", "res.users")
        return SQL(
            """SELECT u.id AS user_id, u.company_id, t.create_date AS at
                 FROM crm_sync_touch t JOIN %(staff)s u ON u.id = t.create_uid
                WHERE t.create_date >= %(since)s AND t.create_date < %(until)s
                UNION ALL
               SELECT u.id, u.company_id, m.date
                 FROM mail_message m JOIN %(staff)s u ON u.partner_id = m.author_id
                WHERE m.date >= %(since)s AND m.date < %(until)s AND m.model != 'discuss.channel'
                  AND (m.message_type = 'comment' OR m.mail_activity_type_id IS NOT NULL)""",
            staff=self._staff(),
            since=since,
            until=until,
        )
