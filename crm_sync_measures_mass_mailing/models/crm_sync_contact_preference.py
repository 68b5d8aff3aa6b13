from odoo import api, models
from odoo.tools import SQL


class CrmSyncContactPreference(models.Model):
    """Who has left a mailing list, and is on no other one, wants no advertising. What he says on our page later counts."""

    _inherit = "crm.sync.contact.preference"

    @api.model
    def _refused_ids(self, partners, purpose, channel="email"):
        refused = super()._refused_ids(partners, purpose, channel)
        if purpose != "marketing" or channel != "email":
            return refused
        return refused | self._unsubscribed_ids(partners.browse(set(partners.ids) - refused))

    @api.model
    def _unsubscribed_ids(self, partners):
        """Ids among ``partners`` whose address has left its mailing lists since they last said that they want advertising."""
        if not partners:
            return set()
        for model in ("mailing.contact", "mailing.list", "mailing.subscription"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM res_partner p CROSS JOIN LATERAL (
                       SELECT COALESCE(max(s.opt_out_datetime), '-infinity') AS at
                         FROM mailing_contact c
                         JOIN mailing_subscription s ON s.contact_id = c.id
                         JOIN mailing_list l ON l.id = s.list_id
                        WHERE c.email_normalized = p.email_normalized
                       HAVING bool_or(s.opt_out) AND bool_and(s.opt_out IS TRUE OR l.active IS NOT TRUE)) quit
                    WHERE p.id = ANY(%s)
                      AND NOT EXISTS (SELECT FROM crm_sync_contact_preference w
                           WHERE w.partner_id = p.id AND w.purpose = 'marketing' AND w.is_allowed AND w.at >= quit.at)
                      AND NOT EXISTS (SELECT FROM crm_sync_contact_preference w
                           WHERE w.email = p.email_normalized AND w.purpose = 'marketing' AND w.is_allowed AND w.at >= quit.at)""",
                partners.ids,
            )
        )
        return {partner_id for [partner_id] in rows}
