from dataclasses import replace
from datetime import timedelta

from odoo import fields, models


class CrmSyncDemo(models.AbstractModel):
    """A year of settled complaints with their causes and verdicts, and what became of suggestions."""

    _inherit = "crm.sync.demo"

    def _stories(self):
        return [*super()._stories(), "crm_sync_measures/demo/feedback/case_year.csv"]

    def _end_story(self, today):
        """A small shop tells figures of ten answers. Nobody is mailed because of a story."""
        result = super()._end_story(today)
        self.env.company.sync_score_minimum = 10
        for case in self.env["crm.sync.case"].search([("survey_at", "<=", fields.Datetime.now())]):
            case._log("survey", at=case.survey_at, note=self.env._("Asked by e-mail."))
            case._record({"survey_at": False})
        return result

    def _play_case_settled(self, scene):
        """A complaint from its beginning, two days before, to the verdict on the next day; the note is what was decided.

        Detail: its name, cause, decision, product and stars; "-" for none.
        """
        key, cause, decision, product, stars = scene.detail.split()
        order = self._document(scene, scene.about)
        opened = scene.at - timedelta(days=2)
        case = self.env["crm.sync.case"].create(
            {
                "name": scene.text,
                "kind": "complaint",
                "channel": "call",
                "partner_id": scene.partner.id,
                "order_id": order.id if order._name == "sale.order" else False,
                "product_id": self._demo(f"product_{product}").id if product != "-" else False,
                "department_id": self.env.ref("crm_sync_measures.department_service").id,
                "cause_id": self.env.ref(f"crm_sync_measures.case_cause_{cause}").id,
                "opened_at": opened,
            }
        )
        case._assign(self.env.user, opened)
        case._acknowledge(opened + timedelta(hours=1), moves=True)
        answered = scene.at - timedelta(days=1)
        self._say_on(case, replace(scene, text=scene.note), self.env.user.partner_id)
        case._answered(answered)
        case._go_to_step("proposed", event="proposed", at=answered, note=scene.note, proposal=scene.note)
        case._go_to_step("accepted", event="accepted", at=scene.at - timedelta(hours=2))
        case._record({"decision": decision, "decision_note": scene.note})
        case._go_to_step("closed", event="closed", at=scene.at, note=scene.note)
        if stars != "-":
            case._give_verdict(int(stars), at=min(scene.at + timedelta(days=1), fields.Datetime.now()))
        scene.docs[f"case {key}"] = case

    def _play_case_improve(self, scene):
        self._case_of(scene)._make_improvement(scene.text, scene.at)

    def _play_case_said(self, scene):
        """What everybody reads of a suggestion. Detail: its name, and a language that it is told in as well."""
        case, (_key, *lang) = self._case_of(scene), self._words(scene)
        Said = self.env["crm.sync.case.said"]
        words = {"name": scene.text, "answer": scene.note}
        if not lang:
            Said.create({"case_id": case.id, "is_published": True, **words})
        elif lang[0] in dict(self.env["res.lang"].get_installed()):
            Said.search([("case_id", "=", case.id)]).with_context(lang=lang[0]).write(words)

    def _play_case_vote(self, scene):
        """A customer votes for what was said. Text: what."""
        Said = self.env["crm.sync.case.said"]
        Said.search([("name", "=", scene.text)], limit=1).case_id._vote(scene.partner)
