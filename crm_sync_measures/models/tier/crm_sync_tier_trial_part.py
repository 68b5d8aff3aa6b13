from odoo import fields, models
from odoo.tools import SQL

#: A move from ``a`` to ``b``, both ranks or NULL.
_MOVE = """CASE WHEN %(a)s IS NULL AND %(b)s IS NULL THEN 'none' WHEN %(a)s IS NULL THEN 'new'
                WHEN %(b)s IS NULL THEN 'left' WHEN %(b)s > %(a)s THEN 'up' WHEN %(b)s < %(a)s THEN 'down' ELSE 'same' END"""


class CrmSyncTierTrialPart(models.Model):
    """Some thousand accounts of a trial: what is replayed in one transaction."""

    _name = "crm.sync.tier.trial.part"
    _description = "Part of a Trial of Tier Rules"
    _order = "id"
    _rec_name = "first_card_id"
    _log_access = False

    trial_id = fields.Many2one("crm.sync.tier.trial", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="trial_id.company_id")
    # Ids and no relations: cards may go while a trial runs.
    first_card_id = fields.Integer(readonly=True)
    last_card_id = fields.Integer(readonly=True)
    first_day = fields.Date(readonly=True)
    is_done = fields.Boolean(readonly=True, index=True)

    def _work(self):
        """Replay these accounts: done when all of it is written, in one transaction."""
        self.ensure_one()
        self._gather()
        trial = self.trial_id
        for prefix, policy in (("", trial.policy_id), ("other_", trial.other_id)):
            if policy:
                self._replay(prefix, policy)
                self._take_effect(prefix, policy)
        if trial.other_id:
            self._compare()
        self.env["crm.sync.tier.trial.line"].invalidate_model(flush=False)
        self.is_done = True

    def _gather(self):
        """One line for each account, with the tier that it has in truth."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM crm_sync_tier_trial_line WHERE trial_id = %s AND part_id = %s", self.trial_id.id, self.id)
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_tier_trial_line (trial_id, part_id, card_id, partner_id, now_tier_id, is_locked)
                   SELECT %(trial)s, %(part)s, c.id, c.partner_id, m.tier_id, COALESCE(m.is_locked, FALSE)
                     FROM loyalty_card c
                     LEFT JOIN crm_sync_tier_membership m ON m.card_id = c.id AND m.date_from <= %(day)s
                      AND (m.date_to IS NULL OR m.date_to > %(day)s)
                    WHERE c.program_id = %(program)s AND c.active AND c.sync_merged_into_id IS NULL
                      AND c.id BETWEEN %(first)s AND %(last)s""",
                trial=self.trial_id.id,
                part=self.id,
                day=self.trial_id.day,
                program=self.trial_id.program_id.id,
                first=self.first_card_id,
                last=self.last_card_id,
            )
        )

    def _card_ids(self):
        rows = self.env.execute_query(
            SQL("SELECT card_id FROM crm_sync_tier_trial_line WHERE part_id = %s ORDER BY card_id", self.id)
        )
        return [card_id for [card_id] in rows]

    def _replay(self, prefix, policy):
        """Had these rules always been in force: tiers today, and what they would have cost."""
        trial, Replay = self.trial_id, self.env["crm.sync.tier.replay"]
        with Replay._room(policy, self._card_ids(), since=trial.history_from):
            first_day = Replay._run(policy, trial.day)
            self.first_day = min(filter(None, (self.first_day, first_day)), default=False)
            self._note_tiers(prefix, "", trial.day)
            self._add_bonus_costs(prefix, policy)
            self._add_price_costs(prefix, policy)

    def _take_effect(self, prefix, policy):
        """From what each account has today: its tier on the day on which these rules take effect."""
        trial, Replay, card_ids = self.trial_id, self.env["crm.sync.tier.replay"], self._card_ids()
        day = max(trial.effective_on, trial.day)
        with Replay._room(policy, card_ids, copied_on=trial.day):
            Replay._decide(policy, card_ids, day)
            self._note_tiers(prefix, "after_", day)
            self._note_reasons(prefix)

    def _note_reasons(self, prefix):
        """Why the tier is what it will be: customers who keep theirs under the new rules are told so."""
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_tier_trial_line l SET %(reason)s = m.reason FROM tier_replay_membership m
                    WHERE l.part_id = %(part)s AND m.card_id = l.card_id AND m.date_to IS NULL""",
                reason=SQL.identifier(f"{prefix}after_reason"),
                part=self.id,
            )
        )

    def _compare(self):
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_tier_trial_line SET is_different = TRUE
                    WHERE part_id = %s AND (tier_id IS DISTINCT FROM other_tier_id
                                            OR after_tier_id IS DISTINCT FROM other_after_tier_id)""",
                self.id,
            )
        )

    def _note_tiers(self, prefix, which, day):
        """Write what the replay says of ``day`` onto the lines of this part."""
        move = SQL(_MOVE, a=SQL("n.sequence"), b=SQL("t.sequence"))
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_tier_trial_line l SET %(tier)s = m.tier_id, %(through)s = m.valid_through, %(move)s = %(moved)s
                     FROM crm_sync_tier_trial_line o
                     LEFT JOIN crm_sync_tier n ON n.id = o.now_tier_id
                     LEFT JOIN tier_replay_membership m ON m.card_id = o.card_id AND m.date_from <= %(day)s
                      AND (m.date_to IS NULL OR m.date_to > %(day)s)
                     LEFT JOIN crm_sync_tier t ON t.id = m.tier_id
                    WHERE o.part_id = %(part)s AND l.id = o.id""",
                tier=SQL.identifier(f"{prefix}{which}tier_id"),
                through=SQL.identifier(f"{prefix}{which}valid_through"),
                move=SQL.identifier(f"{prefix}{which}move"),
                moved=move,
                day=day,
                part=self.id,
            )
        )
