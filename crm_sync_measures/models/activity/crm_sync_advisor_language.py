from odoo import models

from ...rules.advice import Point, speaks
from .advice_request import advice_criterion, people_of


class CrmSyncAdvisorLanguage(models.AbstractModel):
    """Who speaks the customer's language."""

    _inherit = "crm.sync.advisor"

    @advice_criterion(60, "language", weight=10)
    def _advise_language(self, requests):
        """Counts where some speak it and others do not."""
        # sudo: languages of colleagues, as they were entered for this purpose.
        users = self.env["res.users"].sudo().browse(people_of(requests))
        spoken = {user.id: [user.lang or "", *user.sync_lang_ids.mapped("code")] for user in users}
        names = self._language_names() if any(request.lang for request in requests) else {}
        points = {}
        for request in requests:
            able = [user_id for user_id in request.people if request.lang and speaks(spoken[user_id], request.lang)]
            if 0 < len(able) < len(request.people):
                text = self.env._("Speaks %s", names.get(request.lang, request.lang))
                points[request.key] = dict.fromkeys(able, Point(1.0, text))
        return points

    def _language_names(self):
        # sudo: names of languages, also of those that Odoo is not shown in.
        languages = self.env["res.lang"].sudo().with_context(active_test=False)
        return {language.code: language.name for language in languages.search_fetch([], ["code", "name"])}
