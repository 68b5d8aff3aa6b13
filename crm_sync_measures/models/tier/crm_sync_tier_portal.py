from odoo import api, models
from odoo.tools.misc import format_amount, format_date

from ...rules.ledger import exact
from ...rules.rewards import progress
from ...rules.tier import review_window
from ...rules.tier_outlook import is_in_danger, keep_by, keeping, lines, times

#: Rows of the history that are told.
_HISTORY = 20
#: The scope of the keys in mails.
SCOPE = "membership"


class CrmSyncTierPortal(models.AbstractModel):
    """What a customer is told about his membership: one set of facts for pages and mails. Reads only.

    Words and amounts are in the language of the context, days are days of the program's time zone. Callers know who
    ``partner`` is, by his login or by the key of his link.
    """

    _name = "crm.sync.tier.portal"
    _description = "Membership as Customers See It"

    # ---------------------------------------------------------------- the page

    @api.model
    def _page(self, partner):
        """All that the page shows; other rooms add their own sections."""
        accounts = [self._facts(card) for card in self._cards_of(partner)]
        return {
            "accounts": accounts,
            "has_tiers": bool(accounts) or bool(self.env["crm.sync.tier.policy"]._running()),
            "choices": self.env["crm.sync.preference.page"]._page(partner),
        }

    @api.model
    def _cards_of(self, partner):
        """His accounts in programs that have tiers; first the one whose tier is shown on him."""
        cards = self.env["crm.sync.loyalty.portal"]._cards_of(partner)
        # sudo: whether a program has tiers
        with_rules = self.env["crm.sync.tier.policy"].sudo().search(
            [("program_id", "in", cards.program_id.ids), ("state", "=", "running")]
        )  # fmt: skip
        standings = self._standings(cards)
        return cards.filtered(lambda card: card.program_id in with_rules.program_id).sorted(
            lambda card: (not standings[card].is_shown, card.id)
        )

    @api.model
    def _standings(self, cards):
        """``{card: its standing}``, empty for a card that has none yet."""
        # sudo: of cards that are the customer's
        Standing = self.env["crm.sync.tier.standing"].sudo()
        found = Standing.search([("card_id", "in", cards.ids)]).grouped("card_id")
        return {card: found.get(card, Standing.browse()) for card in cards}

    @api.model
    def _url(self, partner):
        """The page for the link in a mail: for some weeks, without a login."""
        key = self.env["crm.sync.contact.link"]._dated_key(partner, SCOPE)
        return f"{partner.get_base_url()}/m/{key}"

    # ---------------------------------------------------------------- one account

    @api.model
    def _facts(self, card):
        """What is told of one account."""
        policy = self._policy(card.program_id)
        standing = self._standings(card)[card]
        measured = standing.value if standing else 0.0
        return {
            "card": card,
            "program": card.program_id,
            "is_wallet": card.program_id.sync_is_pooled and card.partner_id.is_company,
            "tier": self._told_tier(standing.tier_id, policy) if standing.tier_id else None,
            "joined": format_date(self.env, standing.joined_on) if standing.joined_on else "",
            "value": self._amount(card, policy, measured),
            "window": standing._window_words(policy) if standing else "",
            "rise": self._rise(card, standing, policy),
            "keep": self._keep(card, standing, policy),
            "ladder": self._ladder(card, standing, policy),
            "history": self._history(card),
        }

    def _policy(self, program):
        # sudo: the rules of a program, as they are told to its customers
        policies = self.env["crm.sync.tier.policy"].sudo()
        return policies.search([("program_id", "=", program.id), ("state", "=", "running")], limit=1)

    def _told_tier(self, tier, policy):
        return {"name": tier.name, "color": tier.color, "benefits": self._benefits(tier, policy)}

    def _rise(self, card, standing, policy):
        """What is still needed for the next tier; None at the top."""
        tier = standing.next_tier_id or self._first_tier(standing, policy)
        threshold = self._thresholds(policy).get(tier)
        if not tier or threshold is None:
            return None
        missing = standing.missing if standing.next_tier_id else threshold
        facts = {
            "missing": self._amount(card, policy, missing),
            "tier": tier.name,
            # Of the last months there is no last day.
            "day": standing.window_to and format_date(self.env, standing.window_to),
        }
        return {
            **facts,
            "percent": progress(exact(standing.value if standing else 0.0), exact(threshold)),
            "sentence": self._rise_sentence(policy.metric, facts),
        }

    def _first_tier(self, standing, policy):
        """For an account that was not looked at yet."""
        return policy.line_ids.sorted("rank")[:1].tier_id if not standing else standing.tier_id.browse()

    def _thresholds(self, policy):
        return {line.tier_id: line.threshold for line in policy.line_ids}

    def _rise_sentence(self, metric, facts):
        if metric == "points":
            if facts["day"]:
                return self.env._("Earn %(missing)s more by %(day)s, and you are %(tier)s.", **facts)
            return self.env._("Earn %(missing)s more, and you are %(tier)s.", **facts)
        if metric == "spend":
            if facts["day"]:
                return self.env._("Spend %(missing)s more by %(day)s, and you are %(tier)s.", **facts)
            return self.env._("Spend %(missing)s more, and you are %(tier)s.", **facts)
        if facts["day"]:
            return self.env._("%(missing)s more by %(day)s, and you are %(tier)s.", **facts)
        return self.env._("%(missing)s more, and you are %(tier)s.", **facts)

    def _keep(self, card, standing, policy):
        """How it stands with the tier he has; None without one."""
        if not standing.tier_id:
            return None
        valid_through = standing.membership_id.valid_through
        state = keeping(valid_through or None, standing.keep_missing)
        today = card.program_id._sync_today()
        facts = {
            "tier": standing.tier_id.name,
            "is_urgent": is_in_danger(valid_through or None, standing.keep_missing, today),
            "note": self._keep_note(policy, valid_through) if state == "risk" else "",
        }
        if state != "forever":
            facts |= {
                "missing": self._amount(card, policy, standing.keep_missing),
                "day": format_date(self.env, keep_by(valid_through, standing.review_on or None, today)),
            }
        return {"state": state, **facts, "sentence": self._keep_sentence(state, policy.metric, facts)}

    def _keep_note(self, policy, valid_through):
        """From when on counts what keeps the tier: mostly, what made him reach it counts no more."""
        start = review_window(policy._rule(), valid_through).start
        if not start:
            return ""
        return self.env._("Only what you buy from %(start)s on counts for this.", start=format_date(self.env, start))

    def _keep_sentence(self, state, metric, facts):
        if state == "forever":
            return self.env._("You keep %(tier)s.", **facts)
        if state == "safe":
            return self.env._("You keep %(tier)s after %(day)s too: you have all that is needed.", **facts)
        if metric == "points":
            return self.env._("Earn %(missing)s by %(day)s to keep %(tier)s.", **facts)
        if metric == "spend":
            return self.env._("Spend %(missing)s by %(day)s to keep %(tier)s.", **facts)
        return self.env._("%(missing)s by %(day)s are needed to keep %(tier)s.", **facts)

    # ---------------------------------------------------------------- all tiers, and what they are worth

    def _ladder(self, card, standing, policy):
        """All tiers of the program, lowest first, with what is needed and what one has of each."""
        return [
            {
                **self._told_tier(line.tier_id, policy),
                "from": self._amount(card, policy, line.threshold) if line.threshold else "",
                "is_own": line.tier_id == standing.tier_id,
            }
            for line in policy.line_ids.sorted("rank")
        ]

    def _benefits(self, tier, policy):
        """What a customer has of ``tier``, each in a sentence."""
        line = policy.line_ids.filtered(lambda one: one.tier_id == tier)[:1]
        told = []
        if number := times(line.multiplier or 0.0):
            told.append(self.env._("%s times the points with each order", number))
        if line.pricelist_id:
            told.append(self.env._("Prices of your own"))
        if tier.gift_points:
            told.append(self.env._("%s points when you reach it", f"{tier.gift_points:g}"))
        if tier.gift_program_id:
            told.append(self.env._("A gift when you reach it"))
        if tier.case_weight:
            told.append(self.env._("Your questions come first"))
        return told + lines(tier.extras)

    # ---------------------------------------------------------------- history

    def _history(self, card):
        """What he was and is, newest first."""
        words = self._reason_words()
        # sudo: of a card that is the customer's
        memberships = self.env["crm.sync.tier.membership"].sudo()
        rows = memberships.search([("card_id", "=", card.id)], order="date_from desc, id desc", limit=_HISTORY)
        return [
            {
                "tier": row.tier_id.name,
                "color": row.tier_id.color,
                "from": format_date(self.env, row.date_from),
                "to": format_date(self.env, row.date_to) if row.date_to else "",
                "why": words.get(row.reason, ""),
            }
            for row in rows
        ]

    @api.model
    def _reason_words(self):
        """Why a tier began, as it is told to customers."""
        return {
            "joined": self.env._("You joined"),
            "rise": self.env._("Reached"),
            "kept": self.env._("Tier Kept"),
            "fall": self.env._("Less than needed in the time before"),
            "by_hand": self.env._("Given by us"),
            "new_rules": self.env._("By new rules"),
            "grandfathered": self.env._("Kept under new rules"),
            "merge": self.env._("Two cards became one"),
            "refund": self.env._("After a return"),
        }

    # ---------------------------------------------------------------- words

    def _amount(self, card, policy, value):
        """A value of the metric, as it is written."""
        if policy.metric == "points":
            return card._format_points(value)
        if policy.metric == "spend":
            return format_amount(self.env, value, card.program_id.currency_id)
        return self.env._("1 order") if round(value) == 1 else self.env._("%s orders", round(value))
