from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...rules.advice import Point, against_team, kind_of_deal, shrunk_rate
from ..activity.advice_request import advice_criterion, advice_subject, load_source

#: Cases that ended before that say little about today.
_WINDOW = timedelta(days=730)
#: Of all kinds, the one that every case of a department belongs to.
_ANY = ("any", 0)
_MODEL = "crm.sync.case"


class CrmSyncAdvisor(models.AbstractModel):
    """Who should take a case: who solves such cases, beside what counts for everything else."""

    _inherit = "crm.sync.advisor"

    @advice_subject(_MODEL)
    def _facts_of_cases(self, cases):
        """Without its opportunity: who wins deals need not be who solves complaints."""
        return [
            {
                "partner_id": case.partner_id.id,
                "company_id": case.company_id.id,
                "department_id": case.department_id.id,
                "lang": case.lang,
                "order_id": case.order_id.id,
                "category_ids": tuple(case.product_id.categ_id.ids),
            }
            for case in cases
        ]

    def _criterion_labels(self):
        return super()._criterion_labels() | {"solved": self.env._("Solved Cases")}

    def _load_labels(self):
        return super()._load_labels() | {"cases": self.env._("open cases")}

    @load_source(60, "cases")
    def _load_cases(self, users):
        return self._count(_MODEL, [("user_id", "in", users.ids), ("is_open", "=", True)])

    # ---------------------------------------------------------------- who solves such cases

    @advice_criterion(22, "solved", weight=25)
    def _advise_solved(self, requests):
        """Cases that ended in time, the first time, and not with an unhappy customer: the rate of each person, drawn to the
        department's for this kind of case, which is drawn to that for all its cases."""
        cases = self._cases_of(requests)
        if not cases:
            return {}
        ended = self._ended_cases(cases.values())
        points = {}
        for request in requests:
            case = cases.get(request.key)
            known = case and ended.get(self._scope_of_case(case))
            if known:
                points[request.key] = self._solved_points(request.people, case, known)
        return points

    def _cases_of(self, requests):
        """``{request key: case}``"""
        ids = {}
        for request in requests:
            model, _comma, number = request.key.partition(",")
            if model == _MODEL and number.isdecimal():
                ids[request.key] = int(number)
        # sudo: as in _facts_of: who may ask about them was checked by the caller.
        cases = {case.id: case for case in self.env[_MODEL].sudo().browse(ids.values())}
        return {key: cases[number] for key, number in ids.items()}

    def _solved_points(self, people, case, ended):
        """``ended``: {kind: {user id: (solved, cases)}} of the case's scope"""
        sums = {kind: tuple(map(sum, zip(*by_user.values(), strict=True))) for kind, by_user in ended.items()}
        names = self._names_of_kinds(case)
        kind = kind_of_deal({kind: sums[kind] for kind in names if kind in sums}) or _ANY
        overall = sums[_ANY][0] / sums[_ANY][1]
        team = shrunk_rate(*sums[kind], overall)
        points = {}
        for user_id in people:
            solved, count = ended[kind].get(user_id, (0, 0))
            rate = shrunk_rate(solved, count, team)
            points[user_id] = Point(
                against_team(rate, team), self._solved_sentence(rate, team, solved, count, names.get(kind))
            )
        return points

    def _names_of_kinds(self, case):
        """``{kind: name}`` of what the case is alike."""
        kinds = {("kind", case.kind): dict(case._fields["kind"]._description_selection(self.env))[case.kind]}
        if case.cause_id:
            kinds["cause", str(case.cause_id.id)] = case.cause_id.name
        if case.product_id.categ_id:
            kinds["category", str(case.product_id.categ_id.id)] = case.product_id.categ_id.name
        return kinds

    def _solved_sentence(self, rate, team, solved, count, kind):
        """Figures of a colleague are for those who lead people; others learn who is good at it, and nothing else."""
        if count and self._may_see_figures():
            figures = {"solved": solved, "count": count, "team": round(100 * team), "kind": kind}
            if kind:
                return self.env._("Solved %(solved)s of %(count)s cases “%(kind)s” well (all: %(team)s%%)", **figures)
            return self.env._("Solved %(solved)s of %(count)s cases well (all: %(team)s%%)", **figures)
        if rate > 1.1 * team:
            if kind:
                return self.env._("Solves cases “%s” well more often than the others", kind)
            return self.env._("Solves cases well more often than the others")
        return ""

    @staticmethod
    def _scope_of_case(case):
        """Whose cases are compared: the department's, or the company's where there is none."""
        if case.department_id:
            return ("department", case.department_id.id)
        return ("company", case.company_id.id)

    def _ended_cases(self, cases):
        """``{scope: {kind: {user id: (solved well, cases)}}}`` of all who ended cases, in one query."""
        ended = defaultdict(lambda: defaultdict(dict))
        scopes = {self._scope_of_case(case) for case in cases}
        self.env[_MODEL].flush_model()
        rows = self.env.execute_query(
            SQL(
                """WITH ended AS (
                       SELECT c.id, c.user_id, c.department_id, c.company_id, c.kind, c.cause_id, t.categ_id,
                              c.cycle = 1 AND c.is_breached IS NOT TRUE AND COALESCE(c.verdict, '3') >= '3' AS is_solved
                         FROM crm_sync_case c
                         LEFT JOIN product_product v ON v.id = c.product_id
                         LEFT JOIN product_template t ON t.id = v.product_tmpl_id
                        WHERE c.closed_at >= %(since)s AND c.user_id IS NOT NULL AND c.master_id IS NULL
                          AND c.step IN ('closed', 'told')
                          AND (c.department_id = ANY(%(departments)s) OR c.company_id = ANY(%(companies)s))
                          AND c.company_id = ANY(%(allowed)s)
                   ), kinds AS (
                       SELECT id, 'any' AS sort, '0' AS value FROM ended
                        UNION ALL SELECT id, 'kind', kind FROM ended
                        UNION ALL SELECT id, 'cause', cause_id::text FROM ended WHERE cause_id IS NOT NULL
                        UNION ALL SELECT id, 'category', categ_id::text FROM ended WHERE categ_id IS NOT NULL
                   )
                   SELECT s.scope, s.scope_id, k.sort, k.value, e.user_id, count(*) FILTER (WHERE e.is_solved), count(*)
                     FROM ended e
                     JOIN kinds k ON k.id = e.id
                    CROSS JOIN LATERAL (VALUES ('department', e.department_id), ('company', e.company_id)) s (scope, scope_id)
                    WHERE s.scope_id IS NOT NULL
                    GROUP BY 1, 2, 3, 4, 5""",
                since=fields.Datetime.now() - _WINDOW,
                departments=[scope_id for scope, scope_id in scopes if scope == "department"],
                companies=[scope_id for scope, scope_id in scopes if scope == "company"],
                allowed=self.env.companies.ids,
            )
        )
        for scope, scope_id, kind, value, user_id, solved, count in rows:
            if (scope, scope_id) in scopes:
                key = _ANY if kind == "any" else (kind, value)
                ended[scope, scope_id][key][user_id] = (solved, count)
        return ended
