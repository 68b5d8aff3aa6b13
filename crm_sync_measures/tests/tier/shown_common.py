from odoo.fields import Command
from odoo.tools import SQL

from ..common import SyncCase


class TierGiver:
    """Who has which tier, written as the review writes it."""

    @classmethod
    def points_program(cls, **values):
        """A program for all companies, which counts points."""
        return cls.env["loyalty.program"].create(
            {
                "name": "Northern Points",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "portal_point_name": "Points",
                "company_id": False,
                "currency_id": cls.env.company.currency_id.id,
                "rule_ids": [Command.create({"reward_point_mode": "money", "reward_point_amount": 1.0})],
                **values,
            }
        )

    @classmethod
    def new_tiers(cls, program, *names):
        """Tiers of ``program``, the lowest first: of weight 0, 1 and 2."""
        return cls.env["crm.sync.tier"].create(
            [
                {
                    "program_id": program.id,
                    "sequence": rank,
                    "name": name,
                    "color": rank + 3,
                    "case_weight": rank,
                    "extras": "Free delivery\nA lounge" if rank else False,
                }
                for rank, name in enumerate(names)
            ]
        )

    @classmethod
    def running_rules(cls, tiers, metric="points"):
        """Rules that are in force: 100, 200 and so on for the tiers."""
        lines = [Command.create({"tier_id": tier.id, "threshold": 100 * (tier.sequence + 1)}) for tier in tiers]
        rules = cls.env["crm.sync.tier.policy"].create(
            {"program_id": tiers.program_id.id, "metric": metric, "line_ids": lines}
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            SQL(
                "UPDATE crm_sync_tier_policy SET state = 'running', version = 1, effective_on = '2026-01-01' WHERE id = %s",
                rules.id,
            )
        )
        rules.invalidate_recordset()
        return rules

    @classmethod
    def give(cls, partner, tier, is_shown=True, since="2026-01-10", through="2099-12-31", **values):
        """The tier of a new account; ``values`` are more columns of its standing."""
        program = tier.program_id
        card = cls.env["loyalty.card"].create({"partner_id": partner.id, "program_id": program.id})
        account = {
            "card_id": card.id,
            "partner_id": partner.id,
            "program_id": program.id,
            "company_id": program.company_id.id or None,
            "tier_id": tier.id,
        }
        # What is written below is not reviewed.
        cls.env.cr.precommit.data.pop("crm.sync.tier", None)
        cls.env.flush_all()
        membership_id = cls.insert(
            "crm_sync_tier_membership",
            **account,
            date_from=since,
            valid_through=through,
            reason="joined",
            evidence="{}",
            create_date=f"{since} 15:00:00",
        )
        cls.insert(
            "crm_sync_tier_standing",
            **account,
            **{
                "membership_id": membership_id,
                "joined_on": since,
                "is_shown": is_shown,
                "value": 0,
                "missing": 0,
                "keep_missing": 0,
                **values,
            },
        )
        cls.env.invalidate_all()
        return card

    @classmethod
    def insert(cls, table, **values):
        [[row_id]] = cls.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(map(SQL.identifier, values)),
                tuple(values.values()),
            )
        )
        return row_id


class ShownTierCase(TierGiver, SyncCase):
    """Silver and Gold of a program for all companies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls.points_program()
        cls.silver, cls.gold = cls.new_tiers(cls.program, "Silver", "Gold")
        cls.rules = cls.running_rules(cls.silver | cls.gold)
        cls.Partner = cls.env["res.partner"]
        cls.ann, cls.bob, cls.cem = cls.Partner.create([{"name": name} for name in ("Ann", "Bob", "Cem")])
        cls.people = cls.customer | cls.contact | cls.ann | cls.bob | cls.cem
