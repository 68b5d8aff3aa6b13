import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.care import Span
from ...rules.periods import local_date

#: Contacts that the gate is asked about at once, and seconds after which the answer so far is shown.
_BATCH = 5000
_SECONDS = 20


class CrmSyncCarePreview(models.TransientModel):
    """Who would get what within the next days, and who would be held back and why. Does nothing.

    Asked are the same statements as by the jobs, and the same gate, as it would answer now. The contacts are kept as
    lines, so that every number is a list. Many are counted in several steps.
    """

    _name = "crm.sync.care.preview"
    _description = "Preview of Care"
    _transient_max_hours = 12.0

    rule_ids = fields.Many2many(
        "crm.sync.care.rule", "crm_sync_care_preview_rule_rel", string="Care Rules", readonly=True
    )
    days = fields.Integer("For (Days)", default=7, help="Today and the days after it.")
    position = fields.Integer(readonly=True)
    candidate_count = fields.Integer("Occasions", readonly=True)
    counted = fields.Integer(readonly=True)
    is_complete = fields.Boolean(compute="_compute_sentence")
    sentence = fields.Char(compute="_compute_sentence")
    number_ids = fields.One2many(
        "crm.sync.care.preview.number", "preview_id", "Who Gets What, and Who Does Not", readonly=True
    )

    _days_range = models.Constraint("CHECK(days BETWEEN 1 AND 31)", "For: enter 1 to 31 days.")

    def _compute_sentence(self):
        numbers = self.env["ir.qweb.field.integer"]
        for preview in self:
            preview.is_complete = preview.counted >= preview.candidate_count
            counts = preview._counts()
            facts = {
                "done": sum(count for (_rule, code), count in counts.items() if not code),
                "all": preview.candidate_count,
                "counted": preview.counted,
            }
            facts = {name: numbers.value_to_html(number, {}) for name, number in facts.items()}
            if not preview.candidate_count:
                preview.sentence = self.env._("Nobody has an occasion in these days.")
            elif not preview.is_complete:
                preview.sentence = self.env._("%(counted)s of %(all)s occasions were looked at so far.", **facts)
            else:
                preview.sentence = self.env._(
                    "%(done)s of %(all)s occasions: something is done for the customer.", **facts
                )

    # ---------------------------------------------------------------- opened from rules

    @api.model
    def _open_for(self, rules, days=7):
        """The preview of these rules, counted as far as some seconds allow."""
        preview = self.create({"rule_ids": [(6, 0, rules.ids)], "days": days})
        preview._gather()
        preview._count()
        return preview._open()

    def action_again(self):
        """For as many days as are entered now."""
        self.ensure_one()
        self._check_manager()
        self.env.cr.execute(SQL("DELETE FROM crm_sync_care_preview_line WHERE preview_id = %s", self.id))
        self.env["crm.sync.care.preview.line"].invalidate_model(flush=False)
        self.write({"position": 0, "counted": 0, "candidate_count": 0})
        self._gather()
        self._count()
        return self._open()

    def action_count_on(self):
        """Look at the next contacts."""
        self.ensure_one()
        self._check_manager()
        self._count()
        return self._open()

    def _check_manager(self):
        if not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise UserError(self.env._("Only a Customer Sync manager sees the preview of all customers."))

    def _open(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_care_preview_action")
        return {**action, "res_id": self.id}

    # ---------------------------------------------------------------- who

    def _gather(self):
        """Write down who has an occasion: one statement for each rule, however many they are."""
        Selection = self.env["crm.sync.care.selection"].sudo()  # sudo: whoever would be cared for
        zones = Selection._zones()
        gathered = 0
        for rule in self.rule_ids.sudo():  # sudo: as above
            today = local_date(fields.Datetime.now(), rule._timezone())
            span = Span(today, fields.Date.add(today, days=self.days - 1))
            source = Selection._source(rule, span)
            if not source:
                continue
            self.env.cr.execute(
                SQL(
                    """INSERT INTO crm_sync_care_preview_line (preview_id, rule_id, partner_id, day, due_at, is_counted,
                              create_uid, create_date, write_uid, write_date)
                       SELECT %(preview)s, %(rule)s, f.partner_id, f.day, f.due_at, FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s
                         FROM (%(found)s) f
                        WHERE NOT EXISTS (
                              SELECT FROM crm_sync_care_occasion o
                               WHERE o.rule_id = %(rule)s AND o.partner_id = f.partner_id
                                 AND o.day BETWEEN f.day - %(same)s AND f.day + %(same)s AND o.state != 'cancelled'
                                 AND (o.state != 'planned' OR o.handed_at IS NOT NULL))
                        ORDER BY f.due_at, f.partner_id""",
                    preview=self.id,
                    rule=rule.id,
                    uid=self.env.uid,
                    now=fields.Datetime.now(),
                    found=Selection._select(rule, span, source, lambda _column: SQL("TRUE"), zones),
                    same=source.same_days,
                )
            )
            gathered += self.env.cr.rowcount
        self.candidate_count = gathered
        self.env["crm.sync.care.preview.line"].invalidate_model(flush=False)

    # ---------------------------------------------------------------- what the gate says

    def _count(self, seconds=_SECONDS):
        """Ask the gate about them, for so long; True once all were asked about."""
        self.ensure_one()
        end = time.monotonic() + seconds
        while rows := self._next_lines():
            self._judge(rows)
            if time.monotonic() > end:
                break
        if not rows:
            self._find_duplicates()
        self._tell_numbers()
        return not rows

    def _next_lines(self):
        return self.env.execute_query(
            SQL(
                """SELECT id, rule_id, partner_id, day FROM crm_sync_care_preview_line
                    WHERE preview_id = %s AND id > %s ORDER BY id LIMIT %s""",
                self.id,
                self.position,
                _BATCH,
            )
        )

    def _judge(self, rows):
        by_rule, by_reason = {}, {}
        for line_id, rule_id, partner_id, day in rows:
            by_rule.setdefault(rule_id, []).append((line_id, partner_id, day))
        for rule in self.rule_ids.sudo():  # sudo: whoever would be cared for
            lines = by_rule.get(rule.id, [])
            days = {partner_id: day for _line, partner_id, day in lines}
            reasons = self.env["crm.sync.care.gate"]._sift(rule, list(days), days) if days else {}
            for line_id, partner_id, _day in lines:
                by_reason.setdefault(reasons[partner_id], []).append(line_id)
        for reason, ids in by_reason.items():
            self._mark(reason, ids)
        self.write({"position": rows[-1][0], "counted": self.counted + len(rows)})
        self.env["crm.sync.care.preview.line"].invalidate_model(flush=False)

    def _mark(self, reason, ids):
        self.env.cr.execute(
            SQL("UPDATE crm_sync_care_preview_line SET reason = %s, is_counted = TRUE WHERE id = ANY(%s)", reason, ids)
        )

    def _find_duplicates(self):
        """Several contacts with one address who were not asked about together."""
        mailing = self.rule_ids.filtered(lambda rule: rule._is_once_for_an_address())
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_care_preview_line l SET reason = 'duplicate'
                     FROM (SELECT o.id, row_number() OVER (PARTITION BY o.rule_id, o.day, p.email_normalized ORDER BY p.id) AS number
                             FROM crm_sync_care_preview_line o JOIN res_partner p ON p.id = o.partner_id
                            WHERE o.preview_id = %s AND o.rule_id = ANY(%s) AND p.email_normalized IS NOT NULL
                              AND (o.reason IS NULL OR o.reason = 'control')) d
                    WHERE d.id = l.id AND d.number > 1""",
                self.id,
                mailing.ids,
            )
        )
        self.env["crm.sync.care.preview.line"].invalidate_model(flush=False)

    # ---------------------------------------------------------------- numbers

    def _counts(self):
        """``{(rule, reason or False): how many}`` of those who were counted."""
        self.ensure_one()
        groups = self.env["crm.sync.care.preview.line"]._read_group(
            [("preview_id", "=", self.id), ("is_counted", "=", True)], ["rule_id", "reason"], ["__count"]
        )
        return {(rule, reason or False): count for rule, reason, count in groups}

    def _tell_numbers(self):
        """One row for each number: by rule, first who gets it, then the most frequent reasons."""
        counts = self._counts()
        sentences = self.env["crm.sync.care.occasion"]._reason_sentences()
        self.number_ids.unlink()
        ordered = sorted(
            counts.items(), key=lambda item: (item[0][0].sequence, item[0][0].id, bool(item[0][1]), -item[1])
        )
        self.env["crm.sync.care.preview.number"].create(
            [
                {
                    "preview_id": self.id,
                    "sequence": number,
                    "rule_id": rule.id,
                    "code": code,
                    "text": sentences.get(code, code) if code else self._what(rule),
                    "count": count,
                }
                for number, ((rule, code), count) in enumerate(ordered)
            ]
        )

    def _what(self, rule):
        return dict(rule._fields["action"]._description_selection(self.env))[rule.action]

    def _as_dict(self):
        """The preview for other programs: numbers, and the domain of each."""
        self.ensure_one()
        return {
            "preview_id": self.id,
            "model": "crm.sync.care.preview.line",
            "all": self.candidate_count,
            "done": sum(number.count for number in self.number_ids if not number.code),
            "is_complete": self.is_complete,
            "sentence": self.sentence,
            "numbers": [
                {
                    "rule_id": number.rule_id.id,
                    "code": number.code,
                    "text": number.text,
                    "count": number.count,
                    "domain": number._domain(),
                }
                for number in self.number_ids
            ],
        }
