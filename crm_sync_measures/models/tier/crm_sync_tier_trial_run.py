from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CrmSyncTierTrial(models.Model):
    """How a trial is replayed: in parts, a small one at once, a large one in the background."""

    _inherit = "crm.sync.tier.trial"
    #: Accounts that are replayed in one transaction, and while somebody waits.
    _part_size = 20_000
    _at_once = 200

    def action_run(self):
        """Replay the history: a small one now, a large one in the background."""
        for trial in self:
            trial._check_manager()
            if trial.state == "running":
                raise UserError(self.env._("This trial is running already."))
            if trial.is_published:
                raise UserError(self.env._("Rules were published on this trial: it stays as it is. Make a new one."))
            for policy in trial.policy_id | trial.other_id:
                if not policy.line_ids:
                    raise UserError(self.env._("%s: enter at least one tier.", policy.display_name))
            trial._start()
        return True

    def _start(self):
        """Split the accounts into parts; a few accounts are done at once."""
        self.ensure_one()
        self.env.flush_all()
        self._forget_results()
        # sudo: what may be started was checked by the caller; the rest is bookkeeping of the run itself
        trial = self.sudo()
        trial.write(
            {
                "state": "running",
                "started_at": fields.Datetime.now(),
                "fingerprint": trial._fingerprint(),
            }
        )
        Part = self.env["crm.sync.tier.trial.part"].sudo()  # sudo: as above
        parts = Part.create(
            [{"trial_id": self.id, "first_card_id": first, "last_card_id": last} for first, last in self._ranges()]
        )
        if self._count_accounts() <= self._at_once:
            for part in parts:
                part._work()
            trial._finish()
        else:
            # sudo: the job's own schedule
            self.env.ref("crm_sync_measures.cron_try_tiers").sudo()._trigger()

    def _forget_results(self):
        """Delete the rows of these trials: as many as there are customers, so not one by one."""
        if self.ids:
            for name in ("line", "tier", "part"):
                model = self.env[f"crm.sync.tier.trial.{name}"]
                model.flush_model()
                self.env.cr.execute(
                    SQL("DELETE FROM %s WHERE trial_id IN %s", SQL.identifier(model._table), tuple(self.ids))
                )
                model.invalidate_model(flush=False)
            self.invalidate_recordset(["line_ids", "tier_ids", "part_ids"], flush=False)

    def _count_accounts(self):
        # sudo: how much work it is does not depend on who asks
        return self.env["loyalty.card"].sudo().search_count([("program_id", "=", self.program_id.id)])

    def _ranges(self):
        """(first, last) ids of cards, so many accounts each."""
        return self.env.execute_query(
            SQL(
                """SELECT min(id), max(id) FROM (
                       SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS number FROM loyalty_card
                        WHERE program_id = %s AND active AND sync_merged_into_id IS NULL) c
                    GROUP BY number ORDER BY number""",
                self._part_size,
                self.program_id.id,
            )
        )

    @api.model
    def _cron_try(self):
        """The parts of all running trials, one in a transaction."""
        runner = self.env["crm.sync.job.runner"]
        runner._run_records("try_tiers", "crm.sync.tier.trial.part", [("is_done", "=", False)], "_work", batch_size=1)
        for trial in self.search([("state", "=", "running")]):
            runner._in_one(trial._finish)

    def _finish(self):
        """When all parts are through, count."""
        self.ensure_one()
        if self.env["crm.sync.tier.trial.part"].search_count([("trial_id", "=", self.id), ("is_done", "=", False)]):
            return
        self._count()
        self.state = "done"

    def _count(self):
        """One row for each tier of the program, with what both rules make of it."""
        self.env["crm.sync.tier.trial.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_tier_trial_tier (trial_id, tier_id, rank, now_count, replayed_count, after_count, bonus_points,
                          bonus_cost, price_cost, other_replayed_count, other_after_count, other_bonus_points,
                          other_bonus_cost, other_price_cost)
                   SELECT %(trial)s, t.id, t.sequence,
                          count(*) FILTER (WHERE l.now_tier_id = t.id),
                          count(*) FILTER (WHERE l.tier_id = t.id),
                          count(*) FILTER (WHERE l.after_tier_id = t.id),
                          COALESCE(sum(l.bonus_points) FILTER (WHERE l.tier_id = t.id), 0),
                          COALESCE(sum(l.bonus_cost) FILTER (WHERE l.tier_id = t.id), 0),
                          COALESCE(sum(l.price_cost) FILTER (WHERE l.tier_id = t.id), 0),
                          count(*) FILTER (WHERE l.other_tier_id = t.id),
                          count(*) FILTER (WHERE l.other_after_tier_id = t.id),
                          COALESCE(sum(l.other_bonus_points) FILTER (WHERE l.other_tier_id = t.id), 0),
                          COALESCE(sum(l.other_bonus_cost) FILTER (WHERE l.other_tier_id = t.id), 0),
                          COALESCE(sum(l.other_price_cost) FILTER (WHERE l.other_tier_id = t.id), 0)
                     FROM crm_sync_tier t
                     JOIN crm_sync_tier_trial_line l ON l.trial_id = %(trial)s
                      AND t.id IN (l.now_tier_id, l.tier_id, l.after_tier_id, l.other_tier_id, l.other_after_tier_id)
                    GROUP BY t.id""",
                trial=self.id,
            )
        )
        self.env["crm.sync.tier.trial.tier"].invalidate_model(flush=False)
        self.invalidate_recordset(["tier_ids"], flush=False)
