from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...rules.advice import Point, against_team, kind_of_deal, shrunk_rate
from .advice_request import advice_criterion

#: Deals closed before that say little about today.
_WINDOW = timedelta(days=730)
#: Of all kinds, the one that every deal of a team belongs to.
_ANY = ("any", 0)


class CrmSyncAdvisorDeals(models.AbstractModel):
    """Who wins deals of this kind: with one of its tags, from its source, or of its team."""

    _inherit = "crm.sync.advisor"

    @advice_criterion(20, "deals", weight=25)
    def _advise_deals(self, requests):
        """The rate of each person, drawn to the team's for this kind, which is drawn to that for all its deals."""
        requests = [request for request in requests if request.lead_id or request.team_id]
        closed = self._closed_deals(requests)
        names = self._kind_names(requests)
        points = {}
        for request in requests:
            deals = closed.get(self._scope(request))
            if deals:
                points[request.key] = self._deal_points(request, deals, names)
        return points

    def _deal_points(self, request, deals, names):
        """``deals``: {kind: {user id: (wins, deals)}} of the request's scope"""
        sums = {kind: self._sum(by_user) for kind, by_user in deals.items()}
        kinds = [("tag", tag_id) for tag_id in request.tag_ids] + [("source", request.source_id)]
        kind = kind_of_deal({kind: sums[kind] for kind in kinds if kind in sums}) or _ANY
        overall = sums[_ANY][0] / sums[_ANY][1]
        team = shrunk_rate(*sums[kind], overall)
        points = {}
        for user_id in request.people:
            wins, count = deals[kind].get(user_id, (0, 0))
            rate = shrunk_rate(wins, count, team)
            points[user_id] = Point(
                against_team(rate, team), self._deal_sentence(rate, team, wins, count, names.get(kind))
            )
        return points

    @staticmethod
    def _sum(by_user):
        return tuple(sum(column) for column in zip(*by_user.values(), strict=True))

    def _deal_sentence(self, rate, team, wins, count, kind):
        """Figures of a colleague are for those who lead people; others learn who is good at it, and nothing else."""
        if count and self._may_see_figures():
            figures = {"wins": wins, "count": count, "team": round(100 * team), "kind": kind}
            if kind:
                return self.env._("Won %(wins)s of %(count)s deals “%(kind)s” (team: %(team)s%%)", **figures)
            return self.env._("Won %(wins)s of %(count)s deals (team: %(team)s%%)", **figures)
        if rate > 1.1 * team:
            if kind:
                return self.env._("Wins deals “%s” more often than the team", kind)
            return self.env._("Wins deals more often than the team")
        return ""

    def _may_see_figures(self):
        return self.env.su or self.env.user.has_groups(
            "crm_sync_measures.group_department_manager,crm_sync_measures.group_auditor,sales_team.group_sale_manager"
        )

    @staticmethod
    def _scope(request):
        """Whose deals are compared: the team's, or the company's where there is none."""
        return ("team", request.team_id) if request.team_id else ("company", request.company_id)

    def _closed_deals(self, requests):
        """``{scope: {kind: {user id: (wins, deals)}}}`` of all who closed deals, in one query."""
        closed = defaultdict(lambda: defaultdict(dict))
        scopes = {self._scope(request) for request in requests}
        if not scopes:
            return closed
        for model in ("crm.lead", "crm.tag"):
            self.env[model].flush_model()
        teams = [scope_id for kind, scope_id in scopes if kind == "team"]
        companies = [scope_id for kind, scope_id in scopes if kind == "company"]
        rows = self.env.execute_query(
            SQL(
                """WITH closed AS (
                       SELECT l.id, l.user_id, l.source_id, l.team_id, l.company_id, l.won_status = 'won' AS is_won
                         FROM crm_lead l
                        WHERE l.user_id IS NOT NULL AND l.won_status IN ('won', 'lost') AND l.date_closed >= %(since)s
                          AND (l.team_id = ANY(%(teams)s) OR l.company_id = ANY(%(companies)s))
                          AND (l.company_id IS NULL OR l.company_id = ANY(%(allowed)s))
                   ), kinds AS (
                       SELECT id, 'any' AS kind, 0 AS kind_id FROM closed
                        UNION ALL SELECT id, 'source', source_id FROM closed WHERE source_id IS NOT NULL
                        UNION ALL SELECT c.id, 'tag', r.tag_id FROM closed c JOIN crm_tag_rel r ON r.lead_id = c.id
                   )
                   SELECT s.scope, s.scope_id, k.kind, k.kind_id, c.user_id, count(*) FILTER (WHERE c.is_won), count(*)
                     FROM closed c
                     JOIN kinds k ON k.id = c.id
                    CROSS JOIN LATERAL (VALUES ('team', c.team_id), ('company', c.company_id)) s (scope, scope_id)
                    WHERE s.scope_id IS NOT NULL
                    GROUP BY 1, 2, 3, 4, 5""",
                since=fields.Datetime.now() - _WINDOW,
                teams=teams,
                companies=companies,
                allowed=self.env.companies.ids,
            )
        )
        for scope, scope_id, kind, kind_id, user_id, wins, count in rows:
            if (scope, scope_id) in scopes:
                closed[scope, scope_id][kind, kind_id][user_id] = (wins, count)
        return closed

    def _kind_names(self, requests):
        # sudo: names of tags and sources that the document has.
        tags = self.env["crm.tag"].sudo().browse({tag_id for request in requests for tag_id in request.tag_ids})
        sources = {request.source_id for request in requests if request.source_id}
        sources = self.env["utm.source"].sudo().browse(sources)  # sudo: as above
        return {("tag", tag.id): tag.name for tag in tags} | {("source", source.id): source.name for source in sources}
