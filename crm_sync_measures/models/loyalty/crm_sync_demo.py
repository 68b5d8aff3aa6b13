from datetime import datetime, time, timedelta

from odoo import Command, fields, models
from odoo.tools import SQL

from ...rules.ledger import Part, exact
from .movement import MOMENT, Moment

#: Points expire in the night after their last day.
_NIGHT = timedelta(days=1, hours=2)


class CrmSyncDemo(models.AbstractModel):
    """What the demo customers' year does to their points, booked at the moments that are told."""

    _inherit = "crm.sync.demo"

    def _stories(self):
        return [*super()._stories(), "crm_sync_measures/demo/loyalty/story.csv"]

    def _play(self, scene):
        self._expire_points(scene.day, [("card_id.partner_id", "child_of", scene.partner.commercial_partner_id.id)])
        return super(CrmSyncDemo, self.with_context(**{MOMENT: Moment(scene.at)}))._play(scene)

    def _end_story(self, today):
        result = super()._end_story(today)
        self._expire_points(today, [])
        self.env["crm.sync.loyalty.check"].with_user(self.env.ref("base.user_root")).action_check_now()
        return result

    def _expire_points(self, day, domain):
        """What the nightly job would have expired before ``day``, in the night after its last day."""
        domain = [("remaining", ">", 0), ("expires_on", "<", day), *domain]
        for lot in self.env["crm.sync.loyalty.lot"].search(domain, order="expires_on, id"):
            night = Moment(datetime.combine(lot.expires_on, time()) + _NIGHT)
            card = lot.card_id.with_user(self.env.ref("base.user_root")).with_context(**{MOMENT: night})
            card._sync_move("expire", [Part("expire", -exact(lot.remaining), lot_id=lot.id)])

    # ---------------------------------------------------------------- programs

    def _create_loyalty_program(self):
        """The program with its policy, and a second one with one wallet for each company."""
        result = super()._create_loyalty_program()
        self._demo("loyalty_program").write(
            {
                "portal_point_name": "Points",
                "sync_hold": "paid",
                "sync_rounding_digits": 0,
                "sync_expiry": "fixed",
                "sync_expiry_months": 12,
                "sync_expiry_rounding": "quarter",
                "sync_notice_days": 30,
                "sync_statement": True,
                "reward_ids": [
                    Command.create({"discount_mode": "per_order", "discount": discount, "required_points": points})
                    for points, discount in ((500, 50), (1000, 120), (4000, 500))
                ],
            }
        )
        # There are no points yet that the policy would have to be brought in line with.
        self._demo("loyalty_program").sync_redate_since = False
        wallet = self.env["loyalty.program"].create(
            {
                "name": "Showroom Company Wallet",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "portal_visible": True,
                "portal_point_name": "Points",
                "sync_is_pooled": True,
                "sync_expiry": "inactivity",
                "sync_expiry_months": 18,
                "rule_ids": [
                    Command.create(
                        {
                            "reward_point_mode": "unit",
                            "reward_point_amount": 20,
                            "product_ids": [Command.set(self._demo("product_cabinet").ids)],
                        }
                    )
                ],
                "reward_ids": [
                    Command.create(
                        {
                            "reward_type": "product",
                            "reward_product_id": self._demo("product_lamp").id,
                            "required_points": 100,
                        }
                    )
                ],
            }
        )
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": "crm_sync_measures.demo_loyalty_wallet_program", "record": wallet, "noupdate": True}]
        )
        return result

    def _translate(self):
        result = super()._translate()
        # Odoo words what a reward gives in the language of whoever made it.
        programs = self._demo("loyalty_program") + self._demo("loyalty_wallet_program")
        programs.reward_ids.with_context(lang="zh_CN")._compute_description()
        return result

    # ---------------------------------------------------------------- what a line may tell

    def _card(self, partner):
        """The customer's card in the program; made when there is none."""
        program, Card = self._demo("loyalty_program"), self.env["loyalty.card"]
        card = Card.search([("partner_id", "=", partner.id), ("program_id", "=", program.id)], order="id", limit=1)
        return card or Card.create({"partner_id": partner.id, "program_id": program.id})

    def _play_carry(self, scene):
        """Points of the paper card that we had before. Detail: how many, and how many days earlier they were earned."""
        points, days = map(int, scene.detail.split())
        part = Part("opening", exact(points), earned_on=scene.day - timedelta(days=days))
        self._card(scene.partner)._sync_move("opening", [part])

    def _play_bonus(self, scene):
        """Points of a campaign. Detail: how many, and how many days ago their last day is (-10: in ten days)."""
        points, days = map(int, scene.detail.split())
        last_day = fields.Date.today() - timedelta(days=days)
        part = Part("bonus", exact(points), expires_on=last_day)
        self._card(scene.partner)._sync_move("bonus", [part], reason=scene.text)

    def _play_spend(self, scene):
        """The customer spends points of a program on the greatest reward. Detail: the program."""
        order, program = self._document(scene, "order"), self._demo(f"loyalty_{scene.detail}")
        order._update_programs_and_rewards()
        for card, rewards in order._get_claimable_rewards().items():
            if card.program_id == program:
                order._apply_program_reward(rewards.sorted("required_points")[-1:], card)

    def _play_twin(self, scene):
        """A second card of the same customer, as two shops make it. Detail: the points on it."""
        program = self._demo("loyalty_program")
        card = self.env["loyalty.card"].create({"partner_id": scene.partner.id, "program_id": program.id})
        card._sync_move("bonus", [Part("bonus", exact(int(scene.detail)))])

    def _play_double(self, scene):
        """The customer is entered a second time, and earns points there. Detail: how many."""
        partner = scene.partner.with_env(self.env)
        scene.docs["double"] = partner.copy({"name": partner.name, "email": partner.email})
        self._card(scene.docs["double"])._sync_move("bonus", [Part("bonus", exact(int(scene.detail)))])

    def _play_merge(self, scene):
        """Somebody notices, and both become one."""
        double = scene.docs.pop("double")
        self.env["base.partner.merge.automatic.wizard"]._merge((scene.partner | double).ids, scene.partner)

    def _play_adjust(self, scene):
        """A colleague asks for points; the text says why. Detail: how many, the reason, and post, ask or refuse."""
        points, reason, outcome = scene.detail.split()
        adjustment = self.env["crm.sync.loyalty.adjustment"].create(
            {
                "card_id": self._card(scene.partner).id,
                "quantity": float(points),
                "reason": reason,
                "explanation": scene.text,
            }
        )
        adjustment.action_submit()
        if outcome == "refuse":
            decider = adjustment.with_user(self._demo("user_max")).sudo()  # sudo: demo data of an installation
            decider.decision = scene.note
            decider.action_refuse()
        adjustment.flush_recordset()
        moments = ("create_date", "submitted_at", *(("decided_at",) if outcome != "ask" else ()))
        self._stamp(adjustment._name, moments, SQL("id = %s", adjustment.id), scene.at)
