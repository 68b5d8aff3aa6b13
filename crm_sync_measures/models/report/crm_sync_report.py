from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, format_datetime

from ...rules.kpi_period import local_midnight_utc
from ...rules.report_matrix import Listing, Report, span_after, span_at
from ...rules.report_plan import REPORTS
from ..core.registered import registered_methods
from .report_section import ReportContext
from .report_words import known_titles, report_titles


class CrmSyncReport(models.AbstractModel):
    """The reports of the company: usage, customers, sales, service, loyalty, improvement.

    A report is computed once, as plain data, and rendered as a screen, a workbook, a PDF and a mail. Everything is read with
    the rights of the reader and told in his language: two readers of one report may see different lists, never a figure
    that is not theirs. Figures are those of ``crm.sync.kpi.value``, so that the report of a month that is final says the
    same next year. Nothing is written.
    """

    _name = "crm.sync.report"
    _description = "Report"

    @api.model
    def _compose(self, code, kind, day, company, scope_key="company", known="now"):
        """The report ``code`` on the period of ``kind`` that holds ``day``.

        :param str kind: "week", "month" or "quarter", of the company's calendar
        :param date day: any day of the period
        :param str known: "now" for figures as they are known now, "reported" as they were reported first
        :rtype: Report
        :raise AccessError: for who has no role of this addon, or does not work for the company
        :raise UserError: for a key that is no scope
        """
        self._check_reader(code, company)
        self.env["crm.sync.kpi"]._scope(scope_key)
        about = self._about(kind, day, company, scope_key, known == "reported")
        # Lists are those of the one company, whichever others the reader has chosen beside it.
        reader = self.with_company(company).with_context(allowed_company_ids=company.ids)
        kpis = reader._kpi_rows(code, about)
        listings = reader._listings(code, about)
        return Report(
            code=code,
            title=dict(report_titles(self.env))[code],
            span=about.span,
            period=self._period_words(about.span),
            company=company.name,
            scope=reader._scope_words(about),
            reader=self.env.user.name,
            made_at=about.now,
            tz=about.tz,
            kpis=kpis,
            listings=listings,
            filters=reader._filters(code, about, known),
            sources=reader._sources(kpis, listings),
        )

    @api.model
    def _check_reader(self, code, company):
        if code not in REPORTS:
            raise UserError(self.env._("There is no report “%s”.", code))
        if not self.env.user._is_internal() or not self.env["res.users"]._sync_is_reader():
            raise AccessError(self.env._("You have no role of Customer Sync. Ask a Customer Sync manager for one."))
        if company not in self.env.user.company_ids:
            raise AccessError(self.env._("You do not work for this company. Choose one of yours."))

    @api.model
    def _about(self, kind, day, company, scope_key, is_reported):
        tz, week_start = self._clock(company)
        span = span_at(day, kind, week_start)
        return ReportContext(
            company=company,
            span=span,
            tz=tz,
            since=local_midnight_utc(span.first, tz),
            until=local_midnight_utc(span_after(span).first, tz),
            scope_key=scope_key,
            is_reported=is_reported,
            now=fields.Datetime.now(),
        )

    @api.model
    def _clock(self, company):
        """(time zone, ISO weekday on which weeks start) of the company, by which its figures are measured."""
        # sudo: how the company keeps its calendar is no secret of who works for it
        return self.env["crm.sync.kpi.snapshot"].sudo()._clock(company.sudo())

    # ---------------------------------------------------------------- lists

    def _listings(self, code, about):
        found = []
        for options, method in registered_methods(self, "report_listing"):
            if options["report"] != code:
                continue
            try:
                listing = method(about)
            except AccessError:
                title = self._listing_titles().get(options["code"], options["code"])
                listing = Listing(options["code"], title, is_masked=True)
            if listing:
                found.append(listing)
        return tuple(found)

    @api.model
    def _listing_titles(self):
        """``{code: title}`` in the reader's words, known also where a list may not be read."""
        return {}

    @api.model
    def _listing(self, code, columns, rows, **options):
        """A list with its title."""
        return Listing(code, self._listing_titles()[code], tuple(columns), tuple(rows), **options)

    # ---------------------------------------------------------------- words

    @api.model
    def _as_of(self, about):
        """What a list says that is about now, whatever the period."""
        return self.env._(
            "As it is on %s, whatever the period.", format_datetime(self.env, about.now, dt_format="short")
        )

    @api.model
    def _period_words(self, span):
        return self.env._(
            "%(label)s (%(first)s – %(last)s)",
            label=span.label,
            first=format_date(self.env, span.first),
            last=format_date(self.env, span.last),
        )

    def _scope_words(self, about):
        """The scope's name as it was frozen with its last figure; the company's own one otherwise."""
        if about.scope_key == "company":
            return self.env._("The whole company")
        last = self.env["crm.sync.kpi.value"].search(
            [("scope_key", "=", about.scope_key), ("company_id", "=", about.company.id)],
            order="period_start desc, id desc",
            limit=1,
        )
        kind = dict(self.env["crm.sync.kpi.value"]._fields["scope_kind"]._description_selection(self.env)).get(
            about.scope[0], about.scope[0]
        )
        return f"{kind}: {last.scope_name or about.scope[1]}"

    def _filters(self, code, about, known):
        env = self.env
        return (
            (env._("Report"), dict(report_titles(env))[code]),
            (env._("Period of the Report"), self._period_words(about.span)),
            (env._("Company"), about.company.name),
            (env._("Scope"), self._scope_words(about)),
            (env._("Figures Known"), dict(known_titles(env))[known]),
            (env._("Time Zone"), about.tz),
        )

    def _sources(self, kpis, listings):
        names = [self.env._("KPI values, measured and kept by the system (%s)", "crm.sync.kpi.value")] if kpis else []
        return (*names, *(listing.title for listing in listings if not listing.is_masked))
