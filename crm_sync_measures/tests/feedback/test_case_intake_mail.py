from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .case_common import IntakeCase


@tagged("-at_install", "post_install")
class TestCaseIntakeMail(IntakeCase):
    """What customers write to the address of a department."""

    def test_a_mail_becomes_a_case_with_its_sender_text_and_files(self):
        case = self.mail(files=[("lens.pdf", b"%PDF-1.4 lens")])
        self.assertEqual((case.name, case.kind, case.channel), ("Broken lens", "complaint", "email"))
        self.assertEqual(case.department_id, self.service)
        self.assertEqual((case.partner_id.name, case.partner_id.email), ("Wu Fang", "wu.fang@example.com"))
        self.assertIn("Please send another one.", case.description)
        [message] = self.conversation(case)
        self.assertEqual(message.author_id, case.partner_id)
        self.assertEqual(message.attachment_ids.name, "lens.pdf")
        self.assertEqual(len(self.receipts(case)), 1)

    def test_a_known_sender_is_the_customer_he_is(self):
        case = self.mail(From="Li <li.na@northern.example.com>")
        self.assertEqual(case.partner_id, self.contact)

    def test_who_writes_chinese_is_answered_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        case = self.mail("镜片碎了，请换一副新的。", Subject="镜片", From="吴芳 <wu@example.com>")
        self.assertEqual(case.lang, "zh_CN")

    def test_a_colleague_who_passes_a_mail_on_has_not_answered_it(self):
        case = self.mail(From=f"Agent <{self.agent.email}>")
        self.assertFalse(case.partner_id)
        self.assertFalse(case.answered_at)

    def test_an_answer_goes_on_with_the_case(self):
        case = self.mail()
        self.assertFalse(self.mail("And the frame.", reply_to=self.receipts(case)))
        self.assertEqual(len(self.conversation(case)), 2)
        self.assertEqual(len(self.receipts(case)), 1)

    def test_an_answer_soon_after_the_end_opens_the_case_again(self):
        case = self.mail()
        receipt = self.receipts(case)
        self.close(case, days_ago=13)
        self.assertFalse(self.mail("It broke again.", reply_to=receipt))
        self.assertTrue(case.is_open)
        self.assertEqual(case.cycle, 2)

    def test_an_answer_long_after_the_end_is_a_new_case_that_names_the_old_one(self):
        case = self.mail()
        receipt = self.receipts(case)
        self.close(case, days_ago=15)
        new = self.mail("It broke again.", reply_to=receipt)
        self.assertEqual(new.related_ids, case)
        self.assertFalse(case.is_open)
        self.assertEqual(new.department_id, self.service)

    def test_an_answer_to_a_merged_case_reaches_colleagues_at_its_master_and_not_its_customer(self):
        case, master = self.mail(), self.mail(Subject="The same", From="Bo <bo@south.example.com>")
        receipt = self.receipts(case)
        case.action_merge(master)
        self.close(master)
        self.assertFalse(self.mail("And the frame.", reply_to=receipt))
        self.assertIn("And the frame.", self.conversation(case)[-1].body)
        note = master.message_ids.filtered(lambda message: "And the frame." in message.body)
        self.assertTrue(note.subtype_id.internal)
        self.assertFalse(note.notified_partner_ids.filtered("partner_share"))
        self.assertTrue(master.is_open, "what he says goes on where it is worked on")
        self.assertFalse(case.is_open)

    def test_what_a_machine_answers_is_no_case_and_opens_none_again(self):
        case = self.mail()
        receipt = self.receipts(case)
        self.close(case)
        for headers in (
            {"Auto-Submitted": "auto-replied"},
            {"X-Autoreply": "yes"},
            {"Precedence": "auto_reply"},
            {"Return-Path": "<>"},
            {"From": "MAILER-DAEMON@example.com"},
        ):
            with self.subTest(headers=headers), mute_logger("odoo.addons.mail.models.mail_thread"):
                self.assertFalse(self.mail("I am away", headers=headers))
                self.assertFalse(self.mail("I am away", headers=headers, reply_to=receipt))
                self.assertFalse(case.is_open)

    def test_our_own_addresses_open_no_case(self):
        self.assertFalse(self.mail(From="help@cases.example.com"))

    def test_what_a_list_sends_is_taken_and_not_answered(self):
        case = self.mail(headers={"Precedence": "bulk"})
        self.assertTrue(case)
        self.assertFalse(self.receipts(case))

    def test_a_mail_to_two_addresses_is_one_case(self):
        self.sales.alias_name = "sales-cases"
        case = self.mail(To="help@cases.example.com, sales-cases@cases.example.com")
        self.assertEqual(len(case), 1)
        self.assertEqual(len(self.conversation(case)), 1)

    def test_files_that_are_too_much_are_left_out_and_named(self):
        case = self.mail(files=[("run.exe", b"MZ"), ("film.mov", b"x" * (10 * 1024 * 1024 + 1)), ("lens.txt", b"ok")])
        [message] = self.conversation(case)
        self.assertEqual(message.attachment_ids.mapped("name"), ["lens.txt"])
        self.assertIn("run.exe, film.mov", message.body)

    def test_a_page_sent_as_a_file_is_text_to_a_browser(self):
        case = self.mail(
            files=[("a.html", b"<html><script>alert(1)</script></html>"), ("a.svg", b"<svg onload='alert(1)'/>")]
        )
        kinds = self.conversation(case).attachment_ids.mapped("mimetype")
        self.assertFalse([kind for kind in kinds if "html" in kind or "svg" in kind], kinds)

    def test_a_text_of_a_megabyte_is_kept_as_a_file(self):
        case = self.mail("word " * 200_000)
        self.assertLess(len(case.description), 11_000)
        [message] = self.conversation(case)
        self.assertLess(len(message.body), 50_000)
        self.assertEqual(message.attachment_ids.name, "mail.txt")

    def test_hostile_heads_make_one_line(self):
        case = self.mail(Subject="=?utf-8?q?Hello=0ABcc=3A_all=40example=2Ecom?=", From='"<img src=x>" <x@example.com>')
        self.assertEqual((case.name, case.email_from), ("Hello Bcc: all@example.com", "x@example.com"))

    def test_a_mail_without_subject_text_or_usable_sender_is_still_a_case(self):
        case = self.mail("", Subject="", From="nobody")
        self.assertEqual(len(case), 1)
        self.assertTrue(case.name)

    def test_answers_of_colleagues_go_to_the_address_of_the_department(self):
        case = self.mail()
        self.assertIn("help@cases.example.com", case._notify_get_reply_to()[case.id])

    def test_who_is_answered_as_a_contact_is_the_customer_of_his_cases(self):
        first, second = (self.open_case(partner_id=None, email="Wu@example.com") for _number in range(2))
        partner = self.env["res.partner"].create({"name": "Wu", "email": "wu@example.com"})
        first.with_user(self.manager).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=partner.ids
        )
        self.assertEqual((first | second).partner_id, partner)

    def test_a_mail_that_cannot_be_read_as_it_is_becomes_a_case_with_its_words_and_the_mail_itself(self):
        """Odoo's gateway raises on each of these, and the mail would be lost."""
        for number, (kind, text) in enumerate(
            (
                ("text/plain; charset=zlib", b"My lens is broken"),
                ("multipart/mixed; boundary=m", b"--m\r\nContent-Type: /\r\n\r\nMy lens is broken\r\n--m--"),
            )
        ):
            head = f"From: Wu <wu{number}@example.net>\r\nTo: help@cases.example.com\r\nMessage-ID: <broken{number}@example.net>\r\n"
            raw = f"{head}Subject: Lens\r\nContent-Type: {kind}\r\n\r\n".encode() + text
            with self.subTest(kind):
                case = self.Case.browse(self.env["mail.thread"].message_process(None, raw))
                self.assertEqual(case.name, "Lens")
                self.assertEqual(case.email_from, f"wu{number}@example.net")
                self.assertIn("broken", case.description)
                self.assertIn("mail.eml", case.message_ids.attachment_ids.mapped("name"))

    def test_what_no_database_takes_is_left_out_of_a_mail(self):
        raw = b"From: Wu <wu@example.net>\r\nTo: help@cases.example.com\r\nMessage-ID: <nul@example.net>\r\nSubject: =?utf-8?q?Lens=00?=\r\n\r\nMy\x00 lens"
        case = self.Case.browse(self.env["mail.thread"].message_process(None, raw))
        self.assertEqual(case.name, "Lens")
        self.assertIn("My lens", case.description)

    def test_a_name_with_control_characters_makes_a_contact_without_them(self):
        raw = b'From: "Wu \x07\x1bLi" <wu.li@example.net>\r\nTo: help@cases.example.com\r\nMessage-ID: <bell@example.net>\r\nSubject: Lens\r\n\r\nIt broke.'
        case = self.Case.browse(self.env["mail.thread"].message_process(None, raw))
        self.assertEqual((case.partner_id.name, case.partner_name), ("Wu Li", "Wu Li"))

    def test_an_address_with_control_characters_makes_no_contact(self):
        case = self.mail(From="Wu <wu\x17@example.net>")
        self.assertFalse(case.partner_id)
        self.assertFalse("\x17" in (case.email_from or ""))

    def test_who_may_not_open_a_case_does_not_open_one_by_a_mail_that_he_makes_up(self):
        portal = new_test_user(self.env, "t_portal_mail", "base.group_portal")
        made_up = {"message_id": "<made-up@example.net>", "subject": "Lens", "email_from": "wu@example.net"}
        for user in (portal, self.employee, self.auditor):
            with self.assertRaises(AccessError):
                self.Case.with_user(user).message_new(made_up, {"department_id": self.service.id})
