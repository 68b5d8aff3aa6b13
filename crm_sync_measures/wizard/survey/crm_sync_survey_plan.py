import time

from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.i18n import format_list

from ...rules.survey_gate import is_dropped, skipped

#: Contacts that the gate is asked about at once, and seconds after which the answer so far is shown.
_BATCH = 5000
_SECONDS = 20


class CrmSyncSurveyPlan(models.TransientModel):
    """What would happen if a program asked now: how many, and who would be skipped and why. Sends nothing.

    The candidates are kept as lines, so that every number is a list. Many are counted in several steps.
    """

    _name = "crm.sync.survey.plan"
    _description = "Plan of a Survey"
    _transient_max_hours = 12.0

    program_id = fields.Many2one(
        "crm.sync.survey.program", "Survey Program", required=True, readonly=True, ondelete="cascade"
    )
    state = fields.Selection(related="program_id.state")
    kind_of_score = fields.Selection(related="program_id.kind_of_score")
    wave = fields.Integer(readonly=True)
    at = fields.Datetime("As of", readonly=True, default=fields.Datetime.now)
    position = fields.Integer(readonly=True)
    candidate_count = fields.Integer("Candidates", readonly=True)
    counted = fields.Integer(readonly=True)
    is_complete = fields.Boolean(compute="_compute_sentence")
    sentence = fields.Char(compute="_compute_sentence")
    reason_ids = fields.One2many(
        "crm.sync.survey.plan.reason", "plan_id", "Who Is Asked, and Who Is Not", readonly=True
    )

    def _compute_sentence(self):
        for plan in self:
            plan.is_complete = plan.counted >= plan.candidate_count
            plan.sentence = plan._tell(plan._counts())

    # ---------------------------------------------------------------- counting

    def _gather(self):
        """Write down who is a candidate: one statement, however many they are."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_survey_plan_line (plan_id, partner_id, origin_key, is_counted, create_uid, create_date, write_uid, write_date)
                   SELECT %(plan)s, c.partner_id, min(c.origin_key), FALSE, %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM (%(candidates)s) c GROUP BY c.partner_id ORDER BY c.partner_id""",
                plan=self.id,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                candidates=self._candidates_sql(),
            )
        )
        self.candidate_count = self.env.cr.rowcount
        self.env["crm.sync.survey.plan.line"].invalidate_model(flush=False)

    def _candidates_sql(self):
        """The audience of the wave; of a program that follows events, who waits and what would be found now."""
        program, until = self.program_id.sudo(), fields.Datetime.now()  # sudo: whoever would be asked
        Scan = self.env["crm.sync.survey.scan"].sudo()  # sudo: as above
        Trigger = self.env["crm.sync.survey.trigger"].sudo()  # sudo: as above
        window = Scan._window(program, until)
        if program.kind_of_score == "relational":
            trigger = Trigger._audience_trigger(program, self.wave, until)
            return Scan._select(program, trigger, window, SQL("TRUE"))
        waiting = SQL(
            """SELECT partner_id, origin_key FROM crm_sync_survey_invitation
                WHERE program_id = %s AND state = 'planned' AND partner_id IS NOT NULL""",
            program.id,
        )
        trigger = Trigger._get_trigger(program, window)
        if not trigger:
            return waiting
        return SQL(
            """%s UNION ALL SELECT e.partner_id, e.origin_key FROM (%s) e
                WHERE NOT EXISTS (SELECT FROM crm_sync_survey_invitation i WHERE i.program_id = %s AND i.origin_key = e.origin_key)""",
            waiting,
            Scan._select(program, trigger, window, SQL("TRUE")),
            program.id,
        )

    def _count(self, seconds=_SECONDS):
        """Ask the gate about the candidates, for so long; True once all were asked about."""
        self.ensure_one()
        end = time.monotonic() + seconds
        while rows := self._next_lines():
            self._judge(rows)
            if time.monotonic() > end:
                break
        if not rows:
            self._find_duplicates()
        self._tell_reasons()
        return not rows

    def _next_lines(self):
        return self.env.execute_query(
            SQL(
                """SELECT id, partner_id, origin_key FROM crm_sync_survey_plan_line
                    WHERE plan_id = %s AND id > %s ORDER BY id LIMIT %s""",
                self.id,
                self.position,
                _BATCH,
            )
        )

    def _judge(self, rows):
        program = self.program_id.sudo()  # sudo: whoever would be asked
        keys = {partner_id: key for _line, partner_id, key in rows}
        reasons = self.env["crm.sync.survey.gate"]._sift(program, list(keys), self.at, keys, wave=self.wave)
        by_reason = {}
        for line_id, partner_id, _key in rows:
            by_reason.setdefault(reasons[partner_id], []).append(line_id)
        for reason, ids in by_reason.items():
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_sync_survey_plan_line SET reason = %s, is_counted = TRUE WHERE id = ANY(%s)",
                    reason,
                    ids,
                )
            )
        self.write({"position": rows[-1][0], "counted": self.counted + len(rows)})
        self.env["crm.sync.survey.plan.line"].invalidate_model(flush=False)

    def _find_duplicates(self):
        """Several contacts with one address who were not asked about together."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_survey_plan_line l SET reason = 'duplicate'
                     FROM (SELECT o.id, row_number() OVER (PARTITION BY p.email_normalized ORDER BY p.id) AS number
                             FROM crm_sync_survey_plan_line o JOIN res_partner p ON p.id = o.partner_id
                            WHERE o.plan_id = %s AND (o.reason IS NULL OR o.reason = 'quiet_hours')) d
                    WHERE d.id = l.id AND d.number > 1""",
                self.id,
            )
        )
        self.env["crm.sync.survey.plan.line"].invalidate_model(flush=False)

    # ---------------------------------------------------------------- words

    def _counts(self):
        """``{reason or None: how many}`` of those who were counted."""
        self.ensure_one()
        lines = self.env["crm.sync.survey.plan.line"]
        groups = lines._read_group([("plan_id", "=", self.id), ("is_counted", "=", True)], ["reason"], ["__count"])
        return {reason or None: count for reason, count in groups}

    def _tell_reasons(self):
        """One row for each number of the plan: who is asked, who waits, who is skipped."""
        counts = self._counts()
        told = [(code, counts[code]) for code in (None, "quiet_hours") if counts.get(code)] + skipped(counts)
        self.reason_ids.unlink()
        self.env["crm.sync.survey.plan.reason"].create(
            [
                {"plan_id": self.id, "sequence": number, "code": code, "text": self._reason_text(code), "count": count}
                for number, (code, count) in enumerate(told)
            ]
        )

    def _reason_text(self, code):
        if code is None:
            return self.env._("Asked")
        if code == "quiet_hours":
            return self.env._("Asked when it is day at their place")
        if phrase := self._phrases().get(code):
            return phrase
        sentences = self.env["crm.sync.survey.invitation"]._suppression_sentences()
        return self.env._("are held back (%s)", sentences.get(code, code).rstrip(".。"))

    def _phrases(self):
        """``{reason: the end of a sentence that begins with a number}``"""
        return {
            "archived": self.env._("are archived"),
            "opted_out": self.env._("have opted out"),
            "preference": self.env._("do not want to be asked"),
            "bounced": self.env._("have an address from which mails came back"),
            "no_address": self.env._("have no e-mail address"),
            "open_complaint": self.env._("have an open complaint"),
            "asked_recently": self.env._("were asked less than %s days ago", self.program_id._cooldown()),
            "company_cap": self.env._("got as many messages as the company allows"),
            "quota": self.env._("are not in the sample"),
            "duplicate": self.env._("have the address of another contact who is asked"),
        }

    def _tell(self, counts):
        """ "214 of 1,030 will be skipped: 96 were asked less than 90 days ago, 71 have an open complaint." """
        self.ensure_one()
        told = skipped(counts)
        numbers = self.env["ir.qweb.field.integer"]
        as_text = lambda number: numbers.value_to_html(number, {})  # noqa: E731
        if not self.candidate_count:
            return self.env._("There is nobody to be asked.")
        if self.counted < self.candidate_count:
            facts = {"counted": as_text(self.counted), "all": as_text(self.candidate_count)}
            return self.env._("%(counted)s of %(all)s contacts were looked at so far.", **facts)
        if not told:
            return self.env._("All %s will be asked.", as_text(self.candidate_count))
        return self.env._(
            "%(skipped)s of %(all)s will be skipped: %(reasons)s.",
            skipped=as_text(sum(count for _code, count in told)),
            all=as_text(self.candidate_count),
            reasons=format_list(
                self.env,
                [
                    self.env._("%(count)s %(reason)s", count=as_text(count), reason=self._reason_text(code))
                    for code, count in told
                ],
            ),
        )

    # ---------------------------------------------------------------- actions

    def action_count_on(self):
        """Look at the next contacts."""
        self.ensure_one()
        self.program_id._check_manager()
        self._count()
        return self._open()

    def action_send(self):
        """Send the wave that was planned."""
        self.ensure_one()
        return self.program_id.action_send_wave()

    def _open(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_survey_plan_action")
        return {**action, "res_id": self.id}

    def _as_dict(self):
        """The plan for other programs: numbers, and the domain of each."""
        self.ensure_one()
        counts = self._counts()
        return {
            "plan_id": self.id,
            "model": "crm.sync.survey.plan.line",
            "all": self.candidate_count,
            "asked": sum(count for code, count in counts.items() if not is_dropped(code)),
            "skipped": sum(count for _code, count in skipped(counts)),
            "is_complete": self.is_complete,
            "sentence": self.sentence,
            "reasons": [
                {"code": row.code, "text": row.text, "count": row.count, "domain": row._domain()}
                for row in self.reason_ids
            ],
        }
