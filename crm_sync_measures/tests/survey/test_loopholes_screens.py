from ast import literal_eval

from lxml import etree
from odoo.tests import TransactionCase


class TestLoopholesScreens(TransactionCase):
    """Kinds of scores, and relation and experience, are not put into one number by a screen as it opens."""

    ACTIONS = ("crm_sync_score_action_trend", "crm_sync_score_account_action")

    def test_no_list_of_all_kinds_of_scores_has_an_average_below_it(self):
        for model in ("crm.sync.score", "crm.sync.score.account"):
            arch = etree.fromstring(self.env[model].get_view(view_type="list")["arch"])
            self.assertEqual([field.get("name") for field in arch.iter("field") if field.get("avg")], [], model)

    def test_what_is_drawn_over_time_or_by_department_is_of_one_sort(self):
        for name in self.ACTIONS:
            action = self.env.ref(f"crm_sync_measures.{name}")
            context = literal_eval(action.context)
            self.assertTrue({"search_default_transactional", "search_default_relational"} & context.keys(), name)
            search = etree.fromstring(self.env[action.res_model].get_view(view_type="search")["arch"])
            filters = {one.get("name") for one in search.iter("filter")}
            self.assertLessEqual(
                {key.removeprefix("search_default_") for key in context if key.startswith("search_")}, filters
            )
