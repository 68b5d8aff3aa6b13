from contextlib import contextmanager

from odoo import api, models
from odoo.tools import SQL

from .tier_sql import cards, decided, keys, owners, policies

_MEMBERSHIPS = SQL("tier_replay_membership")
#: Decisions one after the other on one day, as the engine makes them.
_PASSES = 12


class CrmSyncTierReplay(models.AbstractModel):
    """The engine of the nightly review, run day by day over real facts, with memberships that nobody else sees.

    What is decided is decided by the statement that the review itself runs (``tier_sql.decided``), and from the same facts;
    only the rules, the day and the table of memberships are others. The tables are temporary, and gone with the
    transaction: no entry, membership, gift or mail comes of it.

    A day is decided for those accounts only for which something happened on it: a fact became known, or a tier's days of
    grace were over. For all the others the review, too, would change nothing. An account begins with its card, or with
    the first purchase that counts for it, where that was earlier.
    """

    _name = "crm.sync.tier.replay"
    _description = "Replay of Tier Rules"

    # ---------------------------------------------------------------- a room of its own

    @api.model
    @contextmanager
    def _room(self, policy, card_ids, since=None, copied_on=None):
        """Make the tables, for these accounts and the facts that ``policy`` counts; they are gone afterwards.

        :param since: the first day that is replayed; what was bought before counts in its windows
        :param copied_on: begin with the memberships that are real on this day; otherwise with none
        """
        self._make_tables()
        self._gather_facts(policy, card_ids, since)
        if copied_on:
            self._copy_memberships(card_ids, copied_on)
        yield
        # After an error the transaction, or the savepoint, takes them away.
        self.env.cr.execute("DROP TABLE tier_replay_owner, tier_replay_fact, tier_replay_membership")

    def _make_tables(self):
        self.env.cr.execute(
            """SET LOCAL jit = off;
               CREATE TEMPORARY TABLE tier_replay_owner (card_id int, partner_id int, timezone text) ON COMMIT DROP;
               CREATE TEMPORARY TABLE tier_replay_fact (
                   metric text, card_id int, day date, value numeric, known_on date) ON COMMIT DROP;
               CREATE TEMPORARY TABLE tier_replay_membership (
                   id serial PRIMARY KEY, card_id int, tier_id int, date_from date, date_to date, valid_through date, reason text,
                   policy_id int, is_locked boolean, lock_until date, evidence jsonb) ON COMMIT DROP"""
        )

    def _gather_facts(self, policy, card_ids, since):
        """All facts of these accounts at once: what the policy counts, and points, which multipliers are reckoned on."""
        Facts = self.env["crm.sync.tier.facts"]
        Facts._flush()
        rows = self.env["crm.sync.tier.engine"]._rows(policy)
        accounts = SQL(", ").join((policies(rows), cards(card_ids), keys(), owners()))
        self.env.cr.execute(
            SQL(
                "INSERT INTO tier_replay_owner WITH %s SELECT card_id, partner_id, timezone FROM tier_owner",
                accounts,
            )
        )
        # A card is known from its first day on, whether anything was bought with it or not.
        self.env.cr.execute(
            SQL(
                """INSERT INTO tier_replay_fact
                   WITH %(accounts)s
                   SELECT metric, card_id, day, value, GREATEST(known_on, day, %(since)s::date) FROM (%(facts)s) f
                    UNION ALL
                   SELECT NULL, card_id, NULL, NULL, GREATEST(made_on, %(since)s::date) FROM tier_card""",
                accounts=accounts,
                since=since,
                facts=Facts._facts_sql(tuple({policy.metric, "points"})),
            )
        )
        self.env.cr.execute(
            """CREATE INDEX ON tier_replay_fact (card_id, known_on);
               CREATE INDEX ON tier_replay_fact (known_on);
               CREATE INDEX ON tier_replay_membership (card_id);
               CREATE INDEX ON tier_replay_membership (valid_through) WHERE date_to IS NULL;
               ANALYZE tier_replay_owner, tier_replay_fact"""
        )

    def _copy_memberships(self, card_ids, day):
        self.env["crm.sync.tier.membership"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO tier_replay_membership (card_id, tier_id, date_from, valid_through, reason, policy_id, is_locked, lock_until, evidence)
                   SELECT card_id, tier_id, date_from, valid_through, reason, policy_id, is_locked, lock_until, evidence
                     FROM crm_sync_tier_membership
                    WHERE card_id = ANY(%(cards)s) AND date_from <= %(day)s AND (date_to IS NULL OR date_to > %(day)s)""",
                cards=list(card_ids),
                day=day,
            )
        )

    # ---------------------------------------------------------------- day by day

    @api.model
    def _run(self, policy, last_day):
        """Replay every day through ``last_day`` on which something happened; the first such day is returned."""
        first = day = self._next_day(policy, None, last_day)
        while day:
            self._decide(policy, self._due(policy, day), day)
            day = self._next_day(policy, day, last_day)
        return first

    def _next_day(self, policy, after, last_day):
        """The next day on which a fact became known, or the first one after somebody's days of grace."""
        [[day]] = self.env.execute_query(
            SQL(
                """SELECT min(day) FROM (
                       SELECT min(known_on) AS day FROM tier_replay_fact
                        WHERE COALESCE(metric, %(metric)s) = %(metric)s AND (%(after)s::date IS NULL OR known_on > %(after)s)
                       UNION ALL
                       SELECT min(valid_through) + %(wait)s FROM tier_replay_membership
                        WHERE date_to IS NULL AND (%(after)s::date IS NULL OR valid_through + %(wait)s > %(after)s)) next
                    WHERE day <= %(last)s""",
                after=after,
                metric=policy.metric,
                wait=policy.grace_days + 1,
                last=last_day,
            )
        )
        return day

    def _due(self, policy, day):
        """Accounts for which something happened on ``day``."""
        rows = self.env.execute_query(
            SQL(
                """SELECT card_id FROM tier_replay_fact WHERE known_on = %(day)s AND COALESCE(metric, %(metric)s) = %(metric)s
                    UNION SELECT card_id FROM tier_replay_membership WHERE date_to IS NULL AND valid_through + %(wait)s = %(day)s""",
                day=day,
                metric=policy.metric,
                wait=policy.grace_days + 1,
            )
        )
        return [card_id for [card_id] in rows]

    @api.model
    def _decide(self, policy, card_ids, day):
        """What becomes of these accounts on ``day``, and of those that change once more, as the engine does it."""
        rows = self.env["crm.sync.tier.engine"]._rows(policy, day)
        for _pass in range(_PASSES):
            card_ids = self._decide_once(rows, card_ids, day)
            if not card_ids:
                break

    def _decide_once(self, rows, card_ids, day):
        """Ids of the accounts that have changed. A tier that began today and is over today has lasted no day."""
        facts = SQL("SELECT metric, card_id, day, value FROM tier_replay_fact WHERE known_on <= %s", day)
        changed = self.env.execute_query(
            SQL(
                """WITH decision AS MATERIALIZED (SELECT * FROM (%(decided)s) d WHERE is_changed),
                        gone AS (DELETE FROM tier_replay_membership m USING decision d
                                  WHERE m.id = d.membership_id AND m.date_from >= d.today),
                        closed AS (UPDATE tier_replay_membership m SET date_to = d.today FROM decision d
                                    WHERE m.id = d.membership_id AND m.date_from < d.today),
                        begun AS (INSERT INTO tier_replay_membership
                                         (card_id, tier_id, date_from, valid_through, reason, policy_id, is_locked, evidence)
                                  SELECT card_id, tier_id, today, valid_through, new_reason, policy_id, FALSE, evidence
                                    FROM decision WHERE tier_id IS NOT NULL)
                   SELECT card_id FROM decision""",
                decided=decided(rows, card_ids, facts, _MEMBERSHIPS),
            )
        )
        return [card_id for [card_id] in changed]
