import random
from datetime import date, datetime, time, timedelta
from itertools import product

from odoo.tools import SQL

from ...models.loyalty.movement import MOMENT, Moment
from ...rules.ledger import Part, exact
from .engine_common import TierCase

STEPS = 14


class TestTierOracle(TierCase):
    """The SQL of the review decides as ``rules.tier`` does, on random stories under all kinds of rules."""

    def test_random_stories_under_every_window_validity_and_downgrade(self):
        windows = ("lifetime", "calendar_year", "fiscal_year", "rolling", "anniversary")
        kinds = product(windows, ("end_of_next_period", "months"), ("one_step", "recompute", "soft_landing"))
        for seed, (window, validity, downgrade) in enumerate(kinds):
            rules = {
                "window": window,
                "validity": validity,
                "downgrade": downgrade,
                "window_months": 6,
                "validity_months": 9,
                "grace_days": (0, 20)[seed % 2],
                "refund": ("at_review", "at_once")[seed // 2 % 2],
                "is_grandfathering": bool(seed // 3 % 2),
            }
            with self.subTest(**rules), self.env.cr.savepoint() as savepoint:
                self.company.write({"fiscalyear_last_month": "9", "fiscalyear_last_day": 30})
                self.tell(random.Random(seed), rules)
                savepoint.rollback()
            self.env.invalidate_all()
            self.env.registry.clear_cache()

    def tell(self, generator, rules):
        """Points come and go on days of four years, and twice there are other rules; each night is compared."""
        card, facts, day = self.new_card(), [], date(2026, 1, 31)
        self.made_on(card, generator.choice(("2024-02-29", "2025-08-31", "2026-01-31")))
        self.go(day)
        policy = self.publish(**rules)
        for step in range(STEPS):
            if step in (5, 10):
                policy = self.publish(generator.choice(((0, 700, 4000), (200, 1500, 6000))), **rules)
            else:
                points = generator.choice((0, 300, 900, 1500, 5200, -400))
                self.move(card, points)
                facts.append((day, points))
            self.compare(policy, card, facts, day)
            day += timedelta(days=generator.randint(0, 160))
            self.go(day)
            # What the night before left to do is done in several passes; each decision is one of them.
            self.compare(policy, card, facts, day)

    def go(self, day):
        """As the demo story does: to stop the clock a thousand times takes minutes."""
        moment = Moment(datetime.combine(day, time(12)))
        self.env = self.env(context={**self.env.context, MOMENT: moment})

    def move(self, card, points):
        if points:
            part = Part("earn" if points > 0 else "reverse_earn", exact(points))
            card.with_env(self.env)._sync_move("test", [part])
        # The end of the transaction is compared as the night is.
        self.env.cr.precommit.data.pop("crm.sync.tier", None)

    def compare(self, policy, card, facts, day):
        """Decide as the night does, one pass after the other, and compare each with the rule."""
        engine = self.env["crm.sync.tier.engine"]
        for _pass in range(8):
            self.env.flush_all()
            expected = self.expected(policy, card, facts, day)
            engine._decide(card.ids, engine._rows(engine._policies()))
            [row] = self.env.execute_query_dict(SQL("SELECT * FROM tier_now"))
            if expected is None:
                self.assertFalse(row["is_changed"], (str(day), row["mode"]))
                break
            found = (row["rank"], row["new_reason"], row["valid_through"] if row["rank"] else None)
            wanted = (expected.rank, expected.reason, expected.valid_through if expected.rank else None)
            self.assertEqual(found, wanted, (str(day), row["mode"]))
            self.assertEqual(exact(row["evidence"]["value"]), expected.value, (str(day), row["mode"]))
            evidence = (row["evidence"]["from"], row["evidence"]["to"])
            days = tuple(bound and str(bound) for bound in (expected.window.start, expected.window.end))
            self.assertEqual(evidence, days, (str(day), row["mode"]))
            engine._write_memberships()
            engine._invalidate()
        engine._write_standings(card.ids)
        self.env.invalidate_all()
