from odoo import models

from ...rules.brief import Advice, is_unhappy
from .brief_section import Cell, Section, brief_section

#: What of the timeline is a contact, as the standing of the customer counts it.
CONTACT_KINDS = ["contact", "message", "activity", "meeting"]
_CONTACTS = 10
_HIDDEN_AMONG = 100
_ANSWERS = 3


class CrmSyncBrief(models.AbstractModel):
    """What was said to each other, what the customer says of us, and his points."""

    _inherit = "crm.sync.brief"

    def _section_titles(self):
        return {
            **super()._section_titles(),
            "contacts": self.env._("Last Contacts"),
            "scores": self.env._("What They Say of Us"),
            "points": self.env._("Points"),
        }

    # ---------------------------------------------------------------- contacts

    @brief_section(60, "contacts", side="left")
    def _section_contacts(self, about):
        """The last ten contacts; what the reader may not read is told as the timeline tells it: department and day."""
        events = self._last_contacts(about)
        return Section(
            title=self._section_titles()["contacts"],
            rows=tuple(self._contact_row(event) for event in events),
            empty=self.env._("None yet."),
        )

    def _last_contacts(self, about):
        contacts = about.entity.sync_timeline({"kinds": CONTACT_KINDS}, limit=_CONTACTS)["events"]
        all_events = about.entity.sync_timeline(limit=_HIDDEN_AMONG)["events"]
        hidden = [event for event in all_events if event["masked"]]
        if len(contacts) == _CONTACTS:
            hidden = [event for event in hidden if event["at"] >= contacts[-1]["at"]]
        found, seen = [], set()
        for event in sorted(contacts + hidden, key=lambda event: event["at"], reverse=True):
            # Of several hidden events of one department and day, the reader knows nothing but that they were.
            same = event["masked"] and (event["at"], event["department"] and event["department"]["id"])
            if not same or same not in seen:
                seen.add(same)
                found.append(event)
        return found[:_CONTACTS]

    def _contact_row(self, event):
        department = event["department"]["name"] if event["department"] else ""
        day = Cell(self._day(event["at"]), tone="muted nowrap")
        if event["masked"]:
            return (day, Cell(department, tone="muted nowrap"), Cell(self.env._("Hidden from you"), tone="muted"))
        person = event["person"]["name"] if event["person"] else department
        label = event["channel_label"] or event["label"]
        # A message without a subject is titled as what it is: its words tell more.
        title = self._short(event["preview"] if event["title"] in (label, "", False) else event["title"], 55)
        text = self.env._("%(label)s: %(text)s", label=label, text=title) if title else label
        return (
            day,
            Cell(self._short(person, 24), tone="nowrap"),
            Cell(text, document=(event["model"], event["res_id"])),
        )

    # ---------------------------------------------------------------- complaints and scores

    @brief_section(90, "scores", side="left")
    def _section_scores(self, about):
        """The last survey answers with their score. Rooms that know complaints and scores tell more of them."""
        answers = self.env["survey.user_input"].search(
            [("partner_id", "in", about.contacts.ids), ("state", "=", "done"), ("test_entry", "=", False)],
            order="end_datetime desc, id desc",
            limit=_ANSWERS,
        )
        scores = {answer: self._survey_score(answer) for answer in answers}
        latest = scores[answers[0]] if answers else None
        return Section(
            title=self._section_titles()["scores"],
            rows=tuple(self._answer_row(answer, score) for answer, score in scores.items()),
            empty=self.env._("Never asked, or not answered."),
            bring_up=self._unhappy_advice(latest),
            avoid=self._no_upselling_advice(latest),
        )

    def _survey_score(self, answer):
        """``(score, best)`` of the survey's scoring, else of its first scale; None without either."""
        if answer.survey_id.scoring_type != "no_scoring":
            return answer.scoring_percentage, 100
        scale = answer.user_input_line_ids.filtered(lambda line: line.answer_type == "scale" and not line.skipped)
        question = scale[:1].question_id
        return (scale[0].value_scale, question.scale_max) if scale else None

    def _answer_row(self, answer, score):
        text = ""
        if score:
            value, best = score
            text = f"{value:.0f} %" if best == 100 else f"{value} / {best}"
        words = answer.user_input_line_ids.filtered(lambda line: line.answer_type in ("text_box", "char_box"))[:1]
        return (
            Cell(self._day(answer.end_datetime or answer.create_date), tone="muted nowrap"),
            Cell(text, tone="danger nowrap" if score and is_unhappy(*score) else "nowrap"),
            self._short(words.value_text_box or words.value_char_box or answer.survey_id.title, 60),
        )

    def _unhappy_advice(self, latest):
        if not latest or not is_unhappy(*latest):
            return ()
        return (Advice(80, self.env._("Their last answer was an unhappy one: ask what went wrong, and listen.")),)

    def _no_upselling_advice(self, latest):
        if not latest or not is_unhappy(*latest):
            return ()
        return (Advice(80, self.env._("Do not offer anything new before that is settled.")),)

    # ---------------------------------------------------------------- points

    @brief_section(110, "points", side="left")
    def _section_points(self, about):
        """Points stand among the figures on top; here is what should be said of them."""
        tile = next((tile for tile in about.page["tiles"] if tile["code"] == "points"), None)
        if not tile or tile["masked"] or tile["tone"] not in ("warning", "danger"):
            return None
        advice = (
            Advice(40, self.env._("Points: %s. Suggest using them.", tile["text"]))
            if tile["tone"] == "warning"
            else Advice(15, self.env._("Points: %s.", tile["text"]))
        )
        return Section(title=self._section_titles()["points"], notes=(tile["text"],), bring_up=(advice,))
