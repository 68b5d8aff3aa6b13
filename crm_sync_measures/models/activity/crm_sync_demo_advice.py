from odoo import models
from odoo.tools import SQL


class CrmSyncDemoAdvice(models.AbstractModel):
    """Who was asked to take the demo customers' opportunities."""

    _inherit = "crm.sync.demo"

    def _stories(self):
        return [*super()._stories(), "crm_sync_measures/demo/activity/advice_story.csv"]

    def _play_assigned(self, scene):
        """Detail: who takes it, and the reason for the case that somebody else would be proposed."""
        login, reason = scene.detail.split()
        chosen = self._demo(f"user_{login}").with_env(self.env)
        lead = self._document(scene, "lead")
        lead.user_id = False
        ranking = self.env["crm.sync.advisor"]._rank("crm.lead", lead.id)
        is_followed = ranking[0]["user_id"] == chosen.id
        assignment = self.env["crm.sync.assignment"]._journal(
            lead, ranking, chosen, None if is_followed else reason, False if is_followed else scene.note
        )
        lead.user_id = chosen
        self._stamp("crm.lead", ("date_open",), SQL("id = %s", lead.id), scene.at)
        self._stamp("crm.sync.assignment", ("create_date", "decided_at"), SQL("id = %s", assignment.id), scene.at)
