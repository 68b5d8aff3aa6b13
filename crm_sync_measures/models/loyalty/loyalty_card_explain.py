from odoo import fields, models
from odoo.tools import SQL

#: More open lots than anybody reads. What is beyond is told as one sum.
_LOTS_SHOWN = 200
#: Products named of an order that earned.
_PRODUCTS_SHOWN = 3


class LoyaltyCard(models.Model):
    """*Explain this balance*: every point of a card, where it comes from and what becomes of it."""

    _inherit = "loyalty.card"

    def sync_explain(self):
        """Account for every point of this card.

        Where the points are on another card (it was merged, or the company has one wallet), that one is
        explained. May be called by whoever may read the card and its ledger; what a document contains is only
        told to who may read the document. The number of queries does not depend on the number of lots.

        :return: a dict of ``card``, ``figures`` (points), ``lots`` (open ones, the first to expire first),
            ``more_lots`` (count and points beyond those listed), ``reservations``, ``arrears``, and ``proof``:
            number and sum of all entries as the database has them, and whether that is the balance
        """
        self.ensure_one()
        card = self._sync_readable()
        lots = card._sync_explain_lots()
        draws = card._sync_explain_draws([lot["id"] for lot in lots])
        arrears = card._sync_explain_arrears()
        reservations = card._sync_explain_reservations()
        rows = (*lots, *draws, *arrears, *reservations)
        documents = card._sync_documents({(row["model"], row["res_id"]) for row in rows}, self.env)
        for row in rows:
            row["document"] = documents.get((row.pop("model"), row.pop("res_id")), False)
        for lot in lots:
            lot["draws"] = [draw for draw in draws if draw["lot_id"] == lot["id"]]
        proof = card._sync_proof()
        shown = sum(lot["remaining"] for lot in lots)
        return {
            "card": card._sync_explain_card(self),
            "figures": card._sync_explain_figures(),
            "lots": lots,
            "more_lots": {"count": proof["open_lots"] - len(lots), "points": proof["lots"] - shown},
            "reservations": reservations,
            "arrears": arrears,
            "proof": proof,
        }

    def _sync_readable(self):
        """The card whose points these are, as superuser, after the caller's rights were checked."""
        self.env["crm.sync.loyalty.entry"].check_access("read")
        self.check_access("read")
        # sudo: which card holds the points; it is checked in its turn.
        card = self.sudo().sync_holder_id.with_env(self.env) or self
        card.check_access("read")
        return card.sudo()  # sudo: rights were checked; what a document contains is told by the reader's own

    def _sync_explain_card(self, asked):
        partner, program = self.partner_id, self.program_id
        return {
            "id": self.id,
            "code": self.code,
            "asked_code": asked.sudo().code if asked.id != self.id else False,  # sudo: the code that the caller named
            "active": self.active,
            "program": program.name,
            "point_name": program.portal_point_name or "",
            "currency_id": program.currency_id.id,
            "partner": {"id": partner.id, "name": partner.display_name} if partner else False,
        }

    def _sync_explain_figures(self):
        return {
            "balance": self.points,
            "available": self.sync_available,
            "pending": self.sync_pending,
            "reserved": self.sync_reserved,
            "overdue": self.sync_overdue,
            "arrears": self.sync_arrears,
            "value": self.sync_value,
        }

    # ---------------------------------------------------------------- what there is, row by row

    def _sync_explain_lots(self):
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT l.id, l.quantity::float, l.remaining::float, COALESCE(l.held, 0)::float AS held, l.state,
                          l.earned_on, l.expires_on, e.kind, e.source_model AS model, e.source_id AS res_id, e.reason,
                          e.business_date AS day, e.base_amount::float AS base, e.base_currency_id, e.user_id
                     FROM crm_sync_loyalty_lot l JOIN crm_sync_loyalty_entry e ON e.id = l.entry_id
                    WHERE l.card_id = %s AND (l.remaining > 0 OR l.held > 0)
                    ORDER BY l.expires_on NULLS LAST, l.earned_on, l.id LIMIT %s""",
                self.id,
                _LOTS_SHOWN,
            )
        )
        today = self.program_id._sync_today()
        for row in rows:
            row["days_left"] = (row["expires_on"] - today).days if row["expires_on"] else False
        return self._sync_worded(rows, "earned_on", "expires_on")

    def _sync_explain_draws(self, lot_ids):
        """What was drawn from each lot and not given back."""
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT a.lot_id, sum(a.quantity)::float AS quantity, e.kind, e.source_model AS model, e.source_id AS res_id,
                          e.business_date AS day, e.reason, e.user_id
                     FROM crm_sync_loyalty_allocation a JOIN crm_sync_loyalty_entry e ON e.id = a.debit_id
                    WHERE a.lot_id = ANY(%s)
                    GROUP BY a.lot_id, e.id HAVING sum(a.quantity) != 0 ORDER BY e.id""",
                lot_ids,
            )
        )
        return self._sync_worded(rows)

    def _sync_explain_arrears(self):
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT r.id, r.quantity::float, r.remaining::float, e.kind, e.source_model AS model,
                          e.source_id AS res_id, e.business_date AS day, e.reason, e.user_id
                     FROM crm_sync_loyalty_arrears r JOIN crm_sync_loyalty_entry e ON e.id = r.debit_id
                    WHERE r.card_id = %s AND r.remaining > 0 ORDER BY r.id""",
                self.id,
            )
        )
        return self._sync_worded(rows)

    def _sync_explain_reservations(self):
        """The quotations that keep points of this card."""
        rows = self.env.execute_query_dict(
            SQL(
                """WITH %s
                   SELECT 'sale.order' AS model, o.id AS res_id, sum(s.points_cost)::float AS quantity,
                          o.sync_reserved_until AS until, COALESCE(o.user_id, o.create_uid) AS user_id
                     FROM keys k JOIN sale_order_line s ON s.coupon_id = k.key_id AND s.points_cost > 0
                     JOIN sale_order o ON o.id = s.order_id
                    WHERE %s GROUP BY o.id ORDER BY o.id""",
                self._sync_reserved_sql(self),
                self.env["sale.order"]._sync_reserving_sql("o"),
            )
        )
        for row in rows:
            row["until"] = fields.Datetime.to_string(row["until"]) if row["until"] else False
        return self._sync_worded(rows)

    def _sync_worded(self, rows, *days):
        """``rows`` with labels, names and days as the client takes them."""
        entry, lot = self.env["crm.sync.loyalty.entry"], self.env["crm.sync.loyalty.lot"]
        kinds = dict(entry._fields["kind"]._description_selection(self.env))
        states = dict(lot._fields["state"]._description_selection(self.env))
        users = self.env["res.users"].browse({row["user_id"] for row in rows if row["user_id"]})
        names = {user.id: user.name for user in users}
        for row in rows:
            row["person"] = names.get(row.pop("user_id"), False)
            row["kind_label"] = kinds.get(row.get("kind"), False)
            row["state_label"] = states.get(row.get("state"), False)
            for name in ("day", *days):
                row[name] = fields.Date.to_string(row[name]) if row.get(name) else False
        return rows

    def _sync_documents(self, keys, reader):
        """``{(model, id): what may be told of the document}``; its content only where ``reader`` (env) may read it."""
        told = {}
        for model in sorted({model for model, _id in keys if model and model in self.env}):
            documents = self.env[model].browse(sorted(id_ for name, id_ in keys if name == model and id_)).exists()
            readable = set()
            if reader[model].has_access("read"):
                readable = set(documents.with_env(reader)._filtered_access("read").ids)
            for document in documents:
                told[model, document.id] = {
                    "model": model,
                    "id": document.id,
                    "name": document.display_name,
                    "can_open": document.id in readable,
                    "detail": self._sync_detail(document) if document.id in readable else False,
                }
        return told

    def _sync_detail(self, document):
        """In a line what an order was about."""
        if document._name != "sale.order":
            return False
        lines = document.order_line.filtered(lambda line: line.product_id and not line.reward_id)
        names = [f"{line.product_uom_qty:g} × {line.product_id.display_name}" for line in lines[:_PRODUCTS_SHOWN]]
        return ", ".join(names) + (" …" if len(lines) > _PRODUCTS_SHOWN else "")

    def _sync_proof(self):
        """All entries, lots and arrears of this card summed up by the database, and whether they agree."""
        self.flush_recordset(["points"])
        [row] = self.env.execute_query_dict(
            SQL(
                """SELECT e.count AS entries, e.total::float AS sum, l.total::float AS lots, l.count AS open_lots,
                          a.total::float AS arrears,
                          e.total = c.points::numeric AND l.total - a.total = c.points::numeric AS is_proven
                     FROM loyalty_card c,
                          LATERAL (SELECT count(*), COALESCE(sum(quantity), 0) AS total
                                     FROM crm_sync_loyalty_entry WHERE card_id = c.id) e,
                          LATERAL (SELECT count(*) FILTER (WHERE remaining > 0 OR held > 0), COALESCE(sum(remaining), 0) AS total
                                     FROM crm_sync_loyalty_lot WHERE card_id = c.id) l,
                          LATERAL (SELECT COALESCE(sum(remaining), 0) AS total
                                     FROM crm_sync_loyalty_arrears WHERE card_id = c.id) a
                    WHERE c.id = %s""",
                self.id,
            )
        )
        return row
