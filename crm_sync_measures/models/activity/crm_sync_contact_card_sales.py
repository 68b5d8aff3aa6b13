from odoo import api, models
from odoo.tools import SQL

from ...rules.contact_card import Quoted, Work, channel_conflicts, contradictions
from .contact_card import Finding, card_rule

#: Findings of one rule that are told for one customer.
_TOLD = 5


class CrmSyncContactCardSales(models.AbstractModel):
    """What else we sell the customer at this moment: other prices, other opportunities, other channels."""

    _inherit = "crm.sync.contact.card"

    @api.model
    def _rule_labels(self):
        return super()._rule_labels() | {
            "price": self.env._("Same product at another price"),
            "leads": self.env._("Another open opportunity"),
            "channel": self.env._("Another sales channel"),
        }

    @api.model
    def _rule_reasons(self):
        return super()._rule_reasons() | {
            "price": self.env._("The customer holds quotations with different prices for the same product."),
            "leads": self.env._("There is an open opportunity with the customer."),
            "channel": self.env._("Two sales channels work on this customer."),
        }

    # ---------------------------------------------------------------- prices

    @card_rule(30, "price", reads="_read_prices")
    def _rule_price(self, context, rows):
        """Open quotations that offer the same product at another price, after discount and without taxes.

        Prices are those of one unit of the product, whatever unit or currency the quotation has.
        """
        by_entity = {}
        for row in rows:
            by_entity.setdefault(row["entity"], []).append(row)
        own = context.document.id if context.document and context.document._name == "sale.order" else None
        return {
            entity: findings
            for entity, quotes in by_entity.items()
            if (findings := self._price_findings({(r["order_id"], r["product_id"]): r for r in quotes}, own))
        }

    def _price_findings(self, rows, own):
        quoted = [
            Quoted(
                row["order_id"],
                row["product_id"],
                row["user_id"],
                row["price"],
                row["currency_id"],
                row["rate"],
                row["digits"],
            )
            for row in rows.values()
        ]
        found = []
        for mine, other, share in contradictions(quoted, own)[:_TOLD]:
            first, second = rows[mine.order, mine.product], rows[other.order, other.product]
            documents = (("sale.order", other.order), ("sale.order", mine.order))
            found.append(
                Finding(
                    level="red" if mine.seller != other.seller else "yellow",
                    tell=self._tell_price(first, second, share),
                    when=second["at"],
                    documents=documents,
                    names=(second["name"], first["name"]),
                    needs_all=True,
                    user_id=other.seller,
                )
            )
        return found

    def _tell_price(self, mine, other, share):
        def tell(words):
            return self.env._(
                "%(product)s: %(price)s in %(order)s, %(other_price)s in %(other_order)s (%(share)s) by %(person)s",
                product=mine["product"],
                price=words.money(mine["price"], mine["currency_id"]),
                order=mine["name"],
                other_price=words.money(other["price"], other["currency_id"]),
                other_order=other["name"],
                share=f"{share:+.1%}",
                person=words.person(other["user_id"]),
            )

        return tell

    def _read_prices(self, context):
        """Price of each product in the open quotations and in the one the card is looked at from, the newest first."""
        return SQL(
            """SELECT p.entity, o.id AS order_id, o.name, o.user_id, o.date_order AS at, o.currency_id,
                      COALESCE(NULLIF(o.currency_rate, 0), 1)::float8 AS rate, offer.product_id,
                      COALESCE(t.name->>%(lang)s, t.name->>'en_US') AS product,
                      (SELECT COALESCE(-round(log(NULLIF(rounding, 0)))::int, 2) FROM res_currency WHERE id = o.currency_id) AS digits,
                      (offer.amount * (SELECT factor FROM uom_uom WHERE id = t.uom_id) / offer.quantity)::float8 AS price
                 FROM orders o
                 JOIN partners p ON p.id = o.partner_id
                 JOIN LATERAL (
                      SELECT l.product_id, sum(l.price_subtotal) AS amount, sum(l.product_uom_qty * u.factor) AS quantity
                        FROM sale_order_line l JOIN uom_uom u ON u.id = l.product_uom_id
                       WHERE l.order_id = o.id AND l.display_type IS NULL AND l.product_uom_qty > 0
                         AND l.is_downpayment IS NOT TRUE AND l.reward_id IS NULL
                       GROUP BY l.product_id) offer ON TRUE
                 JOIN product_product v ON v.id = offer.product_id
                 JOIN product_template t ON t.id = v.product_tmpl_id
                WHERE o.state IN ('draft', 'sent') AND o.date_order >= %(since)s OR o.id = %(document)s
                ORDER BY o.id DESC""",
            lang=self.env.lang or "en_US",
            since=context.days_ago(context.company.sync_quote_days),
            document=context.document.id if context.document and context.document._name == "sale.order" else 0,
        )

    # ---------------------------------------------------------------- opportunities

    @card_rule(50, "leads", reads="_read_open_work")
    def _rule_leads(self, context, rows):
        """Other open leads and opportunities of the customer; serious for whoever does not work on them himself."""
        found, own = {}, self._own_work(context)
        for row in rows:
            if row["model"] != "crm.lead":
                continue
            findings = found.setdefault(row["entity"], [])
            if len(findings) < _TOLD and own != ("crm.lead", row["id"]):
                findings.append(
                    Finding(
                        level="info" if row["user_id"] == self.env.uid else "yellow",
                        tell=self._tell_lead(row),
                        when=row["at"],
                        documents=(("crm.lead", row["id"]),),
                        user_id=row["user_id"],
                    )
                )
        return found

    def _own_work(self, context):
        """The lead or quotation the card is looked at from; a quotation for an opportunity counts as that."""
        document = context.document
        if not document:
            return None
        # sudo: an id only, by which the quotation's own opportunity is left out.
        lead = document.sudo().opportunity_id if document._name == "sale.order" else None
        return ("crm.lead", lead.id) if lead else (document._name, document.id)

    def _tell_lead(self, row):
        def tell(words):
            facts = {"lead": row["name"], "person": words.person(row["user_id"]), "when": words.ago(row["at"])}
            if not row["user_id"]:
                return self.env._("%(lead)s, nobody's, opened %(when)s", **facts)
            return self.env._("%(lead)s, %(person)s, opened %(when)s", **facts)

        return tell

    # ---------------------------------------------------------------- channels

    @card_rule(60, "channel", reads="_read_open_work")
    def _rule_channel(self, context, rows):
        """Dealers and we ourselves at work on the same end customer, or past the dealer who serves him."""
        works, served_by, by_document = {}, {}, {}
        for row in rows:
            if not row["model"]:
                served_by.setdefault(row["entity"], {})[row["dealer_id"]] = row["dealer"]
            elif not row["opportunity_id"]:
                work = Work((row["model"], row["id"]), row["dealer_id"])
                works.setdefault(row["entity"], []).append(work)
                by_document[work.document] = row
        found, mine = {}, self._own_work(context)
        for entity, own_works in works.items():
            dealers = served_by.get(entity, {})
            conflicts = channel_conflicts(own_works, frozenset(dealers), mine)[:_TOLD]
            findings = [self._channel_finding(level, by_document[work.document], dealers) for level, work in conflicts]
            if findings:
                found[entity] = findings
        return found

    def _channel_finding(self, level, row, dealers):
        return Finding(
            level=level,
            tell=self._tell_channel(level, row, dealers),
            when=row["at"],
            documents=((row["model"], row["id"]),),
            user_id=row["user_id"],
        )

    def _tell_channel(self, level, row, dealers):
        def tell(words):
            facts = {
                "document": row["name"],
                "person": words.person(row["user_id"]),
                "dealer": row["dealer"],
                "dealers": ", ".join(filter(None, dealers.values())),
            }
            if level == "yellow":
                return self.env._("%(document)s goes past %(dealers)s, who serves this customer", **facts)
            if row["dealer_id"]:
                return self.env._("%(document)s through %(dealer)s, %(person)s", **facts)
            return self.env._("%(document)s directly, %(person)s", **facts)

        return tell

    # ---------------------------------------------------------------- open work

    def _read_open_work(self, context):
        """Open opportunities and quotations, the newest first, with their dealer; and, without a model, the dealers who
        serve the customer."""
        return SQL(
            """SELECT p.entity, work.*, d.name AS dealer
                 FROM (SELECT partner_id, 'crm.lead' AS model, id, name, user_id, create_date AS at, sync_dealer_id AS dealer_id,
                              NULL::int AS opportunity_id
                         FROM leads WHERE active AND won_status = 'pending'
                       UNION ALL
                       SELECT partner_id, 'sale.order', id, name, user_id, date_order, NULL, opportunity_id
                         FROM orders WHERE state IN ('draft', 'sent') AND date_order >= %(since)s
                       UNION ALL
                       SELECT partner_id, NULL, NULL, NULL, NULL, NULL, dealer_id, NULL
                         FROM res_partner_sync_dealer_rel WHERE %(served)s) work
                 JOIN partners p ON p.id = work.partner_id
                 LEFT JOIN res_partner d ON d.id = work.dealer_id
                ORDER BY work.at DESC NULLS LAST, work.id DESC""",
            since=context.days_ago(context.company.sync_quote_days),
            served=context.of_customers(),
        )
