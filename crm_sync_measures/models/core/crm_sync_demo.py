import csv
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from odoo import Command, api, fields, models
from odoo.tools import SQL, file_open

from .crm_sync_touch import CHANNELS

_FOLDER = "crm_sync_measures/demo/core/"
_ACCOUNTING = {"invoice", "pay", "credit"}
#: Nothing is mailed, and nobody follows or is notified.
_QUIET = {
    "tracking_disable": True,
    "no_mail_to_attendees": True,
    "dont_notify": True,
    "mail_activity_quick_update": True,
    "loyalty_no_mail": True,
}
#: What Odoo stamps with the moment of the installation, and what a story sets to the moment told.
_STAMPS = {
    "crm.lead": ("create_date", "date_open", "date_last_stage_update"),
    "sale.order": ("create_date",),
    "account.move": ("create_date",),
    "account.payment": ("create_date",),
    "loyalty.card": ("create_date",),
    "loyalty.history": ("create_date",),
    "survey.user_input": ("create_date", "start_datetime"),
    "calendar.event": ("create_date",),
    "mail.activity": ("create_date",),
    "crm.sync.touch": ("create_date",),
    "mail.message": ("create_date", "date"),
}


@dataclass(frozen=True)
class Scene:
    """One thing that happened: a line of the story. ``docs`` are the customer's latest documents by kind."""

    at: datetime
    partner: models.Model
    event: str
    about: str
    text: str
    note: str
    detail: str
    docs: dict

    @property
    def day(self):
        return self.at.date()


