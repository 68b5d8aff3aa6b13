from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .own_common import OwnKpiCase


class TestOwnKpi(OwnKpiCase):
    """What a manager may count without a line of code, and what he may not."""

    def test_three_orders_of_february_are_three_and_an_order_of_march_is_not_among_them(self):
        for at in ("2026-02-01 00:00:00", "2026-02-14 09:00:00", "2026-02-28 23:59:59", "2026-03-01 00:00:00"):
            self.ordered(at)
        found = self.measure(self.kpi())
        self.assertEqual((found["2026-02-01"], found["2026-03-01"]), (3, 1))

    def test_a_month_begins_where_the_company_is(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.ordered("2026-01-28 16:30:00")
        self.ordered("2026-02-28 16:30:00")
        found = self.measure(self.kpi())
        self.assertEqual((found["2026-02-01"], found["2026-03-01"]), (0, 1))

    def test_a_sum_is_that_of_each_person_too(self):
        self.ordered("2026-02-03 08:00:00", 300)
        self.ordered("2026-02-04 08:00:00", 200, user=self.colleague)
        kpi = self.turnover(scope_department=True)
        self.assertEqual(self.measure(kpi)["2026-02-01"], 500)
        for key, amount in ((f"person:{self.seller.id}", 300), (f"person:{self.colleague.id}", 200)):
            self.assertEqual(self.values(kpi, key, period_start="2026-02-01").value, amount)
        self.assertEqual(self.values(kpi, f"department:{self.sales.id}", period_start="2026-02-01").value, 500)

    def test_an_amount_in_another_currency_counts_at_the_rate_of_its_order(self):
        dollar = self.company.currency_id
        other = self.env["res.currency"].create(
            {"name": "QQQ", "symbol": "Q", "rate_ids": [(0, 0, {"name": "2026-01-01", "rate": 4.0})]}
        )
        pricelist = self.env["product.pricelist"].create({"name": "Q", "currency_id": other.id})
        order = self.ordered("2026-02-03 08:00:00", 400, pricelist_id=pricelist.id)
        self.assertNotEqual(order.currency_id, dollar)
        kpi = self.turnover()
        self.assertAlmostEqual(self.measure(kpi)["2026-02-01"], 400 / order.currency_rate)
        other.rate_ids.rate = 8.0
        self.assertAlmostEqual(
            self.Snapshot._live(kpi.sudo(), self.values(kpi).period_id)[
                self.values(kpi, period_start="2026-02-01").period_id.id, "company"
            ][3],
            400 / order.currency_rate,
        )

    def test_an_average_divides_by_the_documents(self):
        self.ordered("2026-02-03 08:00:00", 100)
        self.ordered("2026-02-04 08:00:00", 50)
        kpi = self.turnover(custom_measure="average")
        self.assertEqual(kpi.additivity, "ratio")
        self.assertEqual(self.measure(kpi)["2026-02-01"], 75)
        self.assertTrue(self.values(kpi, period_start="2026-03-01").is_empty)

    def test_two_buyers_of_one_company_are_one_customer(self):
        self.ordered("2026-02-03 08:00:00")
        self.ordered("2026-02-04 08:00:00", partner_id=self.customer.id)
        kpi = self.kpi(custom_measure="distinct", custom_measure_field_id=self.field("sale.order", "partner_id"))
        self.assertEqual(kpi.additivity, "distinct")
        self.assertEqual(self.measure(kpi)["2026-02-01"], 1)

    def test_one_of_four_quotations_that_became_an_order_is_25_per_cent(self):
        self.ordered("2026-02-03 08:00:00")
        for day in (4, 5, 6):
            self.ordered(f"2026-02-0{day} 08:00:00", state="sent")
        kpi = self.kpi(
            unit="percent",
            is_ratio=True,
            custom_domain=self.of_customer(("state", "=", "sale")),
            den_domain=self.of_customer(),
        )
        self.measure(kpi)
        value = self.values(kpi, period_start="2026-02-01")
        self.assertEqual((value.value, value.numerator, value.denominator, value.count), (25, 1, 4, 4))

    def test_a_ratio_may_divide_days_by_moments(self):
        """Leads by their deadline, a day, divided by orders by their moment."""
        self.ordered("2026-02-03 08:00:00")
        self.ordered("2026-02-28 23:30:00")
        self.env["crm.lead"].create(
            {"name": "Lamps", "partner_id": self.customer.id, "date_deadline": "2026-02-28", "type": "opportunity"}
        )
        kpi = self.kpi(
            is_ratio=True,
            custom_model_id=self.model("crm.lead"),
            custom_date_field_id=self.field("crm.lead", "date_deadline"),
            den_model_id=self.model("sale.order"),
            den_date_field_id=self.field("sale.order", "date_order"),
            den_domain=self.of_customer(),
            digits=2,
        )
        self.assertEqual(self.measure(kpi)["2026-02-01"], 0.5)

    def test_archived_documents_count_as_lost_leads_are_archived(self):
        lead = self.env["crm.lead"].create(
            {"name": "Lamps", "partner_id": self.customer.id, "date_deadline": "2026-02-28", "active": False}
        )
        kpi = self.kpi(
            custom_model_id=self.model("crm.lead"),
            custom_date_field_id=self.field("crm.lead", "date_deadline"),
        )
        self.assertFalse(lead.active)
        self.assertEqual(self.measure(kpi)["2026-02-01"], 1)

    # ---------------------------------------------------------------- draft, start, another version

    def test_a_draft_is_not_measured_and_its_preview_tells_what_it_would_be(self):
        self.ordered("2026-02-03 08:00:00", 120)
        kpi = self.turnover(started=False)
        self.assertEqual(self.measure(kpi), {})
        found = kpi.kpi_preview()
        self.assertEqual((found["period"], found["count"], found["value"]), ("2026-02", 1, 120))
        self.assertIn("1 documents", found["text"])
        self.assertEqual(kpi.action_preview()["tag"], "display_notification")
        documents = kpi.action_preview_documents()
        self.assertEqual(self.env["sale.order"].search_count(documents["domain"]), 1)

    def test_a_preview_without_documents_says_where_to_look(self):
        found = self.kpi(started=False).kpi_preview()
        self.assertEqual(found["count"], 0)
        self.assertIn("no document fits", found["text"])

    def test_what_is_missing_is_named_before_it_starts(self):
        for values, label in (
            ({"custom_model_id": False}, "Counted Documents"),
            ({"custom_date_field_id": False}, "By Which Date"),
            ({"custom_measure": "sum"}, "Measured Field"),
        ):
            kpi = self.kpi(code=f"own_{label.split()[0].lower()}", started=False, **values)
            with self.subTest(label), self.assertRaisesRegex(UserError, label):
                kpi.action_start_measuring()

    def test_a_definition_changes_as_another_version_and_final_figures_keep_theirs(self):
        self.ordered("2026-02-03 08:00:00")
        self.ordered("2026-02-04 08:00:00", state="sent")
        self.ordered("2026-03-04 08:00:00", state="sent")
        kpi = self.kpi()
        self.measure(kpi)
        first = self.values(kpi, period_start="2026-02-01")
        self.assertEqual((first.state, first.value), ("closed", 2))
        with self.assertRaisesRegex(UserError, "Change the Definition"):
            kpi.custom_domain = self.of_customer(("state", "=", "sale"))
        kpi.action_redefine()
        kpi.custom_domain = self.of_customer(("state", "=", "sale"))
        kpi.action_start_measuring()
        self.measure(kpi)
        self.assertEqual(kpi.definition_version, 2)
        february = self.values(kpi, period_start="2026-02-01")
        march = self.values(kpi, period_start="2026-03-01")
        self.assertEqual((february.id, february.value, march.value), (first.id, 2, 0))
        self.assertNotEqual(february.definition_hash, march.definition_hash)
        self.assertIn("'sale'", march.definition_id.text)
        self.assertNotIn("'sale'", february.definition_id.text)

    def test_what_the_definition_says_is_in_its_hash(self):
        kpi = self.kpi(started=False)
        seen = {kpi.definition_hash}
        for values in (
            {"custom_domain": "[]"},
            {"custom_date_field_id": self.field("sale.order", "create_date")},
            {"custom_user_field_id": self.field("sale.order", "user_id")},
            {"is_ratio": True},
            {"den_domain": "[('state', '=', 'sale')]"},
        ):
            kpi.write(values)
            self.assertNotIn(kpi.definition_hash, seen, values)
            seen.add(kpi.definition_hash)

    def test_nobody_starts_a_kpi_by_writing(self):
        kpi = self.kpi(started=False)
        for values in ({"is_started": True}, {"definition_version": 7}, {"started_at": "2020-01-01 00:00:00"}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "kept by the KPI itself"):
                kpi.write(values)
        forged = self.Kpi.with_context(default_is_started=True).create({"name": "Forged", "code": "own_forged"})
        self.assertFalse(forged.is_started)
        copy = self.kpi(code="own_copied").copy()
        self.assertFalse(copy.is_started)

    # ---------------------------------------------------------------- what is refused

    def refused(self, words, **values):
        """A definition that nobody may make, for ``words``; the failed one leaves nothing behind."""
        with self.assertRaises(ValidationError) as caught:
            self.kpi(code="own_refused", started=False, **values)
        self.assertRegex(str(caught.exception), words)

    def test_the_systems_own_affairs_staff_and_codes_are_not_counted(self):
        names = ("res.users", "ir.cron", "mail.message", "loyalty.card", "crm.sync.kpi.value", "res.partner.bank")
        for name in names:
            if name in self.env:
                with self.subTest(name), self.assertRaisesRegex(ValidationError, "Counted Documents"):
                    self.kpi(
                        code=f"own_{name.replace('.', '_')}",
                        started=False,
                        custom_model_id=self.model(name),
                        custom_date_field_id=self.field(name, "create_date"),
                        custom_domain="[]",
                    )

    def test_who_may_not_read_documents_may_not_count_them(self):
        clerk = self.new_user("t_clerk", "group_manager", self.service)
        self.assertFalse(self.env["sale.order"].with_user(clerk).has_access("read"))
        with self.assertRaisesRegex(ValidationError, "you may not read"):
            self.kpi(started=False, user=clerk)

    def test_a_condition_looks_at_no_secret_and_at_nothing_that_moves(self):
        for domain, words in (
            ("[('access_token', 'like', 'a%')]", "not looked at"),
            ("[('partner_id.user_ids.password', '!=', False)]", "not looked at"),
            ("[('message_ids.body', 'ilike', 'secret')]", "not looked into|computed anew"),
            ("[('date_order', '>=', 'today -7d')]", "another day tomorrow"),
            ("[('nothing_like_it', '=', 1)]", "no field"),
            ("[('partner_id', 'any', [('signup_token', '=', 'x')])]", "no field|not looked at"),
            ("[('user_id', '=', uid)]", "cannot be used"),
            ("[(1", "cannot be used"),
            ("__import__('os')", "cannot be used"),
            (f"[('name', '=', '{'x' * 6000}')]", "longer than"),
        ):
            with self.subTest(domain[:60]):
                self.refused(words, custom_domain=domain)

    def test_a_unit_and_a_scope_that_cannot_be_told_name_the_remedy(self):
        for values, words in (
            ({"unit": "percent"}, "only a ratio is in per cent"),
            ({"is_ratio": True, "custom_measure": "average"}, "a ratio divides numbers or sums"),
            ({"scope_person": True}, "Person by Field"),
            ({"scope_team": True}, "Sales Team by Field"),
            ({"scope_tier": True}, "Untick it"),
        ):
            with self.subTest(values):
                self.refused(words, **values)

    def test_only_managers_define_start_and_look_at_previews(self):
        kpi = self.kpi(started=False)
        for user in (self.seller, self.head, self.auditor):
            for action in ("action_start_measuring", "action_redefine", "kpi_preview", "action_preview_documents"):
                with self.subTest(user=user.login, action=action), self.assertRaises(AccessError):
                    getattr(kpi.with_user(user), action)()

    def test_the_screen_proposes_the_usual_date_and_person(self):
        with Form(self.Kpi.with_user(self.manager)) as form:
            form.name, form.code = "Orders", "own_form"
            form.custom_model_id = self.env["ir.model"]._get("sale.order")
        kpi = form.record
        self.assertEqual(kpi.sudo().custom_date_field_id.name, "date_order")
        self.assertEqual(kpi.sudo().custom_user_field_id.name, "user_id")
        self.assertNotIn("res.users", kpi.custom_choice_ids.sudo().mapped("model"))
