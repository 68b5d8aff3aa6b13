"""What ``forked.py`` does for ``story.py``: a job of the addon, by its scheduled action, undisturbed or with a fault."""

import json
import re
from datetime import timedelta
from pathlib import Path

import care_work
import effects
import faults
import kpi_work
from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL
from psycopg2.extensions import TransactionRollbackError
from story import JOBS


def job(env, name, fault="", at="0", phase="before"):
    """The method of the scheduled action ``name``. Tells how many statements that took."""
    _prepare(env, with_poison=fault == "poison")
    told = faults.collide() if fault == "collide" else {"collisions": 0}
    statements = faults.Statements(
        {"kill": faults.kill, "cut": faults.cut, "pause": faults.pause}.get(fault), int(at), phase
    )
    _run(env, name)
    faults.say(f"COUNTED {statements.count} {told['collisions']}")


def _prepare(env, **options):
    kpi_work.patch_facts(env)
    # As on a server that makes no PDF: a page is made at once, and what is mailed is the same.
    env.registry["ir.actions.report"].get_wkhtmltopdf_state = lambda _report: "install"
    faults.in_small_steps(env.registry, **options)


def _run(env, name):
    """As Odoo's scheduler calls it."""
    cron = env.ref(f"crm_sync_measures.{name}")
    method = re.fullmatch(r"model\.(_cron_\w+)\(\)", cron.code.strip())[1]
    getattr(env(user=cron.user_id.id, context={})[cron.model_id.model], method)()
    env.cr.commit()


def night(env, today, hours, zone=""):
    """Every scheduled action once, so many hours from noon of that day, for a company and people of that time zone."""
    _prepare(env)
    if zone and env.company.partner_id.tz != zone:
        env.company.partner_id.tz = env.ref("base.user_root").tz = zone
        env.cr.commit()
    noon = fields.Datetime.to_datetime(f"{today} 12:00:00")
    with care_work.clock(noon + timedelta(hours=int(hours))):
        for name in JOBS:
            _run(env, name)


def ahead(env, name, hours):
    """The job as it will be so many hours from now."""
    with care_work.clock(fields.Datetime.now() + timedelta(hours=int(hours))):
        _run(env, name)


def press(env, name):
    """The button of the scheduled action: whoever comes second while it runs is refused."""
    _prepare(env)
    try:
        env.ref(f"crm_sync_measures.{name}").method_direct_trigger()
    except (UserError, TransactionRollbackError):
        # Odoo tells the one, and repeats the request of the other.
        faults.say("REFUSED")


def make_due(env, name):
    """For Odoo's scheduler this one job is due, and no other."""
    cron = env.ref(f"crm_sync_measures.{name}")
    others = env["ir.cron"].with_context(active_test=False).search([("id", "!=", cron.id)])
    others.nextcall = fields.Datetime.now() + timedelta(days=365)
    cron.write({"active": True, "nextcall": fields.Datetime.now() - timedelta(minutes=1)})
    env["ir.cron.trigger"].search([]).unlink()


def schedule(env):
    """Odoo's scheduler."""
    _prepare(env)
    type(env["ir.cron"])._process_jobs(env.cr.dbname)


def every_job(env, file):
    """The scheduled actions of the addon, by name, into a file."""
    found = env["ir.model.data"].search([("module", "=", "crm_sync_measures"), ("model", "=", "ir.cron")])
    Path(file).write_text(json.dumps(sorted(found.mapped("name"))))


def prepare_effects(env):
    effects.prepare(env)


def mark(env, file):
    Path(file).write_text(json.dumps(effects.mark(env)))


def write_effects(env, file, number):
    """What was written since ``number``, into a file."""
    rows, counts = effects.since(env, int(number))
    Path(file).write_text(json.dumps([rows, counts]))


def pass_on_failures(env):
    """The next try of what failed has come."""
    moment = fields.Datetime.now() - timedelta(minutes=1)
    env.cr.execute(SQL("UPDATE crm_sync_job_failure SET next_try = %s WHERE state = 'retry'", moment))


WORK = {
    "job": job,
    "night": night,
    "ahead": ahead,
    "make_due": make_due,
    "press": press,
    "schedule": schedule,
    "every_job": every_job,
    "prepare_effects": prepare_effects,
    "mark": mark,
    "write_effects": write_effects,
    "pass_on_failures": pass_on_failures,
}
