from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

#: Fields of a partner that decide who is in charge of the customer.
_STANDING = {"user_id", "sync_department_id", "parent_id", "active", "company_id", "is_company"}

#: Those that may bring contacts from one customer to another.
_FAMILY = {"parent_id", "is_company"}

#: What every reader of a customer's page, history or card asks next: whom he belongs to, and his name.
_READ_FIRST = (
    "commercial_partner_id",
    "name",
    "type",
    "parent_id",
    "is_company",
    "company_name",
    "commercial_company_name",
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    sync_department_id = fields.Many2one(
        "crm.sync.department",
        string="Department in Charge",
        ondelete="set null",
        tracking=True,
        groups="base.group_user",
        help="Leave empty for the department of the salesperson.",
    )

    # ---------------------------------------------------------------- public methods

    @api.readonly
    def sync_customer_page(self):
        """The Customer 360 page of this customer: standing, figures and contacts.

        Reads with the caller's rights: a figure he may not see comes as ``masked``. Times are UTC,
        amounts in the currency of the caller's current company.

        :return: ``{partner, entity, last_contact, neglected, tiles, contacts, filters, can_log,
            neglect_days}``; documented in ``docs/core.md``
        :raise AccessError: without a role of this addon, or for a customer the caller may not read
        """
        self._check_sync_reader()
        return self.env["crm.sync.customer.page"]._get_page(self)

    @api.readonly
    def sync_timeline(self, filters=None, cursor=None, limit=40):
        """One page of everything that happened with this customer and all his contacts, newest first.

        Costs a constant number of queries, whatever the size of the customer. What the caller may not
        read comes as ``{"masked": True, "at", "department"}``.

        :param dict filters: any of ``kinds``, ``channels`` (lists of words), ``department_ids``,
            ``person_ids`` (lists of ids), ``date_from``, ``date_to`` (ISO dates, both included, in the
            caller's time zone), ``search`` (text)
        :param str cursor: the ``cursor`` of the previous page
        :param int limit: events on a page, 1 to 200
        :return: ``{"events": [...], "cursor": str or False}``; times are UTC
        :raise UserError: for a filter, cursor or limit that cannot be used
        :raise AccessError: without a role of this addon, or for a customer the caller may not read
        """
        # Single values of few records are read: fetching whole records would cost more than the page's SQL.
        partner = self.with_context(active_test=False, prefetch_fields=False)
        partner._check_sync_reader()
        return partner.env["crm.sync.timeline"]._get_page(partner, filters, cursor, limit)

    def _check_sync_reader(self):
        if len(self) != 1 or not isinstance(self.id, int):
            raise UserError(self.env._("ids: give the id of one customer."))
        if not self.env["res.users"]._sync_is_reader():
            raise AccessError(self.env._("You need a Customer Sync role to see the history of a customer."))
        # One query tells that the customer is there and may be read; only a refusal needs the reason.
        found = self.with_context(active_test=False).search_fetch([("id", "=", self.id)], _READ_FIRST, order="id")
        if not found:
            if not self.exists():
                raise UserError(self.env._("This customer does not exist any more. Reload and try again."))
            self.check_access("read")

    # ---------------------------------------------------------------- actions

    def action_open_sync_customer(self):
        """Open the Customer 360 page."""
        self.ensure_one()
        action = self.env["ir.actions.client"]._for_xml_id("crm_sync_measures.crm_sync_customer_360_action")
        action["params"] = {"partner_id": self.id}
        action["display_name"] = self.display_name
        return action

    def action_log_sync_touch(self):
        """Open the form that logs a contact with this customer."""
        self.ensure_one()
        return self.env["crm.sync.touch"]._action_log(partner=self)

    def _sync_own_email(self):
        """The address, unless he may have entered it himself: customers with a login change it as they like, and what they
        say is not to hold for somebody else's. Then it is his where it is his login."""
        self.ensure_one()
        logins = {email_normalize(user.login) for user in self.with_context(active_test=False).user_ids}
        return self.email_normalized if not logins or self.email_normalized in logins else False

    def action_open_sync_preferences(self):
        """What this customer and his contacts want to be written to for, and what a colleague is told of it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_contact_preference_action")
        action["domain"] = [("partner_id", "child_of", self.ids)]
        action["context"] = {"default_partner_id": self.id, "active_test": False}
        return action

    # ---------------------------------------------------------------- standing

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        self.env["crm.sync.customer"]._note_partners(partners, contacts=False)
        return partners

    def write(self, vals):
        if not _STANDING & vals.keys():
            return super().write(vals)
        before = self.commercial_partner_id
        result = super().write(vals)
        self.env["crm.sync.customer"]._note_partners(self | before, contacts=bool(_FAMILY & vals.keys()))
        return result
