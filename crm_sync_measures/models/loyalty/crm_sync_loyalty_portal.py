import sys
from datetime import timedelta

from babel.dates import format_timedelta
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse, format_amount, format_date, get_lang

from ...rules.expiry import add_months
from ...rules.ledger import exact
from ...rules.rewards import Reward, progress, reachable, upcoming

#: Expiring points are told one year ahead.
_MONTHS_AHEAD = 12
_REWARDS = 3
#: Up to so many days are told as days, more as months.
_DAYS_COUNTED = 60


class CrmSyncLoyaltyPortal(models.AbstractModel):
    """What a customer is told about his cards: one set of facts for pages, dialogs and mails. Reads only.

    Points come as numbers and, under ``…_display``, in the program's words; days are days of the program's
    time zone. Callers pass cards of this customer, see :meth:`_domain_of`.
    """

    _name = "crm.sync.loyalty.portal"
    _description = "Loyalty Cards as Customers See Them"

    # ---------------------------------------------------------------- whose cards

    @api.model
    def _domain_of(self, partner):
        """Cards whose points ``partner`` may see: his own, and in pooled programs the wallet of his company."""
        own = [("program_id.sync_is_pooled", "=", False), ("partner_id", "=", partner.id)]
        wallet = [("program_id.sync_is_pooled", "=", True), ("partner_id", "=", partner.commercial_partner_id.id)]
        return Domain("sync_merged_into_id", "=", False) & (Domain(own) | Domain(wallet))

    @api.model
    def _cards_of(self, partner):
        """All live accounts of ``partner``."""
        domain = self._domain_of(partner) & Domain(
            [
                ("program_id.active", "=", True),
                ("program_id.program_type", "in", ["loyalty", "ewallet"]),
                "|",
                ("expiration_date", "=", False),
                ("expiration_date", ">=", fields.Date.today()),
            ]
        )
        # sudo: customers have no right on cards; these are theirs.
        return self.env["loyalty.card"].sudo().search(domain, order="program_id, id")

    @api.model
    def _card_of(self, partner, card_id):
        """The account behind a card number that comes from outside, or none where it is not his."""
        Card = self.env["loyalty.card"].sudo()  # sudo: customers have no right on cards; the domain says whose
        if not 0 < card_id < 2**31:
            return Card
        card = Card.search(Domain("id", "=", card_id) & self._domain_of(partner))
        if not card and (key := Card.search([("id", "=", card_id), ("partner_id", "=", partner.id)])):
            # His own card is a key to the company's wallet, where that was made already.
            wallet = Domain("program_id", "=", key.program_id.id) & self._domain_of(partner)
            card = Card.search(wallet, order="id", limit=1) or key
        return card

    # ---------------------------------------------------------------- facts

    @api.model
    def _facts(self, card):
        """What there is on ``card``, what of it can be spent, and what is going to happen to it."""
        card.ensure_one()
        program = card.program_id
        available = max(0.0, exact(card.points) - exact(card._sync_blocked()))
        pending, owed = self._pending_and_owed(card)
        facts = {
            "available": float(available),
            "pending": pending,
            "total": card.points + pending,
            "reserved": max(0.0, card.points - float(available)),
            "owed": owed,
        }
        facts.update({f"{name}_display": card._format_points(points) for name, points in facts.items()})
        return {
            **facts,
            "card": card,
            "program": program,
            "is_wallet": program.sync_is_pooled and card.partner_id.is_company,
            "pending_until": self._pending_until(program) if pending else "",
            "expiring": self._expiring(card),
            "worth": self._worth(program, float(available)),
            **self._rewards(card, available),
        }

    def _pending_and_owed(self, card):
        lots = self.env["crm.sync.loyalty.lot"].sudo()  # sudo: of a card that is the customer's
        arrears = self.env["crm.sync.loyalty.arrears"].sudo()  # sudo: as above
        [(held,)] = lots._read_group([("card_id", "=", card.id), ("held", ">", 0)], aggregates=["held:sum"])
        [(owed,)] = arrears._read_group(
            [("card_id", "=", card.id), ("remaining", ">", 0)], aggregates=["remaining:sum"]
        )
        return float(exact(held or 0)), float(exact(owed or 0))

    def _pending_until(self, program):
        if program.sync_hold == "delivered":
            return self.env._("Can be spent %s days after the delivery.", program.sync_hold_days)
        return self.env._("Can be spent when the order is paid.")

    def _expiring(self, card):
        """What expires when, within a year: [{date, day, when, points, points_display, is_soon}]."""
        today = card.program_id._sync_today()
        lots = self.env["crm.sync.loyalty.lot"].sudo()  # sudo: of a card that is the customer's
        rows = lots._read_group(
            [
                ("card_id", "=", card.id),
                ("remaining", ">", 0),
                ("expires_on", ">=", today),
                ("expires_on", "<=", add_months(today, _MONTHS_AHEAD)),
            ],
            groupby=["expires_on:day"],
            aggregates=["remaining:sum"],
            order="expires_on:day",
        )
        return [
            {
                "date": day,
                "day": format_date(self.env, day),
                "when": self._in_words(day - today),
                "points": float(exact(points)),
                "points_display": card._format_points(float(exact(points))),
                "is_soon": day - today <= timedelta(days=card.program_id.sync_notice_days),
            }
            for day, points in rows
        ]

    def _in_words(self, left):
        """ "in 10 days", in the reader's language."""
        if left.days < 2:
            return self.env._("tomorrow") if left.days else self.env._("today")
        locale = babel_locale_parse(get_lang(self.env).code)
        threshold = sys.maxsize if left.days <= _DAYS_COUNTED else 2
        return format_timedelta(left, granularity="day", threshold=threshold, add_direction=True, locale=locale)

    def _worth(self, program, points):
        """The value of ``points`` in words, empty where a point has none."""
        if program.program_type != "loyalty" or not program.sync_point_value or not points:
            return ""
        return format_amount(self.env, points * program.sync_point_value, program.currency_id)

    def _rewards(self, card, available):
        """Rewards that can be had now, greatest first, and the next one."""
        if card.program_id.program_type != "loyalty":
            return {"rewards": [], "next_reward": None}
        rewards = {reward.id: reward for reward in card.program_id.reward_ids}
        choice = [Reward(reward.id, exact(reward.required_points)) for reward in rewards.values()]
        points = exact(card.points) if card.points < 0 else exact(available)
        following = upcoming(points, choice)

        def told(reward):
            record = rewards[reward.id]
            return {"description": record.description, "points": card._format_points(record.required_points)}

        return {
            "rewards": [told(reward) for reward in reachable(points, choice)[:_REWARDS]],
            "next_reward": following
            and {
                **told(following[0]),
                "missing": card._format_points(float(following[1])),
                "percent": progress(points, following[0].required),
            },
        }

    # ---------------------------------------------------------------- movements

    @api.model
    def _kind_words(self):
        """What each kind of entry is called by the customer."""
        return {
            "opening": self.env._("Opening balance"),
            "earn": self.env._("Earned"),
            "bonus": self.env._("Bonus"),
            "goodwill": self.env._("A thank you from us"),
            "adjust": self.env._("Correction"),
            "redeem": self.env._("Redeemed"),
            "expire": self.env._("Expired"),
            "reverse_earn": self.env._("Taken back for a return"),
            "reverse_redeem": self.env._("Given back"),
            "hold": self.env._("Pending"),
            "release": self.env._("Ready to be spent"),
            "transfer_in": self.env._("Moved to this card"),
            "transfer_out": self.env._("Moved to another card"),
        }

    @api.model
    def _movements_domain(self, card):
        # What only repaid arrears moved nothing.
        return [("card_id", "=", card.id), ("quantity", "!=", 0)]

    @api.model
    def _movements(self, card, reader, **options):
        """Movements of ``card``, newest first: what, when, how many, and the balance after it.

        Documents are named where ``reader`` may see them himself.
        """
        options.setdefault("order", "position desc")
        # sudo: of a card that is the customer's.
        entries = self.env["crm.sync.loyalty.entry"].sudo().search(self._movements_domain(card), **options)
        documents = self._documents(entries, reader)
        told, words = self._told(entries), self._kind_words()
        return [
            {
                "at": entry.effective_at,
                "words": told.get(entry.id) or words[entry.kind],
                "quantity": entry.quantity,
                "points": ("+" if entry.quantity > 0 else "-") + card._format_points(abs(entry.quantity)),
                "balance": card._format_points(entry.balance),
                "expires_on": entry.expires_on,
                **documents.get((entry.source_model, entry.source_id), {"document": "", "url": "", "order_id": False}),
            }
            for entry in entries
        ]

    def _told(self, entries):
        """``{entry id: text}`` of adjustments, in the words that were chosen for the customer."""
        own = entries.filtered(lambda entry: entry.source_model == "crm.sync.loyalty.adjustment")
        # sudo: of these documents only what is meant for the customer is told.
        adjustments = self.env["crm.sync.loyalty.adjustment"].sudo().browse(set(own.mapped("source_id"))).exists()
        by_id = {adjustment.id: adjustment for adjustment in adjustments}
        return {
            entry.id: by_id[entry.source_id]._told_to_customer(
                is_reversal=(entry.quantity > 0) != (by_id[entry.source_id].quantity > 0)
            )
            for entry in own
            if entry.source_id in by_id
        }

    def _documents(self, entries, reader):
        """``{(model, id): name and portal page}`` of the sources that ``reader`` may see himself."""
        found = {}
        for model, own in entries.grouped("source_model").items():
            if not model or model not in self.env or "access_url" not in self.env[model]._fields:
                continue
            documents = self.env[model].with_user(reader).browse(sorted(set(own.mapped("source_id")))).exists()
            for document in documents._filtered_access("read"):
                found[model, document.id] = {
                    "document": document.display_name,
                    "url": document.access_url,
                    "order_id": document.id,
                }
        return found
