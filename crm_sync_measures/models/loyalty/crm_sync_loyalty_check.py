import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from . import check_sql

_logger = logging.getLogger(__name__)

#: Up to so many cards a check on demand is done while one waits; more are handed to the scheduler.
_AT_ONCE = 5000
#: Cards of one transaction of the nightly check.
_BATCH = 20000
_PROTECTED = ("crm_sync_loyalty_entry", "crm_sync_loyalty_allocation", "crm_sync_loyalty_anchor")


class CrmSyncLoyaltyCheck(models.Model):
    """A proof of the ledger, and what came out: every card's entries, lots, seals and balance, recomputed.

    Reads only; nothing is ever mended by a check. The nightly one goes by ranges of cards, each in one
    snapshot, and recomputes the anchors of all days at the end. Findings are told once: an activity is made
    when there is one that the check before did not have.
    """

    _name = "crm.sync.loyalty.check"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Check of the Loyalty Ledger"
    _order = "id desc"
    _rec_name = "started_at"
    # Who reads a check may tell that he has seen to it.
    _mail_post_access = "read"

    day = fields.Date(readonly=True, index=True)
    started_at = fields.Datetime("Started", required=True, readonly=True, default=fields.Datetime.now)
    ended_at = fields.Datetime("Ended", readonly=True)
    card_id = fields.Many2one("loyalty.card", "Only Card", readonly=True, ondelete="cascade", index="btree_not_null")
    cards = fields.Integer(readonly=True, aggregator=None)
    entries = fields.Integer(readonly=True, aggregator=None)
    anchors = fields.Integer("Anchored Days", readonly=True, aggregator=None)
    state = fields.Selection(
        [("running", "Running"), ("ok", "OK"), ("findings", "Findings"), ("incomplete", "Incomplete")],
        required=True,
        readonly=True,
        default="running",
        help="Incomplete: some cards could not be checked; see the failures of the scheduled work.",
    )
    finding_ids = fields.One2many("crm.sync.loyalty.check.finding", "check_id", "Findings", readonly=True)
    finding_count = fields.Integer("Number of Findings", readonly=True, aggregator=None)
    verdict = fields.Char(compute="_compute_verdict")

    @api.depends("state", "cards", "finding_count")
    @api.depends_context("lang")
    def _compute_verdict(self):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US") or self.env["res.lang"]
        number = lambda value: lang.format("%d", value, grouping=True) if lang else str(value)  # noqa: E731
        for check in self:
            cards = number(check.cards)
            if check.state == "ok":
                check.verdict = self.env._("Σ = balance for %s cards", cards)
            elif check.state == "findings":
                check.verdict = self.env._(
                    "Findings: %(findings)s, on %(cards)s cards", findings=number(check.finding_count), cards=cards
                )
            elif check.state == "incomplete":
                check.verdict = self.env._("Only %s cards could be checked", cards)
            else:
                check.verdict = self.env._("%s cards so far", cards)

    # ---------------------------------------------------------------- every night

    @api.model
    def _cron_check(self):
        """Prove the whole ledger. Repeated, or killed anywhere, it goes on where it was."""
        # A note "created" on every check would say nothing.
        checks = self.with_context(mail_create_nolog=True, tracking_disable=True)
        runner = self.env["crm.sync.job.runner"]
        runner._run_ranges("loyalty_check", "loyalty.card", checks._check_range, batch_size=_BATCH, catch_up=False)
        runner._in_one(checks._close_worked)

    def _check_range(self, day, lowest, highest):
        """One range of the nightly check of ``day``. What failed on an earlier day is in tonight's check anyhow."""
        check = self._of_day(day)
        if check:
            check._prove(lowest, highest)

    def _of_day(self, day):
        """The check of ``day`` that is running, made when there is none; nothing where a later one has begun."""
        nightly = self.search([("card_id", "=", False), ("day", "!=", False)], limit=1)
        if nightly.day and nightly.day > day:
            return self.browse()
        return nightly if nightly.day == day and nightly.state == "running" else self.create({"day": day})

    def _close_worked(self):
        """Close the checks whose cards are all done; where every range failed, there is none yet."""
        job = self.env["crm.sync.job"]._get_job("loyalty_check")
        Period = self.env["crm.sync.job.period"].sudo()  # sudo: bookkeeping of the run itself
        latest = Period.search([("job_id", "=", job.id)], limit=1)
        if latest.is_done and not self.search_count([("day", "=", latest.date_start)], limit=1):
            self.create({"day": latest.date_start})
        for check in self.search([("card_id", "=", False), ("day", "!=", False), ("state", "=", "running")]):
            if Period.search([("job_id", "=", job.id), ("date_start", "=", check.day)]).is_done:
                [(total, older)] = self.env.execute_query(
                    SQL("SELECT count(*), count(*) FILTER (WHERE create_date < %s) FROM loyalty_card", check.started_at)
                )
                is_complete = check.cards >= older
                # A range that was tried again was counted twice.
                check.cards = min(check.cards, total)
                check._close(is_complete)

    # ---------------------------------------------------------------- on demand

    def action_check_now(self):
        """Check the whole ledger: at once where it is small, else by the scheduler. Managers only."""
        if not self.env.user.has_group("crm_sync_measures.group_manager"):
            raise AccessError(self.env._("Only a Customer Sync manager can start a check of the ledger."))
        [(count, highest)] = self.env.execute_query(SQL("SELECT count(*), COALESCE(max(id), 0) FROM loyalty_card"))
        if count > _AT_ONCE:
            return self.env["crm.sync.job"]._get_job("loyalty_check").with_env(self.env).action_run_now()
        # sudo: the right was checked; a check reads all cards, and writes only what it found.
        check = self.sudo().with_context(mail_create_nolog=True).create({})
        check._prove(0, highest)
        check._close(True)
        return check._action_open()

    @api.model
    def _check_card(self, card):
        """Prove one card, without the anchors. Who calls has seen to the rights."""
        # sudo: as in action_check_now
        check = self.sudo().with_context(mail_create_nolog=True).create({"card_id": card.id})
        check._prove(card.id, card.id)
        check._close(True)
        return check

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check of the Ledger"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    # ---------------------------------------------------------------- the proof

    def _prove(self, lowest, highest):
        """Prove the cards with these ids, in a constant number of statements, and list what is wrong."""
        self.ensure_one()
        self.env.flush_all()
        run = self.env.cr.execute
        run("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        run("DROP TABLE IF EXISTS pg_temp.check_card, pg_temp.check_lot, pg_temp.check_debit")
        run(check_sql.walk(lowest, highest, self.env["crm.sync.loyalty.ledger"]._content_sql("e")))
        run(check_sql.lots(lowest, highest))
        run(check_sql.debits(lowest, highest))
        run("ANALYZE check_card (card_id); ANALYZE check_lot (card_id)")
        run(check_sql.findings(self.id, lowest, highest))
        [(cards, entries)] = self.env.execute_query(SQL("SELECT count(*), COALESCE(sum(entries), 0) FROM check_card"))
        self.write({"cards": self.cards + cards, "entries": self.entries + int(entries)})
        self.env["crm.sync.loyalty.check.finding"].invalidate_model(flush=False)

    def _prove_anchors(self):
        """Recompute the anchors of all days, in one pass."""
        for anchor_id, company_id, day, then, now in self.env.execute_query(
            self.env["crm.sync.loyalty.anchor"]._mismatches_sql()
        ):
            self._add_finding("anchor", company_id, str(day or anchor_id or ""), then, now)
        [[self.anchors]] = self.env.execute_query(SQL("SELECT count(*) FROM crm_sync_loyalty_anchor"))

    def _prove_protection(self):
        """The database still refuses to change an entry."""
        for [table] in self.env.execute_query(check_sql.protections(_PROTECTED)):
            self._add_finding("protection", None, table, None, None)

    def _add_finding(self, kind, company_id, detail, expected, found):
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_loyalty_check_finding (check_id, kind, company_id, detail, expected, found, difference)
                   VALUES (%(check)s, %(kind)s, %(company)s, %(detail)s, %(expected)s, %(found)s, %(found)s::numeric - %(expected)s::numeric)""",
                check=self.id,
                kind=kind,
                company=company_id or None,
                detail=detail,
                expected=expected,
                found=found,
            )
        )

    def _close(self, is_complete):
        self.ensure_one()
        self.env.flush_all()
        if not self.card_id:
            self.env.cr.execute(
                SQL(
                    "DELETE FROM crm_sync_loyalty_check_finding WHERE check_id = %s AND kind IN ('anchor', 'protection')",
                    self.id,
                )
            )
            self._prove_anchors()
            self._prove_protection()
        new = self._mark_new()
        self.env["crm.sync.loyalty.check.finding"].invalidate_model(flush=False)
        self.invalidate_recordset(["finding_ids"], flush=False)
        count = len(self.finding_ids)
        state = "findings" if count else "ok" if is_complete else "incomplete"
        self.write({"ended_at": fields.Datetime.now(), "finding_count": count, "state": state})
        if new:
            self._tell(new)
        _logger.info("Loyalty ledger: %s cards, %s entries, %s findings, %s new", self.cards, self.entries, count, new)

    def _mark_new(self):
        """Mark the findings that no check had since the last one of all cards before; returns their number."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_loyalty_check_finding f SET is_new = NOT EXISTS (
                       SELECT FROM crm_sync_loyalty_check_finding o
                        WHERE o.check_id < f.check_id
                          AND o.check_id >= (SELECT COALESCE(max(c.id), 0) FROM crm_sync_loyalty_check c
                                              WHERE c.id < %(check)s AND c.card_id IS NULL AND c.ended_at IS NOT NULL)
                          AND (o.kind, o.card_id, o.entry_id, o.lot_id, o.company_id, o.detail, o.expected, o.found)
                              IS NOT DISTINCT FROM (f.kind, f.card_id, f.entry_id, f.lot_id, f.company_id, f.detail, f.expected, f.found))
                    WHERE f.check_id = %(check)s""",
                check=self.id,
            )
        )
        [[new]] = self.env.execute_query(
            SQL("SELECT count(*) FROM crm_sync_loyalty_check_finding WHERE check_id = %s AND is_new", self.id)
        )
        return new

    def _tell(self, new):
        """One activity for the one in charge of the scheduled work, else for a manager."""
        job = self.env["crm.sync.job"]._get_job("loyalty_check")
        user = job.owner_id.filtered("active") or self.env["loyalty.card"]._sync_fallback_owner()
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            user_id=user.id,
            summary=self.env._("The loyalty ledger does not add up"),
            note=self.env._(
                "New findings: %s. Open the check: it names card, entry and difference. Nothing was changed.",
                new,
            ),
        )

    @api.autovacuum
    def _gc_checks(self):
        """Checks without findings are kept for two years, those of single cards for a month."""
        now = fields.Datetime.now()
        self.search(
            [
                ("state", "=", "ok"),
                "|",
                ("started_at", "<", now - timedelta(days=730)),
                "&",
                ("card_id", "!=", False),
                ("started_at", "<", now - timedelta(days=30)),
            ],
            limit=1000,
        ).unlink()
