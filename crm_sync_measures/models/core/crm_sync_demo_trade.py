from datetime import timedelta

from odoo import Command, models


class CrmSyncDemo(models.AbstractModel):
    """What a line of the demo story may tell of opportunities, orders, invoices, answers to a survey and points."""

    _inherit = "crm.sync.demo"

    # ---------------------------------------------------------------- sales

    def _play_lead(self, scene):
        """Detail: expected revenue."""
        scene.docs["lead"] = self.env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": scene.text,
                "partner_id": scene.partner.id,
                "user_id": self.env.uid,
                "expected_revenue": float(scene.detail),
                "date_deadline": scene.day + timedelta(days=120),
            }
        )

    def _play_qualified(self, scene):
        self._move(scene, "crm.stage_lead2")

    def _play_won(self, scene):
        lead = self._document(scene, "lead")
        lead.action_set_won()
        lead.write({"date_closed": scene.at, "date_last_stage_update": scene.at})

    def _play_lost(self, scene):
        reason = self.env.ref("crm.lost_reason_1", raise_if_not_found=False)
        lead = self._document(scene, "lead")
        lead.action_set_lost(lost_reason_id=reason and reason.id)
        lead.date_closed = scene.at

    def _move(self, scene, stage_xmlid):
        stage = self.env.ref(stage_xmlid, raise_if_not_found=False)
        if stage:
            self._document(scene, "lead").write({"stage_id": stage.id, "date_last_stage_update": scene.at})

    def _play_quote(self, scene):
        """Detail: number and product, several times. It belongs to the colleague's open opportunity."""
        lead = scene.docs.get("lead")
        belongs = lead and lead.won_status == "pending" and (scene.about == "lead" or lead.user_id == self.env.user)
        order = self.env["sale.order"].create(
            {
                "partner_id": scene.partner.id,
                "user_id": self.env.uid,
                "opportunity_id": lead.id if belongs else False,
                "date_order": scene.at,
                "validity_date": scene.day + timedelta(days=60),
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in self._goods(scene.detail)
                ],
            }
        )
        order.action_quotation_sent()
        scene.docs["order"] = order
        if belongs:
            self._move(scene, "crm.stage_lead3")

    def _play_order(self, scene):
        order = self._document(scene, "order")
        order.action_confirm()
        order.date_order = scene.at

    def _goods(self, text):
        """``[(product, quantity)]`` of a text like "8 lamp, 2 sign"."""
        pairs = (part.split() for part in text.split(","))
        return [(self._demo(f"product_{name}"), int(quantity)) for quantity, name in pairs]

    # ---------------------------------------------------------------- accounting

    def _play_invoice(self, scene):
        invoice = self._document(scene, "order")._create_invoices()
        term = self.env.ref("account.account_payment_term_30days", raise_if_not_found=False)
        invoice.write({"invoice_date": scene.day, "invoice_payment_term_id": term and term.id})
        invoice.action_post()
        scene.docs["invoice"] = invoice

    def _play_pay(self, scene):
        """Detail: half, or empty for all of it."""
        wizard = self._wizard("account.payment.register", scene, {"payment_date": scene.day})
        if scene.detail == "half":
            wizard.amount = round(wizard.amount / 2)
        wizard._create_payments()

    def _play_credit(self, scene):
        """A part of the invoice is taken back; the text is the reason. Detail: as for a quotation."""
        journal = scene.docs["invoice"].journal_id
        wizard = self._wizard(
            "account.move.reversal", scene, {"reason": scene.text, "date": scene.day, "journal_id": journal.id}
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        goods = dict(self._goods(scene.detail))
        refund.write(
            {
                "invoice_date": scene.day,
                "invoice_line_ids": [
                    Command.update(line.id, {"quantity": goods[line.product_id]})
                    if line.product_id in goods
                    else Command.delete(line.id)
                    for line in refund.invoice_line_ids
                ],
            }
        )
        refund.action_post()

    def _wizard(self, model, scene, values):
        invoice = scene.docs["invoice"]
        return self.env[model].with_context(active_model="account.move", active_ids=invoice.ids).create(values)

    # ---------------------------------------------------------------- survey and loyalty

    def _play_survey(self, scene):
        """The customer answers. Detail: points from 0 to 10, and the topic."""
        rating, topic = scene.detail.split()
        answer = self._demo("survey")._create_answer(partner=scene.partner, check_attempts=False)
        answer._save_lines(self._demo("survey_rating"), rating)
        answer._save_lines(self._demo("survey_topic"), self._demo(f"survey_topic_{topic}").id)
        answer._save_lines(self._demo("survey_wish"), scene.text)
        answer._mark_done()
        answer.end_datetime = scene.at

    def _create_loyalty_program(self):
        """Odoo's own template, with fewer points for the larger sums of this trade."""
        Program = self.env["loyalty.program"]
        program = Program.browse(Program.create_from_template("loyalty")["res_id"])
        program.name = "Partner Points"
        program.rule_ids.reward_point_amount = 0.1
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": "crm_sync_measures.demo_loyalty_program", "record": program, "noupdate": True}]
        )

    def _play_redeem(self, scene):
        """The customer spends points on his quotation."""
        order = self._document(scene, "order")
        order._update_programs_and_rewards()
        for card, rewards in order._get_claimable_rewards().items():
            if card.program_id == self._demo("loyalty_program"):
                order._apply_program_reward(rewards[:1], card)

    def _play_gift(self, scene):
        """Points as a present; the text is the reason. Detail: how many."""
        card = self.env["loyalty.card"].search(
            [("partner_id", "=", scene.partner.id), ("program_id", "=", self._demo("loyalty_program").id)], limit=1
        )
        self.env["loyalty.card.update.balance"].create(
            {"card_id": card.id, "new_balance": card.points + float(scene.detail), "description": scene.text}
        ).action_update_card_point()
