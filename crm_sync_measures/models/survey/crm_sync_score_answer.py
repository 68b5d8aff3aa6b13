from odoo import SUPERUSER_ID, api, fields, models

from ...rules.case_intake import clean_text

#: Of a comment.
_LENGTH = 10_000


class CrmSyncScore(models.Model):
    """How an answer to a survey program becomes a score. Callers know that who answers may, and may still put it right."""

    _inherit = "crm.sync.score"

    @api.model
    def _answer(self, program, value, comment=None, at=None, invitation=None, partner=None, user_input=None):
        """Keep what was answered to ``program``; what is sent twice is one answer, and another one puts the first right.

        :param invitation: whom we had asked, and about what; None for who came by a code on paper
        :param partner: who answers, where that is known without an invitation
        :raise UserError: for a number that is not on the scale
        :return: the score that counts
        """
        # The system keeps it, in nobody's name: not in that of the visitor of a page.
        scores = self.with_user(SUPERUSER_ID).with_context(allowed_company_ids=None)
        invitation = (invitation or self.env["crm.sync.survey.invitation"]).with_env(scores.env)
        program = program.with_env(scores.env)
        comment = clean_text(comment, _LENGTH) or False
        at = at or fields.Datetime.now()
        if program.is_anonymous:
            return scores._give_anonymous(program, value, comment, at, invitation)
        values = {
            **scores._asked_values(program, invitation, (partner or invitation.partner_id).with_env(scores.env)),
            "value": value,
            "comment": comment,
            "answered_at": at,
            "user_input_id": user_input.id if user_input else False,
        }
        given = scores._given_before(values)
        is_elsewhere = bool(given.case_id) and given.invitation_id != invitation
        if is_elsewhere or (given and (given.value, given.comment or False) == (value, comment)):
            return given
        score = scores._give(values, given)
        score._tell_case()
        return score

    def _tell_case(self):
        """What was said of a case stands on it as the customer's verdict, as if he had said it on its page."""
        case = self.case_id
        if case and self.metric == "csat" and case.cycle == self.cycle:
            case._note_verdict(self.value, self.comment, self.answered_at)

    @api.model
    def _given_before(self, values):
        """The answer that was given before: to the same invitation or wave, or of the same cycle of a case."""
        metric = ("metric", "=", values["metric"])
        if values.get("case_id"):
            found = self.search([metric, ("case_id", "=", values["case_id"]), ("cycle", "=", values["cycle"])])
            if found:
                return found
        if values["invitation_id"]:
            found = self.search([metric, ("invitation_id", "=", values["invitation_id"])])
            if found:
                return found
        if not (values["is_relational"] and values["partner_id"]):
            return self.browse()
        # A person has one voice in a wave: the last one.
        return self.search(
            [
                metric,
                ("program_id", "=", values["program_id"]),
                ("wave", "=", values["wave"]),
                ("partner_id", "=", values["partner_id"]),
            ],
            limit=1,
        )

    # ---------------------------------------------------------------- what is known

    @api.model
    def _asked_values(self, program, invitation, partner):
        """What is known of who answers, and of what he was asked about."""
        values = {
            "metric": program.metric,
            "program_id": program.id,
            "question_id": program.question_id.id,
            "invitation_id": invitation.id,
            "wave": invitation.wave if invitation else program.wave,
            "is_relational": program.kind_of_score == "relational",
            "lang": invitation.lang or partner.lang,
            **self._customer_values(partner),
            **self._origin_values(invitation),
            "company_id": program.company_id.id,
        }
        if not values["department_id"]:
            values["department_id"] = program.department_id.id
        if not values["team_id"]:
            values["team_id"] = program.team_id.id
        return values

    @api.model
    def _customer_values(self, partner):
        """Whose customer it is today."""
        owner = partner.user_id or partner.commercial_partner_id.user_id
        department = (
            partner.sync_department_id or partner.commercial_partner_id.sync_department_id or owner.sync_department_id
        )
        return {
            "partner_id": partner.id,
            "user_id": owner.id,
            "department_id": department.id,
            "team_id": owner.sale_team_id.id,
        }

    @api.model
    def _origin_values(self, invitation):
        """Of the order, opportunity, case and so on that he was asked about; what it does not know is left to the customer."""
        name = invitation.origin_model
        if not name or name not in self.env or not invitation.origin_id:
            return {}
        origin = self.env[name].browse(invitation.origin_id).exists()
        facts = getattr(self, f"_facts_of_{name.replace('.', '_')}", None)
        if not origin or not facts:
            return {}
        known = {field: value for field, value in facts(origin).items() if value}
        # The case may have been opened again since he was asked.
        return known | ({"cycle": invitation._asked_cycle() or origin.cycle} if "cycle" in known else {})

    @api.model
    def _facts_of_sale_order(self, order):
        products = order.order_line.filtered(lambda line: not line.display_type).product_id
        return {
            "order_id": order.id,
            "lead_id": order.opportunity_id.id,
            "user_id": order.user_id.id,
            "department_id": order.user_id.sync_department_id.id,
            "team_id": order.team_id.id,
            # Of several products nobody knows which one he means.
            "product_id": products.id if len(products) == 1 else False,
        }

    @api.model
    def _facts_of_account_move(self, invoice):
        orders = invoice.invoice_line_ids.sale_line_ids.order_id
        return {
            **(self._facts_of_sale_order(orders) if len(orders) == 1 else {}),
            "user_id": invoice.invoice_user_id.id,
            "department_id": invoice.invoice_user_id.sync_department_id.id,
            "team_id": invoice.team_id.id,
        }

    @api.model
    def _facts_of_stock_picking(self, picking):
        """Where stock is installed with sales."""
        order = picking["sale_id"] if "sale_id" in picking._fields else self.env["sale.order"]
        return self._facts_of_sale_order(order) if order else {}

    @api.model
    def _facts_of_crm_lead(self, lead):
        return {
            "lead_id": lead.id,
            "user_id": lead.user_id.id,
            "department_id": lead.user_id.sync_department_id.id,
            "team_id": lead.team_id.id,
        }

    @api.model
    def _facts_of_calendar_event(self, meeting):
        return {
            "lead_id": meeting.opportunity_id.id,
            "user_id": meeting.user_id.id,
            "department_id": meeting.user_id.sync_department_id.id,
            "team_id": meeting.opportunity_id.team_id.id,
        }

    @api.model
    def _facts_of_crm_sync_case(self, case):
        return {
            "case_id": case.id,
            "cycle": case.cycle,
            "lead_id": case.lead_id.id,
            "order_id": case.order_id.id,
            "product_id": case.product_id.id,
            "user_id": case.user_id.id,
            "department_id": case.department_id.id,
            "team_id": (case.lead_id.team_id or case.order_id.team_id).id,
        }
