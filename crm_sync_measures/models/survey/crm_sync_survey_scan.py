from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL

from .survey_trigger import Window

#: Events a transaction.
_EVENTS = 20_000
#: A piece of work is one event of one program, and both are in its number.
_SPAN = 2**32
#: What was committed late, or dated back a little, is found all the same.
_OVERLAP = timedelta(days=2)
#: Nobody is asked about what is longer ago, whoever slept so long.
OLDEST = timedelta(days=30)


class CrmSyncSurveyScan(models.AbstractModel):
    """Finds what customers are to be asked about, and plans an invitation for each: a few statements for many events.

    How far each program was looked at is kept with it, so that nothing is missed while the server was down. An
    invitation is known by what it asks about: looking twice plans nothing twice.
    """

    _name = "crm.sync.survey.scan"
    _description = "What Surveys Ask About"

    @api.model
    def _cron_scan(self):
        runner = self.env["crm.sync.job.runner"]
        until = fields.Datetime.now()
        runner._repeat_on_collision(self._open_due_waves, until)
        self.env["ir.cron"]._commit_progress(remaining=1)
        finished = set()
        runner._run_sets(
            "survey_scan", partial(self._due, until, finished), partial(self._plan, until), _EVENTS, self._program_of
        )
        runner._in_one(self._note_scanned, finished, until)

    def _programs(self):
        # sudo: the work of all companies
        programs = self.env["crm.sync.survey.program"].sudo().search([("state", "=", "running")], order="id")
        # Somebody may have changed it since the last set.
        programs.invalidate_recordset()
        return programs

    def _open_due_waves(self, now):
        for program in self._programs():
            program._open_due_wave(now)

    # ---------------------------------------------------------------- finding

    def _due(self, until, finished, after, limit):
        """Numbers of the next events of one program that nobody is asked about yet; ``finished`` gets the programs that
        have no more."""
        first, last = divmod(after, _SPAN)
        for program in self._programs().filtered(lambda program: program.id >= first):
            ids = self._found(program, until, last if program.id == first else 0, limit)
            if ids:
                return [program.id * _SPAN + origin_id for origin_id in ids]
            finished.add(program.id)
        return []

    def _found(self, program, until, after, limit):
        """Ids of the next events, or of the next contacts of an audience, which are looked at range by range."""
        window = self._window(program, until)
        trigger = self.env["crm.sync.survey.trigger"]._get_trigger(program, window)
        if not trigger:
            return []
        if not trigger.is_audience:
            return self._new_ids(program, trigger, window, SQL("d.id > %s", after), limit)
        while highest := self._end_of_range(after, limit):
            ids = self._new_ids(program, trigger, window, SQL("d.id > %s AND d.id <= %s", after, highest), limit)
            if ids:
                return ids
            after = highest
        return []

    def _end_of_range(self, after, size):
        [[highest]] = self.env.execute_query(
            SQL("SELECT max(id) FROM (SELECT id FROM res_partner WHERE id > %s ORDER BY id LIMIT %s) r", after, size)
        )
        return highest

    def _new_ids(self, program, trigger, window, condition, limit):
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT e.origin_id FROM (%(events)s) e
                    WHERE NOT EXISTS (SELECT FROM crm_sync_survey_invitation i
                                       WHERE i.program_id = %(program)s AND i.origin_key = e.origin_key)
                    ORDER BY e.origin_id LIMIT %(limit)s""",
                events=self._select(program, trigger, window, condition),
                program=program.id,
                limit=limit,
            )
        )
        return [origin_id for [origin_id] in rows]

    def _window(self, program, until):
        """Since it was looked at last, but never before the program was started."""
        since = until - OLDEST - timedelta(hours=program.delay_hours)
        if program.scanned_until:
            since = max(since, program.scanned_until - _OVERLAP)
        return Window(max(since, program.asks_from or until), until)

    def _select(self, program, trigger, window, condition):
        """SELECT of (origin_id, partner_id, commercial_partner_id, at, origin_key) of a program's events in its window."""
        self.env.flush_all()
        # An audience has no moment that may be over: it is asked as long as its wave is open.
        moment = SQL("TRUE")
        if not trigger.is_audience:
            moment = SQL(
                "%(at)s > %(since)s AND %(at)s <= %(until)s", at=trigger.at, since=window.since, until=window.until
            )
        return SQL(
            """SELECT d.id AS origin_id, p.id AS partner_id, p.commercial_partner_id, %(at)s AS at, %(key)s AS origin_key
                 FROM %(table)s d %(joins)s JOIN res_partner p ON p.id = %(partner)s
                WHERE %(condition)s AND %(holds)s AND %(moment)s AND %(customers)s
                  AND (%(company)s IS NULL OR %(company)s = %(own)s)""",
            at=trigger.at,
            key=trigger.origin_key,
            table=SQL.identifier(trigger.table),
            joins=trigger.joins,
            partner=trigger.partner,
            condition=condition,
            holds=trigger.holds,
            moment=moment,
            customers=self._customers_sql(program),
            company=trigger.company,
            own=program.company_id.id,
        )

    def _customers_sql(self, program):
        """Which partners ``p`` are of the audience; colleagues and own companies never are."""
        # sudo: what the program says, for whoever looks at the plan
        partners = self.env["res.partner"].sudo()._search(program._audience())
        return SQL(
            """p.active AND p.id IN %s
               AND NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = p.commercial_partner_id)""",
            partners.subselect(),
        )

    # ---------------------------------------------------------------- planning

    def _program_of(self, number):
        # sudo: the work of all companies
        return self.env["crm.sync.survey.program"].sudo().browse(number // _SPAN)

    def _plan(self, until, numbers):
        """One set of the work: (events done, events that another transaction holds)."""
        program = self._program_of(numbers[0])
        ids = [number % _SPAN for number in numbers]
        if program.state == "running":
            self._insert(program, until, SQL("d.id = ANY(%s)", ids))
        return len(numbers), 0

    def _insert(self, program, until, condition):
        """Plan the invitations of these events: one statement, which passes over what is planned already."""
        window = self._window(program, until)
        trigger = self.env["crm.sync.survey.trigger"]._get_trigger(program, window)
        if not trigger:
            return 0
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_survey_invitation
                          (program_id, company_id, state, partner_id, commercial_partner_id, wave, origin_model, origin_id, origin_key,
                           planned_at, due_at, reminded, nonce, create_uid, create_date, write_uid, write_date)
                   SELECT %(program)s, %(company)s, 'planned', e.partner_id, e.commercial_partner_id, %(wave)s, %(model)s, %(origin)s,
                          e.origin_key, %(now)s, date_trunc('second', e.at + %(delay)s * INTERVAL '1 hour'), 0,
                          replace(gen_random_uuid()::text, '-', ''), %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM (SELECT DISTINCT ON (origin_key) * FROM (%(events)s) found
                            ORDER BY origin_key, at, origin_id, partner_id) e
                   ON CONFLICT DO NOTHING""",
                program=program.id,
                company=program.company_id.id,
                wave=program.wave if trigger.is_audience else 0,
                model=None if trigger.is_audience else trigger.model,
                origin=SQL("NULL::int") if trigger.is_audience else SQL("e.origin_id"),
                # A wave begins when it is sent: the delay is one after an event.
                delay=0 if trigger.is_audience else program.delay_hours,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                events=self._select(program, trigger, window, condition),
            )
        )
        self.env["crm.sync.survey.invitation"].invalidate_model(flush=False)
        return self.env.cr.rowcount

    # ---------------------------------------------------------------- how far

    def _note_scanned(self, program_ids, until):
        """Of these everything was found. What failed, and will be tried again, is still to be found then."""
        # sudo: bookkeeping of the run itself
        failed = (
            self.env["crm.sync.job.failure"]
            .sudo()
            .search([("job_id.code", "=", "survey_scan"), ("state", "=", "retry")])
        )
        left = {int(key) // _SPAN for key in failed.mapped("key")}
        # sudo: as above
        programs = self.env["crm.sync.survey.program"].sudo().browse(sorted(program_ids - left))
        programs.filtered(lambda program: program.state == "running")._note_scanned(until)
