from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...rules.score_statistics import Response, wilson

#: By what invitations are told apart.
GROUPS = {"program_id", "wave", "lang", "company_id", "sent_at:month", "sent_at:quarter", "sent_at:year"}


class CrmSyncSurveyInvitation(models.Model):
    """How many have answered, of those whom the question has reached."""

    _inherit = "crm.sync.survey.invitation"

    @api.model
    @api.readonly
    def response_figures(self, domain=None, group=None):
        """What became of invitations, in one statement, by what the caller may read.

        ::

            POST /json/2/crm.sync.survey.invitation/response_figures   {"group": "program_id"}

            [{"group": 3, "label": "How was the delivery?", "invited": 1030, "suppressed": 214, "sent": 816, "bounced": 6,
              "delivered": 810, "opened": 402, "started": 300, "done": 243, "rate": 30.0, "low": 26.9, "high": 33.2}]

        Answers by the public link were not sent by mail and are no part of the rate. Who answers has got it, whatever his
        mail server has said.

        :param list domain: which invitations, by default all
        :param str group: one of ``GROUPS``
        """
        self.check_access("read")
        if group is not None and (not isinstance(group, str) or group not in GROUPS):
            raise UserError(self.env._("group: choose one of %s.", ", ".join(sorted(GROUPS))))
        # Who is asked once more because he was unhappy was asked before.
        query = self._search(Domain(domain or Domain.TRUE) & Domain("follow_up_of_id", "=", False))
        of_group = self._read_group_groupby(self._table, group, query) if group else SQL("NULL")
        self.flush_model()
        columns = (
            SQL("%s AS %s", SQL.identifier(self._table, name), SQL.identifier(name))
            for name in ("state", "sent_at", "bounced_at", "opened_at", "started_at")
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT of_group,
                          COUNT(*),
                          COUNT(*) FILTER (WHERE state = 'suppressed'),
                          COUNT(*) FILTER (WHERE sent_at IS NOT NULL),
                          COUNT(*) FILTER (WHERE sent_at IS NOT NULL AND bounced_at IS NOT NULL AND state != 'done'),
                          COUNT(*) FILTER (WHERE sent_at IS NOT NULL AND (opened_at IS NOT NULL OR state = 'done')),
                          COUNT(*) FILTER (WHERE sent_at IS NOT NULL AND (started_at IS NOT NULL OR state = 'done')),
                          COUNT(*) FILTER (WHERE sent_at IS NOT NULL AND state = 'done')
                     FROM (%s) invitations GROUP BY of_group""",
                query.select(SQL("%s AS of_group", of_group), *columns),
            )
        )
        labels = self._read_group_postprocess_groupby(group, [row[0] for row in rows]) if group else [None] * len(rows)
        told = [self._response_row(label, Response(*row[1:])) for label, row in zip(labels, rows, strict=True)]
        return sorted(told, key=lambda row: row["label"])

    @api.model
    def _response_row(self, value, found):
        is_record = isinstance(value, models.BaseModel)
        low, high = wilson(found.done / found.delivered, found.delivered) if found.delivered > 0 else (0, 0)
        return {
            "group": value.id if is_record else value and str(value),
            # sudo: what it is called that the invitations one may read are about
            "label": (value.sudo().display_name if is_record else value and str(value)) or "",
            "invited": found.invited,
            "suppressed": found.suppressed,
            "sent": found.sent,
            "bounced": found.bounced,
            "delivered": found.delivered,
            "opened": found.opened,
            "started": found.started,
            "done": found.done,
            "rate": found.rate if found.rate is not None else False,
            "low": round(100 * low, 1),
            "high": round(100 * high, 1),
        }
