from odoo import fields
from odoo.exceptions import AccessError

from ...models.loyalty.movement import MOMENT, Moment
from .common import LoyaltyCase


class TestMoment(LoyaltyCase):
    """The demo story books at the moments it tells; nobody else can."""

    def test_a_told_moment_dates_the_entry_and_its_lot(self):
        self.program.write({"sync_expiry": "fixed", "sync_expiry_months": 12, "sync_expiry_rounding": "quarter"})
        card = self.new_card()
        card.with_context(**{MOMENT: Moment(fields.Datetime.to_datetime("2026-02-10 09:30:00"))}).points += 50
        self.assertEqual(card.sync_entry_ids.effective_at, fields.Datetime.to_datetime("2026-02-10 09:30:00"))
        self.assertEqual(str(card.sync_entry_ids.business_date), "2026-02-10")
        self.assertEqual(str(card.sync_lot_ids.expires_on), "2027-03-31")
        self.assertLedger(card, 50)

    def test_a_context_from_outside_dates_nothing(self):
        card = self.new_card()
        card.with_context(**{MOMENT: "2020-01-01 00:00:00"}).points += 50
        self.assertEqual(card.sync_entry_ids.effective_at.date(), fields.Date.today())
        with self.assertRaises(AccessError):
            card.with_user(self.manager).with_context(**{MOMENT: "2020-01-01 00:00:00"}).points += 50
