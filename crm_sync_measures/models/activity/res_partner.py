from odoo import api, fields, models
from odoo.exceptions import UserError

_READERS = "crm_sync_measures.group_user,crm_sync_measures.group_auditor"
#: Briefs that are made at once; each costs some 75 queries.
_BRIEFS = 10


class ResPartner(models.Model):
    _inherit = "res.partner"
    _sync_contact_guarded = True
    _sync_bulk_purpose = "marketing"

    sync_promise_count = fields.Integer("Promises Owed", compute="_compute_sync_promise_count", groups=_READERS)
    sync_channel_role = fields.Selection(
        [("end_customer", "End Customer"), ("dealer", "Dealer"), ("distributor", "Distributor")],
        string="Sales Channel",
        tracking=True,
        groups="base.group_user",
        help="End customers use what we sell; dealers sell it to them; distributors sell it to dealers.",
    )
    sync_dealer_ids = fields.Many2many(
        "res.partner",
        "res_partner_sync_dealer_rel",
        "partner_id",
        "dealer_id",
        string="Served by Dealers",
        domain="[('sync_channel_role', 'in', ('dealer', 'distributor'))]",
        groups="base.group_user",
        help="Dealers and distributors through whom this customer buys.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_promise_count(self):
        """What is owed to the whole company or person, as far as the reader may know."""
        counts = self.env["crm.sync.promise"]._count_owed("commercial_partner_id", self.commercial_partner_id)
        for partner in self:
            partner.sync_promise_count = counts.get(partner.commercial_partner_id.id, 0)

    def action_sync_promise(self):
        """Open the dialog that notes a promise to this customer."""
        self.ensure_one()
        return self.env["crm.sync.promise"]._action_make(self, self)

    def action_open_sync_promises(self):
        """Open all promises made to this company or person."""
        self.ensure_one()
        entity = self.commercial_partner_id
        return self.env["crm.sync.promise"]._action_list(
            [("commercial_partner_id", "=", entity.id)], default_partner_id=self.id
        )

    def action_sync_opt_out(self):
        """The customer said that he wants no bulk mail: from now on nobody sends him any.

        Odoo lets administrators alone note this; whoever may change the contact is who hears it.
        """
        self.check_access("write")
        # sudo: the list of addresses that want none; taking one from it stays with administrators.
        Blacklist = self.env["mail.blacklist"].sudo()
        for partner in self.filtered(lambda partner: partner.email_normalized and not partner.is_blacklisted):
            Blacklist._add(partner.email_normalized)
            partner.message_post(body=self.env._("Wants no bulk messages."), subtype_xmlid="mail.mt_note")
        self.invalidate_recordset(["is_blacklisted"])

    # ---------------------------------------------------------------- public methods

    @api.readonly
    def sync_contact_card(self, model=None, res_id=None, channel=None, purpose=None):
        """What to know before contacting this customer: a traffic light, the main reason, and the rest.

        Reads with the caller's rights: what he may not see comes as department and day, ``masked``. ``when`` and ``at`` are
        UTC, or False; texts are in his language and time zone. Costs a constant number of queries.

        :param str model: the document it is looked at from: res.partner, crm.lead or sale.order; with ``res_id``
        :param str channel: email, phone, sms, letter or visit; by default e-mail
        :param str purpose: what for: transactional, service, survey, loyalty, care or marketing
        :return: ``{"partner", "is_customer", "light": green|yellow|red, "main": finding or False, "findings": [{"code", "label",
            "level": info|yellow|red, "text", "when", "masked", "decision", "links": [{"model", "res_id", "name"}]}],
            "decision": inform|ask|block, "override": {"reason", "at"} or False}``; documented in ``docs/activity.md``
        :raise UserError: for a document, channel or purpose that cannot be used
        :raise AccessError: without a role of this addon, or for a customer or document the caller may not read
        """
        # Single values of few records are read: fetching whole records would cost more than the rules.
        partner = self.with_context(prefetch_fields=False)
        partner.env.companies.fetch(["parent_path", "sync_contact_days", "sync_quote_days"])
        partner._check_sync_reader()
        document = partner._sync_card_document(model, res_id)
        return partner.env["crm.sync.contact.card"]._get_card(partner, document, channel, purpose)

    def sync_contact_override(self, reason, model=None, res_id=None, channel=None, purpose=None):
        """Give a reason for contacting this customer although the card asks for one; it holds for an hour.

        :param str reason: a few words; stored, shown to managers and counted
        :param model, res_id, channel, purpose: as for the card; the reason holds for the document it was given on
        :return: the new card, see :meth:`sync_contact_card`
        :raise UserError: for a reason of fewer than 3 or more than 1,000 characters, where none is asked for, and for auditors
        :raise AccessError: as ``sync_contact_card``
        """
        self._check_sync_reader()
        if not isinstance(reason, str):
            raise UserError(self.env._("Reason: say in a few words why the customer is contacted all the same."))
        if not self.env.user.has_group("crm_sync_measures.group_user"):
            raise UserError(self.env._("Auditors contact nobody; there is no reason to give."))
        Card = self.env["crm.sync.contact.card"]
        document = self._sync_card_document(model, res_id)
        if Card._get_card(self, document, channel, purpose)["decision"] != "ask":
            raise UserError(self.env._("No reason is asked for at the moment. Reload and try again."))
        Card._give_reason(self, reason, document, channel, purpose)
        return Card._get_card(self, document, channel, purpose)

    def _sync_card_document(self, model, res_id):
        """The document a card is looked at from, checked; None for none."""
        if not model and not res_id:
            return None
        if not isinstance(model, str) or not getattr(self.env.get(model), "_sync_contact_guarded", False):
            raise UserError(self.env._("model: choose a contact, an opportunity or a quotation."))
        if type(res_id) is not int:
            raise UserError(self.env._("res_id: give the id of the document."))
        document = self.env[model].browse(res_id)
        if not document.exists():
            raise UserError(self.env._("This document does not exist any more. Reload and try again."))
        document.check_access("read")
        return document

    sync_waiting_count = fields.Integer(
        compute="_compute_sync_waiting_count",
        string="Waiting for Us",
        groups=_READERS,
        help="How often this customer waits for our answer, as far as you may know.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sync_waiting_count(self):
        counts = dict(
            self.env["crm.sync.response"]._read_group(
                [("commercial_partner_id", "in", self.commercial_partner_id.ids), ("state", "=", "waiting")],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.sync_waiting_count = counts.get(partner.commercial_partner_id, 0)

    def action_open_sync_waiting(self):
        """What this customer waits for."""
        return self.env["crm.sync.response"]._action_waiting(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)]
        )

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "sync_department_id"} & vals.keys():
            self.env["crm.sync.response.clock"]._note_in_charge(self._name, self.ids)
        if vals.get("active") is False:
            self.env["crm.sync.response"]._close_over(self)
        return result

    # ---------------------------------------------------------------- brief

    @api.readonly
    def sync_brief(self):
        """All that one should know before meeting this customer, as data.

        Reads with the caller's rights, in his language, time zone and company's currency; a section that he may not
        read comes as ``masked``. A constant number of queries, whatever the size of the customer.

        :return: ``{partner, subtitle, made, figures, bring_up, avoid, sections}``; texts are ready to be shown;
            documented in ``docs/activity.md``
        :raise AccessError: without a role of this addon, or for a customer the caller may not read
        """
        self._check_sync_reader()
        return self.env["crm.sync.brief"]._get_brief(self)

    @api.readonly
    def sync_brief_page(self):
        """The briefs of these customers as one HTML text with its own style, one brief for each commercial entity.

        :return: ``{"html", "partners": [{"id", "name"}]}``
        :raise UserError: for no customer, or more than ten at once
        :raise AccessError: as ``sync_brief``
        """
        briefs = self._sync_briefs()
        return {
            "html": self.env["crm.sync.brief"]._render_body(briefs),
            "partners": [brief["partner"] for brief in briefs],
        }

    def _sync_briefs(self):
        """The briefs of these customers, each entity once."""
        if not self:
            raise UserError(self.env._("Choose at least one customer."))
        if len(self) > _BRIEFS:
            raise UserError(self.env._("Choose at most %s customers at once.", _BRIEFS))
        for partner in self:
            partner._check_sync_reader()
        return [entity.sync_brief() for entity in self.commercial_partner_id]

    def action_open_sync_brief(self):
        """Open the brief of these customers on screen."""
        action = self.env["ir.actions.client"]._for_xml_id("crm_sync_measures.crm_sync_brief_action")
        action["params"] = {"partner_ids": self.ids}
        return action

    def action_print_sync_brief(self):
        """Print the brief of these customers; as HTML where the server cannot make a PDF."""
        return self.env.ref("crm_sync_measures.crm_sync_brief_report").report_action(self, config=False)
