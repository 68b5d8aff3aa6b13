from odoo import fields, models
from odoo.tools import SQL

from .contact_facts import MODELS, contact_facts
from .crm_sync_customer import CONTACT_CHANNELS


class CrmSyncContactReport(models.Model):
    """Contacts by department, person, channel and month, counted from Odoo's own records.

    Holds no content of any contact: who, when, how and with whom only. What came from the customer counts for the
    department in charge of him.
    """

    _name = "crm.sync.contact.report"
    _description = "Contact Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    date = fields.Datetime(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Person", readonly=True)
    department_id = fields.Many2one("crm.sync.department", readonly=True)
    owner_id = fields.Many2one("res.users", string="Owner of the Customer", readonly=True)
    channel = fields.Selection(CONTACT_CHANNELS, readonly=True)
    direction = fields.Selection([("in", "Incoming"), ("out", "Outgoing")], readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @property
    def _table_query(self):
        for model in MODELS:
            self.env[model].flush_model()
        # Ids of six sources in one column: what a report row is called must not change between two reads. A meeting
        # with two customers is two rows, and each has its attendee's id.
        return SQL(
            """SELECT COALESCE(a.id, f.id)::bigint * 8 + f.source AS id, f.at AS date, f.partner_id, q.commercial_partner_id, f.user_id,
                      COALESCE(f.department_id, CASE WHEN f.user_id IS NULL THEN c.department_id END) AS department_id,
                      e.user_id AS owner_id, f.channel, f.direction, f.company_id
                 FROM (%s) f (source, id, partner_id, at, user_id, department_id, channel, direction, company_id)
                 JOIN res_partner q ON q.id = f.partner_id
                 JOIN res_partner e ON e.id = q.commercial_partner_id
                 LEFT JOIN crm_sync_customer c ON c.partner_id = e.id
                 LEFT JOIN calendar_attendee a
                   ON f.source = 1 AND a.event_id = f.id AND a.partner_id = f.partner_id""",
            contact_facts(self.env, SQL("TRUE")),
        )
