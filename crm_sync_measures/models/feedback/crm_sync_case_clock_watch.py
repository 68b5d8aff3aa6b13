from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ...rules import case_clock
from ...rules.case_policy import Told, is_found_too_late, to_tell

_ACTIVITY = "crm_sync_measures.activity_type_case_clock"
_BATCH = 500
#: So many managers are told where a department manager has not helped.
_MANAGERS = 5


class CrmSyncCaseClock(models.Model):
    """Who is told: the owner before the deadline, he and the department manager after it, and then the managers."""

    _inherit = "crm.sync.case.clock"

    @api.model
    def _cron_watch(self):
        """Plan anew what has to be, mark what is late, and tell; once for each clock, whatever happens in between."""
        self.env["crm.sync.job.runner"]._run_sets("case_clocks", self._next_due, self._watch_set, _BATCH, self.browse)

    @api.model
    def _watch(self):
        """Do all that is due, at once and without the scheduler."""
        self._watch_set(self._next_due(0, None))

    @api.model
    def _due_domain(self):
        return Domain("check_at", "<=", fields.Datetime.now()) | Domain("is_stale", "=", True)

    def _next_due(self, after, limit):
        return self.search(self._due_domain() & Domain("id", ">", after), order="id", limit=limit).ids

    def _watch_set(self, ids):
        rows = self.browse(ids).try_lock_for_update().filtered_domain(self._due_domain())
        now = fields.Datetime.now()
        rows.filtered("is_stale")._move("replan", now)
        hours, stored, told = self._hours(clocks=rows), {}, []
        for row in rows:
            own = row.department_id.id, row.company_id.id
            clock = case_clock.seen(row._clock(), hours[own], now)
            known = row._told()
            if is_found_too_late(clock, known, now):
                known = Told(now, now, now)
            news = to_tell(clock, known, now)
            told += [(row, what) for what in news]
            stored[row.id] = self._columns_of(clock, self._then_told(known, news, now), own[1], own[0])
        self._store(stored)
        self._tell(told)
        return len(rows), len(ids) - len(rows)

    @api.model
    def _then_told(self, told, news, now):
        if "alarm" in news:
            # What is late is not warned of any more.
            told = Told(told.warning or now, now, told.escalation)
        return Told(
            now if "warning" in news else told.warning,
            told.alarm,
            now if "escalation" in news else told.escalation,
        )

    # ---------------------------------------------------------------- telling

    def _tell(self, told):
        """An activity on the case for each ``(clock, what)`` and person; who may not read it is told in his inbox."""
        pairs = {}
        for row, what in told:
            for user in row._people(what):
                pairs.setdefault((row, user), what)
        # Read together what is asked of each.
        people = self.env["res.users"].union(*(user for _row, user in pairs))
        people.mapped("lang")
        people.mapped("company_ids")
        readable = self._readable(pairs)
        kind, values = self.env.ref(_ACTIVITY), []
        model = self.env["ir.model"]._get_id("crm.sync.case")
        for (row, user), what in pairs.items():
            texts = row.with_context(lang=user.lang, tz=user.tz)
            if row.case_id.id not in readable[user]:
                self.env["mail.thread"].message_notify(
                    partner_ids=user.partner_id.ids, subject=texts._summary(what), body=texts._note()
                )
                continue
            values.append(
                (
                    row.id,
                    {
                        "activity_type_id": kind.id,
                        "res_model_id": model,
                        "res_id": row.case_id.id,
                        "user_id": user.id,
                        "summary": texts._summary(what),
                        "note": texts._note(),
                        "date_deadline": fields.Date.context_today(texts),
                    },
                )
            )
        self._raise_alarms(values)

    def _people(self, what):
        """Who is told ``what``."""
        self.ensure_one()
        case = self.case_id
        owner, head = case.user_id.filtered("active"), case._in_charge()
        if what == "warning":
            return owner or head
        if what == "alarm":
            return owner | head
        return self._managers() - owner - head

    def _managers(self):
        # sudo: who leads is no secret.
        managers = self.env.ref("crm_sync_measures.group_manager").sudo().all_user_ids
        return managers.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        ).sorted("id")[:_MANAGERS]

    def _readable(self, pairs):
        """``{user: ids of cases that he may read}``, asked once for each user."""
        wanted = {}
        for row, user in pairs:
            wanted.setdefault(user, set()).add(row.case_id.id)
        cases = self.env["crm.sync.case"]
        return {
            user: set(
                cases.with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .browse(ids)
                ._filtered_access("read")
                .ids
            )
            for user, ids in wanted.items()
        }

    def _summary(self, what):
        label = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        if what == "warning":
            text = self.env._("Due soon: %(what)s, %(case)s", what=label, case=self.case_id.display_name)
        else:
            text = self.env._("Too late: %(what)s, %(case)s", what=label, case=self.case_id.display_name)
        return text[:200]

    def _note(self):
        return self.env._("To be done by %s.", format_datetime(self.env, self.due_at, dt_format="short"))
