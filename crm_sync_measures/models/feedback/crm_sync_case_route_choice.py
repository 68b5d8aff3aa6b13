from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, html2plaintext

from ...rules.case_priority import LEVELS, priority
from ...rules.case_routing import WEIGHTS, Case, Rule, Shares, plain, route_for

#: Characters of a text in which words are looked for.
_READ = 20_000


def _id(value):
    """An id, or None for what the case itself will refuse."""
    return value if type(value) is int and value > 0 else None


@dataclass
class Routing:
    """Where one case goes, and why: ``why`` is least, only, user, queue, nobody (at work), away, default, or none.

    ``load`` is the weight of what the owner has open without it, ``asked`` how many were at work.
    """

    case: Case
    department: int | None = None
    user: int | None = None
    rule: Rule | None = None
    word: str | None = None
    why: str | None = None
    load: int = 0
    asked: int = 0
    turn: int | None = None

    @property
    def is_stranded(self):
        """Somebody should have got it, and there is nobody."""
        return self.why in ("nobody", "away")


class CrmSyncCaseRoute(models.Model):
    """Which rule, department and owner: for many cases at once, in a number of statements that does not depend on how many.

    **Requests at the same moment** do not see each other's cases, and a lock would not help: Odoo's transactions see the
    database as it was when they began. So each takes its turns of a sequence, which all see at once and nobody waits for.
    Turns above the last one that is seen are cases on their way, and are thought away first: see :class:`Shares`.
    """

    _inherit = "crm.sync.case.route"

    @api.model
    def _route(self, facts):
        """Who gets a case of these facts: names and values as of a case's fields, what is settled included.

        :return: ``{"department_id", "user_id", "route_id"}``, each an id or False
        """
        [routing] = self._route_set([facts])
        return {
            "department_id": routing.department or False,
            "user_id": routing.user or False,
            "route_id": routing.rule.id if routing.rule else False,
        }

    @api.model
    def _route_set(self, facts_list, is_trial=False):
        """A :class:`Routing` for each of ``facts_list``.

        An owner who is given stays, with his department where none is given; a department that is given stays, and its
        rules say who of its people gets the case. For use inside the addon: callers have checked who asks.

        :param is_trial: nobody takes his turn
        """
        # sudo: departments, colleagues, their hours and open work, for whoever may open a case; only ids go back.
        route = self.sudo()
        rules = route._usable_rules()
        routings = [Routing(case, case.department) for case in route._cases_of(facts_list)]
        route._keep_owners(routings, facts_list)
        for routing in routings:
            if not routing.why:
                routing.rule, routing.word = route_for(rules, routing.case)
        route._take_default(routings)
        route._find_owners([routing for routing in routings if routing.rule], is_trial)
        return routings

    def _usable_rules(self):
        """The rules, without those of departments that are archived."""
        rules = self._get_rules()
        departments = self.env["crm.sync.department"].browse({rule.department for rule in rules}).exists()
        active = set(departments.filtered("active").ids)
        return [rule for rule in rules if rule.department in active]

    # ---------------------------------------------------------------- what is known of a case

    def _cases_of(self, facts_list):
        def records(model, name):
            ids = {_id(facts.get(name)) for facts in facts_list}
            return self.env[model].browse(sorted(ids - {None})).exists()

        partners, products = records("res.partner", "partner_id"), records("product.product", "product_id")
        partners.fetch(["lang"])
        langs = {partner.id: partner.lang for partner in partners}
        above = {
            product.id: frozenset(map(int, (product.categ_id.parent_path or "").split("/")[:-1]))
            for product in products
        }
        return [self._case_of(facts, langs, above) for facts in facts_list]

    def _case_of(self, facts, langs, above):
        levels = [level if level in LEVELS else "0" for level in (facts.get("severity"), facts.get("impact"))]
        tier = self._tier_of(facts)
        name, text = (one if isinstance(one, str) else "" for one in (facts.get("name"), facts.get("description")))
        words = f"{name} {html2plaintext(text, include_references=False)}"
        return Case(
            company=facts.get("company_id") or self.env.company.id,
            kind=facts.get("kind") or "complaint",
            text=plain(words[:_READ]),
            categories=above.get(_id(facts.get("product_id")), frozenset()),
            tier=tier,
            lang=langs.get(_id(facts.get("partner_id"))) or facts.get("lang") or None,
            channel=facts.get("channel") or None,
            department=facts.get("department_id") or None,
            weight=WEIGHTS[priority(*levels, bool(facts.get("is_safety")), tier)],
        )

    def _tier_of(self, facts):
        """The weight of the customer; that of a case which is there already was found before."""
        if "tier_weight" in facts:
            return facts["tier_weight"]
        if not _id(facts.get("partner_id")):
            return 0
        return self.env["crm.sync.case"].new({"partner_id": facts["partner_id"]})._tier_weight()

    # ---------------------------------------------------------------- what is settled

    def _keep_owners(self, routings, facts_list):
        for routing, facts in zip(routings, facts_list, strict=True):
            if facts.get("user_id"):
                routing.user, routing.why = _id(facts["user_id"]), "given"
        owners = self.env["res.users"].browse({routing.user for routing in routings if routing.user}).exists()
        departments = {owner.id: owner.sync_department_id for owner in owners}
        for routing in routings:
            department = departments.get(routing.user)
            if department and not routing.department and department.company_id.id in (False, routing.case.company):
                routing.department = department.id

    def _take_default(self, routings):
        """Where no rule fits, and no department was given, the company's own for such cases."""
        left = [routing for routing in routings if not (routing.rule or routing.why or routing.department)]
        companies = self.env["res.company"].browse({routing.case.company for routing in left})
        departments = {company.id: company.sync_case_department_id for company in companies}
        for routing in left:
            if departments[routing.case.company].active:
                routing.department, routing.why = departments[routing.case.company].id, "default"

    # ---------------------------------------------------------------- who of its people

    def _find_owners(self, routings, is_trial):
        """Owners of cases to which a rule fits; who comes first in the list is served first."""
        for routing in routings:
            routing.department, routing.why = routing.rule.department, routing.rule.owner
        wanting = [routing for routing in routings if routing.why != "queue"]
        if not wanting:
            return
        people = self._people({routing.department for routing in wanting}, {routing.rule.user for routing in wanting})
        named = {user_id for routing in wanting if (user_id := routing.rule.user)}
        at_work, away = self._presence({user for pool in people.values() for user in pool} | named)
        sharing = []
        for routing in wanting:
            company = routing.case.company
            if routing.why == "user":
                if company in people["named"].get(routing.rule.user, ()) and routing.rule.user not in away:
                    routing.user = routing.rule.user
                else:
                    routing.why = "away"
                continue
            pool = tuple(
                user
                for user, companies in people[routing.department].items()
                if company in companies and user in at_work
            )
            routing.asked = len(pool)
            if pool:
                sharing.append((routing, pool))
            else:
                routing.why = "nobody"
        self._share_out(sharing, is_trial)

    def _people(self, department_ids, user_ids):
        """``{department id: {user id: company ids}}`` of colleagues who may work on cases; ``"named"`` for ``user_ids``."""
        users = (
            self.env["res.users"]
            .with_context(active_test=True)
            .search_fetch(
                Domain("sync_department_id", "in", list(department_ids)) | Domain("id", "in", list(user_ids - {None})),
                ["sync_department_id"],
                order="id",
            )
        )
        fit = self.env["crm.sync.advisor"]._fit("crm.sync.case", users.ids)
        people = {
            department_id: {
                user.id: fit[user.id]
                for user in users
                if user.sync_department_id.id == department_id and user.id in fit
            }
            for department_id in department_ids
        }
        return {**people, "named": {user_id: fit[user_id] for user_id in user_ids if user_id in fit}}

    def _presence(self, user_ids):
        """Ids of those who are at work now, and of those who are away."""
        return self.env["crm.sync.advisor"]._at_work(user_ids, fields.Datetime.now())

    def _share_out(self, sharing, is_trial):
        if not sharing:
            return
        turns, ahead = ([None] * len(sharing), 0) if is_trial else self._draw(len(sharing))
        shares = Shares(self._work({user for _routing, pool in sharing for user in pool}), ahead)
        for (routing, pool), turn in zip(sharing, turns, strict=True):
            routing.user = shares.give(pool, routing.case.weight)
            routing.load = shares.load(routing.user) - routing.case.weight
            routing.turn = turn
            if routing.asked == 1:
                routing.why = "only"

    def _draw(self, count):
        """So many turns, and how many cases are on their way that this transaction does not see."""
        self.env["crm.sync.case"].flush_model(["route_turn"])
        [[turns, seen]] = self.env.execute_query(
            SQL(
                """SELECT array_agg(turn), (SELECT max(route_turn) FROM crm_sync_case)
                     FROM (SELECT nextval('crm_sync_case_route_turn') AS turn FROM generate_series(1, %s)) drawn""",
                count,
            )
        )
        return sorted(turns), min(turns) - 1 - seen if seen else 0

    def _work(self, user_ids):
        """``{user id: (weight of his open cases, his last turn)}``, of all companies."""
        self.env["crm.sync.case"].flush_model(["user_id", "priority", "is_open", "active", "route_turn"])
        rows = self.env.execute_query(
            SQL(
                """SELECT u.id, COALESCE(o.load, 0), COALESCE(t.turn, 0)
                     FROM unnest(%s) u (id)
                     LEFT JOIN LATERAL (SELECT sum((%s)[c.priority::int + 1]) AS load
                                          FROM crm_sync_case c WHERE c.user_id = u.id AND c.is_open AND c.active) o ON TRUE
                     LEFT JOIN LATERAL (SELECT max(c.route_turn) AS turn
                                          FROM crm_sync_case c WHERE c.user_id = u.id AND c.route_turn > 0) t ON TRUE""",
                sorted(user_ids),
                [WEIGHTS[level] for level in LEVELS],
            )
        )
        return {user_id: (load, turn) for user_id, load, turn in rows}
