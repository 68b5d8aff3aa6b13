from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

_BATCH = 500
#: Longer than any transaction of a request.
_RECENTLY = timedelta(hours=1)


class CrmSyncResponse(models.Model):
    """Who is told when an answer is late: first the person who is to give it, then the department manager."""

    _inherit = "crm.sync.response"

    @api.model
    def _cron_watch(self):
        """Mark what is late, and tell; once for each clock, whatever happens in between."""
        self.env["crm.sync.response.clock"]._refresh_confirmations()
        self._look_again()
        self.env["crm.sync.job.runner"]._run_sets(
            "watch_responses", self._next_late, self._tell_set, _BATCH, self.browse
        )

    def _look_again(self):
        """Two transactions at the same time do not see each other's messages: look at what just began once more."""
        noted = {}
        recently = fields.Datetime.now() - _RECENTLY
        for response in self.search([("state", "=", "waiting"), ("started_at", ">=", recently)]):
            noted.setdefault(response.res_model, set()).add(response.res_id)
        self.env["crm.sync.response.clock"]._refresh(noted)

    @api.model
    def _tell_late(self):
        """Tell about all that is late, at once and without the scheduler."""
        self._tell_set(self._next_late(0, None))

    def _late_domain(self):
        now = fields.Datetime.now()
        breached = Domain("due_at", "<", now) & Domain("alarmed_at", "=", False)
        escalated = Domain("escalate_at", "<", now) & Domain("escalated_at", "=", False)
        return Domain("state", "=", "waiting") & (breached | escalated)

    def _next_late(self, after, limit):
        return self.search(self._late_domain() & Domain("id", ">", after), order="id", limit=limit).ids

    def _tell_set(self, ids):
        responses = self.browse(ids).try_lock_for_update().filtered_domain(self._late_domain())
        now = fields.Datetime.now()
        escalated = responses.filtered(
            lambda late: not late.escalated_at and late.escalate_at and late.escalate_at < now
        )
        breached = responses.filtered(lambda late: not late.alarmed_at)
        told = []
        for late in responses:
            owner, manager = late.user_id.filtered("active"), late._get_manager().filtered("active")
            if late in breached:
                # What nobody is in charge of is the manager's from the beginning.
                told.append((late, owner or manager))
            if late in escalated and owner:
                told.append((late, manager))
        self._tell([(late, user) for late, user in dict.fromkeys(told) if user])
        breached.write({"is_breached": True, "alarmed_at": now})
        escalated.escalated_at = now
        return len(responses), len(ids) - len(responses)

    def _get_manager(self):
        return self.department_id.manager_id or self.lead_id.team_id.user_id

    # ---------------------------------------------------------------- telling

    def _tell(self, pairs):
        """An activity for each ``(response, user)``: on the document where he may read it, else on the customer."""
        places = self._places(pairs)
        kind = self.env.ref("crm_sync_measures.activity_type_answer")
        values = []
        for response, user in pairs:
            place = places.get((response, user))
            if not place:
                self._notify(response, user)
                continue
            texts = response.with_context(lang=user.lang, tz=user.tz)
            values.append(
                (
                    response.id,
                    {
                        "activity_type_id": kind.id,
                        "res_model_id": self.env["ir.model"]._get_id(place._name),
                        "res_id": place.id,
                        "user_id": user.id,
                        "summary": texts._alarm_summary(),
                        "note": texts._alarm_note(),
                        "date_deadline": fields.Date.context_today(texts),
                    },
                )
            )
        self._raise_alarms(values)

    def _places(self, pairs):
        """``{(response, user): record}`` where each may be told, asked once for each user and model."""
        wanted = {}
        for response, user in pairs:
            for model, res_id in ((response.res_model, response.res_id), ("res.partner", response.partner_id.id)):
                if res_id and model in self.env and "activity_ids" in self.env[model]._fields:
                    wanted.setdefault((user, model), set()).add(res_id)
        readable = {
            key: set(self.env[key[1]].with_user(key[0]).browse(ids).exists()._filtered_access("read").ids)
            for key, ids in wanted.items()
        }
        places = {}
        for response, user in pairs:
            for model, res_id in ((response.res_model, response.res_id), ("res.partner", response.partner_id.id)):
                if res_id in readable.get((user, model), ()):
                    places[response, user] = self.env[model].browse(res_id)
                    break
        return places

    def _notify(self, response, user):
        """Who may read neither the document nor the customer is told in his inbox."""
        texts = response.with_context(lang=user.lang, tz=user.tz)
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids, subject=texts._alarm_summary(), body=texts._alarm_note()
        )

    def _alarm_summary(self):
        name = self.partner_id.display_name or self.env["ir.model"]._get(self.res_model).name
        return self.env._("%s waits for an answer", name)

    def _alarm_note(self):
        return self.env._(
            "Waiting since %(since)s, to be answered by %(due)s.",
            since=format_datetime(self.env, self.started_at, dt_format="short"),
            due=format_datetime(self.env, self.due_at, dt_format="short"),
        )
