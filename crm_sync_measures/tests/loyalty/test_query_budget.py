from contextlib import contextmanager
from unittest.mock import patch

from odoo.tests import tagged

from .common import LoyaltyCase

#: How to know a query of ours: it works on our tables, or asks what Odoo does not ask when it confirms an order.
_SIGNS = (
    "crm_sync_",
    '"sync_merged_into_id" IN',
    'UPDATE "sale_order_coupon_points" SET "sync',
    'FROM "loyalty_program" WHERE ("loyalty_program"."active" IS TRUE AND "loyalty_program"."program_type" IN',
)


@tagged("post_install", "-at_install")
class TestQueryBudget(LoyaltyCase):
    """What the ledger adds to the confirmation of an order."""

    @contextmanager
    def queries(self):
        seen, native = [], type(self.env.cr).execute

        def execute(cursor, query, *args, **kwargs):
            seen.append(getattr(query, "code", query))
            return native(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", execute):
            yield seen

    def ours(self, order):
        """Our queries of the order's confirmation."""
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        with self.queries() as seen:
            order.action_confirm()
            self.env.flush_all()
        return [query for query in seen if any(sign in query for sign in _SIGNS)]

    def setUp(self):
        super().setUp()
        self.begin_a_request()
        # What the first order of a process loads once.
        self.new_order(1).action_confirm()

    def test_an_order_without_points_asks_nothing_more(self):
        self.program.active = False
        # What is kept in memory is loaded again once, since a program was changed.
        self.new_order(1, partner=self.contact).action_confirm()
        self.assertEqual(self.ours(self.new_order(1, partner=self.contact)), [])

    def test_an_order_that_earns_costs_five_queries_more_however_many_lines_it_has(self):
        for lines in (1, 8):
            order = self.new_order(1)
            order.order_line = [(0, 0, {"product_id": self.product.id}) for _line in range(lines - 1)]
            ours = self.ours(order)
            # Booked in two, noted in one, and twice what is a gift card.
            self.assertLessEqual(len(ours), 5, "\n".join(ours))
