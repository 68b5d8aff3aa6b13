from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import format_date, formatLang

from ..core.crm_sync_merge_mixin import REPOINT
from .tier_words import METRICS, REASONS


class CrmSyncTierMembership(models.Model):
    """An account had a tier from a day until another one, why, and by which figures.

    ``[date_from, date_to)``: on its last day it is another row's already; without ``date_to`` it is the tier of now.
    The database lets no two rows of an account overlap. Rows are made by the engine, and by hand through
    :meth:`_put`; nothing of them changes afterwards but the end, which is set once. A row that would last no day is
    not kept: its evidence is part of the one that replaced it that day.
    """

    _name = "crm.sync.tier.membership"
    _inherit = ["crm.sync.append.only", "crm.sync.merge.mixin"]
    _description = "Tier of a Customer"
    _order = "date_from desc, id desc"
    _rec_name = "tier_id"
    _sync_merge = {"partner_id": REPOINT}

    card_id = fields.Many2one("loyalty.card", required=True, readonly=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null", help="Owner of the card."
    )
    program_id = fields.Many2one("loyalty.program", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    tier_id = fields.Many2one("crm.sync.tier", required=True, readonly=True, index=True, ondelete="restrict")
    color = fields.Integer(related="tier_id.color")
    date_from = fields.Date("From", required=True, readonly=True, index=True)
    date_to = fields.Date("Tier Until", readonly=True, help="The first day on which it was another tier. Empty: now.")
    is_current = fields.Boolean("Now", compute="_compute_is_current", search="_search_is_current")
    valid_through = fields.Date("Holds Through", readonly=True, help="Empty: for ever.")
    reason = fields.Selection(REASONS, required=True, readonly=True, index=True)
    policy_id = fields.Many2one(
        "crm.sync.tier.policy", "Rules", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    evidence = fields.Json(readonly=True)
    evidence_text = fields.Char("Grounds", compute="_compute_evidence_text")
    is_locked = fields.Boolean("Locked", readonly=True)
    lock_reason = fields.Char(readonly=True)
    lock_until = fields.Date("Locked Until", readonly=True, help="Last day of the lock. Empty: for ever.")
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="restrict", index="btree_not_null")

    # int4range instead of an equality, which would need an extension of the database.
    _card_no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(card_id, card_id, '[]') WITH &&, daterange(date_from, date_to, '[)') WITH &&)",
        "An account cannot have two tiers on one day.",
    )
    _lasts = models.Constraint("CHECK(date_to IS NULL OR date_to > date_from)", "A tier lasts at least a day.")
    _lock_has_reason = models.Constraint(
        "CHECK(NOT COALESCE(is_locked, FALSE) OR lock_reason IS NOT NULL)", "A lock needs a reason."
    )
    _card_date_idx = models.Index("(card_id, date_from)")
    _current_idx = models.UniqueIndex("(card_id) WHERE date_to IS NULL", "An account cannot have two tiers now.")

    # ---------------------------------------------------------------- compute

    @api.depends("date_to")
    def _compute_is_current(self):
        for row in self:
            row.is_current = not row.date_to

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("date_to", "=" if True in value else "!=", False)

    @api.depends("evidence", "lock_reason")
    @api.depends_context("lang")
    def _compute_evidence_text(self):
        """Which figures decided, or why somebody did."""
        for row in self:
            row.evidence_text = row._evidence_words(row.evidence or {}) or row.lock_reason

    def _evidence_words(self, evidence):
        """What counted, in a line: “Net Spending 1,234.00 from 01/01/2026 to 12/31/2026; needed: 1,000.00”."""
        if "value" not in evidence:
            return ""
        metric = dict(METRICS).get(evidence.get("metric"))
        # The labels of the policy are the translated ones.
        labels = dict(self.env["crm.sync.tier.policy"]._fields["metric"]._description_selection(self.env))
        said = f"{labels.get(evidence.get('metric'), metric or '')} {self._figure(evidence['value'])}"
        begin, end = (self._day(evidence.get(name)) for name in ("from", "to"))
        if begin and end:
            said = self.env._("%(said)s from %(begin)s to %(end)s", said=said, begin=begin, end=end)
        if evidence.get("threshold") is not None:
            said = self.env._(
                "%(said)s; needed: %(threshold)s", said=said, threshold=self._figure(evidence["threshold"])
            )
        return said

    def _figure(self, value):
        # As the ledger has it: a text keeps all decimals of a number that JSON would round.
        return formatLang(self.env, float(value), digits=2)

    def _day(self, text):
        return format_date(self.env, date.fromisoformat(text)) if text else ""

    # ---------------------------------------------------------------- append-only, but for the end

    @api.model
    def _put(self, card, tier, values):
        """Give the account of ``card`` the tier ``tier`` from today on, by hand: what it had ends today.

        The engine does the same by SQL for many accounts. Callers have checked who asks.

        :param dict values: reason, lock and days of the new row
        """
        # sudo: memberships are written by the addon alone
        rows = self.sudo()
        account = card.sudo()._sync_account()  # sudo: where the points are does not depend on who asks
        today = account.program_id._sync_today()
        current = rows.search([("card_id", "=", account.id), ("date_to", "=", False)])
        evidence = dict(values.get("evidence") or {})
        if current.date_from and current.date_from >= today:
            # It would last no day.
            evidence["before"] = {
                "tier": current.tier_id.id,
                "reason": current.reason,
                "evidence": current.evidence,
            }
            today = current.date_from
            current._forget()
        else:
            current._end(today)
        return rows.create(
            {
                "card_id": account.id,
                "partner_id": account.partner_id.id,
                "program_id": account.program_id.id,
                "tier_id": tier.id,
                "date_from": today,
                "policy_id": self.env["crm.sync.tier.policy"]._running(account.program_id).id,
                "user_id": self.env.uid,
                **values,
                "evidence": evidence,
            }
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Rows made one by one: the engine brings the standing of these accounts up to date."""
        rows = super().create(vals_list)
        self.env["crm.sync.tier.engine"]._note_cards(rows.card_id)
        return rows

    def _end(self, day):
        """These rows were the tier until ``day``; what has ended stays as it ended."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_sync_tier_membership SET date_to = %s WHERE id = ANY(%s) AND date_to IS NULL", day, self.ids
            )
        )
        self.invalidate_recordset(["date_to", "is_current"])

    def _forget(self):
        """Of a row that would last no day, only the evidence is kept, by the row that replaces it."""
        self.flush_recordset()
        self.env.cr.execute(SQL("DELETE FROM crm_sync_tier_membership WHERE id = ANY(%s)", self.ids))
        self.env.invalidate_all()

    def _refuse_change(self):
        raise UserError(
            self.env._("%s: what was is not changed or deleted. Give another tier by hand instead.", self._what())
        )

    # ---------------------------------------------------------------- as of a day

    @api.model
    def _as_of(self, day, domain=()):
        """The rows that held on ``day``: one for each account, of those that the user may read."""
        try:
            day = fields.Date.to_date(day)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("Date: enter a date like %s.", "2026-06-30")) from error
        held = Domain("date_from", "<=", day) & (Domain("date_to", "=", False) | Domain("date_to", ">", day))
        return self.search(held & Domain(list(domain or [])))

    @api.model
    def tiers_as_of(self, day, domain=None):
        """Who had which tier on ``day``: a list of rows, of those that the caller may read.

        :param str day: a day, as "2026-06-30"
        :param list domain: of memberships, to narrow it down
        """
        names = ["card_id", "partner_id", "program_id", "tier_id", "date_from", "date_to", "valid_through", "reason"]
        return self._as_of(day, domain or []).read(names)
