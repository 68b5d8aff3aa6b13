"""Scheduled actions of the addon, in an order in which each finds work, and what happens before it.

No Odoo here: the harness and the table read the same. What there is to do is made beforehand (``SEEDS``); between two jobs time
passes, or somebody does something.
"""

#: Commands of ``forked.py``, before the first job.
SEEDS = ("seed_activity 9 4", "seed_cases 4", "seed_surveys 12", "forget_standings")
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
}
#: {scheduled action: the test that kills it, in a database of its own}.
ELSEWHERE = {
    "cron_survey_dispatch": "test_survey_jobs.py",
    "cron_survey_remind": "test_survey_jobs.py",
    "cron_survey_expire": "test_survey_jobs.py",
    "cron_survey_loop": "test_survey_loop_kills.py",
    "cron_kpi_snapshot": "test_kpi_jobs.py",
    "cron_expire_points": "test_loyalty_expiry.py",
    "cron_remind_points": "test_loyalty_expiry.py",
    "cron_care_plan": "test_care_year.py",
    "cron_care_dispatch": "test_care_jobs.py",
    "cron_refresh_rhythms": "test_care_year.py",
    "cron_return_visits": "test_care_visits.py",
}
#: {scheduled action: the commands that give it work}. Nobody has killed these yet.
UNTRIED = {
    "cron_survey_themes": ("seed_answers 15", "seed_themes"),
    "cron_kpi_drift": ("seed_kpis 4", "measure_kpis", "drift_kpis"),
    "cron_improvement_check": ("seed_improvements 8",),
    "cron_report_mail": ("seed_reports",),
    "cron_release_points": ("seed_orders 8",),
    "cron_pool_wallets": ("seed_astray 8",),
    "cron_send_statements": ("seed 12", "seed_statements"),
    "cron_review_tiers": ("seed_tiers 9",),
    "cron_try_tiers": ("seed_tiers 9",),
    "cron_tell_tiers": ("seed_tiers 9", "rise_tiers"),
    "cron_tell_tier_rules": ("seed_tiers 9", "announce_tiers"),
    "cron_loyalty_anchor": (),
    "cron_loyalty_check": ("seed 12",),
}
