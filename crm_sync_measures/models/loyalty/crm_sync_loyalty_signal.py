from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules import radar
from .radar_patterns import by_hand_sql, patterns_sql

SEVERITIES = [("1", "Low"), ("2", "Medium"), ("3", "High")]
#: A row's id is that of its card or entry, and the number of its pattern (there are fewer than so many).
_IDS_PER_RECORD = 16


class CrmSyncLoyaltySignal(models.Model):
    """Patterns of points that are worth a look: the exploit radar.

    A signal accuses nobody; it names the entries behind it. A view and no nightly table: it is opened
    seldom and by few, has to be true when somebody is spoken to about it, and goes by itself when the
    entries behind it are put right. Thresholds are in ``rules/radar.py``.
    """

    _name = "crm.sync.loyalty.signal"
    _description = "Exploit Radar"
    _auto = False
    _order = "severity desc, last_day desc, id"
    _rec_name = "pattern"

    pattern = fields.Selection(
        [
            ("buy_refund", "Bought, Spent and Returned"),
            ("self_award", "Points to One's Own"),
            ("windfall", "Windfall"),
            ("fx_windfall", "Windfall in a Foreign Currency"),
            ("twin", "Twin Cards"),
            ("arrears", "In Arrears Again"),
            ("ownerless", "Points without Owner"),
            ("by_hand", "Many Credits by Hand"),
        ],
        readonly=True,
    )
    severity = fields.Selection(SEVERITIES, readonly=True)
    card_id = fields.Many2one("loyalty.card", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    program_id = fields.Many2one("loyalty.program", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)
    points = fields.Float(digits=(16, 4), readonly=True)
    times = fields.Integer(readonly=True)
    last_day = fields.Date(readonly=True)
    summary = fields.Char("What Was Seen", compute="_compute_summary")

    @property
    def _table_query(self):
        for model in ("loyalty.card", "loyalty.program", "crm.sync.loyalty.adjustment", "res.partner", "res.users"):
            self.env[model].flush_model()
        return SQL(
            """SELECT s.key::bigint * %(step)s + s.number AS id, s.pattern, s.severity, s.card_id, c.partner_id,
                      s.program_id, p.company_id, s.user_id, s.points, s.times, s.last_day
                 FROM (%(patterns)s) s (number, pattern, severity, key, card_id, program_id, user_id, points, times, last_day)
                 JOIN loyalty_program p ON p.id = s.program_id
                 LEFT JOIN loyalty_card c ON c.id = s.card_id""",
            step=_IDS_PER_RECORD,
            patterns=patterns_sql(fields.Date.today()),
        )

    @api.depends("pattern", "points", "times")
    def _compute_summary(self):
        for signal in self:
            signal.summary = signal._sentence()

    def _sentence(self):
        points = f"{self.points:,.0f}"
        sentences = {
            "buy_refund": self.env._(
                "%(times)s orders earned, were returned or cancelled, and points were spent in between: %(points)s points",
                times=self.times,
                points=points,
            ),
            "self_award": self.env._(
                "Credits by hand to a card or customer of one's own: %(times)s, together %(points)s points",
                times=self.times,
                points=points,
            ),
            "windfall": self.env._(
                "%(points)s points at once, more than %(times)s times what is usual in this program",
                points=points,
                times=radar.WINDFALL_TIMES,
            ),
            "fx_windfall": self.env._(
                "%(points)s points at once on an amount in another currency: check the rate of that day", points=points
            ),
            "twin": self.env._(
                "%(times)s cards of one customer, %(points)s points: merge them", times=self.times, points=points
            ),
            "arrears": self.env._(
                "%(times)s times more points were taken than were there: %(points)s points",
                times=self.times,
                points=points,
            ),
            "ownerless": self.env._("%s points on a card that belongs to nobody", points),
            "by_hand": self.env._(
                "%(times)s credits by hand of one person: %(points)s points", times=self.times, points=points
            ),
        }
        return sentences.get(self.pattern, "")

    # ---------------------------------------------------------------- evidence

    def action_open_evidence(self):
        """The entries of the ledger behind this signal."""
        self.ensure_one()
        if self.pattern == "arrears":
            xmlid, domain = "crm_sync_loyalty_arrears_action", [("card_id", "=", self.card_id.id)]
        else:
            xmlid, domain = "crm_sync_loyalty_entry_action", self._evidence_domain()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"crm_sync_measures.{xmlid}")
        return {**action, "name": self.summary, "domain": domain, "context": {}}

    def _evidence_domain(self):
        on_card = [("card_id", "=", self.card_id.id)]
        if self.pattern in ("self_award", "by_hand"):
            return [("id", "in", self._credits_by_hand())]
        return {
            "buy_refund": [*on_card, ("kind", "in", ("earn", "reverse_earn", "redeem", "reverse_redeem"))],
            "windfall": [("id", "=", self.id // _IDS_PER_RECORD)],
            "fx_windfall": [("id", "=", self.id // _IDS_PER_RECORD)],
            "twin": [("partner_id", "=", self.partner_id.id), ("program_id", "=", self.program_id.id)],
            "ownerless": on_card,
        }[self.pattern]

    def _credits_by_hand(self):
        """Ids of the entries that the person of this signal asked for; the list shows those the reader may read."""
        since = fields.Date.today() - timedelta(days=radar.WINDOW_DAYS)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) h WHERE program_id = %s AND user_id = %s AND (%s OR card_id = %s)",
                by_hand_sql(since),
                self.program_id.id,
                self.user_id.id,
                not self.card_id,
                self.card_id.id or 0,
            )
        )
        return [entry_id for [entry_id] in rows]

    def action_open_card(self):
        """The card that the signal is about."""
        self.ensure_one()
        return self.card_id._get_records_action()
