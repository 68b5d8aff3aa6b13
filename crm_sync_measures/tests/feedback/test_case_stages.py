from odoo.exceptions import UserError, ValidationError

from ...models.feedback.crm_sync_case_stage import STEP_LABELS
from ...rules.case_flow import KINDS, STEPS
from .case_core_common import CaseCase


class TestCaseStages(CaseCase):
    """Stages are a company's own words; what they mean is fixed."""

    def test_every_step_has_a_name(self):
        self.assertEqual(tuple(code for code, _label in STEP_LABELS), STEPS)

    def test_every_kind_has_a_stage_to_begin_and_one_to_end(self):
        for kind in KINDS:
            steps = set(self.Stage._get_stages(kind).mapped("step"))
            self.assertIn("new", steps)
            self.assertTrue(steps & {"closed", "told"}, kind)

    def test_two_stages_may_mean_the_same_and_a_case_goes_between_them(self):
        workshop = self.Stage.create({"name": "In the Workshop", "step": "investigating", "sequence": 45})
        case = self.case()
        case.action_move(self.stage("investigating"))
        case.action_move(workshop)
        self.assertEqual((case.step, case.stage_id), ("investigating", workshop))

    def test_a_stage_without_a_meaning_for_its_kind_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "has no meaning for some of the kinds"):
            self.Stage.create({"name": "Planned", "step": "planned"})
        with self.assertRaisesRegex(ValidationError, "choose at least one kind"):
            self.Stage.create(
                {"name": "X", "is_for_complaint": False, "is_for_question": False, "is_for_praise": False}
            )

    def test_the_meaning_of_a_stage_in_use_stays(self):
        case = self.case()
        case.action_move(self.stage("investigating"))
        with self.assertRaisesRegex(UserError, "there are cases in this stage"):
            self.stage("investigating").step = "assessed"
        with self.assertRaisesRegex(UserError, "Move them first"):
            self.stage("investigating").is_for_complaint = False
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.stage("investigating").unlink()

    def test_the_last_stage_to_begin_in_stays(self):
        with self.assertRaisesRegex(UserError, "there must be a stage for new cases"):
            self.stage("received").active = False
        with self.assertRaisesRegex(UserError, "there must be a stage for new cases"):
            self.stage("received").unlink()

    def test_the_board_shows_empty_columns_of_the_kinds_it_is_about(self):
        self.case()
        Case = self.env["crm.sync.case"].with_user(self.agent)
        names = lambda Model, domain: [  # noqa: E731
            stage.name for [stage] in Model._read_group(domain, ["stage_id"])
        ]
        self.assertEqual(names(Case, [("user_id", "=", 0)]), [])
        board = Case.with_context(sync_case_kinds=["suggestion"])
        stages = board._read_group_stage_ids(self.Stage, [])
        self.assertEqual(
            stages.mapped("name"), ["Received", "Triaged", "Planned", "Done", "Customer Told", "Not Planned"]
        )
        hostile = Case.with_context(sync_case_kinds=["no such kind", 7, {}])
        self.assertFalse(hostile._read_group_stage_ids(self.Stage, []))

    def test_causes_make_a_tree_without_circles(self):
        product = self.env.ref("crm_sync_measures.case_cause_product")
        self.assertEqual(self.defect.display_name, "Product / Defect")
        with self.assertRaises(UserError):
            product.parent_id = self.defect
