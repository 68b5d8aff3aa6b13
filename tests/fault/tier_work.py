"""What ``forked.py`` does for tiers: cards that rise, rules that are tried and announced."""

from odoo import fields
from odoo.fields import Command


def seed_tiers(env, number):
    """So many cards with points of this year, rules since today that nobody was reviewed by, and a trial of other ones."""
    from odoo.addons.crm_sync_measures.rules.ledger import Part, exact

    env = env(context={"tracking_disable": True})
    program = env["loyalty.program"].create(
        {"name": "Fault Tiers", "program_type": "loyalty", "applies_on": "both", "sync_is_tier_notice": True}
    )
    partners = env["res.partner"].create(
        [{"name": f"Fault tier {n}", "email": f"faulttier{n}@example.com"} for n in range(int(number))]
    )
    cards = env["loyalty.card"].create([{"program_id": program.id, "partner_id": one.id} for one in partners])
    for rank, card in enumerate(cards):
        card._sync_move("fault", [Part("earn", exact(100 * rank))])
    tiers = env["crm.sync.tier"].create(
        [
            {"program_id": program.id, "sequence": rank, "name": f"Fault {rank}", "gift_points": 5 * rank}
            for rank in range(3)
        ]
    )
    policy = env["crm.sync.tier.policy"].create(
        {
            "program_id": program.id,
            "metric": "points",
            "line_ids": [
                Command.create({"tier_id": tier.id, "threshold": 400 * rank}) for rank, tier in enumerate(tiers)
            ],
        }
    )
    # By the night, and not as it comes into force.
    policy._record({"state": "scheduled", "effective_on": program._sync_today()})
    _seed_trial(env, policy, number)


def _seed_trial(env, policy, number):
    draft = policy.copy({"is_notice": True})
    today = policy.program_id._sync_today()
    trial = env["crm.sync.tier.trial"].create({"policy_id": draft.id, "day": today})
    Trial = env.registry["crm.sync.tier.trial"]
    sizes = Trial._part_size, Trial._at_once
    Trial._part_size, Trial._at_once = 2, 0
    trial.action_run()
    Trial._part_size, Trial._at_once = sizes


def rise_tiers(env):
    """Everybody has risen, and not only been found in his tier."""
    env.cr.execute(
        """UPDATE crm_sync_tier_membership SET reason = 'rise'
            WHERE program_id IN (SELECT id FROM loyalty_program WHERE name->>'en_US' = 'Fault Tiers')"""
    )


def announce_tiers(env):
    """Other rules come into force in a month."""
    draft = env["crm.sync.tier.policy"].search(
        [("program_id.name", "=", "Fault Tiers"), ("is_notice", "=", True), ("state", "=", "draft")], limit=1
    )
    draft._publish(fields.Date.add(draft.program_id._sync_today(), days=30))


WORK = {"seed_tiers": seed_tiers, "rise_tiers": rise_tiers, "announce_tiers": announce_tiers}
