from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.tools import SQL


class CrmSyncDemo(models.AbstractModel):
    """Promises of the demo customers' year, and who waited for whom. A promise is called by the first word of its detail."""

    _inherit = "crm.sync.demo"

    def _stories(self):
        folder = "crm_sync_measures/demo/activity/"
        return [*super()._stories(), f"{folder}promise_story.csv", f"{folder}response_story.csv"]

    def _end_story(self, today):
        result = super()._end_story(today)
        late = self.env["crm.sync.promise"].search([("check_at", "<", fields.Datetime.now())])
        for promise in late.with_user(self.env.ref("base.user_root")):
            promise._follow_up()
        self.env["crm.sync.response.clock"]._reconcile(lambda _document: SQL("TRUE"))
        self.env["crm.sync.response"]._tell_late()
        return result

    def _play_promise(self, scene):
        """Detail: its name in the story, after how many days it is due (at 15:00 UTC), and the channel."""
        key, days, channel = scene.detail.split()
        lead_id = self._lead_id(scene)
        document = self._document(scene, scene.about)
        promise = self.env["crm.sync.promise"].create(
            {
                "name": scene.text,
                "note": scene.note,
                "partner_id": scene.partner.id,
                "lead_id": lead_id,
                "res_model": document._name,
                "res_id": document.id,
                "channel": channel,
                "promised_at": scene.at,
                "due_at": self._due(scene, days),
                "tz": self.env.user.tz or "UTC",
            }
        )
        self._stamp("crm.sync.promise", ("create_date", "dated_at"), SQL("id = %s", promise.id), scene.at)
        self._stamp("crm.sync.promise.event", ("at",), SQL("promise_id = %s", promise.id), scene.at)
        self.env.add_to_compute(promise._fields["check_at"], promise)
        scene.docs[f"promise {key}"] = promise

    def _play_kept(self, scene):
        self._promise(scene)._keep(scene.at, scene.text)

    def _play_released(self, scene):
        self._promise(scene)._release(scene.at, scene.text)

    def _play_rescheduled(self, scene):
        """Detail: its name, the days from now, and "agreed" when the customer did; the text is why."""
        _key, days, *agreed = scene.detail.split()
        self._promise(scene)._reschedule(scene.at, self._due(scene, days), bool(agreed), scene.text)

    def _promise(self, scene):
        return scene.docs[f"promise {scene.detail.split()[0]}"].with_env(self.env)

    def _due(self, scene, days):
        day = scene.day + timedelta(days=int(days))
        return datetime.combine(day - timedelta(days=max(0, day.weekday() - 4)), time(15))

    def _play_settled(self, scene):
        """A colleague sees that the customer waits for nothing: he said thank you."""
        self.env.flush_all()
        self.env["crm.sync.response.clock"]._refresh({"res.partner": scene.partner.ids})
        waiting = self.env["crm.sync.response"].search(
            [("partner_id", "=", scene.partner.id), ("state", "=", "waiting")]
        )
        waiting._close("by_hand")
        waiting.write({"closed_at": scene.at, "is_breached": False})

    def _play_web(self, scene):
        """The customer fills in the form on the website. Detail: login of the colleague it was given to."""
        scene.docs["lead"] = self.env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": scene.text,
                "partner_id": scene.partner.id,
                "description": scene.note,
                "user_id": scene.detail and self._demo(f"user_{scene.detail}").id,
                "medium_id": self.env.ref("utm.utm_medium_website").id,
            }
        )
