"""What ``forked.py`` does for ``test_survey_loop.py``: customers have answered, and what follows is due."""

from datetime import timedelta

from odoo import fields

#: Answers a transaction: many commits for a kill to fall between.
_STEP = 3


def seed_answers(env, number):
    """So many answers of an hour ago: of five, two are unhappy, one wishes to be called, one is content, and one is between."""
    env = env(context={"tracking_disable": True})
    partners = env["res.partner"].create(
        [{"name": f"Fault answered {n}", "email": f"faultanswered{n}@example.com"} for n in range(int(number))]
    )
    survey = env["survey.survey"].create({"title": "Fault survey", "sync_case_below": 70})
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
    club = env["loyalty.program"].create({"name": "Fault club", "program_type": "loyalty", "applies_on": "both"})
    program = env["crm.sync.survey.program"].create(
        {
            "name": "Fault loop",
            "survey_id": survey.id,
            "metric": "nps",
            "trigger": "manual",
            "promoter_action": "points",
            "promoter_program_id": club.id,
            "promoter_points": 50,
        }
    )
    program.action_start()
    long_ago = fields.Datetime.now() - timedelta(hours=1)
    invitations = env["crm.sync.survey.invitation"].create(
        [{"program_id": program.id, "partner_id": one.id, "origin_key": f"fault:{one.id}"} for one in partners]
    )
    invitations._set_state("queued", long_ago)
    invitations._set_state("sent", long_ago)
    for invitation, value in zip(invitations, [2, 5, 8, 10, 7] * len(invitations), strict=False):
        invitation._answer(value, f"Words of {invitation.id}", long_ago)
        if value == 7:
            invitation._wish_call("")


def follow_answers(env):
    from odoo.addons.crm_sync_measures.models.survey import crm_sync_survey_loop_job

    crm_sync_survey_loop_job._ANSWERS = _STEP
    env["crm.sync.survey.loop"]._cron_follow()


def answer_again(env):
    """A month has passed: everybody who was asked once more has answered."""
    long_ago = fields.Datetime.now() - timedelta(hours=1)
    again = env["crm.sync.survey.invitation"].search(
        [("program_id.name", "=", "Fault loop"), ("follow_up_of_id", "!=", False)]
    )
    again._set_state("queued", long_ago)
    again._set_state("sent", long_ago)
    for number, invitation in enumerate(again):
        invitation._answer(9 if number % 2 else 3, None, long_ago)


def route_to_one(env):
    """Every case goes to the same colleague, whichever comes first."""
    one = env.ref("base.user_admin")
    env["crm.sync.case.route"].search([("company_id", "in", [False, env.company.id])]).write(
        {"owner": "user", "user_id": one.id}
    )


WORK = {
    "seed_answers": seed_answers,
    "route_to_one": route_to_one,
    "follow_answers": follow_answers,
    "answer_again": answer_again,
}
