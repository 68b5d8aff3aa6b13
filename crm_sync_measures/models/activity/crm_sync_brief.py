import logging
from dataclasses import asdict

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date, format_datetime, formatLang

from ...rules.brief import foremost
from ..core.registered import registered_methods
from .brief_section import BriefContext, Section

_logger = logging.getLogger(__name__)

_REPORT = "crm_sync_measures.report_customer_brief"
#: Sentences on what to bring up, and on what not.
_ADVICES = 6
#: The brief is one page: a long text is cut.
_TEXT = 90


class CrmSyncBrief(models.AbstractModel):
    """All that one should know before meeting a customer, on one page.

    A section is one method marked :func:`brief_section`; what it returns is shown on screen, printed and mailed by
    one template. Everything is read with the rights of the reader and told in his language and time zone.
    """

    _name = "crm.sync.brief"
    _description = "Customer Brief"

    @api.model
    def _get_brief(self, partner):
        """The brief on ``partner``'s commercial entity; see ``res.partner.sync_brief``."""
        entity = partner.commercial_partner_id
        about = BriefContext(
            entity=entity,
            contacts=entity.with_context(active_test=False).search(
                [("commercial_partner_id", "=", entity.id)], order="active desc, id"
            ),
            page=entity.sync_customer_page(),
            today=fields.Date.context_today(self),
            now=fields.Datetime.now(),
        )
        sections = [
            (options, section)
            for options, method in registered_methods(self, "brief_section")
            if (section := self._get_section(method, options["code"], about))
        ]
        told = [section for _options, section in sections]
        return {
            "partner": {"id": entity.id, "name": entity.display_name},
            "subtitle": self._subtitle(about),
            "made": self._made(about),
            "figures": [self._figure(tile) for tile in about.page["tiles"]],
            "bring_up": foremost((advice for section in told for advice in section.bring_up), _ADVICES),
            "avoid": foremost((advice for section in told for advice in section.avoid), _ADVICES),
            "sections": [self._section_values(section, **options) for options, section in sections],
        }

    def _get_section(self, method, code, about):
        try:
            return method(about)
        except AccessError:
            return Section(title=self._section_titles().get(code, code), masked=True)

    def _section_values(self, section, code, side):
        """A section as data; what it advises stands on top of the page."""
        values = asdict(section)
        values = {name: value for name, value in values.items() if name not in ("bring_up", "avoid")}
        return {"code": code, "side": side, **values}

    @api.model
    def _section_titles(self):
        """``{code: title}`` in the reader's words, known also where a section may not be read."""
        return {}

    # ---------------------------------------------------------------- head of the page

    def _subtitle(self, about):
        """Who is in charge, and the last contact, in one line."""
        partner, last = about.page["partner"], about.page["last_contact"]
        parts = [partner["city"]]
        if partner["owner"]:
            parts.append(self.env._("Owner: %s", partner["owner"]["name"]))
        if partner["department"]:
            parts.append(partner["department"]["name"])
        if last:
            who = last["person"] or last["department"] or ""
            when = self._days_ago(last["days"])
            parts.append(
                self.env._("Last contact: %(when)s, %(who)s", when=when, who=who)
                if who
                else self.env._("Last contact: %s", when)
            )
        else:
            parts.append(self.env._("No contact yet"))
        return " · ".join(part for part in parts if part)

    def _made(self, about):
        return self.env._(
            "Made on %(moment)s for %(reader)s. It tells what %(reader)s may read.",
            moment=format_datetime(self.env, about.now, dt_format="short"),
            reader=self.env.user.name,
        )

    def _figure(self, tile):
        """A tile of the Customer 360 page as text."""
        value, text = tile["value"], tile["text"] or ""
        if tile["masked"]:
            value, text = self.env._("No access"), ""
        elif tile["unit"] == "text" or value is False:
            value, text = text, ""
        elif tile["unit"] == "money":
            value = self._money(value)
        else:
            value = self._number(value)
        return {
            "code": tile["code"],
            "label": tile["label"],
            "value": value,
            "text": text,
            "tone": "muted" if tile["masked"] else tile["tone"],
            "is_words": tile["masked"] or tile["unit"] == "text" or tile["value"] is False,
        }

    # ---------------------------------------------------------------- words, for the sections

    def _money(self, amount):
        """An amount in the reader's company's currency, without cents."""
        currency = self.env.company.currency_id
        # Odoo would take the zeroes off 1,000 in a currency that has no cents.
        return format_amount(self.env, round(amount or 0.0), currency, trailing_zeroes=not currency.decimal_places)

    def _number(self, value):
        return formatLang(self.env, value, digits=0 if value == int(value) else 2)

    def _day(self, moment):
        """The day of a moment (UTC) or date, in the reader's time zone and format."""
        if not moment:
            return ""
        if isinstance(moment, str):
            moment = fields.Datetime.to_datetime(moment)
        if hasattr(moment, "hour"):
            moment = fields.Datetime.context_timestamp(self, moment).date()
        return format_date(self.env, moment)

    def _days_ago(self, days):
        if days <= 0:
            return self.env._("today")
        return self.env._("yesterday") if days == 1 else self.env._("%s days ago", days)

    def _short(self, text, length=_TEXT):
        """The text in one line, cut at a word."""
        words = " ".join((text or "").split())
        if len(words) <= length:
            return words
        # Chinese has no spaces to cut at.
        return (words[:length].rsplit(" ", 1)[0] if " " in words[length // 2 : length] else words[:length]) + "…"

    # ---------------------------------------------------------------- rendering

    @api.model
    def _render_body(self, briefs):
        """The briefs as HTML with its own style: the same on screen, on paper and in a file."""
        return Markup(self.env["ir.qweb"]._render("crm_sync_measures.brief_body", {"briefs": briefs}))

    @api.model
    def _render_file(self, partners):
        """``(content, "pdf")`` of the printed brief; ``(content, "html")`` where the server cannot make a PDF."""
        Report = self.env["ir.actions.report"]
        if Report.get_wkhtmltopdf_state() in ("ok", "upgrade"):
            try:
                return Report._render_qweb_pdf(_REPORT, partners.ids)
            except UserError:
                # Whoever waits for the brief has a meeting; the page says the same.
                _logger.warning("The customer brief cannot be made as a PDF", exc_info=True)
        briefs = partners._sync_briefs()
        page = self.env["ir.qweb"]._render("crm_sync_measures.brief_file", {"body": self._render_body(briefs)})
        return f"<!DOCTYPE html>\n{page}".encode(), "html"
