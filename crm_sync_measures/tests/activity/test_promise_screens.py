from datetime import timedelta

from freezegun import freeze_time
from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged, users, warmup
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .promise_common import PromiseCase


@tagged("post_install", "-at_install")
class TestPromiseScreens(PromiseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-03-02 09:00:00"))

    def made(self, user=None, **values):
        return self.promise(user, **{"due_at": "2026-03-06 15:00:00", **values})

    # ---------------------------------------------------------------- kept rate

    def story(self):
        """Seller: 2 kept, 1 kept late, 1 broken and not noticed yet, 1 released, 1 open. Agent: 1 kept."""
        kept, kept_too, late, _broken, released, other = (self.made() for _number in range(6))
        self.made(due_at="2026-04-20 15:00:00")
        (kept | kept_too).action_keep()
        released.action_release("Bought elsewhere")
        with freeze_time("2026-03-07 09:00:00"):
            late.action_keep()
        other.action_hand_over(self.agent)
        other.with_user(self.agent).action_keep()
        return self.env["crm.sync.promise.report"].with_user(self.manager)

    def test_the_kept_rate_is_right_under_every_grouping(self):
        report = self.story()
        domain = [("commercial_partner_id", "=", self.customer.id)]
        with freeze_time("2026-03-10 09:00:00"):
            rows = {
                user: (rate, judged, kept, late, broken)
                for user, rate, judged, kept, late, broken in report._read_group(
                    domain,
                    ["user_id"],
                    ["kept_rate:avg", "judged_count:sum", "kept_count:sum", "kept_late_count:sum", "broken_count:sum"],
                )
            }
            self.assertEqual(rows[self.seller], (0.5, 4, 2, 1, 1))
            self.assertEqual(rows[self.agent], (1.0, 1, 1, 0, 0))
            # Not the mean of 50 % and 100 %: 3 of 5.
            [(rate,)] = report._read_group(domain, [], ["kept_rate:avg"])
            self.assertAlmostEqual(rate, 0.6)
            for group in ("department_id", "commercial_partner_id", "due_at:month", "state", "channel"):
                for _group, rate, judged, kept in report._read_group(
                    domain, [group], ["kept_rate:avg", "judged_count:sum", "kept_count:sum"]
                ):
                    self.assertEqual(rate, kept / judged if judged else False, group)

    def test_who_sees_which_promises_in_the_analysis(self):
        self.story()
        for user, number in ((self.agent, 1), (self.seller, 7), (self.colleague, 6), (self.auditor, 7), (self.boss, 6)):
            report = self.env["crm.sync.promise.report"].with_user(user)
            found = report.search_count([("commercial_partner_id", "=", self.customer.id)])
            self.assertEqual(found, number, user.login)

    # ---------------------------------------------------------------- where the customer is

    def test_counts_on_customer_and_lead_are_of_what_is_owed(self):
        lead = self.env["crm.lead"].create({"name": "Lenses", "partner_id": self.contact.id, "user_id": self.seller.id})
        promises = self.made() | self.made(lead_id=lead.id) | self.made(partner_id=self.customer.id)
        promises[0].action_keep()
        for record, number in ((self.customer, 2), (self.contact, 2), (lead, 1)):
            seen = record.with_user(self.seller)
            self.assertEqual(seen.sync_promise_count, number)
            found = self.env["crm.sync.promise"].search(seen.action_open_sync_promises()["domain"])
            self.assertEqual(len(found), number + (record._name == "res.partner"))

    @users("t_seller")
    @warmup
    def test_a_list_of_fifty_promises_customers_or_leads_costs_as_many_queries_as_one(self):
        partners = (
            self.env["res.partner"].sudo().create([{"name": f"P{n}", "user_id": self.env.uid} for n in range(50)])
        )
        leads = self.env["crm.lead"].sudo().create([{"name": p.name, "partner_id": p.id} for p in partners])
        promises = self.env["crm.sync.promise"].create(
            [
                {
                    "name": lead.name,
                    "partner_id": lead.partner_id.id,
                    "lead_id": lead.id,
                    "res_model": "crm.lead",
                    "res_id": lead.id,
                    "due_at": "2026-03-06 15:00:00",
                }
                for lead in leads.sudo(False)
            ]
        )
        specification = {
            name: {}
            for name in (
                "name",
                "due_at",
                "due_text",
                "state",
                "is_overdue",
                "document_name",
                "outcome_at",
                "can_change",
            )
        }
        for name in ("partner_id", "commercial_partner_id", "user_id", "department_id", "lead_id"):
            specification[name] = {"fields": {"display_name": {}}}
        for number in (1, 50):
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(20):
                promises.web_search_read([("id", "in", promises[:number].ids)], specification)
            self.env.invalidate_all()
            with self.assertQueryCount(10):
                partners.sudo(False)[:number].mapped("sync_promise_count")
                leads.sudo(False)[:number].mapped("sync_promise_count")

    @users("t_seller")
    @warmup
    def test_keeping_fifty_promises_at_once_asks_no_question_fifty_times(self):
        def cost(number):
            promises = self.env["crm.sync.promise"].create(
                [
                    {"name": "Call", "partner_id": self.contact.id, "due_at": "2026-03-06 15:00:00"}
                    for _number in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            promises.action_keep()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(1)
        one, fifty = cost(1), cost(50)
        # An entry of history is one INSERT of each.
        self.assertLessEqual(fifty, one + 2 * 50)

    def test_the_timeline_tells_a_promise_with_what_became_of_it(self):
        promise = self.made(name="Send two references")
        [event] = [event for event in self.events(self.seller) if event["kind"] == "promise"]
        self.assertEqual((event["title"], event["person"]["id"]), ("Send two references", self.seller.id))
        self.assertEqual(event["state_label"], "Outstanding")
        promise.action_keep("By mail")
        [event] = [event for event in self.events(self.seller) if event["kind"] == "promise"]
        self.assertEqual((event["state_label"], event["preview"]), ("Kept", "By mail"))
        told = [event for event in self.events(self.agent) if event["masked"]]
        self.assertEqual([event["department"]["name"] for event in told], [self.sales.name])

    def test_the_tile_turns_red_when_a_promise_is_overdue(self):
        def tile():
            tiles = self.customer.with_user(self.seller).sync_customer_page()["tiles"]
            return next(tile for tile in tiles if tile["code"] == "promises")

        self.assertEqual((tile()["value"], tile()["tone"]), (0, "muted"))
        self.made()
        self.assertEqual((tile()["value"], tile()["tone"]), (1, "info"))
        with freeze_time("2026-03-06 15:00:01"):
            self.assertEqual((tile()["value"], tile()["tone"], tile()["text"]), (1, "danger", "1 overdue"))

    # ---------------------------------------------------------------- dialogs

    def dialog(self, promises, kind):
        return Form(
            self.env["crm.sync.promise.change"]
            .with_user(self.seller)
            .with_context(active_ids=promises.ids, default_kind=kind)
        )

    def test_the_dialogs_do_what_they_say(self):
        promise = self.made()
        form = self.dialog(promise, "reschedule")
        self.assertEqual(form.due_at, promise.due_at)
        form.due_at = fields.Datetime.to_datetime("2026-03-09 15:00:00")
        form.agreed = True
        form.reason = "He is away"
        form.save().action_apply()
        self.assertEqual(str(promise.binding_due_at), "2026-03-09 15:00:00")
        form = self.dialog(promise, "release")
        form.reason = "Not needed"
        form.save().action_apply()
        self.assertEqual(promise.state, "released")

    def test_three_promises_are_handed_over_in_one_go(self):
        promises = self.made() | self.made() | self.made()
        form = self.dialog(promises, "hand_over")
        form.user_id = self.agent
        form.save().action_apply()
        self.assertEqual(promises.sudo().user_id, self.agent)

    def test_settings_out_of_range_are_refused(self):
        for name in ("sync_promise_remind_hours", "sync_promise_escalate_hours"):
            with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
                self.company.write({name: -1})
                self.env.flush_all()

    def test_the_dialog_refuses_a_reschedule_without_reason(self):
        promise = self.made()
        change = (
            self.env["crm.sync.promise.change"]
            .with_user(self.seller)
            .create({"promise_ids": promise.ids, "kind": "reschedule", "due_at": "2026-03-09 15:00:00"})
        )
        with self.assertRaisesRegex(UserError, "Reason"):
            change.action_apply()


@tagged("post_install", "-at_install")
class TestPromisePortal(PromiseCase, HttpCase):
    """What the customer himself sees, where the company wants it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(
            cls.env, "t_customer", "base.group_portal", partner_id=cls.contact.id, email=cls.contact.email
        )
        cls.mine = cls.promise(name="Send the offer", note="He is difficult")
        cls.mine.with_user(cls.seller).action_reschedule(
            fields.Datetime.add(fields.Datetime.now(), days=9), False, "We are late"
        )
        cls.colleagues = cls.promise(name="Technician on Friday", partner_id=cls.customer.id)
        cls.foreign = cls.promise(name="Foreign secret", partner_id=cls.env["res.partner"].create({"name": "Other"}).id)

    def page(self, address="/my/promises"):
        self.authenticate("t_customer", "t_customer")
        return self.url_open(address)

    def test_without_the_setting_there_is_nothing(self):
        self.assertTrue(self.page().url.rstrip("/").endswith(("/my", "/my/home")))
        self.assertTrue(self.page(f"/my/promises/{self.mine.id}").url.rstrip("/").endswith(("/my", "/my/home")))

    def test_the_customer_sees_what_he_and_his_company_were_promised_and_nobody_else(self):
        self.company.sync_promise_portal = True
        text = self.page().text
        self.assertIn("Send the offer", text)
        self.assertIn("Technician on Friday", text)
        self.assertNotIn("Foreign secret", text)
        page = self.page(f"/my/promises/{self.mine.id}").text
        self.assertIn("Send the offer", page)
        for secret in ("He is difficult", "We are late"):
            self.assertNotIn(secret, page)
        for stranger in (self.foreign.id, 2**31, 2**40):
            answer = self.page(f"/my/promises/{stranger}")
            self.assertTrue(answer.url.rstrip("/").endswith(("/my", "/my/home")), stranger)
            self.assertNotIn("Foreign secret", answer.text)

    def test_a_page_that_is_no_number_is_the_first_page(self):
        self.company.sync_promise_portal = True
        for page in ("²", "9" * 5_000, "x", "", "-1"):
            answer = self.page(f"/my/promises?filterby=owed&page={page}")
            self.assertEqual(answer.status_code, 200, page[:9])
            self.assertIn("Send the offer", answer.text)

    def test_another_companys_promises_are_shown_only_where_that_company_wants_it(self):
        self.company.sync_promise_portal = True
        company = self.env["res.company"].create({"name": "Silent"})
        self.env["crm.sync.promise"].create(
            {
                "name": "Silent promise",
                "partner_id": self.contact.id,
                "company_id": company.id,
                "due_at": fields.Datetime.add(fields.Datetime.now(), days=1),
            }
        )
        self.assertNotIn("Silent promise", self.page().text)

    def test_what_he_released_us_from_too_late_is_not_called_done(self):
        self.company.sync_promise_portal = True
        with freeze_time(fields.Datetime.now() - timedelta(days=9)):
            late = self.promise(name="Call on Monday")
        late.with_user(self.seller).action_release("Has called himself")
        self.assertEqual(late.state, "broken")
        self.assertIn("You released us from it", self.page(f"/my/promises/{late.id}").text)

    def test_what_is_owed_next_stands_first(self):
        self.company.sync_promise_portal = True
        self.promise(name="Bring the samples", hours=5)
        text = self.page().text
        self.assertLess(text.index("Bring the samples"), text.index("Technician on Friday"))
