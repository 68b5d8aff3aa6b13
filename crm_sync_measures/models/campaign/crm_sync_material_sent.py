from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..core.crm_sync_merge_mixin import REPOINT
from .words import SENT_BY


class CrmSyncMaterialSent(models.Model):
    """A customer has a material. Written by the material alone, never deleted; what was noted by mistake is withdrawn.

    ``sent_key`` is ``<material>:<customer or contact>`` with the number of then: whatever runs twice, or at once, gives it
    once. A merge of customers repoints the rows; whoever is left has what both had.
    """

    _name = "crm.sync.material.sent"
    _inherit = ["crm.sync.kept.mixin", "crm.sync.merge.mixin"]
    _description = "Material Sent"
    _order = "given_at desc, id desc"
    _rec_name = "material_id"
    _sync_merge = {"partner_id": REPOINT}

    material_id = fields.Many2one("crm.sync.material", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="material_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null", ondelete="set null")
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id", string="Customer")
    campaign_id = fields.Many2one("utm.campaign", readonly=True, index="btree_not_null", ondelete="set null")
    channel = fields.Selection(SENT_BY, "Given By Way Of", required=True, readonly=True)
    given_at = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Given By", readonly=True, index="btree_not_null", ondelete="set null")
    withdrawn_at = fields.Datetime(readonly=True)
    withdrawn_reason = fields.Char("Why Withdrawn", readonly=True)
    sent_key = fields.Char(required=True, readonly=True, export_string_translation=False)

    _key_uniq = models.UniqueIndex("(sent_key)", "This customer has this material already.")

    def _refuse_change(self):
        raise UserError(self.env._("What was given is not changed or deleted. Withdraw it if it was noted by mistake."))

    # ---------------------------------------------------------------- giving

    @api.model
    def _note(self, material, partners, channel, campaign):
        """Ids of those among ``partners`` who have it only now: one statement; who has it in this moment is left out."""
        self.flush_model()
        keys = {f"{material.id}:{material._entities(partner).id}": partner.id for partner in partners}
        rows = self.env.execute_query(
            SQL(
                """INSERT INTO crm_sync_material_sent (material_id, company_id, partner_id, campaign_id, channel, given_at,
                                                       user_id, sent_key, create_uid, create_date, write_uid, write_date)
                   SELECT %(material)s, %(company)s, g.partner_id, %(campaign)s, %(channel)s, %(now)s, %(uid)s, g.sent_key,
                          %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM unnest(%(partners)s::int[], %(keys)s::varchar[]) g (partner_id, sent_key)
                   ON CONFLICT (sent_key) DO NOTHING RETURNING partner_id""",
                material=material.id,
                company=material.company_id.id or None,
                campaign=campaign.id or None,
                channel=channel,
                now=fields.Datetime.now(),
                uid=self.env.uid,
                partners=list(keys.values()),
                keys=list(keys),
            )
        )
        self.invalidate_model()
        material.invalidate_recordset(["sent_ids", "sent_count"])
        return {partner_id for [partner_id] in rows}

    # ---------------------------------------------------------------- mistakes

    def action_withdraw(self, reason=None):
        """It was noted by mistake: the customer may get it again. Whoever has given it, and managers.

        :param str reason: why; at most 200 characters
        """
        self.check_access("read")
        if not isinstance(reason, str) or not reason.strip() or len(reason) > 200:
            raise UserError(self.env._("Say in at most 200 characters why it is withdrawn."))
        is_manager = self.env.user.has_group("crm_sync_measures.group_department_manager")
        for sent in self:
            if sent.user_id != self.env.user and not is_manager:
                raise AccessError(self.env._("Only who has given it, and department managers, withdraw it."))
            if sent.withdrawn_at:
                raise UserError(self.env._("This is withdrawn already."))
        for sent in self.sudo():  # sudo: who may do it was checked; nobody has rights to write these rows
            sent._record(
                {
                    "withdrawn_at": fields.Datetime.now(),
                    "withdrawn_reason": reason.strip(),
                    "sent_key": f"{sent.sent_key}:withdrawn:{sent.id}",
                }
            )
        return True
