from odoo.exceptions import UserError
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from .case_core_common import CaseCase


class TestCasesInTheBrief(CaseCase):
    """What one knows of a customer's complaints before one meets him."""

    def section(self, user=None, partner=None):
        brief = (partner or self.customer).with_user(user or self.agent).sync_brief()
        [section] = [one for one in brief["sections"] if one["code"] == "complaints"]
        return brief, section

    def texts(self, section):
        return [[cell["text"] for cell in row] for row in section["rows"]]

    def test_open_complaints_with_their_owner_and_the_last_that_was_solved_with_the_verdict(self):
        self.agent.name = "Anna Keller"
        over = self.closed(user_id=self.agent.id)
        over.sudo()._give_verdict(2, "Took too long")
        case = self.case(user_id=self.agent.id, name="Scratched again")
        self.case(kind="question", name="How do I clean it?")
        brief, section = self.section()
        self.assertEqual(
            [row[1:] for row in self.texts(section)],
            [[case.display_name, self.agent.name], [over.display_name, "Solved; customer: Bad"]],
        )
        self.assertEqual(section["rows"][0][1]["document"], ("crm.sync.case", case.id))
        self.assertIn(
            "Their complaint “Scratched again” is open since 03/02/2026: say how far we are.", brief["bring_up"]
        )
        self.assertIn("Do not offer anything new before their complaint is settled.", brief["avoid"])

    def test_without_complaints_it_says_so_and_advises_nothing(self):
        brief, section = self.section()
        self.assertEqual((section["rows"], section["empty"]), ((), "None."))
        self.assertFalse([text for text in brief["bring_up"] + brief["avoid"] if "complaint" in text])

    def test_what_the_reader_may_not_read_is_told_by_department_and_number(self):
        self.case(user_id=self.agent.id, name="Secret")
        brief, section = self.section(self.colleague)
        self.assertEqual((section["rows"], section["notes"]), ((), ("Service: 1, hidden from you",)))
        self.assertNotIn("Secret", str(brief))

    def test_a_complaint_of_another_company_is_not_told_at_all(self):
        company, other = self.other_company()
        self.case(other, company_id=company.id, department_id=False, name="Elsewhere")
        brief, section = self.section(self.manager)
        self.assertEqual((section["rows"], section["notes"]), ((), ()))
        self.assertNotIn("Elsewhere", str(brief))

    def test_the_printed_page_tells_the_same(self):
        case = self.case(user_id=self.agent.id, name="<b>Scratched</b> again")
        page = str(self.customer.with_user(self.agent).sync_brief_page())
        self.assertIn(case.number, page)
        self.assertIn("&lt;b&gt;Scratched", page)


