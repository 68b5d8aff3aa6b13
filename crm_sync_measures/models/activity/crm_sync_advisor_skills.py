from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ...rules.advice import HALF_EXPERIENCE, Point, saturating
from .advice_request import advice_criterion, people_of

_WINDOW = timedelta(days=730)


class CrmSyncAdvisorSkills(models.AbstractModel):
    """Who knows the subject."""

    _inherit = "crm.sync.advisor"

    @advice_criterion(50, "skills", weight=15)
    def _advise_skills(self, requests):
        """Skills entered with the user count in full; selling such products, the more the oftener."""
        categories = self._categories_of(requests)
        ids = sorted({category_id for ids in categories.values() for category_id in ids})
        sold = self._orders_by_category(people_of(requests), ids)
        skills = self._entered_skills(people_of(requests))
        names = self._subject_names(requests, ids)
        ancestors = self._ancestors(ids)
        points = {}
        for request in requests:
            wanted = categories.get(request.key, ())
            points[request.key] = {
                user_id: point
                for user_id in request.people
                if (
                    point := self._entered_point(request, wanted, skills[user_id], ancestors, names)
                    or self._sold_point(wanted, sold[user_id], names)
                )
            }
        return points

    def _entered_point(self, request, wanted, skills, ancestors, names):
        tags, categories = skills
        known = [names["tag", tag_id] for tag_id in request.tag_ids if tag_id in tags]
        known += [names["category", category_id] for category_id in wanted if categories & ancestors[category_id]]
        return Point(1.0, self.env._("Skilled in %s", ", ".join(known))) if known else None

    def _sold_point(self, wanted, sold, names):
        count, category_id = max(((sold.get(category_id, 0), category_id) for category_id in wanted), default=(0, 0))
        if not count:
            return None
        values = {"name": names["category", category_id], "count": count}
        text = (
            self.env._("Sold “%s” in 1 order", values["name"])
            if count == 1
            else self.env._("Sold “%(name)s” in %(count)s orders", **values)
        )
        return Point(saturating(count, HALF_EXPERIENCE), text)

    def _categories_of(self, requests):
        """``{key: product category ids}``: of the quotation, else what the customer bought in two years."""
        for model in ("sale.order.line", "sale.order", "product.product", "product.template", "res.partner"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT o.id, o.opportunity_id, p.commercial_partner_id, o.state, t.categ_id
                     FROM sale_order o
                     JOIN res_partner p ON p.id = o.partner_id
                     JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
                     JOIN product_product v ON v.id = l.product_id
                     JOIN product_template t ON t.id = v.product_tmpl_id
                    WHERE t.categ_id IS NOT NULL AND o.company_id = ANY(%(companies)s)
                      AND (o.id = ANY(%(orders)s) OR o.opportunity_id = ANY(%(leads)s) AND o.state != 'cancel'
                           OR o.state = 'sale' AND o.date_order >= %(since)s AND o.partner_id = ANY(ARRAY(
                               SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%(entities)s))))""",
                companies=self.env.companies.ids,
                orders=[request.order_id for request in requests if request.order_id],
                leads=[request.lead_id for request in requests if request.lead_id],
                entities=list({request.entity_id for request in requests if request.entity_id}),
                since=fields.Datetime.now() - _WINDOW,
            )
        )
        found = defaultdict(set)
        for order_id, lead_id, entity_id, state, category_id in rows:
            found["order", order_id].add(category_id)
            found["lead", lead_id].add(category_id)
            if state == "sale":
                found["entity", entity_id].add(category_id)
        return {
            request.key: tuple(
                sorted(
                    request.category_ids
                    or found.get(("order", request.order_id))
                    or (request.lead_id and found.get(("lead", request.lead_id)))
                    or found.get(("entity", request.entity_id), ())
                )
            )
            for request in requests
        }

    def _orders_by_category(self, user_ids, category_ids):
        """``{user id: {category id: orders confirmed in two years}}``"""
        sold = defaultdict(dict)
        rows = self.env.execute_query(
            SQL(
                """SELECT o.user_id, t.categ_id, count(DISTINCT o.id)
                     FROM sale_order o
                     JOIN sale_order_line l ON l.order_id = o.id
                     JOIN product_product v ON v.id = l.product_id
                     JOIN product_template t ON t.id = v.product_tmpl_id
                    WHERE o.state = 'sale' AND o.date_order >= %s AND o.company_id = ANY(%s)
                      AND o.user_id = ANY(%s) AND t.categ_id = ANY(%s)
                    GROUP BY 1, 2""",
                fields.Datetime.now() - _WINDOW,
                self.env.companies.ids,
                user_ids,
                category_ids,
            )
        )
        for user_id, category_id, count in rows:
            sold[user_id][category_id] = count
        return sold

    def _entered_skills(self, user_ids):
        """``{user id: (tag ids, category ids)}``"""
        # sudo: what a colleague is good at, as it was entered for this purpose.
        users = self.env["res.users"].sudo().browse(user_ids)
        return {user.id: (set(user.sync_skill_tag_ids.ids), set(user.sync_skill_category_ids.ids)) for user in users}

    def _subject_names(self, requests, category_ids):
        # sudo: names of tags and categories that the document has.
        tags = self.env["crm.tag"].sudo().browse({tag_id for request in requests for tag_id in request.tag_ids})
        categories = self.env["product.category"].sudo().browse(category_ids)  # sudo: as above
        return {("tag", tag.id): tag.name for tag in tags} | {
            ("category", category.id): category.name for category in categories
        }

    def _ancestors(self, category_ids):
        """``{category id: ids of itself and all above it}``: who is good at a category is so at those below it."""
        categories = self.env["product.category"].sudo().browse(category_ids)  # sudo: ids only
        return {category.id: {int(part) for part in category.parent_path.split("/") if part} for category in categories}
