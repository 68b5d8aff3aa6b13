from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, Query

from .shown_tier import companies_of, has_no_tier, has_one_of, shown_standing


class ResPartner(models.Model):
    """The customer's tier: not stored, since partners are what everybody reads, and yet one filters, sorts and groups by it."""

    _inherit = "res.partner"

    sync_tier_id = fields.Many2one(
        "crm.sync.tier",
        string="Tier",
        compute="_compute_sync_tier_id",
        compute_sudo=True,
        search="_search_sync_tier_id",
        groups="base.group_user",
        help="The customer's own tier, else that of the company the contact belongs to.",
    )
    sync_tier_color = fields.Integer(
        string="Color of the Tier",
        compute="_compute_sync_tier_id",
        compute_sudo=True,
        aggregator=None,
        export_string_translation=False,
        groups="base.group_user",
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_sync_tier_id(self):
        """Two queries, however many customers."""
        shown = self._sync_shown_tiers()
        for partner in self:
            partner.sync_tier_id = shown.get(partner._sync_tier_holder())
        for partner in self:
            partner.sync_tier_color = partner.sync_tier_id.color

    def _sync_tier_holder(self):
        """The id of whose tier it is; of a contact that is still being entered, his company."""
        return self._origin.id or self.commercial_partner_id._origin.id

    def _sync_shown_tiers(self):
        """``{partner id: tier id}``, in the current company."""
        holders = {partner._sync_tier_holder() for partner in self} - {False, None}
        if not holders:
            return {}
        entity = SQL.identifier("p", "commercial_partner_id", to_flush=self._fields["commercial_partner_id"])
        standing = shown_standing(self.env, SQL("p.id"), entity, companies_of(self.env.company))
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT p.id, shown.tier_id FROM res_partner p, LATERAL (%s) shown WHERE p.id = ANY(%s)",
                    standing,
                    [*holders],
                )
            )
        )

    def _search_sync_tier_id(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        self._check_field_access(self._fields["sync_tier_id"], "read")
        if operator == "in":
            tier_ids = tuple(tier_id for tier_id in value if tier_id)
            with_one = self._sync_tier_domain(SQL("%s", tier_ids)) if tier_ids else Domain.FALSE
            return with_one | self._sync_no_tier_domain() if len(tier_ids) < len(value) else with_one
        if isinstance(value, Domain):
            value = self.env["crm.sync.tier"]._search(value, active_test=False, bypass_access=operator == "any!")
        return self._sync_tier_domain(value.subselect() if isinstance(value, Query) else SQL("(%s)", value))

    def _sync_tier_domain(self, tiers):
        def to_sql(model, alias, _query):
            return has_one_of(model.env, SQL.identifier(alias, "id"), tiers, companies_of(model.env.company))

        return Domain.custom(to_sql=to_sql)

    def _sync_no_tier_domain(self):
        def to_sql(model, alias, query):
            entity = model.sudo()._field_to_sql(alias, "commercial_partner_id", query)  # sudo: an id, of whom it reads
            return SQL(
                "(%s)", has_no_tier(model.env, SQL.identifier(alias, "id"), entity, companies_of(model.env.company))
            )

        return Domain.custom(to_sql=to_sql)

    # ---------------------------------------------------------------- sorting and grouping

    def _field_to_sql(self, alias, field_expr, query=None):
        """The tier as a column: joined at most once for each alias, whatever is grouped, sorted and counted by it."""
        if field_expr != "sync_tier_id":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        entity = super()._field_to_sql(alias, "commercial_partner_id", query)
        standing = shown_standing(self.env, SQL.identifier(alias, "id"), entity, companies_of(self.env.company))
        if query is None:
            return SQL("(SELECT shown.tier_id FROM (%s) shown)", standing)
        # At most one row for each customer, so that it never makes two of one.
        joined = query.make_alias(alias, "sync_tier")
        query.add_join("LEFT JOIN", joined, SQL("LATERAL (%s)", standing), SQL("TRUE"))
        return SQL.identifier(joined, "tier_id")
