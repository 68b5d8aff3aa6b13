"""What ``forked.py`` does for the tests of care: a year of simulated days, run by run, from where it was left."""

from datetime import UTC
from zoneinfo import ZoneInfo

import care_people
from care_people import HAPPENS, PEOPLE
from odoo import fields

#: Occasions a transaction: many commits for a kill to fall between.
_STEP = 3
_GROUPS = ("crm_sync_measures.group_user", "sales_team.group_sale_salesman_all_leads", "base.group_partner_manager")


def seed_care(env):
    """Everybody, and the rules; made before the year begins."""
    with _clock(0):
        env = env(context={"tracking_disable": True})
        env.cr.execute(
            "CREATE TABLE fault_care_year (number int, happened int); INSERT INTO fault_care_year VALUES (0, -1)"
        )
        owner = env["res.users"].create(
            {
                "name": "Year owner",
                "login": "year_owner",
                "email": "year_owner@example.com",
                "tz": care_people.BERLIN,
                "group_ids": [(6, 0, [env.ref(group).id for group in _GROUPS])],
            }
        )
        env.company.partner_id.tz = care_people.BERLIN
        for number, (name, (tz, birthday, is_lunar, is_leap)) in enumerate(PEOPLE.items()):
            values = {
                "name": f"Year {name}",
                "email": f"year{number}@example.com",
                "tz": tz,
                "user_id": owner.id,
                "sync_birth_calendar": "lunar" if is_lunar else "solar",
                "sync_birth_is_leap": is_leap,
            }
            env["res.partner"].create(values | _birthday(env, birthday))
        _partner(env, "visited").sync_contact_days = 30
        _rules(env)


def _birthday(env, birthday):
    """As the fields want it: numbers, or the words of a selection."""
    values = dict(zip(("sync_birth_month", "sync_birth_day"), birthday or (False, False), strict=True))
    fields = env["res.partner"]._fields
    return {name: str(value) if value and fields[name].type == "selection" else value for name, value in values.items()}


def _template(env):
    return env["mail.template"].create(
        {
            "name": "Year greeting",
            "model_id": env["ir.model"]._get_id("crm.sync.care.occasion"),
            "subject": "All the best",
            "body_html": "<p>All the best</p>",
            "partner_to": "{{ object.partner_id.id }}",
        }
    )


def _rules(env):
    template = _template(env)
    holiday = {
        name: env["crm.sync.care.holiday"].search([("name", "=", name)], limit=1).id
        for name in ("Lunar New Year", "Christmas", "Easter")
    }
    mail = {"action": "mail", "mail_template_id": template.id, "purpose": "care"}
    activity = {"action": "activity", "purpose": "care"}
    rules = env["crm.sync.care.rule"].create(
        [
            {"name": "Year birthday", "occasion": "birthday", "audience_domain": _named("%"), **mail},
            {
                "name": "Year Lunar New Year",
                "occasion": "holiday",
                "holiday_id": holiday["Lunar New Year"],
                "audience_domain": _named("moon%"),
                **activity,
            },
            {
                "name": "Year Christmas",
                "occasion": "holiday",
                "holiday_id": holiday["Christmas"],
                "days": -3,
                "audience_domain": _named("march"),
                **mail,
            },
            {
                "name": "Year Easter",
                "occasion": "holiday",
                "holiday_id": holiday["Easter"],
                "audience_domain": _named("%spring"),
                **mail,
            },
            {
                "name": "Year after a purchase",
                "occasion": "after_purchase",
                "days": 30,
                "audience_domain": _named("%"),
                **activity,
            },
            {
                "name": "Year no purchase",
                "occasion": "no_purchase",
                "days": 90,
                "audience_domain": _named("%"),
                **activity,
            },
        ]
    )
    rules.action_start()


def _named(name):
    return repr([("name", "=like", f"Year {name}")])


# -------------------------------------------------------------------- the clock


def _clock(number):
    return clock(care_people.moment(number))


def clock(moment):
    """Odoo's clock stands there, that of its cursors too; the server behind them is not asked."""
    from unittest.mock import patch

    from freezegun import freeze_time
    from odoo.sql_db import BaseCursor

    class Clock:
        def __init__(self):
            self.freezer = freeze_time(moment)
            self.cursor = patch.object(BaseCursor, "now", lambda _cursor: fields.Datetime.now())

        def __enter__(self):
            self.frozen = self.freezer.start()
            self.cursor.start()
            return self.frozen

        def __exit__(self, *_error):
            self.cursor.stop()
            self.freezer.stop()

    return Clock()


