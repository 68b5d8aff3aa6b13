import csv

from odoo import fields, models
from odoo.tools import SQL, plaintext2html
from odoo.tools.misc import file_open


class CrmSyncDemo(models.AbstractModel):
    """What the demo customers complained of, asked, praised and suggested. A case is called by the first word of its detail."""

    _inherit = "crm.sync.demo"

    def _stories(self):
        return [*super()._stories(), "crm_sync_measures/demo/feedback/case_story.csv"]

    def _end_story(self, today):
        """What each department may give to customers this month."""
        result = super()._end_story(today)
        month = {"date_from": fields.Date.start_of(today, "month"), "date_to": fields.Date.end_of(today, "month")}
        for name, points, amount in (("service", 2000, 500), ("sales", 500, 200)):
            department = self.env.ref(f"crm_sync_measures.department_{name}")
            self.env["crm.sync.case.budget"].create(
                {**month, "department_id": department.id, "limit_points": points, "limit_amount": amount}
            )
        self._tell_known_answers()
        return result

    def _tell_known_answers(self):
        """Answers to what the demo customers ask again and again, in the languages that are there."""
        installed = dict(self.env["res.lang"].get_installed())
        with file_open("crm_sync_measures/demo/feedback/known_answers.csv") as file:
            lines = [line for line in csv.DictReader(file) if line["lang"] in installed]
        self.env["crm.sync.case.answer"].create(
            [
                {
                    **{name: line[name] for name in ("lang", "question", "other_words")},
                    "answer": plaintext2html(line["answer"]),
                    "is_published": line["published"] == "1",
                    "helped_count": int(line["helped"]),
                    "not_helped_count": int(line["not_helped"]),
                }
                for line in lines
            ]
        )

    def _play_case(self, scene):
        """Somebody tells us something. Detail: its name in the story, kind, channel, severity, impact, and "safety"."""
        key, kind, channel, severity, impact, *safety = scene.detail.split()
        document = self._document(scene, scene.about)
        about = {"sale.order": "order_id", "account.move": "invoice_id", "crm.lead": "lead_id"}.get(document._name)
        case = self.env["crm.sync.case"].create(
            {
                "name": scene.text,
                "kind": kind,
                "channel": channel,
                "partner_id": scene.partner.id,
                "description": plaintext2html(scene.note) if scene.note else False,
                "severity": severity,
                "impact": impact,
                "is_safety": bool(safety),
                "department_id": self.env.ref("crm_sync_measures.department_service").id,
                "opened_at": scene.at,
                **({about: document.id} if about else {}),
            }
        )
        self._stamp("crm.sync.case", ("create_date",), SQL("id = %s", case.id), scene.at)
        if self.env.user.sync_department_id:
            # Who takes it down has told the number.
            case._acknowledge(scene.at, moves=True)
        scene.docs[f"case {key}"] = case

    def _play_case_take(self, scene):
        case = self._case_of(scene)
        case._assign(self.env.user, scene.at)
        case._acknowledge(scene.at, moves=True)

    def _play_case_go(self, scene):
        """Detail: its name and the step."""
        self._case_of(scene)._go_to_step(self._words(scene)[1], at=scene.at)

    def _play_case_say(self, scene):
        """A colleague writes to the customer. Detail: its name, and the step it goes to by this."""
        case, step = self._case_of(scene), self._words(scene)[1]
        self._say_on(case, scene, self.env.user.partner_id)
        case._answered(scene.at)
        values = {"proposal": scene.text} if step == "proposed" else {}
        case._go_to_step(step, at=scene.at, **values)

    def _play_case_hear(self, scene):
        """The customer writes."""
        case = self._case_of(scene)
        self._say_on(case, scene, scene.partner)
        case._customer_wrote(scene.at)

    def _play_case_close(self, scene):
        """Detail: its name, the decision and the cause; "-" for none."""
        case = self._case_of(scene)
        _key, decision, cause = self._words(scene)
        self._say_on(case, scene, self.env.user.partner_id)
        case._answered(scene.at)
        if cause != "-":
            case._record({"decision": decision, "cause_id": self.env.ref(f"crm_sync_measures.case_cause_{cause}").id})
        step = "told" if case.kind == "suggestion" else "closed"
        case._go_to_step(step, event="closed", at=scene.at, note=scene.text, decision_note=scene.text)

    def _play_case_reject(self, scene):
        case = self._case_of(scene)
        self._say_on(case, scene, self.env.user.partner_id)
        step = "declined" if case.kind == "suggestion" else "rejected"
        case._go_to_step(step, event="rejected", at=scene.at, note=scene.text, reject_reason=scene.text)

    def _play_case_escalate(self, scene):
        self._case_of(scene)._go_to_step("escalated", event="escalated", at=scene.at, note=scene.text)

    def _play_case_reopen(self, scene):
        case = self._case_of(scene)
        self._say_on(case, scene, scene.partner)
        case._reopen(scene.text, scene.at)

    def _play_case_verdict(self, scene):
        """Detail: its name, and 1 to 5."""
        self._case_of(scene)._give_verdict(int(self._words(scene)[1]), scene.text, scene.at)

    # ---------------------------------------------------------------- tools

    def _words(self, scene):
        return scene.detail.split()

    def _case_of(self, scene):
        return scene.docs[f"case {self._words(scene)[0]}"].with_env(self.env)

    def _say_on(self, case, scene, author):
        """A message in the conversation; created as such, so that nobody is notified."""
        self.env["mail.message"].create(
            {
                "model": case._name,
                "res_id": case.id,
                "author_id": author.id,
                "message_type": "email" if author == scene.partner else "comment",
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "body": plaintext2html(scene.text),
                "partner_ids": [(4, scene.partner.id)] if author != scene.partner else [],
            }
        )
