import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.response_target import is_cold, is_history, is_late
from ..core.harmless import follow_up
from .crm_sync_response_clock import CLOSURE, MESSAGE

_logger = logging.getLogger(__name__)

#: Conversations of one transaction, an import for instance, from which on the statements for all are faster.
_MANY = 500


class CrmSyncResponseClock(models.AbstractModel):
    """The clocks of single conversations, as soon as something is said in them."""

    _inherit = "crm.sync.response.clock"

    @api.model
    def _document_models(self):
        """Names of the models in whose chatter customers write to us."""
        return {document.model for document in self._documents().values()}

    @api.model
    def _note(self, model, ids):
        """Something was said on these documents: look at their conversations at the end of this transaction."""
        self._note_for("said", model, ids)

    @api.model
    def _note_in_charge(self, model, ids):
        """Somebody else is in charge of these documents: what waits there follows."""
        self._note_for("in_charge", model, ids)

    @api.model
    def _note_asked(self, model, ids):
        """A customer made these documents: they may wait for a confirmation."""
        self._note_for("asked", model, ids)

    @api.model
    def _note_confirmed(self, model, ids):
        """These documents may wait for a confirmation no more."""
        self._note_for("confirmed", model, ids)

    def _note_for(self, purpose, model, ids):
        noted = self.env.cr.precommit.data.setdefault("crm.sync.response", {})
        if not noted:
            # sudo: computed rows, which the user may not write; nothing of them is returned.
            self.env.cr.precommit.add(self.sudo()._refresh_noted)
        noted.setdefault(purpose, {}).setdefault(model, set()).update(ids)

    def _refresh_noted(self):
        """A transaction never fails for a clock: a fetched mail would be lost for a row that can be computed any time."""
        noted = self.env.cr.precommit.data.pop("crm.sync.response", {})
        if not self._is_anybody_concerned(noted):
            return
        follow_up(
            self,
            lambda clocks: clocks._refresh_all(noted),
            _logger,
            "The clocks of some customers could not be computed at once",
        )

    def _is_anybody_concerned(self, noted):
        """Hardly any order that is confirmed was waited for: one query tells, and there is nothing else to do."""
        if noted.keys() != {"confirmed"}:
            return True
        documents = Domain.OR(
            Domain("res_model", "=", model) & Domain("res_id", "in", list(ids))
            for model, ids in noted["confirmed"].items()
        )
        waits = Domain("kind", "=", "confirmation") & Domain("state", "=", "waiting")
        return bool(self.env["crm.sync.response"].search_count(waits & documents, limit=1))

    def _refresh_all(self, noted):
        self.env.flush_all()
        if said := noted.get("said"):
            self._refresh(said)
        if asked := noted.get("asked"):
            self._start_confirmations(asked)
        if confirmed := noted.get("confirmed"):
            self._end_confirmations(confirmed)
        if in_charge := noted.get("in_charge"):
            self._follow(in_charge)

    @api.model
    def _refresh(self, noted):
        """Bring the clocks of the conversations of some documents up to date: ``{model: ids}``."""
        threads = self._threads_of(noted)
        if sum(map(len, threads.values())) > _MANY:
            self._reconcile(lambda document: self._among(document, threads))
            return
        changes = []
        # None when all the documents are gone.
        if threads:
            changes = self.env.execute_query_dict(self._changes(lambda document: self._among(document, threads)))
        Response = self.env["crm.sync.response"]
        Response.create(self._values_of_new([change for change in changes if not change["response_id"]]))
        self._update([change for change in changes if change["response_id"] and change["is_changed"]])
        running = {(change["source"], change["start_id"]) for change in changes}
        vanished = Response.search(self._waiting_on(noted, threads)).filtered(
            lambda response: (response.start_source, response.start_id) not in running
        )
        vanished.write({"state": "closed", "close_reason": "gone"})
        vanished._drop_alarms()

    def _values_of_new(self, changes):
        """Values of the rows of clocks that we do not know yet."""
        facts = self._facts_of(changes)
        documents = self._documents()
        return self._values_of(
            [
                (change, documents[change["doc"]], facts[change["doc"], change["doc_id"]])
                for change in changes
                if (change["doc"], change["doc_id"]) in facts
            ]
        )

    def _values_of(self, clocks):
        """Values of the rows of ``[(change, document, facts)]``; policies and hours are read once for all of them."""
        if not clocks:
            return []
        now, policies = fields.Datetime.now(), self._policies()
        hours = self.env["crm.sync.working.time"]._clocks(
            {(fact["department_id"] or False, fact["company_id"]) for _change, _document, fact in clocks}
        )
        return [self._row(*clock, policies, hours, now) for clock in clocks]

    def _row(self, change, document, fact, policies, hours, now):
        clock = hours[fact["department_id"] or False, fact["company_id"]]
        started, is_answered = change["started_at"], change["state"] == "answered"
        target, escalate = self._target(
            policies, fact["company_id"], fact["department_id"], change["is_first"], change["channel"], fact["priority"]
        )
        due = clock.due(started, target) if target else None
        answered = change["ended_at"] if is_answered else None
        values = {
            "partner_id": fact["partner_id"],
            "res_model": document.model,
            "res_id": change["doc_id"],
            "lead_id": fact["lead_id"],
            "kind": "first" if change["is_first"] else "rolling",
            "channel": change["channel"],
            "user_id": fact["user_id"],
            "department_id": fact["department_id"],
            "company_id": fact["company_id"],
            "priority": fact["priority"],
            "started_at": started,
            "target_seconds": target,
            "due_at": due,
            "escalate_at": clock.due(started, target + escalate) if target and not is_cold(due, now) else None,
            "alarmed_at": now if is_cold(due, now) else None,
            "start_source": change["source"],
            "start_id": change["start_id"],
            "start_message_id": change["start_id"] if change["source"] == MESSAGE else False,
            "state": change["state"],
            "answered_at": answered,
            "answered_by_id": change["ended_by"] if is_answered else False,
            "answer_message_id": change["end_id"] if change["end_source"] == MESSAGE else False,
            "worked_seconds": clock.seconds(started, answered) if answered else False,
            "is_breached": change["state"] != "closed" and is_late(due, answered, now),
        }
        if change["state"] == "waiting" and is_history(started, now):
            values.update(state="closed", close_reason="history", closed_at=now, is_breached=False)
        return values

    def _facts_of(self, changes):
        """``{(document number, id): facts}``, one query for each model."""
        facts = {}
        for number, document in self._documents().items():
            ids = {change["doc_id"] for change in changes if change["doc"] == number}
            if not ids:
                continue
            columns, joins = self._facts(document)
            rows = self.env.execute_query_dict(
                SQL(
                    "SELECT d.id, %s FROM %s d %s WHERE d.id IN %s",
                    columns,
                    SQL.identifier(document.table),
                    joins,
                    tuple(ids),
                )
            )
            facts.update({(number, row["id"]): row for row in rows})
        return facts

    def _update(self, changes):
        """Clocks that were answered, or whose answer did not arrive after all."""
        if not changes:
            return
        now = fields.Datetime.now()
        clocks = self.env["crm.sync.working.time"]._clocks(
            {(change["department_id"] or False, change["company_id"]) for change in changes}
        )
        for change in changes:
            response = self.env["crm.sync.response"].browse(change["response_id"])
            answered = change["ended_at"] if change["state"] == "answered" else None
            clock = clocks[change["department_id"] or False, change["company_id"]]
            response.write(
                {
                    "state": change["state"],
                    "answered_at": answered,
                    "answered_by_id": change["ended_by"] if answered else False,
                    "answer_message_id": change["end_id"] if change["end_source"] == MESSAGE else False,
                    "worked_seconds": clock.seconds(change["started_at"], answered) if answered else False,
                    "closed_at": False,
                    "closed_by_id": False,
                    "close_reason": "by_hand" if change["end_source"] == CLOSURE else False,
                    "is_breached": response.is_breached or is_late(response.due_at or None, change["ended_at"], now),
                }
            )
            if change["state"] != "waiting":
                response._drop_alarms()

    # ---------------------------------------------------------------- which conversations

    def _threads_of(self, noted):
        """``{model: ids}`` of the conversations that the documents belong to."""
        threads = {}
        for document in self._documents().values():
            ids = noted.get(document.model)
            if not ids:
                continue
            parent = document.parent[1] if document.parent else SQL("NULL::int")
            rows = self.env.execute_query(
                SQL(
                    "SELECT %s, %s FROM %s d WHERE d.id IN %s",
                    parent,
                    document.thread,
                    SQL.identifier(document.table),
                    tuple(ids),
                )
            )
            for parent_id, own_id in rows:
                model = document.parent[0] if parent_id else document.model
                threads.setdefault(model, set()).add(parent_id or own_id)
        return threads

    def _among(self, document, threads):
        """SQL condition: document ``d`` belongs to one of the conversations; None when it cannot."""
        own, conditions = threads.get(document.model), []
        if own:
            conditions.append(SQL("%s = ANY(%s)", document.thread, list(own)))
        if document.parent:
            model, parent_id = document.parent
            if own:
                conditions[0] = SQL("%s AND %s IS NULL", conditions[0], parent_id)
            if threads.get(model):
                conditions.append(SQL("%s = ANY(%s)", parent_id, list(threads[model])))
        return SQL(" OR ").join(conditions) if conditions else None

    def _waiting_on(self, noted, threads):
        """Domain of the rows that wait in these conversations, or on these documents."""
        places = [Domain("res_model", "=", model) & Domain("res_id", "in", list(ids)) for model, ids in noted.items()]
        places.append(Domain("lead_id", "in", list(threads.get("crm.lead", ()))))
        places.append(
            Domain("res_model", "=", "res.partner")
            & Domain("commercial_partner_id", "in", list(threads.get("res.partner", ())))
        )
        return Domain.OR(places) & Domain("state", "=", "waiting") & Domain("kind", "!=", "confirmation")
