from datetime import date, datetime, time

from odoo.fields import Command

from ...models.loyalty.movement import MOMENT, Moment
from ..loyalty.common import LoyaltyCase

TODAY = date(2026, 11, 22)


def at(record, day):
    """``record`` on another day, at noon."""
    return record.with_context(**{MOMENT: Moment(datetime.combine(day, time(12)))})


class TierCase(LoyaltyCase):
    """Basic from 0, Silver from 1,000 and Gold from 5,000, and draft rules of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Tier = cls.env["crm.sync.tier"]
        cls.Policy = cls.env["crm.sync.tier.policy"]
        cls.Membership = cls.env["crm.sync.tier.membership"]
        cls.basic, cls.silver, cls.gold = cls.Tier.create(
            [
                {"program_id": cls.program.id, "sequence": rank, "name": name}
                for rank, name in enumerate(("Basic", "Silver", "Gold"))
            ]
        )

    @classmethod
    def new_rules(cls, program=None, levels=None, **values):
        levels = levels or [(cls.basic, 0), (cls.silver, 1000), (cls.gold, 5000)]
        return cls.Policy.create(
            {
                "program_id": (program or cls.program).id,
                "line_ids": [Command.create({"tier_id": tier.id, "threshold": needed}) for tier, needed in levels],
                **values,
            }
        )

    @classmethod
    def running_rules(cls, **values):
        rules = cls.new_rules(**values)
        at(rules, TODAY)._publish(TODAY)
        return rules

    @classmethod
    def new_membership(cls, card, tier, date_from, date_to=None, **values):
        """As the engine writes it."""
        return cls.Membership.create(
            {
                "card_id": card.id,
                "partner_id": card.partner_id.id,
                "program_id": card.program_id.id,
                "tier_id": tier.id,
                "date_from": date_from,
                "date_to": date_to,
                "reason": "joined",
                **values,
            }
        )
