from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.case_flow import WAITING
from ...rules.periods import local_date, utc_bounds

#: Where a customer has got what he came for.
_SOLVED = ("accepted", "closed", "done", "told")
_SOLVED_DAYS, _VERDICT_DAYS = 7, 30


class CrmSyncCaseTeam(models.Model):
    """The page that a team begins its day with: what stands open in each department, and how it went lately."""

    _inherit = "crm.sync.case"

    # Everything that the page and the rules of salespeople look at, so that the open cases are read from here alone.
    _team_idx = models.Index(
        "(department_id, company_id, user_id) INCLUDE (step, clock_state, deadline, commercial_partner_id, create_uid)"
        " WHERE is_open IS TRUE AND active IS TRUE"
    )
    _resolved_idx = models.Index("(resolved_at) WHERE resolved_at IS NOT NULL")
    _verdict_at_idx = models.Index("(verdict_at) WHERE verdict_at IS NOT NULL")

    @api.model
    @api.readonly
    def team_page(self, department_ids=None):
        """What stands open in each department, counted with the rights of the caller, in the companies he has selected.

        Three statements of numbers, however many cases and departments there are. Behind each number stands the domain
        of exactly the cases it counts. "Today" is the caller's day. First come the departments he manages, then his
        own; another one is there when it has something that he may see. Those without a number come last.

        :param department_ids: only these; ``False`` among them stands for cases without a department
        :return: ``{"departments": [{"id", "name", "manager", "is_managed", "is_own", "domain", "numbers", "verdict"}]}``
        """
        if department_ids is not None and not (
            isinstance(department_ids, (list, tuple))
            and all(type(one) is int or one is False for one in department_ids)
        ):
            raise UserError(self.env._("Departments: a list of their ids."))
        chosen = Domain.TRUE if department_ids is None else Domain("department_id", "in", department_ids)
        counts = self._team_counts(chosen)
        shown = self._team_departments(department_ids, {key for key, values in counts.items() if any(values.values())})
        return {"departments": [self._team_card(department, counts.get(department.id, {})) for department in shown]}

    # ---------------------------------------------------------------- what is counted

    @api.model
    def _team_open_domains(self):
        """``{code: domain}`` of what is counted among the open cases."""
        now = fields.Datetime.now()
        zone = self.env.tz.zone
        today = local_date(now, zone)
        start, end = (fields.Datetime.to_string(moment) for moment in utc_bounds(today, today, zone))
        return {
            "to_do": Domain("step", "not in", sorted(WAITING)),
            "mine": Domain("user_id", "=", self.env.uid),
            "unassigned": Domain("user_id", "=", False),
            "due_today": Domain("deadline", ">=", start) & Domain("deadline", "<", end),
            # The clocks are looked at every few minutes; who is late is late at once.
            "breached": Domain("clock_state", "=", "breached")
            | Domain("deadline", "<", fields.Datetime.to_string(now)),
            "waiting_customer": Domain("step", "=", "waiting_customer"),
            "waiting_third": Domain("step", "=", "waiting_third"),
        }

    @api.model
    def _team_since(self, days):
        return fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=days))

    @api.model
    def _team_solved_domain(self):
        since = Domain("resolved_at", ">=", self._team_since(_SOLVED_DAYS))
        return since & Domain("step", "in", _SOLVED) & Domain("master_id", "=", False)

    @api.model
    def _team_verdict_domain(self):
        return Domain("verdict_at", ">=", self._team_since(_VERDICT_DAYS)) & Domain("verdict", "!=", False)

    @api.model
    def _team_counts(self, chosen):
        """``{department id or False: {code: number}}``"""
        domains = self._team_open_domains()
        is_open = Domain("is_open", "=", True)
        counts = {}
        for domain, columns in (
            (is_open & chosen, {"open": Domain.TRUE, **domains}),
            (self._team_solved_domain() & chosen, {"solved": Domain.TRUE}),
            (self._team_verdict_domain() & chosen, {"verdicts": Domain.TRUE, "verdict": None}),
        ):
            for department_id, *numbers in self._team_rows(domain, columns):
                counts.setdefault(department_id or False, {}).update(zip(columns, numbers, strict=True))
        return counts

    @api.model
    def _team_rows(self, domain, columns):
        """One row for each department: how many of the cases of ``domain`` match each column's; None: the mean verdict."""
        query = self._search(domain)
        if query.is_empty():
            return []
        department = self._field_to_sql(self._table, "department_id", query)
        numbers = [
            SQL("AVG(%s::int)", self._field_to_sql(self._table, "verdict", query))
            if one is None
            else SQL("COUNT(*) FILTER (WHERE %s)", one.optimize_full(self)._to_sql(self, self._table, query))
            for one in columns.values()
        ]
        query.groupby = department
        return self.env.execute_query(query.select(department, *numbers))

    # ---------------------------------------------------------------- what is shown

    @api.model
    def _team_departments(self, department_ids, counted):
        """The departments to show in their order; an empty one stands for cases without a department."""
        Department = self.env["crm.sync.department"]
        user = self.env.user
        sees_all = user.has_group("crm_sync_measures.group_manager") or user.has_group(
            "crm_sync_measures.group_auditor"
        )
        active = Domain("active", "=", True)
        if not sees_all:
            active &= Domain("manager_id", "=", user.id) | Domain("id", "=", user.sync_department_id.id)
        # What stands open in an archived department must not get lost.
        domain = active | Domain("id", "in", list(counted - {False}))
        if department_ids is not None:
            domain &= Domain("id", "in", [one for one in department_ids if one])
        departments = Department.with_context(active_test=False).search(domain)
        departments = departments.sorted(
            lambda one: (one.id not in counted, one.manager_id != user, one != user.sync_department_id)
        )
        return [*departments, *([Department] if False in counted else [])]

    @api.model
    def _team_card(self, department, counts):
        inside = Domain("department_id", "=", department.id)
        is_open = Domain("is_open", "=", True) & inside
        domains = {code: domain & is_open for code, domain in self._team_open_domains().items()}
        domains["solved"] = self._team_solved_domain() & inside
        labels = self._team_labels()
        return {
            "id": department.id,
            "name": department.name or labels["without"],
            "manager": department.sudo().manager_id.name or False,  # sudo: the name of a colleague
            "is_managed": bool(department) and department.manager_id == self.env.user,
            "is_own": bool(department) and department == self.env.user.sync_department_id,
            "open": counts.get("open", 0),
            "domain": list(is_open),
            "numbers": [
                {"code": code, "label": labels[code], "value": counts.get(code, 0), "domain": list(domain)}
                for code, domain in domains.items()
            ],
            "verdict": {
                "label": labels["verdict"],
                "average": round(float(counts["verdict"]), 1) if counts.get("verdicts") else False,
                "count": counts.get("verdicts", 0),
                "domain": list(self._team_verdict_domain() & inside),
            },
        }

    @api.model
    def _team_labels(self):
        steps = dict(self._fields["step"]._description_selection(self.env))
        clocks = dict(self._fields["clock_state"]._description_selection(self.env))
        return {
            "without": self.env._("Without a Department"),
            "to_do": self.env._("To Do"),
            "mine": self.env._("Mine"),
            "unassigned": self.env._("Without Owner"),
            "due_today": self.env._("Due Today"),
            "breached": clocks["breached"],
            "waiting_customer": steps["waiting_customer"],
            "waiting_third": steps["waiting_third"],
            "solved": self.env._("Solved in 7 Days"),
            "verdict": self.env._("Satisfaction in 30 Days"),
        }
