import json

from markupsafe import Markup
from odoo import models
from odoo.tools import SQL, split_every

from .crm_sync_handover_execute import _CHUNK, QUIET

#: Where a logged contact names the record it is about.
_TOUCHED = {"res.partner": "partner_id", "crm.lead": "lead_id", "sale.order": "order_id"}


class CrmSyncHandoverUndo(models.Model):
    """Gives back what was handed over, as it was, but for records on which the new owner has acted.

    He has acted when he wrote the record, wrote a message on it, planned an activity for it or logged a contact about
    it, or when he gave it on.
    """

    _inherit = "crm.sync.handover"

    def action_undo(self):
        """Restore every field of each record that the new owner has not touched; the others are kept and say why.

        The matters of a user who is still archived are pending again, so that nobody forgets them.

        :raise AccessError: for who does not lead this handover
        :raise UserError: when it was not executed, or somebody is at it
        """
        self.ensure_one()
        self._check_lead()
        self._check_state("done")
        self._lock()
        # sudo: rights were checked; see action_execute.
        document = self.sudo().with_company(self.company_id).with_context(**QUIET, active_test=False)
        document._undo(document.line_ids.filtered(lambda line: line.state == "done"))
        return True

    def _undo(self, lines):
        documents = self._documents(lines)
        done = 0
        for code, source in reversed(self._sources(self.user_id).items()):
            for chunk in split_every(_CHUNK, lines.filtered(lambda line, code=code: line.kind == code).ids):
                self._undo_chunk(source, lines.browse(chunk))
                done += len(chunk)
                self._tell_progress(done, len(lines))
        given_back = lines.filtered(lambda line: line.state == "undone")
        self._write_notes(given_back, documents, self._given_back_text)
        recalled, sent = self._recall_letters()
        self._note_undone(len(given_back), recalled, sent)

    def _undo_chunk(self, source, lines):
        settled = self._settled(source, lines)
        for outcome, kept in lines.filtered(settled.get).grouped(settled.get).items():
            kept.write({"state": "kept", "outcome": outcome})
        self._take_back(source, lines.filtered(lambda line: line not in settled))

    # ---------------------------------------------------------------- what is kept

    def _settled(self, source, lines):
        """``{line: outcome}`` of those that are not taken back."""
        records = self.env[source.model].browse(lines.mapped("res_id")).exists()
        over = set(records.filtered_domain(source.is_over).ids)
        existing = {record.id: record for record in records}
        acted = self._acted(source, lines, existing)
        settled = {}
        for line in lines:
            record = existing.get(line.res_id)
            if not record:
                settled[line] = "deleted"
            elif line in acted:
                settled[line] = "acted"
            elif self._has_moved(source, line, record):
                settled[line] = "moved"
            elif record.id in over:
                settled[line] = "over"
        return settled

    def _has_moved(self, source, line, record):
        """Whether a third person has the record; what is back already, as an activity that its meeting took along, is not."""
        columns = line.old_values["columns"]
        if source.owner not in columns:
            return False
        before, _given = columns[source.owner]
        return record[source.owner].id not in (line.user_id.id, self.user_id.id, before or False)

    def _acted(self, source, lines, existing):
        """Lines whose new owner has worked on the record since."""
        acted = {line for line in lines if line.res_id in existing and self._has_written(existing[line.res_id], line)}
        if source.model == "mail.activity":
            # What is said on its record is not about the activity.
            return acted
        traces = self._traces(source.model, lines)
        return acted | {line for line in lines if (line.res_id, line.user_id.id) in traces}

    def _has_written(self, record, line):
        if "write_uid" not in record._fields or record.write_uid != line.user_id:
            return False
        # Who handed over to himself has written it then.
        return self.executed_by_id != line.user_id or record.write_date > self.executed_at

    def _traces(self, model, lines):
        """``{(record id, user id)}`` of messages, planned activities and logged contacts after the handover."""
        for name in ("mail.message", "mail.activity", "crm.sync.touch"):
            self.env[name].flush_model()
        touches = SQL()
        if model in _TOUCHED:
            touches = SQL(
                """UNION SELECT %(column)s, user_id FROM crm_sync_touch
                    WHERE %(column)s = ANY(%(ids)s) AND user_id = ANY(%(users)s) AND id > %(mark)s""",
                column=SQL.identifier(_TOUCHED[model]),
                ids=lines.mapped("res_id"),
                users=lines.user_id.ids,
                mark=self.marks["crm_sync_touch"],
            )
        rows = self.env.execute_query(
            SQL(
                """SELECT m.res_id, u.id FROM mail_message m JOIN res_users u ON u.partner_id = m.author_id
                    WHERE m.model = %(model)s AND m.res_id = ANY(%(ids)s) AND u.id = ANY(%(users)s) AND m.id > %(message)s
                   UNION SELECT res_id, create_uid FROM mail_activity
                    WHERE res_model = %(model)s AND res_id = ANY(%(ids)s) AND create_uid = ANY(%(users)s) AND id > %(activity)s
                   %(touches)s""",
                model=model,
                ids=lines.mapped("res_id"),
                users=lines.user_id.ids,
                message=self.marks["mail_message"],
                activity=self.marks["mail_activity"],
                touches=touches,
            )
        )
        return set(rows)

    # ---------------------------------------------------------------- giving back

    def _take_back(self, source, lines):
        if not lines:
            return
        old = self._old_columns(source, lines)
        self._swap_followers_back(source.model, lines)
        getattr(self, source.take_back)(source, lines, old)
        self._restore_columns(source.model, old)
        lines.state = "undone"

    def _old_columns(self, source, lines):
        """``{record id: {column: value before}}``, but for columns that somebody else has changed since."""
        now = self._columns(source.model, lines.mapped("res_id"))
        return {
            line.res_id: {
                name: before
                for name, (before, given) in line.old_values["columns"].items()
                if name == source.owner or now[line.res_id][name] == given
            }
            for line in lines
        }

    def _take_back_owner(self, source, lines, old):
        """By Odoo's own write, so that what other records copy from the owner follows."""
        Model = self.env[source.model]
        computed = [field for field in Model._fields.values() if field.store and field.compute]
        groups = {}
        for record_id, columns in old.items():
            links = {name: value or False for name, value in columns.items() if Model._fields[name].type == "many2one"}
            groups.setdefault(tuple(sorted(links.items())), []).append(record_id)
        for links, ids in groups.items():
            records = Model.browse(ids)
            # Each column of these records is put back anyway: nothing need be computed for them.
            with self.env.protecting(computed, records):
                records.write(dict(links))

    def _restore_columns(self, model, old):
        """What Odoo had computed from the owner, such as the day of assignment, is put back as it was."""
        now = self._columns(model, list(old))
        wrong = {
            record_id: {name: value for name, value in columns.items() if now[record_id][name] != value}
            for record_id, columns in old.items()
        }
        wrong = {record_id: columns for record_id, columns in wrong.items() if columns}
        if not wrong:
            return
        names = sorted({name for columns in wrong.values() for name in columns})
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s t SET (%(columns)s) = (SELECT %(olds)s FROM jsonb_populate_record(t, v.old) o)
                     FROM (VALUES %(values)s) v (id, old) WHERE v.id = t.id""",
                table=SQL.identifier(self.env[model]._table),
                columns=SQL(", ").join(map(SQL.identifier, names)),
                olds=SQL(", ").join(SQL.identifier("o", name) for name in names),
                values=SQL(", ").join(SQL("(%s, %s::jsonb)", id_, json.dumps(values)) for id_, values in wrong.items()),
            )
        )
        self.env[model].invalidate_model(names, flush=False)

    # ---------------------------------------------------------------- telling

    def _given_back_text(self, users):
        text = self.env._("The handover was undone: back to %s.", self.user_id.name)
        return Markup("<p>%s</p>") % text

    def _note_undone(self, count, recalled, sent):
        lines = self.line_ids
        self.write({"undone_at": self.env.cr.now(), "undone_by_id": self.env.uid})
        if self.user_id.active:
            self.state = "undone"
        else:
            lines.filtered(lambda line: line.state in ("undone", "skipped")).write(
                {"state": "pending", "outcome": False}
            )
            self.state = "pending"
            self._detain_activities()
        kept = lines.filtered(lambda line: line.state == "kept")
        texts = [self.env._("Undone: %s matters were given back.", count)]
        if kept:
            texts.append(self.env._("%s are kept, because their new owners have worked on them.", len(kept)))
        if recalled:
            texts.append(self.env._("%s letters that had not left yet were called back.", recalled))
        if sent:
            texts.append(self.env._("%s letters had left already.", sent))
        self.message_post(body=" ".join(texts), subtype_xmlid="mail.mt_note")
