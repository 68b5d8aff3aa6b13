from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import ForeignKeyViolation

from .promise_common import PromiseCase


@tagged("post_install", "-at_install")
class TestPromise(PromiseCase):
    """Made on Monday 2 March 2026 at 9:00 for Friday 6 March 15:00 (UTC)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))

    def made(self, user=None, **values):
        return self.promise(user, **{"due_at": "2026-03-06 15:00:00", **values})

    # ---------------------------------------------------------------- making

    def test_a_promise_needs_what_to_whom_and_by_when(self):
        promise = self.made(self.agent)
        self.assertEqual(
            (promise.user_id, promise.promised_by_id, promise.department_id), (self.agent, self.agent, self.service)
        )
        self.assertEqual(promise.commercial_partner_id, self.customer)
        self.assertEqual(promise.state, "open")
        due = fields.Datetime.to_datetime("2026-03-06 15:00:00")
        self.assertEqual((promise.due_at, promise.original_due_at, promise.binding_due_at), (due, due, due))
        self.assertEqual(self.history(promise), ["made"])
        self.assertEqual(promise.event_ids.user_id, self.agent)

    def test_what_cannot_be_a_promise_is_refused_with_the_remedy(self):
        for values, words in (
            ({"due_at": False}, "Due: say until when"),
            ({"due_at": "2026-03-01 15:00:00"}, "Due: choose a moment after"),
            ({"due_at": "2026-03-02 08:00:00", "promised_at": "2026-03-01 08:00:00"}, "Due: this moment is over"),
            ({"promised_at": "2026-03-03 09:00:00"}, "Promised On"),
            ({"name": "  "}, "Promise: say in a few words"),
            ({"note": "x" * 10_001}, "at most 10000 characters"),
            ({"state": "kept"}, "kept by the promise itself"),
            ({"res_model": "res.partner", "res_id": 2**30}, "does not exist any more"),
            ({"res_model": "no.such.model", "res_id": 1}, "does not exist any more"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.made(**values)

    def test_the_clients_context_cannot_make_a_promise_that_is_kept_already(self):
        promise = (
            self.env["crm.sync.promise"]
            .with_user(self.seller)
            .with_context(
                default_state="kept",
                default_outcome_at="2026-03-01 09:00:00",
                default_binding_due_at="2030-01-01 00:00:00",
                default_promised_by_id=self.agent.id,
                default_department_id=self.service.id,
                default_check_at="2030-01-01 00:00:00",
                default_commercial_partner_id=self.agent.partner_id.id,
                default_event_ids=[(0, 0, {"kind": "kept", "at": "2026-03-01 09:00:00", "user_id": self.agent.id})],
            )
            .create({"name": "Send the offer", "partner_id": self.customer.id, "due_at": "2026-03-06 15:00:00"})
        )
        self.assertEqual((promise.state, promise.outcome_at, promise.promised_by_id), ("open", False, self.seller))
        self.assertEqual(promise.binding_due_at, promise.due_at)
        self.assertEqual(promise.department_id, self.sales)
        self.assertEqual(promise.commercial_partner_id, self.customer)
        self.assertEqual(str(promise.check_at), "2026-03-05 15:00:00")
        self.assertEqual(self.history(promise), ["made"])

    def test_a_seller_promises_for_himself_and_his_boss_for_his_people(self):
        with self.assertRaisesRegex(AccessError, "your own promises"):
            self.made(self.seller, user_id=self.colleague.id)
        with self.assertRaises(AccessError):
            self.made(self.boss, user_id=self.agent.id)
        self.assertEqual(self.made(self.boss, user_id=self.seller.id).department_id, self.sales)
        self.assertEqual(self.made(self.manager, user_id=self.agent.id).department_id, self.service)

    # ---------------------------------------------------------------- keeping

    def test_fulfilled_on_the_very_moment_it_is_kept(self):
        promise = self.made()
        with freeze_time("2026-03-06 15:00:00"):
            promise.action_keep("Sent by e-mail")
        self.assertEqual((promise.state, promise.outcome_note), ("kept", "Sent by e-mail"))
        self.assertFalse(promise.broken_at)
        self.assertEqual(self.history(promise), ["made", "kept"])

    def test_a_second_later_it_was_broken_and_is_kept_late(self):
        promise = self.made()
        with freeze_time("2026-03-06 15:00:01"):
            promise.action_keep()
        self.assertEqual(promise.state, "kept_late")
        self.assertEqual(promise.broken_at, promise.binding_due_at)
        self.assertEqual(self.history(promise), ["made", "broken", "kept"])

    def test_overdue_is_exact_before_any_scheduled_work(self):
        promise = self.made()
        Promise = self.env["crm.sync.promise"]
        for moment, overdue in (("2026-03-06 15:00:00", False), ("2026-03-06 15:00:01", True)):
            with freeze_time(moment):
                promise.invalidate_recordset(["is_overdue"])
                self.assertEqual(promise.is_overdue, overdue, moment)
                self.assertEqual(promise in Promise.search([("is_overdue", "=", True)]), overdue)
                self.assertEqual(promise in Promise.search([("is_overdue", "=", False)]), not overdue)
        with freeze_time("2026-03-07 09:00:00"):
            promise.action_keep()
            self.assertNotIn(promise, Promise.search([("is_overdue", "=", True)]))

    def test_rescheduled_with_the_customers_consent_the_new_date_counts(self):
        promise = self.made()
        with freeze_time("2026-03-05 09:00:00"):
            promise.action_reschedule("2026-03-10 12:00:00", True, "He is away until Tuesday")
        with freeze_time("2026-03-10 11:00:00"):
            promise.action_keep()
        self.assertEqual(promise.state, "kept")
        self.assertEqual(str(promise.original_due_at), "2026-03-06 15:00:00")
        event = promise.event_ids.filtered(lambda event: event.kind == "rescheduled")
        self.assertEqual(
            (str(event.old_due_at), str(event.new_due_at), event.agreed, event.note),
            ("2026-03-06 15:00:00", "2026-03-10 12:00:00", True, "He is away until Tuesday"),
        )

    def test_rescheduled_without_it_the_promise_is_judged_by_the_date_agreed_before(self):
        promise = self.made()
        with freeze_time("2026-03-05 09:00:00"):
            promise.action_reschedule("2026-03-10 12:00:00", False, "Busy")
        self.assertEqual(str(promise.due_at), "2026-03-10 12:00:00")
        self.assertEqual(str(promise.binding_due_at), "2026-03-06 15:00:00")
        with freeze_time("2026-03-10 11:00:00"):
            promise.action_keep()
        self.assertEqual(promise.state, "kept_late")

    def test_a_broken_promise_with_a_new_agreed_date_is_still_kept_late(self):
        promise = self.made()
        with freeze_time("2026-03-07 09:00:00"):
            promise.action_reschedule("2026-03-12 15:00:00", True, "Apologised, he agreed to Thursday")
            self.assertEqual(promise.state, "broken")
        with freeze_time("2026-03-11 09:00:00"):
            promise.action_keep()
        self.assertEqual(promise.state, "kept_late")
        self.assertEqual(str(promise.broken_at), "2026-03-06 15:00:00")

    def test_the_customer_releases_us_with_a_reason(self):
        promise, late = self.made(), self.made()
        with self.assertRaisesRegex(UserError, "Reason: say in a few words why"):
            promise.action_release(" ")
        promise.action_release("He has bought elsewhere")
        self.assertEqual((promise.state, promise.outcome_note), ("released", "He has bought elsewhere"))
        with freeze_time("2026-03-07 09:00:00"):
            late.action_release("He does not need it any more")
        self.assertEqual(late.state, "broken", "what was broken is not undone by a release")
        self.assertTrue(late.outcome_at)

    def test_what_is_done_is_not_done_again(self):
        promise = self.made()
        promise.action_keep()
        for again in (
            promise.action_keep,
            lambda: promise.action_release("No"),
            lambda: promise.action_reschedule("2026-03-09 15:00:00", True, "No"),
            lambda: promise.action_hand_over(self.colleague),
        ):
            with self.assertRaisesRegex(UserError, "done already"):
                again()
        self.assertEqual(self.history(promise), ["made", "kept"])

    def test_a_date_that_cannot_be_used_is_refused(self):
        promise = self.made()
        for due_at, words in (
            ("next week", "New Date: enter date and time"),
            (False, "New Date: enter date and time"),
            (12, "New Date: enter date and time"),
            ("2026-03-01 00:00:00", "New Date: this moment is over"),
        ):
            with self.subTest(due_at), self.assertRaisesRegex(UserError, words):
                promise.action_reschedule(due_at, True, "Because")
        with self.assertRaisesRegex(UserError, "say yes or no"):
            promise.action_reschedule("2026-03-09 15:00:00", "yes", "Because")

    # ---------------------------------------------------------------- changing

    def test_nobody_writes_state_dates_or_person(self):
        promise = self.made()
        for record in (promise.with_user(self.manager), promise.sudo()):
            for values in (
                {"state": "kept"},
                {"due_at": "2026-04-01 15:00:00"},
                {"binding_due_at": "2026-04-01 15:00:00"},
                {"original_due_at": "2026-04-01 15:00:00"},
                {"user_id": self.colleague.id},
                {"broken_at": False},
                {"event_ids": [(5, 0, 0)]},
            ):
                with self.subTest(values), self.assertRaisesRegex(UserError, "kept by the promise itself"):
                    record.write(values)
        self.assertEqual(promise.state, "open")

    def test_its_words_can_be_put_right_and_the_history_keeps_the_old_ones(self):
        promise = self.made()
        promise.write({"name": "Send the offer with prices", "partner_id": self.customer.id})
        event = promise.event_ids.filtered(lambda event: event.kind == "changed")
        self.assertIn("Promise: Send the offer → Send the offer with prices", event.note)
        self.assertIn(f"{self.contact.display_name} → {self.customer.display_name}", event.note)
        promise.action_keep()
        with self.assertRaisesRegex(UserError, "not changed any more"):
            promise.name = "Something else"

    def test_an_auditor_reads_and_writes_nothing_below_it(self):
        promise = self.made().with_user(self.auditor)
        self.assertEqual(promise.name, "Send the offer")
        with self.assertRaises(AccessError):
            promise.message_post(body="Seen")

    def test_neither_promise_nor_history_is_ever_deleted_or_changed(self):
        promise = self.made()
        with self.assertRaises(AccessError):
            promise.with_user(self.manager).unlink()
        with self.assertRaisesRegex(UserError, "not deleted"):
            promise.sudo().unlink()
        event = promise.sudo().event_ids
        with self.assertRaisesRegex(UserError, "not changed or deleted"):
            event.write({"note": "Never"})
        with self.assertRaisesRegex(UserError, "not changed or deleted"):
            event.unlink()
        for operation in ("write", "create", "unlink"):
            self.assertFalse(event.with_user(self.manager).has_access(operation))

    # ---------------------------------------------------------------- handing over

    def test_handed_over_it_counts_for_the_new_person_and_keeps_who_promised(self):
        promise = self.made()
        promise.action_hand_over(self.agent)
        promise = promise.sudo()
        self.assertEqual((promise.user_id, promise.department_id), (self.agent, self.service))
        self.assertEqual(promise.promised_by_id, self.seller)
        event = promise.event_ids.filtered(lambda event: event.kind == "handed_over")
        self.assertEqual((event.old_user_id, event.new_user_id, event.user_id), (self.seller, self.agent, self.seller))

    def test_it_is_not_handed_to_somebody_who_cannot_keep_it(self):
        promise = self.made()
        _company, other = self.other_company()
        self.colleague.action_archive()
        portal = self.env["res.users"].browse(self.env.ref("base.public_user").id)
        for user, words in (
            (self.colleague, "who works here"),
            (portal, "who works here"),
            (other, "does not work for"),
            (False, "choose a colleague"),
            (2**30, "choose a colleague"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                promise.action_hand_over(user)
        self.assertEqual(promise.user_id, self.seller)

    def test_only_the_person_his_department_and_who_leads_it_change_a_promise(self):
        for user, allowed in (
            (self.seller, True),
            (self.colleague, True),
            (self.boss, True),
            (self.manager, True),
            (self.agent, False),
            (self.head, False),
            (self.auditor, False),
            (self.employee, False),
        ):
            promise = self.made()
            with self.subTest(user.login):
                if promise.with_user(user).has_access("read"):
                    self.assertEqual(promise.with_user(user).can_change, allowed)
                if allowed:
                    promise.with_user(user).action_keep()
                    self.assertEqual(promise.event_ids.filtered(lambda e: e.kind == "kept").user_id, user)
                else:
                    with self.assertRaises(AccessError):
                        promise.with_user(user).action_keep()

    def test_the_owner_of_a_customer_reads_what_others_promised_him_and_does_not_change_it(self):
        promise = self.made(self.agent)
        self.assertEqual(promise.with_user(self.seller).name, "Send the offer")
        with self.assertRaises(AccessError):
            promise.with_user(self.seller).action_keep()
        self.assertNotIn(promise, self.env["crm.sync.promise"].with_user(self.colleague).search([]))

    def test_a_promise_of_another_company_is_seen_by_nobody_here(self):
        company, other = self.other_company()
        promise = self.promise(
            other, partner_id=self.env["res.partner"].create({"name": "Abroad", "company_id": company.id}).id,
            company_id=company.id, due_at="2026-03-06 15:00:00",
        )  # fmt: skip
        for model, field in (
            ("crm.sync.promise", "id"),
            ("crm.sync.promise.event", "promise_id"),
            ("crm.sync.promise.report", "promise_id"),
        ):
            for user in (self.manager, self.auditor, self.seller):
                self.assertFalse(self.env[model].with_user(user).search([(field, "=", promise.id)]), model)

    # ---------------------------------------------------------------- surviving

    def test_it_survives_the_archiving_of_its_person(self):
        promise = self.made()
        self.seller.action_archive()
        self.assertTrue(promise.exists())
        self.assertEqual(promise.sudo().user_id, self.seller)
        left = [("outcome_at", "=", False), ("user_id.active", "=", False)]
        self.assertIn(promise, self.env["crm.sync.promise"].with_user(self.boss).search(left))
        promise.with_user(self.boss).action_hand_over(self.colleague)
        self.assertEqual(promise.sudo().user_id, self.colleague)

    def test_a_user_who_promised_something_cannot_be_deleted(self):
        self.made(self.agent)
        with mute_logger("odoo.sql_db"), self.assertRaises(ForeignKeyViolation), self.cr.savepoint():
            self.agent.sudo().unlink()
            self.env.flush_all()

    def test_it_survives_the_merge_of_its_leads_and_the_deletion_of_the_lead(self):
        leads = self.env["crm.lead"].create(
            [{"name": f"Lenses {n}", "type": "opportunity", "partner_id": self.contact.id} for n in range(2)]
        )
        promises = self.env["crm.sync.promise"]
        for lead in leads:
            promises |= self.made(lead_id=lead.id, res_model="crm.lead", res_id=lead.id)
        head = leads.merge_opportunity()
        self.assertEqual(promises.exists().lead_id, head)
        self.assertEqual(set(promises.mapped("res_id")), {head.id})
        head.unlink()
        self.assertEqual(promises.exists(), promises)
        self.assertFalse(promises.lead_id)
        self.assertFalse(promises[0].document_name)
        with self.assertRaisesRegex(UserError, "does not exist any more"):
            promises[0].action_open_document()

    def test_it_survives_the_merge_of_its_customers(self):
        twin = self.env["res.partner"].create(
            {"name": "Northern Optics Ltd", "is_company": True, "child_ids": [(0, 0, {"name": "Li N."})]}
        )
        promises = self.made(partner_id=twin.id, res_model="res.partner", res_id=twin.id)
        promises |= self.made(partner_id=twin.child_ids.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (twin | self.customer).ids, self.customer, extra_checks=False
        )
        self.assertEqual(promises.exists(), promises)
        self.assertEqual(promises.commercial_partner_id, self.customer)
        self.assertEqual((promises[0].partner_id, promises[0].res_id), (self.customer, self.customer.id))

    def test_an_archived_customer_keeps_his_promises(self):
        promise = self.made()
        self.contact.action_archive()
        promise.action_keep()
        self.assertEqual(promise.state, "kept")

    def test_anonymised_it_counts_and_says_nothing(self):
        promise = self.made(note="Call after her treatment")
        promise.write({"note": "Call after her treatment in March"})
        promise.action_keep("Her doctor answered")
        promise.sudo().message_post(body="She was glad")
        self.env["crm.sync.erasure"]._erase(self.contact)
        promise.invalidate_recordset()
        self.assertEqual((promise.state, promise.name, promise.note, promise.outcome_note), ("kept", "—", False, False))
        self.assertFalse(any(promise.sudo().event_ids.mapped("note")))
        self.assertNotIn("glad", str(promise.sudo().message_ids.mapped("body")))

    # ---------------------------------------------------------------- time zones

    def test_the_customer_was_told_a_time_in_his_time_zone(self):
        promise = self.made(tz="Asia/Shanghai", due_at="2026-03-06 07:00:00")
        self.assertIn("3:00", promise.due_text)
        self.assertIn("(Asia/Shanghai)", promise.due_text)
        promise = self.made(tz="America/New_York", due_at="2026-03-09 19:00:00")
        self.assertIn("3:00", promise.due_text, "after the change to summer time it is four hours behind UTC")
