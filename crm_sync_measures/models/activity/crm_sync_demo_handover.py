from odoo import models


class CrmSyncDemo(models.AbstractModel):
    """A colleague of the demo customers' year has left, and his user was archived without a handover."""

    _inherit = "crm.sync.demo"

    def _stories(self):
        return [*super()._stories(), "crm_sync_measures/demo/activity/handover_story.csv"]

    def _end_story(self, today):
        result = super()._end_story(today)
        self._demo("user_erik").with_context(mail_activity_quick_update=True).action_archive()
        return result
