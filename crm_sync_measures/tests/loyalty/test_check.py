from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ...rules.ledger import Part, exact
from .common import LoyaltyCase

TABLES = ("crm_sync_loyalty_entry", "crm_sync_loyalty_allocation", "crm_sync_loyalty_anchor")


class CheckCase(LoyaltyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Check = cls.env["crm.sync.loyalty.check"]
        cls.card = cls.new_card(250)
        cls.card.points -= 30
        cls.card._sync_move("test", [Part("bonus", exact(50))])
        cls.card.points -= 240
        cls.entries = cls.card.sync_entry_ids.sorted("position")

    def tamper(self, sql, *params):
        """What somebody does who owns the database."""
        self.env.flush_all()
        for table in TABLES:
            self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", SQL.identifier(table)))
        self.env.cr.execute(sql, params or None)
        for table in TABLES:
            self.env.cr.execute(SQL("ALTER TABLE %s ENABLE TRIGGER USER", SQL.identifier(table)))
        self.env.invalidate_all()

    def found(self, check=None):
        """{kind: (card, entry, difference)} of what a check of the whole ledger finds."""
        if not check:
            check = self.Check.create({})
            check._prove(0, 2**31 - 1)
            check._close(True)
        self.assertEqual(check.state, "findings" if check.finding_ids else "ok")
        return {f.kind: (f.card_id, f.entry_id, f.difference) for f in check.finding_ids}


@tagged("post_install", "-at_install")
class TestCheck(CheckCase):
    """Flip one row by SQL, and the check names card, entry and difference."""

    def test_a_ledger_in_order_is_proved(self):
        order = self.new_order(3, partner=self.contact)
        self.program.sync_hold = "paid"
        order.action_confirm()
        order.order_line.product_uom_qty = 1
        self.card.points -= 100
        self.card.points += 20
        check = self.Check._check_card(self.card)
        self.assertEqual((check.state, check.cards, check.entries), ("ok", 1, 7))
        self.assertEqual(self.found(), {})
        whole = self.Check.search([("card_id", "=", False)], limit=1)
        cards = self.env["loyalty.card"].with_context(active_test=False).search_count([])
        self.assertEqual((whole.state, whole.cards), ("ok", cards))
        self.assertEqual(whole.verdict, f"Σ = balance for {cards:,} cards")

    def test_a_quantity_that_was_flipped(self):
        entry = self.entries[1]
        self.tamper("UPDATE crm_sync_loyalty_entry SET quantity = -25 WHERE id = %s", entry.id)
        found = self.found()
        self.assertEqual(set(found), {"balance", "seal", "sum", "lots", "debit"})
        self.assertEqual(found["balance"], (self.card, entry, 5))
        self.assertEqual(found["seal"][1], entry)
        self.assertEqual(found["sum"], (self.card, self.entries[:0], -5))

    def test_an_entry_that_was_deleted(self):
        entry, after = self.entries[2:4]
        self.tamper(
            """DELETE FROM crm_sync_loyalty_allocation WHERE lot_id IN (SELECT id FROM crm_sync_loyalty_lot WHERE entry_id = %s);
               DELETE FROM crm_sync_loyalty_lot WHERE entry_id = %s;
               DELETE FROM crm_sync_loyalty_entry WHERE id = %s""",
            *[entry.id] * 3,
        )
        found = self.found()
        self.assertEqual(found["position"], (self.card, after, 1))
        self.assertEqual(found["count"][2], -1)
        self.assertEqual(found["sum"][2], 50)
        self.assertEqual(found["seal"][1], after)

    def test_the_last_entry_that_was_deleted(self):
        entry = self.entries[-1]
        self.tamper(
            "DELETE FROM crm_sync_loyalty_allocation WHERE debit_id = %s; DELETE FROM crm_sync_loyalty_entry WHERE id = %s",
            *[entry.id] * 2,
        )
        found = self.found()
        self.assertLessEqual({"count", "head", "sum", "lot"}, set(found))
        self.assertEqual(found["sum"][2], -240)

    def test_an_entry_that_was_inserted(self):
        self.tamper(
            """INSERT INTO crm_sync_loyalty_entry (card_id, program_id, position, kind, quantity, balance, effective_at, business_date,
                      user_id, idempotency_key, seal)
               SELECT card_id, program_id, 5, 'bonus', 1000, 1030, effective_at, business_date, user_id, 'forged', 'forged'
                 FROM crm_sync_loyalty_entry WHERE id = %s""",
            self.entries[-1].id,
        )
        forged = self.card.sync_entry_ids.filtered(lambda entry: entry.idempotency_key == "forged")
        found = self.found()
        self.assertEqual(found["seal"][:2], (self.card, forged))
        self.assertEqual(found["count"][2], 1)
        self.assertEqual(found["sum"][2], -1000)
        self.assertIn("lots", found)

    def test_what_is_left_of_a_lot_that_was_changed(self):
        lot = self.card.sync_lot_ids.filtered("remaining")
        self.tamper("UPDATE crm_sync_loyalty_lot SET remaining = remaining + 7 WHERE id = %s", lot.id)
        found = self.found()
        self.assertEqual(found, {"lot": (self.card, lot.entry_id, 7), "lots": (self.card, self.entries[:0], 7)})

    def test_a_lot_below_nothing(self):
        """All sums agree; only the table's own constraint was taken away."""
        first, second = self.card.sync_lot_ids.sorted("id")
        drawn = self.env["crm.sync.loyalty.allocation"].search(
            [("lot_id", "=", first.id)], order="quantity desc", limit=1
        )
        quantity = drawn.quantity
        self.env.cr.execute("ALTER TABLE crm_sync_loyalty_lot DROP CONSTRAINT crm_sync_loyalty_lot_remaining_within")
        self.tamper("UPDATE crm_sync_loyalty_allocation SET lot_id = %s WHERE id = %s", second.id, drawn.id)
        self.tamper("UPDATE crm_sync_loyalty_lot SET remaining = remaining + %s WHERE id = %s", quantity, first.id)
        self.tamper("UPDATE crm_sync_loyalty_lot SET remaining = remaining - %s WHERE id = %s", quantity, second.id)
        self.assertLess(second.remaining, 0)
        self.assertEqual(set(self.found()), {"lot"})

    def test_pending_points_that_were_made_up(self):
        lot = self.card.sync_lot_ids.filtered(lambda lot: not lot.remaining)
        self.tamper("UPDATE crm_sync_loyalty_lot SET held = 3 WHERE id = %s", lot.id)
        self.assertEqual(self.found(), {"held": (self.card, lot.entry_id, 3)})

    def test_points_of_a_card_that_were_changed(self):
        self.tamper("UPDATE loyalty_card SET points = 9999 WHERE id = %s", self.card.id)
        self.assertEqual(self.found(), {"sum": (self.card, self.entries[:0], 9969)})
        self.tamper("UPDATE loyalty_card SET points = 'NaN' WHERE id = %s", self.card.id)
        self.assertEqual(set(self.found()), {"sum"})

    def test_an_allocation_that_was_removed(self):
        allocation = self.entries[1].allocation_ids
        self.tamper("DELETE FROM crm_sync_loyalty_allocation WHERE id = %s", allocation.id)
        found = self.found()
        self.assertEqual(found, {"lot": (self.card, self.entries[0], -30), "debit": (self.card, self.entries[1], -30)})

    def test_an_allocation_that_was_given_to_another_debit(self):
        allocation = self.entries[1].allocation_ids
        self.tamper(
            "UPDATE crm_sync_loyalty_allocation SET debit_id = %s WHERE id = %s", self.entries[3].id, allocation.id
        )
        check = self.Check._check_card(self.card)
        self.assertEqual(
            {(finding.kind, finding.entry_id, finding.difference) for finding in check.finding_ids},
            {("debit", self.entries[1], -30), ("debit", self.entries[3], 30)},
        )

    def test_arrears_that_were_struck_out(self):
        self.card.points -= 100
        self.assertEqual(self.found(), {})
        self.tamper("UPDATE crm_sync_loyalty_arrears SET remaining = 0 WHERE card_id = %s", self.card.id)
        self.assertEqual(self.found()["lots"], (self.card, self.entries[:0], 70))

    def test_arrears_that_are_more_than_their_debit_took(self):
        self.card.points -= 100
        self.tamper("UPDATE crm_sync_loyalty_arrears SET quantity = 1000 WHERE card_id = %s", self.card.id)
        self.assertEqual(set(self.found()), {"arrears"})

    def test_a_card_with_points_and_no_entry(self):
        card = self.new_card(partner=self.contact)
        self.tamper("UPDATE loyalty_card SET points = 12 WHERE id = %s", card.id)
        self.assertEqual(self.found(), {"sum": (card, self.entries[:0], 12)})

    def test_a_chain_that_was_made_anew_is_noticed_by_the_anchor(self):
        self.env["crm.sync.loyalty.anchor"]._anchor_days(fields.Datetime.now() + timedelta(days=2))
        self.assertEqual(self.found(), {})
        self.forge_first_entry()
        check = self.Check.create({})
        check._prove(0, 2**31 - 1)
        check._close(True)
        self.assertEqual(check.finding_ids.mapped("kind"), ["anchor"])
        self.assertEqual(check.finding_ids.company_id, self.company)
        self.assertEqual(check.finding_ids.detail, str(self.env["crm.sync.loyalty.anchor"].search([], limit=1).day))

    def forge_first_entry(self):
        """Another reason for the first entry, and every seal after it made anew."""
        self.tamper("UPDATE crm_sync_loyalty_entry SET reason = 'gift' WHERE id = %s", self.entries[0].id)
        self.tamper(
            SQL(
                """UPDATE crm_sync_loyalty_entry e SET seal = chain.seal
                     FROM (SELECT id, crm_sync_chain('', %s) OVER (PARTITION BY card_id ORDER BY position) AS seal
                             FROM crm_sync_loyalty_entry f WHERE card_id = %s) chain
                    WHERE chain.id = e.id""",
                self.env["crm.sync.loyalty.ledger"]._content_sql("f"),
                self.card.id,
            )
        )
        self.tamper(
            "UPDATE loyalty_card SET sync_head = (SELECT seal FROM crm_sync_loyalty_entry WHERE id = %s) WHERE id = %s",
            self.entries[-1].id,
            self.card.id,
        )

    def test_protection_that_was_switched_off(self):
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE crm_sync_loyalty_entry DISABLE TRIGGER crm_sync_append_only")
        check = self.Check.create({})
        check._close(True)
        self.assertEqual(
            check.finding_ids.mapped(lambda f: (f.kind, f.detail)), [("protection", "crm_sync_loyalty_entry")]
        )
        self.env.cr.execute("ALTER TABLE crm_sync_loyalty_entry ENABLE TRIGGER crm_sync_append_only")

    # ---------------------------------------------------------------- telling it

    def test_a_finding_is_told_once_and_not_every_night(self):
        self.tamper("UPDATE loyalty_card SET points = 31 WHERE id = %s", self.card.id)
        for new in (True, False, False):
            self.found()
            check = self.Check.search([], limit=1)
            self.assertEqual((check.finding_ids.is_new, len(check.activity_ids)), (new, int(new)))
        told = self.Check.search([]).activity_ids.filtered(lambda activity: "ledger" in activity.summary)
        self.assertTrue(told.user_id.has_group("crm_sync_measures.group_manager"))
        self.tamper("UPDATE loyalty_card SET points = 32 WHERE id = %s", self.card.id)
        self.found()
        self.assertTrue(self.Check.search([], limit=1).finding_ids.is_new)

    def test_the_nightly_check_goes_by_ranges_and_closes_once(self):
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        module = "odoo.addons.crm_sync_measures.models.loyalty.crm_sync_loyalty_check"
        self.startPatcher(patch(f"{module}._BATCH", 1))
        self.new_card(5, partner=self.contact)
        self.Check._cron_check()
        check = self.Check.search([])
        cards = self.env["loyalty.card"].with_context(active_test=False).search_count([])
        self.assertEqual((len(check), check.state, check.cards), (1, "ok", cards))
        self.Check._cron_check()
        self.assertEqual(self.Check.search([]), check)
        self.assertFalse(self.env["crm.sync.job.failure"].search([("job_id.code", "=", "loyalty_check")]))

    def test_a_range_that_failed_leaves_the_check_incomplete(self):
        self.startPatcher(patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1000.0))
        runner = "odoo.addons.crm_sync_measures.models.core.crm_sync_job_runner"
        with patch.object(type(self.Check), "_prove", side_effect=ValueError("no")), mute_logger(runner):
            self.Check._cron_check()
        check = self.Check.search([])
        self.assertEqual((check.state, check.verdict), ("incomplete", "Only 0 cards could be checked"))

    def test_managers_check_now_and_nobody_else(self):
        action = self.Check.with_user(self.manager).action_check_now()
        self.assertEqual(self.Check.browse(action["res_id"]).state, "ok")
        for user in (self.seller, self.auditor):
            with self.assertRaises(AccessError):
                self.Check.with_user(user).action_check_now()
        action = self.card.with_user(self.manager).action_sync_check()
        self.assertEqual(self.Check.browse(action["res_id"]).cards, 1)
        with self.assertRaises(AccessError):
            self.card.with_user(self.seller).action_sync_check()

    def test_it_costs_the_same_number_of_queries_for_one_card_and_for_many(self):
        check = self.Check.create({})
        check._prove(0, 2**31 - 1)
        with self.assertQueryCount(14):
            check._prove(self.card.id, self.card.id)
        for number in range(20):
            self.new_card(number + 1, partner=self.env["res.partner"].create({"name": f"P{number}"}))
        self.env.flush_all()
        with self.assertQueryCount(14):
            check._prove(0, 2**31 - 1)


