from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, plaintext2html
from odoo.tools.mail import html_to_inner_content

from ...rules.case_flow import next_steps
from ...rules.case_words import ALIKE, CANDIDATES, asked, likeness, query_of, words_of

#: It was done what the customer wanted, or what could be done; what was rejected is no example.
SOLVED = ("accepted", "closed", "done", "told")
_DOCUMENT = "array_to_tsvector(string_to_array(search_words, ' '))"
#: What the same product adds.
_SAME_PRODUCT = 0.15
_MOST = 20


class CrmSyncCaseSimilar(models.Model):
    """How cases like this one were solved.

    ``search_words`` are the words a solved case is found by (``rules/case_words.py``), in an index: no extension of PostgreSQL
    and no dictionary is needed, and the language of the database does not matter. Open cases have none, so that taking a case
    in costs nothing here. How frequent a word is, PostgreSQL knows from its own statistics.
    """

    _inherit = "crm.sync.case"

    search_words = fields.Text(
        "Words It Is Found by",
        compute="_compute_search_words",
        store=True,
        prefetch=False,
        copy=False,
        exportable=False,
        export_string_translation=False,
    )

    _words_idx = models.Index(f"USING gin ({_DOCUMENT}) WHERE search_words IS NOT NULL")

    @api.depends("name", "description", "decision_note", "step", "master_id")
    def _compute_search_words(self):
        for case in self:
            is_example = case.step in SOLVED and not case.master_id
            case.search_words = " ".join(words_of(case._told())) if is_example else False

    def _told(self):
        """What the case is found by: the subject first, since not everything of a long text is kept."""
        return "\n".join(filter(None, (self.name, self.decision_note, html_to_inner_content(self.description or ""))))

    # ---------------------------------------------------------------- finding

    def _similar(self, limit=5):
        """Solved cases of the same company that are most like this one, as far as the caller may read them."""
        self.ensure_one()
        query = query_of(self.name, html_to_inner_content(self.description or ""))
        return self._most_like(query, self.company_id, self.product_id, limit, but=self)

    @api.model
    def _most_like(self, query, company, product, limit, but=None):
        """The solved cases of ``company`` that have most in common with ``query``, the most alike and newest first."""
        share, total = self._shares(list(query))
        groups = asked(list(query), share, total)
        if not groups:
            return self.browse()
        scores = {
            case_id: likeness(query, share, words.split()) + (_SAME_PRODUCT if product.id == product_id else 0)
            for case_id, product_id, words in self._candidates(groups, company)
            if case_id not in (but or self).ids
        }
        best = sorted((case_id for case_id, score in scores.items() if score >= ALIKE), reverse=True)
        return self.browse(sorted(best, key=scores.get, reverse=True)[:limit])

    @api.model
    def _candidates(self, groups, company):
        """``[(id, product id, words)]`` of the cases in which one of the ``groups`` of words is, by the index."""
        self.env["crm.sync.case"].flush_model()
        query = self._search([("company_id", "=", company.id), ("step", "in", SOLVED), ("master_id", "=", False)])
        table = SQL.identifier(query.table)
        # Words have no character that means something here.
        wanted = " | ".join("({})".format(" & ".join(f"'{word}'" for word in group)) for group in groups)
        query.add_where(
            SQL(
                "%(words)s IS NOT NULL AND array_to_tsvector(string_to_array(%(words)s, ' ')) @@ %(wanted)s::tsquery",
                words=SQL("%s.search_words", table),
                wanted=wanted,
            )
        )
        query.limit = CANDIDATES
        columns = (SQL("%s.%s", table, SQL.identifier(name)) for name in ("id", "product_id", "search_words"))
        return self.env.execute_query(query.select(*columns))

    @api.model
    def _shares(self, words):
        """``({word: in which part of the solved cases it is}, how many there are)``, by the statistics of the index.

        The rarest word that was counted is told too; all others are rarer. Nothing is told before anything was counted.
        """
        index = f"{self._table}_words_idx"
        rows = self.env.execute_query(
            SQL(
                """WITH known AS (
                       SELECT k.word, k.share
                         FROM pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) k(word, share)
                        WHERE s.schemaname = current_schema AND s.tablename = %(index)s AND k.word IS NOT NULL)
                   SELECT word, share FROM known WHERE word = ANY(%(words)s)
                    UNION (SELECT word, share FROM known ORDER BY share LIMIT 1)""",
                index=index,
                words=words,
            )
        )
        [[total]] = self.env.execute_query(
            SQL("SELECT COALESCE((SELECT reltuples FROM pg_class WHERE oid = to_regclass(%s)), 0)", index)
        )
        return dict(rows), max(0, total)

    # ---------------------------------------------------------------- for the screens

    @api.model
    def sync_similar(self, subject="", text="", product_id=None, case_id=None, company_id=None, limit=5):
        """How cases like this one were solved; for a case that is being written down too.

        ::

            POST /json/2/crm.sync.case/sync_similar   {"subject": "The lamp flickers", "text": "Below half of its light"}

            [{"id": 7, "number": "C/2026/000007", "name": "…", "cause": "Defect", "solution": "…", "closed_on": "2026-03-02"}]

        :param str text: what the customer says, as text or HTML
        :param int case_id: this one is not told itself
        :raise AccessError: without a role, or for a case or company the caller may not read
        """
        self.check_access("read")
        self._check_asked(subject, text, product_id, case_id, company_id, limit)
        case = self.browse(case_id or ())
        case.check_access("read")
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        if company not in self.env.companies:
            raise UserError(self.env._("company_id: you do not work in this company now."))
        product = self.env["product.product"].browse(product_id or ())
        found = self._most_like(
            query_of(subject, html_to_inner_content(text or "")), company, product, min(limit, _MOST), but=case
        )
        return [one._example() for one in found]

    @api.model
    def _check_asked(self, subject, text, product_id, case_id, company_id, limit):
        for name, value in (("subject", subject), ("text", text)):
            if value and not isinstance(value, str):
                raise UserError(self.env._("%s: give a text.", name))
        for name, value in (("product_id", product_id), ("case_id", case_id), ("company_id", company_id)):
            if value and (type(value) is not int or not 0 < value < 2**31):
                raise UserError(self.env._("%s: give the id of a record.", name))
        if type(limit) is not int or limit < 1:
            raise UserError(self.env._("%s: give a whole number from 1 on.", "limit"))

    def _example(self):
        """What is shown of a solved case."""
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            # sudo: what a cause is called, on a case that the reader may read
            "cause": self.cause_id.sudo().display_name or "",
            "solution": self._solution(),
            "closed_on": fields.Date.to_string((self.closed_at or self.resolved_at or self.opened_at).date()),
        }

    def _solution(self):
        return self.decision_note or self.proposal or ""

    def action_use_solution(self, other):
        """Begin an answer to this customer with how another case was solved: a draft, sent by nobody.

        :param int other: the id of that case
        :return: the dialog for a proposal where one can be made now, else that for a message
        """
        self.ensure_one()
        self.check_access("write")
        self._check_asked("", "", None, other, None, 1)
        other = self.browse(other)
        other.check_access("read")
        solution = other._solution()
        if not solution:
            raise UserError(self.env._("%s: how it was solved is not written there.", other.number))
        if "proposed" in next_steps(self.kind, self.step):
            action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_case_change_action")
            context = {"default_change": "propose", "active_ids": self.ids, "default_text": solution}
        else:
            action = self.env["ir.actions.act_window"]._for_xml_id("mail.action_email_compose_message_wizard")
            context = {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_body": plaintext2html(solution),
                "default_partner_ids": self.partner_id.ids,
            }
        return {**action, "context": context}

    def _solution_html(self):
        return plaintext2html(self._solution()) if self._solution() else ""

    # ---------------------------------------------------------------- known answers

    def action_make_answer(self):
        """Make a known answer of how this was solved: a draft that the colleague reads and saves."""
        self.ensure_one()
        self.check_access("read")
        return self.env["crm.sync.case.answer"]._from_case(self)
