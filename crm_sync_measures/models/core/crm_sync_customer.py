import logging
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...rules.periods import local_date, utc_bounds
from .contact_facts import MODELS, contact_facts
from .crm_sync_touch import CHANNELS
from .harmless import follow_up

_logger = logging.getLogger(__name__)

#: How a customer was contacted: what is logged by hand, and what Odoo records itself.
CONTACT_CHANNELS = [CHANNELS[0], ("email", "E-mail"), ("meeting", "Meeting"), *CHANNELS[1:]]
#: Columns that the refresh computes; a row is written only where one of them differs.
_COMPUTED = [
    "user_id",
    "department_id",
    "company_id",
    "active",
    "quiet_since",
    "last_contact_at",
    "last_channel",
    "last_direction",
    "contact_user_id",
    "contact_company_id",
]


class CrmSyncCustomer(models.Model):
    """Where we stand with each customer: one row per commercial entity, never written by hand.

    Kept apart from ``res.partner`` because a nightly job writes it for all customers, and partners
    are what everybody reads. Refreshed for single customers when something happens to them, and
    for all of them every night, by the same statement. Times are UTC.

    Customers are all commercial entities but colleagues and the companies themselves.
    """

    _name = "crm.sync.customer"
    _inherit = ["crm.sync.merge.mixin"]
    _description = "Customer Standing"
    _order = "quiet_since, id"
    _rec_name = "partner_id"
    # Computed rows: who computed them is no information, and the two foreign keys would cost more
    # than half of the nightly job.
    _log_access = False
    _sync_merge = {"partner_id": "_merge_partners"}

    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True, ondelete="cascade")
    active = fields.Boolean(readonly=True, default=True)
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null", ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Owner", readonly=True, index="btree_not_null", ondelete="set null")
    department_id = fields.Many2one(
        "crm.sync.department",
        string="Department in Charge",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The department set on the customer, else that of the owner.",
    )
    last_contact_at = fields.Datetime(string="Last Contact", readonly=True, index=True)
    quiet_since = fields.Datetime(
        readonly=True,
        index=True,
        help="The last contact, or the day the customer was created when there was none.",
    )
    last_channel = fields.Selection(CONTACT_CHANNELS, readonly=True)
    last_direction = fields.Selection([("in", "Incoming"), ("out", "Outgoing")], readonly=True)
    contact_user_id = fields.Many2one("res.users", readonly=True, ondelete="set null", groups=fields.NO_ACCESS)
    contact_company_id = fields.Many2one("res.company", readonly=True, ondelete="set null", groups=fields.NO_ACCESS)
    last_user_id = fields.Many2one(
        "res.users",
        string="Last Contact By",
        compute="_compute_last_user_id",
        compute_sudo=True,
        help="Not shown when the contact was made by another company.",
    )
    days_since_contact = fields.Integer(
        compute="_compute_days_since_contact",
        string="Days Without Contact",
        help="Days since the last contact, or since the customer was created when there was none.",
    )
    is_neglected = fields.Boolean(
        compute="_compute_days_since_contact", search="_search_is_neglected", string="Neglected"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine", string="Is My Customer")

    # Shown on cards and lists; read from the partner at every time.
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    city = fields.Char(related="partner_id.city")
    country_id = fields.Many2one(related="partner_id.country_id")
    category_id = fields.Many2many(related="partner_id.category_id")
    is_company = fields.Boolean(related="partner_id.is_company")

    # A unique index, and the merge deletes the source's row first: Odoo's merge would otherwise stop.
    _partner_uniq = models.UniqueIndex("(partner_id)", "This customer already has a row.")

    # ---------------------------------------------------------------- compute

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("contact_user_id", "contact_company_id")
    def _compute_last_user_id(self):
        for customer in self:
            known = customer.contact_company_id in self.env.companies or not customer.contact_company_id
            customer.last_user_id = customer.contact_user_id if known else False

    @api.depends_context("company", "tz")
    @api.depends("quiet_since")
    def _compute_days_since_contact(self):
        tz = self.env.user.tz or "UTC"
        today = local_date(fields.Datetime.now(), tz)
        for customer in self:
            since = customer.quiet_since
            customer.days_since_contact = (today - local_date(since, tz)).days if since else 0
            customer.is_neglected = customer.days_since_contact > self.env.company.sync_neglect_days

    def _search_is_neglected(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        tz = self.env.user.tz or "UTC"
        first_day = local_date(fields.Datetime.now(), tz) - timedelta(days=self.env.company.sync_neglect_days)
        return [("quiet_since", "<", utc_bounds(first_day, first_day, tz)[0])]

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for customer in self:
            customer.is_mine = customer.user_id == self.env.user

    def _search_is_mine(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        return [("user_id", "=", self.env.uid)]

    # ---------------------------------------------------------------- refresh

    @api.model
    def _cron_refresh(self):
        """Recompute every customer that changed since yesterday, or that a mistake left behind."""
        self.env["crm.sync.job.runner"]._run_ranges(
            "refresh_customers", "res.partner", self._refresh_range, batch_size=200000, catch_up=False
        )

    def _refresh_range(self, day, lowest, highest):
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        self._refresh(SQL("p.commercial_partner_id BETWEEN %s AND %s", lowest, highest))

    @api.model
    def _note_partners(self, partners, contacts=True):
        """Refresh the customers of ``partners`` once, at the end of this transaction.

        :param bool contacts: their last contact too; otherwise only who is in charge
        """
        noted = self.env.cr.precommit.data.setdefault("crm.sync.customer", {})
        if not noted:
            # sudo: computed rows, which the user may not write; nothing of them is returned.
            self.env.cr.precommit.add(self.sudo()._refresh_noted)
        for partner_id in partners.ids:
            noted[partner_id] = contacts or noted.get(partner_id, False)

    @contextmanager
    def _noting_move(self, documents, vals):
        """Around a write of ``vals``: documents that go to another customer take their messages along."""
        if "partner_id" not in vals:
            yield
            return
        before = documents.partner_id
        yield
        self._note_partners(before | documents.partner_id)

    def _refresh_noted(self):
        """Refresh what this transaction noted; it never fails for it. Two transactions with one customer collide in his row."""
        noted = self.env.cr.precommit.data.pop("crm.sync.customer", {})
        follow_up(
            self,
            lambda customers: customers._refresh_ids(noted),
            _logger,
            "The standing of some customers could not be computed at once",
        )

    def _refresh_ids(self, noted):
        """``noted``: {partner id: whether the last contact is to be computed too}"""
        for contacts in (True, False):
            ids = [partner_id for partner_id, with_contacts in noted.items() if with_contacts is contacts]
            if ids:
                self._refresh_partners(self.env["res.partner"].browse(ids), contacts)

    @api.model
    def _refresh_partners(self, partners, contacts=True):
        """Refresh the customers that ``partners`` belong to, now. Partners that do not exist are passed over."""
        partners.flush_recordset(["commercial_partner_id"])
        entities = self.env.execute_query(
            SQL(
                """SELECT commercial_partner_id FROM res_partner WHERE id = ANY(%s)
                   UNION SELECT id FROM res_partner WHERE id = ANY(%s)""",
                partners.ids,
                partners.ids,
            )
        )
        if entities:
            self._refresh(SQL("p.commercial_partner_id = ANY(%s)", [pid for [pid] in entities if pid]), contacts)

    @api.model
    def _refresh_owned_by(self, users):
        """After users changed department: move the customers they own along."""
        self.env["res.users"].flush_model(["sync_department_id"])
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_customer c SET department_id = u.sync_department_id
                     FROM res_users u, res_partner p
                    WHERE u.id = c.user_id AND p.id = c.partner_id AND u.id = ANY(%s)
                      AND p.sync_department_id IS NULL AND c.department_id IS DISTINCT FROM u.sync_department_id""",
                users.ids,
            )
        )
        self.invalidate_model(["department_id"])

    @api.model
    def _refresh(self, condition, contacts=True):
        """Bring the rows of all customers with a partner ``p`` in ``condition`` up to date.

        Two statements, whatever the number of customers; rows that are right are not written.
        """
        for model in (*MODELS, self._name):
            self.env[model].flush_model()
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_sync_customer c USING res_partner p
                    WHERE p.id = c.partner_id AND %s AND NOT %s""",
                condition,
                self._is_customer(),
            )
        )
        latest = SQL(
            """SELECT DISTINCT ON (commercial_partner_id) commercial_partner_id, at, channel, direction, user_id, company_id
                 FROM (%s) f (source, id, partner_id, at, user_id, department_id, channel, direction, company_id)
                ORDER BY commercial_partner_id, at DESC, source, id DESC""",
            contact_facts(self.env, condition),
        )
        known = SQL(
            """SELECT partner_id, last_contact_at, last_channel, last_direction, contact_user_id, contact_company_id
                 FROM crm_sync_customer"""
        )
        self.env.cr.execute(
            SQL(
                """WITH latest (partner_id, at, channel, direction, user_id, company_id) AS (%(latest)s),
                   standing (partner_id, %(columns)s) AS MATERIALIZED (
                       SELECT p.id, p.user_id, COALESCE(p.sync_department_id, o.sync_department_id), p.company_id,
                              p.active, COALESCE(l.at, p.create_date), l.at, l.channel, l.direction, l.user_id, l.company_id
                         FROM res_partner p
                         LEFT JOIN res_users o ON o.id = p.user_id
                         LEFT JOIN latest l ON l.partner_id = p.id
                        WHERE %(condition)s AND %(is_customer)s
                   ), changed AS (
                       UPDATE crm_sync_customer c SET %(assign)s FROM standing s
                        WHERE c.partner_id = s.partner_id AND (%(old)s) IS DISTINCT FROM (%(new)s)
                   )
                   INSERT INTO crm_sync_customer (partner_id, %(columns)s)
                   SELECT * FROM standing s
                    WHERE NOT EXISTS (SELECT FROM crm_sync_customer c WHERE c.partner_id = s.partner_id)
                   ON CONFLICT (partner_id) DO NOTHING""",
                latest=latest if contacts else known,
                columns=SQL(", ").join(map(SQL.identifier, _COMPUTED)),
                condition=condition,
                is_customer=self._is_customer(),
                assign=SQL(", ").join(SQL("%s = %s", SQL.identifier(c), SQL.identifier("s", c)) for c in _COMPUTED),
                old=SQL(", ").join(SQL.identifier("c", c) for c in _COMPUTED),
                new=SQL(", ").join(SQL.identifier("s", c) for c in _COMPUTED),
            )
        )
        self.invalidate_model()

    def _is_customer(self):
        """SQL condition: partner ``p`` is a commercial entity, no colleague and none of our companies."""
        return SQL(
            """(p.commercial_partner_id = p.id AND p.partner_share
                AND NOT EXISTS (SELECT FROM res_company own WHERE own.partner_id = p.id))"""
        )

    @api.model
    def _merge_partners(self, sources, target):
        """The survivor's row is computed anew after the merge; the others go."""
        self.env.cr.execute(SQL("DELETE FROM crm_sync_customer WHERE partner_id = ANY(%s)", sources.ids))

    # ---------------------------------------------------------------- actions

    def action_open_customer(self):
        self.ensure_one()
        return self.partner_id.action_open_sync_customer()

    def action_log_contact(self):
        self.ensure_one()
        return self.partner_id.action_log_sync_touch()
