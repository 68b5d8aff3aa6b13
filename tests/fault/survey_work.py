"""What ``forked.py`` does for ``test_survey_jobs.py``: a wave of a survey program, from the plan to the last reminder."""

from datetime import timedelta

from odoo import fields

#: Invitations a transaction: many commits for a kill to fall between.
_STEP = 3


def seed_surveys(env, number):
    """A program whose wave begins, and so many contacts; every fourth has opted out."""
    env = env(context={"tracking_disable": True})
    env.company.write(
        {"sync_survey_hour_from": 0, "sync_survey_hour_to": 24, "sync_survey_weekend": True, "sync_survey_cap": 0}
    )
    partners = env["res.partner"].create(
        [{"name": f"Fault asked {n}", "email": f"faultasked{n}@example.com"} for n in range(int(number))]
    )
    for partner in partners[::4]:
        env["mail.blacklist"]._add(partner.email)
    survey = env["survey.survey"].create({"title": "Fault survey"})
    env["survey.question"].create(
        {
            "survey_id": survey.id,
            "title": "How likely is it?",
            "question_type": "scale",
            "scale_min": 0,
            "scale_max": 10,
            "sync_metric": "nps",
        }
    )
    program = env["crm.sync.survey.program"].create(
        {
            "name": "Fault program",
            "survey_id": survey.id,
            "metric": "nps",
            "trigger": "manual",
            "wave_spread_days": 1,
            "delay_hours": 0,
            "reminder_count": 1,
            "audience_domain": "[('name', 'like', 'Fault asked')]",
        }
    )
    program.action_start()
    program.action_send_wave()


def surveys_sent(env):
    """The mails have left ten days ago."""
    invitations = env["crm.sync.survey.invitation"].search(
        [("program_id.name", "=", "Fault program"), ("state", "=", "queued")]
    )
    long_ago = fields.Datetime.now() - timedelta(days=10)
    invitations._set_state("sent", long_ago, handed_at=long_ago)


def surveys_over(env):
    """Their deadline was an hour ago."""
    invitations = env["crm.sync.survey.invitation"].search(
        [("program_id.name", "=", "Fault program"), ("state", "=", "sent")]
    )
    invitations._record({"expires_at": fields.Datetime.now() - timedelta(hours=1)})


def in_small_steps(job):
    def work(env):
        from odoo.addons.crm_sync_measures.models.survey import (
            crm_sync_survey_dispatch,
            crm_sync_survey_expiry,
            crm_sync_survey_reminders,
            crm_sync_survey_scan,
            crm_sync_survey_selection,
        )

        crm_sync_survey_scan._EVENTS = _STEP
        crm_sync_survey_selection._SIFTED = _STEP
        crm_sync_survey_dispatch._MAILED = crm_sync_survey_reminders._MAILED = _STEP
        crm_sync_survey_expiry._EXPIRED = _STEP
        job(env)

    return work


WORK = {
    "seed_surveys": seed_surveys,
    "surveys_sent": surveys_sent,
    "surveys_over": surveys_over,
    "plan_surveys": in_small_steps(lambda env: env["crm.sync.survey.scan"]._cron_scan()),
    "sift_surveys": in_small_steps(lambda env: env["crm.sync.survey.selection"]._cron_sift()),
    "send_surveys": in_small_steps(lambda env: env["crm.sync.survey.dispatch"]._cron_dispatch()),
    "remind_surveys": in_small_steps(lambda env: env["crm.sync.survey.reminders"]._cron_remind()),
    "expire_surveys": in_small_steps(lambda env: env["crm.sync.survey.expiry"]._cron_expire()),
}
