from odoo import api, fields, models
from odoo.tools import SQL


class CrmSyncCampaignMember(models.Model):
    """A customer for whom a campaign was meant, and whether he was to get it: as drawn, whatever became of it.

    Written by the campaign alone; nobody changes or deletes a row, and only as long as nothing is fixed the campaign draws
    anew. ``member_key`` is ``<campaign>:<customer>`` with the customer's number of then. In a merge the rows follow to the
    survivor; of several rows of one customer one counts (``is_counted``): his own, else the first.
    """

    _name = "crm.sync.campaign.member"
    _inherit = ["crm.sync.append.only", "crm.sync.merge.mixin"]
    _description = "Member of a Campaign"
    _order = "campaign_id desc, id"
    _rec_name = "partner_id"
    _sync_merge = {"partner_id": "_sync_merge_customers"}

    campaign_id = fields.Many2one("utm.campaign", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="campaign_id.company_id")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="set null")
    member_group = fields.Selection(
        [("treated", "Target Group"), ("held_out", "Hold-Out Group")], "Group", required=True, readonly=True
    )
    assigned_at = fields.Datetime(required=True, readonly=True)
    is_counted = fields.Boolean(
        "Is Compared",
        readonly=True,
        default=True,
        help="Not: this customer was merged into another one of the campaign.",
    )
    member_key = fields.Char(required=True, readonly=True, export_string_translation=False)
    has_bought = fields.Boolean(
        compute="_compute_has_bought", help="A confirmed order within the campaign's days, whatever it was about."
    )

    _key_uniq = models.UniqueIndex("(member_key)", "This customer is in the campaign already.")
    _group_idx = models.Index("(campaign_id, member_group)")

    @api.depends_context("allowed_company_ids")
    def _compute_has_bought(self):
        started = self.campaign_id.filtered("sync_started_at")
        rows = self.env.execute_query(
            SQL(
                """SELECT m.id FROM crm_sync_campaign_member m
                     JOIN res_partner customer ON customer.id = m.partner_id
                     JOIN (%s) b ON b.campaign_id = m.campaign_id AND b.customer_id = customer.commercial_partner_id
                    WHERE m.id = ANY(%s)""",
                started._sync_bought_sql(),
                self.ids,
            )
        )
        bought = {member_id for [member_id] in rows}
        for member in self:
            member.has_bought = member.id in bought

    # ---------------------------------------------------------------- written by campaigns

    @api.model
    def _redraw(self, campaign, groups):
        """Write down ``groups`` of ``{customer id: group}`` for a campaign of which nothing is fixed yet; two statements."""
        self.flush_model()
        now = fields.Datetime.now()
        self.env.cr.execute(SQL("DELETE FROM crm_sync_campaign_member WHERE campaign_id = %s", campaign.id))
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_campaign_member (campaign_id, partner_id, member_group, assigned_at, is_counted,
                                                         member_key, create_uid, create_date, write_uid, write_date)
                   SELECT %(campaign)s, m.partner_id, m.member_group, %(now)s, TRUE,
                          concat(%(campaign)s::int, ':', m.partner_id), %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM unnest(%(customers)s::int[], %(groups)s::varchar[]) m (partner_id, member_group)
                    ORDER BY m.partner_id""",
                campaign=campaign.id,
                now=now,
                uid=self.env.uid,
                customers=list(groups),
                groups=list(groups.values()),
            )
        )
        self.invalidate_model()
        campaign.invalidate_recordset()

    @api.model
    def _held_out_ids(self, campaign, partners):
        """Which of these contacts belong to customers whom the campaign holds out: one query."""
        self.flush_model()
        partners.flush_recordset(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM res_partner p
                    WHERE p.id = ANY(%s) AND EXISTS (
                          SELECT FROM crm_sync_campaign_member m
                           WHERE m.partner_id IN (p.commercial_partner_id, p.id) AND m.campaign_id = %s
                             AND m.is_counted AND m.member_group = 'held_out')""",
                partners.ids,
                campaign.id,
            )
        )
        return {partner_id for [partner_id] in rows}

    # ---------------------------------------------------------------- merge

    def _sync_merge_customers(self, sources, target):
        """Rows follow to the survivor's customer; as assigned is what he was, and only else what the others were."""
        customer = target.commercial_partner_id
        self._sync_merge_repoint("partner_id", sources, customer)
        self.env.cr.execute(
            SQL(
                """UPDATE crm_sync_campaign_member m SET is_counted = (f.number = 1)
                     FROM (SELECT id, row_number() OVER (PARTITION BY campaign_id ORDER BY
                                  member_key = concat(campaign_id, ':', partner_id) DESC, id) AS number
                             FROM crm_sync_campaign_member WHERE partner_id = %s) f
                    WHERE f.id = m.id AND m.is_counted IS DISTINCT FROM (f.number = 1)""",
                customer.id,
            )
        )
        self.invalidate_model()
