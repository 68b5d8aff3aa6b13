from datetime import datetime, time, timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from ...models.loyalty.movement import MOMENT, Moment, now_of
from ...rules.ledger import Part, exact
from ..loyalty.nightly import NightlyCase


class MachineCase(NightlyCase):
    """Days pass, points are earned and taken back, and every evening the tiers are reviewed."""

    TODAY = "2026-01-10 12:00:00"

    def setUp(self):
        super().setUp()
        self.silver, self.gold = self.env["crm.sync.tier"].create(
            [
                {"program_id": self.program.id, "sequence": rank, "name": name}
                for rank, name in enumerate(("Silver", "Gold"))
            ]
        )
        self.card = self.old_card(self.customer)
        self.sold = {}

    # ---------------------------------------------------------------- time

    def travel(self, moment):
        travelled = super().travel(moment)
        self.env = self.env(context={name: value for name, value in self.env.context.items() if name != MOMENT})
        return travelled

    def go(self, day):
        """As the demo story does: to stop the clock for each of some hundred days takes minutes."""
        moment = Moment(datetime.combine(day, time(12)))
        self.env = self.env(context={**self.env.context, MOMENT: moment})

    def today(self):
        return now_of(self.env).date()

    # ---------------------------------------------------------------- what happens

    def old_card(self, partner, days=0):
        """A card that exists for so many days, and not only since the transaction of the test began."""
        card = self.new_card(partner=partner)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE loyalty_card SET create_date = %s WHERE id = %s",
                fields.Datetime.now() - timedelta(days=days),
                card.id,
            )
        )
        card.invalidate_recordset(["create_date"])
        return card

    def rules(self, silver=100, gold=300, **values):
        """A draft: Silver from 100 points, Gold from 300 in the calendar year, unless said otherwise."""
        lines = values.pop("lines", {})
        return self.env["crm.sync.tier.policy"].create(
            {
                "program_id": self.program.id,
                "metric": "points",
                "line_ids": [
                    Command.create({"tier_id": tier.id, "threshold": threshold, **lines.get(tier, {})})
                    for tier, threshold in ((self.silver, silver), (self.gold, gold))
                ],
                **values,
            }
        )

    def in_force(self, policy):
        policy.with_env(self.env)._publish(self.today())
        return policy

    def earn(self, points, card=None):
        """Points for an order; returned to be taken back by :meth:`take_back`."""
        card = (card or self.card).with_env(self.env)
        order = self.new_order(partner=card.partner_id)
        card._sync_move("test", [Part("earn", exact(points))], order, key=f"test:{order.id}")
        return order

    def take_back(self, points, order, card=None):
        card = (card or self.card).with_env(self.env)
        card._sync_move("test", [Part("reverse_earn", exact(-points))], order, key=f"test:{order.id}:{self.today()}")

    def review(self, cards=None):
        """What happens at the end of each transaction, and by night."""
        self.env["crm.sync.tier.engine"]._review((cards or self.card).ids)

    def live_through(self, day, cards=None):
        """Every day up to this one, each with its review."""
        last = fields.Date.to_date(day)
        while self.today() < last:
            self.go(self.today() + timedelta(days=1))
            self.review(cards)
        self.travel(f"{day} 12:00:00")

    def history(self, cards=None, table="crm_sync_tier_membership"):
        """[(card, tier, from, to, through, why)] as it is written."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT card_id, tier_id, date_from, date_to, valid_through, reason FROM %s
                    WHERE card_id IN %s ORDER BY card_id, date_from""",
                SQL.identifier(table),
                tuple((cards or self.card).ids),
            )
        )

    def replayed(self, policy, cards=None, last_day=None):
        """The same of a replay of ``policy``."""
        cards = cards or self.card
        Replay = self.env["crm.sync.tier.replay"]
        with Replay._room(policy, cards.ids):
            Replay._run(policy, last_day or self.today())
            return self.history(cards, "tier_replay_membership")

    def trial(self, policy, other=None, **values):
        """A trial of ``policy`` that was run."""
        trial = self.env["crm.sync.tier.trial"].create(
            {
                "policy_id": policy.id,
                "other_id": other and other.id,
                "day": self.today(),
                "effective_on": self.today() + timedelta(days=1),
                "history_from": "2025-01-01",
                "cost_from": "2026-01-01",
                **values,
            }
        )
        trial.action_run()
        self.env.invalidate_all()
        return trial

    def line_of(self, trial, card=None):
        return trial.line_ids.filtered(lambda line: line.card_id == (card or self.card))
