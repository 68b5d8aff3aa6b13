from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..common import SyncCase

READ, WRITE, CREATE, UNLINK = "read", "write", "create", "unlink"


class TestAccess(SyncCase):
    """Which role may do what with each model; every model of the addon must be listed here."""

    #: {model: {role: operations}}; a role that is not named may do nothing.
    EXPECTED = {
        "crm.sync.department": {
            "employee": {READ},
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.kpi.target": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.touch": {
            "user": {READ, CREATE},
            "head": {READ, CREATE},
            "manager": {READ, CREATE},
            "auditor": {READ},
        },
        "crm.sync.customer": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.brief.mail": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.contact.report": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.job": {"manager": {READ, WRITE}, "auditor": {READ}},
        "crm.sync.job.failure": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.job.period": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.response": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.response.report": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.response.policy": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.contact.policy": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.contact.cap": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.contact.override": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.contact.preference": {
            "user": {READ, CREATE},
            "head": {READ, CREATE},
            "manager": {READ, CREATE},
            "auditor": {READ},
        },
        "crm.sync.contact.former": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.contact.sent": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.assignment": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.assignment.report": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.entry": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.lot": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.allocation": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.arrears": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.adjustment": {
            "user": {READ, WRITE, CREATE, UNLINK},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.tier.notice": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.notice": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.membership": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.handover": {
            "user": {READ},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.handover.line": {
            "user": {READ},
            "head": {READ, WRITE},
            "manager": {READ, WRITE},
            "auditor": {READ},
        },
        "crm.sync.handover.letter": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.liability": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.signal": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.opening": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.anchor": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.check": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.loyalty.check.finding": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.promise": {
            "user": {READ, WRITE, CREATE},
            "head": {READ, WRITE, CREATE},
            "manager": {READ, WRITE, CREATE},
            "auditor": {READ},
        },
        "crm.sync.case": {
            "user": {READ, WRITE, CREATE},
            "head": {READ, WRITE, CREATE},
            "manager": {READ, WRITE, CREATE},
            "auditor": {READ},
        },
        "crm.sync.case.compensation": {
            "user": {READ, WRITE, CREATE, UNLINK},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.case.budget": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.case.event": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.case.stage": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.case.clock": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.case.route": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.case.policy": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.case.cause": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.case.tag": {
            "user": {READ, CREATE},
            "head": {READ, CREATE},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.attempt": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.case.vote": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.case.answer": {
            "user": {READ},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.case.said": {
            "user": {READ},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.case.report": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.case.value": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.score": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.promise.report": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.promise.event": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.survey.event": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.survey.invitation": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.survey.loop": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.survey.participation": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.survey.replay": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.survey.program": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.survey.theme": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.survey.theme.words": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.kpi": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.overview.pin": {
            "user": {READ, CREATE, UNLINK},
            "head": {READ, CREATE, UNLINK},
            "manager": {READ, CREATE, UNLINK},
            "auditor": {READ, CREATE, UNLINK},
        },
        "crm.sync.kpi.period": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.kpi.value": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.kpi.definition": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.kpi.evidence": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.care.rhythm": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.tier": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.tier.policy": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.tier.policy.line": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.tier.membership": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.tier.bonus": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.tier.trial": {"manager": {READ, WRITE, CREATE, UNLINK}, "auditor": {READ}},
        "crm.sync.tier.trial.part": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.tier.trial.line": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.tier.trial.tier": {"manager": {READ}, "auditor": {READ}},
        "crm.sync.tier.month": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.tier.movement": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.tier.result": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.tier.standing": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.care.holiday": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.care.holiday.day": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.kpi.drift": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.kpi.drift.line": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.care.rule": {
            "user": {READ},
            "head": {READ},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.care.occasion": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.care.result": {"head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.report.subscription": {
            "user": {READ, WRITE, CREATE, UNLINK},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.report.delivery": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.score.account": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.kpi.baseline": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.kpi.signal": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.campaign.cost": {
            "user": {READ, WRITE, CREATE, UNLINK},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.campaign.result": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.campaign.member": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.lead.quality": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
        "crm.sync.material": {
            "user": {READ},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.improvement": {
            "user": {READ},
            "head": {READ, WRITE, CREATE, UNLINK},
            "manager": {READ, WRITE, CREATE, UNLINK},
            "auditor": {READ},
        },
        "crm.sync.material.sent": {"user": {READ}, "head": {READ}, "manager": {READ}, "auditor": {READ}},
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.roles = {
            "public": cls.env.ref("base.public_user"),
            "portal": new_test_user(cls.env, "t_portal", "base.group_portal"),
            "employee": cls.employee,
            "user": cls.agent,
            "head": cls.head,
            "manager": cls.manager,
            "auditor": cls.auditor,
        }

    def test_every_model_is_listed(self):
        models = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("crm.sync.") and not model._abstract and not model._transient
        }
        self.assertEqual(models, set(self.EXPECTED))

    def test_each_role_may_do_exactly_what_is_listed(self):
        for model, by_role in self.EXPECTED.items():
            for role, user in self.roles.items():
                Model = self.env[model].with_user(user)
                allowed = {op for op in (READ, WRITE, CREATE, UNLINK) if Model.has_access(op)}
                with self.subTest(model=model, role=role):
                    self.assertEqual(allowed, by_role.get(role, set()))

    def test_a_dialog_is_only_his_who_opened_it(self):
        """Odoo lets everybody with access to a dialog read what anybody has typed into his own."""
        own = {
            rule.model_id.model
            for rule in self.env["ir.rule"].sudo().search([("domain_force", "=", "[('create_uid', '=', user.id)]")])
            if not rule.groups
        }
        dialogs = {
            name for name, model in self.env.registry.items() if name.startswith("crm.sync.") and model._transient
        }
        self.assertFalse(dialogs - own)

    def test_a_user_sees_his_own_customers_those_of_his_department_and_nobodys(self):
        partners = self.env["res.partner"].create(
            [
                {"name": "Service's", "sync_department_id": self.service.id},
                {"name": "Agent's", "user_id": self.agent.id},
                {"name": "Nobody's"},
                {"name": "Seller's", "user_id": self.seller.id},
            ]
        )
        self.env.cr.precommit.run()
        names = lambda user: set(  # noqa: E731
            self.env["crm.sync.customer"]
            .with_user(user)
            .search([("partner_id", "in", partners.ids)])
            .partner_id.mapped("name")
        )
        self.assertEqual(names(self.agent), {"Service's", "Agent's", "Nobody's"})
        self.assertEqual(names(self.seller), {"Seller's", "Nobody's"})
        self.assertEqual(names(self.auditor), set(partners.mapped("name")))
        self.assertEqual(names(self.manager), set(partners.mapped("name")))

    def test_who_has_no_role_of_ours_still_copies_customers_and_opportunities(self):
        """Odoo reads every field it copies: one that a colleague may not read would stop him."""
        outsider = new_test_user(
            self.env, "t_outsider", "base.group_partner_manager,sales_team.group_sale_salesman_all_leads"
        )
        lead = self.env["crm.lead"].create({"name": "Forty lamps", "partner_id": self.contact.id})
        for record in (self.customer, self.contact, lead):
            self.assertTrue(record.with_user(outsider).copy(), record)
        hidden = [
            f"{model}.{field.name}"
            for model, fields in ((name, cls._fields.values()) for name, cls in self.env.registry.items())
            for field in fields
            if field.name.startswith("sync_") and not model.startswith("crm.sync.")
            if field.store and field.copy and field.groups not in (None, "base.group_user")
        ]
        self.assertFalse(hidden)

    def test_a_department_manager_of_another_department_sees_only_his(self):
        self.touch(self.agent)
        self.touch(self.colleague)
        touches = self.env["crm.sync.touch"].with_user(self.head).search([("partner_id", "=", self.customer.id)])
        self.assertEqual(touches.user_id, self.agent)

    def test_the_analysis_shows_a_user_only_what_he_may_know_of(self):
        self.touch(self.agent)
        self.touch(self.colleague)
        for user, people in (
            (self.agent, self.agent),
            (self.seller, self.agent | self.colleague),
            (self.colleague, self.colleague),
            (self.auditor, self.agent | self.colleague),
        ):
            report = self.env["crm.sync.contact.report"].with_user(user)
            groups = report._read_group([("commercial_partner_id", "=", self.customer.id)], ["user_id"])
            self.assertEqual({person.id for [person] in groups}, set(people.ids), user.login)

    def test_nobody_of_another_company_sees_a_touch_or_its_count(self):
        company, other = self.other_company()
        self.touch()
        for model in ("crm.sync.touch", "crm.sync.contact.report"):
            Model = self.env[model].with_user(other).with_context(allowed_company_ids=company.ids)
            self.assertFalse(Model.search_count([]), model)

    def test_a_touch_cannot_be_logged_for_a_customer_of_another_company(self):
        company, _other = self.other_company()
        foreign = self.env["res.partner"].create({"name": "Foreign", "company_id": company.id})
        with self.assertRaises(Exception) as caught:
            self.touch(self.seller, partner_id=foreign.id)
        self.assertIn(type(caught.exception).__name__, ("UserError", "AccessError"))

    def test_the_standing_of_a_customer_is_written_by_nobody(self):
        row = self.standing()
        with self.assertRaises(AccessError):
            row.with_user(self.manager).write({"last_contact_at": False})
        with self.assertRaises(AccessError):
            row.with_user(self.manager).read(["contact_user_id"])
