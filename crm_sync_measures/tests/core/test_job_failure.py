from odoo.exceptions import AccessError
from odoo.fields import Command

from ..common import SyncCase


class TestJobFailure(SyncCase):
    """Who is told what a job could not do, and how much of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.job = cls.env["crm.sync.job"].search([], limit=1)
        cls.Failure = cls.env["crm.sync.job.failure"]

    def fail(self, key="7", record=None, words="no mail server for info@northern.example.com"):
        return self.Failure._record_failure(self.job, key, ValueError(words), record)

    def elsewhere(self):
        """A second company and its manager."""
        company, _seller = self.other_company()
        manager = self.new_user("t_elsewhere", "group_manager", None)
        manager.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        return company, manager

    def ours(self):
        return self.env["res.partner"].create({"name": "Ours", "company_id": self.company.id})

    def told(self, user, failure):
        """(record, error) as ``user`` reads them; nothing when he does not find the row."""
        found = self.Failure.with_user(user).search([("id", "=", failure.id)])
        return [(row.subject, row.error) for row in found]

    def test_with_one_company_its_manager_reads_everything_and_tries_it_again(self):
        self.assertEqual(self.env["res.company"].with_context(active_test=False).search_count([]), 1)
        whole = "ValueError: no mail server for info@northern.example.com"
        for failure, name in (
            (self.fail("2026-11-01:1-5000"), False),
            (self.fail("7", self.customer), "Northern Optics"),
            (self.fail("8", self.sales), self.sales.display_name),
        ):
            for user in (self.manager, self.auditor):
                self.assertEqual(self.told(user, failure), [(name, whole)])
            failure.with_user(self.manager).action_try_again()
            self.assertEqual((failure.tries, failure.state), (0, "retry"))

    def test_a_failure_of_our_company_is_not_even_counted_elsewhere(self):
        company, stranger = self.elsewhere()
        failure = self.fail(record=self.ours())
        self.assertEqual(failure.company_id, self.company)
        self.assertEqual(
            self.told(self.manager, failure), [("Ours", "ValueError: no mail server for info@northern.example.com")]
        )
        self.assertEqual(self.told(stranger, failure), [])
        job = self.job.with_user(stranger)
        self.assertEqual((job.open_failure_count, self.job.with_user(self.manager).open_failure_count), (0, 1))
        counted = self.Failure.with_user(stranger).formatted_read_group([("key", "=", "7")], [], ["__count"])
        self.assertEqual(counted[0]["__count"], 0)
        self.assertFalse(job.search([("failure_ids.subject", "=", "Ours")]))
        for method in ("action_try_again", "action_dismiss", "action_open_record"):
            with self.assertRaises(AccessError):
                getattr(failure.with_user(stranger), method)()
        theirs = self.fail("9", self.env["res.partner"].create({"name": "Theirs", "company_id": company.id}))
        theirs.with_user(stranger).action_dismiss()
        self.assertEqual((theirs.state, failure.state), ("resolved", "retry"))

    def test_what_belongs_to_no_company_names_nobody_where_there_are_several(self):
        _company, stranger = self.elsewhere()
        for failure, subject in (
            (self.fail("2026-11-01:1-5000"), False),
            (self.fail("7", self.customer), f"res.partner,{self.customer.id}"),
            (self.fail("8", self.env["res.country"].browse(1)), "res.country,1"),
        ):
            for user in (self.manager, stranger, self.auditor):
                self.assertEqual(self.told(user, failure), [(subject, "ValueError")])
            failure.with_user(stranger).action_try_again()

    def test_words_of_an_earlier_failure_do_not_stay_when_the_customer_has_become_everybodys(self):
        self.elsewhere()
        partner = self.ours()
        failure = self.fail(record=partner)
        partner.company_id = False
        self.fail(record=partner)
        self.assertEqual(
            (failure.tries, failure.company_id.id, failure.subject, failure.error),
            (2, False, f"res.partner,{partner.id}", "ValueError"),
        )

    def test_a_record_that_is_gone_is_told_by_its_number(self):
        self.elsewhere()
        partner = self.ours()
        partner.unlink()
        failure = self.fail(record=partner)
        self.assertEqual((failure.company_id.id, failure.subject), (False, f"res.partner,{partner.id}"))

    def test_no_role_below_a_manager_reads_or_decides(self):
        failure = self.fail(record=self.ours())
        for user in (self.employee, self.seller, self.agent, self.head):
            with self.assertRaises(AccessError):
                self.told(user, failure)
            with self.assertRaises(AccessError):
                failure.with_user(user).action_dismiss()
        with self.assertRaises(AccessError):
            failure.with_user(self.auditor).action_dismiss()
        for values in ({"error": "none"}, {"company_id": False}):
            with self.assertRaises(AccessError):
                failure.with_user(self.manager).write(values)
