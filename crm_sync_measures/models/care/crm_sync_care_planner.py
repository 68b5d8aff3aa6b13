from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.care import due_days, grace

#: Contacts that are looked at in one transaction where everybody has the occasion.
_RANGE = 50_000
#: A piece of work is a range of contacts of one rule, and both are in its number.
_PIECES = 2**24


class CrmSyncCarePlanner(models.AbstractModel):
    """Writes down who has an occasion, a day before it is due: a few statements for each rule.

    What can still be done is looked at in every run, so nothing is missed while the server was down, and a purchase or
    birthday that is entered late is found. What was found before is found once: a key says so. How far everything was
    looked at is kept with each rule, so that what is too late is written down as such.
    """

    _name = "crm.sync.care.planner"
    _description = "Plan of Care"

    @api.model
    def _cron_plan(self):
        runner = self.env["crm.sync.job.runner"]
        now = fields.Datetime.now()
        zones = self.env["crm.sync.care.selection"]._zones()
        finished = {}
        done = runner._run_sets(
            "care_plan", partial(self._due, now, finished), partial(self._plan, now, zones), 1, self._rule_of
        )
        runner._in_one(self._note_planned, finished)
        if done:
            # sudo: what is due now is the next job's work
            self.env.ref("crm_sync_measures.cron_care_dispatch").sudo()._trigger()

    def _rules(self):
        # sudo: the work of all companies
        rules = self.env["crm.sync.care.rule"].sudo().search([("state", "=", "running")], order="id")
        # Somebody may have changed it since the last piece.
        rules.invalidate_recordset()
        return rules

    # ---------------------------------------------------------------- pieces

    @api.model
    def _due(self, now, finished, after, limit):
        """The number of the next piece of work; ``finished`` gets the last day of each rule that has no more."""
        first, last = divmod(after, _PIECES)
        for rule in self._rules().filtered(lambda rule: rule.id >= first):
            piece = last + 1 if rule.id == first else 0
            if self._has_piece(rule, now, piece):
                return [rule.id * _PIECES + piece]
            if span := self._span(rule, now):
                finished[rule.id] = span.last
        return []

    def _has_piece(self, rule, now, piece):
        span = self._span(rule, now)
        source = span and self.env["crm.sync.care.selection"]._source(rule, span)
        if not source:
            return False
        if not source.is_audience:
            return piece == 0
        # Everybody has it: whoever comes later has missed it, and nobody is looked for in every run.
        is_new = not rule.planned_through or rule.planned_through < span.last
        return is_new and piece * _RANGE < self._highest()

    def _highest(self):
        [[highest]] = self.env.execute_query(SQL("SELECT max(id) FROM res_partner"))
        return highest or 0

    def _span(self, rule, now):
        return due_days(now, rule.late_days, rule.started_on, rule.planned_through or None)

    # ---------------------------------------------------------------- planning

    def _rule_of(self, number):
        # sudo: the work of all companies
        return self.env["crm.sync.care.rule"].sudo().browse(number // _PIECES)

    @api.model
    def _plan(self, now, zones, numbers):
        """One piece of the work: (pieces done, pieces that another transaction holds)."""
        for number in numbers:
            rule, piece = self._rule_of(number), number % _PIECES
            if rule.state == "running" and (span := self._span(rule, now)):
                self._insert(rule, span, piece, now, zones)
        return len(numbers), 0

    def _insert(self, rule, span, piece, now, zones):
        """Plan the occasions of one piece: one statement, which passes over what is known already."""
        Selection = self.env["crm.sync.care.selection"]
        source = Selection._source(rule, span)
        if not source:
            return 0
        condition = partial(_in_range, piece) if source.is_audience else _everybody
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_care_occasion
                          (rule_id, company_id, partner_id, commercial_partner_id, action, day, due_on, due_at, occasion_key,
                           state, reason, done_at, create_uid, create_date, write_uid, write_date)
                   SELECT %(rule)s, %(company)s, n.partner_id, n.commercial_partner_id, %(action)s, n.day, n.due_on, n.due_at,
                          n.occasion_key, CASE WHEN n.is_late THEN 'late' ELSE 'planned' END,
                          CASE WHEN n.is_late THEN 'too_late' END, CASE WHEN n.is_late THEN %(now)s::timestamp END,
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM (SELECT found.*, found.due_at + %(grace)s < %(now)s AS is_late FROM (%(new)s) found) n
                    WHERE NOT n.is_late OR n.due_on > %(through)s
                   ON CONFLICT DO NOTHING""",
                rule=rule.id,
                company=rule.company_id.id,
                action=rule.action,
                grace=grace(rule.late_days),
                now=now,
                uid=self.env.uid,
                # Who was entered afterwards has missed nothing.
                through=rule.planned_through or rule.started_on,
                new=Selection._select_new(rule, span, source, condition, zones),
            )
        )
        self.env["crm.sync.care.occasion"].invalidate_model(flush=False)
        return self.env.cr.rowcount

    def _note_planned(self, finished):
        """Of these every day was looked at. What failed, and will be tried again, is still to be found then."""
        # sudo: bookkeeping of the run itself
        failed = (
            self.env["crm.sync.job.failure"].sudo().search([("job_id.code", "=", "care_plan"), ("state", "=", "retry")])
        )
        left = {int(key) // _PIECES for key in failed.mapped("key")}
        for rule in self._rules().filtered(lambda rule: rule.id in finished and rule.id not in left):
            # A rule that was paused and started meanwhile begins anew.
            rule._record({"planned_through": finished[rule.id]})


def _everybody(column):
    return SQL("TRUE")


def _in_range(piece, column):
    return SQL("%s > %s AND %s <= %s", column, piece * _RANGE, column, (piece + 1) * _RANGE)
