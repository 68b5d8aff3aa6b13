from odoo import api, fields, models
from odoo.fields import Domain

from ...rules.report_plan import last_due
from .crm_sync_report_choice import SCOPE_FIELDS


class CrmSyncReportMail(models.Model):
    """Mails each report when it is due: as a workbook and a PDF, made with the rights of its receiver."""

    _inherit = "crm.sync.report.subscription"

    @api.model
    def _cron_mail(self):
        """One subscription after the other; each is committed together with the row that says it was mailed."""
        due = (
            Domain("next_at", "<=", fields.Datetime.now())
            & Domain("active", "=", True)
            & Domain("user_id.active", "=", True)
        )
        self.env["crm.sync.job.runner"]._run_records("report_mail", self._name, due, "_send_due", batch_size=5)

    def _send_due(self):
        """Mail the report of the last period that is due, unless it was; called by the runner, a savepoint each.

        Of periods that were missed, as the server was down or the receiver away, only the last one is mailed.
        """
        self.ensure_one()
        now = fields.Datetime.now()
        span = last_due(now, *self._rhythm())
        self._record_next(self._next_at(now))
        Delivery = self.env["crm.sync.report.delivery"]
        what = {
            "subscription_id": self.id,
            "report": self.report,
            "period_start": span.first,
            "period_end": span.last,
        }
        if Delivery.search_count([(name, "=", value) for name, value in what.items()], limit=1):
            return
        reason = self._reason_against()
        # First the row: of two at once the second fails here, and has mailed nothing.
        Delivery.create(
            {
                **what,
                "state": "skipped" if reason else "sent",
                "reason": reason,
                "sent_at": False if reason else now,
            }
        ).flush_recordset()
        if not reason:
            self._send(span)

    def _reason_against(self):
        """Why the receiver gets none, or False."""
        receiver = self.user_id
        if self.company_id not in receiver.company_ids:
            return "no_company"
        if not receiver._is_internal() or not self.env["res.users"].with_user(receiver)._sync_is_reader():
            return "no_role"
        name = SCOPE_FIELDS.get(self.scope_kind)
        if name and not self.with_env(self._reader_env())[name].has_access("read"):
            return "no_scope"
        return False if receiver.email else "no_address"

    def _send(self, span):
        """Make the report as its receiver would, and hand the mail to Odoo's outbox."""
        reader = self.with_env(self._reader_env())
        page = reader.env["crm.sync.report.page"].create(
            {
                "report": self.report,
                "period_kind": self.period_kind,
                "company_id": self.company_id.id,
                "known": self.known,
                "scope_kind": self.scope_kind,
                **{name: self[name].id for name in SCOPE_FIELDS.values()},
                "channel": self.channel,
                "day": span.last,
            }
        )
        report = page._composed(page.day)
        told = reader.env["crm.sync.report.text"]._told(report)
        template = self.env.ref("crm_sync_measures.mail_template_report")
        # On no record: managers read subscriptions, and in the mail is what its receiver alone may know.
        values = {
            "attachments": reader.env["crm.sync.report.text"]._files(page, report),
            "model": False,
            "res_id": False,
        }
        template.with_context(sync_report=told).send_mail(self.id, force_send=False, email_values=values)

    def _reader_env(self):
        """The environment in which the receiver himself would open the report."""
        user = self.user_id
        context = {"lang": self.lang, "tz": user.tz or "UTC", "allowed_company_ids": self.company_id.ids}
        return self.env(user=user.id, su=False, context=context)

    # ---------------------------------------------------------------- read by the mail

    def _told(self):
        """What :meth:`_send` told; in a preview of the template there is nothing yet."""
        empty = {"title": self._title(), "subtitle": "", "kpis": [], "made": ""}
        return self.env.context.get("sync_report") or empty

    def _url(self):
        return f"{self.get_base_url()}/odoo/reports"