def live_until_in_short(env, until):
    """Of those runs only the ones in which there is something to do."""
    live_until(env, until, care_people.worth_living())


def live_until(env, until, lived=None):
    """All runs before the ``until``-th one, from where the last process came to."""
    _in_small_steps()
    number = _kept(env, "number")
    with _clock(number) as frozen:
        while number < int(until):
            if lived is None or number in lived:
                frozen.move_to(care_people.moment(number))
                _happen(env, number)
                _run(env, number)
            number += 1
            _keep(env, "number", number)
            env.cr.commit()
            env.invalidate_all()


def sleep_until(env, until):
    """The server is down: those runs never happen, but life goes on."""
    with _clock(int(until)):
        for number in range(_kept(env, "number"), int(until)):
            _happen(env, number)
        _keep(env, "number", int(until))


def _run(env, number):
    """What the scheduler runs; the nightly jobs by night."""
    if number % 3 == 0:
        env["crm.sync.care.rhythm"]._cron_refresh()
        env["crm.sync.care.rhythm"]._cron_tell()
    env["crm.sync.care.planner"]._cron_plan()
    env["crm.sync.care.dispatch"]._cron_dispatch()
    # The outbox has sent it.
    handed = env["crm.sync.care.occasion"].search(
        [("action", "=", "mail"), ("handed_at", "!=", False), ("state", "=", "planned")]
    )
    handed._note_sent(False, False)


def _in_small_steps():
    from odoo.addons.crm_sync_measures.models.care import crm_sync_care_dispatch, crm_sync_care_rhythm_watch

    crm_sync_care_dispatch._AT_ONCE = _STEP
    crm_sync_care_rhythm_watch._BATCH = _STEP


def _keep(env, what, value):
    from odoo.tools import SQL

    env.cr.execute(SQL("UPDATE fault_care_year SET %s = %s", SQL.identifier(what), value))


def _kept(env, what):
    from odoo.tools import SQL

    return env.execute_query(SQL("SELECT %s FROM fault_care_year", SQL.identifier(what)))[0][0]


# -------------------------------------------------------------------- what happens to them


def _happen(env, number):
    """Once, however often the run is done again: kept in the same transaction."""
    if number in HAPPENS and _kept(env, "happened") < number:
        for what in HAPPENS[number]:
            EVENTS[what](env)
        _keep(env, "happened", number)
        env.cr.commit()


def _partner(env, name):
    return env["res.partner"].with_context(active_test=False).search([("name", "=", f"Year {name}")], limit=1)


def _merge(env, source, target):
    merged = _partner(env, source) | _partner(env, target)
    wizard = env["base.partner.merge.automatic.wizard"]
    wizard._merge(merged.ids, _partner(env, target), extra_checks=False)


def _order(env):
    lamp = env["product.product"].create({"name": "Year lamp", "type": "consu", "list_price": 30})
    order = env["sale.order"].create(
        {
            "partner_id": _partner(env, "eve").id,
            "order_line": [(0, 0, {"product_id": lamp.id, "product_uom_qty": 1})],
        }
    )
    order.action_confirm()


def _visit_done(env):
    """The owner has done what he was asked for."""
    visit = env.ref("crm_sync_measures.activity_type_return_visit")
    activity = env["mail.activity"].search(
        [
            ("res_model", "=", "res.partner"),
            ("res_id", "=", _partner(env, "visited").id),
            ("activity_type_id", "=", visit.id),
        ]
    )
    owner = env["res.users"].search([("login", "=", "year_owner")])
    activity.with_user(owner).action_feedback(feedback="All is well")


def _visit(env):
    """Somebody has called without being asked."""
    owner = env["res.users"].search([("login", "=", "year_owner")])
    env["crm.sync.touch"].with_user(owner).create(
        {"partner_id": _partner(env, "visited").id, "subject": "Called", "channel": "call"}
    )


def _born(name, month, day):
    return lambda env: _partner(env, name).write(_birthday(env, (month, day)))


def _rule(env):
    return env["crm.sync.care.rule"].search([("name", "=", "Year birthday")])


EVENTS = {
    "order": _order,
    "visit_done": _visit_done,
    "visit": _visit,
    "correct": _born("corrected", 5, 25),
    "merge_one": lambda env: _merge(env, "other one", "one"),
    "merge_greeted": lambda env: _merge(env, "greeted twin", "greeted"),
    "archive": lambda env: _partner(env, "archived").action_archive(),
    "die": lambda env: _partner(env, "dead").write({"sync_is_deceased": True}),
    "block": lambda env: env["mail.blacklist"]._add(_partner(env, "blocked").email),
    "tell_late": _born("told late", 9, 10),
    "tell_too_late": _born("told too late", 9, 10),
    "travel": lambda env: _partner(env, "traveller").write({"tz": care_people.LAST}),
    "pause": lambda env: _rule(env).action_pause(),
    "start": lambda env: _rule(env).action_start(),
}

