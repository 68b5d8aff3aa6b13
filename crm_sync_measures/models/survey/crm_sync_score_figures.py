import math
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.score_statistics import Votes, change, figure, is_signal, mean_of, votes_of

#: By what scores are told apart.
GROUPS = {
    "answered_at:day",
    "answered_at:week",
    "answered_at:month",
    "answered_at:quarter",
    "answered_at:year",
    "commercial_partner_id",
    "company_id",
    "department_id",
    "lang",
    "lead_id",
    "partner_id",
    "product_id",
    "product_id.product_tmpl_id",
    "program_id",
    "team_id",
    "theme_ids",
    "user_id",
    "wave",
}


class CrmSyncScore(models.Model):
    """Scores with all that it takes to believe them; ``rules/score_statistics.py`` says how they are computed."""

    _inherit = "crm.sync.score"

    @api.model
    @api.readonly
    def score_figures(
        self, domain=None, group=None, days=None, previous=None, by_account=False, minimum=None, population=None
    ):
        """Scores of some answers, one for each metric, and apart for what was asked about the relationship.

        Counts what the caller may read, in one statement, and one more for what it is compared with.

        ::

            POST /json/2/crm.sync.score/score_figures   {"group": "department_id", "days": 90}

            [{"metric": "nps", "is_relational": true, "group": 2, "label": "Service", "answers": 212, "minimum": 30,
              "is_enough": true, "figure": 31.1, "margin": 10.2, "low": 20.9, "high": 41.3, "mean": 7.9, "previous": 18.2,
              "previous_answers": 190, "z": 1.7, "is_signal": false, "text": "31.1 ± 10.2, 212 answers", …}]

        :param list domain: which answers, by default all
        :param str group: one of ``GROUPS``; a row for each of its values too
        :param int days: only those of the last so many days, compared with as many before
        :param list previous: the answers they are compared with instead; times are always compared with the one before
        :param bool by_account: one vote for each customer company, however many of its people have answered
        :param int minimum: fewest answers of which a figure is told; by default the company's setting
        :param int population: how many could have answered at all, where that is known and nothing is grouped
        :return: rows; ``figure``, ``margin``, ``previous`` and so on are False where too few have answered to say
        """
        self._check_figures(group, days, minimum, population)
        domain = Domain(domain or Domain.TRUE)
        if days:
            now = fields.Datetime.now()
            start, before = now - timedelta(days=days), now - timedelta(days=2 * days)
            previous = previous or domain & Domain("answered_at", ">=", before) & Domain("answered_at", "<", start)
            domain &= Domain("answered_at", ">=", start)
        if minimum is None:
            minimum = self.env.company.sudo().sync_score_minimum  # sudo: a setting
        in_time = bool(group) and group.startswith("answered_at")
        is_compared = previous is not None and not in_time
        counted = self._count_votes(domain, group, by_account)
        compared = self._count_votes(Domain(previous), group, by_account) if is_compared else {}
        rows = [
            self._figure_row(key, counted[key], compared.get(key), group, minimum, population)
            for key in sorted(counted, key=self._row_order)
        ]
        return self._compare_in_time(rows) if in_time else rows

    @api.model
    @api.readonly
    def score_trend(self, domain=None, interval="month", by_account=False, minimum=None):
        """:meth:`score_figures` in the course of time: each compared with the one before.

        :param str interval: day, week, month, quarter or year
        """
        return self.score_figures(domain, f"answered_at:{interval}", by_account=by_account, minimum=minimum)

    # ---------------------------------------------------------------- counting

    @api.model
    def _count_votes(self, domain, group, by_account):
        """``{(metric, is relational, value of group): (votes, {value: answers})}`` in one statement."""
        return self._count_accounts(domain, group) if by_account else self._count_answers(domain, group)

    @api.model
    def _count_answers(self, domain, group):
        groups = ["metric", "is_relational", *([group] if group else []), "value"]
        counts = {}
        for metric, is_relational, *of_group, value, count in self._read_group(domain, groups, ["__count"]):
            key = metric, is_relational, of_group[0] if group else None
            # A flag that was never set is one that is not set.
            found = counts.setdefault(key, {})
            found[value] = found.get(value, 0) + count
        return {key: (votes_of(key[0], found), found) for key, found in counts.items()}

    @api.model
    def _count_accounts(self, domain, group):
        """The votes of accounts: the mean of what each one's answers count. Of values nothing is told."""
        query = self._search(domain)
        table = self._table
        # Who is forgotten keeps his one vote; an answer of nobody known is one for itself.
        account = SQL(
            "COALESCE(%s::text, %s, 'score-' || %s)",
            *(SQL.identifier(table, name) for name in ("commercial_partner_id", "pseudonym", "id")),
        )
        of_group = self._read_group_groupby(table, group, query) if group else SQL("NULL")
        self.flush_model()
        answers = query.select(
            SQL("%s AS metric", SQL.identifier(table, "metric")),
            SQL("COALESCE(%s, FALSE) AS is_relational", SQL.identifier(table, "is_relational")),
            SQL("%s AS of_group", of_group),
            SQL("%s AS account", account),
            SQL("%s AS vote", SQL.identifier(table, "vote")),
        )
        rows = self.env.execute_query(
            SQL(
                """WITH accounts AS (
                       SELECT metric, is_relational, of_group, account, AVG(vote)::float8 AS vote
                         FROM (%s) answers GROUP BY metric, is_relational, of_group, account)
                   SELECT metric, is_relational, of_group, COUNT(*), SUM(vote), SUM(vote * vote)
                     FROM accounts GROUP BY metric, is_relational, of_group""",
                answers,
            )
        )
        labels = self._read_group_postprocess_groupby(group, [row[2] for row in rows]) if group else [None] * len(rows)
        return {
            (metric, is_relational, label): (Votes(count, total, squares), {})
            for (metric, is_relational, _raw, count, total, squares), label in zip(rows, labels, strict=True)
        }

    # ---------------------------------------------------------------- rows

    @api.model
    def _figure_row(self, key, counted, compared, group, minimum, population):
        metric, is_relational, value = key
        votes, counts = counted
        now = figure(votes, metric, minimum, population)
        before = figure(compared[0] if compared else Votes(), metric, minimum)
        mean = mean_of(counts) if now.is_enough else None
        is_record = isinstance(value, models.BaseModel)
        if isinstance(value, datetime):
            value = fields.Date.to_string(value)
        return {
            "metric": metric,
            "is_relational": is_relational,
            "group": value.id if is_record else value,
            # sudo: what it is called that the answers one may read are about
            "label": (value.sudo().display_name if is_record else value and str(value)) or "",
            "group_by": group or False,
            **self._told_figure(metric, now),
            "mean": mean[0] if mean else False,
            "mean_margin": mean[1] or False if mean else False,
            "distribution": {str(answer): count for answer, count in sorted(counts.items())} if now.is_enough else {},
            **self._told_change(now, before),
        }

    @api.model
    def _told_figure(self, metric, found):
        """A figure as screens and programs read it; False where there is nothing to say."""
        is_told = found.value is not None
        return {
            "answers": found.answers,
            "minimum": found.minimum,
            "is_enough": found.is_enough,
            "figure": found.value if is_told else False,
            "margin": found.margin if is_told else False,
            "low": found.low if is_told else False,
            "high": found.high if is_told else False,
            "error": found.error if is_told else False,
            "text": self._figure_text(metric, found),
        }

    @api.model
    def _told_change(self, now, before):
        z = change(now, before)
        return {
            "previous": before.value if before.value is not None else False,
            "previous_answers": before.answers,
            # JSON knows no infinity: who has asked everybody twice knows.
            "z": False if z is None else math.copysign(99.0, z) if math.isinf(z) else z,
            "is_signal": is_signal(z),
        }

    @api.model
    def _compare_in_time(self, rows):
        """Each row of a metric compared with the one before it in time."""
        last = {}
        for row in rows:
            key = row["metric"], row["is_relational"]
            before = last.get(key)
            if before and row["is_enough"] and before["is_enough"]:
                error = math.hypot(row["error"], before["error"])
                z = round((row["figure"] - before["figure"]) / error, 2) if error else 0.0
                row |= {"previous": before["figure"], "previous_answers": before["answers"], "z": z}
                row["is_signal"] = is_signal(z)
            last[key] = row
        return rows

    @api.model
    def _row_order(self, key):
        metric, is_relational, value = key
        if isinstance(value, models.BaseModel):
            value = value.sudo().display_name  # sudo: as in _figure_row
        return metric, not is_relational, str(value or "")

    @api.model
    def _figure_text(self, metric, found):
        """The figure in a sentence: never a number without how sure it is."""
        if not found.is_enough:
            return self.env._(
                "Not enough answers: %(count)s of %(minimum)s", count=found.answers, minimum=max(found.minimum, 1)
            )
        if metric == "nps":
            return self.env._(
                "NPS %(score)s ± %(margin)s, %(count)s answers",
                score=found.value,
                margin=found.margin,
                count=found.answers,
            )
        values = {"score": found.value, "low": found.low, "high": found.high, "count": found.answers}
        if metric == "csat":
            return self.env._("%(score)s %% satisfied (%(low)s to %(high)s), %(count)s answers", **values)
        return self.env._("%(score)s %% find it easy (%(low)s to %(high)s), %(count)s answers", **values)

    # ---------------------------------------------------------------- for the forms of what scores are about

    @api.model
    def _figures_by(self, field_name, records):
        """``{id of a record: (answers, sentence)}`` in one statement, by what the caller may read.

        The sentence is of the metric most answers are of; of too few it says how many are missing.
        """
        rows = self._read_group(
            self._without_follow_ups([(field_name, "in", records.ids)]),
            [field_name, "metric", "is_relational", "value"],
            ["__count"],
        )
        found = {}
        for record, metric, is_relational, value, count in rows:
            counts = found.setdefault(record.id, {}).setdefault((metric, is_relational), {})
            counts[value] = counts.get(value, 0) + count
        minimum = self.env.company.sudo().sync_score_minimum  # sudo: a setting
        told = {}
        for record_id, metrics in found.items():
            (metric, _is_relational), counts = max(metrics.items(), key=lambda item: (sum(item[1].values()), item[0]))
            answers = sum(sum(of_metric.values()) for of_metric in metrics.values())
            told[record_id] = answers, self._figure_text(metric, figure(votes_of(metric, counts), metric, minimum))
        return told

    @api.model
    def _action_list(self, domain):
        """The scores of some customer, product and so on."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_score_action")
        return {**action, "domain": domain, "context": {}}

    # ---------------------------------------------------------------- checks

    @api.model
    def _check_figures(self, group, days, minimum, population):
        self.check_access("read")
        if group is not None and (not isinstance(group, str) or group not in GROUPS):
            raise UserError(self.env._("group: choose one of %s.", ", ".join(sorted(GROUPS))))
        for name, value in (("days", days), ("minimum", minimum), ("population", population)):
            if value is not None and (type(value) is not int or not 0 <= value < 2**31):
                raise UserError(self.env._("%s: give a whole number.", name))
        if days and days > 36_500:
            raise UserError(self.env._("%s: give a whole number.", "days"))
        if population and group:
            raise UserError(self.env._("population: only where nothing is grouped."))
