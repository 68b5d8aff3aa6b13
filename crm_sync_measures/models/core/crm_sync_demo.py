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

    # ---------------------------------------------------------------- sales

    def _play_lead(self, scene):
        """Detail: expected revenue."""
        scene.docs["lead"] = self.env["crm.lead"].create(
            {
                "type": "opportunity",
                "name": scene.text,
                "partner_id": scene.partner.id,
                "user_id": self.env.uid,
                "expected_revenue": float(scene.detail),
                "date_deadline": scene.day + timedelta(days=120),
            }
        )

    def _play_qualified(self, scene):
        self._move(scene, "crm.stage_lead2")

    def _play_won(self, scene):
        lead = self._document(scene, "lead")
        lead.action_set_won()
        lead.write({"date_closed": scene.at, "date_last_stage_update": scene.at})

    def _play_lost(self, scene):
        reason = self.env.ref("crm.lost_reason_1", raise_if_not_found=False)
        lead = self._document(scene, "lead")
        lead.action_set_lost(lost_reason_id=reason and reason.id)
        lead.date_closed = scene.at

    def _move(self, scene, stage_xmlid):
        stage = self.env.ref(stage_xmlid, raise_if_not_found=False)
        if stage:
            self._document(scene, "lead").write({"stage_id": stage.id, "date_last_stage_update": scene.at})

    def _play_quote(self, scene):
        """Detail: number and product, several times. It belongs to the colleague's open opportunity."""
        lead = scene.docs.get("lead")
        belongs = lead and lead.won_status == "pending" and (scene.about == "lead" or lead.user_id == self.env.user)
        order = self.env["sale.order"].create(
            {
                "partner_id": scene.partner.id,
                "user_id": self.env.uid,
                "opportunity_id": lead.id if belongs else False,
                "date_order": scene.at,
                "validity_date": scene.day + timedelta(days=60),
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in self._goods(scene.detail)
                ],
            }
        )
        order.action_quotation_sent()
        scene.docs["order"] = order
        if belongs:
            self._move(scene, "crm.stage_lead3")

    def _play_order(self, scene):
        order = self._document(scene, "order")
        order.action_confirm()
        order.date_order = scene.at

    def _goods(self, text):
        """``[(product, quantity)]`` of a text like "8 lamp, 2 sign"."""
        pairs = (part.split() for part in text.split(","))
        return [(self._demo(f"product_{name}"), int(quantity)) for quantity, name in pairs]

    # ---------------------------------------------------------------- accounting

    def _play_invoice(self, scene):
        invoice = self._document(scene, "order")._create_invoices()
        term = self.env.ref("account.account_payment_term_30days", raise_if_not_found=False)
        invoice.write({"invoice_date": scene.day, "invoice_payment_term_id": term and term.id})
        invoice.action_post()
        scene.docs["invoice"] = invoice

    def _play_pay(self, scene):
        """Detail: half, or empty for all of it."""
        wizard = self._wizard("account.payment.register", scene, {"payment_date": scene.day})
        if scene.detail == "half":
            wizard.amount = round(wizard.amount / 2)
        wizard._create_payments()

    def _play_credit(self, scene):
        """A part of the invoice is taken back; the text is the reason. Detail: as for a quotation."""
        journal = scene.docs["invoice"].journal_id
        wizard = self._wizard(
            "account.move.reversal", scene, {"reason": scene.text, "date": scene.day, "journal_id": journal.id}
        )
        wizard.refund_moves()
        refund = wizard.new_move_ids
        goods = dict(self._goods(scene.detail))
        refund.write(
            {
                "invoice_date": scene.day,
                "invoice_line_ids": [
                    Command.update(line.id, {"quantity": goods[line.product_id]})
                    if line.product_id in goods
                    else Command.delete(line.id)
                    for line in refund.invoice_line_ids
                ],
            }
        )
        refund.action_post()

    def _wizard(self, model, scene, values):
        invoice = scene.docs["invoice"]
        return self.env[model].with_context(active_model="account.move", active_ids=invoice.ids).create(values)

    # ---------------------------------------------------------------- survey and loyalty

    def _play_survey(self, scene):
        """The customer answers. Detail: points from 0 to 10, and the topic."""
        rating, topic = scene.detail.split()
        answer = self._demo("survey")._create_answer(partner=scene.partner, check_attempts=False)
        answer._save_lines(self._demo("survey_rating"), rating)
        answer._save_lines(self._demo("survey_topic"), self._demo(f"survey_topic_{topic}").id)
        answer._save_lines(self._demo("survey_wish"), scene.text)
        answer._mark_done()
        answer.end_datetime = scene.at

    def _create_loyalty_program(self):
        """Odoo's own template, with fewer points for the larger sums of this trade."""
        Program = self.env["loyalty.program"]
        program = Program.browse(Program.create_from_template("loyalty")["res_id"])
        program.name = "Partner Points"
        program.rule_ids.reward_point_amount = 0.1
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": "crm_sync_measures.demo_loyalty_program", "record": program, "noupdate": True}]
        )

    def _play_redeem(self, scene):
        """The customer spends points on his quotation."""
        order = self._document(scene, "order")
        order._update_programs_and_rewards()
        for card, rewards in order._get_claimable_rewards().items():
            if card.program_id == self._demo("loyalty_program"):
                order._apply_program_reward(rewards[:1], card)

    def _play_gift(self, scene):
        """Points as a present; the text is the reason. Detail: how many."""
        card = self.env["loyalty.card"].search(
            [("partner_id", "=", scene.partner.id), ("program_id", "=", self._demo("loyalty_program").id)], limit=1
        )
        self.env["loyalty.card.update.balance"].create(
            {"card_id": card.id, "new_balance": card.points + float(scene.detail), "description": scene.text}
        ).action_update_card_point()

    # ---------------------------------------------------------------- translation

    def _translate(self):
        """Chinese texts of the demo records."""
        with file_open(_FOLDER + "texts_zh_CN.csv") as file:
            for line in csv.DictReader(file):
                self._demo(line["record"]).with_context(lang="zh_CN")[line["field"]] = line["text"]
