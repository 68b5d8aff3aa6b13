from odoo import api, fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ...rules.case_words import ASKED, words_of
from ...rules.score_themes import themes_of

_DOCUMENT = "array_to_tsvector(string_to_array(search_words, ' '))"


class CrmSyncScore(models.Model):
    """What customers say beside the number: found by its words, and told apart by its themes.

    Words are found as those of solved cases are (``rules/case_words.py``): in an index, without a dictionary, in Chinese two
    characters at a time.
    """

    _inherit = "crm.sync.score"

    theme_ids = fields.Many2many(
        "crm.sync.survey.theme", "crm_sync_score_theme_rel", "score_id", "theme_id", "Themes", readonly=True
    )
    theme_version = fields.Integer(readonly=True, aggregator=None, export_string_translation=False)
    search_words = fields.Text(
        compute="_compute_search_words",
        store=True,
        prefetch=False,
        exportable=False,
        export_string_translation=False,
    )
    verbatim = fields.Char(
        "Words of the Comment",
        compute="_compute_verbatim",
        search="_search_verbatim",
        help="Finds comments in which all of these words are, in whatever form and order.",
    )

    _words_idx = models.Index(f"USING gin ({_DOCUMENT}) WHERE search_words IS NOT NULL")
    _theme_version_idx = models.Index("(theme_version, id) WHERE comment IS NOT NULL")

    @api.depends("comment")
    def _compute_search_words(self):
        for score in self:
            score.search_words = " ".join(words_of(score.comment)) or False

    @api.depends("comment")
    def _compute_verbatim(self):
        for score in self:
            score.verbatim = score.comment

    def _search_verbatim(self, operator, value):
        if operator not in ("ilike", "like", "=", "in"):
            return NotImplemented
        texts = [value] if isinstance(value, str) else value
        return Domain.OR(self._comment_domain(text) for text in texts if text)

    @api.model
    def _comment_domain(self, text):
        """Comments with all the words of ``text``; where it has none that are kept (one character), with the text itself."""
        words = words_of(text, ASKED)
        if not words:
            return Domain("comment", "ilike", text)
        # Words have no character that means something here.
        wanted = " & ".join(f"'{word}'" for word in words)

        def has_words(model, alias, query):
            column = model._field_to_sql(alias, "search_words", query)
            return SQL(
                "(%(column)s IS NOT NULL AND array_to_tsvector(string_to_array(%(column)s, ' ')) @@ %(wanted)s::tsquery)",
                column=column,
                wanted=wanted,
            )

        return Domain.custom(
            to_sql=has_words, predicate=lambda score: set(words) <= set((score.search_words or "").split())
        )

    # ---------------------------------------------------------------- themes

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("comment") for vals in vals_list):
            rules, version = self.env["crm.sync.survey.theme"]._rules()
            vals_list = [self._with_themes(vals, rules, version) for vals in vals_list]
        return super().create(vals_list)

    @api.model
    def _with_themes(self, vals, rules, version):
        if not vals.get("comment"):
            return vals
        themes = themes_of(rules, vals["comment"], vals.get("lang"))
        return {**vals, "theme_ids": [Command.set(sorted(themes))], "theme_version": version}

    @api.model
    def _cron_themes(self):
        """Read comments again whose themes were changed since. Killing it anywhere, or running it twice, changes nothing."""
        # Without record_of: the name of a score is its value, and some were given anonymously.
        self.env["crm.sync.job.runner"]._run_sets(
            "survey_themes", self._comments_to_read, self._read_comments, batch_size=2000
        )

    @api.model
    def _comments_to_read(self, after, limit):
        version = self.env["crm.sync.survey.theme"]._rules()[1]
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_sync_score
                    WHERE comment IS NOT NULL AND COALESCE(theme_version, 0) < %s AND id > %s ORDER BY id LIMIT %s""",
                version,
                after,
                limit,
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _read_comments(self, ids):
        """(done, held): a set of comments in four statements, by SQL, since an answer is otherwise never changed."""
        rules, version = self.env["crm.sync.survey.theme"]._rules()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id, lang, comment FROM crm_sync_score
                    WHERE id IN %s AND comment IS NOT NULL ORDER BY id FOR UPDATE SKIP LOCKED""",
                tuple(ids),
            )
        )
        if not rows:
            return 0, len(ids)
        read = tuple(row[0] for row in rows)
        found = [(score, theme) for score, lang, comment in rows for theme in sorted(themes_of(rules, comment, lang))]
        self.env.cr.execute(SQL("DELETE FROM crm_sync_score_theme_rel WHERE score_id IN %s", read))
        if found:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO crm_sync_score_theme_rel (score_id, theme_id) SELECT * FROM unnest(%s::int[], %s::int[])",
                    [score for score, _theme in found],
                    [theme for _score, theme in found],
                )
            )
        self.env.cr.execute(SQL("UPDATE crm_sync_score SET theme_version = %s WHERE id IN %s", version, read))
        self.invalidate_model(["theme_ids", "theme_version"])
        return len(read), len(ids) - len(read)
