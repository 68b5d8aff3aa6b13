from markupsafe import Markup
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, split_every

from .crm_sync_handover_safety import _ACTIVITY

#: Nobody is mailed for each of a thousand records; one message tells each new owner.
QUIET = {
    "tracking_disable": True,
    "mail_activity_quick_update": True,
    "no_mail_to_attendees": True,
    "skip_attendee_notification": True,
}
_CHUNK = 500
_LOG_COLUMNS = {"create_uid", "create_date", "write_uid", "write_date"}


class CrmSyncHandoverExecute(models.Model):
    """Hands over: all lines that have a new owner, in one transaction, a constant number of queries for each chunk."""

    _inherit = "crm.sync.handover"

    def action_execute(self):
        """Give every record to its new owner, or none of them; lines without one stay as they are.

        Records that somebody else has taken meanwhile, or that are gone, are left alone and say so.

        :raise AccessError: for who does not lead this handover
        :raise UserError: when it is not pending or somebody is at it, when no line has a new owner or a detained activity
            has none, and for a new owner who may not read records of the kind
        """
        self.ensure_one()
        self._check_lead()
        self._check_state("pending")
        self._lock()
        # sudo: rights were checked. Who leads a handover need not be allowed to write the records himself.
        document = self.sudo().with_company(self.company_id).with_context(**QUIET, active_test=True)
        lines = document.line_ids.filtered(lambda line: line.state == "pending")
        document._check_executable(lines)
        document._hand_over(lines.filtered("user_id"))
        lines.filtered(lambda line: line.state == "pending").state = "skipped"
        document._note_executed()
        return True

    def _lock(self):
        """Who clicks twice is told so, instead of waiting."""
        if not self.try_lock_for_update():
            raise UserError(self.env._("Somebody is at this handover right now. Reload in a minute."))

    def _check_executable(self, lines):
        chosen = lines.filtered("user_id")
        if not chosen:
            raise UserError(self.env._("New Owner: choose one for at least one matter."))
        forgotten = lines.filtered(lambda line: line.is_detained and not line.user_id)
        if forgotten:
            raise UserError(
                self.env._(
                    "New Owner: choose one for each activity of an archived user; %s have none, and nobody would see them.",
                    len(forgotten),
                )
            )
        chosen._check_new_owner()
        labels = self._get_kind_labels()
        for (user, kind), group in chosen.grouped(lambda line: (line.user_id, line.kind)).items():
            if not self.env[group[0].res_model].with_user(user).has_access("read"):
                raise UserError(
                    self.env._(
                        "New Owner: %(name)s has no right to records of the kind “%(kind)s”. Choose another colleague.",
                        name=user.name,
                        kind=labels.get(kind, kind),
                    )
                )

    def _hand_over(self, lines):
        done = 0
        documents = self._documents(lines)
        for code, source in self._sources(self.user_id).items():
            for chunk in split_every(_CHUNK, lines.filtered(lambda line, code=code: line.kind == code).ids):
                group = lines.browse(chunk)
                held = self._still_held(source, group)
                self._leave_alone(source, group - held)
                self._give(source, held)
                done += len(chunk)
                self._tell_progress(done, len(lines))
        given = lines.filtered(lambda line: line.state == "done")
        self._write_notes(given, documents, self._handed_over_text)
        self._tell_new_owners(given)

    def _leave_alone(self, source, lines):
        existing = self.env[source.model].with_context(active_test=False).browse(lines.mapped("res_id")).exists()
        gone = lines.filtered(lambda line: line.res_id not in existing._ids)
        gone.write({"state": "skipped", "outcome": "deleted"})
        (lines - gone).write({"state": "skipped", "outcome": "taken"})

    def _give(self, source, lines):
        """Hand over by the source's own way, and remember every column and follower that it changed."""
        if not lines:
            return
        ids = lines.mapped("res_id")
        before = self._columns(source.model, ids)
        extras = getattr(self, source.give)(source, lines) or {}
        followers = self._swap_followers(source.model, lines)
        after = self._columns(source.model, ids)
        for line in lines:
            old, new = before[line.res_id], after[line.res_id]
            line.old_values = {
                # What it was, and what the handover made of it: what others change later is theirs.
                "columns": {
                    name: [value, new[name]]
                    for name, value in old.items()
                    if new[name] != value and name in (source.restored or old)
                },
                "followers": followers.get(line.id),
                **extras.get(line.id, {}),
            }
        lines.state = "done"

    def _columns(self, model, ids):
        """``{id: {column: value}}`` of what the database holds, without who wrote it last."""
        Model = self.env[model]
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT id, to_jsonb(t) FROM %s t WHERE id = ANY(%s)", SQL.identifier(Model._table), list(ids))
        )
        kept = {name for name, field in Model._fields.items() if field.store and field.column_type} - _LOG_COLUMNS
        return {
            record_id: {name: value for name, value in row.items() if name in kept}
            for record_id, row in self.env.cr.fetchall()
        }

    # ---------------------------------------------------------------- ways of giving

    def _give_owner(self, source, lines):
        for user, group in lines.grouped("user_id").items():
            self.env[source.model].browse(group.mapped("res_id")).write({source.owner: user.id})

    def _give_leads(self, source, lines):
        """Odoo seeks a team for every opportunity anew: the first of those with the same team tells it for the others."""
        for user, group in lines.grouped("user_id").items():
            leads = self.env["crm.lead"].browse(group.mapped("res_id"))
            for alike in leads.grouped(lambda lead: (lead.team_id, lead.type)).values():
                first, others = alike[0], alike[1:]
                first.write({"user_id": user.id})
                if others:
                    others.write({"user_id": user.id, "team_id": first.team_id.id})

    # ---------------------------------------------------------------- telling

    def _write_notes(self, lines, documents, text):
        """One note on every record, however many of its matters were handed over."""
        owners = {}
        for line in lines:
            record = documents[line]
            if record and "message_ids" in record._fields:
                owners.setdefault(record._name, {}).setdefault(record.id, []).append(line.user_id)
        for model, by_id in owners.items():
            bodies = {record_id: text(self.env["res.users"].union(*users)) for record_id, users in by_id.items()}
            self.env[model].browse(bodies)._message_log_batch(bodies)

    def _handed_over_text(self, users):
        """Without the reason, which may be an illness."""
        text = self.env._(
            "Handed over from %(holder)s to %(users)s.",
            holder=self.user_id.name,
            users=", ".join(users.mapped("name")),
        )
        return Markup("<p>%s</p><p>%s</p>") % (text, self.note) if self.note else Markup("<p>%s</p>") % text

    def _tell_new_owners(self, lines):
        """One message to each new owner, in his language."""
        for user, group in lines.grouped("user_id").items():
            if user == self.env.user:
                continue
            document = self.with_context(lang=user.lang or None)
            document.message_notify(
                partner_ids=user.partner_id.ids,
                subject=document.env._("You take over from %s", self.user_id.name),
                body=document.env._(
                    "%(count)s matters of %(name)s are yours now.", count=len(group), name=self.user_id.name
                ),
            )

    def _note_executed(self):
        self.env.flush_all()
        tables = ("mail_message", "mail_activity", "crm_sync_touch")
        marks = SQL(", ").join(SQL("(SELECT COALESCE(max(id), 0) FROM %s)", SQL.identifier(table)) for table in tables)
        [row] = self.env.execute_query(SQL("SELECT %s", marks))
        self.write(
            {
                "state": "done",
                "executed_at": self.env.cr.now(),
                "executed_by_id": self.env.uid,
                "undone_at": False,
                "undone_by_id": False,
                "marks": dict(zip(tables, row, strict=True)),
            }
        )
        self.activity_feedback([_ACTIVITY])
        self.message_post(
            body=self.env._(
                "%(done)s of %(count)s matters were handed over.", done=self.done_count, count=self.line_count
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _tell_progress(self, done, total):
        """Told while the transaction is open, and so by a connection of its own."""
        if total < _CHUNK:
            return
        with self.env.registry.cursor() as cr:
            user = self.env.user.with_env(self.env(cr=cr))
            user._bus_send("crm_sync_handover_progress", {"id": self.id, "done": done, "total": total})
