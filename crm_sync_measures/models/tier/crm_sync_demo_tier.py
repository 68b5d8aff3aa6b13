from datetime import datetime, time, timedelta

from odoo import Command, fields, models

from ..core.crm_sync_demo import Scene
from ..loyalty.movement import MOMENT, Moment

#: Name, colour, net spending of six months, multiplier, points as a gift, weight of cases, contacted every (days), extras.
_TIERS = [
    ("Bronze", 2, 0, 1.0, 0, 0, 0, ""),
    ("Silver", 4, 2000, 1.1, 0, 0, 180, "Samples of new lamps"),
    ("Gold", 3, 6000, 1.25, 100, 1, 90, "Samples of new lamps\nDelivery free of charge"),
    (
        "Platinum",
        5,
        12000,
        1.5,
        250,
        2,
        45,
        "Samples of new lamps\nDelivery free of charge\nA designer for one day in each year",
    ),
]
#: Days ago: rules begin before the story does.
_BEGIN = timedelta(days=400)
_WEEK = timedelta(days=7)
#: What qualifies: who rises by it does so at once.
_QUALIFYING = {"order", "invoice", "credit"}


class CrmSyncDemo(models.AbstractModel):
    """The tiers that the demo customers had in their year: reviewed every week, and at once when they bought."""

    _inherit = "crm.sync.demo"

    def _read_story(self, today):
        """The story, and a review of all tiers in the night of each Sunday."""
        story = super()._read_story(today)
        if not story:
            return story
        day = story[0][1].day
        day -= timedelta(days=day.weekday() + 1)
        company = self.env.company.partner_id
        while day <= today:
            at = datetime.combine(day, time(2))
            story.append(("", Scene(at, company, "tier_review", "", "", "", "", {})))
            day += _WEEK
        return sorted(story, key=lambda told: told[1].at)

    def _end_story(self, today):
        result = super()._end_story(today)
        # What the documents of the year have noted would be reviewed as of their days.
        self.env.cr.precommit.data.pop("crm.sync.tier", None)
        self._lock_tier(today)
        self._review_tiers(datetime.combine(today, time(2)), [])
        return result

    # ---------------------------------------------------------------- tiers and their rules

    def _create_loyalty_program(self):
        result = super()._create_loyalty_program()
        self._create_tiers(fields.Date.today() - _BEGIN)
        return result

    def _create_tiers(self, day):
        """Four tiers of the program, and rules that are in force since ``day``."""
        program = self._demo("loyalty_program")
        tiers = self.env["crm.sync.tier"].create(
            [
                {
                    "program_id": program.id,
                    "sequence": rank,
                    "name": name,
                    "color": color,
                    "gift_points": gift,
                    "case_weight": weight,
                    "contact_days": days,
                    "extras": extras,
                }
                for rank, (name, color, _from, _times, gift, weight, days, extras) in enumerate(_TIERS)
            ]
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"crm_sync_measures.demo_tier_{tier.name.lower()}", "record": tier, "noupdate": True}
                for tier in tiers
            ]
        )
        # Without invoices, it is the points that count: one for ten of money.
        metric, share = ("spend", 1.0) if self._has_accounting() else ("points", 0.1)
        rules = self.env["crm.sync.tier.policy"].create(
            {
                "program_id": program.id,
                "metric": metric,
                "window": "rolling",
                "window_months": 6,
                "validity": "months",
                "validity_months": 6,
                "grace_days": 14,
                "downgrade": "one_step",
                "refund": "at_review",
                "line_ids": [
                    Command.create({"tier_id": tier.id, "threshold": threshold * share, "multiplier": multiplier})
                    for tier, (_name, _color, threshold, multiplier, *_rest) in zip(tiers, _TIERS, strict=True)
                ],
            }
        )
        rules.sudo().with_context(**{MOMENT: Moment(datetime.combine(day, time(9)))})._publish(day)  # sudo: demo data

    # ---------------------------------------------------------------- reviews

    def _play(self, scene):
        result = super()._play(scene)
        if scene.event in _QUALIFYING:
            family = scene.partner.commercial_partner_id
            self._review_tiers(scene.at, [("partner_id.commercial_partner_id", "=", family.id)])
        return result

    def _play_tier_review(self, scene):
        self._review_tiers(scene.at, [])

    def _review_tiers(self, at, domain):
        """What the nightly job decides at the moment ``at``, of the cards of ``domain``."""
        # Cards that were merged into others too: they have no tier any more.
        cards = self.env["loyalty.card"].with_context(active_test=False)
        cards = cards.search([("program_id", "=", self._demo("loyalty_program").id), *domain])
        # sudo: demo data of an installation
        self.env["crm.sync.tier.engine"].sudo().with_context(**{MOMENT: Moment(at)})._review(cards.ids)

    def _lock_tier(self, today):
        """A tier that a manager gave by hand, for a reason and for some time."""
        card = self._card(self._demo("partner_lumen_arthur"))
        given = {
            "reason": "by_hand",
            "is_locked": True,
            "lock_reason": "He speaks for us at the trade fair.",
            "lock_until": today + timedelta(days=120),
        }
        membership = self.env["crm.sync.tier.membership"].with_user(self._demo("user_max"))
        membership.sudo()._put(card, self._demo("tier_gold"), given)  # sudo: demo data of an installation
