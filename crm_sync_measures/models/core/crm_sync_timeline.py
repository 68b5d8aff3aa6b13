from datetime import datetime, timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.periods import local_date, utc_bounds
from ...rules.timeline import MAX_PAGE, Cursor, FilterError, advance, like_pattern, parse_filters, plain_text
from .cached import kept
from .contact_facts import CUSTOMER_MOVES
from .readable import readable_selects
from .registered import registered_methods
from .timeline_source import OF_PARTNERS, any_of

#: What was stamped by another clock a moment ahead of ours has happened, too.
_CLOCK_SKEW = timedelta(minutes=5)


class CrmSyncTimeline(models.AbstractModel):
    """Everything every department did with one customer, newest first.

    A page costs a constant number of queries: the keys of the newest events over all sources, the
    readable documents among them, and the details of those. What the reader may not read is told
    as "this department, on that day", without content; what belongs to companies he has not
    selected is not told at all.

    Other addons add a source by inheriting this model::

        class Timeline(models.AbstractModel):
            _inherit = "crm.sync.timeline"

            @timeline_source(200, "repair")
            def _source_repair(self):
                return Source(
                    "repair.order", at=SQL("e.create_date"), title=SQL("e.name"), kind="repair",
                    user=SQL("e.user_id"), company=SQL("e.company_id"),
                )
    """

    _name = "crm.sync.timeline"
    _description = "Customer Timeline"

    # ---------------------------------------------------------------- public

    @api.model
    def _get_page(self, partner, filters=None, cursor=None, limit=40):
        """One page of ``partner``'s commercial entity; see ``res.partner.sync_timeline``."""
        filters, cursor = self._check_arguments(filters, cursor, limit)
        self.env.flush_all()
        sources = self._get_sources()
        # sudo: an id only; contacts and documents of companies that are not selected are left out of the page.
        entity_id = partner.sudo().commercial_partner_id.id
        keys = self._fetch_keys(sources, entity_id, filters, cursor, limit + 1)
        more, keys = len(keys) > limit, keys[:limit]
        cursor = advance(cursor, [key["at"] for key in keys])
        return {"events": self._describe(sources, keys), "cursor": cursor.dump() if more else False}

    def _check_arguments(self, filters, cursor, limit):
        if type(limit) is not int or not 0 < limit <= MAX_PAGE:
            raise UserError(self.env._("limit: give a number from 1 to %s.", MAX_PAGE))
        try:
            return parse_filters(filters), Cursor.load(cursor) if cursor else None
        except FilterError as error:
            raise UserError(
                self.env._("Filter %(name)s: expected %(expected)s.", name=error.name, expected=error.expected)
            ) from error
        except ValueError as error:
            raise UserError(self.env._("cursor: give back the cursor of the previous page unchanged.")) from error

    @api.model
    def _get_sources(self):
        """``{code: Source}`` of all sources whose module is installed.

        A source may depend on the reader, his language and his company, and on nothing else of the environment.
        """
        return self._kept_sources(self.env.uid, self.env.lang, self.env.company.id)

    @api.model
    @kept
    def _kept_sources(self, _uid, _lang, _company_id):
        sources = {options["code"]: method() for options, method in registered_methods(self, "timeline_source")}
        return tools.frozendict({code: source for code, source in sources.items() if source})

    # ---------------------------------------------------------------- keys

    def _fetch_keys(self, sources, entity_id, filters, cursor, limit):
        """The newest ``limit`` events behind ``cursor``: ``[{at, source, id, doc_id, charge_id, tz}]``."""
        skip = cursor.skip if cursor else 0
        branches = [
            self._branch(code, source, filters, cursor, limit + skip)
            for code, source in sources.items()
            if (not filters.kinds or source.may_hold("kind", filters.kinds))
            and (not filters.channels or source.may_hold("channel", filters.channels))
        ]
        if not branches:
            return []
        return self.env.execute_query_dict(
            SQL(
                # Seconds, as Odoo shows them: the rest would tell what was stamped by the database.
                "%s SELECT date_trunc('second', at) AS at, source, id, doc_id,"
                " (SELECT department_id FROM charge) AS charge_id, (SELECT tz FROM reader) AS tz"
                " FROM (%s) event ORDER BY event.at DESC, source DESC, id DESC LIMIT %s OFFSET %s",
                self._base_sets(entity_id),
                SQL(" UNION ALL ").join(branches),
                limit,
                skip,
            )
        )

    def _base_sets(self, entity_id):
        """The customer's contacts, archived ones included, and his documents in the reader's companies."""
        companies = self.env.companies.ids

        def documents(table, *conditions):
            of_customer = any_of(SQL("partner_id"), OF_PARTNERS)
            of_companies = SQL("(company_id IS NULL OR company_id = ANY(%s))", companies)
            where = SQL(" AND ").join([of_customer, of_companies, *conditions])
            return SQL("SELECT * FROM %s WHERE %s", SQL.identifier(table), where)

        return SQL(
            """WITH companies AS MATERIALIZED (
                        SELECT unnest(string_to_array(trim(trailing '/' FROM parent_path), '/')::int[]) AS id
                          FROM res_company WHERE id = ANY(%s)),
                    partners AS MATERIALIZED (
                        SELECT id FROM res_partner WHERE commercial_partner_id = %s
                           AND (company_id IS NULL OR company_id IN (SELECT id FROM companies))),
                    leads AS MATERIALIZED (%s),
                    orders AS MATERIALIZED (%s),
                    moves AS MATERIALIZED (%s),
                    charge AS (SELECT department_id FROM crm_sync_customer WHERE partner_id = %s),
                    reader AS (SELECT p.tz FROM res_users u JOIN res_partner p ON p.id = u.partner_id WHERE u.id = %s)""",
            companies,
            entity_id,
            documents("crm_lead"),
            documents("sale_order"),
            documents("account_move", CUSTOMER_MOVES),
            entity_id,
            self.env.uid,
        )

    def _branch(self, code, source, filters, cursor, limit):
        table = SQL.identifier(source.table or self.env[source.model]._table)
        conditions = [source.among_sql, source.where, SQL("%s <= %s", source.at, fields.Datetime.now() + _CLOCK_SKEW)]
        conditions += self._filter_conditions(source, filters)
        if filters.look_inside:
            conditions.append(self._may_answer(source))
        if source.company is not None:
            conditions.append(
                SQL(
                    "(%(company)s IS NULL OR %(company)s = ANY(%(ids)s))",
                    company=source.company,
                    ids=self.env.companies.ids,
                )
            )
        if cursor:
            conditions.append(SQL("%s < %s", source.at, cursor.at + timedelta(seconds=1)))
        return SQL(
            "(SELECT %s AS at, %s::varchar AS source, e.id, %s AS doc_id FROM %s e WHERE %s ORDER BY at DESC, e.id DESC LIMIT %s)",
            source.at,
            code,
            source.document_id,
            table,
            SQL(" AND ").join(conditions),
            limit,
        )

    def _may_answer(self, source):
        """SQL condition: the reader may see the content of event ``e``.

        A filter that looks at the content must pass over what is hidden before anything is counted or cut to a page;
        otherwise the number of events, or a cursor, would tell whether something hidden matches.
        """
        Model = self.env[source.document or source.model].with_context(active_test=False)
        if not Model.has_access("read"):
            return SQL("FALSE")
        query = Model._search([])
        query.add_where(SQL("%s = %s", SQL.identifier(Model._table, "id"), source.document_id))
        return SQL("NOT COALESCE(%s, FALSE) AND EXISTS (%s)", source.hidden, query.select(SQL("1")))

    def _filter_conditions(self, source, filters):
        if filters.kinds and isinstance(source.kind, SQL):
            yield SQL("%s = ANY(%s)", source.kind, list(filters.kinds))
        if filters.channels and isinstance(source.channel, SQL):
            yield SQL("%s = ANY(%s)", source.channel, list(filters.channels))
        if filters.person_ids:
            yield SQL(
                "%s IN (SELECT partner_id FROM res_users WHERE id = ANY(%s))",
                source.author_sql,
                list(filters.person_ids),
            )
        if filters.department_ids:
            yield self._in_departments(source, list(filters.department_ids))
        if filters.search:
            pattern = like_pattern(filters.search)
            yield SQL("(%s ILIKE %s OR %s ILIKE %s)", source.title, pattern, SQL("(%s)::text", source.preview), pattern)
        if filters.date_from or filters.date_to:
            start, end = utc_bounds(
                filters.date_from or filters.date_to, filters.date_to or filters.date_from, self.env.user.tz or "UTC"
            )
            if filters.date_from:
                yield SQL("%s >= %s", source.at, start)
            if filters.date_to:
                yield SQL("%s < %s", source.at, end)

    def _in_departments(self, source, department_ids):
        if source.department is not None:
            return SQL("%s = ANY(%s)", source.department, department_ids)
        return SQL(
            """(%(author)s IN (SELECT partner_id FROM res_users WHERE sync_department_id = ANY(%(ids)s))
                OR (SELECT department_id FROM charge) = ANY(%(ids)s)
                   AND NOT EXISTS (SELECT FROM res_users WHERE partner_id = %(author)s AND NOT share))""",
            author=source.author_sql,
            ids=department_ids,
        )

    # ---------------------------------------------------------------- details

    def _describe(self, sources, keys):
        """The events of ``keys`` as the reader may see them."""
        if not keys:
            return []
        readable = self._readable_documents(sources, keys)
        details = self._fetch_details(sources, keys)
        labels = self._get_labels()
        events = []
        for key in keys:
            row = details[key["source"], key["id"]]
            source = sources[key["source"]]
            visible = not row["hidden"] and key["doc_id"] in readable[source.document or source.model]
            events.append(self._event(key, row, source, labels) if visible else self._masked_event(key, row))
        return events

    def _readable_documents(self, sources, keys):
        """``{model: ids the reader may read}``, by Odoo's own access rules, in one query."""
        documents = set()
        for key in keys:
            source = sources[key["source"]]
            documents.add((source.document or source.model, key["doc_id"]))
        readable = {model: set() for model, _doc_id in documents}
        if selects := readable_selects(self.env, documents):
            for model, doc_id in self.env.execute_query(SQL(" UNION ALL ").join(selects)):
                readable[model].add(doc_id)
        return readable

    def _fetch_details(self, sources, keys):
        """``{(source, id): row}``: one query for the sources that occur on the page.

        What none of us did, a customer's own mail say, belongs to the department in charge of him.
        """
        alike = {}  # sources that read the same columns of the same table, as the four kinds of chatter do
        described = {code: (sources[code].model, sources[code].columns) for code in {key["source"] for key in keys}}
        for key in keys:
            codes, ids = alike.setdefault(described[key["source"]], ([], []))
            codes.append(key["source"])
            ids.append(key["id"])
        branches = [
            SQL(
                "SELECT k.source, e.id, %s FROM unnest(%s::varchar[], %s::int[]) k (source, id) JOIN %s e ON e.id = k.id",
                columns,
                codes,
                ids,
                SQL.identifier(self.env[model]._table),
            )
            for (model, columns), (codes, ids) in alike.items()
        ]
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT d.*, u.id AS user_id, pp.name AS person_name,
                          dep.id AS department_id, COALESCE(dep.name->>%(lang)s, dep.name->>'en_US') AS department_name
                     FROM (%(branches)s) d
                     LEFT JOIN res_partner pp ON pp.id = d.author
                     LEFT JOIN LATERAL (
                         SELECT id, sync_department_id FROM res_users
                          WHERE partner_id = pp.id AND NOT share ORDER BY active DESC, id LIMIT 1
                     ) u ON TRUE
                     LEFT JOIN crm_sync_department dep ON dep.id = COALESCE(
                         d.department, u.sync_department_id, CASE WHEN u.id IS NULL THEN %(charge)s::int END)""",
                charge=keys[0]["charge_id"],
                lang=self.env.lang or "en_US",
                branches=SQL(" UNION ALL ").join(branches),
            )
        )
        return {(row["source"], row["id"]): row for row in rows}

    def _event(self, key, row, source, labels):
        kind = labels["kind"].get(row["kind"], (row["kind"], "fa-circle-o", 0))
        return {
            "key": f"{key['source']}:{key['id']}",
            "at": self._dump_moment(key["at"]),
            "masked": False,
            "kind": row["kind"],
            "label": kind[0],
            "icon": kind[1],
            "color": kind[2],
            "title": row["title"] or kind[0],
            "preview": plain_text(row["preview"]) or False,
            "direction": row["direction"] or False,
            "channel": row["channel"] or False,
            "channel_label": labels["channel"].get(row["channel"], row["channel"]) or False,
            "person": {"id": row["user_id"] or False, "name": row["person_name"]} if row["person_name"] else False,
            "department": self._department(row),
            "amount": row["amount"] if row["amount"] is not None else False,
            "currency_id": row["currency_id"] or False,
            "state_label": labels["state"].get(row["state"], row["state"]) or False,
            "model": source.document or source.model,
            "res_id": key["doc_id"],
        }

    def _masked_event(self, key, row):
        """What may be told of an event whose content the reader may not see: the day, and the department.

        Not the time of day, by which an invoice could be told from a call; and a name that only tells events apart.
        """
        tz = key["tz"] or "UTC"
        day = local_date(key["at"], tz)
        start, end = utc_bounds(day, day, tz)
        # sudo: the secret of the database makes the name unguessable; it is not returned.
        name = tools.hmac(self.env(su=True), "crm_sync_masked_event", f"{key['source']}:{key['id']}")[:16]
        return {
            "key": f"masked:{name}",
            "at": self._dump_moment(start + (end - start) / 2),
            "masked": True,
            "department": self._department(row),
        }

    def _department(self, row):
        return {"id": row["department_id"], "name": row["department_name"]} if row["department_id"] else False

    @staticmethod
    def _dump_moment(moment: datetime):
        return fields.Datetime.to_string(moment.replace(microsecond=0))
