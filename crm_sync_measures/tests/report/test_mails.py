import re

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.mail import html2plaintext

from ..common import SyncCase
from ..tier.shown_common import TierGiver

#: Every mail that leaves by itself: to whom, and what switches it off (model and field). What is listed here is what
#: ``docs/mails.md`` tells. *asked for*: a customer cannot refuse it, since it answers what he did himself.
CUSTOMER, ASKED_FOR, COLLEAGUE, BY_HAND = "customer", "asked for", "colleague", "by hand"
MAILS = {
    "loyalty_reminder": (CUSTOMER, "loyalty.program", "sync_notice_days"),
    "loyalty_statement": (CUSTOMER, "loyalty.program", "sync_statement"),
    "tier_reached": (CUSTOMER, "loyalty.program", "sync_is_tier_notice"),
    "tier_rules": (CUSTOMER, "crm.sync.tier.policy", "is_notice"),
    "survey_invitation": (CUSTOMER, "crm.sync.survey.program", "state"),
    "survey_reminder": (CUSTOMER, "crm.sync.survey.program", "reminder_count"),
    "survey_thanks": (CUSTOMER, "crm.sync.survey.program", "promoter_action"),
    "survey_referral": (CUSTOMER, "crm.sync.survey.program", "promoter_action"),
    "survey_follow_up": (CUSTOMER, "crm.sync.survey.program", "follow_up_days"),
    **{
        f"care_{occasion}": (CUSTOMER, "crm.sync.care.rule", "state")
        for occasion in (
            "birthday", "first_order_day", "membership_day", "holiday", "after_purchase", "no_purchase", "no_contact",
            "points_expire", "tier_falls",
        )
    },
    "case_survey": (CUSTOMER, "res.company", "sync_case_survey"),
    "case_receipt": (ASKED_FOR, "res.company", "sync_case_receipt"),
    "handover": (ASKED_FOR, "crm.sync.handover", "send_letter"),
    "brief": (COLLEAGUE, "res.users", "sync_brief_hours"),
    "report": (COLLEAGUE, "crm.sync.report.subscription", "active"),
    **{
        f"case_reply_{name}": (BY_HAND, "crm.sync.case", "id")
        for name in ("look", "question", "proposal", "apology", "refusal", "suggestion")
    },
}  # fmt: skip
_HAN = re.compile(r"[一-鿿]")


