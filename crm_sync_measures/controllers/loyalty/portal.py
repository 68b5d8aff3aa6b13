from odoo.addons.loyalty.controllers.portal import CustomerPortalLoyalty
from odoo.http import request, route

from ..core.portal_list import own_pager

_LAST_MOVEMENTS = 5


class CustomerPortalLedger(CustomerPortalLoyalty):
    """The customer's own cards, told from the ledger. Every route reads only."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if not counters:
            values["cards_per_programs"] = self._sync_cards().grouped("program_id")
        if "loyalty_card_count" in counters:
            values["loyalty_card_count"] = len(self._sync_cards())
        return values

    def _sync_cards(self):
        return request.env["crm.sync.loyalty.portal"]._cards_of(request.env.user.partner_id)

    def _get_loyalty_searchbar_sortings(self):
        return {
            "date": {"label": request.env._("Newest"), "order": "position desc"},
            "oldest": {"label": request.env._("Oldest"), "order": "position"},
            "gains": {"label": request.env._("Most Points First"), "order": "quantity desc, position desc"},
            "uses": {"label": request.env._("Points Used First"), "order": "quantity, position desc"},
        }

    @route(["/my/loyalty"], type="http", auth="user", website=True, readonly=True)
    def portal_my_loyalty(self, **_kw):
        portal = request.env["crm.sync.loyalty.portal"]
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "loyalty",
            "cards": [portal._facts(card) for card in self._sync_cards()],
        }
        return request.render("crm_sync_measures.portal_my_loyalty", values)

    @route()
    def portal_my_loyalty_card_history(self, card_id, page=1, sortby="date", **_kw):
        portal = request.env["crm.sync.loyalty.portal"]
        card = portal._card_of(request.env.user.partner_id, card_id)
        if not card:
            return request.redirect("/my")
        sortings = self._get_loyalty_searchbar_sortings()
        sortby = sortby if sortby in sortings else "date"
        # sudo: the movements of a card that is the customer's
        total = request.env["crm.sync.loyalty.entry"].sudo().search_count(portal._movements_domain(card))
        url = f"/my/loyalty_card/{card.id}/history"
        pager = own_pager(url, total, page, self._items_per_page, sortby=sortby)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "loyalty_card",
            "facts": portal._facts(card),
            "movements": portal._movements(
                card,
                request.env.user,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=pager["offset"],
            ),
            "pager": pager,
            "searchbar_sortings": sortings,
            "sortby": sortby,
        }
        return request.render("crm_sync_measures.portal_loyalty_card", values)

    @route()
    def portal_get_card_history_values(self, card_id):
        """Odoo's values, with what the ledger knows; nothing for a card that is not the customer's."""
        user = request.env.user
        portal = request.env["crm.sync.loyalty.portal"]
        card = portal._card_of(user.partner_id, card_id) if isinstance(card_id, int) else None
        if not card:
            return {}
        # Odoo answers for the customer's own cards only, and other addons add to that.
        values = super().portal_get_card_history_values(card.id) if card.partner_id == user.partner_id else {}
        facts = portal._facts(card)
        program_type = card.program_id.program_type
        values.setdefault("card", {}).update(
            {
                "id": card.id,
                "code": card.code,
                "expiration_date": card.expiration_date,
                "points_display": facts["available_display"],
                **{name: facts[name] for name in ("available", "pending", "owed", "reserved")},
                **{f"{name}_display": facts[f"{name}_display"] for name in ("pending", "owed", "reserved")},
                "pending_until": facts["pending_until"],
                "worth": facts["worth"],
                "expiring": [{**row, "date": row["date"].isoformat()} for row in facts["expiring"]],
            }
        )
        values.setdefault("program", {}).update({"program_name": card.program_id.name, "program_type": program_type})
        values.update(
            {
                "history_lines": [
                    {
                        "order_id": line["order_id"],
                        "description": " ".join(filter(None, (line["words"], line["document"]))),
                        "order_portal_url": line["url"],
                        "points": line["points"],
                    }
                    for line in portal._movements(card, user, limit=_LAST_MOVEMENTS)
                ],
                "rewards": facts["rewards"],
                "next_reward": facts["next_reward"],
                "img_path": f"/loyalty/static/src/img/{program_type}.svg",
            }
        )
        return values
