from odoo import api, models
from odoo.exceptions import AccessError

from ..core.registered import registered, registered_methods


def first_step(sequence, code):
    """Mark a method of ``crm.sync.start`` that tells one step: its words, whether it is done, and what there is to choose."""
    return registered("first_step", sequence, code=code)


class CrmSyncStart(models.AbstractModel):
    """What a manager does first. Each step is a card on the overview that looks at the data to know whether it is done, and
    offers templates: each one is a method of the room it belongs to, which makes a real record and opens it.

    Nothing is written here. Whoever puts the steps away does so in his browser.
    """

    _name = "crm.sync.start"
    _description = "First Steps"

    @api.model
    @api.readonly
    def start_data(self):
        """The steps for the company the reader works in.

        :return: dict with ``done`` (count) and ``steps``, each with ``code``, ``label``, ``text``, ``is_done``,
            ``is_allowed``, ``choices`` (``code``, ``label``), ``call`` (model and method that take the code of a choice) and
            ``links`` (``label``, ``action``)
        :raise AccessError: for who is no manager
        """
        self._check_manager()
        steps = [{"code": options["code"], **step()} for options, step in registered_methods(self, "first_step")]
        return {"done": sum(step["is_done"] for step in steps), "steps": steps}

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only managers begin with the first steps."))

    # ---------------------------------------------------------------- steps

    @first_step(10, "people")
    def _step_people(self):
        Department = self.env["crm.sync.department"]
        own = [("company_id", "in", [False, self.env.company.id])]
        links = [{"label": self.env._("Departments"), "action": "crm_sync_measures.crm_sync_department_action"}]
        if self.env.user.has_group("base.group_erp_manager"):
            links.append({"label": self.env._("Users"), "action": "base.action_res_users"})
        return {
            "label": self.env._("Who Is Who"),
            "text": self.env._(
                "A department is told when something is late. Say who manages it; each user gets a department and a role among"
                " the settings of users."
            ),
            "is_done": bool(Department.search([*own, ("manager_id", "!=", False)], limit=1)),
            "is_allowed": True,
            "call": ["crm.sync.department", "action_manage"],
            "choices": [
                {"code": department.id, "label": self.env._("I manage %s", department.name)}
                for department in Department.search(own, limit=3)
            ],
            "links": links,
        }

    @first_step(20, "ask")
    def _step_ask(self):
        Program = self.env["crm.sync.survey.program"]
        own = [("company_id", "=", self.env.company.id), ("state", "!=", "draft")]
        return {
            "label": self.env._("Ask Your Customers"),
            "text": self.env._("A program opens. Nobody is asked before you start it, and nobody too often."),
            "is_done": bool(Program.search(own, limit=1)),
            "is_allowed": True,
            "call": ["crm.sync.survey.program", "action_begin"],
            "choices": [{"code": code, "label": label} for code, label in Program._beginning_names().items()],
            "links": [
                {"label": self.env._("Survey Programs"), "action": "crm_sync_measures.crm_sync_survey_program_action"}
            ],
        }

    @first_step(30, "reward")
    def _step_reward(self):
        Program = self.env["loyalty.program"]
        own = [("company_id", "in", [False, self.env.company.id]), ("program_type", "=", "loyalty")]
        return {
            "label": self.env._("Reward Your Customers"),
            "text": self.env._(
                "Points with each order. Every point has an entry that nobody can change, and a last day."
            ),
            "is_done": bool(Program.search(own, limit=1)),
            # Odoo makes a product for each reward.
            "is_allowed": Program.has_access("create") and self.env["product.product"].has_access("create"),
            "call": ["loyalty.program", "action_sync_begin"],
            "choices": [
                {"code": "12", "label": self.env._("Points that expire after 12 months")},
                {"code": "24", "label": self.env._("Points that expire after 24 months")},
            ],
            "links": [
                {
                    "label": self.env._("Loyalty Programs"),
                    "action": "loyalty.loyalty_program_discount_loyalty_action",
                }
            ],
        }

    @first_step(40, "measure")
    def _step_measure(self):
        Kpi = self.env["crm.sync.kpi"]
        own = [("company_id", "in", [False, self.env.company.id]), ("owner_id", "!=", False)]
        return {
            "label": self.env._("Measure What Matters"),
            "text": " ".join(
                [
                    self.env._(
                        "Choose a set of KPIs. You become their owner, and are told when one has really changed."
                    ),
                    self.env.company._sync_kpi_clock_sentence(),
                ]
            ),
            "is_done": bool(Kpi.search(own, limit=1)),
            "is_allowed": True,
            "call": ["crm.sync.kpi", "action_begin"],
            "choices": [
                {"code": code, "label": label}
                for code, label in Kpi._fields["subject"]._description_selection(self.env)
            ],
            "links": [
                {"label": self.env._("KPIs"), "action": "crm_sync_measures.crm_sync_kpi_action"},
                {"label": self.env._("Time Zone"), "action": "crm_sync_measures.crm_sync_kpi_clock_action"},
            ],
        }

    @first_step(50, "answer")
    def _step_answer(self):
        Policy = self.env["crm.sync.case.policy"]
        return {
            "label": self.env._("Answer Complaints in Time"),
            "text": self.env._(
                "In working hours of the department. Whoever is late is told, and then the manager. Until you decide, our"
                " own targets hold."
            ),
            "is_done": bool(Policy.search([("company_id", "=", self.env.company.id)], limit=1)),
            "is_allowed": True,
            "call": ["crm.sync.case.policy", "action_begin"],
            "choices": [
                {"code": "day", "label": self.env._("Within a working day")},
                {"code": "half_day", "label": self.env._("Within half a working day")},
            ],
            "links": [{"label": self.env._("Case Targets"), "action": "crm_sync_measures.crm_sync_case_policy_action"}],
        }
