"""Scheduled actions of the addon, in an order in which each finds work, and what happens before it.

No Odoo here: the harness and the table read the same. What there is to do is made beforehand (``SEEDS``); between two jobs time
passes, or somebody does something.
"""

#: Commands of ``forked.py``, before the first job. What the demo has to do within some hours is done: faults take their time.
SEEDS = ("ahead cron_case_clocks 6", "seed_activity 9 4", "seed_cases 4", "seed_surveys 12", "forget_standings")
#: {scheduled action: what happens before it}.
JOBS = {
    "cron_refresh_customers": (),
    "cron_promises": (),
    "cron_mail_briefs": (),
    "cron_reconcile_responses": (),
    "cron_watch_responses": (),
    "cron_case_clocks": (),
    "cron_case_silence": (),
    "cron_case_survey": (),
    "cron_survey_scan": (),
    "cron_survey_gate": (),
    "cron_survey_dispatch": (),
    "cron_survey_remind": ("surveys_sent",),
    "cron_survey_expire": ("surveys_over",),
    "cron_survey_loop": ("route_to_one", "seed_answers 15"),
    "cron_survey_themes": ("seed_themes",),
    "cron_kpi_snapshot": ("seed_kpis 4",),
    "cron_kpi_drift": ("drift_kpis",),
    "cron_improvement_check": ("seed_improvements 8",),
    "cron_report_mail": ("seed_reports",),
    "cron_release_points": ("seed_orders 8",),
    "cron_pool_wallets": ("seed_astray 8",),
    "cron_expire_points": ("seed 12",),
    "cron_remind_points": (),
    "cron_send_statements": ("seed_statements",),
    "cron_review_tiers": ("seed_tiers 9",),
    "cron_try_tiers": (),
    "cron_tell_tiers": ("rise_tiers",),
    "cron_tell_tier_rules": ("announce_tiers",),
    "cron_loyalty_anchor": (),
    "cron_loyalty_check": (),
    "cron_care_plan": ("seed_born_today 12",),
    "cron_care_dispatch": (),
    "cron_refresh_rhythms": ("seed_visits 12", "forget_visits"),
    "cron_return_visits": ("visits_overdue",),
}
#: {job: table in which it says that a part of it raised}: there it is not as undisturbed.
SAYS_SO = {"cron_loyalty_check": "crm_sync_loyalty_check"}
