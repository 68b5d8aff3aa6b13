from datetime import date
from decimal import Decimal

from odoo import fields
from odoo.fields import Command
from odoo.tools import SQL

from ...rules import tier as rules
from ...rules.ledger import Part, exact
from ..loyalty.nightly import NightlyCase


class TierCase(NightlyCase):
    """Northern Points has Bronze from 0, Silver from 1,000 and Gold from 5,000 points a calendar year."""

    THRESHOLDS = (0, 1000, 5000)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bronze, cls.silver, cls.gold = cls.tiers = cls.env["crm.sync.tier"].create(
            [
                {"program_id": cls.program.id, "name": name, "sequence": rank}
                for rank, name in enumerate(("Bronze", "Silver", "Gold"))
            ]
        )

    def publish(self, thresholds=None, multipliers=(1, 1, 1), pricelists=(None, None, None), **values):
        """Rules that are in force from today on."""
        policy = self.env["crm.sync.tier.policy"].create(
            {
                "program_id": self.program.id,
                "metric": "points",
                "line_ids": [
                    Command.create(
                        {
                            "tier_id": tier.id,
                            "threshold": threshold,
                            "multiplier": multiplier,
                            "pricelist_id": pricelist and pricelist.id,
                        }
                    )
                    for tier, threshold, multiplier, pricelist in zip(
                        self.tiers, thresholds or self.THRESHOLDS, multipliers, pricelists, strict=True
                    )
                ],
                **values,
            }
        )
        policy._publish(policy.program_id._sync_today())
        return policy

    def earn(self, card, points, record=None):
        """Points that qualify, as an order would earn them; the transaction is not over yet."""
        card._sync_move("test", [Part("earn", exact(points))], record)

    def commit(self):
        """What is done at the end of a transaction."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.flush_all()

    def nightly(self):
        self.env["crm.sync.tier.engine"]._cron_review()
        self.env.invalidate_all()

    def standing_of(self, card):
        return self.env["crm.sync.tier.standing"].search([("card_id", "=", card.id)])

    def tier_of(self, card):
        return self.standing_of(card).tier_id.name

    def held(self, card):
        """The membership of now."""
        return self.env["crm.sync.tier.membership"].search([("card_id", "=", card.id), ("date_to", "=", False)])

    def history(self, card):
        """[(tier, reason, from, to)], oldest first."""
        rows = self.env["crm.sync.tier.membership"].search([("card_id", "=", card.id)], order="date_from")
        return [(row.tier_id.name, row.reason, str(row.date_from), str(row.date_to or "")) for row in rows]

    def bonuses(self, card):
        return [(kind, quantity) for kind, quantity in self.kinds(card) if kind == "bonus"]

    # ---------------------------------------------------------------- the oracle

    def expected(self, policy, card, facts, today):
        """What ``rules.tier`` decides for ``card``: facts are [(day, value)]."""
        rule, held = policy._rule(), self.as_held(policy, self.held(card))
        joined = self.joined_on(card)
        running = rules.running_window(rule, today, joined)
        if held is None or held.policy_id != policy.id:
            looked_at = rules.previous_window(rule, running)
        else:
            ended = held.valid_through or held.lock_until
            looked_at = rules.review_window(rule, ended) if ended else None
        values = {
            "running": self.counted(facts, running, today),
            "review": self.counted(facts, looked_at, today),
            "qualified": self.counted(facts, held and held.qualified, today),
        }
        return rules.decide(rule, held, values, today, joined)

    def counted(self, facts, window, today):
        if window is None:
            return Decimal(0)
        return sum((exact(value) for day, value in facts if day <= today and window.holds(day)), Decimal(0))

    def joined_on(self, card):
        return fields.Date.to_date(card.create_date)

    def as_held(self, policy, row):
        if not row:
            return None
        evidence = row.evidence or {}
        is_known = "threshold" in evidence

        def day(name):
            return date.fromisoformat(evidence[name]) if evidence.get(name) else None

        threshold = exact(evidence["threshold"]) if is_known and evidence["threshold"] is not None else None
        return rules.Held(
            [line.tier_id for line in policy._lines()].index(row.tier_id) + 1,
            row.date_from,
            row.valid_through or None,
            row.reason,
            rules.Window(day("from"), day("to")) if is_known else None,
            threshold,
            threshold is not None and exact(evidence["value"]) >= threshold,
            row.is_locked,
            row.lock_until or None,
            row.policy_id.id or None,
        )

    def made_on(self, card, day):
        """The card was made on that day."""
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE loyalty_card SET create_date = %s WHERE id = %s", f"{day} 12:00:00", card.id))
        card.invalidate_recordset(["create_date"])
