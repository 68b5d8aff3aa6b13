import logging

from odoo import api, models
from odoo.tools import SQL

from ...rules import tier as rules
from ..core.harmless import follow_up
from ..loyalty.movement import MOVEMENT, now_of
from . import tier_sql

_logger = logging.getLogger(__name__)

#: Accounts a transaction: a few seconds' work.
_CARDS = 20_000
#: Decisions one after the other on one day: reviews that nobody made for years are made up for one by one.
_PASSES = 12
#: Columns of a standing that the engine computes; a row is written only where one of them differs.
_STANDING = (
    "partner_id",
    "program_id",
    "company_id",
    "tier_id",
    "membership_id",
    "joined_on",
    "value",
    "window_from",
    "window_to",
    "next_tier_id",
    "missing",
    "keep_missing",
    "review_on",
)


class CrmSyncTierEngine(models.AbstractModel):
    """Who rises, who stays and who falls: for a set of accounts in a few statements, by night and at once.

    By night every account is looked at; at once, at the end of a transaction, those for which something that
    qualifies was written. Both go through :meth:`_review`, so that they cannot disagree. Nothing is ever taken from a
    balance, and who has a tier is never asked of ``crm.sync.tier.standing``, which is a result.

    Accounts that change are touched first, by a real UPDATE as the ledger does it: of two transactions that decide
    on the same account the second is repeated, on what the first one left.
    """

    _name = "crm.sync.tier.engine"
    _description = "Review of Tiers"

    # ---------------------------------------------------------------- by night

    @api.model
    def _cron_review(self):
        """Decide on all accounts of programs that have tiers, and bring all standings up to date."""
        runner = self.env["crm.sync.job.runner"]
        runner._in_one(self.env["crm.sync.tier.policy"]._publish_due)
        runner._run_sets("review_tiers", self._next_cards, self._review_set, _CARDS, self.env["loyalty.card"].browse)

    @api.model
    def _next_cards(self, after, limit):
        """Ids of the next cards that have a tier, or may have one."""
        self.env["loyalty.card"].flush_model(["program_id", "active"])
        # Two walks along an index; one condition over both would look at every standing for each set.
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM (
                       (SELECT id FROM loyalty_card WHERE id > %(after)s AND program_id = ANY(%(programs)s) AND active
                         ORDER BY id LIMIT %(limit)s)
                       UNION
                       (SELECT card_id FROM crm_sync_tier_standing WHERE card_id > %(after)s ORDER BY card_id LIMIT %(limit)s)
                   ) cards ORDER BY id LIMIT %(limit)s""",
                after=after,
                programs=self._policies().program_id.ids,
                limit=limit,
            )
        )
        return [card_id for [card_id] in rows]

    @api.model
    def _review_set(self, card_ids):
        """One set of the nightly work. Returns (cards done, cards left to others)."""
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        self._review(card_ids)
        return len(card_ids), 0

    # ---------------------------------------------------------------- at once

    @api.model
    def _note_cards(self, cards):
        """Decide on the accounts of ``cards`` at the end of this transaction."""
        self._note("cards", cards.ids)

    @api.model
    def _note_partners(self, partners, metric):
        """Something that qualifies by ``metric`` was written for ``partners``: decide on their accounts at the end."""
        self._note(metric, partners.ids)

    def _note(self, what, ids):
        metrics = set(self.env["crm.sync.tier.policy"]._metrics().values())
        if not ids or not metrics or (what != "cards" and what not in metrics):
            return
        noted = self.env.cr.precommit.data.setdefault("crm.sync.tier", {})
        if not noted:
            # sudo: who has which tier follows from the documents, whoever wrote them. The movement they were in is over then.
            engine = self.sudo().with_context(**{MOVEMENT: False})
            self.env.cr.precommit.add(engine._review_noted)
        noted.setdefault(what, set()).update(ids)

    def _review_noted(self):
        """Decide on what this transaction noted; it never fails for it: a gift that cannot be given keeps nobody from selling."""
        noted = self.env.cr.precommit.data.pop("crm.sync.tier", {})
        following = self.env["crm.sync.loyalty.ledger"]._tier_state()
        if following["depth"]:
            # A savepoint in the middle of a booking runs this too: it waits until all balances are written.
            for what, ids in noted.items():
                following["waiting"].setdefault(what, set()).update(ids)
            return
        follow_up(
            self,
            lambda engine: engine._review(engine._accounts_of(noted)),
            _logger,
            "The tiers of some customers could not be decided at once",
        )

    def _accounts_of(self, noted):
        """Ids of the accounts that ``noted`` is about: by card, or by the partners of documents."""
        policies = self._policies()
        card_ids = set(self._account_ids(noted.get("cards", ()))) if policies else set()
        for metric in ("spend", "orders"):
            programs = policies.filtered(lambda policy: policy.metric == metric).program_id  # noqa: B023
            if programs and noted.get(metric):
                card_ids.update(self._account_ids(self._cards_of(noted[metric], programs)))
        return sorted(card_ids)

    def _cards_of(self, partner_ids, programs):
        """Ids of the cards of these partners and of their companies in ``programs``."""
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["loyalty.card"].flush_model(["partner_id", "program_id", "active"])
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id FROM loyalty_card c
                    WHERE c.program_id = ANY(%(programs)s) AND c.active
                      AND c.partner_id IN (SELECT unnest(%(partners)s)
                                           UNION SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%(partners)s))""",
                programs=programs.ids,
                partners=list(partner_ids),
            )
        )
        return [card_id for [card_id] in rows]

    def _account_ids(self, card_ids):
        """These cards, and the accounts they are keys to; what was an account before is looked at too."""
        cards = self.env["loyalty.card"].browse(card_ids).exists()
        return (cards | cards._sync_accounts()).ids

    # ---------------------------------------------------------------- the rules of today

    @api.model
    def _policies(self):
        """The rules in force, one for each program that has any."""
        return self.env["crm.sync.tier.policy"]._running().filtered("line_ids")

    @api.model
    def _rows(self, policies, today=None):
        """What ``tier_sql`` wants to know of the rules on ``today``, by default today in each program's time zone."""
        return [self._row(policy, today or policy.program_id._sync_today()) for policy in policies]

    def _row(self, policy, today):
        program, rule = policy.program_id, policy._rule()
        lines = policy._lines()
        is_anniversary = rule.window == "anniversary"
        running = rules.Window() if is_anniversary else rules.running_window(rule, today, today)
        holds_periods = rule.validity == "end_of_next_period"
        months = rules.period_months(rule)
        return {
            "policy_id": policy.id,
            "program_id": program.id,
            "today": today,
            "timezone": program._sync_timezone(),
            "currency_id": program.currency_id.id,
            "program_company_id": program.company_id.id or None,
            "is_pooled": program.sync_is_pooled,
            "metric": policy.metric,
            "window_kind": rule.window,
            "is_lifelong": rule.window == "lifetime",
            "is_for_ever": rule.window == "lifetime" and holds_periods,
            "run_from": running.start,
            "run_to": running.end,
            "through": None if is_anniversary and holds_periods else rules.valid_through(rule, today, today),
            "has_previous": rule.window in rules.YEARS and holds_periods,
            "holds_periods": holds_periods,
            "months": months,
            "half_months": max(1, months // 2),
            "window_months": rules.window_months(rule),
            "grace": rule.grace_days,
            "downgrade": rule.downgrade,
            "refund": rule.refund,
            "is_grandfathering": rule.is_grandfathering,
            "thresholds": list(rule.thresholds),
            "tiers": lines.tier_id.ids,
            "sequences": lines.mapped("tier_id.sequence"),
        }

    # ---------------------------------------------------------------- the review

    @api.model
    def _review(self, card_ids):
        """Decide on these accounts today, and write what has changed: memberships, standings, gifts.

        A constant number of statements for each pass; nearly always there is one, and a second for those that changed.
        """
        if not card_ids:
            return
        self._flush()
        policies, gifts = self._policies(), []
        left = list(card_ids)
        for _pass in range(_PASSES):
            self._decide(left, self._rows(policies))
            changed = self._changed()
            if changed:
                self._touch(changed)
                gifts += self._risen()
                self._write_memberships()
            self._write_standings(left)
            if not changed:
                break
            left = changed
        self._show(card_ids)
        self._invalidate()
        self._give(gifts)

    def _decide(self, card_ids, rows, memberships=None):
        """Make the table ``tier_now``, a row for each account among ``card_ids``: see ``tier_sql.decided``.

        Also the way to try other rules: ``rows`` may be those of a draft or of another day, and ``memberships`` a
        table with the columns of ``crm_sync_tier_membership``. Nothing but ``tier_now`` is written.
        """
        if not rows:
            rows = [_NO_RULES]
        facts = self.env["crm.sync.tier.facts"]._facts_sql({row["metric"] for row in rows})
        memberships = memberships or SQL("crm_sync_tier_membership")
        self.env.cr.execute(
            SQL(
                "DROP TABLE IF EXISTS pg_temp.tier_now; CREATE TEMP TABLE tier_now ON COMMIT DROP AS %s; ANALYZE tier_now (card_id)",
                tier_sql.decided(rows, card_ids, facts, memberships),
            )
        )

    def _changed(self):
        rows = self.env.execute_query(SQL("SELECT card_id FROM tier_now WHERE is_changed ORDER BY card_id"))
        return [card_id for [card_id] in rows]

    def _touch(self, card_ids):
        """Collide with every other transaction that decides on, or moves points of, one of these accounts."""
        self.env["loyalty.card"].browse(card_ids)._sync_touch()

    def _write_memberships(self):
        """End the tiers that are over and begin the new ones.

        A tier that began today and is over today has lasted no day: its row becomes the new one, with what it was.
        """
        for statement in (_REPLACE, _REMOVE, _END):
            self.env.cr.execute(SQL(statement))
        self.env.cr.execute(SQL(_BEGIN, now=now_of(self.env), user=self.env.uid))

    def _write_standings(self, card_ids):
        """Standings of the accounts that stay as they are; of ``card_ids``, those that are none any more have none."""
        self._end_others(card_ids)
        columns = SQL(", ").join(map(SQL.identifier, _STANDING))
        # ON CONFLICT DO UPDATE would lock the rows that it leaves as they are, so what is there is looked at first.
        self.env.cr.execute(
            SQL(
                """WITH standing (card_id, %(columns)s, as_of) AS (
                       SELECT card_id, partner_id, program_id, company_id, tier_id, membership_id, joined_on, round(running, 4),
                              CASE WHEN window_kind != 'rolling' THEN run_from END, CASE WHEN window_kind != 'rolling' THEN run_to END,
                              next_tier_id, round(missing, 4), round(keep_missing, 4), review_on, today
                         FROM tier_now WHERE NOT is_changed OFFSET 0
                   ), stale AS MATERIALIZED (
                       SELECT n.*, s.id AS standing_id FROM standing n
                         LEFT JOIN crm_sync_tier_standing s ON s.card_id = n.card_id AND %(range)s
                        WHERE s.id IS NULL OR (%(old)s) IS DISTINCT FROM (%(new)s)
                   ), changed AS (
                       UPDATE crm_sync_tier_standing s SET %(assign)s, as_of = n.as_of FROM stale n WHERE s.id = n.standing_id
                   )
                   -- Nearly every tier is the only one of its customer: those that are not shown are found in the end.
                   INSERT INTO crm_sync_tier_standing (card_id, %(columns)s, as_of, is_shown)
                   SELECT card_id, %(columns)s, as_of, tier_id IS NOT NULL FROM stale WHERE standing_id IS NULL ORDER BY card_id
                   ON CONFLICT (card_id) DO NOTHING""",
                columns=columns,
                range=tier_sql.between(SQL("s.card_id"), card_ids),
                assign=SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), SQL.identifier("n", name)) for name in _STANDING
                ),
                old=SQL(", ").join(SQL.identifier("s", name) for name in _STANDING),
                new=SQL(", ").join(SQL.identifier("n", name) for name in _STANDING),
            )
        )

    def _end_others(self, card_ids):
        """Those of ``card_ids`` that are no account any more: their tier ends, and nothing stands of them.

        A program without rules ends nothing.
        """
        rows = self.env.execute_query(
            SQL("SELECT unnest(%s) EXCEPT SELECT card_id FROM tier_now", tier_sql.ids(card_ids))
        )
        if others := [card_id for [card_id] in rows]:
            self.env.cr.execute(SQL(_CLOSE_OTHERS, today=now_of(self.env).date(), cards=others))
            self.env.cr.execute(SQL(_FORGET_OTHERS, others))

    def _show(self, card_ids):
        """Of several tiers of a customer in one company, that of a main program is shown, else the highest.

        Of equal ones, that of the first program.
        """
        self.env.cr.execute(SQL(_SHOW, tier_sql.among(SQL("c.id"), card_ids)))

    def _flush(self):
        self.env["crm.sync.tier.facts"]._flush()
        for name in ("tier", "tier.policy", "tier.policy.line", "tier.membership", "tier.standing"):
            self.env[f"crm.sync.{name}"].flush_model()

    def _invalidate(self):
        """Forget what was read before the SQL wrote it."""
        for name in ("membership", "standing"):
            self.env[f"crm.sync.tier.{name}"].invalidate_model(flush=False)
        names = ("sync_tier_id", "sync_tier_color", "property_product_pricelist")
        self.env["res.partner"].invalidate_model(names, flush=False)


