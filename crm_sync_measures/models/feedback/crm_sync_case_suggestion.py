from odoo import api, fields, models
from odoo.tools import SQL


class CrmSyncCaseSuggestion(models.Model):
    """Suggestions: votes for them, and what is told of them to everybody."""

    _inherit = "crm.sync.case"

    vote_ids = fields.One2many("crm.sync.case.vote", "case_id", "Votes of Customers", readonly=True)
    said_ids = fields.One2many("crm.sync.case.said", "case_id", "You Said, We Did")

    def _vote(self, partner):
        """Give the vote of ``partner``'s company or person, or take it back. Callers have checked that it is shown to him.

        :return: whether he votes for it now
        """
        self.ensure_one()
        self._begin()
        # sudo: the customer's own vote
        Vote = self.env["crm.sync.case.vote"].sudo()
        entity = partner.commercial_partner_id
        vote = Vote.search([("case_id", "=", self.id), ("commercial_partner_id", "=", entity.id)])
        if vote:
            vote.unlink()
        else:
            Vote.create({"case_id": self.id, "commercial_partner_id": entity.id, "partner_id": partner.id})
        self._count_votes()
        return not vote

    def _count_votes(self):
        counts = dict(
            # sudo: how many there are
            self.env["crm.sync.case.vote"].sudo()._read_group([("case_id", "in", self.ids)], ["case_id"], ["__count"])
        )
        for case in self:
            count = counts.get(case.sudo(), 0)  # sudo: as above
            if case.vote_count != count:
                case._record({"vote_count": count})

    def action_tell_everybody(self):
        """Open what “You said, we did” tells of this suggestion."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("You Said, We Did"),
            "res_model": "crm.sync.case.said",
            "res_id": self.said_ids[:1].id,
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_case_id": self.id, "default_name": self.name},
        }

    # ---------------------------------------------------------------- the page for everybody

    @api.model
    def _said(self, company, partner=None, limit=200):
        """What everybody may read of the suggestions of a company: first what was done, then what has most votes."""
        # sudo: what was published, in words chosen for it
        entity = partner.sudo().commercial_partner_id.id if partner else 0
        for model in ("crm.sync.case", "crm.sync.case.said", "crm.sync.case.vote"):
            self.env[model].flush_model()
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT s.id, s.case_id, c.step, c.vote_count,
                          EXISTS (SELECT FROM crm_sync_case_vote v
                                   WHERE v.case_id = c.id AND v.commercial_partner_id = %(entity)s) AS is_mine
                     FROM crm_sync_case_said s JOIN crm_sync_case c ON c.id = s.case_id
                    WHERE s.is_published AND s.active AND c.kind = 'suggestion' AND s.company_id = %(company)s
                    ORDER BY c.step IN ('done', 'told') DESC, c.vote_count DESC NULLS LAST, s.sequence, s.id DESC
                    LIMIT %(limit)s""",
                entity=entity,
                company=company.id,
                limit=limit,
            )
        )
        # sudo: as above
        said = self.env["crm.sync.case.said"].sudo().browse(row["id"] for row in rows)
        words = self.env["crm.sync.case.portal"]._step_words()
        return [
            {
                **row,
                "name": one.name,
                "answer": one.answer or "",
                "state": words[row["step"]],
                "is_done": row["step"] in ("done", "told"),
                "can_vote": row["step"] in ("new", "triaged", "planned"),
                "vote_count": row["vote_count"] or 0,
            }
            for row, one in zip(rows, said, strict=True)
        ]
