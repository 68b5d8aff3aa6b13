from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.handover import Contacts, Suggestion, Tie, share_out
from ..core.contact_facts import MODELS, contact_facts

#: Contacts that tell who knows a customer.
_LOOK_BACK = timedelta(days=365)


class CrmSyncHandoverSuggest(models.Model):
    """Suggests who could take each matter, with the reason; a constant number of queries for any number of matters."""

    _inherit = "crm.sync.handover"

    def action_suggest(self):
        """Suggest anew for matters without a new owner."""
        self._check_lead()
        self._check_state("draft", "pending")
        for handover in self.sudo():  # sudo: rights were checked
            handover._suggest(handover.line_ids.filtered(lambda line: line.state == "pending" and not line.user_id))
        return True

    def _suggest(self, lines):
        """Fill suggestion and new owner of the lines. One customer's matters go to one person."""
        if not lines:
            return
        self.ensure_one()
        documents = self._documents(lines)
        candidates = self._candidates()
        rest = lines.browse()
        for line in lines:
            if owner := self._document_owner(documents[line], line):
                line._take(Suggestion(owner.id, "document"))
            else:
                rest += line
        groups = rest.grouped(lambda line: self._group_key(line, documents[line]))
        ties = self._ties([key for key in groups if isinstance(key, int)], candidates)
        manager = self.department_id.manager_id
        shares = share_out(
            {
                key: (ties.get(key, Tie()), self._able(candidates, group, documents), len(group))
                for key, group in groups.items()
            },
            self._load(candidates),
            manager.id if manager.active and manager != self.user_id else None,
        )
        for key, suggestion in shares.items():
            groups[key]._take(suggestion)

    # ---------------------------------------------------------------- who could

    def _candidates(self):
        """Active colleagues of the department, else of the holder's sales teams, and the customers' own salespeople."""
        holder = self.user_id
        if self.department_id:
            domain = [("sync_department_id", "=", self.department_id.id)]
        else:
            domain = [("crm_team_ids", "in", holder.with_context(active_test=False).crm_team_ids.ids)]
        return self.env["res.users"].search(
            [*domain, ("share", "=", False), ("company_ids", "in", self.company_id.ids), ("id", "!=", holder.id)]
        )

    def _able(self, candidates, lines, documents):
        """Ids of those who have the right to such records at all."""
        models = {documents[line]._name for line in lines} | set(lines.mapped("res_model"))
        return [
            user.id
            for user in candidates
            if all(self.env[model].with_user(user).has_access("read") for model in models)
        ]

    def _document_owner(self, document, line):
        """The colleague in charge of the record that an activity is about."""
        if line.kind != "activity" or "user_id" not in document._fields:
            return None
        owner = document.user_id
        is_able = owner and owner._name == "res.users" and owner.active and not owner.share
        return owner if is_able and owner != self.user_id and self.company_id in owner.company_ids else None

    # ---------------------------------------------------------------- what speaks for whom

    def _documents(self, lines):
        """``{line: record}``: the line's own, and of an activity the one that it is about."""
        activities = lines.filtered(lambda line: line.res_model == "mail.activity")
        about = {
            activity.id: (activity.res_model, activity.res_id)
            for activity in self.env["mail.activity"].browse(activities.mapped("res_id")).exists()
            if activity.res_model in self.env
        }
        ids = {}
        for line in lines:
            model, record_id = (
                about.get(line.res_id)
                if line in activities and line.res_id in about
                else (
                    line.res_model,
                    line.res_id,
                )
            )
            ids.setdefault(model, []).append((line, record_id))
        documents = {}
        for model, pairs in ids.items():
            # Of one prefetch set: a field of all of them costs one query.
            records = self.env[model].with_context(active_test=False).browse([record_id for _line, record_id in pairs])
            existing = set(records.exists().ids)
            for line, record_id in pairs:
                record = self.env[model].browse(record_id if record_id in existing else ())
                documents[line] = record.with_prefetch(tuple(existing))
        return documents

    def _group_key(self, line, document):
        """The customer, or where there is none, the record."""
        return line.partner_id.commercial_partner_id.id or (document._name, document.id)

    def _ties(self, entity_ids, candidates):
        """``{customer: Tie}``: his salesperson, and the candidates' contacts with him in the last twelve months."""
        if not entity_ids:
            return {}
        for model in MODELS:
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT f.commercial_partner_id, f.user_id, count(*), max(f.at)::date
                     FROM (%(facts)s) f
                    WHERE f.user_id = ANY(%(users)s) AND f.at > %(since)s AND f.at <= %(now)s GROUP BY 1, 2""",
                facts=contact_facts(self.env, SQL("p.commercial_partner_id = ANY(%s)", entity_ids)),
                users=candidates.ids,
                since=fields.Datetime.now() - _LOOK_BACK,
                now=fields.Datetime.now(),
            )
        )
        contacts = {}
        for entity_id, user_id, count, last in rows:
            contacts.setdefault(entity_id, {})[user_id] = Contacts(count, last)
        entities = self.env["res.partner"].browse(entity_ids)
        return {entity.id: Tie(entity.user_id.id, contacts.get(entity.id, {})) for entity in entities}

    def _load(self, candidates):
        """``{user id: open matters}``: opportunities, quotations and activities."""
        load = {}
        for model, domain in (
            ("crm.lead", [("won_status", "=", "pending")]),
            ("sale.order", [("state", "in", ("draft", "sent"))]),
            ("mail.activity", []),
        ):
            for user, count in self.env[model]._read_group(
                [*domain, ("user_id", "in", candidates.ids)], ["user_id"], ["__count"]
            ):
                load[user.id] = load.get(user.id, 0) + count
        return load

    # ---------------------------------------------------------------- words

    @api.model
    def _suggestion_words(self, suggestion):
        """The reason in the reader's language."""
        if not suggestion:
            return False
        words = {
            "document": lambda: self.env._("In charge of the record"),
            "owner": lambda: self.env._("The customer's salesperson"),
            "contacts": lambda: self._contacts_words(suggestion["number"], suggestion["day"]),
            "load": lambda: self.env._("Has the fewest open matters: %s", suggestion["number"]),
            "manager": lambda: self.env._("Nobody in the department may do this: the manager distributes it"),
        }
        return words[suggestion["code"]]()

    def _contacts_words(self, count, day):
        day = self.env["ir.qweb.field.date"].value_to_html(fields.Date.to_date(day), {})
        if count == 1:
            return self.env._("Was in contact with the customer on %s", day)
        return self.env._(
            "%(count)s contacts with the customer in twelve months, the last on %(day)s", count=count, day=day
        )
