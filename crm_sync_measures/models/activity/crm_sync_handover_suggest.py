from odoo import api, models

from ...rules.handover import share_out

#: What is known of a group of matters is told by the first record of these kinds that is in it.
_TELLING = ("crm.lead", "sale.order")
#: A group is no appointment.
_TIMES = {"at", "until", "event_id"}
_REASONS = 2
#: From here on a criterion, 0 to 1, speaks for somebody.
_SPEAKS_FOR = 0.5


class CrmSyncHandoverSuggest(models.Model):
    """Suggests who could take each matter, with the reasons; a constant number of queries for any number of matters.

    Who has the record of an activity keeps that activity. All other matters with one customer go to one person, whom
    ``crm.sync.advisor`` ranks first once what he gets from this handover is counted.
    """

    _inherit = "crm.sync.handover"

    def action_suggest(self):
        """Suggest anew for matters without a new owner."""
        self._check_lead()
        self._check_state("draft", "pending")
        for handover in self.sudo():  # sudo: rights were checked
            handover._suggest(handover.line_ids.filtered(lambda line: line.state == "pending" and not line.user_id))
        return True

    def _suggest(self, lines):
        """Fill suggestion and new owner of the lines."""
        self.ensure_one()
        if not lines:
            return
        documents = self._documents(lines)
        owners = {line: owner for line in lines if (owner := self._document_owner(documents[line], line))}
        for line, owner in owners.items():
            line._take(owner.id, "document")
        rest = lines.filtered(lambda line: line not in owners)
        groups = rest.grouped(lambda line: self._group_key(line, documents[line]))
        rankings = self._rankings(groups, documents)
        manager = self.department_id.manager_id.filtered(self._is_colleague)
        scores = {key: [(one["user_id"], one["score"]) for one in ranking] for key, ranking in rankings.items()}
        for key, user_id in share_out({key: len(group) for key, group in groups.items()}, scores).items():
            if user_id:
                [chosen] = [one for one in rankings[key] if one["user_id"] == user_id]
                groups[key]._take(user_id, "advice", self._reasons_for(chosen))
            elif manager:
                groups[key]._take(manager.id, "manager")

    # ---------------------------------------------------------------- who could

    def _rankings(self, groups, documents):
        """``{group: [{user_id, score, reasons, …}]}``: those who have the right to all records of the group."""
        entities = self.env["res.partner"].browse([key for key in groups if isinstance(key, int)])
        candidates = self._candidates(entities)
        facts = self._facts_of_groups(groups, documents)
        advisor = self.env["crm.sync.advisor"].with_company(self.company_id)
        by_number = dict(enumerate(groups))
        rankings = advisor._rank_facts("", {number: facts[key] for number, key in by_number.items()}, candidates)
        rights = {}
        return {
            key: [
                one
                for one in rankings[number]
                if all(self._has_right(rights, one["user_id"], model) for model in self._models(groups[key], documents))
            ]
            for number, key in by_number.items()
        }

    @staticmethod
    def _reasons_for(ranked):
        """What speaks for somebody, the weightiest first; what speaks against him is no reason to choose him."""
        points = [point for point in ranked["points"] if point["text"] and point["value"] >= _SPEAKS_FOR]
        points.sort(key=lambda point: -point["value"] * point["weight"])
        return [point["text"] for point in points[:_REASONS]]

    def _candidates(self, entities):
        """Active colleagues of the department, else of the holder's sales teams, and the customers' own salespeople."""
        holder = self.user_id
        if self.department_id:
            domain = [("sync_department_id", "=", self.department_id.id)]
        else:
            domain = [("crm_team_ids", "in", holder.with_context(active_test=False).crm_team_ids.ids)]
        domain = ["|", ("id", "in", entities.user_id.ids), *domain]
        return self.env["res.users"].search(
            [*domain, ("share", "=", False), ("company_ids", "in", self.company_id.ids), ("id", "!=", holder.id)]
        )

    def _models(self, lines, documents):
        return {documents[line]._name for line in lines} | set(lines.mapped("res_model"))

    def _has_right(self, known, user_id, model):
        if (user_id, model) not in known:
            known[user_id, model] = self.env[model].with_user(user_id).has_access("read")
        return known[user_id, model]

    def _document_owner(self, document, line):
        """The colleague in charge of the record that an activity is about."""
        if line.kind != "activity" or "user_id" not in document._fields:
            return None
        owner = document.user_id
        return owner if owner and owner._name == "res.users" and self._is_colleague(owner) else None

    def _is_colleague(self, user):
        return user.active and not user.share and user != self.user_id and self.company_id in user.company_ids

    # ---------------------------------------------------------------- what it is about

    def _documents(self, lines):
        """``{line: record}``: the line's own, and of an activity the one that it is about; empty when it is gone."""
        numbers = [line.res_id for line in lines if line.res_model == "mail.activity"]
        about = {
            activity.id: (activity.res_model, activity.res_id)
            for activity in self.env["mail.activity"].browse(numbers).exists()
            if activity.res_model in self.env
        }
        ids = {}
        for line in lines:
            own = (line.res_model, line.res_id)
            model, record_id = about.get(line.res_id, own) if line.res_model == "mail.activity" else own
            ids.setdefault(model, []).append((line, record_id))
        documents = {}
        for model, pairs in ids.items():
            Model = self.env[model].with_context(active_test=False)
            existing = set(Model.browse([record_id for _line, record_id in pairs]).exists().ids)
            # Of one prefetch set: a field of all of them costs one query.
            prefetch = tuple(existing)
            for line, record_id in pairs:
                documents[line] = Model.browse(record_id if record_id in existing else ()).with_prefetch(prefetch)
        return documents

    def _group_key(self, line, document):
        """The customer, or where there is none, the record."""
        return line.partner_id.commercial_partner_id.id or (document._name, document.id)

    def _facts_of_groups(self, groups, documents):
        """``{group: what is known of it}``: customer and company, and what its opportunity or quotation tells."""
        facts = {}
        for model in _TELLING:
            telling = {}
            for key, lines in groups.items():
                record = next((documents[line] for line in lines if documents[line]._name == model), None)
                if record and key not in facts:
                    telling[key] = record
            records = self.env[model].browse([record.id for record in telling.values()])
            for key, told in zip(telling, self.env["crm.sync.advisor"]._facts_of(records), strict=True):
                facts[key] = {name: value for name, value in told.items() if name not in _TIMES}
        for key in groups:
            known = facts.setdefault(key, {})
            known["company_id"] = self.company_id.id
            if isinstance(key, int):
                known["partner_id"] = key
        return facts

    # ---------------------------------------------------------------- words

    @api.model
    def _suggestion_words(self, suggestion):
        """The reasons, the most important first: those of advice as they were given."""
        if not suggestion:
            return []
        if suggestion["code"] == "document":
            return [self.env._("In charge of the record")]
        if suggestion["code"] == "manager":
            return [self.env._("Nobody in the department may do this: the manager distributes it")]
        return suggestion["reasons"] or [self.env._("Gets an equal share")]
