"""What ``forked.py`` does for ``test_activity_jobs.py``: promises, meetings and messages, and the jobs that look after them."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL


def seed_activity(env, number, meetings):
    """So many promises of each age, meetings, and conversations; a seller who wants briefs, and his manager."""
    env = env(context={"tracking_disable": True, "mail_activity_quick_update": True, "no_mail_to_attendees": True})
    seller = people(env)
    partners = env["res.partner"].create(
        [
            {"name": f"Fault {n}", "is_company": True, "email": f"fault{n}@example.com", "user_id": seller.id}
            for n in range(int(number))
        ]
    )
    now = fields.Datetime.now()
    # Known to nobody yet: due in 12 hours, broken for an hour, broken for 100 hours.
    promises = env["crm.sync.promise"].create(
        [
            {
                "name": f"Fault {name}",
                "user_id": seller.id,
                "partner_id": partner.id,
                "promised_at": now - timedelta(days=20),
                "due_at": now + timedelta(hours=hours),
            }
            for partner in partners
            for name, hours in (("soon", 12), ("broken", -1), ("long broken", -100))
        ]
    )
    env["calendar.event"].create(
        [
            {
                "name": "Fault visit",
                "user_id": seller.id,
                "start": now + timedelta(hours=10),
                "stop": now + timedelta(hours=11),
                "partner_ids": [(6, 0, [seller.partner_id.id, partner.id])],
            }
            for partner in partners[: int(meetings)]
        ]
    )
    env.flush_all()
    # Dated when they were made, so that there is a day on which to remind.
    env.cr.execute("UPDATE crm_sync_promise SET dated_at = promised_at WHERE id = ANY(%s)", [promises.ids])
    env.invalidate_all()
    env.add_to_compute(promises._fields["check_at"], promises)
    env.flush_all()
    # Asked five days ago, every third answered an hour later; behind the back of the hooks, as an import would.
    env.cr.execute(
        SQL(
            """DELETE FROM crm_sync_job_period;
               INSERT INTO mail_message (model, res_id, message_type, subtype_id, author_id, date, is_internal, outgoing_email_to, body)
               SELECT 'res.partner', p.id, 'email', %(comment)s, CASE said.who WHEN 0 THEN p.id ELSE %(seller)s END,
                      %(asked)s + make_interval(hours => said.who), FALSE, CASE said.who WHEN 1 THEN p.email END, 'Hello'
                 FROM res_partner p, generate_series(0, 1) said (who)
                WHERE p.id = ANY(%(partners)s) AND (said.who = 0 OR mod(p.id, 3) = 0)""",
            comment=env.ref("mail.mt_comment").id,
            seller=seller.partner_id.id,
            asked=(now - timedelta(days=5)).replace(microsecond=0),
            partners=partners.ids,
        )
    )


def people(env):
    """A seller and his manager, made when there is none."""
    if known := env["res.users"].search([("login", "=", "fault_seller")]):
        return known
    department = env["crm.sync.department"].create({"name": "Fault Sales"})
    groups = [env.ref("crm_sync_measures.group_user").id, env.ref("sales_team.group_sale_salesman_all_leads").id]
    manager = [*groups, env.ref("crm_sync_measures.group_department_manager").id]
    users = env["res.users"].with_context(no_reset_password=True)
    seller, boss = users.create(
        [
            {
                "name": f"Fault {login}",
                "login": f"fault_{login}",
                "email": f"fault_{login}@example.com",
                "group_ids": [(6, 0, ids)],
                "sync_department_id": department.id,
                "sync_brief_hours": hours,
            }
            for login, ids, hours in (("seller", groups, 24), ("boss", manager, 0))
        ]
    )
    department.manager_id = boss
    return seller


def small_steps(job, records=3):
    """``job`` with few records in each transaction: many commits for a kill to fall between."""

    def work(env):
        from odoo.addons.crm_sync_measures.models.activity import crm_sync_response_alarm
        from odoo.addons.crm_sync_measures.models.core.crm_sync_job_runner import CrmSyncJobRunner
        from odoo.addons.crm_sync_measures.models.feedback import crm_sync_case_clock_watch

        next_range = CrmSyncJobRunner._next_range
        crm_sync_response_alarm._BATCH = crm_sync_case_clock_watch._BATCH = records
        CrmSyncJobRunner._run_records.__defaults__ = (records,)
        CrmSyncJobRunner._next_range = lambda self, model, after, _size: next_range(self, model, after, records)
        job(env)

    return work


WORK = {
    "seed_activity": seed_activity,
    "watch_promises": small_steps(lambda env: env["crm.sync.promise"]._cron_watch()),
    "mail_briefs": small_steps(lambda env: env["crm.sync.brief.mail"]._cron_mail(), records=1),
    "reconcile": small_steps(lambda env: env["crm.sync.response.clock"]._cron_reconcile()),
    "watch_responses": small_steps(lambda env: env["crm.sync.response"]._cron_watch(), records=1),
}
