from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...rules.case_intake import clean_text
from ...rules.survey_results import BANDS, band_of

#: Comments of one page, and the most that are told at once.
_PAGE, _MOST = 20, 100
#: Of what is searched.
_LONGEST = 200


class CrmSyncSurveyResults(models.Model):
    """What customers have said beside the number: those comments that the reader may read, newest first."""

    _inherit = "crm.sync.survey.program"

    @api.readonly
    def results_comments(self, wave=None, days=None, search=None, theme=None, band=None, offset=0, limit=_PAGE):
        """One page of comments, newest first, in two statements and those for names.

        ::

            POST /json/2/crm.sync.survey.program/results_comments   {"ids": [3], "search": "delivery", "band": "low"}

            {"total": 14, "comments": [{"id": 41, "at": "2026-03-01 09:00:00", "value": 3, "band": "low",
              "text": "Late again", "customer": "Acme", "themes": [{"id": 2, "name": "Delivery", "color": 1}]}, …]}

        Anonymous comments have neither number nor customer nor moment, and are told once the program is over, from eight on.

        :param int wave: as in :meth:`results_page`; ``days`` too
        :param str search: all of these words
        :param int theme: the id of a theme
        :param str band: ``high``, ``middle`` or ``low``
        """
        program = self._check_results()
        self._check_comment_arguments(search, theme, band, offset, limit)
        if program.is_anonymous:
            return program._anonymous_comments(search, offset, limit)
        domain = program._comments_domain(program._results_scope(wave, days), search, theme, band)
        Score = self.env["crm.sync.score"]
        scores = Score.search(domain, offset=offset, limit=limit)
        return {
            "total": Score.search_count(domain),
            "comments": [program._results_comment(score) for score in scores],
        }

    def _comments_domain(self, scope, search=None, theme=None, band=None):
        domain = scope.answers & Domain("comment", "!=", False)
        if search := clean_text(search, _LONGEST):
            domain &= Domain("verbatim", "ilike", search)
        if theme:
            domain &= Domain("theme_ids", "in", [theme])
        if band:
            [(lowest, highest)] = [(low, high) for name, low, high in BANDS[self.metric] if name == band]
            domain &= Domain("value", ">=", lowest) & Domain("value", "<=", highest)
        return domain

    def _results_comment(self, score):
        # sudo: names of customer and themes, for who may read the answer
        customer, themes = score.sudo().partner_id, score.sudo().theme_ids
        return {
            "id": score.id,
            "at": fields.Datetime.to_string(score.answered_at),
            "value": score.value,
            "band": band_of(self.metric, score.value),
            "text": score.comment,
            "customer": customer.display_name or False,
            "themes": [{"id": theme.id, "name": theme.name, "color": theme.color} for theme in themes],
        }

    def _results_themes(self, scope):
        """How many comments are about each theme, most first; one of them may be about several."""
        domain = self._comments_domain(scope)
        rows = self.env["crm.sync.score"]._read_group(domain, ["theme_ids"], ["__count"])
        # sudo: names of the themes of comments one may read
        told = [
            {
                "id": theme.id,
                "label": theme.sudo().name or self.env._("Without a theme"),
                "count": count,
                "domain": list(domain & Domain("theme_ids", "=", theme.id)),
            }
            for theme, count in rows
        ]
        return sorted(told, key=lambda row: (not row["id"], -row["count"], row["label"]))

    @api.model
    def _check_comment_arguments(self, search, theme, band, offset, limit):
        if search is not None and (not isinstance(search, str) or len(search) > _LONGEST):
            raise UserError(self.env._("%(name)s: at most %(number)s characters.", name="search", number=_LONGEST))
        if band not in (None, "high", "middle", "low"):
            raise UserError(
                self.env._("%(name)s: choose one of %(choices)s.", name="band", choices="high, middle, low")
            )
        for name, value, most in (
            ("theme", theme or 0, 2**31 - 1),
            ("offset", offset, 2**31 - 1),
            ("limit", limit, _MOST),
        ):
            if type(value) is not int or not 0 <= value <= most:
                raise UserError(self.env._("%s: give a whole number.", name))
