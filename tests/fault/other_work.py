"""What ``forked.py`` does for jobs with little to prepare: standings, reports, improvement actions, themes of comments."""

from datetime import timedelta

from activity_work import people
from odoo import fields
from odoo.fields import Command


def forget_standings(env):
    """Nothing is known of any customer."""
    env.cr.execute("DELETE FROM crm_sync_customer; DELETE FROM crm_sync_job_period")


def seed_reports(env):
    """Reports of all kinds that are due."""
    one = people(env)
    one.group_ids += env.ref("crm_sync_measures.group_manager")
    kinds = env["crm.sync.report.subscription"]._fields["period_kind"].get_values(env)
    subscriptions = env["crm.sync.report.subscription"].create(
        [{"report": "service", "period_kind": kind, "user_id": one.id} for kind in kinds]
    )
    for subscription in subscriptions:
        subscription._record_next(fields.Datetime.now() - timedelta(hours=1))


def seed_improvements(env, number):
    """So many actions that can be checked since today."""
    owner = people(env)
    actions = env["crm.sync.improvement"].create(
        [{"name": f"Fault action {n}", "owner_id": owner.id, "has_usual_tasks": False} for n in range(int(number))]
    )
    for action in actions:
        action._record({"phase": "check", "check_on": fields.Date.today()})


def seed_themes(env):
    """Comments are to be read again, by words that all of them have."""
    env["crm.sync.survey.theme"].create({"name": "Fault theme", "word_ids": [Command.create({"words": "words, of"})]})


def use_mail_server(env, port):
    """Mails leave by that port of this machine, and what was in the outbox before is gone."""
    env["mail.mail"].search([]).unlink()
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create({"name": "Fault", "smtp_host": "127.0.0.1", "smtp_port": int(port)})


def send_mails(env):
    """What Odoo's own scheduled action does."""
    env["mail.mail"].process_email_queue()


def try_mails_again(env):
    """What a person does with mails that could not be delivered: Odoo's button *Retry*."""
    env["mail.mail"].search([("state", "=", "exception")]).mark_outgoing()


WORK = {
    "use_mail_server": use_mail_server,
    "send_mails": send_mails,
    "try_mails_again": try_mails_again,
    "forget_standings": forget_standings,
    "seed_reports": seed_reports,
    "seed_improvements": seed_improvements,
    "seed_themes": seed_themes,
}
