from dataclasses import fields as dataclass_fields
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...rules.advice import Criterion, rank
from ..core.registered import registered_methods
from .advice_request import AdviceRequest, people_of

_KNOWN = {field.name for field in dataclass_fields(AdviceRequest)} - {"key", "people"}


class CrmSyncAdvisor(models.AbstractModel):
    """Who should take it: people ranked for an opportunity, a visit or any other document, with reasons in words.

    It advises and changes nothing. A criterion is one method marked ``@advice_criterion``, see ``advice_request.py``.
    """

    _name = "crm.sync.advisor"
    _description = "Who Should Take It"

    @api.model
    def _rank(self, model, res_id, candidates=None):
        """People for one document, best first; see :meth:`_rank_set`.

        :param res_id: id of a record of ``model``, or a dict of what is known (names of ``AdviceRequest``)
        """
        if isinstance(res_id, dict):
            [ranking] = self._rank_facts(model, {0: res_id}, candidates).values()
            return ranking
        return self._rank_set(model, [res_id], candidates)[res_id]

    @api.model
    def _rank_set(self, model, res_ids, candidates=None):
        """People for each of many documents, in a number of queries that does not depend on how many there are.

        For use inside the addon: rights on the documents are the caller's affair. Reasons come in his language;
        what he may not know of his colleagues is not in them.

        :param candidates: ``res.users`` that are in question; without them, the members of the document's team, else
            those of the department in charge of the customer, and the customer's owner. Archived users, portal
            users, users of other companies and those who may not edit such documents are left out in any case.
        :return: ``{res_id: [{user_id, name, score, available, load, reasons, points}]}``, who is available first, then
            by ``score`` (0 to 100); ``reasons`` are sentences, ``points`` tells the criteria one by one
        """
        records = self.env[model].browse(res_ids)
        return self._rank_facts(model, dict(zip(res_ids, self._facts_of(records), strict=True)), candidates)

    @api.model
    def _rank_facts(self, model, facts_by_id, candidates):
        requests = self._with_people(model, self._requests(model, facts_by_id), candidates)
        criteria = [
            (options["code"], options["weight"], criterion(requests))
            for options, criterion in registered_methods(self, "advice_criterion")
        ]
        names = self._names(people_of(requests))
        labels = self._criterion_labels()
        return {
            res_id: [
                self._told(ranked, names, labels, criteria)
                for ranked in rank(
                    request.key,
                    request.people,
                    [Criterion(code, weight, points.get(request.key, {})) for code, weight, points in criteria],
                )
            ]
            for res_id, request in zip(facts_by_id, requests, strict=True)
        }

    def _told(self, ranked, names, labels, criteria):
        load = ranked.points.get("load")
        weights = {code: weight for code, weight, _points in criteria}
        return {
            "user_id": ranked.user_id,
            "name": names[ranked.user_id],
            "score": ranked.score,
            "available": ranked.available,
            "load": int(load.figure or 0) if load else 0,
            "reasons": ranked.reasons,
            "points": [
                {
                    "code": code,
                    "label": labels.get(code, code),
                    "value": round(point.value, 3),
                    "weight": weights[code],
                    "text": point.text,
                }
                for code, point in ranked.points.items()
            ],
        }

    @api.model
    def _criterion_labels(self):
        """``{code: label}`` in the user's language; a room adds those of its criteria."""
        return {
            "relation": self.env._("Relation"),
            "deals": self.env._("Win rate"),
            "load": self.env._("Open work"),
            "hours": self.env._("Available"),
            "skills": self.env._("Skills"),
            "language": self.env._("Language"),
            "area": self.env._("Area"),
        }

    # ---------------------------------------------------------------- what is known of the document

    @api.model
    def _facts_of(self, records):
        """What is known of each of ``records``, as dicts."""
        # sudo: who may ask about these documents was checked by the caller; only ids and words are taken.
        records = records.sudo()
        for options, subject in registered_methods(self, "advice_subject"):
            if options["subject"] == records._name:
                return subject(records)
        return [self._generic_facts(record) for record in records]

    def _generic_facts(self, record):
        facts = {
            name: record[name].id
            for name in ("partner_id", "company_id", "team_id", "department_id", "source_id")
            if name in record._fields and record._fields[name].type == "many2one" and record[name]
        }
        if "tag_ids" in record._fields and record._fields["tag_ids"].comodel_name == "crm.tag":
            facts["tag_ids"] = tuple(record.tag_ids.ids)
        return facts

    @api.model
    def _requests(self, model, facts_by_id):
        """The dicts as requests, with what follows from the customer."""
        unknown = {name for facts in facts_by_id.values() for name in facts} - _KNOWN
        if unknown:
            raise UserError(
                self.env._(
                    "Facts: %(unknown)s are not known here. Known are: %(known)s.",
                    unknown=", ".join(sorted(unknown)),
                    known=", ".join(sorted(_KNOWN)),
                )
            )
        now = fields.Datetime.now()
        requests = []
        for res_id, facts in facts_by_id.items():
            given = {name: value for name, value in facts.items() if value}
            requests.append(
                AdviceRequest(f"{model},{res_id}", **{"at": now, "company_id": self.env.company.id, **given})
            )
        return self._with_customers(requests)

    def _with_customers(self, requests):
        partner_ids = [request.partner_id for request in requests if request.partner_id]
        # sudo: of the customer, ids and the language are taken.
        partners = self.env["res.partner"].sudo().browse(dict.fromkeys(partner_ids))
        rows = (
            self.env["crm.sync.customer"]
            .sudo()  # sudo: as above
            .with_context(active_test=False)
            .search_fetch([("partner_id", "in", partners.commercial_partner_id.ids)], ["partner_id", "department_id"])
        )
        charge = {row.partner_id.id: row.department_id.id for row in rows}
        known = {}
        for partner in partners:
            entity = partner.commercial_partner_id
            known[partner.id] = {
                "entity_id": entity.id,
                "owner_id": entity.user_id.id or None,
                "lang": partner.lang or entity.lang or None,
                "dealer_ids": tuple(entity.sync_dealer_ids.ids),
                "department_id": charge.get(entity.id) or None,
            }
        return [
            replace(
                request,
                **{
                    name: value
                    for name, value in known.get(request.partner_id, {}).items()
                    if not getattr(request, name)
                },
            )
            for request in requests
        ]

    # ---------------------------------------------------------------- who is in question

    @api.model
    def _with_people(self, model, requests, candidates):
        """The requests with the ids of those who are in question."""
        if candidates is not None:
            asked = {request.key: set(candidates.ids) for request in requests}
        else:
            asked = self._default_people(requests)
        fit = self._fit(model, {user_id for people in asked.values() for user_id in people})
        return [
            replace(
                request,
                people=tuple(
                    sorted(user_id for user_id in asked[request.key] if request.company_id in fit.get(user_id, ()))
                ),
            )
            for request in requests
        ]

    def _default_people(self, requests):
        """``{key: user ids}``: the team, else the department in charge, else the asker's; and the customer's owner."""
        own = self.env.user.sync_department_id.id or None
        team_ids = {request.team_id for request in requests} - {None}
        department_ids = {own, *(request.department_id for request in requests)} - {None}
        # sudo: who works with whom is no secret among colleagues.
        members, users = self.env["crm.team.member"].sudo(), self.env["res.users"].sudo()
        teams = self._ids_by(members, "crm_team_id", team_ids, "user_id")
        departments = self._ids_by(users, "sync_department_id", department_ids, "id")
        people = {}
        for request in requests:
            members = teams.get(request.team_id) or departments.get(request.department_id) or departments.get(own) or ()
            people[request.key] = {*members, *([request.owner_id] if request.owner_id else ())}
        return people

    @staticmethod
    def _ids_by(model, name, ids, wanted):
        """``{id: values of the field wanted}`` of the rows of ``model`` that point to one of ``ids`` by ``name``."""
        groups = model._read_group([(name, "in", list(ids))], [name], [f"{wanted}:array_agg"])
        return {group.id: values for group, values in groups}

    def _fit(self, model, user_ids):
        """``{user id: company ids}`` of the active colleagues among them who may edit documents of ``model``."""
        # sudo: only who is a colleague, in which companies, is taken.
        users = (
            self.env["res.users"]
            .sudo()
            .search_fetch([("id", "in", list(user_ids)), ("share", "=", False)], ["company_ids", "all_group_ids"])
        )
        if model:
            editors = self.env["ir.model.access"]._get_access_groups(model, "write")
            users = users.filtered(lambda user: editors.matches(user.all_group_ids.ids))
        return {user.id: set(user.company_ids.ids) for user in users}

    def _names(self, user_ids):
        users = self.env["res.users"].sudo().browse(user_ids)  # sudo: names of colleagues
        return {user.id: user.name for user in users}
