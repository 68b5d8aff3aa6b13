from dataclasses import dataclass

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError

from ..core.cached import kept
from ..core.registered import registered_methods


@dataclass(frozen=True)
class Policy:
    """What a company wants of one rule: ``decision`` for a person who contacts, ``bulk`` for mails to many."""

    decision: str = "inform"
    bulk: str = "send"


class CrmSyncContactPolicy(models.Model):
    """What a finding of the before-you-contact card asks for, per company and rule.

    A rule without a policy keeps what it brings along. The list is filled for the company when it is opened.
    """

    _name = "crm.sync.contact.policy"
    _inherit = ["crm.sync.company.decision"]
    _description = "Contact Policy"
    _order = "company_id, id"
    _rec_name = "rule_code"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    rule_code = fields.Selection(selection="_select_rules", string="Finding", required=True, readonly=True)
    decision = fields.Selection(
        [("inform", "Inform"), ("ask", "Ask for a Reason"), ("block", "Block")],
        string="One Customer",
        required=True,
        default="inform",
        help="What happens when somebody writes to a customer of whom this was found.",
    )
    bulk = fields.Selection(
        [("send", "Send"), ("hold", "Hold Back")],
        string="Bulk Messages",
        required=True,
        default="send",
        help="What happens to this customer in mailings and surveys.",
    )

    _rule_company_uniq = models.UniqueIndex(
        "(company_id, rule_code)", "There is a policy for this finding already. Change that one."
    )

    @api.model
    def _select_rules(self):
        labels = self.env["crm.sync.contact.card"]._rule_labels()
        return [(code, labels.get(code, code)) for code in self.env["crm.sync.contact.card"]._codes()]

    # ---------------------------------------------------------------- reading

    @api.model
    def _get_policies(self, company):
        """``{rule code: Policy}`` of all rules for ``company``."""
        return self._cached_policies(company.id)

    @api.model
    @kept
    def _cached_policies(self, company_id):
        # sudo: what the company wants holds for everybody who contacts its customers.
        rows = self.sudo().search([("company_id", "=", company_id)])
        own = {row.rule_code: Policy(row.decision, row.bulk) for row in rows}
        return tools.frozendict(
            {
                options["code"]: own.get(options["code"], Policy(options["decision"], options["bulk"]))
                for options, _rule in registered_methods(self.env["crm.sync.contact.card"], "card_rule")
            }
        )

    # ---------------------------------------------------------------- actions

    @api.model
    def action_open(self):
        """The policies of the current company, one for each rule."""
        if self.env.user.has_group("crm_sync_measures.group_manager"):
            self._fill(self.env.company)
        elif not self.env["res.users"]._sync_is_reader():
            raise AccessError(self.env._("You need a Customer Sync role to see the contact policies."))
        return self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_contact_policy_action")

    @api.model
    def _fill(self, company):
        """Write down what holds for ``company`` where it has no policy of its own yet."""
        known = set(self.search([("company_id", "=", company.id)]).mapped("rule_code"))
        self.create(
            [
                {"company_id": company.id, "rule_code": code, "decision": policy.decision, "bulk": policy.bulk}
                for code, policy in self._get_policies(company).items()
                if code not in known
            ]
        )
