from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .words import SENT_BY

#: So many customers at once.
_MOST = 100_000
#: No number of a record.
_TOO_LARGE = 2**31


class CrmSyncMaterial(models.Model):
    """A brochure, a sample, a catalogue: what customers are given once. A new edition is another material."""

    _name = "crm.sync.material"
    _description = "Campaign Material"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, ondelete="restrict", help="Empty: of all companies.")
    note = fields.Text("What It Is")
    is_per_contact = fields.Boolean(
        "For Each Contact Person", help="Every contact of a customer gets his own. Otherwise a customer has it once."
    )
    sent_ids = fields.One2many("crm.sync.material.sent", "material_id", "Material Sent")
    sent_count = fields.Integer("Times Given", compute="_compute_sent_count")

    def _compute_sent_count(self):
        rows = self.env["crm.sync.material.sent"]._read_group(
            [("material_id", "in", self.ids), ("withdrawn_at", "=", False)], ["material_id"], ["__count"]
        )
        counts = {material.id: count for material, count in rows}
        for material in self:
            material.sent_count = counts.get(material._origin.id, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_given(self):
        # sudo: whether anybody has it does not depend on who asks
        if given := self.sudo().filtered("sent_ids")[:1]:
            raise UserError(self.env._("“%s” was given to customers. Archive it instead.", given.display_name))

    def write(self, vals):
        if "is_per_contact" in vals:
            # sudo: as above
            for material in self.sudo().filtered("sent_ids"):
                if material.is_per_contact != bool(vals["is_per_contact"]):
                    raise UserError(
                        self.env._("“%s” was given to customers: for whom it is stays.", material.display_name)
                    )
        result = super().write(vals)
        # Odoo looks before the change only: nobody moves a material into a company that he is not in.
        self.check_access("write")
        return result

    # ---------------------------------------------------------------- giving

    def give_material(self, partner_ids, channel="hand", campaign_id=False):
        """Note that these customers are given the material now. Who has it already, or must not get it, is left out.

        :param list[int] partner_ids: contacts; of a material for customers one of a customer suffices
        :param str channel: hand, letter or email; for the last two the contact gate is asked (purpose *marketing*)
        :param int campaign_id: the campaign it is for; whom that holds out gets nothing
        :return: ``{"given": [...], "have": [...], "held": [{"partner_id", "reason"}]}``, ids of contacts
        :raise UserError: for ids that do not exist, another channel, or more than 100,000 contacts
        :raise AccessError: without a role that works with customers, or for contacts the caller may not read
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("crm_sync_measures.group_user"):
            raise AccessError(self.env._("You need a Customer Sync role to give material to customers."))
        partners = self._given_partners(partner_ids)
        campaign = self._given_campaign(campaign_id)
        if not isinstance(channel, str) or channel not in dict(SENT_BY):
            raise UserError(self.env._("channel: choose one of %s.", ", ".join(dict(SENT_BY))))
        return self._give(partners, channel, campaign)

    def _given_partners(self, partner_ids):
        if not isinstance(partner_ids, (list, tuple)) or not all(
            type(one) is int and 0 < one < _TOO_LARGE for one in partner_ids
        ):
            raise UserError(self.env._("partner_ids: give a list of partner ids."))
        if len(partner_ids) > _MOST:
            raise UserError(self.env._("partner_ids: give at most %s at once.", _MOST))
        partners = self.env["res.partner"].browse(dict.fromkeys(partner_ids))
        if partners.exists() != partners:
            raise UserError(
                self.env._("partner_ids: some of these customers do not exist any more. Reload and try again.")
            )
        partners.check_access("read")
        return partners

    def _given_campaign(self, campaign_id):
        if campaign_id is not False and (type(campaign_id) is not int or not 0 <= campaign_id < _TOO_LARGE):
            raise UserError(self.env._("campaign_id: give the id of one campaign."))
        campaign = self.env["utm.campaign"].browse(campaign_id or [])
        if campaign and not campaign.exists():
            raise UserError(self.env._("campaign_id: this campaign does not exist."))
        campaign.check_access("read")
        return campaign

    def _give(self, partners, channel, campaign):
        """Write it down for those who get it; a constant number of statements. Callers have checked who asks."""
        plan = self._plan(partners, channel, campaign)
        given = plan["given"]
        if given:
            written = self.env["crm.sync.material.sent"]._note(self, partners.browse(given), channel, campaign)
            # Somebody else has given it at this moment.
            plan["have"] += [partner_id for partner_id in given if partner_id not in written]
            plan["given"] = [partner_id for partner_id in given if partner_id in written]
            if channel != "hand" and plan["given"]:
                self.env["crm.sync.contact.sent"]._note(
                    partners.browse(plan["given"]), channel, "marketing", self.env.company, source=self.name
                )
        return plan

    def _plan(self, partners, channel, campaign):
        """Who would get it: the same as :meth:`give_material` returns, and nothing is written."""
        self.ensure_one()
        have = self._having_ids(partners)
        # sudo: members are not for everybody to read; here it is only told of these customers that they get nothing of it
        held_out = self.env["crm.sync.campaign.member"].sudo()._held_out_ids(campaign, partners) if campaign else set()
        open_partners = partners.browse(one for one in partners.ids if one not in have and one not in held_out)
        verdicts = {}
        if channel != "hand" and open_partners:
            verdicts = self.env["crm.sync.contact.gate"]._may_contact(open_partners, "marketing", channel)
        plan = {"given": [], "have": [], "held": []}
        seen = set()
        for partner in partners:
            entity = self._entities(partner)
            verdict = verdicts.get(partner.id)
            if partner.id in have or entity.id in seen:
                plan["have"].append(partner.id)
            elif partner.id in held_out:
                plan["held"].append({"partner_id": partner.id, "reason": "held_out"})
            elif verdict and not verdict.allowed:
                plan["held"].append({"partner_id": partner.id, "reason": verdict.reason})
            else:
                seen.add(entity.id)
                plan["given"].append(partner.id)
        return plan

    def _entities(self, partners):
        """Who has it once: the contacts, or the customers to whom they belong."""
        return partners if self.is_per_contact else partners.commercial_partner_id

    def _having_ids(self, partners):
        """Which of these contacts have it already: he himself, or where it is for customers anybody of his customer."""
        self.ensure_one()
        self.env["crm.sync.material.sent"].flush_model()
        partners.flush_recordset(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM res_partner p
                    WHERE p.id = ANY(%s) AND EXISTS (
                          SELECT FROM crm_sync_material_sent s
                            JOIN res_partner had ON had.id = s.partner_id
                           WHERE s.material_id = %s AND s.withdrawn_at IS NULL AND %s)""",
                partners.ids,
                self.id,
                SQL("had.id = p.id")
                if self.is_per_contact
                else SQL("had.commercial_partner_id = p.commercial_partner_id"),
            )
        )
        return {partner_id for [partner_id] in rows}

    def action_open_sent(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_sync_measures.crm_sync_material_sent_action")
        return {**action, "domain": [("material_id", "=", self.id)], "context": {}}
