from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _lang_get
from odoo.exceptions import ValidationError

from ...rules.case_routing import MAX_WORDS
from ...rules.score_themes import words_of


class CrmSyncSurveyThemeWords(models.Model):
    """The words that stand for a theme in one language."""

    _name = "crm.sync.survey.theme.words"
    _description = "Words of a Theme"
    _order = "theme_id, lang, id"
    _rec_name = "words"

    theme_id = fields.Many2one("crm.sync.survey.theme", required=True, index=True, ondelete="cascade")
    lang = fields.Selection(_lang_get, "Language", help="Of the customer. Empty: any language.")
    words = fields.Text(
        required=True,
        help="With commas between them. Words with letters are found as whole words, a star stands for any ending (refund*);"
        " Chinese words are found anywhere.",
    )

    @api.constrains("words")
    def _check_words(self):
        for line in self:
            if not 0 < len(line._words()) <= MAX_WORDS:
                raise ValidationError(self.env._("Words: enter 1 to %s, with commas between them.", MAX_WORDS))

    def _words(self):
        self.ensure_one()
        return words_of(self.words)

    # ---------------------------------------------------------------- a change of words has comments read again

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.theme_id._read_again()
        return lines

    def write(self, vals):
        before = self.theme_id
        result = super().write(vals)
        (before | self.theme_id)._read_again()
        return result

    def unlink(self):
        themes = self.theme_id
        result = super().unlink()
        themes._read_again()
        return result
