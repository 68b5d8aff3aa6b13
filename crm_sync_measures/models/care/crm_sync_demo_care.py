from datetime import datetime, time, timedelta

from odoo import api, fields, models

#: What became of the birthdays of the last months, and why nothing did.
_BIRTHDAYS = (
    ("sent", None),
    ("sent", None),
    ("held", "opted_out"),
    ("sent", None),
    ("control", "control"),
    ("sent", None),
    ("late", "too_late"),
    ("sent", None),
    ("held", "complaint"),
    ("sent", None),
)
#: Days between two birthdays of the demo, and between two who are to be called.
_STEP = 9
#: So many have their birthday within the next days.
_SOON = 6


class CrmSyncDemo(models.AbstractModel):
    """What the demo company has done for its customers: some birthdays, and who is to be called this week."""

    _inherit = "crm.sync.demo"

    @api.model
    def _play_care(self):
        """Play it, once per database. Nobody is mailed: the rule of birthdays is paused afterwards."""
        birthday, silent = self._demo("care_rule_birthday"), self._demo("care_rule_silent")
        if birthday.state != "draft":
            return
        (birthday | silent | self._demo("care_rule_tier")).action_start()
        birthday.action_pause()
        birthday._record({"started_on": fields.Date.today() - timedelta(days=120)})
        persons = self._people([("is_company", "=", False), ("email", "!=", False)])
        for number, (partner, (state, reason)) in enumerate(zip(persons, _BIRTHDAYS, strict=False)):
            self._play_birthday(partner, 3 + number * _STEP)
            self._play_occasion(birthday, partner, 3 + number * _STEP, state, reason)
        for number, partner in enumerate(persons[len(_BIRTHDAYS) :][:_SOON], start=1):
            self._play_birthday(partner, -number)
        # A key account is seen every month whatever its tier; a small customer twice a year suffices.
        self._demo("partner_northwind").sync_contact_days = 30
        self._demo("partner_olivia").sync_contact_days = 180
        companies = self._people([("is_company", "=", True), ("phone", "!=", False)])
        for number, partner in enumerate(companies[:3]):
            self._play_occasion(silent, partner, number, "done", None)

    def _people(self, domain):
        """Customers of the demo, always the same."""
        known = self.env["ir.model.data"].search(
            [("module", "=", "crm_sync_measures"), ("model", "=", "res.partner"), ("name", "=like", "demo_partner_%")]
        )
        return self.env["res.partner"].search([("id", "in", known.mapped("res_id")), *domain], order="name, id")

    def _play_birthday(self, partner, days_ago):
        day = fields.Date.today() - timedelta(days=days_ago)
        partner.write({"sync_birth_month": day.month, "sync_birth_day": day.day})

    def _play_occasion(self, rule, partner, days_ago, state, reason):
        due_on = fields.Date.today() - timedelta(days=days_ago)
        day = due_on - timedelta(days=rule.days)
        due_at = datetime.combine(due_on, time(8))
        self.env["crm.sync.care.occasion"].create(
            {
                "rule_id": rule.id,
                "partner_id": partner.id,
                "action": rule.action,
                "day": day,
                "due_on": due_on,
                "due_at": due_at,
                "occasion_key": f"{rule.id}:{partner.id}:demo {day}",
                "state": state,
                "reason": reason,
                "handed_at": due_at if state in ("sent", "done") else False,
                "done_at": due_at,
                "email": partner.email_normalized if state in ("sent", "control") else False,
            }
        )
