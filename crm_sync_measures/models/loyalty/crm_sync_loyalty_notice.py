from odoo import fields, models

from .crm_sync_loyalty_entry import KINDS, POINTS

KIND_LABELS = [("reminder", "Reminder"), ("last_chance", "Last Chance"), ("statement", "Statement")]


class CrmSyncLoyaltyNotice(models.Model):
    """One mail about a customer's points, or why there was none. Written by the nightly jobs alone.

    ``details`` is what the mail tells, taken when the notice was made: ``[{"card", "points", "day"}, …]`` for a
    reminder, and for a statement, per card, ``{"card", "opening", "closing", "kinds", "endings"}``. It names nobody.
    """

    _name = "crm.sync.loyalty.notice"
    _inherit = ["crm.sync.notice.mixin"]
    _description = "Notice about Points"
    _rec_name = "kind"
    _sync_purpose = "loyalty"

    kind = fields.Selection(KIND_LABELS, required=True, readonly=True)
    day = fields.Date(help="The day of the mail; of a statement, the last day it tells.")
    date_from = fields.Date("From", readonly=True, help="First day that a statement tells.")
    points = fields.Float(digits=POINTS, readonly=True, help="Points that the mail speaks of.")
    first_day = fields.Date("First Expiry", readonly=True)
    details = fields.Json(readonly=True)

    _last_statement_idx = models.Index("(partner_id, company_id, day) WHERE kind = 'statement'")

    # ---------------------------------------------------------------- read by the mails

    def _subject(self):
        """The subject of a reminder, in the language of the context."""
        if self.kind == "last_chance":
            return self.env._("Last chance: your points expire soon")
        return self.env._("Your points expire soon")

    def _rows(self):
        """What a reminder tells, in the language of the context: one row for each card and day."""
        rows = []
        cards = self.env["loyalty.card"].browse([row["card"] for row in self.details or []]).exists()
        known = {card.id: card for card in cards}
        for row in self.details or []:
            if card := known.get(row["card"]):
                rows.append(
                    {
                        "program": card.program_id.name,
                        "points": card._format_points(row["points"]),
                        "day": fields.Date.to_date(row["day"]),
                    }
                )
        return rows

    def _accounts(self):
        """What a statement tells, in the language of the context: one account for each card."""
        words = self.env["crm.sync.loyalty.portal"]._kind_words()
        cards = self.env["loyalty.card"].browse([row["card"] for row in self.details or []]).exists()
        known = {card.id: card for card in cards}
        accounts = []
        for row in self.details or []:
            if card := known.get(row["card"]):
                accounts.append(
                    {
                        "program": card.program_id.name,
                        "opening": card._format_points(row["opening"]),
                        "closing": card._format_points(row["closing"]),
                        "movements": [
                            {"name": words[kind], "points": _signed(card, row["kinds"][kind])}
                            for kind, _label in KINDS
                            if row["kinds"].get(kind)
                        ],
                        "endings": [
                            {"points": card._format_points(points), "day": fields.Date.to_date(day)}
                            for day, points in row["endings"]
                        ],
                    }
                )
        return accounts

    def _portal_url(self):
        return f"{self.partner_id.get_base_url()}/my/loyalty"


def _signed(card, points):
    return f"{'+' if points > 0 else '−'}{card._format_points(abs(points))}"
