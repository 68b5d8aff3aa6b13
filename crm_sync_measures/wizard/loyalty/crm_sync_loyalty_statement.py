import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

_logger = logging.getLogger(__name__)
#: Entries and lots together: half of the minute of processor time that Odoo gives a request; see bench/README.md.
_MOST_ROWS = 200_000


class CrmSyncLoyaltyStatement(models.TransientModel):
    """What a statement for auditors is about: cards, programs or a customer, and a period; or chosen entries.

    Days are those of the entries, in the time zone of their program, both included. Who asks gets what he
    may read: auditors and managers everything.
    """

    _name = "crm.sync.loyalty.statement"
    _description = "Loyalty Statement"

    program_ids = fields.Many2many("loyalty.program", string="Programs", help="Empty: all programs.")
    card_id = fields.Many2one("loyalty.card")
    partner_id = fields.Many2one("res.partner", "Customer", help="With all contacts of the company.")
    date_from = fields.Date("From")
    date_to = fields.Date("Through")
    entry_ids = fields.Many2many("crm.sync.loyalty.entry", string="Chosen Entries", readonly=True)
    entry_count = fields.Integer("Entries", compute="_compute_entry_count")
    with_liability = fields.Boolean(
        "Liability", default=True, help="What is owed today, by program and month of expiry."
    )

    @api.depends("entry_ids")
    def _compute_entry_count(self):
        for statement in self:
            statement.entry_count = len(statement.entry_ids)

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        if any(
            statement.date_from and statement.date_to and statement.date_from > statement.date_to for statement in self
        ):
            raise ValidationError(self.env._("Through: enter a day that is not before the first day."))

    @api.constrains("card_id", "partner_id", "program_ids", "entry_ids")
    def _check_readable(self):
        """Names are told of what was chosen: of nothing that the caller may not read."""
        # Odoo checks as superuser.
        for statement in self.sudo(False):
            for name in ("card_id", "partner_id", "program_ids", "entry_ids"):
                statement[name].check_access("read")

    @api.model
    def default_get(self, fields):
        """From the list of entries: the chosen ones."""
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "crm.sync.loyalty.entry" and "entry_ids" in fields:
            values["entry_ids"] = [Command.set(self.env.context.get("active_ids") or [])]
        return values

    # ---------------------------------------------------------------- scope

    def _scope_domain(self):
        """Entries of the cards that this is about, of all times."""
        self.ensure_one()
        if self.entry_ids:
            return Domain("id", "in", self.entry_ids.ids)
        return self._cards_domain()

    def _cards_domain(self):
        domain = Domain.TRUE
        if self.program_ids:
            domain &= Domain("program_id", "in", self.program_ids.ids)
        if self.card_id:
            domain &= Domain("card_id", "=", self.card_id._sync_account().id)
        if self.partner_id:
            # sudo: only narrows what the caller may read.
            cards = self.env["loyalty.card"].sudo().with_context(active_test=False)
            family = [("partner_id", "child_of", self.partner_id.commercial_partner_id.id)]
            domain &= Domain("card_id", "in", cards.search(family).ids)
        return domain

    def _period_domain(self):
        """Entries of the period."""
        domain = self._scope_domain()
        if self.date_from:
            domain &= Domain("business_date", ">=", self.date_from)
        if self.date_to:
            domain &= Domain("business_date", "<=", self.date_to)
        return domain

    def _earlier_domain(self):
        """Entries before the period: what the opening balance is made of."""
        if not self.date_from:
            return Domain.FALSE
        return self._scope_domain() & Domain("business_date", "<", self.date_from)

    def _lot_domain(self):
        """Lots, or arrears, of the same cards."""
        if not self.entry_ids:
            return self._cards_domain()
        return Domain("card_id", "in", self.entry_ids.card_id.ids)

    def _scope_words(self):
        """[(label, text)] of what this is about, for the head of the statement."""
        # sudo: names of what the caller has chosen; entries and lots are read with his own rights.
        chosen, words = self.sudo(), []
        if self.entry_ids:
            words.append((self.env._("Chosen entries"), str(self.entry_count)))
        if self.card_id:
            words.append((self.env._("Card"), chosen.card_id.code))
        if self.partner_id:
            words.append((self.env._("Customer"), chosen.partner_id.commercial_partner_id.name))
        programs = ", ".join(chosen.program_ids.mapped("name")) or self.env._("all")
        return [*words, (self.env._("Programs"), programs)]

    # ---------------------------------------------------------------- download

    def action_download(self):
        """The workbook, as a download."""
        self.ensure_one()
        self._check_size()
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_sync_measures/loyalty_statement/{self.id}",
            "target": "download",
        }

    def _check_size(self):
        """Refuse in words what the server would break off in the middle."""
        count = self.env["crm.sync.loyalty.entry"].search_count(self._period_domain(), limit=_MOST_ROWS + 1)
        count += self.env["crm.sync.loyalty.lot"].search_count(self._lot_domain(), limit=_MOST_ROWS + 1)
        if count > _MOST_ROWS:
            raise UserError(
                self.env._(
                    "From, Through, Programs, Customer: this statement has more than %s entries and lots, which is too much "
                    "for one workbook. Choose a shorter period, a program or a customer.",
                    _MOST_ROWS,
                )
            )

    def _write_workbook(self, file):
        """Write the statement to ``file``, and note in the log who took what."""
        self.ensure_one()
        self.check_access("read")
        self._check_size()
        count = self.env["crm.sync.loyalty.statement.xlsx"]._write_to(self, file)
        _logger.info(
            "User %s exported a loyalty statement of %s entries: programs %s, card %s, customer %s, %s to %s",
            self.env.uid, count, self.program_ids.ids, self.card_id.id, self.partner_id.id, self.date_from, self.date_to,
        )  # fmt: skip

    def _filename(self):
        period = "_".join(str(day) for day in (self.date_from, self.date_to) if day) or str(
            fields.Date.context_today(self)
        )
        return f"loyalty_statement_{period}.xlsx"