#: What ``tier_sql`` is given where no program has rules: a row that no card belongs to.
_NO_RULES = dict.fromkeys(tier_sql.POLICY) | {
    "program_id": 0,
    "metric": "points",
    "thresholds": [],
    "tiers": [],
    "sequences": [],
    "grace": 0,
    "months": 12,
    "half_months": 6,
    "window_months": 12,
}
_REPLACE = """
    UPDATE crm_sync_tier_membership m
       SET tier_id = n.tier_id, valid_through = n.valid_through, reason = n.new_reason, policy_id = n.policy_id,
           is_locked = FALSE, lock_reason = NULL, lock_until = NULL, user_id = NULL,
           evidence = n.evidence || jsonb_build_object(
               'before', jsonb_build_object('tier', m.tier_id, 'reason', m.reason, 'evidence', m.evidence))
      FROM tier_now n
     WHERE n.is_changed AND m.id = n.membership_id AND n.date_from >= n.today AND n.tier_id IS NOT NULL"""
_REMOVE = """
    DELETE FROM crm_sync_tier_membership m USING tier_now n
     WHERE n.is_changed AND m.id = n.membership_id AND n.date_from >= n.today AND n.tier_id IS NULL"""
_END = """
    UPDATE crm_sync_tier_membership m SET date_to = n.today
      FROM tier_now n WHERE n.is_changed AND m.id = n.membership_id AND n.date_from < n.today"""