@tagged("post_install", "-at_install")
class TestMails(TierGiver, SyncCase):
    """Li Na speaks Chinese, and Ann English: each mail reaches them in their own language, and both can refuse it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env["ir.module.module"]._load_module_terms(["base", "mail", "loyalty", "crm_sync_measures"], ["zh_CN"])
        cls.contact.name = "李娜"
        cls.program = cls.points_program()
        cls.tiers = cls.new_tiers(cls.program, "基础", "黄金")
        cls.policy = cls.running_rules(cls.tiers)
        cls.card = cls.give(cls.contact, cls.tiers[1])
        cls.made = {}

    def template(self, name):
        return self.env.ref(f"crm_sync_measures.mail_template_{name}")

    # ---------------------------------------------------------------- what the mails are about

    def notice(self, model, name, **values):
        return self.env[model].create(
            {
                "partner_id": self.contact.id,
                "company_id": self.company.id,
                "day": "2026-11-23",
                "key": f"t:{name}",
                **values,
            }
        )

    def document(self, name, model):
        """What this mail is about: made once for each kind of mail."""
        if name in ("loyalty_reminder", "loyalty_statement"):
            is_statement = name == "loyalty_statement"
            told = (
                {"opening": 0, "closing": 10, "kinds": {"earn": 10}, "endings": [("2026-12-31", 10)]}
                if is_statement
                else {"points": 10, "day": "2026-12-31"}
            )
            return self.notice(
                model, name, kind="statement" if is_statement else "reminder", points=10, first_day="2026-12-31",
                date_from="2026-10-01", details=[{"card": self.card.id, **told}],
            )  # fmt: skip
        if model == "crm.sync.tier.notice":
            return self.notice(
                model, name, card_id=self.card.id, program_id=self.program.id, tier_id=self.tiers[1].id,
                kind=name.removeprefix("tier_"), policy_id=self.policy.id,
            )  # fmt: skip
        return getattr(self, f"make_{model.replace('.', '_')}")(name)

    def make_crm_sync_survey_invitation(self, name):
        program = self.env["crm.sync.survey.program"].browse(
            self.env["crm.sync.survey.program"].with_user(self.manager).action_begin("nps")["res_id"]
        )
        return self.env["crm.sync.survey.invitation"].create(
            {"program_id": program.id, "partner_id": self.contact.id, "email": self.contact.email, "lang": self.contact.lang,
             "origin_key": f"t:{name}:{self.contact.lang}"}
        )  # fmt: skip

    def make_crm_sync_care_occasion(self, name):
        occasion = name.removeprefix("care_")
        rule = self.env["crm.sync.care.rule"].create(
            {"name": name, "occasion": occasion, "action": "mail", "mail_template_id": self.template(name).id,
             "program_id": self.program.id, "holiday_id": self.env.ref("crm_sync_measures.holiday_new_year").id,
             "days": 180 if occasion.startswith("no_") else 0}
        )  # fmt: skip
        return self.env["crm.sync.care.occasion"].create(
            {"rule_id": rule.id, "action": "mail", "occasion_key": name, "partner_id": self.contact.id,
             "day": "2026-11-23", "due_on": "2026-11-23", "due_at": "2026-11-23 08:00:00"}
        )  # fmt: skip

    def make_crm_sync_case(self, name):
        return (
            self.env["crm.sync.case"]
            .with_user(self.agent)
            .create(
                {
                    "name": "镜片有划痕",
                    "partner_id": self.contact.id,
                    "department_id": self.service.id,
                    "lang": self.contact.lang,
                }
            )
            .with_user(self.env.user)
        )

    def make_crm_sync_handover_letter(self, name):
        handover = self.env["crm.sync.handover"].create({"user_id": self.colleague.id})
        return self.env["crm.sync.handover.letter"].create(
            {"handover_id": handover.id, "partner_id": self.contact.id, "user_id": self.seller.id}
        )

    def make_crm_sync_brief_mail(self, name):
        event = self.env["calendar.event"].create(
            {"name": "会面", "start": "2026-11-23 08:00:00", "stop": "2026-11-23 09:00:00",
             "partner_ids": [Command.set((self.contact | self.seller.partner_id).ids)]}
        )  # fmt: skip
        return self.env["crm.sync.brief.mail"].create(
            {"event_id": event.id, "user_id": self.seller.id, "company_id": self.company.id}
        )

    def make_crm_sync_report_subscription(self, name):
        return self.env["crm.sync.report.subscription"].create(
            {"user_id": self.seller.id, "report": "sales", "lang": self.seller.lang}
        )

    # ---------------------------------------------------------------- tests

    def test_every_template_is_listed_and_can_be_switched_off(self):
        rows = self.env["ir.model.data"].search(
            [("module", "=", "crm_sync_measures"), ("model", "=", "mail.template"), ("name", "like", "mail_template_%")]
        )
        self.assertEqual({row.name.removeprefix("mail_template_") for row in rows}, set(MAILS))
        for name, (_who, model, field) in MAILS.items():
            self.assertIn(field, self.env[model]._fields, name)

    def test_every_mail_is_in_the_language_of_who_gets_it_and_can_be_refused_and_previewed(self):
        for lang in ("zh_CN", "en_US"):
            for person in (self.contact, self.seller.partner_id):
                person.lang = lang
            for name, (who, _model, _field) in MAILS.items():
                template = self.template(name)
                with self.subTest(template=name, lang=lang), self.env.cr.savepoint() as savepoint:
                    document = self.document(name, template.model)
                    found = template._generate_template(
                        document.ids, ("subject", "body_html", "partner_to", "email_to")
                    )
                    found = found[document.id]
                    text = html2plaintext(found["body_html"] or "")
                    self.assertTrue(found["subject"] and text.strip())
                    has_chinese = bool(_HAN.search(re.sub("李娜|镜片有划痕|会面|基础|黄金", "", text)))
                    self.assertEqual(has_chinese, lang == "zh_CN", text)
                    self.assertEqual("/c/" in found["body_html"], who == CUSTOMER)
                    preview = self.env["mail.template.preview"].create(
                        {
                            "mail_template_id": template.id,
                            "resource_ref": f"{template.model},{document.id}",
                            "lang": lang,
                        }
                    )
                    self.assertFalse(preview.error_msg)
                    self.assertTrue(preview.body_html and preview.subject)
                    savepoint.rollback()

    def test_a_company_that_sends_no_receipts_sends_none_and_still_takes_the_case(self):
        for wanted in (True, False):
            self.company.sync_case_receipt = wanted
            facts = {"partner_id": self.contact.id, "channel": "call", "department_id": self.service.id}
            case = self.env["crm.sync.case"]._open_case(
                {**facts, "text": f"The lens is broken, {wanted}", "email_from": self.contact.email}
            )
            case._send_receipt()
            self.assertEqual(bool(case.receipt_at), wanted)
