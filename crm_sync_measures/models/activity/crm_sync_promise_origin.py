from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import html2plaintext

from ...rules.promise import first_sentence, proposed_due


class CrmSyncPromiseOrigin(models.Model):
    """Where a promise comes from, and the dialog that makes one from there."""

    _inherit = "crm.sync.promise"

    document_name = fields.Char("Made From", compute="_compute_document_name")
    due_text = fields.Char("Customer's Time", compute="_compute_due_text")

    @api.depends("due_at", "tz")
    @api.depends_context("lang")
    def _compute_due_text(self):
        for promise in self:
            promise.due_text = promise._told(promise.due_at) if promise.due_at and promise.tz else False

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_document_name(self):
        """Name of the document; only what kind it is where the reader may not read it, nothing when it is gone."""
        for model_name, promises in self.grouped("res_model").items():
            if not model_name or model_name not in self.env:
                promises.document_name = False
                continue
            Model = self.env[model_name].with_context(active_test=False)
            found = Model.browse(promises.mapped("res_id")).exists()
            readable = found._filtered_access("read") if Model.has_access("read") else found.browse()
            names = dict.fromkeys(found.ids, self.env["ir.model"]._get(model_name).name)
            names.update((document.id, document.display_name) for document in readable)
            for promise in promises:
                promise.document_name = names.get(promise.res_id, False)

    def action_open_document(self):
        """Open the record the promise was made from."""
        self.ensure_one()
        if not self.document_name:
            raise UserError(self.env._("The document this promise was made from does not exist any more."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [[False, "form"]],
        }

    def action_open_sync_customer(self):
        """Open the Customer 360 page of who was promised it."""
        self.ensure_one()
        return self.partner_id.action_open_sync_customer()

    @api.model
    def _action_make(self, record, partner, text="", **values):
        """The dialog that notes a promise to ``partner``, filled with what ``record`` tells.

        :param str text: plain or HTML; its first sentence is proposed as the promise
        """
        if not self.has_access("create"):
            raise AccessError(self.env._("You need a Customer Sync role to note a promise."))
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_promise_action_make")
        defaults = {
            "name": first_sentence(html2plaintext(text or "", include_references=False)),
            "partner_id": partner.id,
            "due_at": fields.Datetime.to_string(proposed_due(fields.Datetime.now(), self.env.tz.zone)),
            "res_model": record._name,
            "res_id": record.id,
            **{name: value.id if isinstance(value, models.BaseModel) else value for name, value in values.items()},
        }
        company = record.company_id if "company_id" in record else self.env["res.company"]
        if company in self.env.companies:
            defaults["company_id"] = company.id
        action["context"] = {f"default_{name}": value for name, value in defaults.items() if value}
        return action

    @api.model
    def _action_make_about(self, model_name, res_id, text, customer=None, **values):
        """:meth:`_action_make` for what is said about a document of any kind; it may be none, or one without customer."""
        record = self.env[model_name].browse(res_id) if model_name and model_name in self.env and res_id else None
        if not record:
            return self._action_make(self.browse(), customer or self.env["res.partner"], text, **values)
        record.check_access("read")
        # A customer among several of a document is who wrote, else the one the document is for.
        partner = record._mail_get_partners()[record.id].filtered("partner_share")[:1]
        if customer and (not partner or customer.commercial_partner_id == partner.commercial_partner_id):
            partner = customer
        return self._action_make(record, partner, text, **{"lead_id": self._lead_of(record), **values})

    @api.model
    def _lead_of(self, record):
        """The lead a document is or belongs to, if there is one that the user may read."""
        if record._name == "crm.lead":
            return record
        lead = record.opportunity_id if "opportunity_id" in record else self.env["crm.lead"]
        return lead if lead._name == "crm.lead" and lead.has_access("read") else self.env["crm.lead"]

    @api.model
    def _action_list(self, domain, **defaults):
        """The list of some promises, those that are owed first."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_promise_action")
        return {**action, "domain": domain, "context": {"search_default_owed": 1, **defaults}}

    @api.model
    def _count_owed(self, field_name, records):
        """``{record id: promises owed}`` as far as the user may read them: one query."""
        domain = [(field_name, "in", records.ids), ("outcome_at", "=", False)]
        return {owner.id: count for owner, count in self._read_group(domain, [field_name], ["__count"])}
