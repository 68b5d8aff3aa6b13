from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...rules.periods import following, utc_bounds
from ...rules.score_statistics import Figure
from ...rules.survey_results import BANDS, PERIODS, band_counts, span_of

#: Days that are looked at first, of what follows events.
_DAYS = 90
#: Points of a trend, and lines of a segment on the page; a workbook has all lines.
_MOST_POINTS, _MOST_LINES = 24, 30


@dataclass(frozen=True)
class Scope:
    """What somebody looks at: a wave or the last days, and what that is compared with."""

    wave: int | bool
    days: int | bool
    answers: Domain
    before: Domain | None
    invitations: Domain


class CrmSyncSurveyResults(models.Model):
    """The page of a program's results: what came of it, how sure that is, and whom it does not speak for.

    Everything is counted with the rights of who looks, and behind each number stands the domain of exactly the records it
    counts. Anonymous programs are told by ``crm_sync_survey_results_anonymous.py``, without any record.
    """

    _inherit = "crm.sync.survey.program"

    @api.readonly
    def results_page(self, wave=None, days=None, by_account=False):
        """All that the page of results tells of this program, in as many statements for a million answers as for one.

        ::

            POST /json/2/crm.sync.survey.program/results_page   {"ids": [3], "wave": 2}

            {"program": {…}, "filter": {"wave": 2, "days": false, "by_account": false},
             "score": {"figure": 31.1, "margin": 10.2, "answers": 212, "z": 1.7, "is_signal": false, "domain": […], …},
             "bands": […], "values": […], "trend": […], "segments": […], "response": {…}, "silent": […],
             "suppressed": […], "themes": […], "loop": {…}}

        :param int wave: of waves: which one, 0 for all; by default the last one, compared with the one before
        :param int days: of what follows events: the last so many days, compared with as many before; 0 for all
        :param bool by_account: one vote for each customer company
        :raise AccessError: for who may not read the program, with a sentence that says so
        """
        return self._check_results()._results_all(wave, days, by_account, _MOST_LINES)

    def _results_all(self, wave=None, days=None, by_account=False, most=None):
        """What the page and the workbook tell; callers have checked that the program may be read."""
        if self.is_anonymous:
            return self._anonymous_results()
        scope = self._results_scope(wave, days)
        return {
            **self._results_head(scope, by_account),
            "score": self._results_score(scope, by_account),
            **self._results_distribution(scope),
            "trend": self._results_trend(by_account),
            "segments": self._results_segments(scope, by_account, most),
            "response": self._results_response(scope.invitations),
            "silent": self._results_silent(scope.invitations),
            "suppressed": self._results_suppressed(scope.invitations),
            "themes": self._results_themes(scope),
            "loop": self._results_loop(),
        }

    # ---------------------------------------------------------------- who may look, and at what

    def _check_results(self):
        """The one program of ``self``, once it is sure that the caller may read it."""
        self.ensure_one()
        program = self if 0 < self.id < 2**31 else self.browse()
        known = program.sudo().exists()  # sudo: that it is there, for a sentence that helps
        if not known:
            raise UserError(self.env._("This survey program does not exist any more."))
        if program.has_access("read"):
            return program
        elsewhere = self.env.user.company_ids - self.env.companies
        if self.browse().has_access("read") and known.company_id in elsewhere:
            raise AccessError(
                self.env._("These results belong to %s. Choose that company above.", known.company_id.name)
            )
        raise AccessError(self.env._("You may not read the results of this survey. Ask a Customer Sync manager."))

    def _results_answers(self):
        """All answers of the program, but those of who was asked once more because he was unhappy."""
        return Domain("program_id", "=", self.id) & Domain("is_follow_up", "=", False)

    def _results_scope(self, wave=None, days=None):
        mine = self._results_answers()
        asked = Domain("program_id", "=", self.id) & Domain("follow_up_of_id", "=", False)
        if self.kind_of_score == "relational":
            wave = self._results_choice("wave", wave, range(self.wave + 1), self.wave)
            chosen = Domain("wave", "=", wave) if wave else Domain.TRUE
            before = mine & Domain("wave", "=", wave - 1) if wave > 1 else None
            return Scope(wave, False, mine & chosen, before, asked & chosen)
        days = self._results_choice("days", days, PERIODS, _DAYS)
        span = span_of(days, fields.Datetime.now())
        if not span.start:
            return Scope(False, 0, mine, None, asked)
        start, before = fields.Datetime.to_string(span.start), fields.Datetime.to_string(span.before)
        return Scope(
            False,
            days,
            mine & Domain("answered_at", ">=", start),
            mine & Domain("answered_at", ">=", before) & Domain("answered_at", "<", start),
            asked & Domain("planned_at", ">=", start),
        )

    @api.model
    def _results_choice(self, name, value, choices, default):
        if value is None:
            return default
        if type(value) is not int or value not in choices:
            raise UserError(
                self.env._("%(name)s: choose one of %(choices)s.", name=name, choices=", ".join(map(str, choices)))
            )
        return value

    def _results_head(self, scope, by_account):
        user = self.env.user
        return {
            "program": self._results_program(),
            "filter": {"wave": scope.wave, "days": scope.days, "by_account": bool(by_account)},
            "waves": list(range(self.wave, 0, -1)) if self.kind_of_score == "relational" else [],
            "periods": [] if self.kind_of_score == "relational" else list(PERIODS),
            "sees_all": user.has_group("crm_sync_measures.group_manager")
            or user.has_group("crm_sync_measures.group_auditor"),
        }

    def _results_program(self):
        def word(name):
            return dict(self._fields[name]._description_selection(self.env)).get(self[name])

        return {
            "id": self.id,
            "name": self.name,
            "metric": self.metric,
            "metric_label": word("metric"),
            "kind": self.kind_of_score,
            "trigger": word("trigger"),
            "state": word("state"),
            "minimum": self.min_answers,
            "is_anonymous": self.is_anonymous,
            "company": self.company_id.name,
        }

    # ---------------------------------------------------------------- score, distribution, trend

    def _results_score(self, scope, by_account):
        rows = self.env["crm.sync.score"].score_figures(
            list(scope.answers),
            previous=list(scope.before) if scope.before else None,
            by_account=by_account,
            minimum=self.min_answers,
        )
        row = rows[0] if rows else self._results_nothing()
        return {**row, "domain": list(scope.answers), "previous_domain": list(scope.before) if scope.before else False}

    def _results_nothing(self):
        Score = self.env["crm.sync.score"]
        none = Figure(0, self.min_answers)
        told = Score._told_figure(self.metric, none) | Score._told_change(none, none)
        return {**told, "mean": False, "mean_margin": False}

    def _results_distribution(self, scope):
        """How many have given each number, and each part of the scale. Answers, also where accounts have the votes."""
        counts = dict(self.env["crm.sync.score"]._read_group(scope.answers, ["value"], ["__count"]))
        lowest, highest = BANDS[self.metric][-1][1], BANDS[self.metric][0][2]
        return {
            "bands": self._results_bands(band_counts(self.metric, counts), scope.answers),
            "values": [
                {
                    "value": value,
                    "count": counts.get(value, 0),
                    "domain": list(scope.answers & Domain("value", "=", value)),
                }
                for value in range(lowest, highest + 1)
            ],
        }

    def _results_bands(self, counts, answers=None):
        total = sum(counts.values())
        labels = self._results_band_labels()
        return [
            {
                "code": code,
                "label": labels[code],
                "from": lowest,
                "to": highest,
                "count": counts[code],
                "share": round(100 * counts[code] / total, 1) if total else 0.0,
                "domain": answers is not None
                and list(answers & Domain("value", ">=", lowest) & Domain("value", "<=", highest)),
            }
            for code, lowest, highest in BANDS[self.metric]
        ]

    def _results_band_labels(self):
        env = self.env
        if self.metric == "nps":
            return {"high": env._("Promoters"), "middle": env._("Passives"), "low": env._("Detractors")}
        if self.metric == "csat":
            return {"high": env._("Satisfied"), "middle": env._("In Between"), "low": env._("Unsatisfied")}
        return {"high": env._("Easy"), "middle": env._("In Between"), "low": env._("Difficult")}

    def _results_trend(self, by_account):
        """Each wave, or each month, with the one before it; of all times, whatever is looked at."""
        zone = self.env.tz.zone
        Score = self.env["crm.sync.score"].with_context(tz=zone)
        mine = self._results_answers()
        if self.kind_of_score == "relational":
            counted = Score._count_votes(mine, "wave", by_account)
            rows = [
                Score._figure_row(key, counted[key], None, "wave", self.min_answers, None)
                for key in sorted(counted, key=lambda key: key[-1] or 0)
            ]
            told = [
                {
                    **row,
                    "label": self._wave_name(row["group"] or 0),
                    "domain": list(mine & Domain("wave", "=", row["group"] or 0)),
                }
                for row in Score._compare_in_time(rows)
            ]
        else:
            rows = Score.score_trend(list(mine), "month", by_account=by_account, minimum=self.min_answers)
            told = [{**row, **self._results_month(row["group"], mine, zone)} for row in rows]
        return told[-_MOST_POINTS:]

    def _results_month(self, first, mine, zone):
        first = fields.Date.to_date(first)
        start, end = utc_bounds(first, first, zone)[0], utc_bounds(*[following(first, "month")] * 2, zone)[0]
        start, end = fields.Datetime.to_string(start), fields.Datetime.to_string(end)
        return {
            "label": format_date(self.env, first, date_format="MMM y"),
            "domain": list(mine & Domain("answered_at", ">=", start) & Domain("answered_at", "<", end)),
        }

    @api.model
    def _wave_name(self, wave):
        return self.env._("Wave %s", wave) if wave else self.env._("Before the first wave")

    # ---------------------------------------------------------------- segments

    @api.model
    def _results_paths(self):
        """``{code: path from a score}`` of the segments that were settled, and no others."""
        paths = {name: name for name in ("department_id", "team_id", "product_id", "lang")}
        tier = self._results_tier_field()
        return {**paths, "tier": f"commercial_partner_id.{tier}"} if tier else paths

    @api.model
    def _results_tier_field(self):
        """The field of contacts that says the tier of a customer, to be grouped by. A room that knows tiers says so."""
        return

    def _results_segments(self, scope, by_account, most):
        """Scores by what was settled beforehand; a segment of which nothing is known is left out."""
        segments = [
            self._results_segment(code, path, scope, by_account, most) for code, path in self._results_paths().items()
        ]
        segments.append(self._results_channels(scope, by_account))
        return [segment for segment in segments if segment["rows"]]

    def _results_segment(self, code, path, scope, by_account, most):
        counted = self.env["crm.sync.score"]._count_votes(scope.answers, path, by_account)
        rows = [
            self._results_line(path, key, found, scope)
            for key, found in counted.items()
            if any(value for _metric, _is_relational, value in counted)
        ]
        rows.sort(key=lambda row: (-row["answers"], row["label"]))
        return {
            "code": code,
            "label": self._results_segment_label(code),
            "rows": rows[:most],
            "more": len(rows) - len(rows[:most]),
        }

    def _results_line(self, path, key, found, scope):
        row = self.env["crm.sync.score"]._figure_row(key, found, None, path, self.min_answers, None)
        label = row["label"]
        if path == "lang":
            label = dict(self.env["res.lang"].get_installed()).get(label, label)
        return {
            **row,
            "label": label or self.env._("Not known"),
            "domain": list(scope.answers & self._results_is(path, row["group"])),
        }

    @api.model
    def _results_is(self, path, value):
        """Domain of what has this value at the end of ``path``; also where nothing is on the way."""
        value = value.id if isinstance(value, models.BaseModel) else value
        return Domain(path, "=", value) if value else ~Domain(path, "!=", False)

    @api.model
    def _results_segment_label(self, code):
        if code == "tier":
            return self.env._("Tier")
        description = self.env["crm.sync.score"]._fields[code].get_description(self.env, ["string"])
        return description["string"]

    def _results_channels(self, scope, by_account):
        """Who was invited, and who came by a code on paper; nothing where all came the same way."""
        Score = self.env["crm.sync.score"]
        rows = []
        for label, way in (
            (self.env._("Invitation"), Domain("invitation_id", "!=", False)),
            (self.env._("QR Code"), Domain("invitation_id", "=", False)),
        ):
            counted = Score._count_votes(scope.answers & way, None, by_account)
            rows += [
                {
                    **Score._figure_row(key, found, None, None, self.min_answers, None),
                    "label": label,
                    "domain": list(scope.answers & way),
                }
                for key, found in counted.items()
            ]
        return {
            "code": "channel",
            "label": self.env._("Channel"),
            "rows": rows if len(rows) > 1 else [],
            "more": 0,
        }