@tagged("post_install", "-at_install")
class TestAnchor(CheckCase):
    """A day is sealed when it is over, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Anchor = cls.env["crm.sync.loyalty.anchor"]
        cls.now = datetime.combine(fields.Datetime.now().date() + timedelta(days=1), datetime.min.time())

    def test_a_day_is_anchored_some_hours_after_it_ended(self):
        self.Anchor._anchor_days(self.now + timedelta(hours=2))
        self.assertFalse(self.Anchor.search([("day", "=", self.now.date() - timedelta(days=1))]))
        self.Anchor._anchor_days(self.now + timedelta(hours=4))
        anchor = self.Anchor.search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual(anchor.day, self.now.date() - timedelta(days=1))
        self.assertEqual(anchor.last_entry_id, max(self.entries.ids))

    def test_anchors_are_chained_over_days_and_missed_days_are_caught_up(self):
        self.Anchor._anchor_days(self.now + timedelta(hours=4))
        [first] = self.Anchor.search([("company_id", "=", self.company.id)], limit=1)
        card = self.new_card(partner=self.contact)
        for day in (1, 3):
            self.env.flush_all()
            with patch.object(fields.Datetime, "now", lambda day=day: self.now + timedelta(days=day - 1, hours=9)):
                card.points += 10
        self.Anchor._anchor_days(self.now + timedelta(days=5))
        second, third = self.Anchor.search([("day", ">", first.day), ("company_id", "=", self.company.id)], order="day")
        self.assertEqual((second.previous, third.previous), (first.digest, second.digest))
        self.assertEqual((second.entries, third.entries), (1, 1))
        self.assertEqual((third.day - second.day).days, 2)
        self.assertEqual(self.found(), {})
        self.Anchor._anchor_days(self.now + timedelta(days=5))
        self.assertEqual(self.Anchor.search([("day", ">=", second.day)]), third | second)

    def test_an_anchor_is_the_running_seal_of_the_entries(self):
        from ...rules.ledger import seal

        self.Anchor._anchor_days(self.now + timedelta(hours=4))
        anchor = self.Anchor.search([("company_id", "=", self.company.id)], limit=1)
        before = self.Anchor.search([("company_id", "=", self.company.id), ("day", "<", anchor.day)], limit=1)
        domain = [("company_id", "=", self.company.id), ("id", ">", before.last_entry_id or 0)]
        digest = before.digest or ""
        for entry in self.env["crm.sync.loyalty.entry"].search(domain, order="card_id, position"):
            digest = seal(digest, entry.seal)
        self.assertEqual(anchor.digest, digest)

    def test_an_anchor_is_neither_made_nor_changed_nor_deleted(self):
        self.Anchor._anchor_days(self.now + timedelta(hours=4))
        anchor = self.Anchor.search([], limit=1)
        for attempt in (lambda: anchor.write({"digest": "x"}), anchor.unlink, lambda: self.Anchor.create({})):
            with self.assertRaises(UserError):
                attempt()

    def test_nobody_reads_the_anchors_of_another_company(self):
        self.Anchor._anchor_days(self.now + timedelta(hours=4))
        anchors = self.Anchor.search([("company_id", "=", self.company.id)])
        self.assertTrue(anchors)
        company, other = self.other_company()
        other.group_ids = [Command.link(self.env.ref("crm_sync_measures.group_manager").id)]
        theirs = self.Anchor.with_user(other).with_context(allowed_company_ids=company.ids)
        self.assertFalse(theirs.search([("id", "in", anchors.ids)]))
        with self.assertRaises(AccessError):
            theirs.browse(anchors.ids).read(["digest"])

    def test_an_anchor_that_was_changed_is_noticed(self):
        self.Anchor._anchor_days(self.now + timedelta(hours=4))
        anchor = self.Anchor.search([], limit=1)
        self.tamper("UPDATE crm_sync_loyalty_anchor SET digest = 'x' WHERE id = %s", anchor.id)
        self.assertEqual(set(self.found()), {"anchor"})
