from odoo import api, fields, models
from odoo.tools import split_every
from odoo.tools.misc import get_lang

from ..core.workbook import Workbook

#: Comments that are read at once, and the most in a workbook, newest first.
_BATCH, _MOST = 1000, 50_000


class CrmSyncSurveyResultsXlsx(models.AbstractModel):
    """The workbook of a program's results: score, trend, segments, comments. It says what the page says, to the same reader."""

    _name = "crm.sync.survey.results.xlsx"
    _description = "Survey Results Workbook"

    @api.model
    def _write_to(self, program, file, **chosen):
        """Write the workbook of ``program`` to ``file``; ``chosen`` as :meth:`results_page` takes it."""
        page = program._results_all(**chosen)
        book = Workbook(file, get_lang(self.env), self.env.user.tz)
        self._add_score(book, page)
        self._add_trend(book, page)
        self._add_segments(book, page)
        self._add_comments(book, program, page)
        book.close()

    # ---------------------------------------------------------------- score

    def _add_score(self, book, page):
        _t = self.env._
        program, score = page["program"], page["score"]
        sheet = book.add_sheet(_t("Score"), widths=(44, 18, 18, 18))
        sheet.add_title(program["name"])
        sheet.add_row(_t("Company"), program["company"])
        sheet.add_row(_t("Kind of Score"), program["metric_label"])
        sheet.add_row(_t("Asked After"), program["trigger"])
        sheet.add_row(_t("Time"), self._time(page["filter"]))
        sheet.add_row(_t("One vote per customer"), _t("Yes") if page["filter"]["by_account"] else _t("No"))
        sheet.add_row(_t("Counted by"), self.env.user.name)
        sheet.add_row(_t("Counted at"), fields.Datetime.now())
        sheet.add_row()
        sheet.add_title(_t("Score"), "")
        for label, value in self._score_rows(score):
            sheet.add_row(label, value)
        self._add_counts(sheet, _t("Distribution"), ((band["label"], band["count"]) for band in page["bands"]))
        self._add_counts(sheet, None, ((str(row["value"]), row["count"]) for row in page["values"]))
        response = page["response"]
        self._add_counts(
            sheet,
            _t("Response Rate"),
            (
                *((number["label"], number["value"]) for number in response["numbers"]),
                (_t("Response Rate (%)"), self._number(response["rate"])),
            ),
        )
        self._add_counts(sheet, _t("Who Was Not Asked"), ((row["label"], row["count"]) for row in page["suppressed"]))
        if page["loop"]:
            self._add_loop(sheet, page["loop"])

    def _add_loop(self, sheet, loop):
        _t = self.env._
        numbers = [(number["label"], number["value"]) for number in (*loop["numbers"], *loop["outcomes"])]
        self._add_counts(sheet, _t("Who Was Unhappy"), numbers)
        if loop["follow_up"]:
            sheet.add_row()
            sheet.add_title(_t("Asked Once More"), _t("Answers"), _t("No Longer Unhappy"), "%")
            for row in loop["follow_up"]:
                sheet.add_row(row["label"], row["asked"], row["recovered"], self._number(row["rate"]))

    def _score_rows(self, score):
        _t = self.env._
        yield _t("Answers"), score["answers"]
        if not score["is_enough"]:
            yield _t("Score"), score["text"]
            return
        yield _t("Score"), self._number(score["figure"])
        yield _t("95 % interval, from"), self._number(score["low"])
        yield _t("95 % interval, to"), self._number(score["high"])
        if score["mean"] is not False:
            yield _t("Average Score"), self._number(score["mean"])
        if score["previous"] is not False:
            yield _t("Score before"), self._number(score["previous"])
            yield _t("Answers before"), score["previous_answers"]
            yield _t("Change is more than chance"), _t("Yes") if score["is_signal"] else _t("No")

    @api.model
    def _add_counts(self, sheet, title, rows):
        rows = list(rows)
        if rows:
            sheet.add_row()
            if title:
                sheet.add_title(title, "")
            for row in rows:
                sheet.add_row(*row)

    @api.model
    def _time(self, chosen):
        if chosen["wave"]:
            return self.env._("Wave %s", chosen["wave"])
        if chosen["days"]:
            return self.env._("Last %s days", chosen["days"])
        return self.env._("All times")

    @api.model
    def _number(self, value):
        """Zero is a number; False is none."""
        return None if value is False else float(value)

    # ---------------------------------------------------------------- trend and segments

    def _titles(self, *first):
        _t = self.env._
        return (*first, _t("Score"), _t("95 % interval, from"), _t("95 % interval, to"), _t("Answers"), _t("Remark"))

    def _line(self, row):
        few = "" if row["is_enough"] else row["text"]
        numbers = (self._number(row[name]) for name in ("figure", "low", "high"))
        return (*numbers, row["answers"], few)

    def _add_trend(self, book, page):
        sheet = book.add_sheet(self.env._("Trend"), self._titles(self.env._("Time")), (24, 12, 18, 18, 12, 40))
        for row in page["trend"]:
            sheet.add_row(row["label"], *self._line(row))

    def _add_segments(self, book, page):
        _t = self.env._
        titles = self._titles(_t("Segment"), _t("Value"))
        sheet = book.add_sheet(_t("Segments"), titles, (22, 34, 12, 18, 18, 12, 40))
        for segment in page["segments"]:
            for row in segment["rows"]:
                sheet.add_row(segment["label"], row["label"], *self._line(row))
        for side in page["silent"]:
            sheet.add_row()
            sheet.add_title(
                _t("Who Did Not Answer"), side["label"], _t("Arrived"), _t("Answered"), _t("Response Rate (%)")
            )
            for row in side["rows"]:
                sheet.add_row("", row["label"], row["delivered"], row["done"], self._number(row["rate"]))

    # ---------------------------------------------------------------- comments

    def _add_comments(self, book, program, page):
        Score = self.env["crm.sync.score"]
        names = ("answered_at", "value", "comment", "theme_ids", "partner_id", "department_id", "product_id", "lang")
        if program.is_anonymous:
            sheet = book.add_sheet(self.env._("Comments"), [self._label(Score, "comment")], (100,))
            for text in Score.anonymous_comments(program.id):
                sheet.add_row(text)
            return
        titles = [self._label(Score, name) for name in names]
        sheet = book.add_sheet(self.env._("Comments"), titles, (19, 8, 80, 24, 30, 22, 30, 10))
        scope = program._results_scope(**{name: page["filter"][name] for name in ("wave", "days")})
        for ids in split_every(_BATCH, Score.search(program._comments_domain(scope), limit=_MOST).ids):
            for score in Score.browse(ids):
                # sudo: names of what the answer is about, for who may read it
                known = score.sudo()
                sheet.add_row(
                    score.answered_at,
                    score.value,
                    score.comment,
                    ", ".join(known.theme_ids.mapped("name")),
                    known.partner_id.display_name,
                    known.department_id.name,
                    known.product_id.display_name,
                    score.lang,
                )
            self.env.invalidate_all(flush=False)

    @api.model
    def _label(self, model, name):
        return model._fields[name].get_description(self.env, ["string"])["string"]
