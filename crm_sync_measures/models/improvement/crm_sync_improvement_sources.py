from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: So many cases of a row of the Pareto chart are linked, the newest first.
_CASES = 100
#: So much is taken over of a case: of its name, and of what colleagues said.
NAME_LENGTH, PROBLEM_LENGTH = 180, 5000


class CrmSyncImprovementSources(models.Model):
    """Where actions come from: a signal, a row of the Pareto chart, a case. One click plans one; the second opens it."""

    _inherit = "crm.sync.improvement"

    # ---------------------------------------------------------------- cases

    @api.model
    def _from_cases(self, cases, name, problem, **values):
        """Plan an action for these cases, with the rights of the caller."""
        causes, departments, companies = cases.cause_id, cases.department_id, cases.company_id
        if len(companies) > 1:
            raise UserError(self.env._("Choose cases of one company."))
        planned = {
            "name": (name or "")[:NAME_LENGTH],
            "problem": problem,
            "cause_id": causes.id if len(causes) == 1 else False,
            "case_ids": [(6, 0, cases.ids)],
            "company_id": companies.id or self.env.company.id,
            "department_id": self._department_to_plan(departments if len(departments) == 1 else None).id,
        }
        return self.create({**planned, **values})

    @api.model
    def _department_to_plan(self, department):
        """This one, where the caller may plan for it, else his own: who sees a case of another department improves at home."""
        user = self.env.user
        if department and (user.has_group("crm_sync_measures.group_manager") or department.manager_id == user):
            return department
        return user.sync_department_id

    @api.model
    def action_improve_row(self, domain, name):
        """Plan an action for a row of the Pareto chart: its newest cases that the caller may read are linked.

        :param list domain: of crm.sync.case.report, as ``pareto`` told it
        :param str name: what the row is called
        :return: an action that opens it
        """
        self.check_access("create")
        if not isinstance(domain, list) or not isinstance(name, str) or not name.strip():
            raise UserError(self.env._("Give the domain and the name of a row of the chart."))
        Report = self.env["crm.sync.case.report"]
        try:
            rows = Report.search(Domain(domain), order="opened_at desc, id desc", limit=_CASES)
            count = Report.search_count(Domain(domain))
        except (KeyError, TypeError, ValueError):
            raise UserError(self.env._("Give the domain and the name of a row of the chart.")) from None
        if not rows:
            raise UserError(self.env._("There are no cases in this row any more. Reload the page."))
        # Merged cases are told by the cause of their master: the row knows, the case may not.
        causes = rows.cause_id
        cases = self.env["crm.sync.case"].browse(rows.ids)
        action = self._from_cases(
            cases,
            self.env._("Fewer cases: %s", name.strip()),
            self.env._(
                "%(count)s cases between %(first)s and %(last)s.",
                count=count,
                first=fields.Date.to_string(min(rows.mapped("opened_at"))),
                last=fields.Date.to_string(max(rows.mapped("opened_at"))),
            ),
            **({"cause_id": causes.id} if len(causes) == 1 else {}),
            kpi_id=self._kpi_of_complaints(rows).id,
        )
        return self._open(action)

    @api.model
    def _kpi_of_complaints(self, cases):
        """Fewer complaints are told by the complaint rate, where it is measured."""
        Kpi = self.env["crm.sync.kpi"]
        if set(cases.mapped("kind")) != {"complaint"} or not Kpi.has_access("read"):
            return Kpi
        return Kpi.search([("code", "=", "complaint_rate")], limit=1)

    @api.model
    def _problem_of(self, cases):
        """What colleagues said should become better; in the customer's own words it stays in his case."""
        return "\n".join(filter(None, cases.mapped("improvement_note")))[:PROBLEM_LENGTH] or False

    # ---------------------------------------------------------------- back to who asked for it

    def action_tell(self):
        """“You said, we did”: what everybody reads of the suggestions that led to this; by the cases' own dialog."""
        self.ensure_one()
        self.check_access("read")
        suggestions = self.case_ids.filtered(lambda case: case.kind == "suggestion")
        if not suggestions:
            raise UserError(
                self.env._(
                    "No customer suggestion is linked to this action. Answer the other customers in their cases."
                )
            )
        if len(suggestions) > 1:
            return {
                **self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_case_action_suggestions"),
                "domain": [("id", "in", suggestions.ids)],
                "context": {},
            }
        opened = suggestions.action_tell_everybody()
        return {**opened, "context": {**opened["context"], "default_answer": self.lesson or self.name}}

    def action_open_cases(self):
        """The linked cases that the reader may see."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_case_action")
        return {**action, "domain": [("id", "in", self.case_ids.ids)], "context": {}}

    def action_open_kpi(self):
        """The KPI with its chart."""
        self.ensure_one()
        self.kpi_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.sync.kpi",
            "res_id": self.kpi_id.id,
            "views": [(False, "form")],
        }