class CrmSyncDemo(models.AbstractModel):
    """Plays the demo customers' year, told by ``demo/core/story.csv``, by Odoo's own business methods.

    Rooms tell more of it: a file in :meth:`_stories`, and the events in it.

    A line is: contact, days ago, login of the colleague (empty: the customer himself), event, the
    document it is about (lead, order or invoice; empty: the contact), texts, and a detail that the
    event's method explains. ``_play_<event>`` plays it. Days at the weekend mean the Friday before.

    The same day always gives the same story. No mail leaves, and nothing happens in the future.
    """

    _name = "crm.sync.demo"
    _description = "Demo Story"

    @api.model
    def _play_core(self):
        """Play the story, once per database."""
        if self.env.ref("crm_sync_measures.demo_story", raise_if_not_found=False):
            return
        today = fields.Date.today()
        self._create_loyalty_program()
        if "zh_CN" in dict(self.env["res.lang"].get_installed()):
            self._translate()
        newest = self._newest_ids()
        for who, scene in self._read_story(today):
            user = self._demo(f"user_{who}") if who else self.env.ref("base.user_root")
            self.with_user(user).sudo().with_context(**_QUIET)._play(scene)  # sudo: demo data of an installation
            newest = self._backdate(newest, scene.at)
        self._end_story(today)
        marker = {"key": "crm_sync_measures.demo_story", "value": str(today)}
        self.env["ir.config_parameter"]._load_records(
            [{"xml_id": "crm_sync_measures.demo_story", "values": marker, "noupdate": True}]
        )
        self.env["crm.sync.customer"]._refresh(SQL("TRUE"))

    # ---------------------------------------------------------------- story

    def _stories(self):
        """The files that tell the story. On the same day, what an earlier file tells comes first."""
        return [_FOLDER + "story.csv"]

    def _end_story(self, today):
        """What is done when the story is told."""

    def _read_story(self, today):
        """``[(login, scene)]``, oldest first."""
        lines = []
        for story in self._stories():
            with file_open(story) as file:
                lines += csv.DictReader(file)
        if not self._has_accounting():
            lines = [line for line in lines if line["event"] not in _ACCOUNTING]
        lines_by_day, docs, story = {}, {}, []
        for line in lines:
            day = today - timedelta(days=int(line["days_ago"]))
            day -= timedelta(days=max(0, day.weekday() - 4))
            partner = self._demo(f"partner_{line['customer']}")
            lines_by_day.setdefault((partner.commercial_partner_id, day), []).append((partner, line))
        for (entity, day), told in lines_by_day.items():
            moments = self._moments(Random(f"{entity.name} {day}"), day, [line["event"] for _partner, line in told])
            for (partner, line), at in zip(told, moments, strict=True):
                texts = (line[name] for name in ("event", "about", "text", "note", "detail"))
                story.append((line["who"], Scene(at, partner, *texts, docs.setdefault(entity, {}))))
        return sorted(story, key=lambda told: told[1].at)

    @staticmethod
    def _moments(clock: Random, day: date, events: list[str]):
        """A moment of the working day for each of the events, in their order; accounting days mean noon."""
        noon = next((place for place, event in enumerate(events) if event in _ACCOUNTING), None)
        if noon is None:
            minutes = sorted(clock.sample(range(7 * 60, 16 * 60), len(events)))
        else:
            later = sum(event not in _ACCOUNTING for event in events[noon:])
            morning = sorted(clock.sample(range(7 * 60, 12 * 60), noon))
            afternoon = iter(sorted(clock.sample(range(12 * 60 + 1, 16 * 60), later)))
            minutes = morning + [12 * 60 if event in _ACCOUNTING else next(afternoon) for event in events[noon:]]
        return [datetime.combine(day, time()) + timedelta(minutes=minute) for minute in minutes]

    def _has_accounting(self):
        journals = self.env["account.journal"].search([("company_id", "=", self.env.company.id)])
        return bool(self.env.company.chart_template) and {"sale", "bank"} <= set(journals.mapped("type"))

    def _demo(self, name):
        return self.env.ref(f"crm_sync_measures.demo_{name}")

    # ---------------------------------------------------------------- dates

    def _newest_ids(self):
        """``{model: highest id}`` of what a scene may add to."""
        self.env.flush_all()
        tables = [SQL("(SELECT max(id) FROM %s)", SQL.identifier(self.env[model]._table)) for model in _STAMPS]
        [row] = self.env.execute_query(SQL("SELECT %s", SQL(", ").join(tables)))
        return {model: newest_id or 0 for model, newest_id in zip(_STAMPS, row, strict=True)}

    def _backdate(self, before, at):
        """Give all that was added after the ids ``before`` the moment ``at``; the newest ids are returned.

        By SQL, since the ORM itself writes ``create_date``: nothing but demo data may do this.
        """
        newest = self._newest_ids()
        for model, columns in _STAMPS.items():
            if newest[model] > before[model]:
                self._stamp(model, columns, SQL("id > %s", before[model]), at)
        return newest

    def _stamp(self, model, columns, condition, at):
        columns_sql = SQL(", ").join(SQL("%s = %s", SQL.identifier(column), at) for column in columns)
        self.env.cr.execute(
            SQL("UPDATE %s SET %s WHERE %s", SQL.identifier(self.env[model]._table), columns_sql, condition)
        )
        self.env[model].invalidate_model(columns, flush=False)

    # ---------------------------------------------------------------- what a line may tell

    def _play(self, scene):
        event = scene.event.removesuffix("_in")
        if event in dict(CHANNELS):
            self._play_touch(scene, event)
        else:
            getattr(self, f"_play_{event}")(scene)

    def _document(self, scene, kind):
        """The customer's latest lead, order or invoice, or else the contact; in the name of who plays."""
        return (scene.docs.get(kind) or scene.partner).with_env(self.env)

    def _lead_id(self, scene):
        return scene.docs["lead"].id if scene.about == "lead" else False

    def _play_created(self, scene):
        """The customer and all his contacts became known."""
        family = scene.partner.with_context(active_test=False).search(
            [("commercial_partner_id", "=", scene.partner.commercial_partner_id.id)]
        )
        self._stamp("res.partner", ("create_date",), SQL("id = ANY(%s)", family.ids), scene.at)
        messages = SQL("model = 'res.partner' AND res_id = ANY(%s)", family.ids)
        self._stamp("mail.message", _STAMPS["mail.message"], messages, scene.at)

    def _play_touch(self, scene, channel):
        """Detail: minutes and outcome."""
        minutes, _space, outcome = scene.detail.partition(" ")
        self.env["crm.sync.touch"].create(
            {
                "partner_id": scene.partner.id,
                "lead_id": self._lead_id(scene),
                "channel": channel,
                "direction": "in" if scene.event.endswith("_in") else "out",
                "subject": scene.text,
                "note": scene.note,
                "minutes": int(minutes or 0),
                "outcome": outcome or "reached",
                "occurred_at": scene.at,
            }
        )

    def _play_mail(self, scene):
        """An e-mail: from the customer when the event is ``mail_in``."""
        incoming = scene.event == "mail_in"
        self._post(
            scene,
            author_id=scene.partner.id if incoming else self.env.user.partner_id.id,
            message_type="email" if incoming else "comment",
            subject=scene.text,
            body=scene.note,
            partner_ids=[] if incoming else [Command.link(scene.partner.id)],
        )

    def _play_note(self, scene):
        self._post(
            scene,
            author_id=self.env.user.partner_id.id,
            message_type="comment",
            subtype_id=self.env.ref("mail.mt_note").id,
            body=scene.text,
        )

    def _post(self, scene, **values):
        """A message in the chatter; created as such, so that nobody is notified."""
        document = self._document(scene, scene.about)
        self.env["mail.message"].create(
            {
                "model": document._name,
                "res_id": document.id,
                "subtype_id": self.env.ref("mail.mt_comment").id,
                **values,
            }
        )

    def _play_done(self, scene):
        """An activity that was done. Detail: its type."""
        activity = self._schedule(scene, scene.detail, scene.day)
        activity.action_feedback(feedback=scene.note)
        activity.date_done = scene.day

    def _play_plan(self, scene):
        """An activity that is still open. Detail: its type, and how many days ago it is due (-2: in two days)."""
        activity_type, days = scene.detail.split()
        self._schedule(scene, activity_type, fields.Date.today() - timedelta(days=int(days)))

    def _schedule(self, scene, activity_type, day):
        return self._document(scene, scene.about).activity_schedule(
            f"mail.mail_activity_data_{activity_type}", date_deadline=day, summary=scene.text, user_id=self.env.uid
        )

    def _play_meeting(self, scene):
        """An hour together; the note is the place."""
        start = scene.at.replace(minute=0)
        self.env["calendar.event"].create(
            {
                "name": scene.text,
                "location": scene.note,
                "start": start,
                "stop": start + timedelta(hours=1),
                "partner_ids": [Command.set((self.env.user.partner_id | scene.partner).ids)],
                "opportunity_id": self._lead_id(scene),
            }
        )

    # ---------------------------------------------------------------- translation

    def _translate(self):
        """Chinese texts of the demo records."""
        with file_open(_FOLDER + "texts_zh_CN.csv") as file:
            for line in csv.DictReader(file):
                self._demo(line["record"]).with_context(lang="zh_CN")[line["field"]] = line["text"]