_BEGIN = """
    INSERT INTO crm_sync_tier_membership
           (card_id, partner_id, program_id, company_id, tier_id, date_from, valid_through, reason, policy_id, evidence, is_locked,
            create_date, create_uid)
    SELECT card_id, partner_id, program_id, company_id, tier_id, today, valid_through, new_reason, policy_id, evidence, FALSE,
           %(now)s, %(user)s
      FROM tier_now
     WHERE is_changed AND tier_id IS NOT NULL AND (membership_id IS NULL OR date_from < today)
     ORDER BY card_id"""
#: Of cards that are no account any more, or whose customer is gone.
_OTHERS = """
    m.card_id = ANY(%(cards)s) AND m.date_to IS NULL
    AND EXISTS (SELECT FROM crm_sync_tier_policy p WHERE p.program_id = m.program_id AND p.state = 'running')"""
_CLOSE_OTHERS = (
    """
    WITH gone AS (DELETE FROM crm_sync_tier_membership m WHERE m.date_from >= %(today)s AND """
    + _OTHERS
    + """)
    UPDATE crm_sync_tier_membership m SET date_to = %(today)s WHERE m.date_from < %(today)s AND """
    + _OTHERS
)
_FORGET_OTHERS = "DELETE FROM crm_sync_tier_standing s WHERE s.card_id = ANY(%s)"
_SHOW = """
    WITH ranked AS (
        SELECT s.id, s.is_shown AS was_shown, row_number() OVER (
                   PARTITION BY s.partner_id, s.company_id
                   ORDER BY s.tier_id IS NULL, p.sync_is_main_tier IS TRUE DESC, t.sequence DESC NULLS LAST,
                            p.sequence NULLS LAST, s.card_id) = 1 AND s.tier_id IS NOT NULL AS is_shown
          FROM crm_sync_tier_standing s
          JOIN loyalty_program p ON p.id = s.program_id LEFT JOIN crm_sync_tier t ON t.id = s.tier_id
         WHERE s.partner_id IN (SELECT c.partner_id FROM loyalty_card c WHERE %s)
    ), wrong AS MATERIALIZED (
        SELECT id, is_shown FROM ranked WHERE is_shown IS DISTINCT FROM was_shown
    )
    UPDATE crm_sync_tier_standing s SET is_shown = w.is_shown FROM wrong w WHERE w.id = s.id"""
