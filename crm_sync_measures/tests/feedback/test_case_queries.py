from lxml import etree
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .case_core_common import CaseCase

_OPEN = [("is_open", "=", True)]


@tagged("post_install", "-at_install")
class TestCaseQueries(CaseCase):
    """Screens of cases, as the web client asks for them: the same number of queries for one case as for fifty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.sync.case"].search(_OPEN)._record({"active": False})
        cls.tag = cls.env["crm.sync.case.tag"].create({"name": "Tag of a test"})
        cls.portal_user = cls.env["res.users"].create(
            {
                "name": "Li Na",
                "login": "t_portal_li",
                "partner_id": cls.contact.id,
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )

    def open_cases(self, number):
        """So many more, of as many customers, with owner, tags, an activity and something said."""
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {n}", "email": f"customer{n}@example.com"} for n in range(number - 1)]
        )
        cases = self.env["crm.sync.case"]
        for partner in [self.contact, *partners]:
            cases |= self.case(partner_id=partner.id, user_id=self.agent.id, tag_ids=[(4, self.tag.id)])
        for case in cases:
            case.activity_schedule("mail.mail_activity_data_todo", user_id=self.agent.id)
        cases.action_move(self.stage("investigating"))
        return cases.sudo()

    def spec(self, kind):
        """What the client reads for a view."""
        Case = self.env["crm.sync.case"].with_user(self.agent)
        return self.fields_of(Case, etree.fromstring(Case.get_view(view_type=kind)["arch"]))

    def fields_of(self, model, node):
        read = {}
        for field in node.iter("field"):
            if next(field.iterancestors("field"), node) is not node:
                continue
            name, inner = field.get("name"), field.find("list")
            kind = model._fields[name]
            if inner is not None:
                read[name] = {"fields": self.fields_of(self.env[kind.comodel_name], inner), "limit": 40}
            elif kind.relational:
                read[name] = {"fields": {"display_name": {}}}
            else:
                read[name] = {}
        return read

    def same_for_one_and_fifty(self, work, user=None):
        """How many queries ``work(cases)`` needs for one case, and for fifty; what a process asks once was asked before."""
        counts = []
        for number in (1, 1, 49):
            cases = self.open_cases(number).with_user(user or self.agent)
            work(cases)
            cases.env.flush_all()
            cases.env.invalidate_all()
            before = self.env.cr.sql_log_count
            work(cases)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        return counts[2]

    def test_the_list_needs_as_many_queries_for_fifty_cases_as_for_one(self):
        spec = self.spec("list")
        queries = self.same_for_one_and_fifty(lambda cases: cases.web_search_read(_OPEN, spec, limit=80))
        self.assertLessEqual(queries, 20)

    def test_the_board_needs_as_many_queries_for_fifty_cases_as_for_one(self):
        spec, colors = self.spec("kanban"), {"on_time": "success", "warning": "warning", "breached": "danger"}

        def board(cases):
            cases.web_read_group(_OPEN, ["stage_id"], ["__count"], auto_unfold=True, unfold_read_specification=spec)
            cases.read_progress_bar(_OPEN, "stage_id", {"field": "clock_state", "colors": colors})

        self.assertLessEqual(self.same_for_one_and_fifty(board), 35)

    def test_a_case_is_opened_with_as_many_queries_whatever_else_there_is(self):
        spec = self.spec("form")
        queries = self.same_for_one_and_fifty(lambda cases: cases[:1].web_read(spec))
        self.assertLessEqual(queries, 40)

    def test_the_page_of_the_team_needs_as_many_queries_for_fifty_cases_as_for_one(self):
        queries = self.same_for_one_and_fifty(lambda cases: cases.browse().team_page())
        self.assertLessEqual(queries, 12)

    def test_the_customers_list_needs_as_many_queries_for_fifty_cases_as_for_one(self):
        portal = self.env["crm.sync.case.portal"].with_user(self.portal_user)

        def page(_cases):
            portal._count(self.portal_user)
            portal._page(self.portal_user, Domain.TRUE, limit=80, offset=0, order="first_opened_at desc, id desc")

        def of_his_own(number):
            for _case in range(number):
                self.case(user_id=self.agent.id)
            return self.env["crm.sync.case"]

        self.open_cases = of_his_own
        self.assertLessEqual(self.same_for_one_and_fifty(page), 10)

    def test_the_lists_of_open_cases_are_read_by_an_index(self):
        """PostgreSQL before 17 takes a partial index only in the very words of the query."""
        Case = self.env["crm.sync.case"]
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_sort = off")
        for domain, index in (
            (_OPEN, "list_idx"),
            ([], "order_idx"),
            ([*_OPEN, ("stage_id", "=", self.stage("new").id)], "board_idx"),
        ):
            select = Case._search(domain, order=Case._order, limit=40).select()
            with self.env.cr.savepoint() as savepoint:
                # Of an almost empty table each of them is as cheap as the other.
                others = {"list_idx", "order_idx", "board_idx"} - {index}
                for other in others:
                    self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(f"crm_sync_case_{other}")))
                self.env.cr.execute(SQL("EXPLAIN %s", select))
                plan = "\n".join(row[0] for row in self.env.cr.fetchall())
                savepoint.rollback()
            self.assertIn(f"crm_sync_case_{index}", plan)
