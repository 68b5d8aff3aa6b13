from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ...rules.advice import HALF_EXPERIENCE, Point, saturating
from .advice_request import advice_criterion, people_of


class CrmSyncAdvisorArea(models.AbstractModel):
    """Who is where the customer is, and with whom he buys."""

    _inherit = "crm.sync.advisor"

    @advice_criterion(70, "area", weight=5)
    def _advise_area(self, requests):
        """Who looks after the dealer, or other customers of the same city: a visit more is no journey more."""
        dealers = self._dealers(requests)
        self.env["res.partner"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT e.id, n.user_id, min(e.city), count(*)
                     FROM res_partner e
                     JOIN res_partner n ON lower(n.city) = lower(e.city) AND n.country_id IS NOT DISTINCT FROM e.country_id
                      AND n.id != e.id AND n.commercial_partner_id = n.id AND n.active AND n.user_id = ANY(%s)
                      AND (n.company_id IS NULL OR n.company_id = ANY(%s))
                    WHERE e.id = ANY(%s) AND e.city != ''
                    GROUP BY 1, 2""",
                people_of(requests),
                self.env.companies.ids,
                list({request.entity_id for request in requests if request.entity_id}),
            )
        )
        found = defaultdict(dict)
        for entity_id, user_id, city, count in rows:
            found[entity_id][user_id] = (city, count)
        return {
            request.key: {
                **{user_id: self._area_point(*known) for user_id, known in found[request.entity_id].items()},
                **self._dealer_points(request, dealers),
            }
            for request in requests
        }

    def _dealers(self, requests):
        """``{dealer id: (owner's id, name)}``"""
        # sudo: through whom the customer buys, and who looks after that dealer.
        dealers = self.env["res.partner"].sudo()
        dealers = dealers.browse({dealer_id for request in requests for dealer_id in request.dealer_ids})
        return {dealer.id: (dealer.commercial_partner_id.user_id.id, dealer.display_name) for dealer in dealers}

    def _dealer_points(self, request, dealers):
        owners = [dealers[dealer_id] for dealer_id in request.dealer_ids]
        return {
            user_id: Point(1.0, self.env._("Looks after the dealer %s", name))
            for user_id, name in owners
            if user_id in request.people
        }

    def _area_point(self, city, count):
        text = (
            self.env._("Looks after another customer in %s", city)
            if count == 1
            else self.env._("Looks after %(count)s other customers in %(city)s", count=count, city=city)
        )
        return Point(saturating(count, HALF_EXPERIENCE), text)