class TestCasesOnTheCustomersPage(CaseCase):
    """Timeline, tile, counts and promises."""

    def told(self, user=None, partner=None):
        return [one for one in self.events(user, partner) if not one["masked"] and one["kind"] == "case"]

    def test_one_event_for_each_case_whatever_happened_to_it(self):
        case = self.closed(user_id=self.agent.id)
        case.action_reopen("Scratched again")
        master = self.case(user_id=self.agent.id, name="The same again")
        case.action_merge(master)
        self.assertEqual({one["res_id"] for one in self.told()}, {case.id, master.id})
        self.assertEqual(len(self.told()), 2)

    def test_an_archived_case_stays_in_the_history(self):
        case = self.closed(user_id=self.agent.id)
        case.active = False
        self.assertEqual([one["res_id"] for one in self.told()], [case.id])

    def test_what_is_said_among_colleagues_is_not_in_it(self):
        """Notes, the proposal that was not accepted yet, and what the history keeps."""
        case = self.case(user_id=self.agent.id)
        case.message_post(body="He always complains", subtype_xmlid="mail.mt_note")
        case.action_raise_priority("3", "He is a nuisance")
        told = str(self.events(self.agent))
        self.assertIn("The lens is scratched", told)
        self.assertNotIn("always complains", told)
        self.assertNotIn("nuisance", told)

    def test_who_may_not_read_the_case_reads_department_and_day_and_its_words_find_nothing(self):
        self.case(user_id=self.agent.id)
        hidden = [one for one in self.events(self.colleague) if one["masked"]]
        self.assertEqual(hidden[0]["department"]["name"], self.service.name)
        self.assertNotIn("scratched", str(self.events(self.colleague)))
        self.assertEqual(self.events(self.colleague, filters={"search": "scratched"}), [])

    def test_nothing_of_a_case_of_another_company(self):
        company, other = self.other_company()
        self.case(other, company_id=company.id, department_id=False, name="Elsewhere")
        self.assertNotIn("Elsewhere", str(self.events(self.manager)))
        self.assertEqual(self.customer.with_user(self.manager).sync_case_count, 0)
        self.assertEqual(self.customer.with_user(other).sync_case_count, 1)

    def test_a_promise_is_noted_on_a_case_with_its_customer(self):
        case = self.case(user_id=self.agent.id)
        action = case.with_user(self.agent).action_sync_promise()
        self.assertEqual(action["context"]["default_partner_id"], self.contact.id)
        values = {
            name.removeprefix("default_"): value for name, value in action["context"].items() if "default_" in name
        }
        promise = self.env["crm.sync.promise"].with_user(self.agent).create({**values, "name": "A new lens"})
        self.assertEqual((promise.res_model, promise.res_id), ("crm.sync.case", case.id))
        self.assertEqual(promise.document_name, case.display_name)
        self.assertEqual(promise.action_open_document()["res_model"], "crm.sync.case")


class TestCasesAreNotLost(CaseCase):
    """Whatever happens to the customer, his opportunity, or the person who works on it."""

    def merge(self, target, sources):
        self.env["base.partner.merge.automatic.wizard"]._merge((target | sources).ids, target, extra_checks=False)

    def test_what_waits_and_what_was_promised_on_a_case_follows_a_merged_customer(self):
        twin = self.env["res.partner"].create({"name": "Li Na", "email": "twin@example.com"})
        case = self.case(partner_id=twin.id, user_id=self.agent.id)
        case.with_user(self.agent).message_post(
            body="We look into it", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=twin.ids
        )
        case.sudo().message_post(body="When?", message_type="email", subtype_xmlid="mail.mt_comment", author_id=twin.id)
        self.env.cr.precommit.run()
        waiting = self.env["crm.sync.response"].search([("res_model", "=", "crm.sync.case"), ("res_id", "=", case.id)])
        self.assertEqual(waiting.partner_id, twin)
        self.merge(self.contact, twin)
        self.assertEqual((case.partner_id, case.commercial_partner_id), (self.contact, self.customer))
        self.assertEqual((waiting.partner_id, waiting.commercial_partner_id), (self.contact, self.customer))
        [finding] = [
            one
            for one in self.customer.with_user(self.agent).sync_contact_card()["findings"]
            if one["code"] == "complaint"
        ]
        self.assertIn(case.number, finding["text"])

    def test_nobody_who_owns_a_case_and_no_customer_of_one_is_deleted(self):
        case = self.case(user_id=self.agent.id)
        for record in (self.contact, self.agent):
            with self.subTest(record), mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                record.sudo().unlink()
        with self.assertRaises(UserError):
            case.sudo().unlink()

    def test_an_archived_customer_keeps_his_case_and_gets_no_mail(self):
        case = self.case(user_id=self.agent.id)
        self.contact.action_archive()
        case.action_acknowledge()
        case.action_propose("You get a new lens.")
        self.assertEqual(self.told(case), [])
        self.assertEqual(case.partner_id, self.contact)

    def test_who_was_forgotten_is_not_named_on_the_card_or_in_what_waits(self):
        case = self.case(user_id=self.agent.id, name="Li Na is angry")
        self.env["crm.sync.erasure"]._erase(self.contact)
        told = str(self.customer.with_user(self.agent).sync_contact_card())
        self.assertIn(case.number, told)
        self.assertNotIn("angry", told)
        self.assertNotIn("angry", str(self.events(self.agent)))
