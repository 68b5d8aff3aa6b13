from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Who held a conversation where: leads of the fair, in turn.
_COLLECTED = ("fair", "fair", "shop", "fair", "partner", "web")
#: So many leads are the campaign's.
_LEADS = 9


class CrmSyncDemo(models.AbstractModel):
    """The demo company's campaigns: one that is running, and one whose days are over."""

    _inherit = "crm.sync.demo"

    @api.model
    def _play_campaign(self):
        """Play it, once per database. Nobody is mailed."""
        fair, letter = self._demo("campaign_fair"), self._demo("campaign_letter")
        if fair.sync_assigned_at:
            return
        people = self._people([]).commercial_partner_id
        self._play_groups(letter, people, days_ago=120, percent=40)
        self._play_groups(fair, people, days_ago=12, percent=20)
        self._play_leads(fair, people)
        catalogue = self._demo("material_catalogue")
        treated = fair.sync_member_ids.filtered(lambda one: one.member_group == "treated").partner_id
        catalogue._give(treated[:6], "hand", fair)

    def _play_groups(self, campaign, people, days_ago, percent):
        """Customers are chosen and held out; the days began so many days ago."""
        campaign._sync_choose(str([("id", "in", people.ids)]), percent, 30, 5.0)
        at = datetime.combine(fields.Date.today() - timedelta(days=days_ago), time(8))
        campaign._sync_record({"sync_assigned_at": at, "sync_frozen_at": at, "sync_started_at": at})
        self._stamp("crm.sync.campaign.member", ("assigned_at",), SQL("campaign_id = %s", campaign.id), at)

    def _play_leads(self, campaign, people):
        """Leads of the fair: where they were collected, and by whom."""
        leads = self.env["crm.lead"].search(
            [("partner_id.commercial_partner_id", "in", people.ids), ("campaign_id", "=", False)],
            order="create_date desc, id desc",
            limit=_LEADS,
        )
        collectors = self._demo("user_anna").partner_id | self._demo("user_li").partner_id
        for number, lead in enumerate(leads):
            lead.with_context(tracking_disable=True, mail_notrack=True).write(
                {
                    "campaign_id": campaign.id,
                    "source_id": self._demo("source_fair").id,
                    "sync_collected_at": _COLLECTED[number % len(_COLLECTED)],
                    "sync_collector_id": collectors[number % len(collectors)].id,
                }
            )
