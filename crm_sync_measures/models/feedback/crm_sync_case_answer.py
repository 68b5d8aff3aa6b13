from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _lang_get
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, html_sanitize, is_html_empty

from ...rules.case_flow import KINDS
from ...rules.case_words import ALIKE, likeness, query_of, words_of
from .crm_sync_case_similar import SOLVED

#: Answers that are compared at most.
_MOST = 500
#: Counted by the database when a customer says so.
_COUNTED = ("helped_count", "not_helped_count")


class CrmSyncCaseAnswer(models.Model):
    """The answer to a question that customers ask again and again, in one language.

    It is shown to who is about to ask the same, before he sends it; what was published only. Nothing is kept of who read it
    but how many said that it helped.
    """

    _name = "crm.sync.case.answer"
    _description = "Known Answer"
    _order = "sequence, id desc"
    _rec_name = "question"
    _check_company_auto = True

    question = fields.Char(required=True, size=200, help="As a customer would ask it, without naming anybody.")
    other_words = fields.Text("Other Words for It", help="What else customers call it, in any order. Not shown.")
    answer = fields.Html(
        "Answer Text",
        required=True,
        sanitize_attributes=True,
        sanitize_form=True,
        sanitize_style=True,
        strip_classes=True,
        help="Everybody can read this on the website once it is published.",
    )
    lang = fields.Selection(
        _lang_get,
        "Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
        help="Shown to customers who speak it.",
    )
    product_category_id = fields.Many2one("product.category", index="btree_not_null", ondelete="set null")
    is_for_complaint = fields.Boolean("Complaints", default=True)
    is_for_question = fields.Boolean("Questions", default=True)
    is_for_praise = fields.Boolean("Praise")
    is_for_suggestion = fields.Boolean("Customer Suggestions")
    is_published = fields.Boolean(
        "Shown to Everybody", copy=False, help="In the forms in which customers write to us, which need no login."
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, ondelete="restrict"
    )
    case_id = fields.Many2one(
        "crm.sync.case", "Made from", readonly=True, index="btree_not_null", check_company=True, ondelete="set null"
    )
    helped_count = fields.Integer("Helped", readonly=True, copy=False)
    not_helped_count = fields.Integer("Did Not Help", readonly=True, copy=False)
    helped_share = fields.Float(
        "Share That It Helped", compute="_compute_helped_share", store=True, aggregator="avg", copy=False
    )
    active = fields.Boolean(default=True)
    search_words = fields.Text(
        "Words It Is Found by",
        compute="_compute_search_words",
        store=True,
        prefetch=False,
        exportable=False,
        export_string_translation=False,
    )

    _words_idx = models.Index(
        "USING gin (string_to_array(search_words, ' ')) WHERE is_published IS TRUE AND active IS TRUE"
    )

    @api.depends("question", "other_words")
    def _compute_search_words(self):
        for answer in self:
            answer.search_words = " ".join(words_of(f"{answer.question or ''}\n{answer.other_words or ''}"))

    @api.depends("helped_count", "not_helped_count")
    def _compute_helped_share(self):
        for answer in self:
            told = answer.helped_count + answer.not_helped_count
            answer.helped_share = answer.helped_count / told if told else 0

    @api.constrains("answer", "is_published")
    def _check_answer(self):
        for answer in self:
            if answer.is_published and is_html_empty(answer.answer):
                raise ValidationError(self.env._("%s: write the answer before you publish it.", answer.question))

    @api.constrains("question")
    def _check_question(self):
        for answer in self:
            if not answer.search_words:
                raise ValidationError(self.env._("Question: there is no word in it that it can be found by."))

    # ---------------------------------------------------------------- what is counted is not entered

    @api.model_create_multi
    def create(self, vals_list):
        counted = {} if self.env.su else dict.fromkeys(_COUNTED, 0)
        return super().create([{**vals, **counted} for vals in vals_list])

    def write(self, vals):
        kept = () if self.env.su else _COUNTED
        return super().write({name: value for name, value in vals.items() if name not in kept})

    # ---------------------------------------------------------------- for who is about to write to us

    @api.model
    def _suggest(self, text, lang, company, limit=3, kind=None):
        """The published answers of ``company`` that have most to do with ``text``, in the customer's language.

        For anybody: callers need not check who asks, since everybody may read what was published.

        :return: ``[{"id", "question", "answer"}]``, the answer as sanitised HTML
        """
        query = query_of("", text)
        if not query:
            return []
        candidates = self._candidates(list(query), lang, company, kind)
        scores = {answer: likeness(query, {}, words.split()) for answer, words in candidates}
        best = [answer for answer, words in candidates if self._fits(query, words.split(), scores[answer])]
        best.sort(key=lambda answer: -scores[answer])
        return [
            {"id": answer.id, "question": answer.question, "answer": html_sanitize(answer.answer, strip_classes=True)}
            for answer in best[:limit]
        ]

    @api.model
    def _fits(self, query, words, score):
        """One word in common is enough for who writes two; who writes a lot may have half the question in it."""
        found = len(set(words) & query.keys())
        return score >= 0.5 or (found >= 2 and (score >= ALIKE or found >= len(words) / 2))

    @api.model
    def _candidates(self, words, lang, company, kind):
        # sudo: what was published is for everybody
        Answer = self.sudo()
        domain = [
            ("is_published", "=", True),
            ("active", "=", True),
            ("company_id", "=", company.id),
            # Who speaks another English is told in English all the same.
            ("lang", "=like", f"{(lang or 'en')[:2]}%"),
        ]
        if kind in KINDS:
            domain.append((f"is_for_{kind}", "=", True))
        Answer.flush_model()
        query = Answer._search(domain, limit=_MOST, order="sequence, id desc")
        column = SQL("%s.search_words", SQL.identifier(query.table))
        query.add_where(SQL("string_to_array(%s, ' ') && %s::text[]", column, words))
        rows = self.env.execute_query(query.select(SQL("%s.id", SQL.identifier(query.table)), column))
        return [(Answer.browse(answer_id), found) for answer_id, found in rows]

    def _judge(self, helped):
        """Count that a customer said whether it helped. Callers have seen to it that he says so once."""
        self.ensure_one()
        # sudo: a number that nobody enters
        answer = self.sudo()
        answer.flush_recordset()
        column = SQL.identifier("helped_count" if helped else "not_helped_count")
        # Counted by the database, so that two customers at the same moment are two.
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s = COALESCE(%s, 0) + 1 WHERE id = %s",
                SQL.identifier(self._table),
                column,
                column,
                self.id,
            )
        )
        answer.invalidate_recordset(["helped_count", "not_helped_count"])
        self.env.add_to_compute(answer._fields["helped_share"], answer)

    # ---------------------------------------------------------------- from a case

    @api.model
    def _from_case(self, case):
        """The form of a new answer, filled from a solved case and not saved: the colleague reads it before it is one."""
        if case.step not in SOLVED or case.master_id:
            raise UserError(self.env._("A known answer is made from a case that was solved."))
        self.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Known Answer"),
            "res_model": self._name,
            "views": [[False, "form"]],
            "context": {
                "default_question": case.name,
                "default_answer": case._solution_html(),
                "default_lang": case.lang or self.env.lang,
                "default_company_id": case.company_id.id,
                "default_product_category_id": case.product_id.categ_id.id,
                "default_case_id": case.id,
                "default_is_published": False,
                **{f"default_is_for_{kind}": kind in (case.kind, "question") for kind in KINDS},
            },
        }
