import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_datetime

#: A meeting with more customers is an event; who needs them all opens them from the meeting.
_CUSTOMERS = 3
#: So much later nobody asks any more whether a brief was mailed.
_KEPT = timedelta(days=400)


class CrmSyncBriefMail(models.Model):
    """That a colleague was mailed the customer brief before a meeting: once for each meeting and reader.

    The hours before a meeting are the reader's own preference. The row is made when the mail is due, so a meeting that
    is moved before then is told in time for its new hour, and one that is moved afterwards is not told again. The brief
    itself is made with the rights of its reader, and is not kept.
    """

    _name = "crm.sync.brief.mail"
    _description = "Mailed Customer Brief"
    _order = "id desc"
    _rec_name = "event_id"

    event_id = fields.Many2one(
        "calendar.event", "Meeting", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", "Reader", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    start = fields.Datetime("Meeting Begins", readonly=True, help="When the meeting was to begin as the mail was made.")
    state = fields.Selection(
        [("planned", "To Send"), ("sent", "Sent"), ("skipped", "Not Sent")],
        required=True,
        readonly=True,
        default="planned",
        index=True,
    )
    reason = fields.Selection(
        [
            ("over", "The meeting had begun"),
            ("cancelled", "The meeting was cancelled"),
            ("declined", "The reader does not take part"),
            ("no_role", "The reader has no role of Customer Sync"),
            ("no_customer", "No customer takes part"),
        ],
        readonly=True,
    )
    sent_at = fields.Datetime("Sent", readonly=True)

    _event_user_uniq = models.UniqueIndex("(event_id, user_id)", "This colleague has had the brief of this meeting.")

    # ---------------------------------------------------------------- the job

    @api.model
    def _cron_mail(self):
        """Plan what is due by now, then send it one by one."""
        runner = self.env["crm.sync.job.runner"]
        runner._in_one(self._plan)
        runner._run_records("mail_briefs", self._name, [("state", "=", "planned")], "_send")

    @api.model
    def _plan(self):
        """A row for each meeting and reader whose hour has come: one statement, twice changes nothing."""
        readers = self._readers()
        if not readers:
            return
        self.env.flush_all()
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_sync_brief_mail
                          (event_id, user_id, company_id, start, state, create_uid, create_date, write_uid, write_date)
                   SELECT DISTINCT e.id, u.id, u.company_id, e.start, 'planned', %(uid)s, %(now)s::timestamp,
                          %(uid)s, %(now)s::timestamp
                     FROM res_users u
                     JOIN calendar_attendee a ON a.partner_id = u.partner_id AND a.state IS DISTINCT FROM 'declined'
                     JOIN calendar_event e ON e.id = a.event_id AND e.active
                    WHERE u.id = ANY(%(readers)s)
                      AND e.start > %(now)s AND e.start <= %(now)s::timestamp + u.sync_brief_hours * interval '1 hour'
                      AND (e.opportunity_id IS NOT NULL OR e.res_model IS NOT NULL OR EXISTS (
                              SELECT FROM calendar_attendee o JOIN res_partner p ON p.id = o.partner_id AND p.partner_share
                               WHERE o.event_id = e.id))
                   ON CONFLICT (event_id, user_id) DO NOTHING""",
                uid=self.env.uid,
                now=now,
                readers=readers.ids,
            )
        )

    @api.model
    def _readers(self):
        """Colleagues with a role who want briefs."""
        roles = self.env.ref("crm_sync_measures.group_user") | self.env.ref("crm_sync_measures.group_auditor")
        # sudo: the preferences of all colleagues, read by the job alone.
        return (
            self.env["res.users"]
            .sudo()
            .search([("sync_brief_hours", ">", 0), ("share", "=", False), ("all_group_ids", "in", roles.ids)])
        )

    def _send(self):
        """Mail one brief, or say why not. Called by the runner, a savepoint each."""
        self.ensure_one()
        event = self.event_id.with_env(self._reader_env())
        reason = self._reason_against()
        customers = event._sync_customers()[:_CUSTOMERS] if not reason else event.env["res.partner"]
        if not reason and not customers:
            reason = "no_customer"
        if reason:
            self.write({"state": "skipped", "reason": reason})
            return
        template = self.env.ref("crm_sync_measures.mail_template_brief")
        # On no record: who may read this row would read in the mail what its reader alone may know.
        values = {"attachments": self._files(customers), "model": False, "res_id": False}
        template.with_context(sync_brief=self._told(customers)).send_mail(
            self.id, force_send=False, email_values=values
        )
        self.write({"state": "sent", "sent_at": fields.Datetime.now(), "start": event.start})

    def _reason_against(self):
        """What has happened since the row was planned."""
        event, user = self.event_id, self.user_id
        attendee = event.attendee_ids.filtered(lambda one: one.partner_id == user.partner_id)
        checks = {
            "cancelled": not event.active,
            "over": event.start <= fields.Datetime.now(),
            "declined": not attendee or attendee[0].state == "declined",
            "no_role": not user.active or user not in self._readers(),
        }
        return next((reason for reason, holds in checks.items() if holds), None)

    def _reader_env(self):
        """The environment in which the reader himself would open the brief."""
        user = self.user_id
        companies = user.company_id | user.company_ids
        context = {"lang": user.lang or "en_US", "tz": user.tz or "UTC", "allowed_company_ids": companies.ids}
        return self.env(user=user.id, su=False, context=context)

    def _told(self, customers):
        """What the mail itself says: the names, and what to bring up and not."""
        briefs = customers._sync_briefs()
        return {
            "names": ", ".join(brief["partner"]["name"] for brief in briefs),
            "briefs": [
                {"name": brief["partner"]["name"], "bring_up": brief["bring_up"], "avoid": brief["avoid"]}
                for brief in briefs
            ],
        }

    def _files(self, customers):
        """The brief as a PDF; as an HTML page where the server cannot make one."""
        content, kind = customers.env["crm.sync.brief"]._render_file(customers)
        name = customers.env._("Customer brief")
        names = ", ".join(customers.mapped("display_name"))
        return [(f"{name} - {names}.{kind}".replace("/", "-"), base64.b64encode(content))]

    # ---------------------------------------------------------------- read by the mail

    def _brief(self):
        """What :meth:`_told` told; in a preview of the template there is nothing yet."""
        return self.env.context.get("sync_brief") or {"names": "", "briefs": []}

    def _moment(self):
        """Beginning of the meeting in the reader's language and time zone."""
        event = self.event_id.with_env(self._reader_env())
        if event.allday:
            return format_date(event.env, event.start_date)
        return format_datetime(event.env, event.start, dt_format="short")

    def _url(self):
        return f"{self.event_id.get_base_url()}/odoo/calendar.event/{self.event_id.id}"

    # ---------------------------------------------------------------- cleaning up

    @api.autovacuum
    def _gc_old(self):
        """Rows of meetings that are long over."""
        rows = self.search([("start", "<", fields.Datetime.now() - _KEPT)], limit=10_000)
        rows.unlink()
        return len(rows), len(rows) == 10_000
