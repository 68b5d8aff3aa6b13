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
        env = self.env
        program, score = page["program"], page["score"]
        sheet = book.add_sheet(env._("Score"), widths=(44, 18, 18, 18))
        sheet.add_title(program["name"])
        sheet.add_row(env._("Company"), program["company"])
        sheet.add_row(env._("Kind of Score"), program["metric_label"])
        sheet.add_row(env._("Asked After"), program["trigger"])
        sheet.add_row(env._("Time"), self._time(page["filter"]))
        sheet.add_row(env._("One vote per customer"), env._("Yes") if page["filter"]["by_account"] else env._("No"))
        sheet.add_row(env._("Counted by"), self.env.user.name)
        sheet.add_row(env._("Counted at"), fields.Datetime.now())
        sheet.add_row()
        sheet.add_title(env._("Score"), "")
        for label, value in self._score_rows(score):
            sheet.add_row(label, value)
        self._add_counts(sheet, ((band["label"], band["count"]) for band in page["bands"]), env._("Distribution"))
        self._add_counts(sheet, ((str(row["value"]), row["count"]) for row in page["values"]))
        response = page["response"]
        self._add_counts(
            sheet,
            (
                *((number["label"], number["value"]) for number in response["numbers"]),
                (env._("Response Rate (%)"), self._number(response["rate"])),
            ),
            env._("Response Rate"),
        )
        self._add_counts(
            sheet, ((row["label"], row["count"]) for row in page["suppressed"]), env._("Who Was Not Asked")
        )
        if page["loop"]:
            self._add_loop(sheet, page["loop"])

    def _add_loop(self, sheet, loop):
        env = self.env
        numbers = [(number["label"], number["value"]) for number in (*loop["numbers"], *loop["outcomes"])]
        self._add_counts(sheet, numbers, env._("Who Was Unhappy"))
        if loop["follow_up"]:
            sheet.add_row()
            sheet.add_title(env._("Asked Once More"), env._("Answers"), env._("No Longer Unhappy"), "%")
            for row in loop["follow_up"]:
                sheet.add_row(row["label"], row["asked"], row["recovered"], self._number(row["rate"]))

    def _score_rows(self, score):
        env = self.env
        yield env._("Answers"), score["answers"]
        if not score["is_enough"]:
            yield env._("Score"), score["text"]
            return
        yield env._("Score"), self._number(score["figure"])
        yield env._("95 % interval, from"), self._number(score["low"])
        yield env._("95 % interval, to"), self._number(score["high"])
        if score["mean"] is not False:
            yield env._("Average Score"), self._number(score["mean"])
        if score["previous"] is not False:
            yield env._("Score before"), self._number(score["previous"])
            yield env._("Answers before"), score["previous_answers"]
            yield env._("Change is more than chance"), env._("Yes") if score["is_signal"] else env._("No")

    @api.model
    def _add_counts(self, sheet, rows, title=None):
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
        env = self.env
        return (
            *first,
            env._("Score"),
            env._("95 % interval, from"),
            env._("95 % interval, to"),
            env._("Answers"),
            env._("Remark"),
        )

    def _line(self, row):
        few = "" if row["is_enough"] else row["text"]
        numbers = (self._number(row[name]) for name in ("figure", "low", "high"))
        return (*numbers, row["answers"], few)

    def _add_trend(self, book, page):
        sheet = book.add_sheet(self.env._("Trend"), self._titles(self.env._("Time")), (24, 12, 18, 18, 12, 40))
        for row in page["trend"]:
            sheet.add_row(row["label"], *self._line(row))

    def _add_segments(self, book, page):
        env = self.env
        titles = self._titles(env._("Segment"), env._("Value"))
        sheet = book.add_sheet(env._("Segments"), titles, (22, 34, 12, 18, 18, 12, 40))
        for segment in page["segments"]:
            for row in segment["rows"]:
                sheet.add_row(segment["label"], row["label"], *self._line(row))
        for side in page["silent"]:
            sheet.add_row()
            sheet.add_title(
                env._("Who Did Not Answer"),
                side["label"],
                env._("Arrived"),
                env._("Answered"),
                env._("Response Rate (%)"),
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
