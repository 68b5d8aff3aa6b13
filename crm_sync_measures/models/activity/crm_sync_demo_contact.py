from odoo import Command, fields, models


class CrmSyncDemoContact(models.AbstractModel):
    """Where colleagues get in each other's way: two prices, two channels, and a customer who is angry."""

    _inherit = "crm.sync.demo"

    def _stories(self):
        return [*super()._stories(), "crm_sync_measures/demo/activity/contact_story.csv"]

    def _end_story(self, today):
        """What the company wants, from now on: the story before knew nothing of it."""
        result = super()._end_story(today)
        Policy = self.env["crm.sync.contact.policy"]
        Policy._fill(self.env.company)
        Policy.search([("company_id", "=", self.env.company.id), ("rule_code", "in", ("unhappy", "price"))]).write(
            {"decision": "ask"}
        )
        self.env["crm.sync.contact.cap"].create({"channel": "email", "limit": 4, "days": 30})
        return result

    def _play_dealer(self, scene):
        """The customer buys through a dealer. Detail: who that is."""
        dealer = self._demo(f"partner_{scene.detail}")
        dealer.sync_channel_role = "dealer"
        scene.partner.commercial_partner_id.write(
            {"sync_channel_role": "end_customer", "sync_dealer_ids": [Command.link(dealer.id)]}
        )

    def _play_dealt(self, scene):
        """An opportunity that a dealer works. Detail: the dealer, and the expected revenue."""
        dealer, revenue = scene.detail.split()
        self._play_lead(scene.__class__(**{**vars(scene), "detail": revenue}))
        scene.docs["lead"].sync_dealer_id = self._demo(f"partner_{dealer}")

    def _play_offer(self, scene):
        """A quotation beside the one the customer has. Detail: number, product and discount in percent."""
        quantity, product, discount = scene.detail.split()
        order = self.env["sale.order"].create(
            {
                "partner_id": scene.partner.id,
                "user_id": self.env.uid,
                "date_order": scene.at,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self._demo(f"product_{product}").id,
                            "product_uom_qty": int(quantity),
                            "discount": float(discount),
                        }
                    )
                ],
            }
        )
        order.action_quotation_sent()

    def _play_newsletter(self, scene):
        """The customer gets a mailing."""
        self.env["crm.sync.contact.sent"].create(
            {
                "partner_id": scene.partner.id,
                "company_id": self.env.company.id,
                "user_id": self.env.uid,
                "at": scene.at,
                "channel": "email",
                "purpose": "marketing",
                "source": scene.text,
            }
        )

    def _play_excuse(self, scene):
        """A colleague gives a reason for contacting the customer all the same. Detail: what was found."""
        codes = scene.detail.split(",")
        self.env["crm.sync.contact.override"].create(
            {
                "partner_id": scene.partner.id,
                "user_id": self.env.uid,
                "department_id": self.env.user.sync_department_id.id,
                "company_id": self.env.company.id,
                "at": fields.Datetime.to_string(scene.at),
                "rule_code": codes[0],
                "rule_codes": ",".join(codes),
                "rule_count": len(codes),
                "reason": scene.text,
                "channel": "email",
            }
        )
