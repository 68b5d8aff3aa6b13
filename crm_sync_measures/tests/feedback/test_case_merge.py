from odoo.exceptions import AccessError, UserError

from .case_core_common import CaseCase


class TestCaseMerge(CaseCase):
    """The same told twice: one case is worked on, and everybody is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.neighbour = cls.env["res.partner"].create({"name": "Bo", "email": "bo@south.example.com", "lang": "en_US"})

    def test_a_duplicate_ends_in_its_master_and_its_customer_is_told(self):
        master, double = self.case(), self.case(partner_id=self.neighbour.id)
        double.action_merge(master)
        self.assertEqual((double.master_id, double.step, double.is_open), (master, "closed", False))
        self.assertEqual(master.merged_ids, double)
        self.assertEqual(self.history(double)[-1], "merged")
        self.assertEqual(self.history(master)[-1], "absorbed")
        self.assertEqual(len(self.told(double)), 1)
        self.assertFalse(self.told(master))

    def test_every_reporter_learns_what_was_decided_and_nothing_of_the_others(self):
        master = self.case(cause_id=self.defect.id)
        double = self.case(partner_id=self.neighbour.id)
        double.action_merge(master)
        master.action_move(self.stage("investigating"))
        master.action_close("upheld", "All lenses of this lot are replaced.")
        self.assertEqual(self.told(double)[-1], "All lenses of this lot are replaced.")
        self.assertEqual(self.told(master), ["All lenses of this lot are replaced."])
        words = " ".join(double.sudo().message_ids.mapped("body"))
        self.assertNotIn("Li Na", words)
        self.assertNotIn(master.number, words)
        self.assertNotIn(self.neighbour, master.sudo().message_partner_ids)
        self.assertFalse(double.answered_at)

    def test_there_are_no_chains(self):
        first, second, third = self.case(), self.case(), self.case()
        first.action_merge(second)
        second.action_merge(third)
        self.assertEqual(first.master_id, third)
        self.assertEqual(third.merged_ids, first | second)

    def test_what_cannot_be_merged_says_why(self):
        case, over = self.case(), self.closed()
        for source, master, words in (
            (case, case, "into itself"),
            (case, over, "is over: nothing can be merged into it"),
            (over, case, "is over. Reopen it first"),
        ):
            with self.assertRaisesRegex(UserError, words):
                source.action_merge(master)
        with self.assertRaisesRegex(UserError, "Case: choose one"):
            case.action_merge(False)

    def test_cases_of_two_companies_stay_two(self):
        company, _user = self.other_company()
        theirs = self.env["crm.sync.case"].create({"name": "Late", "company_id": company.id})
        with self.assertRaisesRegex(UserError, "two companies"):
            self.case().sudo().action_merge(theirs)

    def test_nobody_is_asked_to_look_into_what_was_merged(self):
        case, master = self.case(), self.case()
        case.action_escalate("Urgent")
        case.action_merge(master)
        self.assertFalse(case.sudo().activity_ids)

    def test_a_merged_case_is_not_reopened_its_master_is(self):
        master, double = self.case(), self.case()
        double.action_merge(master)
        with self.assertRaisesRegex(UserError, "Reopen that one"):
            double.action_reopen("It is not the same")

    def test_nobody_merges_into_a_case_that_he_may_not_change(self):
        master = self.case(self.manager, department_id=self.sales.id, user_id=self.colleague.id)
        with self.assertRaises(AccessError):
            self.case().action_merge(master.with_user(self.agent))

    # ---------------------------------------------------------------- merges of partners and leads

    def test_cases_of_a_merged_customer_are_the_survivors(self):
        twin = self.env["res.partner"].create(
            {"name": "Northern Optics Ltd", "is_company": True, "email": "x@y.example.com"}
        )
        case = self.case(partner_id=twin.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | twin).ids, self.customer, extra_checks=False
        )
        self.assertEqual((case.partner_id, case.commercial_partner_id), (self.customer, self.customer))

    def test_cases_of_merged_opportunities_follow(self):
        leads = self.env["crm.lead"].create(
            [{"name": f"Lenses {number}", "type": "opportunity", "partner_id": self.customer.id} for number in range(2)]
        )
        cases = self.env["crm.sync.case"]
        for lead in leads:
            cases |= self.env["crm.sync.case"].create(
                {"name": "Late", "lead_id": lead.id, "partner_id": self.customer.id}
            )
        head = leads.merge_opportunity()
        self.env.invalidate_all()
        self.assertEqual([case.lead_id for case in cases], [head, head])

    def test_what_a_forgotten_customer_said_is_forgotten_and_the_case_stays(self):
        case = self.closed(description="<p>My name is Li Na</p>", lot_name="A17")
        case.sudo()._give_verdict(4, "Li Na says thanks")
        number = case.number
        self.env["crm.sync.erasure"]._erase(self.contact)
        case.invalidate_recordset()
        self.assertEqual((case.number, case.name, case.verdict, case.decision), (number, "—", "4", "upheld"))
        for name in ("description", "lot_name", "verdict_note", "decision_note", "email_from", "partner_name", "phone"):
            self.assertFalse(case[name], name)
        self.assertFalse(any(case.sudo().event_ids.mapped("note")))
        self.assertFalse(any(case.sudo().message_ids.mapped("preview")))

    def test_what_was_given_to_a_forgotten_customer_is_told_in_no_words_and_an_archived_case_neither(self):
        case, archived = self.case(), self.closed(name="Li Na again")
        archived.sudo().write({"active": False})
        case.sudo().message_subscribe(self.contact.ids)
        gift = (
            self.env["crm.sync.case.compensation"]
            .with_user(self.agent)
            .create({"case_id": case.id, "kind": "gift", "amount": 1, "note": "Li Na gets a cloth"})
        )
        gift.action_request()
        gift.with_user(self.head).action_refuse("Not for Li Na")
        self.env["crm.sync.erasure"]._erase(self.contact)
        self.env.invalidate_all()
        self.assertEqual((gift.state, gift.amount, gift.note, gift.answer), ("refused", 1, False, False))
        self.assertEqual(archived.name, "—")
        self.assertNotIn(self.contact, case.sudo().message_follower_ids.partner_id)
