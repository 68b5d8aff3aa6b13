from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rules.score import in_range
from ...rules.score_statistics import ANONYMOUS_NUMBERS, ANONYMOUS_WORDS, figure, may_tell, told_of, votes_of
from ...rules.survey_flow import OPEN

#: By what answers that stay unknown are told apart; nothing else, and never two at once.
SEGMENTS = ("department_id", "lang")


class CrmSyncScore(models.Model):
    """Answers that were promised to stay unknown: nobody reads one, and of fewer than five nothing is told.

    Such a row has no customer, no invitation, and no time but the day. Who has answered stands in
    ``crm.sync.survey.participation``, of which nothing leads here. The record rule of the model hides these rows from every
    user; only the two methods here count them.
    """

    _inherit = "crm.sync.score"

    # ---------------------------------------------------------------- writing

    @api.model
    def _give_anonymous(self, program, value, comment, at, invitation):
        """Keep the number and the words, and forget who and when. There is no way back to put it right."""
        if not in_range(program.metric, value):
            raise UserError(self.env._("This number is not on the scale."))
        owner = invitation.partner_id.user_id or invitation.partner_id.commercial_partner_id.user_id
        day = at.replace(hour=0, minute=0, second=0, microsecond=0)
        score = self.create(
            {
                "metric": program.metric,
                "value": value,
                "comment": comment,
                "answered_at": day,
                "lang": invitation.lang or self.env.lang,
                "company_id": program.company_id.id,
                "department_id": (owner.sync_department_id or program.department_id).id,
                "program_id": program.id,
                "wave": invitation.wave if invitation else program.wave,
                "is_relational": program.kind_of_score == "relational",
                "is_anonymous": True,
            }
        )
        self._blur(score, day)
        return score

    @api.model
    def _blur(self, score, day):
        """The columns Odoo keeps for itself would tell the second in which it was given."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE crm_sync_score SET create_date = %(day)s, write_date = %(day)s WHERE id = %(id)s", day=day, id=score.id)
        )  # fmt: skip
        score.invalidate_recordset(["create_date", "write_date"])

    # ---------------------------------------------------------------- counting

    @api.model
    @api.readonly
    def anonymous_figures(self, program, segment=None):
        """What is told of an anonymous program: its score, and by one of the segments that were settled beforehand.

        While it may still be answered, answers are told by the five, and the last five not yet, so that nobody learns one by
        looking twice; segments are not told.
        A segment is told from five answers on, and only where those that are left out are five too.

        :param int program: the id of an anonymous program that the caller may read
        :param str segment: ``department_id`` or ``lang``
        :return: ``{"answers", "minimum", "is_enough", "figure", "margin", "low", "high", "text", "segments": [...]}``
        """
        program = self._anonymous_program(program)
        if segment and segment not in SEGMENTS:
            raise UserError(self.env._("segment: choose one of %s.", ", ".join(SEGMENTS)))
        is_over = self._is_over(program)
        minimum = max(program.min_answers, ANONYMOUS_NUMBERS)
        found = self._anonymous_figure(program.metric, self._anonymous_values(program, is_over), minimum)
        return {**found, "segments": self._anonymous_segments(program, segment) if segment and is_over else []}

    @api.model
    def _anonymous_values(self, program, is_over):
        """``{value: how many}`` of the answers that may be told now."""
        return self._anonymous_counts(program, is_over).get(None, {})

    @api.model
    def _anonymous_counts(self, program, is_over, segment=None):
        """``{segment or None: {value: how many}}``, in two statements however many have answered."""
        anonymous = [("program_id", "=", program.id), ("is_anonymous", "=", True)]
        # sudo: rows that nobody reads are counted here, and told as above
        told = told_of(self.sudo().search_count(anonymous), is_over)
        rows = self.env.execute_query(
            SQL(
                """SELECT segment, value, COUNT(*)
                     FROM (SELECT %s AS segment, value FROM crm_sync_score
                            WHERE program_id = %s AND is_anonymous AND active ORDER BY id LIMIT %s) told
                 GROUP BY segment, value""",
                SQL.identifier(segment) if segment else SQL("NULL::int"),
                program.id,
                told,
            )
        )
        counts = {}
        for value_of_segment, value, count in rows:
            counts.setdefault(value_of_segment, {})[value] = count
        return counts

    @api.model
    def _anonymous_segments(self, program, segment):
        counts = self._anonymous_counts(program, True, segment)
        told = may_tell({group: sum(values.values()) for group, values in counts.items()})
        minimum = max(program.min_answers, ANONYMOUS_NUMBERS)
        rows = [
            {
                "label": self._anonymous_label(segment, group),
                **self._anonymous_figure(program.metric, counts[group], minimum),
            }
            for group in told
        ]
        return sorted(rows, key=lambda row: row["label"])

    @api.model
    def _anonymous_label(self, segment, group):
        if segment == "department_id" and group:
            # sudo: the name of a department
            return self.env["crm.sync.department"].sudo().browse(group).display_name
        return group or self.env._("Not known")

    @api.model
    def _anonymous_figure(self, metric, counts, minimum):
        return self._told_figure(metric, figure(votes_of(metric, counts), metric, minimum))

    @api.model
    @api.readonly
    def anonymous_comments(self, program):
        """The words of an anonymous program once it is over, from eight on: in an order that says nothing.

        :return: a list of texts
        """
        program = self._anonymous_program(program)
        if not self._is_over(program):
            return []
        # sudo: as in anonymous_figures
        scores = self.sudo().search_fetch(
            [("program_id", "=", program.id), ("is_anonymous", "=", True), ("comment", "!=", False)], ["comment"]
        )
        return sorted(scores.mapped("comment")) if len(scores) >= ANONYMOUS_WORDS else []

    @api.model
    def _is_over(self, program):
        """Nobody is asked any more, and nobody who was asked may still answer."""
        # sudo: that there are such invitations, and nothing of them
        waiting = self.env["crm.sync.survey.invitation"].sudo()
        return program.state == "ended" and not waiting.search_count(
            [("program_id", "=", program.id), ("state", "in", OPEN)], limit=1
        )

    @api.model
    def _anonymous_program(self, program):
        if type(program) is not int or not 0 < program < 2**31:
            raise UserError(self.env._("%s: give the id of a record.", "program"))
        program = self.env["crm.sync.survey.program"].browse(program)
        program.check_access("read")
        if not program.is_anonymous:
            raise UserError(self.env._("This program is not anonymous: its answers are in the list of scores."))
        return program
