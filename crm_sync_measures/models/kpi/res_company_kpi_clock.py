from odoo import models


class ResCompany(models.Model):
    """By which clock the periods of the company's KPIs are cut."""

    _inherit = "res.company"

    def _sync_kpi_clock_sentence(self):
        """The time zone that periods are cut in, with a warning while it is none that somebody has chosen for the company."""
        self.ensure_one()
        company = self.sudo()  # sudo: the time zone of a company is no secret, nor whether it has final figures
        sentence = self.env._("Periods are cut in: %(tz)s.", tz=company._sync_tz())
        if company.partner_id.tz:
            return sentence
        final = [("company_id", "=", company.id), ("state", "=", "closed")]
        if company.env["crm.sync.kpi.period"].search_count(final, limit=1):
            warning = self.env._(
                "The company has no time zone of its own. Final periods stay as they were cut; one that you set holds from the next period on."
            )
        else:
            warning = self.env._(
                "The company has no time zone of its own. Set it before the first period becomes final: final periods stay as they were cut."
            )
        return f"{sentence} {warning}"