# -------------------------------------------------------------------- dispatch

#: A run by day, of whoever has his birthday on that day.
_AT = 1


def seed_cared(env, number):
    """So many customers with a birthday, each planned to have a mail, points and a coupon."""
    with _clock(_AT):
        _seed_birthdays(env, number, "UTC", (care_people.START.month, care_people.START.day))
        env["crm.sync.care.planner"]._cron_plan()


def _seed_birthdays(env, number, tz, birthday):
    env = env(context={"tracking_disable": True})
    people = [
        {"name": f"Fault cared {n}", "email": f"cared{n}@example.com", "tz": tz, **_birthday(env, birthday)}
        for n in range(int(number))
    ]
    env["res.partner"].create(people)
    programs = env["loyalty.program"].create(
        [{"name": f"Fault {kind}", "program_type": kind} for kind in ("loyalty", "coupons")]
    )
    common = {
        "occasion": "birthday",
        "purpose": "care",
        "mail_template_id": _template(env).id,
        "audience_domain": repr([("name", "=like", "Fault cared %")]),
    }
    rules = env["crm.sync.care.rule"].create(
        [
            {"name": "Fault mail", "action": "mail", **common},
            {"name": "Fault points", "action": "points", "points": 5, "program_id": programs[0].id, **common},
            {"name": "Fault coupon", "action": "coupon", "coupon_program_id": programs[1].id, **common},
        ]
    )
    rules.action_start()
    return rules


def seed_born_today(env, number):
    """So many customers who have their birthday today, where it is about noon, and the rules for it."""
    now = fields.Datetime.now()
    # East of Greenwich is minus in these names.
    tz = f"Etc/GMT{now.hour - 12:+d}"
    day = now.replace(tzinfo=UTC).astimezone(ZoneInfo(tz)).date()
    rules = _seed_birthdays(env, number, tz, (day.month, day.day))
    # The company's clock may say tomorrow already.
    rules._record({"started_on": day})


def dispatch_cared(env):
    _in_small_steps()
    with _clock(_AT):
        env["crm.sync.care.dispatch"]._cron_dispatch()


# -------------------------------------------------------------------- return visits


def seed_visits(env, number):
    """So many customers of three owners who were to be contacted a month ago."""
    env = env(context={"tracking_disable": True})
    env.company.sync_visit_limit = int(number)
    owners = env["res.users"].create(
        [
            {
                "name": f"Visit owner {n}",
                "login": f"visit_owner_{n}",
                "email": f"visit_owner_{n}@example.com",
                "group_ids": [(6, 0, [env.ref(group).id for group in _GROUPS])],
            }
            for n in range(3)
        ]
    )
    env["res.partner"].create(
        [
            {"name": f"Fault visited {n}", "user_id": owners[n % 3].id, "sync_contact_days": 30}
            for n in range(int(number))
        ]
    )
    env.cr.commit()
    env.cr.execute("UPDATE crm_sync_care_rhythm SET due_at = now() AT TIME ZONE 'UTC' - interval '30 days'")


def forget_visits(env):
    """What the night is to find: no row of these customers is there any more."""
    env.cr.execute(
        "DELETE FROM crm_sync_care_rhythm WHERE partner_id IN (SELECT id FROM res_partner WHERE name LIKE 'Fault visited %')"
    )


def visits_overdue(env):
    """They were to be contacted a month ago."""
    env.cr.execute(
        """UPDATE crm_sync_care_rhythm SET due_at = now() AT TIME ZONE 'UTC' - interval '30 days', told_at = NULL
            WHERE partner_id IN (SELECT id FROM res_partner WHERE name LIKE 'Fault visited %')"""
    )


def tell_visits(env):
    _in_small_steps()
    env["crm.sync.care.rhythm"]._cron_tell()


WORK = {
    "seed_care": seed_care,
    "live_until": live_until,
    "live_until_in_short": live_until_in_short,
    "sleep_until": sleep_until,
    "seed_cared": seed_cared,
    "dispatch_cared": dispatch_cared,
    "seed_visits": seed_visits,
    "tell_visits": tell_visits,
    "seed_born_today": seed_born_today,
    "forget_visits": forget_visits,
    "visits_overdue": visits_overdue,
}
