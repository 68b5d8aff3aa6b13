from odoo import models

from ...rules.score_statistics import ANONYMOUS_NUMBERS
from ...rules.survey_results import band_counts
from .crm_sync_score_anonymous import SEGMENTS


class CrmSyncSurveyResults(models.Model):
    """The page of an anonymous program: what may be told of its answers, and no record behind any of it.

    There is no choice of times: what was told of two of them would tell of those who lie between.
    """

    _inherit = "crm.sync.survey.program"

    def _anonymous_results(self):
        Score = self.env["crm.sync.score"]
        is_over = Score._is_over(self)
        told = {code: Score.anonymous_figures(self.id, code) for code in SEGMENTS}
        [whole, *_same] = told.values()
        scope = self._results_scope(0)
        counts = band_counts(self.metric, Score._anonymous_values(self, is_over))
        # A part of the scale that nobody has chosen tells of nobody.
        is_told = whole["is_enough"] and all(count >= ANONYMOUS_NUMBERS for count in counts.values() if count)
        minimum = max(self.min_answers, ANONYMOUS_NUMBERS)
        head = self._results_head(scope, False)
        return {
            **head,
            "program": {**head["program"], "minimum": minimum, "is_over": is_over},
            "waves": [],
            "periods": [],
            "score": {**self._results_nothing(), **{name: whole[name] for name in whole if name != "segments"}},
            "bands": self._results_bands(counts) if is_told else [],
            "values": [],
            "trend": [],
            "segments": [segment for segment in map(self._anonymous_segment, told.items()) if segment["rows"]],
            "response": self._without_domains(self._results_response(scope.invitations)),
            "silent": self._results_silent(scope.invitations) if is_over else [],
            # Who was not asked has not answered: nothing to hide.
            "suppressed": self._results_suppressed(scope.invitations),
            "themes": [],
            "loop": False,
        }

    def _anonymous_segment(self, item):
        code, figures = item
        languages = dict(self.env["res.lang"].get_installed()) if code == "lang" else {}
        rows = [{**row, "label": languages.get(row["label"], row["label"])} for row in figures["segments"]]
        return {"code": code, "label": self._results_segment_label(code), "rows": rows, "more": 0}

    def _without_domains(self, response):
        return {**response, "numbers": [{**number, "domain": False} for number in response["numbers"]]}

    def _anonymous_comments(self, search, offset, limit):
        texts = self.env["crm.sync.score"].anonymous_comments(self.id)
        wanted = (search or "").casefold().split()
        found = [text for text in texts if all(word in text.casefold() for word in wanted)]
        return {"total": len(found), "comments": [{"text": text} for text in found[offset : offset + limit]]}
