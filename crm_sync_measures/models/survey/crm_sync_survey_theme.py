from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.score_themes import ThemeRule

#: Who changes these changes what is read out of comments.
_READ_AGAIN = {"active", "word_ids"}


class CrmSyncSurveyTheme(models.Model):
    """What customers' comments are about: one theme for all languages, found by words of each of them.

    A theme is one for all companies, and so is its name in every language: comments of customers are counted together in
    whatever language they are. A comment has its themes when it is given; when words are changed, all comments are read again
    by the job *Themes of comments* (``version`` says up to where).
    """

    _name = "crm.sync.survey.theme"
    _description = "Theme of Comments"
    _order = "sequence, id"

    name = fields.Char("Theme", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    word_ids = fields.One2many("crm.sync.survey.theme.words", "theme_id", "Words", copy=True)
    version = fields.Integer(readonly=True, copy=False, export_string_translation=False)
    score_count = fields.Integer("Comments", compute="_compute_score_count")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_score_count(self):
        """Comments that the reader may read."""
        rows = self.env["crm.sync.score"]._read_group([("theme_ids", "in", self.ids)], ["theme_ids"], ["__count"])
        counts = {theme.id: count for theme, count in rows}
        for theme in self:
            theme.score_count = counts.get(theme.id, 0)

    # ---------------------------------------------------------------- writing

    @api.model_create_multi
    def create(self, vals_list):
        themes = super().create([self._without_version(vals) for vals in vals_list])
        themes._read_again()
        return themes

    def write(self, vals):
        result = super().write(self._without_version(vals))
        if _READ_AGAIN & vals.keys():
            self._read_again()
        return result

    @api.model
    def _without_version(self, vals):
        """The number is the theme's own: whoever gives it a large one would leave none for the next change."""
        return {name: value for name, value in vals.items() if name != "version"}

    def _read_again(self):
        """Have all comments read by the words as they are now."""
        if not self:
            return
        table = SQL.identifier(self._table)
        # Who changes another theme at the same moment waits: each change has a number of its own.
        self.env.cr.execute(SQL("SELECT id FROM %s ORDER BY id FOR UPDATE", table))
        [[latest]] = self.env.execute_query(SQL("SELECT COALESCE(MAX(version), 0) FROM %s", table))
        # super: what the theme keeps itself
        super().write({"version": latest + 1})  # pylint: disable=super-method-mismatch
        job = self.env["crm.sync.job"]._get_job("survey_themes")
        if job:
            job.cron_id.sudo()._trigger()  # sudo: the job's own schedule; who may change themes was checked by Odoo

    def action_open_scores(self):
        """The comments about this theme."""
        self.ensure_one()
        return self.env["crm.sync.score"]._action_list([("theme_ids", "in", self.ids)])

    # ---------------------------------------------------------------- read by scores

    @api.model
    def _rules(self):
        """``(rules, version)``: all themes in use as ``rules/score_themes.py`` wants them, and what they are as of."""
        # sudo: a comment has its themes whoever takes it in
        themes = self.sudo()
        [[version]] = themes.with_context(active_test=False)._read_group([], [], ["version:max"])
        words = themes.env["crm.sync.survey.theme.words"].search([("theme_id.active", "=", True)])
        return [ThemeRule(line.theme_id.id, line._words(), line.lang or None) for line in words], version or 0
