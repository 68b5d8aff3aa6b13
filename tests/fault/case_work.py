"""What ``forked.py`` does for ``test_case_jobs.py``: cases whose clocks run out, cases whose customers do not reply,
and cases that are over."""

from datetime import timedelta

from activity_work import people, small_steps
from odoo import fields
from odoo.tools import SQL

#: By name: hours until the deadline and until the managers are told, of a clock of which nobody was told anything yet.
LATE = {"soon": (5, 20), "late": (-1, 20), "long late": (-100, -50)}
#: Whether the customer was told ten days ago that it will be closed.
QUIET = {"to be told": False, "to be closed": True}


def seed_cases(env, number):
    """So many cases of each sort; the seller owns them, and his manager leads the department."""
    env = env(context={"tracking_disable": True, "mail_create_nosubscribe": True})
    seller = people(env)
    department = seller.sync_department_id
    env["crm.sync.case.policy"].create({"department_id": department.id, "autoclose_days": 14})
    partners = env["res.partner"].create(
        [{"name": f"Fault {n}", "is_company": True, "email": f"fault{n}@example.com"} for n in range(int(number))]
    )
    cases = env["crm.sync.case"].create(
        [
            {
                "name": f"Fault {name}",
                "partner_id": partner.id,
                "user_id": seller.id,
                "department_id": department.id,
            }
            for partner in partners
            for name in (*LATE, *QUIET)
        ]
    )
    named = cases.grouped("name")
    waiting = named["Fault to be told"] + named["Fault to be closed"]
    waiting._go_to_step("waiting_customer")
    # The new policy plans what there is at the end of the transaction.
    env.cr.commit()
    now = fields.Datetime.now()
    # Everything that follows is dated back, behind the back of the rules.
    env.cr.execute(SQL("UPDATE crm_sync_case_clock SET check_at = NULL WHERE case_id IN %s", tuple(cases.ids)))
    for name, (due, escalate) in LATE.items():
        env.cr.execute(
            SQL(
                """UPDATE crm_sync_case_clock SET due_at = %(due)s, warn_at = %(warned)s, escalate_at = %(escalate)s, running_since = %(warned)s,
                          check_at = %(warned)s WHERE kind = 'resolve' AND case_id IN %(cases)s""",
                due=now + timedelta(hours=due),
                warned=now - timedelta(hours=200),
                escalate=now + timedelta(hours=escalate),
                cases=tuple(named[f"Fault {name}"].ids),
            )
        )
    for name, is_told in QUIET.items():
        env.cr.execute(
            SQL(
                """UPDATE crm_sync_case SET stage_since = %(long_ago)s, last_customer_at = %(long_ago)s, silence_at = %(now)s,
                          silence_told_at = %(told)s WHERE id IN %(cases)s""",
                long_ago=now - timedelta(days=60),
                now=now - timedelta(hours=1),
                told=now - timedelta(days=10) if is_told else None,
                cases=tuple(named[f"Fault {name}"].ids),
            )
        )
    _seed_over(env, seller, int(number))


def _seed_over(env, seller, number):
    """Cases that are over since two days, of customers who have nothing else to complain of: it is time to ask them."""
    partners = env["res.partner"].create(
        [{"name": f"Fault verdict {n}", "email": f"faultverdict{n}@example.com"} for n in range(number)]
    )
    cases = env["crm.sync.case"].create(
        [{"name": "Fault over", "kind": "question", "partner_id": one.id, "user_id": seller.id} for one in partners]
    )
    cases._go_to_step("closed", event="closed", at=fields.Datetime.now() - timedelta(days=2))


WORK = {
    "seed_cases": seed_cases,
    "watch_cases": small_steps(lambda env: env["crm.sync.case.clock"]._cron_watch()),
    "ask_verdict": small_steps(lambda env: env["crm.sync.case"]._cron_survey(), records=1),
    "end_silence": small_steps(lambda env: env["crm.sync.case"]._cron_silence(), records=1),
}
